import type { VNode } from 'preact';
import { formatDate, formatMoney } from '../../../notifications/format.ts';
import type { Installment } from '../../../repayments/installments.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { formatMediumDate } from '../../format.ts';
import { DueCalendar } from '../../parts/due-calendar.tsx';
import { planName } from '../../parts/plan-picture.tsx';
import type { DashboardInput } from '../input.ts';
import type { OrderFacts } from './facts.ts';

type Props = { input: DashboardInput; facts: OrderFacts };

/** When the shopper pays what: as it stands today on a calendar and in a list, or as it was agreed before the first capture. */
export function Schedule({ input, facts }: Props): VNode {
  const { locale } = input.visit;
  const t = input.t.orders;
  const { plan, installments } = facts;
  return (
    <section class="card" aria-labelledby="schedule-heading">
      <h2 id="schedule-heading">{t.schedule}</h2>
      <p>
        {planName(locale, plan.snapshot)} <span class="state">{t.planStatuses[plan.status]}</span>
      </p>
      <p class="hint">{t.scheduleHint}</p>
      {installments.length === 0 && plan.status === 'pending' && <Agreed input={input} facts={facts} />}
      {installments.length > 0 && <Today input={input} facts={facts} />}
    </section>
  );
}

function Agreed({ input, facts }: Props): VNode {
  const { locale } = input.visit;
  const t = input.t.orders;
  const { snapshot, currency } = facts.plan;
  return (
    <>
      <p>{t.pending}</p>
      <DataTable
        caption={t.dates}
        columns={[{ label: t.number }, { label: t.due }, { label: t.amount, number: true }]}
        rows={snapshot.installments.map(({ number, due_date: dueDate, amount }) => [
          String(number),
          formatMediumDate(locale, dueDate),
          formatMoney(locale, { amount: BigInt(amount), currency }),
        ])}
      />
    </>
  );
}

function Today({ input, facts }: Props): VNode {
  const { locale } = input.visit;
  const t = input.t.orders;
  const { plan, installments, today } = facts;
  const money = (amount: bigint) => formatMoney(locale, { amount, currency: plan.currency });
  const open = installments.filter(isOpen);
  return (
    <>
      {open.length > 0 && (
        <DueCalendar
          locale={locale}
          today={today}
          dates={open.map(({ dueDate, status }) => ({ date: dueDate, overdue: status === 'overdue' }))}
        />
      )}
      <DataTable
        caption={t.dates}
        columns={[
          { label: t.number },
          { label: t.due },
          { label: t.state },
          { label: t.amount, number: true },
          { label: t.paid, number: true },
        ]}
        rows={installments.map((item) => [
          String(item.number),
          formatMediumDate(locale, item.dueDate),
          item.pausedUntil !== undefined && isOpen(item)
            ? t.paused(formatDate(locale, item.pausedUntil))
            : t.installments[item.status],
          money(item.amount),
          money(item.paidAmount),
        ])}
      />
    </>
  );
}

function isOpen({ status }: Installment): boolean {
  return status === 'scheduled' || status === 'due' || status === 'overdue';
}
