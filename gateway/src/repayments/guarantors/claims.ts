import { findHold } from '../../credit/holds.ts';
import { findGuarantee, recordGuaranteeEvent } from '../../credit/guarantees/guarantees.ts';
import { liftSuspension } from '../../credit/suspensions.ts';
import { post } from '../../ledger/post.ts';
import { guarantorReimbursed } from '../../ledger/postings.ts';
import type { Id } from '../../lib/ids.ts';
import { minOf, sum, toJsonAmount } from '../../lib/money.ts';
import type { Tx } from '../../lib/tx.ts';
import { startAttempt } from '../../processor/attempts.ts';
import type { Plan } from '../plans.ts';

/** A repayment that was taken from a guarantor's card, and what of it the debtor has not paid back. */
export type OpenCall = {
  id: Id<'rep'>;
  guaranteeId: Id<'gua'>;
  planId: Id<'pln'>;
  guarantorId: Id<'shp'>;
  claim: bigint;
};

/** What guarantors have paid on these plans and not got back, the oldest first. */
export async function listOpenCalls(tx: Tx, planIds: readonly string[]): Promise<OpenCall[]> {
  if (planIds.length === 0) return [];
  return tx
    .sql('repayments')
    .where({ environment_id: tx.environment.id })
    .whereIn('status', ['succeeded', 'charged_back'])
    .whereIn('plan_id', planIds)
    .whereNotNull('guarantee_id')
    .whereRaw('returned_amount < amount')
    .orderBy('id')
    .select<OpenCall[]>(
      'id',
      'guarantee_id as guaranteeId',
      'plan_id as planId',
      'shopper_id as guarantorId',
      tx.sql.raw('amount - returned_amount as claim'),
    );
}

/** What the shopper of a plan owes to the friend who has paid for them, in minor units. */
export async function claimOn(tx: Tx, planId: string): Promise<bigint> {
  return sum((await listOpenCalls(tx, [planId])).map(({ claim }) => claim));
}

/** The same for several plans, by their ids; those without one are left out. */
export async function claimsOn(tx: Tx, planIds: readonly string[]): Promise<Map<string, bigint>> {
  const claims = new Map<string, bigint>();
  for (const { planId, claim } of await listOpenCalls(tx, planIds))
    claims.set(planId, (claims.get(planId) ?? 0n) + claim);
  return claims;
}

/**
 * Pays back, out of money of the debtor that has come in for a locked plan, what a guarantor has paid on it: before
 * anything else, and to the card that was charged. It came from a payment, or `from` goods that were refunded. Returns
 * what is left of the amount.
 */
export async function reimburse(
  tx: Tx,
  plan: Pick<Plan, 'id' | 'shopperId' | 'currency' | 'holdId'>,
  input: { amount: bigint; sourceId: string; from: 'unapplied' | 'shopper' },
): Promise<bigint> {
  let { amount: left } = input;
  const calls = await listOpenCalls(tx, [plan.id]);
  for (const call of calls) {
    const amount = minOf(left, call.claim);
    if (amount === 0n) break;
    left -= amount;
    await payBack(tx, plan, { call, amount, sourceId: input.sourceId, from: input.from });
  }
  if (calls.length > 0 && (await claimOn(tx, plan.id)) === 0n) {
    const { creditLineId: lineId } = await findHold(tx, plan.holdId);
    await liftSuspension(tx, { lineId, reason: 'friend_paid', planId: plan.id });
  }
  return left;
}

async function payBack(
  tx: Tx,
  plan: Pick<Plan, 'shopperId' | 'currency'>,
  back: { call: OpenCall; amount: bigint; sourceId: string; from: 'unapplied' | 'shopper' },
): Promise<void> {
  const { call, amount } = back;
  await post(
    tx,
    guarantorReimbursed({
      currency: plan.currency,
      subjectId: back.sourceId,
      shopperId: plan.shopperId,
      guarantorId: call.guarantorId,
      amount,
      from: back.from,
    }),
  );
  await sendBack(tx, { call, amount, currency: plan.currency });
  await recordGuaranteeEvent(tx, 'guarantee.reimbursed', await findGuarantee(tx, call.guaranteeId), {
    data: { amount: toJsonAmount(amount), open_amount: toJsonAmount(call.claim - amount) },
  });
}

/** Sends money back to the card of a call; the ledger has it as the guarantor's already. */
export async function sendBack(
  tx: Tx,
  { call, amount, currency }: { call: Pick<OpenCall, 'id'>; amount: bigint; currency: string },
): Promise<void> {
  await tx
    .sql('repayments')
    .where({ environment_id: tx.environment.id, id: call.id })
    .update({ returned_amount: tx.sql.raw('returned_amount + ?', [amount]) });
  await startAttempt(tx, {
    purpose: 'money_back',
    subjectId: call.id,
    amount,
    currency,
    target: await chargeOf(tx, call.id),
  });
}

/** The processor's name for the charge of a call that succeeded. */
async function chargeOf(tx: Tx, callId: string): Promise<string> {
  const attempt = await tx
    .sql('processor_attempts')
    .where({
      environment_id: tx.environment.id,
      subject_id: callId,
      purpose: 'repayment',
      status: 'succeeded',
    })
    .first<{ processor_reference: string } | undefined>('processor_reference');
  if (!attempt) throw new Error(`call ${callId} was never charged`);
  return attempt.processor_reference;
}
