import { type CheckpointInput, type FeedOwner, readCheckpoint } from './event-checkpoint.ts';
import {
  changed,
  type FeedEvent,
  type FeedFault,
  type FeedPosition,
  feedStart,
  linkFault,
  stepTo,
} from './event-feed.ts';
import type { KeySet } from './types.ts';

/** `morrow.events`, as far as it is needed. */
export type FeedReader<Event extends FeedEvent> = {
  page(
    query: { after: number; limit: number; wait: number },
    options: Patience,
  ): Promise<{ data: Event[]; has_more: boolean }>;
  checkpoints(query: { after: number }, options: Patience): AsyncIterable<CheckpointInput>;
};

/** Waits through outages, until the signal ends it. */
type Patience = { signal?: AbortSignal | undefined; keepTrying: true };

/** One event, its place, and how far everything has been held against a signature by then. */
export type VerifiedEvent<Event> = { event: Event; position: FeedPosition; coveredTo: number };

/** The feed is not the one that the gateway signed. */
export class EventFeedError extends Error {
  override readonly name = 'EventFeedError';
  readonly fault: FeedFault;

  constructor(fault: FeedFault) {
    super(`${fault.where}: ${fault.message}`);
    this.fault = fault;
  }
}

/** How many events may wait for a look at the checkpoints while older ones are still being caught up with. */
const mostUnlooked = 1000;

/**
 * Follows the feed as `events.follow` does, and holds it against the gateway's checkpoints as they come, a moment (in the
 * live environment up to an hour) behind the events. Keep each `position` together with what you have handled, and go on
 * `from` it: then nothing before it can be changed unseen either.
 *
 * @throws EventFeedError when an event was changed, left out or put in.
 */
export async function* followVerified<Event extends FeedEvent>(
  input: FollowInput<Event>,
): AsyncGenerator<VerifiedEvent<Event>, void, undefined> {
  try {
    yield* read(input);
  } catch (error) {
    if (!input.signal?.aborted || error instanceof EventFeedError) throw error;
  }
}

type FollowInput<Event extends FeedEvent> = FeedOwner & {
  feed: FeedReader<Event>;
  /** The gateway's keys, from a source that you trust. */
  keys: KeySet;
  from?: FeedPosition | undefined;
  /** Ends the iteration, without an error. */
  signal?: AbortSignal | undefined;
};

async function* read<Event extends FeedEvent>(
  input: FollowInput<Event>,
): AsyncGenerator<VerifiedEvent<Event>, void, undefined> {
  const { feed, signal, from = feedStart } = input;
  const patience = { signal, keepTrying: true } as const;
  const check = createCheck(input, from);
  for (let position = from; ;) {
    const page = await feed.page({ after: position.sequence, limit: 100, wait: 30 }, patience);
    for (const event of page.data) {
      const step = stepTo(position, event);
      if ('fault' in step) throw new EventFeedError(step.fault);
      position = step.position;
      check.add(position);
      yield { event, position, coveredTo: check.coveredTo() };
      if (signal?.aborted) return;
    }
    if (check.waiting() > (page.has_more ? mostUnlooked : 0)) {
      await check.compare(feed.checkpoints({ after: check.coveredTo() }, patience));
    }
    if (signal?.aborted) return;
  }
}

/** Keeps the hashes that no checkpoint covers yet, and compares them with those that come. */
function createCheck({ keys, ...asked }: FeedOwner & { keys: KeySet }, from: FeedPosition) {
  const waiting = new Map<number, string>();
  let owner: FeedOwner = asked;
  let before = from.sequence === 0 ? from : undefined;
  let covered = from.sequence;
  return {
    add: ({ sequence, hash }: FeedPosition) => void waiting.set(sequence, hash),
    waiting: () => waiting.size,
    coveredTo: () => covered,
    async compare(checkpoints: AsyncIterable<CheckpointInput>): Promise<void> {
      for await (const checkpoint of checkpoints) {
        const hash = waiting.get(checkpoint.sequence);
        // It covers what has not been read yet.
        if (hash === undefined) return;
        const reading = await readCheckpoint(checkpoint, owner, keys);
        const message = 'fault' in reading ? reading.fault : linkFault(checkpoint, before);
        if (message !== undefined) {
          throw new EventFeedError({ where: `checkpoint ${checkpoint.sequence}`, message });
        }
        if (hash !== checkpoint.hash) throw new EventFeedError(changed(covered, checkpoint.sequence));
        if ('owner' in reading) owner = reading.owner;
        for (const sequence of waiting.keys()) if (sequence <= checkpoint.sequence) waiting.delete(sequence);
        before = checkpoint;
        covered = checkpoint.sequence;
      }
    },
  };
}
