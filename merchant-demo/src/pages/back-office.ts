import type { Ordered } from '../fulfilment.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { formatPrice } from '../money.ts';
import { form } from './layout.ts';

/** What the shop's staff would do in their own system. Here it stands beside the order, to try it out. */
export function backOffice(purchase: Ordered, token: string): Html {
  const { order, reference } = purchase;
  const may = (action: (typeof order.allowed_actions)[number]) => order.allowed_actions.includes(action);
  return html`<section class="panel office">
    <h2>Back office</h2>
    <p class="small">For trying things out: what the shop’s staff would do.</p>
    <dl class="sums">
      ${sum('Authorized', order.authorized_amount)} ${sum('Shipped', order.captured_amount)}
      ${sum('Voided', order.voided_amount)} ${sum('Refunded', order.refunded_amount)}
    </dl>
    ${may('capture') && shipForms(purchase, token)}
    ${
      may('void') &&
      form({
        action: `/orders/${reference}/void`,
        token,
        body: html`<button class="wide">
          ${order.captured_amount > 0 ? 'Void the rest' : 'Cancel the order'}
          (${formatPrice(order.capturable_amount)})
        </button>`,
      })
    }
    ${may('refund') && refundForm(purchase, token)} ${history(purchase)}
    ${form({
      action: `/orders/${reference}/refresh`,
      token,
      body: html`<button class="quiet">Read it again from Morrow</button>`,
    })}
  </section>`;
}

function sum(name: string, amount: number): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${formatPrice(amount)}</dd>
  </div>`;
}

function shipForms({ order, reference, captures }: Ordered, token: string): Html {
  // The number makes the shipment's reference: a form that is sent twice names the same shipment twice.
  const number = html`<input type="hidden" name="number" value="${captures.length + 1}" />`;
  const action = `/orders/${reference}/ship`;
  return html`${form({
    action,
    token,
    body: html`${number}<input type="hidden" name="amount" value="${plainAmount(order.capturable_amount)}" />
      <button class="primary wide">Ship everything (${formatPrice(order.capturable_amount)})</button>`,
  })}
  ${form({
    action,
    token,
    class: 'part',
    body: html`${number}${amountField('ship-amount', 'Ship a part, ¥')}<button>Ship</button>`,
  })}`;
}

function refundForm({ order, reference, refunds }: Ordered, token: string): Html {
  return form({
    action: `/orders/${reference}/refund`,
    token,
    class: 'part',
    body: html`<input type="hidden" name="number" value="${refunds.length + 1}" />
      ${amountField('refund-amount', `Refund up to ${formatPrice(order.refundable_amount)}, ¥`)}<button>
        Refund
      </button>`,
  });
}

function amountField(id: string, label: string): Html {
  return html`<label for="${id}">${label}</label
    ><input
      id="${id}"
      name="amount"
      inputmode="decimal"
      autocomplete="off"
      required
      pattern="[0-9]+([.][0-9]{1,2})?"
    />`;
}

/** 39.00 for 3900, as `parsePrice` reads it. */
function plainAmount(amount: number): string {
  return `${Math.trunc(amount / 100)}.${String(amount % 100).padStart(2, '0')}`;
}

function history({ captures, refunds }: Ordered): Html | false {
  if (captures.length + refunds.length === 0) return false;
  return html`<ul class="history">
    ${captures.map(
      (capture) =>
        html`<li>
          ${capture.reference}: ${formatPrice(capture.amount)}, fee ${formatPrice(capture.merchant_fee)}
        </li>`,
    )}
    ${refunds.map(
      (refund) =>
        html`<li>${refund.reference}: ${formatPrice(refund.amount)} refunded, ${refund.status}</li>`,
    )}
  </ul>`;
}
