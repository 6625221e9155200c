import { findHold, restoreUsed } from '../credit/holds.ts';
import { liftSuspension } from '../credit/suspensions.ts';
import { recordEvent } from '../events/record.ts';
import { post } from '../ledger/post.ts';
import { chargedBack } from '../ledger/postings.ts';
import { GatewayError } from '../lib/errors.ts';
import { type Id, newId } from '../lib/ids.ts';
import { minOf, toJsonAmount } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { accrue } from './accrue.ts';
import { type Chargeback, chargebacksOf, findChargeback, toChargeback } from './chargebacks.ts';
import { payDebts } from './collect.ts';
import { enterOnPlan } from './enter.ts';
import { claimOn } from './guarantors/claims.ts';
import { findPlan, lockDebt, lockPlan, type Plan, streamsOf, todayOf } from './plans.ts';
import { isWrittenOff } from './recover.ts';
import type { RepaymentRow } from './repayments.ts';
import { type Undone, undoAllocation, undoWrittenOff } from './undo-allocation.ts';
import { unsentOf, sentBackTo } from './sent-back.ts';

/** What was taken back of a repayment. */
export type RepaymentChargeback = Chargeback & { repaymentId: Id<'rep'> };

export type ChargeBackInput = {
  repaymentId: string;
  /** The processor's name for what it did; the same one never counts twice. */
  reference: string;
  /** Why, in the processor's words. */
  reason: string;
  /** What the processor took; by default all of the repayment that had not been sent back to its card. */
  amount?: bigint;
  /** What the processor charges for it. */
  fee: bigint;
};

/**
 * The processor has taken a repayment back that had succeeded. Its allocation is reversed as a whole; what the processor
 * left of it, because it took a part or because the rest had been sent back before, is allocated anew as of today. So the
 * plan owes again what was taken, with the interest from today on, and a paid plan is active again (docs/disputes.md).
 *
 * Of a plan that was charged off since, what was taken is legally owed on top, and the books lose it again. A repayment by
 * a guarantor is taken back from the plan in the same way: the debtor owes it to us again and not to their friend, and the
 * guarantee stays used up by what was called. What had been sent back to the card before, and what had paid a friend
 * back, nobody owes a second time: that is our loss.
 *
 * Telling of the same reference again changes nothing. The caller settles the merchant's subsidy (`orders/charge-back`).
 *
 * @throws GatewayError `not_found`; `state_conflict` when the repayment has not succeeded, was taken back under another
 *   reference, or was sent back whole; `amount_invalid`.
 */
export async function chargeBack(tx: Tx, input: ChargeBackInput): Promise<RepaymentChargeback> {
  const unlocked = await findRepayment(tx, input.repaymentId);
  const plan = await lockDebt(tx, unlocked.plan_id);
  const known = await findChargeback(tx, input.reference);
  if (known?.repaymentId === unlocked.id) return { ...known, repaymentId: unlocked.id };
  const repayment = await findRepayment(tx, input.repaymentId);
  const isOver = await chargebacksOf(tx).where({ repayment_id: repayment.id }).first('id');
  if (known || isOver || repayment.status !== 'succeeded') throw conflict(repayment, known);
  const left = repayment.amount - (await sentBackTo(tx, repayment.id));
  const amount = amountOf(input, repayment, left);
  await accrue(tx, plan, todayOf(tx, plan));
  const id = newId('chb');
  const undone = await undo(tx, plan, repayment, id);
  const debt = minOf(amount, left, undone.amount, repayment.amount - repayment.returned_amount);
  const fromShopper = minOf(amount - debt, left - debt, await unsentOf(tx, repayment));
  const lost = amount - debt - fromShopper;
  await post(
    tx,
    chargedBack({
      currency: repayment.currency,
      subjectId: id,
      shopperId: repayment.shopper_id,
      fromUnapplied: debt,
      fromShopper,
      lost,
      processorFee: input.fee,
    }),
  );
  const stored = await store(tx, repayment, { ...input, amount, id, debt, lost });
  await finish(tx, plan, repayment, { undone, stored });
  return stored;
}

async function findRepayment(tx: Tx, repaymentId: string): Promise<RepaymentRow> {
  const row = await tx
    .sql<RepaymentRow>('repayments')
    .where({ environment_id: tx.environment.id, id: repaymentId as Id<'rep'> })
    .first();
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such repayment.' });
  return row;
}

function conflict(repayment: RepaymentRow, known: Chargeback | undefined): GatewayError {
  return new GatewayError('state_conflict', {
    detail: known
      ? `Another repayment was taken back under the reference ${known.reference}.`
      : `The repayment is ${repayment.status} and was perhaps taken back before, so it cannot be taken back.`,
  });
}

