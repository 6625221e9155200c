import type { VNode } from 'preact';
import { formatMoney } from '../../../notifications/format.ts';
import { refundableOf } from '../../../orders/orders.ts';
import { rejectionReasons, type Return, returnActions } from '../../../orders/returns.ts';
import { minOf } from '../../../lib/money.ts';
import { plainAmount } from '../../account/draws/asked.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Facts } from '../../parts/facts.tsx';
import { formatInstant } from '../../format.ts';
import { type DashboardInput, may } from '../input.ts';
import { dashboardPath } from '../paths.ts';
import type { OrderFacts } from './facts.ts';
import { AmountField, OrderForm } from './forms.tsx';

type Props = { input: DashboardInput; facts: OrderFacts };

/** The return that waits for an answer, with the forms that answer it, and those that there were. */
export function Returns({ input, facts }: Props): VNode | null {
  const { returns } = facts;
  if (returns.length === 0) return null;
  const t = input.t.orders.returns;
  const open = returns.find(({ status }) => status === 'declared');
  const past = returns.filter(({ status }) => status !== 'declared');
  return (
    <section class="card">
      {open && <h2>{t.open}</h2>}
      {open && <Open input={input} facts={facts} open={open} />}
      {past.length > 0 && <Past input={input} facts={facts} past={past} />}
    </section>
  );
}

function Open({ input, facts, open }: Props & { open: Return }): VNode {
  const { locale, merchant } = input.visit;
  const t = input.t.orders.returns;
  const { currency } = facts.order;
  const amount = formatMoney(locale, { amount: open.amount, currency });
  const mayAnswer = may(input, 'refund_orders') && returnActions(open, facts.now).includes('accept');
  return (
    <>
      <p>{t.told(amount, formatInstant(locale, open.respondBy, merchant.timeZone))}</p>
      <Facts
        facts={[
          [t.reason, `${t.reasons[open.reason]} · ${t.by[open.declaredBy]}`],
          ...open.items.map((item) => [t.items, t.quantity(item.name, String(item.quantity))] as const),
        ]}
      />
      {mayAnswer && <Answer input={input} facts={facts} open={open} />}
    </>
  );
}

function Answer({ input, facts, open }: Props & { open: Return }): VNode {
  const t = input.t.orders.returns;
  const { order } = facts;
  const { currency } = order;
  const most = refundableOf(order);
  return (
    <>
      <h3>{t.accept}</h3>
      <form method="get" action={dashboardPath('orders', order.id, 'refund')} class="step">
        <input type="hidden" name="return" value={open.id} />
        <AmountField
          id="return-amount"
          label={t.acceptAmount}
          hint={t.acceptHint(formatMoney(input.visit.locale, { amount: most, currency }))}
          value={plainAmount(minOf(open.amount, most), currency)}
        />
        <button class="button" type="submit">
          {input.t.orders.refundNext}
        </button>
      </form>
      <details>
        <summary>{t.reject}</summary>
        <OrderForm input={input} orderId={order.id} step="reject-return" class="step">
          <input type="hidden" name="return" value={open.id} />
          <div class="field">
            <label for="rejection">{t.rejectLabel}</label>
            <p class="hint" id="rejection-hint">
              {t.rejectHint}
            </p>
            <select id="rejection" name="rejection" required aria-describedby="rejection-hint">
              <option value="" />
              {rejectionReasons.map((reason) => (
                <option value={reason}>{t.rejections[reason]}</option>
              ))}
            </select>
          </div>
          <button class="button quiet" type="submit">
            {t.rejectButton}
          </button>
        </OrderForm>
      </details>
    </>
  );
}

function Past({ input, facts, past }: Props & { past: readonly Return[] }): VNode {
  const { locale, merchant } = input.visit;
  const t = input.t.orders;
  return (
    <DataTable
      caption={t.returns.past}
      columns={[
        { label: t.at },
        { label: t.state },
        { label: t.returns.reason },
        { label: t.amount, number: true },
      ]}
      rows={past.map(({ createdAt, status, rejection, reason, amount }) => [
        formatInstant(locale, createdAt, merchant.timeZone),
        rejection === null
          ? t.returns.statuses[status]
          : `${t.returns.statuses[status]}: ${t.returns.rejections[rejection]}`,
        t.returns.reasons[reason],
        formatMoney(locale, { amount, currency: facts.order.currency }),
      ])}
    />
  );
}
