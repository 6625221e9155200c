import type { Order } from '@morrow/sdk-js/server';
import type { Ordered } from '../fulfilment.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { formatPrice } from '../money.ts';
import { backOffice } from './back-office.ts';
import { notice } from './layout.ts';
import { planPanel } from './plan.ts';

export type Problem = { title: string; text: string };

export function orderPage(purchase: Ordered, token: string, problem?: Problem): Html {
  const { order } = purchase;
  return html`<p class="eyebrow">Order ${purchase.reference}</p>
    <h1>${headlines[order.status]}</h1>
    <p class="lead">${explain(order)}</p>
    ${problem && notice('warning', problem.title, problem.text)}
    <div class="columns">
      <div class="stack">${itemsPanel(purchase)} ${planPanel(purchase)}</div>
      <div class="stack">${backOffice(purchase, token)}</div>
    </div>`;
}

export function ordersPage(purchases: readonly Ordered[]): Html {
  if (purchases.length === 0) {
    return html`<h1>Your orders</h1>
      <p class="empty">You have not ordered anything yet. <a href="/">Look around</a></p>`;
  }
  return html`<h1>Your orders</h1>
    <ul class="lines">
      ${purchases.map(
        (purchase) =>
          html`<li class="line">
            <div class="line-text">
              <a class="name" href="/orders/${purchase.reference}">${purchase.reference}</a>
              <span class="summary">${purchase.lines.map(({ name }) => name).join(', ')}</span>
            </div>
            <span class="amount">${formatPrice(purchase.amount)}</span>
            <span class="badge ${purchase.order.status}">${statusName(purchase.order)}</span>
          </li>`,
      )}
    </ul>`;
}

export function statusName({ status, captured_amount: captured, refunded_amount: refunded }: Order): string {
  if (status === 'captured' || status === 'partially_captured') {
    if (refunded > 0) return refunded === captured ? 'Refunded' : 'Partly refunded';
    return status === 'captured' ? 'Shipped' : 'Partly shipped';
  }
  return { authorized: 'Confirmed', voided: 'Canceled', expired: 'Expired' }[status];
}

const headlines: Record<Order['status'], string> = {
  authorized: 'Thank you. Your order is in.',
  partially_captured: 'A part of your order is on its way.',
  captured: 'Your order is on its way.',
  voided: 'This order was canceled.',
  expired: 'This order has expired.',
};

const explanations: Record<Order['status'], string> = {
  authorized: 'We are packing it. Your plan starts on the day we ship.',
  partially_captured: 'You owe only what has been shipped; the rest follows.',
  captured: 'Everything that we ship of it has been shipped.',
  voided: 'Nothing was shipped, and you owe nothing for it.',
  expired: 'Nothing was shipped, and you owe nothing for it.',
};

function explain({ status, refunded_amount: refunded }: Order): string {
  return refunded > 0 ? `${formatPrice(refunded)} has been refunded.` : explanations[status];
}

function itemsPanel({ lines, amount, order }: Ordered): Html {
  return html`<section class="panel">
    <div class="panel-head">
      <h2>Items</h2>
      <span class="badge ${order.status}">${statusName(order)}</span>
    </div>
    <dl class="sums">
      ${lines.map(
        (line) =>
          html`<div>
            <dt>${line.quantity > 1 && `${line.quantity} × `}${line.name}</dt>
            <dd>${formatPrice(line.amount)}</dd>
          </div>`,
      )}
      <div class="total">
        <dt>Total</dt>
        <dd>${formatPrice(amount)}</dd>
      </div>
    </dl>
  </section>`;
}
