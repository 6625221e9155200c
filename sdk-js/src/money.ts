import { listAll, type ListQuery } from './lists.ts';
import { path } from './paths.ts';
import type { CallOptions, Send } from './send.ts';
import type { Payout, Plan, Query, Settlement, SettlementLine } from './types.ts';

export class Plans {
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  /** What the shopper agreed to, and today's schedule. */
  get(planId: string, options?: CallOptions): Promise<Plan> {
    return this.#send({ method: 'GET', path: path`/v1/plans/${planId}` }, options);
  }
}

export class Settlements {
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  /** The oldest first. */
  list(
    query: ListQuery<Query<'listSettlements'>> = {},
    options?: CallOptions,
  ): AsyncGenerator<Settlement, void, undefined> {
    return listAll(this.#send, '/v1/settlements', query, options);
  }

  get(settlementId: string, options?: CallOptions): Promise<Settlement> {
    return this.#send({ method: 'GET', path: path`/v1/settlements/${settlementId}` }, options);
  }

  /** The lines sum to the settlement's net. */
  lines(
    settlementId: string,
    query: ListQuery<Query<'listSettlementLines'>> = {},
    options?: CallOptions,
  ): AsyncGenerator<SettlementLine, void, undefined> {
    return listAll(this.#send, path`/v1/settlements/${settlementId}/lines`, query, options);
  }
}

export class Payouts {
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  /** The oldest first. */
  list(
    query: ListQuery<Query<'listPayouts'>> = {},
    options?: CallOptions,
  ): AsyncGenerator<Payout, void, undefined> {
    return listAll(this.#send, '/v1/payouts', query, options);
  }

  get(payoutId: string, options?: CallOptions): Promise<Payout> {
    return this.#send({ method: 'GET', path: path`/v1/payouts/${payoutId}` }, options);
  }

  /** What the payout pays: the lines of its settlement, which sum to its amount. */
  lines(
    payoutId: string,
    query: ListQuery<Query<'listPayoutLines'>> = {},
    options?: CallOptions,
  ): AsyncGenerator<SettlementLine, void, undefined> {
    return listAll(this.#send, path`/v1/payouts/${payoutId}/lines`, query, options);
  }
}
