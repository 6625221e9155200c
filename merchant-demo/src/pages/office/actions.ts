import type { Ordered } from '../../fulfilment.ts';
import { html } from '../../html.ts';
import type { Html } from '../../html.ts';
import { plainPrice } from '../../money.ts';
import type { View } from '../../view.ts';
import { form } from '../layout.ts';

/** Exactly what the order allows: Morrow says so in `allowed_actions`, and a shop need not know its rules. */
export function actionsPanel(view: View, purchase: Ordered): Html {
  const { t, price, formToken: token } = view;
  const { order, reference } = purchase;
  const { office } = t;
  const may = (action: (typeof order.allowed_actions)[number]) => order.allowed_actions.includes(action);
  const open = price(order.capturable_amount);
  return html`<section class="panel actions">
    <h2>${office.actions}</h2>
    ${order.allowed_actions.length === 0 && html`<p class="small">${office.nothingToDo}</p>`}
    ${may('capture') && captureForms(view, purchase)} ${may('refund') && refundForm(view, purchase)}
    ${
      may('void') &&
      form({
        action: `/office/orders/${reference}/void`,
        token,
        body: html`<button class="wide">
          ${order.captured_amount > 0 ? office.voidRest(open) : office.void(open)}
        </button>`,
      })
    }
    ${form({
      action: `/office/orders/${reference}/refresh`,
      token,
      body: html`<button class="quiet">${office.refresh}</button>`,
    })}
  </section>`;
}

function captureForms({ t, price, formToken: token }: View, purchase: Ordered): Html {
  const { order, reference, captures } = purchase;
  const { office } = t;
  // The number makes the shipment's reference: a form that is sent twice names the same shipment twice.
  const number = html`<input type="hidden" name="number" value="${captures.length + 1}" />`;
  const action = `/office/orders/${reference}/ship`;
  const open = order.capturable_amount;
  return html`${form({
      action,
      token,
      body: html`${number}<input type="hidden" name="amount" value="${plainPrice(open)}" />
        <button class="primary wide">${office.captureAll(price(open))}</button>`,
    })}
    ${form({
      action,
      token,
      class: 'part',
      body: html`${number}${amountField('capture-amount', office.capturePart)}<button>
          ${office.capture}
        </button>`,
    })}
    <p class="small">${office.captureHint}</p>`;
}

function refundForm({ t, price, formToken }: View, { order, reference, refunds }: Ordered): Html {
  const { office } = t;
  return form({
    action: `/office/orders/${reference}/refund-preview`,
    token: formToken,
    class: 'part',
    body: html`<input type="hidden" name="number" value="${refunds.length + 1}" />
      ${amountField('refund-amount', office.refundUpTo(price(order.refundable_amount)))}<button>
        ${office.previewRefund}
      </button>`,
  });
}

function amountField(id: string, label: string): Html {
  return html`<label for="${id}">${label}</label
    ><span class="money"
      ><span aria-hidden="true">¥</span
      ><input
        id="${id}"
        name="amount"
        inputmode="decimal"
        autocomplete="off"
        required
        pattern="[0-9]+([.][0-9]{1,2})?"
        placeholder="0.00"
    /></span>`;
}
