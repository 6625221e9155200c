import type { VNode } from 'preact';
import type { Tx } from '../../../lib/tx.ts';
import { formatMoney } from '../../../notifications/format.ts';
import { capturableOf, refundableOf } from '../../../orders/orders.ts';
import { Facts } from '../../parts/facts.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { formatInstant } from '../../format.ts';
import { LinePicture } from '../../parts/line-picture.tsx';
import { withQuery } from '../../query.ts';
import type { Page } from '../../send-page.tsx';
import { DashboardFrame, hasProblem } from '../frame.tsx';
import { type DashboardInput, may } from '../input.ts';
import { dashboardPath } from '../paths.ts';
import { Actions } from './actions.tsx';
import { eventsShown, type OrderFacts, readOrderFacts } from './facts.ts';
import { Returns } from './returns.tsx';
import { Schedule } from './schedule.tsx';

type Props = { input: DashboardInput; facts: OrderFacts };

/** One order: its amounts, what may be done with it, and all that its merchant may know about it. */
export async function showOrder(tx: Tx, input: DashboardInput): Promise<Page> {
  const { visit, req } = input;
  const facts = await readOrderFacts(tx, {
    orderId: String(req.params.orderId),
    merchantId: visit.merchant.id,
  });
  const t = input.t.orders;
  const { merchantReference: reference } = facts.order;
  return {
    title: reference,
    hasProblem: hasProblem(input),
    body: (
      <DashboardFrame input={input} section="orders" title={reference}>
        <p class="asides">
          <a href={dashboardPath('orders')}>{t.back}</a>
          {may(input, 'cases') && (
            <a href={withQuery(dashboardPath('cases', 'new'), { about: facts.order.id })}>
              {input.t.cases.ask}
            </a>
          )}
        </p>
        <Amounts input={input} facts={facts} />
        <Returns input={input} facts={facts} />
        <Actions input={input} facts={facts} />
        <Movements input={input} facts={facts} />
        <Schedule input={input} facts={facts} />
        <Timeline input={input} facts={facts} />
        <Numbers input={input} facts={facts} />
      </DashboardFrame>
    ),
  };
}

/** What of the authorized amount is kept, came back and is still open, as a bar and in words. */
function Amounts({ input, facts }: Props): VNode {
  const { locale, merchant } = input.visit;
  const t = input.t.orders;
  const { order } = facts;
  const money = (amount: bigint) => formatMoney(locale, { amount, currency: order.currency });
  const kept = refundableOf(order);
  const open = capturableOf(order);
  const parts = [
    ['used', t.kept, kept],
    ['held', t.refunded, order.refunded],
    ['free', t.open, open],
  ] as const;
  return (
    <section class="card" aria-labelledby="money-heading">
      <h2 id="money-heading">{t.money}</h2>
      <p>
        <strong class="sum">{money(order.authorized)}</strong>{' '}
        <span class="state">{t.statuses[order.status]}</span>
      </p>
      <LinePicture
        title={t.picture(money(kept), money(order.refunded), money(open))}
        used={kept}
        held={order.refunded}
        available={open}
      />
      <dl class="facts">
        {parts.map(([kind, name, amount]) => (
          <div>
            <dt class={`marked ${kind}`}>{name}</dt>
            <dd>{money(amount)}</dd>
          </div>
        ))}
        {order.voided > 0n && (
          <div>
            <dt>{t.voided}</dt>
            <dd>{money(order.voided)}</dd>
          </div>
        )}
      </dl>
      {open > 0n && (
        <p class="hint">{t.expires(formatInstant(locale, order.expiresAt, merchant.timeZone))}</p>
      )}
    </section>
  );
}

function Movements({ input, facts }: Props): VNode | null {
  const { locale, merchant } = input.visit;
  const t = input.t.orders;
  const { captures, refunds, order } = facts;
  const money = (amount: bigint) => formatMoney(locale, { amount, currency: order.currency });
  const rows = [
    ...captures.map(({ reference, createdAt, merchantFee, amount }) => ({
      reference,
      createdAt,
      what: t.capture,
      fee: -merchantFee,
      amount,
    })),
    ...refunds.map(({ reference, createdAt, feeReturned, amount, status }) => ({
      reference,
      createdAt,
      what: `${t.refund} · ${t.refundStates[status]}`,
      fee: feeReturned,
      amount: -amount,
    })),
  ].toSorted((one, other) => one.createdAt.getTime() - other.createdAt.getTime());
  if (rows.length === 0) return null;
  return (
    <section class="card">
      <DataTable
        caption={t.movements}
        columns={[
          { label: t.reference },
          { label: t.what },
          { label: t.at },
          { label: t.amount, number: true },
          { label: t.fee, number: true },
        ]}
        rows={rows.map(({ reference, what, createdAt, amount, fee }) => [
          reference,
          what,
          formatInstant(locale, createdAt, merchant.timeZone),
          money(amount),
          money(fee),
        ])}
      />
    </section>
  );
}

function Timeline({ input, facts }: Props): VNode {
  const { locale, merchant } = input.visit;
  const t = input.t.orders;
  const { events } = facts;
  return (
    <section class="card">
      {events.length === 0 && <p>{t.timelineEmpty}</p>}
      {events.length > 0 && (
        <DataTable
          caption={t.timeline}
          columns={[{ label: t.event }, { label: t.at }]}
          rows={events.map(({ type, objectId, occurredAt }) => [
            [t.events[type], aboutOf(input, facts, objectId)].filter(Boolean).join(' · '),
            formatInstant(locale, occurredAt, merchant.timeZone),
          ])}
        />
      )}
      {events.length === eventsShown && <p class="hint">{t.timelineOlder(String(eventsShown))}</p>}
    </section>
  );
}

/** Which of several an event is about: the number of an installment, the reference of a refund, the amount of a return. */
function aboutOf({ visit, t }: DashboardInput, facts: OrderFacts, objectId: string): string | undefined {
  const { installments, refunds, returns, order } = facts;
  const installment = installments.find(({ id }) => id === objectId);
  if (installment) return t.orders.installmentNumber(String(installment.number));
  const found = returns.find(({ id }) => id === objectId);
  if (found) return formatMoney(visit.locale, { amount: found.amount, currency: order.currency });
  return refunds.find(({ id }) => id === objectId)?.reference;
}

function Numbers({ input, facts }: Props): VNode {
  const { locale, merchant } = input.visit;
  const t = input.t.orders;
  const { order, plan, shopper } = facts;
  const { id, createdAt, checkoutSessionId, agreementId } = order;
  return (
    <section class="card" aria-labelledby="numbers-heading">
      <h2 id="numbers-heading">{t.numbers}</h2>
      <Facts
        facts={[
          [t.placed, formatInstant(locale, createdAt, merchant.timeZone)],
          [t.order, <code>{id}</code>],
          ...(checkoutSessionId === null ? [] : ([[t.session, <code>{checkoutSessionId}</code>]] as const)),
          ...(agreementId === null ? [] : ([[t.agreement, <code>{agreementId}</code>]] as const)),
          [t.plan, <code>{plan.id}</code>],
          [t.shopper, <code>{shopper}</code>],
        ]}
      />
    </section>
  );
}
