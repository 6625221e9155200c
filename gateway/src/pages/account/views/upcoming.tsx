import type { VNode } from 'preact';
import type { CalendarDate } from '../../../lib/dates.ts';
import { sum } from '../../../lib/money.ts';
import { formatDate } from '../../../notifications/format.ts';
import { DueCalendar } from '../../parts/due-calendar.tsx';
import { debtName } from '../debt-name.ts';
import type { DatedInstallment, Debt } from '../debts.ts';
import type { AccountInput } from '../view.tsx';
import { State } from './state.tsx';

/** A payment that is still to come, over all plans. */
export type Payment = DatedInstallment & { debt: Debt };

/** How many months are shown at once; what comes later is folded away. */
const shownMonths = 4;

/** The next dates over all plans as a calendar, and each payment in a table beside it. */
export function Upcoming(props: { input: AccountInput; payments: Payment[]; today: CalendarDate }): VNode {
  const { input, payments, today } = props;
  const { t, visit } = input;
  const months = [...new Set(payments.map(monthOf))].slice(0, shownMonths);
  const [next, later] = [true, false].map((isNext) =>
    payments.filter((payment) => months.includes(monthOf(payment)) === isNext),
  ) as [Payment[], Payment[]];
  return (
    <section class="card" aria-labelledby="when-heading">
      <h2 id="when-heading">{t.overview.whenHeading}</h2>
      <div class="pair">
        <DueCalendar
          locale={visit.locale}
          today={today}
          dates={next.map(({ dueDate: date, status, pausedUntil }) => ({
            date,
            overdue: status === 'overdue' && !pausedUntil,
          }))}
        />
        <div class="choice">
          <PaymentsTable
            input={input}
            payments={next}
            caption={later.length === 0 ? t.overview.payments : t.overview.nextPayments}
            withTotal={later.length === 0}
          />
          {later.length > 0 && (
            <details>
              <summary>{t.overview.laterPayments(String(later.length))}</summary>
              <PaymentsTable input={input} payments={later} caption={t.overview.laterCaption} />
            </details>
          )}
        </div>
      </div>
    </section>
  );
}

function monthOf({ dueDate }: Payment): string {
  return dueDate.slice(0, 7);
}

function PaymentsTable(props: {
  input: AccountInput;
  payments: Payment[];
  caption: string;
  withTotal?: boolean;
}): VNode {
  const { input, payments, caption, withTotal } = props;
  const { t, money, visit } = input;
  const currencies = [...new Set(payments.map(({ debt }) => debt.plan.currency))].sort();
  return (
    <table class="payments">
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{t.overview.date}</th>
          <th scope="col">{t.overview.shop}</th>
          <th scope="col" class="number">
            {t.overview.amount}
          </th>
        </tr>
      </thead>
      <tbody>
        {payments.map(({ debt, dueDate, status, left, pausedUntil }) => (
          <tr>
            <td>
              {formatDate(visit.locale, dueDate)}
              <State input={input} status={pausedUntil ? 'paused' : status} />
            </td>
            <td>
              <a href={`${visit.place.path}/plans/${debt.plan.id}`}>{debtName(input, debt)}</a>
            </td>
            <td class="number">{money(left, debt.plan.currency)}</td>
          </tr>
        ))}
      </tbody>
      {withTotal && (
        <tfoot>
          {currencies.map((currency) => (
            <tr class="total">
              <th scope="row" colspan={2}>
                {t.overview.total}
              </th>
              <td class="number">{money(sumIn(payments, currency), currency)}</td>
            </tr>
          ))}
        </tfoot>
      )}
    </table>
  );
}

function sumIn(payments: readonly Payment[], currency: string): bigint {
  return sum(payments.filter(({ debt }) => debt.plan.currency === currency).map(({ left }) => left));
}
