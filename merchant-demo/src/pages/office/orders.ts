import type { Ordered } from '../../fulfilment.ts';
import { html } from '../../html.ts';
import type { Html } from '../../html.ts';
import type { View } from '../../view.ts';
import { statusBadge } from '../order.ts';
import { table } from './layout.ts';

export function officeOrdersPage({ t, price, time }: View, purchases: readonly Ordered[]): Html {
  const { office } = t;
  if (purchases.length === 0) {
    return html`<h1>${office.orders}</h1>
      <p class="empty">${office.noOrders} ${office.noOrdersText} <a href="/">${office.toShop}</a></p>`;
  }
  const columns = [office.order, office.placed, office.items, office.amount, office.captured, office.status];
  return html`<h1>${office.orders}</h1>
    ${table(
      columns,
      purchases.map(({ reference, lines, order }) => [
        html`<a href="/office/orders/${reference}">${reference}</a>`,
        time(order.created_at),
        lines.map(({ quantity, name }) => (quantity > 1 ? `${quantity} × ${name}` : name)).join(', '),
        price(order.authorized_amount),
        price(order.captured_amount),
        statusBadge(t, order),
      ]),
    )}`;
}
