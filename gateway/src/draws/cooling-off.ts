import { addMs, dayMs } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';

/** So long after a change of where money can go, no cash is drawn. */
const coolingOffMs = dayMs;

/**
 * Until when, by business time, this shopper may not draw because a card was added to those that they had; undefined when
 * they may. Whoever got into an account would first add a card of their own. The first card changes nothing.
 */
export async function coolingOffUntil(tx: Tx, shopperId: string): Promise<Date | undefined> {
  const [newest, older] = await tx
    .sql('payment_methods')
    .where({ environment_id: tx.environment.id, shopper_id: shopperId })
    .orderBy('id', 'desc')
    .limit(2)
    .select<{ created_at: Date }[]>('created_at');
  if (!newest || !older) return undefined;
  const until = addMs(newest.created_at, coolingOffMs);
  return until > tx.now ? until : undefined;
}
