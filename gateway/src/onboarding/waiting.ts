import { countUpTo } from '../lib/count-up-to.ts';
import type { Tx } from '../lib/tx.ts';
import { type Business, businessesOf, toBusiness } from './businesses.ts';

/** Those of which a submission waits: whoever asks to go live, and live merchants that change their details. */
function waitingOf(tx: Tx) {
  const open = tx
    .sql('business_submissions')
    .where({ environment_id: tx.environment.id })
    .whereNull('decision')
    .select('business_id');
  return businessesOf(tx).whereIn('id', open);
}

/** Businesses that wait for an operator's answer; who has waited longest first. */
export async function listWaitingBusinesses(tx: Tx, { limit }: { limit: number }): Promise<Business[]> {
  const rows = await waitingOf(tx).orderBy(['changed_at', 'id']).limit(limit);
  return rows.map((row) => toBusiness(tx, row));
}

/** How many businesses wait for an operator's answer, counted up to `most + 1`. */
export function countWaitingBusinesses(tx: Tx, most: number): Promise<number> {
  return countUpTo(tx, waitingOf(tx), most);
}
