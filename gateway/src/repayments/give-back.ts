import { recordEvent } from '../events/record.ts';
import { post } from '../ledger/post.ts';
import { chargebackGivenBack } from '../ledger/postings.ts';
import { GatewayError } from '../lib/errors.ts';
import { type Id, newId } from '../lib/ids.ts';
import { minOf, toJsonAmount } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { startAttempt } from '../processor/attempts.ts';
import { accrue } from './accrue.ts';
import { type Chargeback, type ChargebackRow, chargebacksOf, toChargeback } from './chargebacks.ts';
import { payDebts, returnExcess } from './collect.ts';
import { prepareCall } from './guarantors/book.ts';
import { reimburse } from './guarantors/claims.ts';
import { findPlan, lockDebt, lockPlan, type Plan, streamsOf, todayOf } from './plans.ts';
import type { RepaymentRow } from './repayments.ts';

export type GiveBackInput = {
  /** The processor's name for the chargeback. */
  reference: string;
  /** What it gave back, in minor units; by default all that it took. */
  amount?: bigint | undefined;
  /** What it returned of its fee. */
  feeReturned: bigint;
};

/** What was given back, and where it belongs: first to the debt, then to the payer, the rest was our loss. */
export type GivenBack = { id: Id<'cgb'>; debt: bigint; owed: bigint; regained: bigint };

/**
 * Divides what the processor gave back of a locked chargeback, and keeps it. `owed` is what was the payer's before, and
 * what a refund has kept of theirs since (`chargebackSetOff`).
 *
 * @throws GatewayError `amount_invalid` for more than was taken.
 */
export async function keepGivenBack(
  tx: Tx,
  row: ChargebackRow,
  { amount = row.amount }: GiveBackInput,
): Promise<GivenBack> {
  if (amount <= 0n || amount > row.amount)
    throw new GatewayError('amount_invalid', {
      detail: 'At most what was taken back can be given back.',
      errors: [{ pointer: '/amount', code: 'out_of_range' }],
    });
  const debt = minOf(amount, row.debt_amount);
  const unsent = minOf(amount - debt, row.amount - row.debt_amount - row.lost_amount);
  const setOff = minOf(amount - debt - unsent, row.set_off_amount);
  const regained = amount - debt - unsent - setOff;
  const id = newId('cgb');
  await chargebacksOf(tx)
    .where({ id: row.id })
    .update({
      given_back_amount: amount,
      given_back_id: id,
      given_back_at: tx.now,
      lost_amount: row.lost_amount - setOff - regained,
      set_off_amount: row.set_off_amount - setOff,
    });
  return { id, debt, owed: unsent + setOff, regained };
}

/**
 * The processor has given a repayment back that it had taken back (the payer's bank decided for us). It counts again: what
 * the chargeback had made owed is paid as of today, a friend who has paid meanwhile is paid back first, and what the plan
 * does not need any more goes back to the card that paid it. Telling of it again changes nothing.
 *
 * @throws GatewayError `not_found` when no repayment was taken back under the reference; `amount_invalid`.
 */
export async function giveBackRepayment(tx: Tx, input: GiveBackInput): Promise<Chargeback> {
  const unlocked = await chargebacksOf(tx).where({ reference: input.reference }).first();
  if (!unlocked?.repayment_id)
    throw new GatewayError('not_found', { detail: 'No repayment was taken back under this reference.' });
  const { plan_id: planId } = await repaymentOf(tx, unlocked.repayment_id);
  const plan = await lockDebt(tx, planId);
  const row = await chargebacksOf(tx).where({ id: unlocked.id }).first();
  if (!row || row.given_back_at !== null) return toChargeback(row ?? unlocked);
  await accrue(tx, plan, todayOf(tx, plan));
  const given = await keepGivenBack(tx, row, input);
  const repayment = await countAgain(tx, await repaymentOf(tx, unlocked.repayment_id), given);
  await post(
    tx,
    chargebackGivenBack({
      currency: row.currency,
      subjectId: given.id,
      shopperId: repayment.shopper_id,
      toUnapplied: given.debt,
      toShopper: given.owed,
      regained: given.regained,
      feeReturned: input.feeReturned,
    }),
  );
  const restored = await payAgain(tx, plan, { repayment, given });
  await chargebacksOf(tx).where({ id: row.id }).update({ restored_amount: restored });
  await tell(tx, plan, repayment);
  return toChargeback((await chargebacksOf(tx).where({ id: row.id }).first()) ?? row);
}

async function repaymentOf(tx: Tx, repaymentId: Id<'rep'>): Promise<RepaymentRow> {
  const row = await tx
    .sql<RepaymentRow>('repayments')
    .where({ environment_id: tx.environment.id, id: repaymentId })
    .first();
  if (!row) throw new Error(`there is no repayment ${repaymentId}`);
  return row;
}

async function countAgain(
  tx: Tx,
  { id, version, guarantee_id: guaranteeId, returned_amount: returned }: RepaymentRow,
  { debt }: GivenBack,
): Promise<RepaymentRow> {
  const [row] = await tx
    .sql<RepaymentRow>('repayments')
    .where({ environment_id: tx.environment.id, id })
    .update({
      status: 'succeeded',
      // The guarantor's bank has taken it from them again, so their friend owes it to them again.
      ...(guaranteeId !== null && { returned_amount: returned - debt }),
      version: version + 1,
    })
    .returning('*');
  if (!row) throw new Error(`repayment ${id} vanished`);
  return row;
}

/** Returns what paid the plan's debt; the rest is on its way back to whom it came from. */
async function payAgain(
  tx: Tx,
  plan: Plan,
  { repayment, given }: { repayment: RepaymentRow; given: GivenBack },
): Promise<bigint> {
  const isCall = repayment.guarantee_id !== null;
  const charge = await chargeOf(tx, repayment.id);
  if (isCall && given.debt > 0n) await prepareCall(tx, plan);
  const amount =
    isCall || given.debt === 0n
      ? given.debt
      : await reimburse(tx, plan, { amount: given.debt, sourceId: given.id, from: 'unapplied' });
  const excess =
    amount === 0n
      ? 0n
      : await payDebts(tx, await lockPlan(tx, plan.id), repayment, { amount, sourceId: given.id });
  if (excess > 0n) await returnExcess(tx, repayment, excess, charge);
  if (given.owed > 0n)
    await startAttempt(tx, {
      purpose: 'money_back',
      subjectId: repayment.id,
      amount: given.owed,
      currency: repayment.currency,
      target: charge,
    });
  return amount - excess;
}

/** The processor's name of the charge that the repayment was made by. */
async function chargeOf(tx: Tx, repaymentId: string): Promise<string> {
  const row = await tx
    .sql('processor_attempts')
    .where({ environment_id: tx.environment.id, subject_id: repaymentId, purpose: 'repayment' })
    .where({ status: 'succeeded' })
    .first<{ processor_reference: string } | undefined>('processor_reference');
  if (!row) throw new Error(`repayment ${repaymentId} was never charged`);
  return row.processor_reference;
}

async function tell(tx: Tx, plan: Plan, row: RepaymentRow): Promise<void> {
  const { orderId } = await findPlan(tx, { planId: plan.id });
  const streams = streamsOf(plan);
  await recordEvent(tx, {
    streams: row.guarantee_id === null ? streams : streams.filter((stream) => stream !== plan.shopperId),
    type: 'repayment.succeeded',
    objectId: row.id,
    objectVersion: row.version,
    data: {
      plan_id: plan.id,
      order_id: orderId,
      amount: toJsonAmount(row.amount),
      currency: row.currency,
      failure_code: null,
    },
  });
}
