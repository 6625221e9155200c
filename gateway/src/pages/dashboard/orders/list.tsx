import type { VNode } from 'preact';
import { addDays, startOf } from '../../../lib/dates.ts';
import { GatewayError } from '../../../lib/errors.ts';
import { isId } from '../../../lib/ids.ts';
import type { Tx } from '../../../lib/tx.ts';
import { formatMoney } from '../../../notifications/format.ts';
import {
  findOrder,
  listOrders,
  type Order,
  type OrderStatus,
  orderStatuses,
} from '../../../orders/orders.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { SearchField } from '../../parts/search-form.tsx';
import { isDate } from '../../parts/read-date.ts';
import { formatInstant } from '../../format.ts';
import { queryOf, withQuery } from '../../query.ts';
import type { Page } from '../../send-page.tsx';
import { DashboardFrame, hasProblem } from '../frame.tsx';
import type { DashboardInput } from '../input.ts';
import { dashboardPath } from '../paths.ts';

const ordersShown = 50;

/** What is looked for, as it was written; `isMalformed` where a date is none. */
type Asked = {
  text: string;
  status: OrderStatus | undefined;
  from: string;
  to: string;
  after: string | undefined;
  isMalformed: boolean;
};

/** The merchant's orders, the newest first: all, or those of a reference, a status or a time. */
export async function showOrders(tx: Tx, input: DashboardInput): Promise<Page> {
  const t = input.t.orders;
  const { timeZone } = input.visit.merchant;
  const asked = askedOf(input);
  const orders = asked.isMalformed ? [] : await find(tx, input, asked);
  const last = orders.length === ordersShown ? orders.at(-1) : undefined;
  const path = dashboardPath('orders');
  const { text: search, status, from, to } = asked;
  return {
    title: t.title,
    wide: true,
    hasProblem: asked.isMalformed || hasProblem(input),
    body: (
      <DashboardFrame input={input} section="orders" title={t.title} intro={t.intro}>
        {asked.isMalformed && (
          <p class="notice" role="alert" id="notice">
            <a href="#from">{t.malformed}</a>
          </p>
        )}
        <Search input={input} asked={asked} />
        <section class="card">
          {orders.length === 0 && <p>{t.empty}</p>}
          {orders.length > 0 && <Found input={input} orders={orders} timeZone={timeZone} />}
          {last && (
            <p>
              <a href={withQuery(path, { search, status, from, to, after: last.id })}>{t.older}</a>
            </p>
          )}
        </section>
      </DashboardFrame>
    ),
  };
}

function askedOf({ req }: DashboardInput): Asked {
  const [text, from, to, after] = ['search', 'from', 'to', 'after'].map((name) => queryOf(req, name));
  return {
    text: text ?? '',
    status: orderStatuses.find((status) => status === queryOf(req, 'status')),
    from: from ?? '',
    to: to ?? '',
    after: isId('ord', after) ? after : undefined,
    isMalformed: [from, to].some((date) => date !== undefined && date !== '' && !isDate(date)),
  };
}

async function find(tx: Tx, { visit }: DashboardInput, asked: Asked): Promise<Order[]> {
  const { id: merchantId, timeZone } = visit.merchant;
  const { text, status, from, to, after } = asked;
  if (isId('ord', text)) return findOne(tx, { orderId: text, merchantId });
  return listOrders(tx, {
    merchantId,
    merchantReference: text === '' ? undefined : text,
    status,
    createdFrom: from === '' ? undefined : startOf(from, timeZone),
    createdBefore: to === '' ? undefined : startOf(addDays(to, 1), timeZone),
    newestFirst: true,
    after,
    limit: ordersShown,
  });
}

async function findOne(tx: Tx, input: { orderId: string; merchantId: string }): Promise<Order[]> {
  try {
    return [await findOrder(tx, input)];
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'not_found') return [];
    throw error;
  }
}

function Found(props: { input: DashboardInput; orders: readonly Order[]; timeZone: string }): VNode {
  const { input, orders, timeZone } = props;
  const { locale } = input.visit;
  const t = input.t.orders;
  return (
    <DataTable
      caption={t.list}
      columns={[
        { label: t.reference },
        { label: t.placed },
        { label: t.status },
        { label: t.amount, number: true },
        { label: t.captured, number: true },
        { label: t.refunded, number: true },
      ]}
      rows={orders.map((order) => {
        const money = (amount: bigint) => formatMoney(locale, { amount, currency: order.currency });
        return [
          <a href={dashboardPath('orders', order.id)}>{order.merchantReference}</a>,
          formatInstant(locale, order.createdAt, timeZone),
          t.statuses[order.status],
          money(order.authorized),
          money(order.captured),
          money(order.refunded),
        ];
      })}
    />
  );
}

function Search({ input, asked }: { input: DashboardInput; asked: Asked }): VNode {
  const t = input.t.orders;
  return (
    <section class="card">
      <h2 class="unseen">{t.find}</h2>
      <form method="get" action={dashboardPath('orders')} class="step">
        <SearchField name="search" label={t.search} hint={t.searchHint} value={asked.text} most={100} />
        <details open={asked.status !== undefined || asked.from !== '' || asked.to !== ''}>
          <summary>{t.more}</summary>
          <div class="field">
            <label for="status">{t.status}</label>
            <select id="status" name="status">
              <option value="">{t.anyStatus}</option>
              {orderStatuses.map((status) => (
                <option value={status} selected={status === asked.status}>
                  {t.statuses[status]}
                </option>
              ))}
            </select>
          </div>
          <SearchField name="from" label={t.from} hint={t.dateHint} value={asked.from} most={10} />
          <SearchField name="to" label={t.to} hint={t.dateHint} value={asked.to} most={10} />
        </details>
        <button class="button quiet" type="submit">
          {t.show}
        </button>
      </form>
    </section>
  );
}
