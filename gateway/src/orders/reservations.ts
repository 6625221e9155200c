import type { Hold } from '../credit/holds.ts';
import { type Reserved, reservedOf } from '../ledger/reserved.ts';
import type { Tx } from '../lib/tx.ts';
import { financedRemainderOf, type Order } from './orders.ts';

/**
 * What is reserved of a locked order with each of those who carry it. The order itself knows that of a single funder; of
 * several the ledger is asked.
 */
export async function reservationsOf(
  tx: Tx,
  order: Order,
  { shares }: Pick<Hold, 'shares'>,
): Promise<Reserved[]> {
  const [first, ...others] = shares;
  if (!first || others.length > 0) return reservedOf(tx, order.planId);
  if (order.pendingTransferId === null) return [];
  return [{ id: order.pendingTransferId, funderId: first.funderId, amount: financedRemainderOf(order) }];
}
