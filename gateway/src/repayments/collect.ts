import { partsByTerms } from '../credit/apportion.ts';
import { releaseUsed } from '../credit/holds.ts';
import { lockLine } from '../credit/lines.ts';
import { recordEvent } from '../events/record.ts';
import { jointly } from '../ledger/jointly.ts';
import { post } from '../ledger/post.ts';
import { allocate as allocatePosting, overpayment, repaymentSucceeded } from '../ledger/postings.ts';
import { GatewayError } from '../lib/errors.ts';
import { type Id, newId } from '../lib/ids.ts';
import { sum, toJsonAmount } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import type { AllocationPart } from '../plans/allocation.ts';
import { endMandateOf } from '../banking/mandates.ts';
import { allocateOn } from '../plans/position.ts';
import { type Attempt, startAttempt } from '../processor/attempts.ts';
import { readPaymentMethod } from '../processor/payment-methods.ts';
import type { FinalOutcome } from '../processor/port.ts';
import { accrue } from './accrue.ts';
import { isRevoked } from './declines.ts';
import { enterOnPlan } from './enter.ts';
import { bookCall, prepareCall, tellCallFailed } from './guarantors/book.ts';
import { reimburse, sendBack } from './guarantors/claims.ts';
import { readLog } from './log.ts';
import { payoffOf } from './payoff.ts';
import { findPlan, lockPlan, type Plan, streamsOf, todayOf } from './plans.ts';
import { isWrittenOff, recover } from './recover.ts';
import type { RepaymentRow } from './repayments.ts';
import { carriedOf, fundersOf, partsOfDebt, principalOf } from './stakes.ts';

/**
 * Starts collecting `amount` of a plan's debt from its payment method, or from the card of the shopper's guarantor; the
 * attempt is to be carried out after the transaction. While one collection is under way no second one starts: undefined
 * is returned. Throws `plan_already_paid` when less is owed.
 */
export async function startRepayment(
  tx: Tx,
  input: {
    planId: string;
    amount: bigint;
    by?: { guaranteeId: Id<'gua'>; guarantorId: string; paymentMethodId: string };
  },
): Promise<{ repaymentId: Id<'rep'>; attemptId: Id<'att'> } | undefined> {
  const { by } = input;
  const plan = await lockPlan(tx, input.planId);
  const [payoff, method] = await Promise.all([
    payoffOf(tx, plan),
    readPaymentMethod(tx, by?.paymentMethodId ?? plan.paymentMethodId),
  ]);
  if (payoff.total < input.amount) {
    throw new GatewayError('plan_already_paid', { detail: 'Less than this amount is owed on the plan.' });
  }
  const [row] = await tx
    .sql<RepaymentRow>('repayments')
    .insert({
      environment_id: tx.environment.id,
      id: newId('rep'),
      plan_id: plan.id,
      shopper_id: by?.guarantorId ?? plan.shopperId,
      guarantee_id: by?.guaranteeId ?? null,
      amount: input.amount,
      currency: plan.currency,
      status: 'pending',
      by_shopper: tx.actor.kind === 'shopper',
      by_debit: method.kind !== 'card',
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
    paymentMethodId: method.id,
  });
  return { repaymentId: row.id, attemptId };
}

/** What the processor said of a collection attempt: money is booked and allocated, or the failure is told. */
export async function finishRepayment(
  tx: Tx,
  attempt: Attempt,
  outcome: FinalOutcome,
): Promise<{ planId: string }> {
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
  else await tellCallFailed(tx, row, failureCode);
  if (isRevoked(failureCode)) await endMandateOf(tx, attempt);
  await recordOutcome(tx, plan, { ...row, version, failure_code: failureCode });
  return { planId: plan.id };
}

/** A call that failed is between the guarantor and us; one that succeeded is told to the two shoppers as what it is. */
async function recordOutcome(tx: Tx, plan: Plan, row: RepaymentRow): Promise<void> {
  const succeeded = row.failure_code === null;
  const isCall = row.guarantee_id !== null;
  if (isCall && !succeeded) return;
  await recordEvent(tx, {
    streams: isCall ? streamsOf(plan).filter((stream) => stream !== plan.shopperId) : streamsOf(plan),
    type: succeeded ? 'repayment.succeeded' : 'repayment.failed',
    objectId: row.id,
    objectVersion: row.version,
    data: {
      plan_id: plan.id,
      order_id: plan.orderId,
      amount: toJsonAmount(row.amount),
      currency: row.currency,
      failure_code: row.failure_code,
    },
  });
}

/**
 * Who paid for the shopper before is paid back first; the rest goes to the debt. A refund may have taken debt off while
 * the card was being charged: what is no longer owed goes back to who paid it.
 */
