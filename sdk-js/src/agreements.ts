import { listAll, type ListQuery } from './lists.ts';
import { path } from './paths.ts';
import type { CallOptions, Send } from './send.ts';
import type { Agreement, Order, Query, RequestBody } from './types.ts';

/** Consents of shoppers that you authorize orders without their confirming each one, within ceilings. */
export class Agreements {
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  /** Opens an agreement. Send the shopper to `url`; the event `agreement.active` tells that they agreed. */
  create(input: RequestBody<'createAgreement'>, options?: CallOptions): Promise<Agreement & { url: string }> {
    return this.#send({ method: 'POST', path: '/v1/agreements', body: input }, options);
  }

  get(agreementId: string, options?: CallOptions): Promise<Agreement> {
    return this.#send({ method: 'GET', path: path`/v1/agreements/${agreementId}` }, options);
  }

  /** The oldest first. */
  list(
    query: ListQuery<Query<'listAgreements'>> = {},
    options?: CallOptions,
  ): AsyncGenerator<Agreement, void, undefined> {
    return listAll(this.#send, '/v1/agreements', query, options);
  }

  /**
   * Authorizes an order without asking the shopper, who is told of it. Authorize the most that it may cost, and capture
   * the final amount with `final: true`. A decline throws a `MorrowError` with the code `authorization_declined`.
   */
  authorize(
    agreementId: string,
    input: RequestBody<'authorizeAgreementOrder'>,
    options?: CallOptions,
  ): Promise<Order> {
    return this.#send(
      { method: 'POST', path: path`/v1/agreements/${agreementId}/orders`, body: input },
      options,
    );
  }

  /** Ends it at once; what is authorized stays as it is. */
  end(agreementId: string, options?: CallOptions): Promise<Agreement> {
    return this.#send({ method: 'POST', path: path`/v1/agreements/${agreementId}/end` }, options);
  }
}
