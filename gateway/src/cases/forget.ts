import { addMs, dayMs } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import { casesOf } from './cases.ts';

/** Closed cases are kept for so long: until claims about what they say have lapsed. */
const keptMs = 1_095 * dayMs;

/** Deletes cases, with their messages, that were closed long ago by business time. Returns how many. */
export function forgetOldCases(tx: Tx): Promise<number> {
  return casesOf(tx).where({ status: 'closed' }).where('closed_at', '<=', addMs(tx.now, -keptMs)).delete();
}
