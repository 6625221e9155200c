import { setTimeout as sleep } from 'node:timers/promises';
import { listAll, type ListQuery } from './lists.ts';
import { path } from './paths.ts';
import type { CallOptions, Send } from './send.ts';
import type {
  CheckoutSession,
  Fault,
  FaultInput,
  Message,
  Query,
  RequestBody,
  ResponseBody,
  Sandbox,
  ScenarioDocument,
  ScenarioInput,
  ScenarioRun,
  TrialBalance,
} from './types.ts';

/** Where the clock is to go: an instant, so many days on, or the next business event. At most ten years. */
export type ClockDestination = { to: string } | { days: number } | { until: 'next_event' };

/** A story that is to be another order's: what is left out stays as the scenario has it. */
export type ScenarioOrder = NonNullable<RequestBody<'runScenario'>['order']>;

const pollMs = 500;

/** The sandbox that the client's key belongs to; the live environment has none of this. */
export class SandboxControl {
  readonly #send: Send;

  /** What is to go wrong. */
  readonly faults: Faults;

  constructor(send: Send) {
    this.#send = send;
    this.faults = new Faults(send);
  }

  get(options?: CallOptions): Promise<Sandbox> {
    return this.#send({ method: 'GET', path: '/v1/sandbox' }, options);
  }

  /** Ends the sandbox with all that is in it. */
  remove(options?: CallOptions): Promise<ResponseBody<'deleteSandbox'>> {
    return this.#send({ method: 'DELETE', path: '/v1/sandbox' }, options);
  }

  /**
   * Moves the sandbox's one clock forward, date by date: everything that falls due on the way happens. Resolves when the
   * clock has arrived, also where that takes longer than a request.
   */
  async advanceClock(input: ClockDestination, options?: CallOptions): Promise<Sandbox> {
    const asked = { method: 'POST', path: '/v1/sandbox/clock/advance', body: input } as const;
    let sandbox: Sandbox = await this.#send(asked, options);
    while (sandbox.clock.moving) {
      await sleep(pollMs, undefined, { signal: options?.signal });
      sandbox = await this.get(options);
    }
    return sandbox;
  }

  /** When something next happens by itself, and what may; null when nothing ever will. */
  async nextEvent(options?: CallOptions): Promise<Sandbox['clock']['next_event']> {
    return (await this.get(options)).clock.next_event;
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

  /** The scenarios that come with the gateway, as documents that can be changed and run. */
  scenarios(options?: CallOptions): AsyncGenerator<ScenarioDocument, void, undefined> {
    return listAll(this.#send, '/v1/sandbox/scenarios', {}, options);
  }

  /**
   * Plays a story of one order for a new test shopper and resolves when it is over, whether it passed or failed: the
   * calendar before and after, what happened step by step, what was expected, and whether the books balance. It is one of
   * the gateway's by name, for another order if you like, or a document of your own.
   */
  async runScenario(
    scenario: string | ScenarioInput,
    order?: ScenarioOrder,
    options?: CallOptions,
  ): Promise<ScenarioRun> {
    const body = typeof scenario === 'string' ? { name: scenario, order } : { document: scenario };
    const asked = { method: 'POST', path: '/v1/sandbox/scenarios', body } as const;
    let run: ScenarioRun = await this.#send(asked, options);
    while (run.status === 'running') {
      await sleep(pollMs, undefined, { signal: options?.signal });
      run = await this.#send({ method: 'GET', path: path`/v1/sandbox/scenarios/${run.id}` }, options);
    }
    return run;
  }
}

/** What is to go wrong in a sandbox: as often as a fault says, and always in the same way. */
export class Faults {
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  create(fault: FaultInput, options?: CallOptions): Promise<Fault> {
    return this.#send({ method: 'POST', path: '/v1/sandbox/faults', body: fault }, options);
  }

  /** All that were not cleared, with how often each has happened. */
  async list(options?: CallOptions): Promise<Fault[]> {
    const { data }: ResponseBody<'listFaults'> = await this.#send(
      { method: 'GET', path: '/v1/sandbox/faults' },
      options,
    );
    return data;
  }

  /** Clears one fault, and a funder that it had down lends again. */
  clear(faultId: string, options?: CallOptions): Promise<Fault> {
    return this.#send({ method: 'DELETE', path: path`/v1/sandbox/faults/${faultId}` }, options);
  }

  /** Clears them all, and returns what they were. */
  async clearAll(options?: CallOptions): Promise<Fault[]> {
    const { data }: ResponseBody<'clearFaults'> = await this.#send(
      { method: 'DELETE', path: '/v1/sandbox/faults' },
      options,
    );
    return data;
  }
}
