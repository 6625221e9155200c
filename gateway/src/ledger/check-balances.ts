import type { Tx } from '../lib/tx.ts';
import {
  type BalanceFault,
  faultsOf,
  foldTransfers,
  type RunningBooks,
  type StoredTransfer,
} from './running-books.ts';

/** How many transfers are read at once, so that the first check of old books does not hold them all in memory. */
const pageSize = 10_000;

/**
 * Carries books (`emptyBooks` at first) on to the last transfer of the environment, and says how many there were and
 * what is wrong with what they left: `checkBooks` for every day, at the cost of that day's transfers.
 *
 * It is for whoever lets time pass alone, such as a simulation: a transfer gets its id before its transaction ends,
 * so one that another process posts meanwhile can end up behind what was read, and be missed.
 */
export async function checkBalances(
  tx: Tx,
  books: RunningBooks,
): Promise<{ transfers: number; faults: BalanceFault[] }> {
  const touched = new Set<string>();
  let transfers = 0;
  for (;;) {
    const page = await readTransfers(tx, { sinceTransferId: books.throughTransferId, limit: pageSize });
    for (const key of foldTransfers(books, page)) touched.add(key);
    transfers += page.length;
    if (page.length < pageSize) return { transfers, faults: faultsOf(books, touched) };
  }
}

/** The environment's transfers after one, the oldest first, at most `limit`. */
export async function readTransfers(
  tx: Tx,
  input: { sinceTransferId: bigint; limit: number },
): Promise<StoredTransfer[]> {
  return tx
    .sql('ledger_transfers')
    .where({ environment_id: tx.environment.id })
    .where('id', '>', input.sinceTransferId)
    .orderBy('id')
    .limit(input.limit)
    .select<StoredTransfer[]>(
      'id',
      'kind',
      'pending_id as pendingId',
      'debit',
      'credit',
      'currency',
      'amount',
    );
}
