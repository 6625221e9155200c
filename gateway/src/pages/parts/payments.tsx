import type { VNode } from 'preact';
import type { CalendarDate } from '../../lib/dates.ts';
import { sum } from '../../lib/money.ts';
import { formatDate, formatMoney } from '../../notifications/format.ts';
import type { Locale } from '../../shoppers/profile.ts';
import { textsOf } from '../texts/language.ts';

/** What a shopper pays under a plan: a down payment, which has no date yet, and the installments. */
export type Payments = {
  currency: string;
  downPayment: bigint;
  financeCharge: bigint;
  installments: readonly { number: number; date: CalendarDate; amount: bigint }[];
};

export function totalOf({ downPayment, installments }: Payments): bigint {
  return downPayment + sum(installments.map(({ amount }) => amount));
}

/** Every date and every amount of a plan, and what it costs. */
export function PaymentsTable(props: {
  locale: Locale;
  payments: Payments;
  caption: string;
  funder: string;
  isAgreed: boolean;
}): VNode {
  const { locale, payments, caption, funder } = props;
  const { currency, downPayment, financeCharge, installments } = payments;
  const t = textsOf[locale].offers;
  const money = (amount: bigint) => formatMoney(locale, { amount, currency });
  const shift = downPayment > 0n ? 1 : 0;
  return (
    <table class="payments">
      <caption>{caption}</caption>
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
            <td>{props.isAgreed ? t.reserved : t.now}</td>
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
      <tfoot>
        <tr>
          <th scope="row" colspan={2}>
            {t.cost}
          </th>
          <td class="number">{money(financeCharge)}</td>
        </tr>
        <tr class="total">
          <th scope="row" colspan={2}>
            {t.total}
          </th>
          <td class="number">{money(totalOf(payments) + financeCharge)}</td>
        </tr>
        <tr>
          <th scope="row">{t.fundedBy}</th>
          <td colspan={2} class="number funder">
            {funder}
          </td>
        </tr>
      </tfoot>
    </table>
  );
}
