import type { Installment, Plan } from '@morrow/sdk-js/server';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import type { Purchase } from '../store.ts';
import type { View } from '../view.ts';

type State = Installment['status'] | 'planned' | 'down';

/** What the shopper pays and when, as Morrow tells it; the shop computes none of it. */
export function planPanel(view: View, { plan }: Purchase, title = view.t.plan.title): Html {
  const { plan: t } = view.t;
  if (!plan) {
    return html`<section class="panel">
      <h2>${t.untitled}</h2>
      <p class="small">${t.unread}</p>
    </section>`;
  }
  const { agreed, installments } = plan;
  return html`<section class="panel">
    <h2>${title(t.names[plan.code])}</h2>
    <p class="small">${planText(view, plan)}</p>
    <table class="schedule">
      <thead>
        <tr>
          <th scope="col">${t.date}</th>
          <th scope="col">${t.amount}</th>
          <th scope="col">${t.state}</th>
        </tr>
      </thead>
      <tbody>
        ${agreed.down_payment > 0 && scheduleRow(view, t.withOrder, agreed.down_payment, 'down')}
        ${
          installments.length > 0
            ? installments.map((row) => scheduleRow(view, date(view, row.due_date), row.amount, row.status))
            : agreed.installments.map((row) =>
                scheduleRow(view, date(view, row.due_date), row.amount, 'planned'),
              )
        }
      </tbody>
    </table>
    <p class="small">${payeeText(view, agreed)}</p>
  </section>`;
}

function planText({ t, date: dateOf }: View, { status, started_on: startedOn, agreed }: Plan): string {
  const { plan } = t;
  const texts: Record<Plan['status'], string> = {
    pending: plan.pending(dateOf(agreed.agreed_on)),
    active: plan.active(dateOf(startedOn ?? agreed.agreed_on)),
    paid: plan.paid,
    canceled: plan.canceled,
    charged_off: plan.charged_off,
    recovered: plan.recovered,
  };
  return texts[status];
}

function payeeText({ t, price }: View, { funder, finance_charge: charge }: Plan['agreed']): Html | string {
  return charge > 0 ? t.plan.payeeWithInterest(funder.name, price(charge)) : t.plan.payee(funder.name);
}

function scheduleRow({ t, price }: View, when: Html | string, amount: number, state: State): Html {
  return html`<tr class="${state}">
    <td>${when}</td>
    <td>${price(amount)}</td>
    <td>${t.plan.states[state]}</td>
  </tr>`;
}

function date(view: View, isoDate: string): Html {
  return html`<time datetime="${isoDate}">${view.date(isoDate)}</time>`;
}
