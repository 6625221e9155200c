import { MorrowError } from './errors.ts';
import { path } from './paths.ts';
import type { CallOptions, Send } from './send.ts';
import type { Event, EventCheckpoint, EventPage, Query, ResponseBody } from './types.ts';

/** What may be asked of the feed. */
export type EventQuery = Query<'listEvents'>;

/** Where to begin, which events, and until when. */
export type FollowQuery = Omit<EventQuery, 'wait' | 'limit'> & {
  /** Ends the iteration, without an error. */
  signal?: AbortSignal | undefined;
};

const longestWaitSeconds = 30;
const pageSize = 100;

/** The feed of everything that happened: what counts, where webhooks are a hint. */
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
    query: Omit<EventQuery, 'wait'> = {},
    options?: CallOptions,
  ): AsyncGenerator<Event, void, undefined> {
    for (let page: EventPage | undefined; page?.has_more !== false;) {
      page = await this.page({ ...query, after: page?.next_after ?? query.after }, options);
      yield* page.data;
    }
  }

  /**
   * Every event after number `after`, each once and in order, and then each new one when it comes, for as long as you
   * iterate: through restarts of the gateway and breaks of the network, which it waits out. Only a refusal, such as of a
   * revoked key, ends it with an error. Keep the `sequence` of what you have handled and begin there the next time.
   */
  async *follow({ after = 0, signal, ...filter }: FollowQuery = {}): AsyncGenerator<Event, void, undefined> {
    const isWhole = filter.type === undefined && filter.object_id === undefined;
    for (let last = after; ;) {
      const query = { ...filter, after: last, limit: pageSize, wait: longestWaitSeconds };
      const page = await this.page(query, { signal }).catch((error: unknown) => {
        if (signal?.aborted) return undefined;
        throw error;
      });
      if (!page || signal?.aborted) return;
      for (const event of page.data) {
        refuseDisorder(event, last, isWhole);
        last = event.sequence;
        yield event;
        if (signal?.aborted) return;
      }
      last = page.next_after;
    }
  }

  /**
   * One answer of the feed; go on with its `next_after`. With `wait` it may take so many seconds, and longer while the
   * gateway is away: who waits for an event waits for the gateway too, until the signal ends it.
   */
  page(query: EventQuery = {}, options?: CallOptions): Promise<EventPage> {
    const { wait = 0 } = query;
    const request = { method: 'GET', path: '/v1/events', query, waitMs: wait * 1000 } as const;
    return this.#send(request, { keepTrying: wait > 0, ...options });
  }

  /** One event, for instance by the `webhook-id` of a webhook. */
  get(eventId: string, options?: CallOptions): Promise<Event> {
    return this.#send({ method: 'GET', path: path`/v1/events/${eventId}` }, options);
  }

  /** The gateway's signatures under the feed above number `after`, in order; `verifyEventFeed` checks them. */
  async *checkpoints(
    query: Query<'listEventCheckpoints'> = {},
    options?: CallOptions,
  ): AsyncGenerator<EventCheckpoint, void, undefined> {
    for (let last = query.after; ;) {
      const asked = { limit: pageSize, ...query, after: last };
      const page: ResponseBody<'listEventCheckpoints'> = await this.#send(
        { method: 'GET', path: '/v1/event-checkpoints', query: asked },
        options,
      );
      yield* page.data;
      const newest = page.data.at(-1);
      if (!newest) return;
      last = newest.sequence;
    }
  }
}

/** The feed has no gaps and no steps back; an answer that has is not the gateway's, or not of this merchant. */
function refuseDisorder({ sequence }: Event, last: number, isWhole: boolean): void {
  if (isWhole ? sequence === last + 1 : sequence > last) return;
  const message = `Event ${sequence} follows event ${last}: the answer is not the feed.`;
  throw new MorrowError({ status: 200, code: 'unexpected_response', message });
}
