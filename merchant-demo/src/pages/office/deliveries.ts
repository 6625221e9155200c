import type { Delivery, Event, WebhookEndpoint } from '@morrow/sdk-js/server';
import { html } from '../../html.ts';
import type { Html } from '../../html.ts';
import type { View } from '../../view.ts';
import { table } from './layout.ts';
import { badge } from './money.ts';

export type DeliveriesInput = {
  endpoint: WebhookEndpoint | undefined;
  deliveries: readonly Delivery[];
  /** What an event was, if the shop has it in the timeline of an order. */
  typeOf: (eventId: string) => string | undefined;
};

/** What Morrow has sent to the shop's endpoint, and what the shop answered. */
export function deliveriesPage({ t, time }: View, { endpoint, deliveries, typeOf }: DeliveriesInput): Html {
  const { office } = t;
  if (!endpoint) {
    return html`<h1>${office.deliveries}</h1>
      <p class="empty">${office.noEndpoint}</p>`;
  }
  return html`<h1>${office.deliveries}</h1>
    <p class="lead">
      <code>${endpoint.url}</code> ${badge(endpoint.status, office.endpointStates[endpoint.status])}
    </p>
    ${
      deliveries.length === 0
        ? html`<p class="empty">${office.noDeliveries}</p>`
        : html`${table(
              [office.event, office.attempt, office.status, office.answer, office.scheduled, office.finished],
              deliveries.map((each) => [
                html`<a href="/office/events/${each.event_id}"
                  ><code>${typeOf(each.event_id) ?? shorten(each.event_id)}</code></a
                >`,
                each.attempt,
                badge(each.status, office.deliveryStates[each.status]),
                each.failure ?? each.response_status ?? '–',
                time(each.scheduled_at),
                each.finished_at === null ? '–' : time(each.finished_at),
              ]),
            )}
            <p class="small">${office.newest(deliveries.length)}</p>`
    }`;
}

/** Ids begin with the time, so it is their ends that differ. */
function shorten(id: string): string {
  return `${id.slice(0, 4)}…${id.slice(-8)}`;
}

export function eventPage({ t, time }: View, event: Event): Html {
  const { office } = t;
  return html`<p class="eyebrow"><a href="/office/deliveries">${office.deliveries}</a></p>
    <h1>${office.events[event.type]}</h1>
    <section class="panel">
      <dl class="numbers">
        <div>
          <dt>${office.event}</dt>
          <dd><code>${event.id}</code></dd>
        </div>
        <div>
          <dt>${office.kind}</dt>
          <dd><code>${event.type}</code></dd>
        </div>
        <div>
          <dt>${office.number}</dt>
          <dd>${event.sequence}</dd>
        </div>
        <div>
          <dt>${office.happened}</dt>
          <dd>${time(event.occurred_at)}</dd>
        </div>
        <div>
          <dt>${office.object}</dt>
          <dd><code>${event.object_id}</code></dd>
        </div>
      </dl>
      <h2>${office.data}</h2>
      <pre tabindex="0">${JSON.stringify(event.data, null, 2)}</pre>
    </section>`;
}
