import { addMs } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import { noticesMs } from './expiring.ts';

/** When the next authorization expires after `tx.now`, if nobody captures or voids it; undefined without one. */
export function nextExpiryAt(tx: Tx): Promise<Date | undefined> {
  return nextOf(tx, 0, noticesMs.length);
}

/** When the next merchant is told that an authorization expires soon; undefined when all have been told. */
export async function nextExpiryNoticeAt(tx: Tx): Promise<Date | undefined> {
  const instants = await Promise.all(noticesMs.map((noticeMs, told) => nextOf(tx, noticeMs, told)));
  const [first] = instants.filter((at) => at !== undefined).toSorted((a, b) => a.getTime() - b.getTime());
  return first;
}

/** The first instant, so long before an expiry, of an order of which at most `told` notices have been given. */
async function nextOf(tx: Tx, beforeMs: number, told: number): Promise<Date | undefined> {
  const row = await tx
    .sql('orders')
    .where({ environment_id: tx.environment.id })
    .whereIn('status', ['authorized', 'partially_captured'])
    .where('expiry_notices', '<=', told)
    .where('expires_at', '>', addMs(tx.now, beforeMs))
    .min<{ at: Date | null } | undefined>('expires_at as at')
    .first();
  return row?.at ? addMs(row.at, -beforeMs) : undefined;
}