async function applyRepayment(tx: Tx, plan: Plan, repayment: RepaymentRow, charge: string): Promise<void> {
  const { currency, id: sourceId, shopper_id: shopperId, guarantee_id: guaranteeId } = repayment;
  await post(tx, repaymentSucceeded({ currency, subjectId: sourceId, shopperId, amount: repayment.amount }));
  const amount =
    guaranteeId === null
      ? await reimburse(tx, plan, { amount: repayment.amount, sourceId, from: 'unapplied' })
      : repayment.amount;
  if (guaranteeId !== null) await prepareCall(tx, plan);
  const excess =
    amount === 0n ? 0n : await payDebts(tx, await lockPlan(tx, plan.id), repayment, { amount, sourceId });
  if (excess > 0n) await returnExcess(tx, repayment, excess, charge);
  if (guaranteeId !== null) await bookCall(tx, plan, { guaranteeId, paid: amount - excess });
}

/**
 * Pays what is owed on a locked plan with money of a repayment that lies unapplied, because of `sourceId`: the repayment
 * itself, or what took a part of it back. Returns what is left of the amount.
 */
export async function payDebts(
  tx: Tx,
  plan: Plan,
  repayment: RepaymentRow,
  { amount, sourceId }: { amount: bigint; sourceId: string },
): Promise<bigint> {
  if (isWrittenOff(plan)) return recover(tx, plan, { amount, sourceId, payerId: repayment.shopper_id });
  const today = todayOf(tx, plan);
  await accrue(tx, plan, today);
  const log = await readLog(tx, plan.id);
  const { parts, left } = allocateOn(plan.snapshot, log, { amount, onDate: today });
  if (parts.length > 0) await payDebt(tx, plan, repayment, { parts, sourceId });
  return left;
}

/** Servicing is paid for by each funder, as a part of all that was collected for it. */
async function payDebt(
  tx: Tx,
  plan: Plan,
  repayment: RepaymentRow,
  { parts, sourceId }: { parts: readonly AllocationPart[]; sourceId: string },
): Promise<void> {
  const paid = {
    fee: sum(parts.map((part) => part.fee)),
    interest: sum(parts.map((part) => part.interest)),
    principal: sum(parts.map((part) => part.principal)),
  };
  const amount = paid.fee + paid.interest + paid.principal;
  const shared = await partsOfDebt(tx, await carriedOf(tx, plan), paid);
  const servicing = partsByTerms(
    shared.map(({ fee, interest, principal }) => fee + interest + principal),
    (await fundersOf(tx, shared, plan.createdAt)).map(({ servicingBasisPoints }) => servicingBasisPoints),
  );
  await post(
    tx,
    jointly(shared, (part, index) =>
      allocatePosting({
        ...part,
        planId: plan.id,
        shopperId: repayment.shopper_id,
        currency: repayment.currency,
        subjectId: sourceId,
        servicingFee: servicing[index] ?? 0n,
      }),
    ),
  );
  await releaseUsed(tx, plan.holdId, principalOf(shared));
  await enterOnPlan(tx, {
    planId: plan.id,
    entry: { kind: 'repayment', amount },
    sourceId,
  });
  await tx
    .sql('repayment_allocations')
    .insert(
      parts.map(({ number, fee, interest, principal }) => ({
        environment_id: tx.environment.id,
        repayment_id: repayment.id,
        plan_id: plan.id,
        installment_number: number,
        amount: fee + interest + principal,
        fee,
        interest,
        principal,
      })),
    )
    // What its bank left of it and what it gave back later may pay the same installment.
    .onConflict(['environment_id', 'repayment_id', 'installment_number'])
    .merge(
      Object.fromEntries(
        ['amount', 'fee', 'interest', 'principal'].map((part) => [
          part,
          tx.sql.raw(`repayment_allocations.${part} + excluded.${part}`),
        ]),
      ),
    );
}

/** What of a repayment pays nothing is its payer's, and goes back to the card by which `charge` was made. */
export async function returnExcess(
  tx: Tx,
  repayment: RepaymentRow,
  excess: bigint,
  charge: string,
): Promise<void> {
  const cause = { currency: repayment.currency, subjectId: repayment.id };
  await post(tx, overpayment({ ...cause, shopperId: repayment.shopper_id, amount: excess }));
  if (repayment.guarantee_id !== null) {
    await sendBack(tx, { call: repayment, amount: excess, currency: repayment.currency });
    return;
  }
  await startAttempt(tx, {
    purpose: 'money_back',
    subjectId: repayment.id,
    amount: excess,
    currency: repayment.currency,
    target: charge,
  });
}
