import { GatewayError } from '../lib/errors.ts';
import { transact, type TxHost } from '../lib/tx.ts';
import { erase, type Erasure } from './erase.ts';
import type { ErasureEntry } from './erasures.ts';

/** What became of an entry: `absent` when the restored database never knew this shopper or their environment. */
export type Replayed = ErasureEntry & { result: Erasure | { outcome: 'absent' } };

/**
 * Erases again whom a restored backup has brought back, each in a transaction of its own, in the order of the log; doing it
 * twice changes nothing. Where the backup is from before a debt was paid, that erasure is refused until the books are
 * brought up to date: then replay again.
 */
export async function replayErasures(host: TxHost, entries: readonly ErasureEntry[]): Promise<Replayed[]> {
  const replayed: Replayed[] = [];
  for (const entry of entries) replayed.push({ ...entry, result: await replayOne(host, entry) });
  return replayed;
}

async function replayOne(host: TxHost, entry: ErasureEntry): Promise<Replayed['result']> {
  const { environmentId, shopperId } = entry;
  const actor = { kind: 'system', id: 'erasure-replay' } as const;
  try {
    return await transact(host, { environmentId, actor }, (tx) => erase(tx, shopperId));
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'not_found') return { outcome: 'absent' };
    throw error;
  }
}
