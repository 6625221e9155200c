import { listAll, type ListQuery } from './lists.ts';
import { path } from './paths.ts';
import type { CallOptions, Send } from './send.ts';
import type { Capture, Order, Query, Refund, RefundPreview, RequestBody, Return, Reversal } from './types.ts';

export class Orders {
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  /**
   * Turns a confirmed checkout session into an order. Give it the idempotency key `authorize-<session id>`, so that the
   * shopper's return, a reload and the webhook together make one order.
   */
  authorize(input: RequestBody<'authorizeOrder'>, options?: CallOptions): Promise<Order> {
    return this.#send({ method: 'POST', path: '/v1/orders', body: input }, options);
  }

  get(orderId: string, options?: CallOptions): Promise<Order> {
    return this.#send({ method: 'GET', path: path`/v1/orders/${orderId}` }, options);
  }

  /** The oldest first. */
  list(
    query: ListQuery<Query<'listOrders'>> = {},
    options?: CallOptions,
  ): AsyncGenerator<Order, void, undefined> {
    return listAll(this.#send, '/v1/orders', query, options);
  }

  /**
   * Captures what was shipped, whole or in part: the shopper's debt starts, and you are owed the amount less the fee.
   * `reference` is yours and used once per order, so that repeating it can never capture twice. With `final: true` what
   * is left of the order is voided at once.
   */
  capture(orderId: string, input: RequestBody<'createCapture'>, options?: CallOptions): Promise<Capture> {
    return this.#send({ method: 'POST', path: path`/v1/orders/${orderId}/captures`, body: input }, options);
  }

  /** Lets the authorization live seven days longer, up to 30 in all; `reference` as with a capture. */
  extend(orderId: string, input: RequestBody<'extendOrder'>, options?: CallOptions): Promise<Order> {
    return this.#send({ method: 'POST', path: path`/v1/orders/${orderId}/extend`, body: input }, options);
  }

  /** Gives up what is not captured. */
  void(orderId: string, options?: CallOptions): Promise<Order> {
    return this.#send({ method: 'POST', path: path`/v1/orders/${orderId}/void` }, options);
  }

  /** What a refund of this amount would do now: the schedule before and after, and what would go to whom. */
  previewRefund(
    orderId: string,
    input: RequestBody<'previewRefund'>,
    options?: CallOptions,
  ): Promise<RefundPreview> {
    return this.#send(
      { method: 'POST', path: path`/v1/orders/${orderId}/refund-preview`, body: input },
      options,
    );
  }

  /**
   * Says that goods are on their way back: the shopper's dues stand still until you accept or reject the return, 14 days
   * at most. `reference` as with a capture.
   */
  declareReturn(
    orderId: string,
    input: RequestBody<'declareReturn'>,
    options?: CallOptions,
  ): Promise<Return> {
    return this.#send({ method: 'POST', path: path`/v1/orders/${orderId}/returns`, body: input }, options);
  }

  /** Refunds captured goods, whole or in part; `reference` as with a capture. */
  refund(orderId: string, input: RequestBody<'createRefund'>, options?: CallOptions): Promise<Refund> {
    return this.#send({ method: 'POST', path: path`/v1/orders/${orderId}/refunds`, body: input }, options);
  }

  /**
   * Undoes whatever became of a reference whose authorization had an unknown outcome: what is not captured is voided,
   * what is captured is refunded, and an authorization that arrives later is refused.
   */
  reverse(input: RequestBody<'reverseOrder'>, options?: CallOptions): Promise<Reversal> {
    return this.#send({ method: 'POST', path: '/v1/orders/reversal', body: input }, options);
  }

  captures(orderId: string, options?: CallOptions): AsyncGenerator<Capture, void, undefined> {
    return listAll(this.#send, path`/v1/orders/${orderId}/captures`, {}, options);
  }

  refunds(orderId: string, options?: CallOptions): AsyncGenerator<Refund, void, undefined> {
    return listAll(this.#send, path`/v1/orders/${orderId}/refunds`, {}, options);
  }
}
