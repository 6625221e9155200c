import type { VNode } from 'preact';
import { dateIn } from '../../../lib/dates.ts';
import { formatDate } from '../../../notifications/format.ts';
import type { AccountInput } from '../view.tsx';
import type { PlanInput } from './plan-input.ts';

/** Everything that was asked of the shopper's card for a plan, also what was declined. */
export function History({ input, about }: { input: AccountInput; about: PlanInput }): VNode {
  const { t, visit, money } = input;
  return (
    <section class="card" aria-labelledby="history-heading">
      <h2 id="history-heading">{t.plan.historyHeading}</h2>
      <table class="payments">
        <thead>
          <tr>
            <th scope="col">{t.plan.historyDate}</th>
            <th scope="col">{t.plan.historyResult}</th>
            <th scope="col" class="number">
              {t.plan.historyAmount}
            </th>
          </tr>
        </thead>
        <tbody>
          {about.repayments.map(({ createdAt, amount, currency, status }) => (
            <tr>
              <td>{formatDate(visit.locale, dateIn(about.timeZone, createdAt))}</td>
              <td>{t.plan.results[status]}</td>
              <td class="number">{money(amount, currency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
