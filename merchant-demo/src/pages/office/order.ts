import type { Ordered } from '../../fulfilment.ts';
import { html } from '../../html.ts';
import type { Html } from '../../html.ts';
import type { View } from '../../view.ts';
import { notice } from '../layout.ts';
import { itemsPanel, statusBadge } from '../order.ts';
import { planPanel } from '../plan.ts';
import { actionsPanel } from './actions.ts';
import { type Previewed, refundPreviewPanel } from './refund-preview.ts';

export type Problem = { title: string; text: string };

/** One order: what may be done with it, and all that is known about it. */
export function officeOrderPage(
  view: View,
  purchase: Ordered,
  { problem, previewed }: { problem?: Problem | undefined; previewed?: Previewed | undefined } = {},
): Html {
  const { t, time } = view;
  const { order, reference } = purchase;
  return html`<p class="eyebrow"><a href="/office">${t.office.orders}</a></p>
    <div class="title">
      <h1>${reference}</h1>
      ${statusBadge(t, order)}
    </div>
    ${problem && notice('warning', problem.title, problem.text)}
    <div class="columns">
      ${previewed ? refundPreviewPanel(view, purchase, previewed) : actionsPanel(view, purchase)}
      <div class="stack">
        ${moneyPanel(view, purchase)} ${timelinePanel(view, purchase)}
        ${planPanel(view, purchase, t.office.planOf)}
      </div>
      <div class="stack">
        ${itemsPanel(view, purchase)}
        <section class="panel">
          <h2>${t.office.numbers}</h2>
          <dl class="numbers">
            ${number(t.office.placed, time(order.created_at))}
            ${number(t.office.order, html`<code>${order.id}</code>`)}
            ${number(t.office.session, html`<code>${order.checkout_session_id}</code>`)}
            ${number(t.office.plan, html`<code>${order.plan_id}</code>`)}
            ${number(t.office.shopper, html`<code>${order.shopper_id}</code>`)}
          </dl>
          <a href="/orders/${reference}">${t.office.asShopper}</a>
        </section>
      </div>
    </div>`;
}

function number(name: string, value: Html): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}

function moneyPanel(view: View, purchase: Ordered): Html {
  const { t, price, time } = view;
  const { order } = purchase;
  const sum = (kind: string, name: string, amount: number) =>
    html`<div class="${kind}">
      <dt>${name}</dt>
      <dd>${price(amount)}</dd>
    </div>`;
  return html`<section class="panel">
    <h2>${t.office.money}</h2>
    ${bar(purchase)}
    <dl class="figures">
      ${sum('authorized', t.office.authorized, order.authorized_amount)}
      ${sum('captured', t.office.captured, order.captured_amount)}
      ${order.refunded_amount > 0 && sum('refunded', t.office.refunded, order.refunded_amount)}
      ${order.voided_amount > 0 && sum('voided', t.office.voided, order.voided_amount)}
      ${sum('open', t.office.open, order.capturable_amount)}
    </dl>
    ${history(view, purchase)}
    ${
      order.capturable_amount > 0 &&
      html`<p class="small">${inSentence(t.office.expires, time(order.expires_at))}</p>`
    }
  </section>`;
}

/** A sentence around a part that is markup already. */
function inSentence(sentence: (part: string) => string, part: Html): Html {
  const [before, after] = sentence('\n').split('\n');
  return html`${before}${part}${after}`;
}

/** How much of the authorized amount is kept, came back, was voided and is still open. */
function bar({ order }: Ordered): Html {
  const whole = order.authorized_amount;
  const parts = [
    ['captured', order.captured_amount - order.refunded_amount],
    ['refunded', order.refunded_amount],
    ['voided', order.voided_amount],
  ] as const;
  let start = 0;
  const rects = parts.map(([kind, amount]) => {
    const rect = html`<rect
      class="${kind}"
      x="${(100 * start) / whole}"
      width="${(100 * amount) / whole}"
      height="1"
    />`;
    start += amount;
    return rect;
  });
  return html`<svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
    ${rects}
  </svg>`;
}

function history({ t, price, time }: View, { captures, refunds }: Ordered): Html | false {
  if (captures.length + refunds.length === 0) return false;
  const row = (reference: string, at: string, text: string, amount: string) =>
    html`<li>
      <span><strong>${reference}</strong> <span class="summary">${time(at)} · ${text}</span></span>
      <span class="amount">${amount}</span>
    </li>`;
  return html`<h3>${t.office.history}</h3>
    <ul class="history">
      ${captures.map((each) =>
        row(each.reference, each.created_at, t.office.fee(price(each.merchant_fee)), price(each.amount)),
      )}
      ${refunds.map((each) =>
        row(
          each.reference,
          each.created_at,
          `${t.office.refundStates[each.status]}, ${t.office.feeReturned(price(each.fee_returned))}`,
          price(-each.amount),
        ),
      )}
    </ul>`;
}

function timelinePanel({ t, time }: View, { timeline }: Ordered): Html {
  return html`<section class="panel">
    <h2>${t.office.timeline}</h2>
    <p class="small">${timeline.length === 0 ? t.office.noTimeline : t.office.timelineText}</p>
    <ol class="timeline">
      ${timeline.map(
        ({ id, type, timestamp }) =>
          html`<li>
            <span>${t.office.events[type]}</span>
            <span class="summary"
              >${time(timestamp)} · <a href="/office/events/${id}"><code>${type}</code></a></span
            >
          </li>`,
      )}
    </ol>
  </section>`;
}
