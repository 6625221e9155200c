import { findFunder } from '../credit/funders.ts';
import { releaseUsed } from '../credit/holds.ts';
import { lockLine } from '../credit/lines.ts';
import { recordEvent } from '../events/record.ts';
import { post } from '../ledger/post.ts';
import { allocate as allocatePosting, overpayment, repaymentSucceeded } from '../ledger/postings.ts';
import { GatewayError } from '../lib/errors.ts';
import { type Id, newId } from '../lib/ids.ts';
import { minOf, proportion, toJsonAmount } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { owedOf } from '../plans/schedule.ts';
import { type Attempt, startAttempt } from '../processor/attempts.ts';
import type { FinalOutcome } from '../processor/port.ts';
import { allocate } from './allocate.ts';
import { listInstallments } from './installments.ts';
import { enterOnPlan, findPlan, lockPlan, type Plan } from './plans.ts';
import type { RepaymentRow } from './repayments.ts';

/**
 * Starts collecting `amount` of a plan's debt from its payment method; the attempt is to be carried out after the
 * transaction. While one collection is under way no second one starts: undefined is returned. Throws
 * `plan_already_paid` when less is owed.
 */
export async function startRepayment(
  tx: Tx,
  input: { planId: string; amount: bigint },
): Promise<{ repaymentId: Id<'rep'>; attemptId: Id<'att'> } | undefined> {
  const plan = await lockPlan(tx, input.planId);
  if (owedOf(await listInstallments(tx, plan.id)) < input.amount) {
    throw new GatewayError('plan_already_paid', { detail: 'Less than this amount is owed on the plan.' });
  }
  const [row] = await tx
    .sql<RepaymentRow>('repayments')
    .insert({
      environment_id: tx.environment.id,
      id: newId('rep'),
      plan_id: plan.id,
      shopper_id: plan.shopperId,
      amount: input.amount,
      currency: plan.currency,
      status: 'pending',
      created_at: tx.now,
    })
    .onConflict(tx.sql.raw("(environment_id, plan_id) where status = 'pending'") as never)
    .ignore()
    .returning('*');
  if (!row) return undefined;
  const attemptId = await startAttempt(tx, {
    purpose: 'repayment',
    subjectId: row.id,
    amount: input.amount,
    currency: plan.currency,
    paymentMethodId: plan.paymentMethodId,
  });
  return { repaymentId: row.id, attemptId };
}

/** What the processor said of a collection attempt: money is booked and allocated, or the failure is told. */
export async function finishRepayment(tx: Tx, attempt: Attempt, outcome: FinalOutcome): Promise<void> {
  const row = await tx
    .sql<RepaymentRow>('repayments')
    .where({ environment_id: tx.environment.id, id: attempt.subjectId as Id<'rep'>, status: 'pending' })
    .first();
  if (!row) throw new Error(`repayment ${attempt.subjectId} is not pending`);
  const { shopperId, currency } = await findPlan(tx, { planId: row.plan_id });
  await lockLine(tx, shopperId, currency);
  const plan = await lockPlan(tx, row.plan_id);
  const failureCode = outcome.status === 'failed' ? outcome.code : null;
  const version = row.version + 1;
  await tx
    .sql('repayments')
    .where({ environment_id: tx.environment.id, id: row.id })
    .update({ status: outcome.status, failure_code: failureCode, finished_at: tx.now, version });
  if (outcome.status === 'succeeded') await applyRepayment(tx, plan, row, outcome.reference);
  await recordEvent(tx, {
    streams: [plan.merchantId, plan.shopperId, plan.funderId],
    type: outcome.status === 'succeeded' ? 'repayment.succeeded' : 'repayment.failed',
    objectId: row.id,
    objectVersion: version,
    data: {
      plan_id: plan.id,
      order_id: plan.orderId,
      amount: toJsonAmount(row.amount),
      currency: row.currency,
      failure_code: failureCode,
    },
  });
}

/** A refund may have taken debt off while the card was being charged: what is no longer owed is the shopper's. */
async function applyRepayment(tx: Tx, plan: Plan, repayment: RepaymentRow, charge: string): Promise<void> {
  const cause = { currency: repayment.currency, subjectId: repayment.id, shopperId: plan.shopperId };
  await post(tx, repaymentSucceeded({ ...cause, amount: repayment.amount }));
  const installments = await listInstallments(tx, plan.id);
  const principal = minOf(repayment.amount, owedOf(installments));
  if (principal > 0n) {
    const funder = await findFunder(tx, plan.funderId);
    const servicingFee = proportion(principal, BigInt(funder.servicingBasisPoints), 10_000n);
    await post(
      tx,
      allocatePosting({ ...cause, planId: plan.id, funderId: plan.funderId, principal, servicingFee }),
    );
    await releaseUsed(tx, plan.holdId, principal);
    const { parts } = allocate({ amount: principal, installments });
    await enterOnPlan(tx, { planId: plan.id, kind: 'repayment', amount: principal, sourceId: repayment.id });
    await tx.sql('repayment_allocations').insert(
      parts.map((part) => ({
        environment_id: tx.environment.id,
        repayment_id: repayment.id,
        plan_id: plan.id,
        installment_number: part.number,
        amount: part.amount,
      })),
    );
  }
  const excess = repayment.amount - principal;
  if (excess > 0n) await returnExcess(tx, repayment, excess, charge);
}

async function returnExcess(tx: Tx, repayment: RepaymentRow, excess: bigint, charge: string): Promise<void> {
  const cause = { currency: repayment.currency, subjectId: repayment.id };
  await post(tx, overpayment({ ...cause, shopperId: repayment.shopper_id, amount: excess }));
  await startAttempt(tx, {
    purpose: 'money_back',
    subjectId: repayment.id,
    amount: excess,
    currency: repayment.currency,
    target: charge,
  });
}
