import type { Tx } from '../lib/tx.ts';
import type { UpcomingSql } from '../lib/upcoming.ts';
import { findOrder, lockOrder, type Order } from './orders.ts';
import { refund } from './refund.ts';
import { endReturn } from './returns-end.ts';
import {
  findReturn,
  type RejectionReason,
  requireReturnAction,
  type Return,
  type ReturnOf,
} from './returns.ts';

type ByMerchant = { returnId: string; merchantId: string };

/**
 * Accepts a return by refunding the order, whole or in part, in the same transaction; the dues go on with what is left.
 * Errors: `not_found`, `state_conflict`, and those of `refund`.
 */
export async function acceptReturn(
  tx: Tx,
  input: ByMerchant & { reference: string; amount: bigint },
): Promise<Return> {
  const { order, found } = await lockReturn(tx, input);
  requireReturnAction(found, 'accept', tx.now);
  const { merchantId, reference, amount } = input;
  const refunded = await refund(tx, { orderId: order.id, merchantId, reference, amount });
  const now = await findReturn(tx, input);
  if (now.status === 'accepted') return now;
  const after = await findOrder(tx, { orderId: order.id });
  return endReturn(tx, { order: after, open: now, end: { status: 'accepted', refundId: refunded.id } });
}

/** Refuses a return with a reason that its shopper is told. Errors: `not_found`, `state_conflict`. */
export async function rejectReturn(tx: Tx, input: ByMerchant & { reason: RejectionReason }): Promise<Return> {
  const { order, found } = await lockReturn(tx, input);
  requireReturnAction(found, 'reject', tx.now);
  return endReturn(tx, { order, open: found, end: { status: 'rejected', rejection: input.reason } });
}

/** The shopper keeps the goods after all. Errors: `not_found`, `state_conflict`. */
export async function withdrawReturn(
  tx: Tx,
  input: { returnId: string; shopperId: string },
): Promise<Return> {
  const { order, found } = await lockReturn(tx, input);
  requireReturnAction(found, 'withdraw', tx.now);
  return endReturn(tx, { order, open: found, end: { status: 'withdrawn' } });
}

/** The ids of returns that were not answered in time, at `tx.now`. */
export async function findUnansweredReturns(tx: Tx): Promise<string[]> {
  const rows = await tx
    .sql('returns')
    .where({ environment_id: tx.environment.id, status: 'declared' })
    .where('respond_by', '<=', tx.now)
    .orderBy('id')
    .select<{ id: string }[]>('id');
  return rows.map(({ id }) => id);
}

/** Nobody answered in time: the dues go on. Running it twice changes nothing the second time. */
export async function releaseReturn(tx: Tx, returnId: string): Promise<void> {
  const { order, found } = await lockReturn(tx, { returnId });
  if (found.status !== 'declared' || found.respondBy > tx.now) return;
  await endReturn(tx, { order, open: found, end: { status: 'released' } });
}

/** When the next return is released, if nobody answers it until then; null without one. */
export function nextReleaseAt(tx: Tx): UpcomingSql {
  return tx.sql.raw(
    `select min(respond_by) from returns
     where environment_id = ? and status = 'declared' and respond_by > ?`,
    [tx.environment.id, tx.now],
  );
}

/** The return as it is while its order is locked: whatever answers it locks the order first. */
async function lockReturn(tx: Tx, of: ReturnOf): Promise<{ order: Order; found: Return }> {
  const { orderId } = await findReturn(tx, of);
  const order = await lockOrder(tx, { orderId });
  return { order, found: await findReturn(tx, of) };
}
