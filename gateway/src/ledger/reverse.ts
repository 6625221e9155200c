import type { Tx } from '../lib/tx.ts';
import { parseAccount } from './accounts.ts';
import { post } from './post.ts';
import type { Transfer } from './posting.ts';

type StoredRow = { kind: string; debit: string; credit: string; currency: string; amount: bigint };

/**
 * Posts the mirror image of a stored posting: each transfer back from its credit to its debit account. It is the only way
 * to correct what was posted. `event` and `subjectId` say why and because of what. What a pending transfer reserves is
 * not touched: it is voided by its own walk.
 *
 * Throws when the posting does not exist or moved nothing. The database refuses to reverse one a second time (unique
 * violation, also of two at the same moment).
 */
export async function reverse(
  tx: Tx,
  input: { postingId: string; event: string; subjectId: string },
): Promise<bigint[]> {
  const rows = await tx
    .sql<StoredRow & { environment_id: string; posting_id: string; id: bigint }>('ledger_transfers')
    .where({ environment_id: tx.environment.id, posting_id: input.postingId })
    .whereIn('kind', ['posted', 'post'])
    .orderBy('id', 'desc');
  if (rows.length === 0) throw new Error(`posting ${input.postingId} moved nothing that could be reversed`);
  const transfers = rows.map(({ debit, credit, currency, amount }): Transfer => ({
    kind: 'posted',
    debit: parseAccount(credit).account,
    credit: parseAccount(debit).account,
    currency,
    amount,
  }));
  const ids = await post(tx, { event: input.event, subjectId: input.subjectId, transfers });
  await tx.sql('ledger_reversals').insert({
    environment_id: tx.environment.id,
    posting_id: input.postingId,
    transfer_id: ids[0],
  });
  return ids;
}
