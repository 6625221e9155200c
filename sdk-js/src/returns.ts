import { listAll, type ListQuery } from './lists.ts';
import { path } from './paths.ts';
import type { CallOptions, Send } from './send.ts';
import type { Query, RequestBody, Return } from './types.ts';

/** Goods that are on their way back. Declared by you (`orders.declareReturn`) or by the shopper; answered by you. */
export class Returns {
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  get(returnId: string, options?: CallOptions): Promise<Return> {
    return this.#send({ method: 'GET', path: path`/v1/returns/${returnId}` }, options);
  }

  /** The oldest first; `{ status: 'declared' }` are those that wait for you. */
  list(
    query: ListQuery<Query<'listReturns'>> = {},
    options?: CallOptions,
  ): AsyncGenerator<Return, void, undefined> {
    return listAll(this.#send, '/v1/returns', query, options);
  }

  /** Refunds the order in the same step, whole or in part; `reference` is the refund's. */
  accept(returnId: string, input: RequestBody<'acceptReturn'>, options?: CallOptions): Promise<Return> {
    return this.#send({ method: 'POST', path: path`/v1/returns/${returnId}/accept`, body: input }, options);
  }

  /** Refunds nothing; the shopper is told the reason. */
  reject(returnId: string, input: RequestBody<'rejectReturn'>, options?: CallOptions): Promise<Return> {
    return this.#send({ method: 'POST', path: path`/v1/returns/${returnId}/reject`, body: input }, options);
  }
}
