import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import type { UpcomingSql } from '../lib/upcoming.ts';
import { lockPayout, type Payout, type PayoutRow, updatePayout } from './payouts.ts';
import { holdPayout, judge, sendPayout } from './start-payout.ts';

/**
 * The first of two operators says that a held payout may go. Errors: `not_found`; `state_conflict` when it is not held
 * or somebody has said so already.
 */
export async function approvePayout(
  tx: Tx,
  input: { payoutId: string; operatorId: string },
): Promise<Payout> {
  const payout = await lockPayout(tx, input.payoutId);
  requireHeld(payout);
  if (payout.approvedBy !== null) throw conflict('The payout is approved already.');
  return updatePayout(tx, payout, { approved_by: input.operatorId, approved_at: tx.wallNow });
}

/**
 * The second operator lets a held payout go, whatever it was held for; but never while an alarm says that the books of
 * its merchant are wrong: that has to be resolved first.
 * Errors: `not_found`; `state_conflict` when it is not held, not approved, approved by the same operator, or an alarm is
 * open.
 */
export async function releasePayout(
  tx: Tx,
  input: { payoutId: string; operatorId: string },
): Promise<Payout> {
  const payout = await lockPayout(tx, input.payoutId);
  requireHeld(payout);
  if (payout.approvedBy === null) throw conflict('Nobody has approved the payout yet.');
  if (payout.approvedBy === input.operatorId) throw conflict('Another operator has to release it.');
  const { merchant, hold } = await judge(tx, payout);
  if (hold?.reason === 'books_alarm') throw conflict('An alarm about its books is open.');
  const released = await updatePayout(tx, payout, {
    status: 'pending',
    released_by: input.operatorId,
    released_at: tx.wallNow,
  });
  await sendPayout(tx, released, merchant.payoutAccount, tx.wallNow);
  return released;
}

function requireHeld({ status }: Payout): void {
  if (status !== 'held') throw conflict(`The payout is ${status}, not held.`);
}

function conflict(detail: string): GatewayError {
  return new GatewayError('state_conflict', { detail });
}

/** Held payouts whose reason was to end by itself by `tx.now`. */
export async function findEndedHolds(tx: Tx): Promise<Id<'po'>[]> {
  return heldPayouts(tx).where('hold_until', '<=', tx.now).orderBy('id').pluck('id');
}

/** Sends a payout whose hold has ended, unless something else speaks against it now. */
export async function endHold(tx: Tx, payoutId: Id<'po'>): Promise<void> {
  const payout = await lockPayout(tx, payoutId);
  if (payout.status !== 'held' || payout.holdUntil === null || payout.holdUntil > tx.now) return;
  await judgeHeld(tx, payout);
}

/** Sends a held payout unless something speaks against it now. */
export async function judgeHeld(tx: Tx, payout: Payout): Promise<void> {
  const { merchant, hold } = await judge(tx, payout);
  if (hold) {
    await holdPayout(tx, payout, hold);
    return;
  }
  const sent = await updatePayout(tx, payout, { status: 'pending' });
  await sendPayout(tx, sent, merchant.payoutAccount, tx.wallNow);
}

/** When the next hold ends by itself after `tx.now`. */
export function nextHoldEndAt(tx: Tx): UpcomingSql {
  return tx.sql.raw(
    `select min(hold_until) from payouts where environment_id = ? and status = 'held' and hold_until > ?`,
    [tx.environment.id, tx.now],
  );
}

function heldPayouts(tx: Tx) {
  return tx.sql<PayoutRow>('payouts').where({ environment_id: tx.environment.id, status: 'held' });
}
