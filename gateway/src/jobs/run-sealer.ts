import type { Logger } from 'pino';
import { poll, type PollOptions } from '../events/poll.ts';
import type { TxHost } from '../lib/tx.ts';
import { sealTransfers } from '../ledger/seals/seal.ts';

/** Seals until the signal. Every process may run it; while one is at it the others find nothing to do. */
export function runSealer(host: TxHost & { log: Logger }, options: PollOptions): Promise<void> {
  return poll(host.log, 'sealer', options, () => sealTransfers(host));
}
