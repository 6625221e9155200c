import type { Payout, Settlement, SettlementLine } from '@morrow/sdk-js/server';
import { html } from '../../html.ts';
import type { Html, HtmlPart } from '../../html.ts';
import type { View } from '../../view.ts';
import { table } from './layout.ts';

export type SettlementsInput = { settlements: readonly Settlement[]; payouts: readonly Payout[] };

/** What Morrow owes the shop, day by day, and what it has paid. */
export function settlementsPage(view: View, { settlements, payouts }: SettlementsInput): Html {
  const { t, price, date } = view;
  const { office } = t;
  return html`<h1>${office.settlements}</h1>
    <p class="lead">${office.noSettlementsText}</p>
    ${
      settlements.length === 0
        ? html`<p class="empty">${office.noSettlements}</p>`
        : table(
            [office.day, office.status, office.lines, office.net],
            settlements.map((each) => [
              html`<a href="/office/settlements/${each.id}">${date(each.business_date)}</a>`,
              badge(each.status, office.settlementStates[each.status]),
              each.lines_count ?? '–',
              each.net === null ? '–' : price(each.net),
            ]),
          )
    }
    <h2 class="section">${office.payouts}</h2>
    ${payouts.length === 0 ? html`<p class="empty">${office.noPayouts}</p>` : payoutTable(view, payouts)}`;
}

function payoutTable({ t, price, time }: View, payouts: readonly Payout[]): Html {
  const { office } = t;
  return table(
    [office.payout, office.status, office.paidAt, office.amount],
    payouts.map((each) => [
      html`<a href="/office/payouts/${each.id}"><code>${each.id}</code></a>`,
      html`${badge(each.status, office.payoutStates[each.status])}
      ${each.failure_code !== null && html`<code>${each.failure_code}</code>`}`,
      each.paid_at === null ? '–' : time(each.paid_at),
      price(each.amount),
    ]),
  );
}

export type LinesInput = {
  lines: readonly SettlementLine[];
  /** The shop's number of an order that Morrow names; undefined for an order that the shop does not know. */
  referenceOf: (orderId: string) => string | undefined;
};

export function settlementPage(
  view: View,
  { settlement, payouts, ...input }: LinesInput & { settlement: Settlement; payouts: readonly Payout[] },
): Html {
  const { t, price, date } = view;
  const { office } = t;
  return html`<p class="eyebrow"><a href="/office/settlements">${office.settlements}</a></p>
    <div class="title">
      <h1>${office.settlement(date(settlement.business_date))}</h1>
      ${badge(settlement.status, office.settlementStates[settlement.status])}
    </div>
    ${linesTable(view, input)}
    ${settlement.net !== null && html`<p class="sum">${office.net} <strong>${price(settlement.net)}</strong></p>`}
    <h2 class="section">${office.payouts}</h2>
    ${payouts.length === 0 ? html`<p class="empty">${office.noPayouts}</p>` : payoutTable(view, payouts)}`;
}

export function payoutPage(view: View, { payout, ...input }: LinesInput & { payout: Payout }): Html {
  const { t, price } = view;
  const { office } = t;
  return html`<p class="eyebrow">
      <a href="/office/settlements/${payout.settlement_id}">${office.settlements}</a>
    </p>
    <div class="title">
      <h1>${office.payout}</h1>
      ${badge(payout.status, office.payoutStates[payout.status])}
    </div>
    <p class="small"><code>${payout.id}</code></p>
    ${linesTable(view, input)}
    <p class="sum">${office.amount} <strong>${price(payout.amount)}</strong></p>`;
}

function linesTable({ t, price, date }: View, { lines, referenceOf }: LinesInput): Html {
  const { office } = t;
  const orderCell = (orderId: string | null): HtmlPart => {
    if (orderId === null) return '–';
    const reference = referenceOf(orderId);
    return reference === undefined
      ? html`<code>${orderId}</code>`
      : html`<a href="/office/orders/${reference}">${reference}</a>`;
  };
  return table(
    [office.number, office.kind, office.order, office.day, office.amount],
    lines.map((line) => [
      line.number,
      office.lineKinds[line.kind],
      orderCell(line.order_id),
      date(line.business_date),
      price(line.amount),
    ]),
  );
}

export function badge(status: string, name: string): Html {
  return html`<span class="badge ${status}">${name}</span>`;
}
