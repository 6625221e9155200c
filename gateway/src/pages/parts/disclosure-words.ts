import { formatDate, formatMoney, formatPercent } from '../../notifications/format.ts';
import type { Disclosure, DisclosureLine } from '../../plans/disclosure.ts';
import { type DisclosureCode, disclosureTexts, type DisclosureText } from '../../plans/disclosure-texts.ts';
import type { Locale } from '../../shoppers/profile.ts';
import type { AgreementSection } from '../texts/agreement-facts.ts';
import { textsOf } from '../texts/language.ts';

/** A line of a block in words; a line that its text says all about has no value. */
export type DisclosureRow = {
  code: DisclosureCode;
  label: string;
  value: string | undefined;
  note: string | undefined;
};

/** The lines of a block in words, in their order. */
export function disclosureRows(locale: Locale, disclosure: Disclosure): DisclosureRow[] {
  return disclosure.lines.map((line) => {
    const { label, note }: DisclosureText = disclosureTexts[locale][line.code];
    return { code: line.code, label, value: valueOf(locale, disclosure.currency, line), note };
  });
}

/** The block as a part of the agreement's plain text. */
export function disclosureSection(locale: Locale, disclosure: Disclosure): AgreementSection {
  const t = textsOf[locale].disclosure;
  return {
    heading: t.titles[disclosure.regime],
    paragraphs: disclosureRows(locale, disclosure).flatMap(({ label, value, note }) => {
      const [said = '', ...more] = [value, note].filter((part) => part !== undefined);
      return [t.line(label, said), ...more];
    }),
  };
}

function valueOf(locale: Locale, currency: string, line: DisclosureLine): string | undefined {
  const t = textsOf[locale].disclosure;
  const money = (amount: number) => formatMoney(locale, { amount: BigInt(amount), currency });
  switch (line.kind) {
    case 'amount':
      return money(line.amount);
    case 'percent':
      return formatPercent(locale, line.percent);
    case 'days':
      return t.days(line.days);
    case 'days_between':
      return t.daysBetween(line.first, line.last);
    case 'dates':
      return t.dates(formatDate(locale, line.from), formatDate(locale, line.to));
    case 'party':
      return line.name;
    case 'late_fee':
      return t.lateFee(money(line.amount), line.most_percent, line.grace_days);
    case 'installments':
      return t.installments(line.installments.length);
    case 'statement':
    default:
      return undefined;
  }
}
