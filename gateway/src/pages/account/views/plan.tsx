import type { VNode } from 'preact';
import { formatDate } from '../../../notifications/format.ts';
import { isOpen } from '../../../repayments/methods.ts';
import { PlanPicture, planName } from '../../parts/plan-picture.tsx';
import type { Page } from '../../send-page.tsx';
import { textsOf } from '../../texts/language.ts';
import type { Debt } from '../debts.ts';
import { AccountFrame, type AccountInput, hasProblem } from '../view.tsx';
import { CardSection } from './card.tsx';
import { History } from './history.tsx';
import { Outcome } from './outcome.tsx';
import { PaySection } from './pay.tsx';
import type { PlanInput } from './plan-input.ts';
import { State } from './state.tsx';

/** One plan: what became of the last payment, paying, the dates as they stand, the card, the agreement. */
export function planView(input: AccountInput, about: PlanInput): Page {
  const { t, visit, money, req } = input;
  const { debt, repayments, methods } = about;
  const { plan, shop, owed } = debt;
  const pending = repayments.find(({ status }) => status === 'pending');
  const told = repayments.find(({ id }) => id === req.query.repayment && id !== pending?.id);
  const card = methods.find(({ id }) => id === plan.paymentMethodId);
  return {
    title: shop,
    hasProblem: hasProblem(input) || told?.status === 'failed',
    body: (
      <AccountFrame
        input={input}
        title={shop}
        intro={`${planName(visit.locale, plan.snapshot)} · ${t.plan.order(money(BigInt(plan.snapshot.amount), plan.currency))}`}
      >
        {told && <Outcome input={input} repayment={told} />}
        {pending && <Outcome input={input} repayment={pending} />}
        {owed > 0n && !pending && <PaySection input={input} about={about} card={card} />}
        <Schedule input={input} debt={debt} />
        {isOpen(plan) && (
          <CardSection input={input} about={about} card={card} open={told?.status === 'failed'} />
        )}
        {repayments.length > 0 && <History input={input} about={about} />}
        <p class="asides">
          <a href={`${visit.place.path}/plans/${plan.id}/agreement`}>{t.plan.document}</a>
          <a href={visit.place.path}>{t.plan.back}</a>
        </p>
      </AccountFrame>
    ),
  };
}

function Schedule({ input, debt }: { input: AccountInput; debt: Debt }): VNode {
  const { t, visit } = input;
  const { plan, installments } = debt;
  return (
    <section class="card" aria-labelledby="schedule-heading">
      <h2 id="schedule-heading">{t.plan.statuses[plan.status]}</h2>
      {installments.length > 0 ? (
        <ScheduleTable input={input} debt={debt} />
      ) : (
        plan.status === 'pending' && <PlanPicture locale={visit.locale} snapshot={plan.snapshot} isAgreed />
      )}
    </section>
  );
}

function ScheduleTable({ input, debt }: { input: AccountInput; debt: Debt }): VNode {
  const { t, visit } = input;
  const columns = textsOf[visit.locale].offers;
  const money = (amount: bigint) => input.money(amount, debt.plan.currency);
  return (
    <table class="payments">
      <caption>{t.plan.schedule}</caption>
      <thead>
        <tr>
          <th scope="col">{columns.payment}</th>
          <th scope="col">{columns.date}</th>
          <th scope="col" class="number">
            {columns.amount}
          </th>
        </tr>
      </thead>
      <tbody>
        {debt.installments.map(({ number, dueDate, amount, paidAmount, status }) => (
          <tr>
            <th scope="row">{number}</th>
            <td>
              {formatDate(visit.locale, dueDate)}
              <State input={input} status={status} />
              {paidAmount > 0n && paidAmount < amount && (
                <span class="hint"> {t.plan.partlyPaid(money(paidAmount))}</span>
              )}
            </td>
            <td class="number">{money(amount)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr class="total">
          <th scope="row" colspan={2}>
            {t.plan.left}
          </th>
          <td class="number">{money(debt.owed)}</td>
        </tr>
      </tfoot>
    </table>
  );
}
