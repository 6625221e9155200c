import { addMs, dayMs } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import { businessesOf } from './businesses.ts';

const keptDays = 180;

/** Deletes what businesses told of themselves that did not become merchants, with all they submitted; returns how many. */
export async function forgetBusinesses(tx: Tx): Promise<number> {
  return businessesOf(tx)
    .whereIn('status', ['draft', 'more_needed', 'refused'])
    .where('changed_at', '<=', addMs(tx.wallNow, -keptDays * dayMs))
    .delete();
}
