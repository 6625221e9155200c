import type { VNode } from 'preact';
import { GatewayError } from '../../../lib/errors.ts';
import type { Tx } from '../../../lib/tx.ts';
import { formatMoney } from '../../../notifications/format.ts';
import { type CapturePreview, previewCapture } from '../../../orders/capture-preview.ts';
import { capturableOf, findOrder, type Order } from '../../../orders/orders.ts';
import { plainAmount } from '../../account/draws/asked.ts';
import { Facts } from '../../parts/facts.tsx';
import { queryOf } from '../../query.ts';
import { readAmount } from '../../read-amount.ts';
import type { Page } from '../../send-page.tsx';
import { DashboardFrame, hasProblem } from '../frame.tsx';
import type { DashboardInput } from '../input.ts';
import { dashboardPath } from '../paths.ts';
import { AmountField, OrderForm, ReferenceField, ShipmentFields } from './forms.tsx';
import { troubleOf } from './steps.ts';

/** What a capture would come to, before it is made: nothing changes by looking. */
export async function showCapture(tx: Tx, input: DashboardInput): Promise<Page> {
  const { visit, req } = input;
  const t = input.t.orders.capturePreview;
  const order = await findOrder(tx, {
    orderId: String(req.params.orderId),
    merchantId: visit.merchant.id,
  });
  const typed = queryOf(req, 'amount');
  const found = await preview(tx, order, typed);
  const trouble = typeof found === 'string' && typed !== '' ? input.t.trouble[found] : undefined;
  const money = moneyOf(input, order);
  const title = typeof found === 'string' ? input.t.orders.capture : t.title(money(found.amount));
  return {
    title,
    hasProblem: trouble !== undefined || hasProblem(input),
    body: (
      <DashboardFrame input={input} section="orders" title={title}>
        {trouble !== undefined && (
          <p class="notice" role="alert" id="notice">
            {trouble}
          </p>
        )}
        {typeof found === 'string' ? (
          <AskCapture input={input} order={order} typed={typed} />
        ) : (
          <Effect input={input} order={order} preview={found} />
        )}
        <p class="asides">
          <a href={dashboardPath('orders', order.id)}>{t.leave}</a>
        </p>
      </DashboardFrame>
    ),
  };
}

async function preview(tx: Tx, order: Order, typed: string) {
  const amount = readAmount(typed, order.currency);
  if (!amount) return 'amount_unreadable' as const;
  try {
    return await previewCapture(tx, { orderId: order.id, merchantId: order.merchantId, amount });
  } catch (error) {
    const trouble = error instanceof GatewayError ? troubleOf(error.code) : undefined;
    if (trouble === undefined) throw error;
    return trouble;
  }
}

function moneyOf({ visit }: DashboardInput, { currency }: Order): (amount: bigint) => string {
  return (amount) => formatMoney(visit.locale, { amount, currency });
}

/** Asked by the address, for what a part of an order would come to. */
export function AskCapture(props: { input: DashboardInput; order: Order; typed?: string }): VNode {
  const { input, order, typed } = props;
  const t = input.t.orders;
  const most = formatMoney(input.visit.locale, { amount: capturableOf(order), currency: order.currency });
  return (
    <form method="get" action={dashboardPath('orders', order.id, 'capture')} class="step">
      <AmountField
        id="capture-amount"
        label={t.captureAmount}
        hint={t.captureHint(most)}
        value={typed ?? plainAmount(capturableOf(order), order.currency)}
      />
      <button class="button quiet" type="submit">
        {t.capturePreview.next}
      </button>
    </form>
  );
}

function Effect(props: { input: DashboardInput; order: Order; preview: CapturePreview }): VNode {
  const { input, order, preview: shown } = props;
  const t = input.t.orders;
  const words = t.capturePreview;
  const money = moneyOf(input, order);
  const rows = [
    [words.net, shown.net],
    [words.fee, shown.fee.amount],
    [words.financed, shown.financed],
    [words.down, shown.down],
    [words.open, shown.open],
  ] as const;
  return (
    <section class="card" aria-labelledby="effect-heading">
      <h2 id="effect-heading">{words.effect}</h2>
      <Facts
        facts={rows.filter(([, amount]) => amount !== 0n).map(([name, amount]) => [name, money(amount)])}
      />
      <OrderForm input={input} orderId={order.id} step="captures" class="step">
        <input type="hidden" name="amount" value={plainAmount(shown.amount, order.currency)} />
        <ReferenceField input={input} id="capture-reference" />
        <ShipmentFields input={input} />
        {shown.open > 0n && (
          <label class="tick">
            <input type="checkbox" name="final" value="yes" />
            {t.final}
          </label>
        )}
        <button class="button" type="submit">
          {words.confirm(money(shown.amount))}
        </button>
      </OrderForm>
    </section>
  );
}
