import type { VNode } from 'preact';
import { formatMoney } from '../../../notifications/format.ts';
import { capturableOf, longestExpiry, refundableOf } from '../../../orders/orders.ts';
import { plainAmount } from '../../account/draws/asked.ts';
import { formatInstant } from '../../format.ts';
import { type DashboardInput, may } from '../input.ts';
import { dashboardPath } from '../paths.ts';
import type { OrderFacts } from './facts.ts';
import { AskCapture } from './capture.tsx';
import { AmountField, OrderForm } from './forms.tsx';

type Props = { input: DashboardInput; facts: OrderFacts };

/** What the order's state and the member's role allow, and nothing else. */
export function Actions({ input, facts }: Props): VNode {
  const t = input.t.orders;
  const { actions, dispute } = facts;
  const mayCapture = may(input, 'capture_orders');
  const mayRefund = may(input, 'refund_orders');
  const refunds = mayRefund && actions.includes('refund');
  return (
    <section class="card" aria-labelledby="actions-heading">
      <h2 id="actions-heading">{t.actions}</h2>
      {!mayCapture && !mayRefund && <p class="hint">{t.readOnly}</p>}
      {(mayCapture || mayRefund) && actions.length === 0 && <p>{t.nothing}</p>}
      {dispute && (
        <p class="notice">
          {t.disputed}{' '}
          {may(input, 'disputes') && <a href={dashboardPath('disputes', dispute.id)}>{t.seeDispute}</a>}
        </p>
      )}
      {mayCapture && actions.includes('capture') && <Capture input={input} facts={facts} />}
      {refunds && <Refund input={input} facts={facts} />}
      {mayCapture && actions.includes('extend') && <Extend input={input} facts={facts} />}
      {mayCapture && actions.includes('void') && <Void input={input} facts={facts} />}
    </section>
  );
}

/** A part of it is looked at before it is captured. */
function Capture({ input, facts }: Props): VNode {
  const t = input.t.orders;
  const { order } = facts;
  const { currency } = order;
  const open = capturableOf(order);
  const most = formatMoney(input.visit.locale, { amount: open, currency });
  return (
    <>
      <OrderForm input={input} orderId={order.id} step="captures">
        <input type="hidden" name="amount" value={plainAmount(open, currency)} />
        <button class="button" type="submit">
          {t.captureAll(most)}
        </button>
      </OrderForm>
      <details>
        <summary>{t.capturePart}</summary>
        <AskCapture input={input} order={order} />
      </details>
    </>
  );
}

/** Asked by the address: nothing is refunded before its effect was seen. */
function Refund({ input, facts }: Props): VNode {
  const t = input.t.orders;
  const { order } = facts;
  const most = formatMoney(input.visit.locale, { amount: refundableOf(order), currency: order.currency });
  return (
    <details>
      <summary>{t.refundPart}</summary>
      <form method="get" action={dashboardPath('orders', order.id, 'refund')} class="step">
        <AmountField
          id="refund-amount"
          label={t.refundAmount}
          hint={t.refundHint(most)}
          value={plainAmount(refundableOf(order), order.currency)}
        />
        <button class="button quiet" type="submit">
          {t.refundNext}
        </button>
      </form>
    </details>
  );
}

function Extend({ input, facts }: Props): VNode {
  const t = input.t.orders;
  const { order } = facts;
  const { locale, merchant } = input.visit;
  return (
    <OrderForm input={input} orderId={order.id} step="extend">
      <button class="button quiet" type="submit" aria-describedby="extend-hint">
        {t.extend}
      </button>
      <p class="hint" id="extend-hint">
        {t.extendHint(formatInstant(locale, longestExpiry(order), merchant.timeZone))}
      </p>
    </OrderForm>
  );
}

/** It cannot be undone, so it is not one click away. */
function Void({ input, facts }: Props): VNode {
  const t = input.t.orders;
  const { order } = facts;
  const open = formatMoney(input.visit.locale, { amount: capturableOf(order), currency: order.currency });
  return (
    <details>
      <summary>{t.voidSummary}</summary>
      <OrderForm input={input} orderId={order.id} step="void" class="step">
        <p id="void-hint">{t.voidHint}</p>
        <button class="button quiet" type="submit" aria-describedby="void-hint">
          {order.captured > 0n ? t.voidRest(open) : t.voidAll(open)}
        </button>
      </OrderForm>
    </details>
  );
}
