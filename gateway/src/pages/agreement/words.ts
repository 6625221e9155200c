import { shopperDayCeilingOf } from '../../agreements/ceilings.ts';
import type { AgreementTerms } from '../../agreements/terms.ts';
import { formatDate, formatMoney } from '../../notifications/format.ts';
import type { Locale } from '../../shoppers/profile.ts';
import type { AgreementSection } from '../texts/agreement-facts.ts';
import { textsOf } from '../texts/language.ts';

/** What an agreement says, in one language, filled with its terms. */
export function permissionSections(locale: Locale, terms: AgreementTerms): AgreementSection[] {
  const { currency } = terms;
  const money = (amount: number | bigint): string =>
    formatMoney(locale, { amount: BigInt(amount), currency });
  return textsOf[locale].agreements.text({
    shop: terms.merchant.name,
    funder: terms.funder.name,
    description: terms.description,
    order: money(terms.order_ceiling),
    day: money(terms.day_ceiling),
    month: money(terms.month_ceiling),
    shopperDay: money(shopperDayCeilingOf(currency)),
    zero: money(0),
    chargeAfterDays: terms.charge_after_days,
    termsVersion: terms.terms_version,
    agreedOn: formatDate(locale, terms.agreed_on),
  });
}

/** The same words as plain text, whose hash is kept: a heading and its paragraphs each on a line of their own. */
export function permissionPlainText(locale: Locale, terms: AgreementTerms): string {
  const sections = permissionSections(locale, terms);
  return `${sections.map(({ heading, paragraphs }) => [heading, ...paragraphs].join('\n')).join('\n\n')}\n`;
}
