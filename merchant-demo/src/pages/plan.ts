import type { Installment, Plan } from '@morrow/sdk-js/server';
import { html } from '../html.ts';
import type { Html, HtmlPart } from '../html.ts';
import { formatPrice } from '../money.ts';
import type { Purchase } from '../store.ts';

const planNames: Record<Plan['code'], string> = {
  pay_after: 'Pay after delivery',
  pay_in_3: 'Pay in 3 parts',
  pay_in_4: 'Pay in 4 parts',
};

const installmentNames: Record<Installment['status'], string> = {
  scheduled: 'Scheduled',
  due: 'Due today',
  overdue: 'Overdue',
  paid: 'Paid',
  canceled: 'Not needed',
};

/** What the shopper pays and when, as Morrow tells it; the shop computes none of it. */
export function planPanel({ plan }: Purchase): Html {
  if (!plan) {
    return html`<section class="panel">
      <h2>Your plan</h2>
      <p class="small">It could not be read just now. Reload the page in a moment.</p>
    </section>`;
  }
  const { agreed } = plan;
  return html`<section class="panel">
    <h2>Your plan: ${planNames[plan.code]}</h2>
    <p class="small">${planText(plan)}</p>
    <table class="schedule">
      <thead>
        <tr>
          <th scope="col">Date</th>
          <th scope="col">Amount</th>
          <th scope="col">State</th>
        </tr>
      </thead>
      <tbody>
        ${
          agreed.down_payment > 0 &&
          html`<tr>
            <td>With the order</td>
            <td>${formatPrice(agreed.down_payment)}</td>
            <td>Down payment</td>
          </tr>`
        }
        ${
          plan.installments.length > 0
            ? plan.installments.map((row) =>
                scheduleRow(row.due_date, row.amount, installmentNames[row.status], row.status),
              )
            : agreed.installments.map((row) => scheduleRow(row.due_date, row.amount, 'Planned', 'scheduled'))
        }
      </tbody>
    </table>
    <p class="small">Paid to ${agreed.funder.name} through Morrow, without interest or fees.</p>
  </section>`;
}

function planText({ status, started_on: startedOn, agreed }: Plan): HtmlPart {
  const texts: Record<Plan['status'], HtmlPart> = {
    pending: html`It starts when we ship. These are the dates as you agreed to them on
    ${date(agreed.agreed_on)}, if we had shipped on that day.`,
    active: html`It started on ${date(startedOn ?? agreed.agreed_on)}, when we shipped.`,
    paid: 'All of it is paid. Thank you.',
    canceled: 'It was canceled; you owe nothing.',
    charged_off: 'It is closed.',
  };
  return texts[status];
}

function scheduleRow(dueDate: string, amount: number, state: string, status: Installment['status']): Html {
  return html`<tr class="${status}">
    <td>${date(dueDate)}</td>
    <td>${formatPrice(amount)}</td>
    <td>${state}</td>
  </tr>`;
}

const dateFormat = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' });

/** A due date is a date and not an instant, so it is the same in every time zone. */
function date(isoDate: string): Html {
  return html`<time datetime="${isoDate}">${dateFormat.format(new Date(`${isoDate}T00:00:00Z`))}</time>`;
}
