import { isBeingConfirmed, isOver } from '../checkout/state.ts';
import type { Tx } from '../lib/tx.ts';
import type { Sale } from './sales.ts';

/** How a sale stands for whoever waits at the counter, by the wall's clock. */
export type SaleStanding = 'waiting' | 'with_shopper' | 'agreed' | 'done' | 'canceled' | 'expired';

/** `with_shopper` from the moment somebody has signed in on the hosted page, so that the code is of no use any more. */
export function standingOf(tx: Pick<Tx, 'wallNow'>, { session }: Pick<Sale, 'session'>): SaleStanding {
  if (session.status === 'completed') return 'done';
  if (session.status === 'canceled') return 'canceled';
  if (session.status === 'expired' || isOver(session, tx.wallNow)) return 'expired';
  if (session.status === 'confirmed') return 'agreed';
  return session.shopperId !== null || isBeingConfirmed(session) ? 'with_shopper' : 'waiting';
}
