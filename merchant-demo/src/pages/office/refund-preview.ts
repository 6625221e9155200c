import type { RefundPreview } from '@morrow/sdk-js/server';
import type { Ordered } from '../../fulfilment.ts';
import { html } from '../../html.ts';
import type { Html } from '../../html.ts';
import { plainPrice } from '../../money.ts';
import type { View } from '../../view.ts';
import { form } from '../layout.ts';

/** A refund before it is made; `number` counts the order's refunds. */
export type Previewed = { number: number; preview: RefundPreview };

type Scheduled = RefundPreview['schedule_after'][number];

/** What a refund would do to the shopper's plan and to the shop, with the button that makes it. */
export function refundPreviewPanel(view: View, { reference }: Ordered, { number, preview }: Previewed): Html {
  const { t, price, formToken: token } = view;
  const { office } = t;
  const rows: [string, number][] = [
    [office.offDebt, preview.debt_amount],
    [office.moneyBack, preview.money_back_amount],
    [office.interestBack, preview.interest_returned],
    [office.feeBack, preview.fee_returned],
    [office.subsidyBack, preview.subsidy_returned],
  ];
  return html`<section class="panel actions refund-preview">
    <h2>${office.previewTitle(price(preview.amount))}</h2>
    <dl class="numbers">
      ${rows
        .filter(([, amount]) => amount > 0)
        .map(
          ([name, amount]) =>
            html`<div>
              <dt>${name}</dt>
              <dd>${price(amount)}</dd>
            </div>`,
        )}
    </dl>
    ${scheduleTable(view, preview)}
    ${form({
      action: `/office/orders/${reference}/refund`,
      token,
      body: html`<input type="hidden" name="number" value="${number}" /><input
          type="hidden"
          name="amount"
          value="${plainPrice(preview.amount)}"
        />
        <button class="primary wide">${office.refundNow(price(preview.amount))}</button>`,
    })}
    <a href="/office/orders/${reference}">${office.refundNot}</a>
  </section>`;
}

function scheduleTable({ t, price, date }: View, preview: RefundPreview): Html {
  const { office } = t;
  const leftOf = (item: Scheduled | undefined) => (item ? item.amount - item.paid_amount : 0);
  const open = preview.schedule_before.filter((item) => leftOf(item) > 0);
  if (open.length === 0) return html``;
  return html`<table class="schedule">
    <thead>
      <tr>
        <th scope="col">${t.plan.date}</th>
        <th scope="col">${office.leftBefore}</th>
        <th scope="col">${office.leftAfter}</th>
      </tr>
    </thead>
    <tbody>
      ${open.map(
        (item) =>
          html`<tr>
            <td>${date(item.due_date)}</td>
            <td>${price(leftOf(item))}</td>
            <td>${price(leftOf(preview.schedule_after.find(({ number }) => number === item.number)))}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
