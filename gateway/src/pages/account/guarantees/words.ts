import type { GuaranteeTerms } from '../../../credit/guarantees/terms.ts';
import { formatDate, formatMoney } from '../../../notifications/format.ts';
import type { Locale } from '../../../shoppers/profile.ts';
import type { AgreementSection } from '../../texts/agreement-facts.ts';
import { textsOf } from '../../texts/language.ts';

/** The words of a guarantee in one language; nobody is named in them, because they are kept as they are. */
export function guaranteeSections(locale: Locale, terms: GuaranteeTerms): AgreementSection[] {
  const money = (amount: number): string =>
    formatMoney(locale, { amount: BigInt(amount), currency: terms.currency });
  const { text } = textsOf[locale].guarantees;
  return text(
    money(terms.cap),
    formatDate(locale, terms.expires_on),
    formatDate(locale, terms.offered_on),
    money(terms.fee),
  );
}

/** The same words as plain text; its hash is kept with what was agreed. */
export function guaranteePlainText(locale: Locale, terms: GuaranteeTerms): string {
  const sections = guaranteeSections(locale, terms);
  return `${sections.map(({ heading, paragraphs }) => [heading, ...paragraphs].join('\n')).join('\n\n')}\n`;
}
