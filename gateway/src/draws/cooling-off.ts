import { lastBankChange } from '../banking/shopper-accounts.ts';
import { addMs, dayMs } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import { lastSignInChange } from '../shoppers/sign-in/changes.ts';

/** So long after a change of where money can go, or of who gets in, no cash is drawn. */
const coolingOffMs = dayMs;

/**
 * Until when, by business time, this shopper may not draw because a card was added to those that they had, a bank account
 * was bound or removed, or a way to sign in was added or removed; undefined when they may. Whoever got into an account would first add a card of their own.
 * The first card changes nothing.
 */
export async function coolingOffUntil(tx: Tx, shopperId: string): Promise<Date | undefined> {
  const changes = [
    await lastAddedCard(tx, shopperId),
    await lastBankChange(tx, shopperId),
    await lastSignInChange(tx, shopperId),
  ];
  const ends = changes.flatMap((at) => (at ? [addMs(at, coolingOffMs)] : []));
  const [until] = ends.toSorted((a, b) => b.getTime() - a.getTime());
  return until && until > tx.now ? until : undefined;
}

async function lastAddedCard(tx: Tx, shopperId: string): Promise<Date | undefined> {
  const [newest, older] = await tx
    .sql('payment_methods')
    .where({ environment_id: tx.environment.id, shopper_id: shopperId, kind: 'card' })
    .orderBy('id', 'desc')
    .limit(2)
    .select<{ created_at: Date }[]>('created_at');
  return older && newest?.created_at;
}
