import { formatDate, formatMoney, formatPercent } from '../../notifications/format.ts';
import { disclosureOf } from '../../plans/agreed-disclosure.ts';
import { programmeCodes, programmes } from '../../plans/programmes.ts';
import type { PlanSnapshot } from '../../plans/snapshot.ts';
import type { Locale } from '../../shoppers/profile.ts';
import { namesOf } from '../funder-consents.ts';
import type { AgreementFacts, AgreementSection } from '../texts/agreement-facts.ts';
import { textsOf } from '../texts/language.ts';
import { disclosureSection } from './disclosure-words.ts';

/** The words of an agreement in one language. */
export function agreementSections(locale: Locale, snapshot: PlanSnapshot): AgreementSection[] {
  const facts = factsOf(locale, snapshot);
  const { agreement, draws } = textsOf[locale];
  return snapshot.merchant ? agreement.text(facts) : draws.text(facts);
}

/**
 * The same words as plain text, behind the block that has to be read before consent; its hash is signed. A heading and
 * each of its paragraphs on a line of their own, an empty line between sections, a line feed at the end.
 */
export function agreementPlainText(locale: Locale, snapshot: PlanSnapshot): string {
  const disclosure = disclosureOf(snapshot);
  const sections = [
    ...(disclosure ? [disclosureSection(locale, disclosure)] : []),
    ...agreementSections(locale, snapshot),
  ];
  return `${sections.map(({ heading, paragraphs }) => [heading, ...paragraphs].join('\n')).join('\n\n')}\n`;
}

function factsOf(locale: Locale, snapshot: PlanSnapshot): AgreementFacts {
  const money = (amount: number) =>
    formatMoney(locale, { amount: BigInt(amount), currency: snapshot.currency });
  return {
    shop: snapshot.merchant?.name ?? '',
    funder: snapshot.funder.name,
    coFunders: snapshot.co_funders && namesOf(locale, snapshot.co_funders),
    total: money(snapshot.amount),
    financed: money(snapshot.financed),
    down: snapshot.down_payment > 0 ? money(snapshot.down_payment) : undefined,
    zero: money(0),
    charge: money(snapshot.finance_charge),
    payable: money(snapshot.amount + snapshot.finance_charge),
    interest: interestOf(locale, snapshot),
    isForAdults: programmeCodes.some((code) => code === snapshot.programme && programmes[code].needsAdult),
    lateFee: snapshot.late_fee && {
      amount: money(snapshot.late_fee.amount),
      graceDays: snapshot.late_fee.grace_days,
      mostPercent: snapshot.late_fee.most_percent,
    },
    payments: snapshot.installments.map((item) => ({
      date: formatDate(locale, item.due_date),
      amount: money(item.amount),
    })),
    refundPolicy: snapshot.refund_policy,
    termsVersion: snapshot.terms_version,
    agreedOn: formatDate(locale, snapshot.agreed_on),
  };
}

function interestOf(locale: Locale, { interest }: PlanSnapshot): AgreementFacts['interest'] {
  if (!interest) return undefined;
  const { annual_rate_ppm: annual, shopper_rate_ppm: shopper, day_count: dayCount } = interest;
  return {
    rate: formatPercent(locale, shopper / 10_000),
    isFree: shopper === 0,
    isShared: shopper > 0 && shopper < annual,
    dayCount,
  };
}
