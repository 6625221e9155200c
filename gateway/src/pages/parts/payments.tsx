import type { VNode } from 'preact';
import type { CalendarDate } from '../../lib/dates.ts';
import { sum } from '../../lib/money.ts';
import { formatDate, formatMoney } from '../../notifications/format.ts';
import type { Locale } from '../../shoppers/profile.ts';
import { formatMediumDate } from '../format.ts';
import { textsOf } from '../texts/language.ts';

/** What a shopper pays under a plan: a down payment, which has no date yet, and the installments. */
export type Payments = {
  currency: string;
  downPayment: bigint;
  financeCharge: bigint;
  /** Whether the plan's terms know interest, even if the shopper pays none of it. */
  bearsInterest: boolean;
  installments: readonly {
    number: number;
    date: CalendarDate;
    /** `principal` and `interest`. */
    amount: bigint;
    principal: bigint;
    interest: bigint;
  }[];
};

/** What the shopper pays in all, the cost of paying later included. */
export function totalOf({ downPayment, installments }: Payments): bigint {
  return downPayment + sum(installments.map(({ amount }) => amount));
}

type TableProps = {
  locale: Locale;
  payments: Payments;
  caption: string;
  funder: string;
  isAgreed: boolean;
  /** What else is said of the price, below the sums: the rate, and the yearly cost by the market's rule. */
  prices: readonly { label: string; value: string }[];
};

/** Every date and every amount of a plan, and what it costs. */
export function PaymentsTable(props: TableProps): VNode {
  const { locale, payments, caption, funder, prices } = props;
  const { currency, financeCharge, bearsInterest } = payments;
  const t = textsOf[locale].offers;
  const money = (amount: bigint) => formatMoney(locale, { amount, currency });
  const sums = [
    { label: t.cost, value: money(financeCharge) },
    ...prices,
    { label: t.total, value: money(totalOf(payments)), isTotal: true },
  ];
  const before = bearsInterest ? 3 : 2;
  return (
    <table class={bearsInterest ? 'payments parts' : 'payments'}>
      <caption>{caption}</caption>
      {bearsInterest ? <InterestRows {...props} /> : <PlainRows {...props} />}
      <tfoot>
        {sums.map(({ label, value, ...row }) => (
          <tr class={'isTotal' in row ? 'total' : undefined}>
            <th scope="row" colspan={before}>
              {label}
            </th>
            <td class="number">{value}</td>
          </tr>
        ))}
        <tr>
          <th scope="row">{t.fundedBy}</th>
          <td colspan={before} class="number">
            {funder}
          </td>
        </tr>
      </tfoot>
    </table>
  );
}

function PlainRows({ locale, payments, isAgreed }: TableProps): VNode {
  const { currency, downPayment, installments } = payments;
  const t = textsOf[locale].offers;
  const money = (amount: bigint) => formatMoney(locale, { amount, currency });
  const shift = downPayment > 0n ? 1 : 0;
  return (
    <>
      <thead>
        <tr>
          <th scope="col">{t.payment}</th>
          <th scope="col">{t.date}</th>
          <th scope="col" class="number">
            {t.amount}
          </th>
        </tr>
      </thead>
      <tbody>
        {downPayment > 0n && (
          <tr>
            <th scope="row">1</th>
            <td>{isAgreed ? t.reserved : t.now}</td>
            <td class="number">{money(downPayment)}</td>
          </tr>
        )}
        {installments.map(({ number, date, amount }) => (
          <tr>
            <th scope="row">{number + shift}</th>
            <td>{formatDate(locale, date)}</td>
            <td class="number">{money(amount)}</td>
          </tr>
        ))}
      </tbody>
    </>
  );
}

/** Each payment with what of it pays the debt off, and what is interest. */
function InterestRows({ locale, payments }: TableProps): VNode {
  const { currency, installments } = payments;
  const t = textsOf[locale].offers;
  const money = (amount: bigint) => formatMoney(locale, { amount, currency });
  return (
    <>
      <thead>
        <tr>
          <th scope="col">{t.date}</th>
          <th scope="col" class="number">
            {t.principal}
          </th>
          <th scope="col" class="number">
            {t.interest}
          </th>
          <th scope="col" class="number">
            {t.amount}
          </th>
        </tr>
      </thead>
      <tbody>
        {installments.map(({ date, amount, principal, interest }) => (
          <tr>
            <th scope="row">{formatMediumDate(locale, date)}</th>
            <td class="number">{money(principal)}</td>
            <td class="number">{money(interest)}</td>
            <td class="number">{money(amount)}</td>
          </tr>
        ))}
      </tbody>
    </>
  );
}