function amountOf({ amount, fee }: ChargeBackInput, repayment: RepaymentRow, left: bigint): bigint {
  if (fee < 0n || (amount !== undefined && (amount <= 0n || amount > repayment.amount))) {
    throw new GatewayError('amount_invalid', {
      detail: 'At most what was repaid can be taken back, and its fee is not negative.',
      errors: [{ pointer: '/amount', code: 'out_of_range' }],
    });
  }
  if (amount === undefined && left === 0n) {
    throw new GatewayError('state_conflict', {
      detail: 'All of the repayment was sent back to its card before.',
      hint: 'Name the amount if the processor took it all the same.',
    });
  }
  return amount ?? left;
}

/** What the repayment had paid lies unapplied after this, and the log of the plan says so. */
async function undo(tx: Tx, plan: Plan, repayment: RepaymentRow, id: Id<'chb'>): Promise<Undone> {
  if (isWrittenOff(plan)) return undoWrittenOff(tx, plan, { repayment, chargebackId: id });
  const undone = await undoAllocation(tx, plan, { repayment, chargebackId: id });
  if (undone.amount === 0n) return undone;
  await restoreUsed(
    tx,
    plan.holdId,
    undone.parts.map(({ funderId, principal }) => ({ funderId, amount: principal })),
  );
  await enterOnPlan(tx, {
    planId: plan.id,
    entry: {
      kind: 'charge_back',
      amount: undone.amount,
      entry: await placeOf(tx, plan.id, repayment.id),
    },
    sourceId: id,
  });
  return undone;
}

/** The place of a repayment in its plan's log, counted from 1. */
async function placeOf(tx: Tx, planId: string, repaymentId: string): Promise<number> {
  const row = await tx
    .sql('plan_entries')
    .where({
      environment_id: tx.environment.id,
      plan_id: planId,
      kind: 'repayment',
      source_id: repaymentId,
    })
    .first<{ number: number } | undefined>('number');
  if (!row) throw new Error(`repayment ${repaymentId} is not in the log of its plan`);
  return row.number;
}

async function store(
  tx: Tx,
  repayment: RepaymentRow,
  taken: ChargeBackInput & { id: Id<'chb'>; amount: bigint; debt: bigint; lost: bigint },
): Promise<RepaymentChargeback> {
  const [row] = await chargebacksOf(tx)
    .insert({
      environment_id: tx.environment.id,
      id: taken.id,
      repayment_id: repayment.id,
      reference: taken.reference,
      reason: taken.reason,
      amount: taken.amount,
      currency: repayment.currency,
      fee: taken.fee,
      debt_amount: taken.debt,
      lost_amount: taken.lost,
      created_at: tx.now,
    })
    .returning('*');
  if (!row) throw new Error('the chargeback was not stored');
  return { ...toChargeback(row), repaymentId: repayment.id };
}

/** What the processor left of the repayment pays the plan as of today, and everybody hears of what it took. */
async function finish(
  tx: Tx,
  plan: Plan,
  repayment: RepaymentRow,
  { undone, stored }: { undone: Undone; stored: Chargeback },
): Promise<void> {
  const isCall = repayment.guarantee_id !== null;
  const [row] = await tx
    .sql<RepaymentRow>('repayments')
    .where({ environment_id: tx.environment.id, id: repayment.id })
    .update({
      status: 'charged_back',
      // What the bank gave back to a guarantor, their friend does not owe them any more.
      ...(isCall && { returned_amount: repayment.returned_amount + stored.debt }),
      version: repayment.version + 1,
    })
    .returning('*');
  if (!row) throw new Error(`repayment ${repayment.id} vanished`);
  const kept = undone.amount - stored.debt;
  if (kept > 0n) {
    const over = await payDebts(tx, await lockPlan(tx, plan.id), row, { amount: kept, sourceId: stored.id });
    if (over > 0n) throw new Error(`${over} of chargeback ${stored.id} pays nothing that it had paid before`);
  }
  if (isCall && (await claimOn(tx, plan.id)) === 0n) {
    const { creditLineId: lineId } = await findHold(tx, plan.holdId);
    await liftSuspension(tx, { lineId, reason: 'friend_paid', planId: plan.id });
  }
  const { orderId } = await findPlan(tx, { planId: plan.id });
  await recordEvent(tx, {
    streams: streamsOf(plan),
    type: 'repayment.charged_back',
    objectId: row.id,
    objectVersion: row.version,
    data: {
      plan_id: plan.id,
      order_id: orderId,
      amount: toJsonAmount(stored.amount),
      owed_again_amount: toJsonAmount(stored.debt),
      currency: row.currency,
    },
  });
}
