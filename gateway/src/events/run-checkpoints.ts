import type { Logger } from 'pino';
import type { TxHost } from '../lib/tx.ts';
import { writeEventCheckpoints } from './checkpoints.ts';
import { poll, type PollOptions } from './poll.ts';

/** Signs merchants' streams until the signal. Every process may run it; one is at it at a time. */
export function runEventCheckpoints(host: TxHost & { log: Logger }, options: PollOptions): Promise<void> {
  return poll(host.log, 'event checkpoints', options, () => writeEventCheckpoints(host));
}
