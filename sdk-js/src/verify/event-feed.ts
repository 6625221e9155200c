import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import { type CheckpointInput, type FeedOwner, readCheckpoint } from './event-checkpoint.ts';
import type { KeySet } from './types.ts';

/** An event as the feed serves it, not as a webhook carries it. */
export type FeedEvent = { sequence: number } & Readonly<Record<string, unknown>>;

/** A place in a feed: the number of an event, and the hash over everything up to it. */
export type FeedPosition = { sequence: number; hash: string };

/** Before the first event. */
export const feedStart: FeedPosition = { sequence: 0, hash: '0'.repeat(64) };

/** Something that is not as it was signed. */
export type FeedFault = {
  /** `event 7`, `checkpoint 100`, or `events 8 to 100` for what cannot be told apart. */
  where: string;
  message: string;
};

/** What `verifyEventFeed` found. */
export type FeedVerification = {
  /**
   * `verified`: every event stands under a signature. `uncovered`: nothing is wrong, but what follows `coveredTo` waits for
   * its checkpoint. `refused`: something is at fault. `unsigned`: no keys were given; everything else holds.
   */
  status: 'verified' | 'uncovered' | 'refused' | 'unsigned';
  /** The number up to which the events are those that were signed. */
  coveredTo: number;
  /** Where the events end: `from` for the next time. */
  position: FeedPosition;
  faults: FeedFault[];
};

/** What of an event is hashed, in version 1: a member that the feed may get some day is not. */
const members = [
  'id',
  'object',
  'type',
  'sequence',
  'object_id',
  'object_version',
  'data',
  'occurred_at',
] as const;

/**
 * The place after one more event (docs/events.md): SHA-256 of the hash before and of that of the event as canonical JSON.
 *
 * @throws TypeError for an event that has not all members, or is not JSON.
 */
export function nextPosition(before: FeedPosition, event: FeedEvent): FeedPosition {
  const form = Object.fromEntries(members.map((name) => [name, event[name]]));
  const digest = createHash('sha256').update(canonicalJson(form), 'utf8').digest();
  const hash = createHash('sha256').update(Buffer.from(before.hash, 'hex')).update(digest).digest('hex');
  return { sequence: event.sequence, hash };
}

/**
 * Verifies offline that events are those that the gateway signed, without one changed, left out or put in: each
 * checkpoint's signature by the keys, that checkpoints follow each other, and that the events lead to their hashes. Read
 * the checkpoints before the events, so that no checkpoint is newer than the last event. Nobody can tell from a feed
 * whether events after its last checkpoint were changed.
 */
export async function verifyEventFeed(
  input: FeedOwner & {
    /** In order, all that follow `from`, without a filter. */
    events: readonly FeedEvent[];
    /** In order; those up to `from` may be there or not. */
    checkpoints: readonly CheckpointInput[];
    /** The gateway's `/.well-known/jwks.json`, kept once. */
    keys?: KeySet | undefined;
    /** What an earlier verification left off with; the beginning of the feed by default. */
    from?: FeedPosition | undefined;
  },
): Promise<FeedVerification> {
  const { events, checkpoints, keys, from = feedStart } = input;
  const faults = await checkpointFaults(checkpoints, input, { keys, from });
  const walk = walkEvents(events, checkpoints, from);
  faults.push(...walk.faults);
  const { position, coveredTo } = walk;
  const isCovered = coveredTo === position.sequence;
  const status = faults.length > 0 ? 'refused' : !keys ? 'unsigned' : isCovered ? 'verified' : 'uncovered';
  return { status, coveredTo: faults.length > 0 ? from.sequence : coveredTo, position, faults };
}

async function checkpointFaults(
  checkpoints: readonly CheckpointInput[],
  asked: FeedOwner,
  { keys, from }: { keys: KeySet | undefined; from: FeedPosition },
): Promise<FeedFault[]> {
  const faults: FeedFault[] = [];
  let owner = asked;
  // Who begins in the middle has nothing to hold the first one against but the place itself.
  let before = from.sequence === 0 ? from : undefined;
  for (const checkpoint of checkpoints) {
    const where = `checkpoint ${checkpoint.sequence}`;
    const reading = await readCheckpoint(checkpoint, owner, keys);
    if ('fault' in reading) faults.push({ where, message: reading.fault });
    else owner = reading.owner;
    const message = linkFault(checkpoint, before);
    if (message) faults.push({ where, message });
    before = checkpoint;
  }
  return faults;
}

/** What is wrong about how a checkpoint follows the one before. */
export function linkFault(checkpoint: CheckpointInput, before: FeedPosition | undefined): string | undefined {
  if (checkpoint.sequence <= checkpoint.previous_sequence) return 'It covers nothing.';
  if (!before) return undefined;
  const follows =
    checkpoint.previous_sequence === before.sequence && checkpoint.previous_hash === before.hash;
  return follows
    ? undefined
    : `It does not follow checkpoint ${before.sequence}: one is missing or was changed.`;
}

/** Goes through the events and compares at every checkpoint; what was changed is told by the range that it lies in. */
function walkEvents(
  events: readonly FeedEvent[],
  checkpoints: readonly CheckpointInput[],
  from: FeedPosition,
): { position: FeedPosition; coveredTo: number; faults: FeedFault[] } {
  const signed = new Map(checkpoints.map(({ sequence, hash }) => [sequence, hash]));
  const faults: FeedFault[] = [];
  let coveredTo = from.sequence;
  let position = from;
  const compare = () => {
    const hash = signed.get(position.sequence);
    if (hash === undefined) return;
    if (hash !== position.hash) faults.push(changed(coveredTo, position.sequence));
    // From what was signed on, so that one range that was changed does not condemn those that follow.
    position = { ...position, hash };
    coveredTo = position.sequence;
  };
  compare();
  for (const event of events) {
    const step = stepTo(position, event);
    if ('fault' in step) return { position, coveredTo, faults: [...faults, step.fault] };
    position = step.position;
    compare();
  }
  const newest = checkpoints.at(-1)?.sequence ?? 0;
  if (newest > position.sequence) {
    const message = `They are not there, and checkpoint ${newest} covers them.`;
    faults.push({ where: rangeOf(position.sequence, newest), message });
  }
  return { position, coveredTo, faults };
}

/** The place after an event that has to be the next one, or what is wrong with it. */
export function stepTo(
  position: FeedPosition,
  event: FeedEvent,
): { position: FeedPosition } | { fault: FeedFault } {
  const where = `event ${String(event.sequence)}`;
  if (event.sequence !== position.sequence + 1) {
    return {
      fault: { where, message: `It follows event ${position.sequence}: there is a gap, or no order.` },
    };
  }
  try {
    return { position: nextPosition(position, event) };
  } catch (error) {
    return { fault: { where, message: `It is not an event of the feed: ${(error as Error).message}.` } };
  }
}

/** Events that do not lead to what was signed. */
export function changed(coveredTo: number, sequence: number): FeedFault {
  const message = 'They are not those that were signed: one was changed, left out or put in.';
  return { where: rangeOf(coveredTo, sequence), message };
}

function rangeOf(after: number, last: number): string {
  return last === after + 1 ? `event ${last}` : `events ${after + 1} to ${last}`;
}
