import type { VNode } from 'preact';
import { addOffset, type CalendarDate } from '../../../lib/dates.ts';
import { sum } from '../../../lib/money.ts';
import { formatDate, formatPercent } from '../../../notifications/format.ts';
import { monthIn, monthOf, percentOf } from '../../../protection/affordability.ts';
import { formatMonth, formatShortMonth } from '../../format.ts';
import { DuesBars } from './dues-bars.tsx';
import type { OwnLimitsFacts } from './facts.ts';
import type { Part } from './part.tsx';

type Month = { month: string; due: bigint };

/** What falls due in the next 90 days, month by month, as a picture and as a table, beside the income. */
export function DuesSection(part: Part): VNode {
  const { input, facts, t } = part;
  const { visit, money } = input;
  const { known, until, measure, currency, declared } = facts;
  const months = monthsOf(facts);
  const isEmpty = facts.dues.length === 0;
  return (
    <section class="card" aria-labelledby="dues-heading">
      <h2 id="dues-heading">{t.pictureHeading}</h2>
      <p>{t.pictureHint(formatDate(visit.locale, until), money(measure.mostInWindow, currency))}</p>
      {declared?.payDay && <p class="hint">{t.payDayIs(String(declared.payDay))}</p>}
      {isEmpty && <p>{t.pictureNone}</p>}
      {!(isEmpty && !known) && (
        <div class="pair">
          <DuesBars
            title={t.picture}
            income={known?.amount}
            legend={{ due: t.due, income: t.incomeRow }}
            bars={months.map(({ month, due }) => ({
              label: formatShortMonth(visit.locale, firstOf(month)),
              due,
            }))}
          />
          <DuesTable {...part} months={months} />
        </div>
      )}
    </section>
  );
}

/** Every month that the window touches; what is overdue is to be paid in the first. */
function monthsOf({ today, until, dues }: OwnLimitsFacts): Month[] {
  const months: Month[] = [];
  for (
    let month = monthOf(today);
    month <= monthOf(until);
    month = monthOf(addOffset(firstOf(month), { months: 1 }))
  ) {
    months.push({
      month,
      due: sum(dues.filter(({ on }) => monthIn(on, today) === month).map(({ amount }) => amount)),
    });
  }
  return months;
}

function firstOf(month: string): CalendarDate {
  return `${month}-01`;
}

function DuesTable({ input, facts, t, months }: Part & { months: readonly Month[] }): VNode {
  const { visit, money } = input;
  const { known, currency } = facts;
  const income = known && known.amount > 0n ? known.amount : undefined;
  return (
    <table class="payments dues" aria-labelledby="dues-heading">
      <thead>
        <tr>
          <th scope="col">{t.month}</th>
          <th scope="col" class="number">
            {t.due}
          </th>
          {income !== undefined && (
            <th scope="col" class="number">
              {t.shareOfIncome}
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {months.map(({ month, due }) => (
          <tr>
            <th scope="row">{formatMonth(visit.locale, firstOf(month))}</th>
            <td class="number">{money(due, currency)}</td>
            {income !== undefined && (
              <td class="number">{formatPercent(visit.locale, percentOf(due, income))}</td>
            )}
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr class="total">
          <th scope="row">{t.sum}</th>
          <td class="number">{money(sum(months.map(({ due }) => due)), currency)}</td>
          {income !== undefined && <td />}
        </tr>
        {known && (
          <tr>
            <th scope="row">{t.incomeRow}</th>
            <td class="number">{money(known.amount, currency)}</td>
            {income !== undefined && <td />}
          </tr>
        )}
      </tfoot>
    </table>
  );
}
