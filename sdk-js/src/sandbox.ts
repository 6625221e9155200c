import { listAll, type ListQuery } from './lists.ts';
import { path } from './paths.ts';
import type { CallOptions, Send } from './send.ts';
import type {
  CheckoutSession,
  Message,
  Query,
  RequestBody,
  ResponseBody,
  Sandbox,
  TrialBalance,
} from './types.ts';

/** The sandbox that the client's key belongs to; the live environment has none of this. */
export class SandboxControl {
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  get(options?: CallOptions): Promise<Sandbox> {
    return this.#send({ method: 'GET', path: '/v1/sandbox' }, options);
  }

  /** Ends the sandbox with all that is in it. */
  remove(options?: CallOptions): Promise<ResponseBody<'deleteSandbox'>> {
    return this.#send({ method: 'DELETE', path: '/v1/sandbox' }, options);
  }

  /** Moves the sandbox's one clock forward, at most 31 days; everything that falls due on the way happens. */
  advanceClock(input: RequestBody<'advanceClock'>, options?: CallOptions): Promise<Sandbox> {
    return this.#send({ method: 'POST', path: '/v1/sandbox/clock/advance', body: input }, options);
  }

  /** The messages that would have been sent to people, the newest first. */
  inbox(
    query: ListQuery<Query<'listInbox'>> = {},
    options?: CallOptions,
  ): AsyncGenerator<Message, void, undefined> {
    return listAll(this.#send, '/v1/sandbox/inbox', query, options);
  }

  trialBalance(options?: CallOptions): Promise<TrialBalance> {
    return this.#send({ method: 'GET', path: '/v1/sandbox/trial-balance' }, options);
  }

  /** Confirms a checkout session as a test shopper would on the hosted page. */
  confirmSession(
    sessionId: string,
    input: RequestBody<'confirmSandboxSession'>,
    options?: CallOptions,
  ): Promise<CheckoutSession> {
    return this.#send(
      { method: 'POST', path: path`/v1/sandbox/checkout-sessions/${sessionId}/confirm`, body: input },
      options,
    );
  }
}
