import type { Logger } from 'pino';
import type { TxHost } from '../lib/tx.ts';
import { poll, type PollOptions } from './poll.ts';
import { sequenceEvents } from './sequence.ts';

/**
 * Numbers events until the signal. Every process may run it; while one is at it the others find nothing to do,
 * and when it dies its lock is free at once.
 */
export function runSequencer(
  host: Pick<TxHost, 'db'> & { log: Logger },
  options: PollOptions,
): Promise<void> {
  return poll(host.log, 'sequencer', options, () => sequenceEvents(host));
}
