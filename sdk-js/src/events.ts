import { listAll, type ListQuery } from './lists.ts';
import { path } from './paths.ts';
import type { CallOptions, Send } from './send.ts';
import type { Delivery, Event, Query, RequestBody, ResponseBody, WebhookEndpoint } from './types.ts';

export class Events {
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  /**
   * The events after number `after`, in order, up to the newest. Keep the `sequence` of the last one that you have
   * handled: webhooks are a hint that may be lost, this feed misses nothing.
   */
  async *list(
    { after = 0, limit }: Query<'listEvents'> = {},
    options?: CallOptions,
  ): AsyncGenerator<Event, void, undefined> {
    for (let last = after; ;) {
      const query = { after: last, limit };
      const page: ResponseBody<'listEvents'> = await this.#send(
        { method: 'GET', path: '/v1/events', query },
        options,
      );
      yield* page.data;
      const newest = page.data.at(-1);
      if (!newest) return;
      last = newest.sequence;
    }
  }

  get(eventId: string, options?: CallOptions): Promise<Event> {
    return this.#send({ method: 'GET', path: path`/v1/events/${eventId}` }, options);
  }
}

export class WebhookEndpoints {
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  /** Registers a URL for events from now on; `["*"]` for all. Keep `secret`: it is told only here. */
  create(
    input: RequestBody<'createWebhookEndpoint'>,
    options?: CallOptions,
  ): Promise<WebhookEndpoint & { secret: string }> {
    return this.#send({ method: 'POST', path: '/v1/webhook-endpoints', body: input }, options);
  }

  list(options?: CallOptions): AsyncGenerator<WebhookEndpoint, void, undefined> {
    return listAll(this.#send, '/v1/webhook-endpoints', {}, options);
  }

  /** What was sent to an endpoint, each attempt with its answer, and what is still to be sent. The oldest first. */
  deliveries(
    endpointId: string,
    query: ListQuery<Query<'listDeliveries'>> = {},
    options?: CallOptions,
  ): AsyncGenerator<Delivery, void, undefined> {
    return listAll(this.#send, path`/v1/webhook-endpoints/${endpointId}/deliveries`, query, options);
  }

  /** It gets nothing more. */
  remove(endpointId: string, options?: CallOptions): Promise<ResponseBody<'deleteWebhookEndpoint'>> {
    return this.#send({ method: 'DELETE', path: path`/v1/webhook-endpoints/${endpointId}` }, options);
  }
}
