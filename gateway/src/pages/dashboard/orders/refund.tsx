import type { VNode } from 'preact';
import { GatewayError, type ProblemCode } from '../../../lib/errors.ts';
import type { Tx } from '../../../lib/tx.ts';
import { formatDate, formatMoney } from '../../../notifications/format.ts';
import { findOrder, type Order, refundableOf } from '../../../orders/orders.ts';
import { previewOrderRefund, type RefundPreview } from '../../../orders/refund-preview.ts';
import { findReturn, type Return } from '../../../orders/returns.ts';
import type { ScheduledInstallment } from '../../../plans/schedule.ts';
import { plainAmount } from '../../account/draws/asked.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Facts } from '../../parts/facts.tsx';
import { queryOf } from '../../query.ts';
import { readAmount } from '../../read-amount.ts';
import type { Page } from '../../send-page.tsx';
import { DashboardFrame, hasProblem } from '../frame.tsx';
import type { DashboardInput } from '../input.ts';
import { dashboardPath } from '../paths.ts';
import { AmountField, OrderForm, ReferenceField } from './forms.tsx';

/** What a refund is asked for, and the return that it would accept, where it is asked from one. */
type Asked = { order: Order; typed: string; accepts: Return | undefined };

type Trouble = 'unreadable' | 'above' | 'disputed' | 'impossible';

const refusals: { [code in ProblemCode]?: Trouble } = {
  refund_exceeds_refundable: 'above',
  dispute_open: 'disputed',
  state_conflict: 'impossible',
};

/** What a refund would do, before it is made: nothing changes by looking. */
export async function showRefund(tx: Tx, input: DashboardInput): Promise<Page> {
  const { visit, req } = input;
  const merchantId = visit.merchant.id;
  const order = await findOrder(tx, { orderId: String(req.params.orderId), merchantId });
  const asked: Asked = {
    order,
    typed: queryOf(req, 'amount'),
    accepts: await askedReturn(tx, { order, returnId: queryOf(req, 'return') }),
  };
  const t = input.t.orders.preview;
  const found = await preview(tx, asked);
  const trouble = typeof found === 'string' && asked.typed !== '' ? found : undefined;
  const shown = typeof found === 'string' ? undefined : found;
  const title = shown ? t.title(moneyOf(input, order)(shown.amount)) : t.askTitle;
  return {
    title,
    hasProblem: trouble !== undefined || hasProblem(input),
    body: (
      <DashboardFrame input={input} section="orders" title={title}>
        {trouble !== undefined && (
          <p class="notice" role="alert" id="notice">
            {troubleText(input, order, trouble)}
          </p>
        )}
        {shown ? <Effect input={input} asked={asked} preview={shown} /> : <Ask input={input} asked={asked} />}
        <p class="asides">
          <a href={dashboardPath('orders', order.id)}>{t.leave}</a>
        </p>
      </DashboardFrame>
    ),
  };
}

/** @throws GatewayError `not_found` where the return that is named is none of the order. */
async function askedReturn(
  tx: Tx,
  { order, returnId }: { order: Order; returnId: string },
): Promise<Return | undefined> {
  if (returnId === '') return undefined;
  const found = await findReturn(tx, { returnId, merchantId: order.merchantId });
  if (found.orderId === order.id) return found;
  throw new GatewayError('not_found', { detail: 'There is no such return.' });
}

async function preview(tx: Tx, { order, typed }: Asked): Promise<RefundPreview | Trouble> {
  const amount = readAmount(typed, order.currency);
  if (!amount) return 'unreadable';
  try {
    return await previewOrderRefund(tx, { orderId: order.id, merchantId: order.merchantId, amount });
  } catch (error) {
    const trouble = error instanceof GatewayError ? refusals[error.code] : undefined;
    if (trouble === undefined) throw error;
    return trouble;
  }
}

function moneyOf({ visit }: DashboardInput, { currency }: Order): (amount: bigint) => string {
  return (amount) => formatMoney(visit.locale, { amount, currency });
}

function troubleText(input: DashboardInput, order: Order, trouble: Trouble): string {
  const t = input.t.orders.preview;
  const most = moneyOf(input, order)(refundableOf(order));
  if (trouble === 'unreadable') return t.unreadable(most);
  return trouble === 'above' ? t.above(most) : t[trouble];
}

function Ask({ input, asked }: { input: DashboardInput; asked: Asked }): VNode {
  const t = input.t.orders;
  const { order, accepts } = asked;
  return (
    <section class="card">
      <form method="get" action={dashboardPath('orders', order.id, 'refund')} class="step">
        {accepts && <input type="hidden" name="return" value={accepts.id} />}
        <AmountField
          id="amount"
          label={t.refundAmount}
          hint={t.refundHint(moneyOf(input, order)(refundableOf(order)))}
          value={asked.typed}
        />
        <button class="button quiet" type="submit">
          {t.refundNext}
        </button>
      </form>
    </section>
  );
}

type EffectProps = { input: DashboardInput; asked: Asked; preview: RefundPreview };

function Effect(props: EffectProps): VNode {
  const { input, asked, preview: shown } = props;
  const { order, accepts } = asked;
  const t = input.t.orders.preview;
  const money = moneyOf(input, order);
  const rows = [
    [t.settlement, shown.amount],
    [t.debt, shown.debtReduced],
    [t.moneyBack, shown.effect.moneyBack],
    [t.interest, shown.effect.interestReturned],
    [t.feeBack, shown.feeReturned],
    [t.subsidyBack, shown.subsidyReturned],
  ] as const;
  return (
    <>
      <section class="card" aria-labelledby="effect-heading">
        <h2 id="effect-heading">{t.effect}</h2>
        <Facts
          facts={rows.filter(([, amount]) => amount > 0n).map(([name, amount]) => [name, money(amount)])}
        />
        <OrderForm input={input} orderId={order.id} step="refunds" class="step">
          <input type="hidden" name="amount" value={plainAmount(shown.amount, order.currency)} />
          {accepts && <input type="hidden" name="return" value={accepts.id} />}
          <ReferenceField input={input} id="refund-reference" />
          <button class="button" type="submit">
            {accepts ? t.accept(money(shown.amount)) : t.confirm(money(shown.amount))}
          </button>
        </OrderForm>
      </section>
      <BeforeAndAfter {...props} />
    </>
  );
}

/** What is left to pay at each date, now and after the refund. */
function BeforeAndAfter({ input, asked, preview: shown }: EffectProps): VNode {
  const t = input.t.orders.preview;
  const { before, after } = shown.effect;
  const money = moneyOf(input, asked.order);
  const left = (amount: bigint) => (amount === 0n ? t.none : money(amount));
  const open = before.filter((item) => leftOf(item) > 0n);
  return (
    <section class="card">
      {open.length === 0 && <p>{t.noDates}</p>}
      {open.length > 0 && (
        <DataTable
          caption={t.dates}
          columns={[{ label: t.date }, { label: t.before, number: true }, { label: t.after, number: true }]}
          rows={open.map((item) => {
            const then = after.find(({ number }) => number === item.number);
            const moved = then !== undefined && then.dueDate !== item.dueDate;
            const date = formatDate(input.visit.locale, item.dueDate);
            return [
              moved ? `${date} → ${formatDate(input.visit.locale, then.dueDate)}` : date,
              money(leftOf(item)),
              left(leftOf(then)),
            ];
          })}
        />
      )}
    </section>
  );
}

function leftOf(item: ScheduledInstallment | undefined): bigint {
  return item === undefined ? 0n : item.amount - item.paidAmount;
}
