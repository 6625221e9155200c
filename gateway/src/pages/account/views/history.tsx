import type { VNode } from 'preact';
import { dateIn } from '../../../lib/dates.ts';
import { formatDate } from '../../../notifications/format.ts';
import type { Allocated } from '../../../repayments/allocations.ts';
import { textsOf } from '../../texts/language.ts';
import type { AccountInput } from '../view.tsx';
import type { PlanInput } from './plan-input.ts';

/** Everything that was asked of the shopper's card for a plan, also what was declined, and what it paid. */
export function History({ input, about }: { input: AccountInput; about: PlanInput }): VNode {
  const { t, visit, money } = input;
  const { plan } = about.debt;
  return (
    <section class="card" aria-labelledby="history-heading">
      <h2 id="history-heading">{t.plan.historyHeading}</h2>
      <table class="payments" aria-labelledby="history-heading">
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
          {about.repayments.map(({ id, createdAt, amount, currency, status, guaranteeId }) => (
            <tr>
              <td>{formatDate(visit.locale, dateIn(plan.timeZone, createdAt))}</td>
              <td>
                {guaranteeId === null ? t.plan.results[status] : textsOf[visit.locale].guarantees.planPaid}
                <Charges input={input} currency={currency} allocated={about.allocated.get(id)} />
              </td>
              <td class="number">{money(amount, currency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** What of a payment was not the price. */
function Charges(props: {
  input: AccountInput;
  currency: string;
  allocated: Allocated | undefined;
}): VNode | null {
  const { input, currency, allocated } = props;
  const { t, money } = input;
  if (!allocated || allocated.interest + allocated.fee === 0n) return null;
  return (
    <span class="hint">
      {allocated.interest > 0n && <> {t.plan.ofItInterest(money(allocated.interest, currency))}</>}
      {allocated.fee > 0n && <> {t.plan.ofItFees(money(allocated.fee, currency))}</>}
    </span>
  );
}
