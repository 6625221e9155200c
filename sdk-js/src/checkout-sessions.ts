import { listAll, type ListQuery } from './lists.ts';
import { path } from './paths.ts';
import type { CallOptions, Send } from './send.ts';
import type { CheckoutSession, ClientToken, Query, RequestBody } from './types.ts';

export class CheckoutSessions {
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  /** Opens a session. Send the shopper to `url`, and keep `id` and `lines_hash` for their return. */
  create(
    input: RequestBody<'createCheckoutSession'>,
    options?: CallOptions,
  ): Promise<CheckoutSession & { url: string }> {
    return this.#send({ method: 'POST', path: '/v1/checkout-sessions', body: input }, options);
  }

  /** A session; while it is confirmed, with its `checkout_token`. */
  get(sessionId: string, options?: CallOptions): Promise<CheckoutSession> {
    return this.#send({ method: 'GET', path: path`/v1/checkout-sessions/${sessionId}` }, options);
  }

  /** The oldest first. */
  list(
    query: ListQuery<Query<'listCheckoutSessions'>> = {},
    options?: CallOptions,
  ): AsyncGenerator<CheckoutSession, void, undefined> {
    return listAll(this.#send, '/v1/checkout-sessions', query, options);
  }

  /** Cancels an open or confirmed session and releases what it holds. */
  cancel(sessionId: string, options?: CallOptions): Promise<CheckoutSession> {
    return this.#send({ method: 'POST', path: path`/v1/checkout-sessions/${sessionId}/cancel` }, options);
  }

  /** A token with which a browser at the origin of the session's `return_url` may read this session's status, for the checkout in a window. */
  createClientToken(sessionId: string, options?: CallOptions): Promise<ClientToken> {
    return this.#send(
      { method: 'POST', path: path`/v1/checkout-sessions/${sessionId}/client-token` },
      options,
    );
  }
}
