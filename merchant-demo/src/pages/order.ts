import type { Order } from '@morrow/sdk-js/server';
import type { Ordered } from '../fulfilment.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { plainPrice } from '../money.ts';
import type { Texts } from '../texts/index.ts';
import type { View } from '../view.ts';
import { form } from './layout.ts';
import { planPanel } from './plan.ts';

/** /live.js replaces the parts that are marked data-live when they have changed. */
export function orderPage(view: View, purchase: Ordered): Html {
  const { order } = purchase;
  const { t } = view;
  return html`<p class="eyebrow">${t.order.name(purchase.reference)}</p>
    <div id="state" data-live aria-live="polite">
      <h1>${t.order.headlines[order.status]}</h1>
      <p class="lead">${explain(view, order)}</p>
    </div>
    <div class="columns" id="details" data-live>
      <div class="stack">${planPanel(view, purchase)} ${itemsPanel(view, purchase)}</div>
      <div class="stack">${tryPanel(view, purchase)}</div>
    </div>`;
}

export function ordersPage({ t, price, time }: View, purchases: readonly Ordered[]): Html {
  if (purchases.length === 0) {
    return html`<h1>${t.order.title}</h1>
      <p class="empty">${t.order.none} <a href="/">${t.cart.look}</a></p>`;
  }
  return html`<h1>${t.order.title}</h1>
    <ul class="lines">
      ${purchases.map(
        ({ reference, lines, amount, order }) =>
          html`<li class="line">
            <div class="line-text">
              <a class="name" href="/orders/${reference}">${lines.map(({ name }) => name).join(', ')}</a>
              <span class="summary">${reference} · ${time(order.created_at)}</span>
            </div>
            <div class="line-end">
              <span class="amount">${price(amount)}</span>
              ${statusBadge(t, order)}
            </div>
          </li>`,
      )}
    </ul>`;
}

export function statusBadge(t: Texts, order: Order): Html {
  const { status, captured_amount: captured, refunded_amount: refunded } = order;
  const shown = refunded === 0 ? status : refunded === captured ? 'refunded' : 'partially_refunded';
  return html`<span class="badge ${shown}">${t.order.statuses[shown]}</span>`;
}

function explain({ t, price }: View, { status, refunded_amount: refunded }: Order): string {
  return refunded > 0 ? t.order.refunded(price(refunded)) : t.order.explanations[status];
}

export function itemsPanel({ t, price }: View, { lines, amount, order }: Ordered): Html {
  return html`<section class="panel">
    <div class="panel-head">
      <h2>${t.order.items}</h2>
      ${statusBadge(t, order)}
    </div>
    <dl class="sums">
      ${lines.map(
        (line) =>
          html`<div>
            <dt>${line.quantity > 1 && `${line.quantity} × `}${line.name}</dt>
            <dd>${price(line.amount)}</dd>
          </div>`,
      )}
      <div class="total">
        <dt>${t.cart.total}</dt>
        <dd>${price(amount)}</dd>
      </div>
    </dl>
  </section>`;
}

/** No shop has this on its pages: whoever tries the demonstration out is the shop's staff, too. */
function tryPanel({ t, price, formToken }: View, { order, reference, captures }: Ordered): Html {
  const open = order.capturable_amount;
  return html`<section class="panel try">
    <h2>${t.order.tryTitle}</h2>
    <p class="small">${t.order.tryText}</p>
    ${
      order.allowed_actions.includes('capture') &&
      form({
        action: `/office/orders/${reference}/ship`,
        token: formToken,
        body: html`<input type="hidden" name="number" value="${captures.length + 1}" />
          <input type="hidden" name="amount" value="${plainPrice(open)}" />
          <input type="hidden" name="back" value="shop" />
          <button class="primary wide">${t.order.shipAll(price(open))}</button>`,
      })
    }
    <a class="button wide" href="/office/orders/${reference}">${t.order.openOffice}</a>
  </section>`;
}
