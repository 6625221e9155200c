import { addMs, dayMs } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';

/** So long is kept from which network address somebody acted, by the wall's clock. */
const keptDays = 90;

/** Since when an audit still tells where somebody acted from. */
export function addressesKeptSince(tx: Pick<Tx, 'wallNow'>): Date {
  return addMs(tx.wallNow, -keptDays * dayMs);
}
