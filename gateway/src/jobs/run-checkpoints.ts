import type { Logger } from 'pino';
import { poll, type PollOptions } from '../events/poll.ts';
import { writeCheckpoints } from '../ledger/checkpoints.ts';
import type { TxHost } from '../lib/tx.ts';

/** Writes the ledger's checkpoints until the signal. Every process may run it; one is at it at a time. */
export function runCheckpoints(host: TxHost & { log: Logger }, options: PollOptions): Promise<void> {
  return poll(host.log, 'checkpoints', options, () => writeCheckpoints(host));
}
