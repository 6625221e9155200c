import type { VNode } from 'preact';
import { sum } from '../../../lib/money.ts';
import { formatMonth, formatShortMonth } from '../../format.ts';
import { StackedBars } from '../../parts/stacked-bars.tsx';
import type { AccountInput } from '../view.tsx';
import type { Payment } from './upcoming.tsx';

type Month = { month: string; principal: bigint; interest: bigint; fee: bigint };

type Props = { input: AccountInput; payments: readonly Payment[] };

/** What is to be paid in each month over all shops, once for each currency; nothing where there is only one month. */
export function MonthTotals({ input, payments }: Props): VNode | null {
  const currencies = [...new Set(payments.map(({ debt }) => debt.plan.currency))].sort();
  const totals = currencies
    .map((currency) => ({
      currency,
      months: monthsOf(payments.filter(({ debt }) => debt.plan.currency === currency)),
    }))
    .filter(({ months }) => months.length > 1);
  if (totals.length === 0) return null;
  return (
    <section class="card" aria-labelledby="months-heading">
      <h2 id="months-heading">{input.t.overview.monthsHeading}</h2>
      {totals.map((total) => (
        <div class="pair">
          <Picture input={input} {...total} />
          <MonthsTable input={input} {...total} />
        </div>
      ))}
    </section>
  );
}

/** The earliest month first. */
function monthsOf(payments: readonly Payment[]): Month[] {
  const months = [...new Set(payments.map(({ dueDate }) => dueDate.slice(0, 7)))].sort();
  return months.map((month) => {
    const own = payments.filter(({ dueDate }) => dueDate.startsWith(month));
    return {
      month,
      principal: sum(own.map((item) => item.principal - item.paidPrincipal)),
      interest: sum(own.map((item) => item.interest - item.paidInterest)),
      fee: sum(own.map((item) => item.fee - item.paidFee)),
    };
  });
}

type TotalProps = { input: AccountInput; currency: string; months: readonly Month[] };

function Picture({ input, currency, months }: TotalProps): VNode {
  const { t, visit } = input;
  const withCharges = months.some(({ interest, fee }) => interest + fee > 0n);
  return (
    <StackedBars
      title={t.overview.monthsPicture}
      legend={{
        paid: t.plan.states.paid,
        principal: withCharges ? t.plan.principal : t.overview.amount,
        interest: t.plan.interest,
        fee: t.plan.fees,
      }}
      bars={months.map((month) => ({
        label: formatShortMonth(visit.locale, `${month.month}-01`),
        amount: input.money(totalOf(month), currency),
        parts: { paid: 0n, principal: month.principal, interest: month.interest, fee: month.fee },
      }))}
    />
  );
}

function MonthsTable({ input, currency, months }: TotalProps): VNode {
  const { t, visit, money } = input;
  return (
    <table class="payments" aria-labelledby="months-heading">
      <thead>
        <tr>
          <th scope="col">{t.overview.month}</th>
          <th scope="col" class="number">
            {t.overview.amount}
          </th>
        </tr>
      </thead>
      <tbody>
        {months.map((month) => (
          <tr>
            <th scope="row">{formatMonth(visit.locale, `${month.month}-01`)}</th>
            <td class="number">{money(totalOf(month), currency)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr class="total">
          <th scope="row">{t.overview.total}</th>
          <td class="number">{money(sum(months.map(totalOf)), currency)}</td>
        </tr>
      </tfoot>
    </table>
  );
}

function totalOf({ principal, interest, fee }: Month): bigint {
  return principal + interest + fee;
}
