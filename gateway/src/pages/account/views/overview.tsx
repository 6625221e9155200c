import type { VNode } from 'preact';
import type { CalendarDate } from '../../../lib/dates.ts';
import { sum } from '../../../lib/money.ts';
import { formatDate } from '../../../notifications/format.ts';
import { isOpen } from '../../../repayments/methods.ts';
import { DueCalendar } from '../../parts/due-calendar.tsx';
import { planName } from '../../parts/plan-picture.tsx';
import type { Page } from '../../send-page.tsx';
import type { DatedInstallment, Debt } from '../debts.ts';
import { AccountFrame, type AccountInput, hasProblem } from '../view.tsx';
import { State } from './state.tsx';

/** A payment that is still to come, over all plans. */
type Payment = DatedInstallment & { debt: Debt };

type Props = { input: AccountInput; debts: Debt[]; payments: Payment[] };

/** What is owed in all, when, and to whom; `today` is the environment's. */
export function overviewView(input: AccountInput, owed: { debts: Debt[]; today: CalendarDate }): Page {
  const { t } = input;
  const { debts, today } = owed;
  const payments = paymentsOf(debts);
  const props = { input, debts, payments };
  return {
    title: t.overview.title,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <AccountFrame input={input} tab="overview" title={t.overview.title}>
        <Owed {...props} />
        {payments.length > 0 && (
          <section class="card" aria-labelledby="when-heading">
            <h2 id="when-heading">{t.overview.whenHeading}</h2>
            <div class="pair">
              <DueCalendar
                locale={input.visit.locale}
                today={today}
                dates={payments.map(({ dueDate: date, status }) => ({ date, overdue: status === 'overdue' }))}
              />
              <PaymentsOverShops {...props} />
            </div>
          </section>
        )}
        {debts.length > 0 && <Plans input={input} debts={debts} />}
      </AccountFrame>
    ),
  };
}

function paymentsOf(debts: Debt[]): Payment[] {
  const open = debts.flatMap((debt) =>
    debt.installments.filter(({ left }) => left > 0n).map((item) => ({ ...item, debt })),
  );
  return open.sort((a, b) => (a.dueDate < b.dueDate ? -1 : a.dueDate > b.dueDate ? 1 : 0));
}

/** A shopper may owe in several currencies; nothing is added up over them. */
function currenciesOf(debts: Debt[]): string[] {
  return [...new Set(debts.filter(({ owed }) => owed > 0n).map(({ plan }) => plan.currency))].sort();
}

function Owed({ input, debts, payments }: Props): VNode {
  const { t, money, visit } = input;
  const [next] = payments;
  const due = debts.filter((debt) => debt.due > 0n);
  if (!next) {
    return (
      <section class="card">
        <p class="why">{t.overview.nothing}</p>
        <p class="hint">{t.overview.nothingHint}</p>
      </section>
    );
  }
  const { debt } = next;
  return (
    <section class="card" aria-labelledby="owed-heading">
      <h2 id="owed-heading" class="eyebrow">
        {t.overview.owed}
      </h2>
      {currenciesOf(debts).map((currency) => (
        <p class="sum">{money(totalIn(debts, currency, 'owed'), currency)}</p>
      ))}
      {due.length === 0 && (
        <p>
          {t.overview.next(
            money(next.left, debt.plan.currency),
            debt.shop,
            formatDate(visit.locale, next.dueDate),
          )}
        </p>
      )}
      {currenciesOf(due).map((currency) => (
        <p>
          <strong>{t.overview.due(money(totalIn(due, currency, 'due'), currency))}</strong>
        </p>
      ))}
      {due.map(({ plan, shop, due: amount }) => (
        <p class="pay">
          <a class="button" href={`${visit.place.path}/plans/${plan.id}`}>
            {t.overview.pay(money(amount, plan.currency), shop)}
          </a>
        </p>
      ))}
    </section>
  );
}

function totalIn(debts: Debt[], currency: string, what: 'owed' | 'due'): bigint {
  return sum(debts.filter(({ plan }) => plan.currency === currency).map((debt) => debt[what]));
}

function PaymentsOverShops({ input, debts, payments }: Props): VNode {
  const { t, money, visit } = input;
  return (
    <table class="payments">
      <caption>{t.overview.payments}</caption>
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
        {payments.map(({ debt, dueDate, status, left }) => (
          <tr>
            <td>
              {formatDate(visit.locale, dueDate)}
              <State input={input} status={status} />
            </td>
            <td>
              <a href={`${visit.place.path}/plans/${debt.plan.id}`}>{debt.shop}</a>
            </td>
            <td class="number">{money(left, debt.plan.currency)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        {currenciesOf(debts).map((currency) => (
          <tr class="total">
            <th scope="row" colspan={2}>
              {t.overview.total}
            </th>
            <td class="number">{money(totalIn(debts, currency, 'owed'), currency)}</td>
          </tr>
        ))}
      </tfoot>
    </table>
  );
}

function Plans({ input, debts }: { input: AccountInput; debts: Debt[] }): VNode {
  const { t } = input;
  const finished = debts.filter(({ plan }) => !isOpen(plan));
  return (
    <section class="card" aria-labelledby="plans-heading">
      <h2 id="plans-heading">{t.overview.plansHeading}</h2>
      <PlanList input={input} debts={debts.filter(({ plan }) => isOpen(plan))} />
      {finished.length > 0 && (
        <details>
          <summary>{t.overview.finished(String(finished.length))}</summary>
          <PlanList input={input} debts={finished} />
        </details>
      )}
    </section>
  );
}

function PlanList({ input, debts }: { input: AccountInput; debts: Debt[] }): VNode | null {
  const { t, money, visit } = input;
  if (debts.length === 0) return null;
  return (
    <ul class="plans">
      {debts.map(({ plan, shop, owed }) => (
        <li>
          <a href={`${visit.place.path}/plans/${plan.id}`}>
            {shop}, {money(BigInt(plan.snapshot.amount), plan.currency)}
          </a>
          <span class="hint">
            {planName(visit.locale, plan.snapshot)} ·{' '}
            {owed > 0n ? t.overview.left(money(owed, plan.currency)) : t.plan.statuses[plan.status]}
          </span>
        </li>
      ))}
    </ul>
  );
}
