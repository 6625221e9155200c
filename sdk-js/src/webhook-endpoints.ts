import { listAll, type ListQuery } from './lists.ts';
import { path } from './paths.ts';
import type { CallOptions, Send } from './send.ts';
import type { Delivery, Query, RequestBody, ResponseBody, WebhookEndpoint } from './types.ts';

/** Your URLs that are told of events. */
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

  /** All of them; there are at most ten. */
  list(options?: CallOptions): AsyncGenerator<WebhookEndpoint, void, undefined> {
    return listAll(this.#send, '/v1/webhook-endpoints', {}, options);
  }

  /** Changes the URL or the events, or enables it again with `status: 'enabled'`; secret and key stay. */
  update(
    endpointId: string,
    input: RequestBody<'updateWebhookEndpoint'>,
    options?: CallOptions,
  ): Promise<WebhookEndpoint> {
    return this.#send(
      { method: 'PATCH', path: path`/v1/webhook-endpoints/${endpointId}`, body: input },
      options,
    );
  }

  /** A new secret, told only here. The one before signs as well for 24 hours: give `verifyWebhook` both. */
  rotate(endpointId: string, options?: CallOptions): Promise<WebhookEndpoint & { secret: string }> {
    return this.#send({ method: 'POST', path: path`/v1/webhook-endpoints/${endpointId}/rotate` }, options);
  }

  /** Sends one event `webhook_endpoint.test` to this endpoint alone. */
  test(endpointId: string, options?: CallOptions): Promise<ResponseBody<'testWebhookEndpoint'>> {
    return this.#send({ method: 'POST', path: path`/v1/webhook-endpoints/${endpointId}/test` }, options);
  }

  /**
   * Sends events again: one by its id, or what follows a number and is of the endpoint's types, so many numbers at a time;
   * then go on with `next_after` while `has_more`.
   */
  redeliver(
    endpointId: string,
    input: RequestBody<'redeliverEvents'>,
    options?: CallOptions,
  ): Promise<ResponseBody<'redeliverEvents'>> {
    return this.#send(
      { method: 'POST', path: path`/v1/webhook-endpoints/${endpointId}/redeliver`, body: input },
      options,
    );
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
