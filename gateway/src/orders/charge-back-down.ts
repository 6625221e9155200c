import { post } from '../ledger/post.ts';
import { chargebackGivenBack, downPaymentChargedBack } from '../ledger/postings.ts';
import { GatewayError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { startAttempt } from '../processor/attempts.ts';
import type { ChargeBackInput } from '../repayments/charge-back.ts';
import { type Chargeback, chargebacksOf, findChargeback, toChargeback } from '../repayments/chargebacks.ts';
import { type GiveBackInput, keepGivenBack } from '../repayments/give-back.ts';
import { heldDownPayment } from './down-payments.ts';
import { lockOrder, type Order } from './orders.ts';

export type DownPaymentChargeBack = Omit<ChargeBackInput, 'repaymentId'> & { orderId: string };

/** What banks have of the down payment of an order, less what they gave back, in minor units. */
export async function takenOfDown(tx: Tx, orderId: string): Promise<bigint> {
  const row = await chargebacksOf(tx)
    .where({ order_id: orderId as Order['id'] })
    .first<{ taken: string | null }>(tx.sql.raw('sum(amount - given_back_amount)::text as taken'));
  return BigInt(row?.taken ?? 0);
}

/**
 * The processor has taken back what was paid at checkout. It was never lent and the merchant has it, so nobody owes it to
 * us: it is our loss, which a refund makes good that would send it back to that card. The plan stays as it is. Telling of
 * the same reference again changes nothing.
 *
 * @throws GatewayError `not_found`; `state_conflict` when nothing is left to be taken, or the reference is another
 *   chargeback's; `amount_invalid`.
 */
export async function chargeBackDownPayment(tx: Tx, input: DownPaymentChargeBack): Promise<Chargeback> {
  const order = await lockOrder(tx, { orderId: input.orderId });
  const known = await findChargeback(tx, input.reference);
  if (known?.orderId === order.id) return known;
  const left = order.capturedDown - (await takenOfDown(tx, order.id));
  if (known || left === 0n)
    throw new GatewayError('state_conflict', {
      detail: known
        ? 'Something else was taken back under this reference.'
        : 'Nothing that was paid at checkout is left to be taken back.',
    });
  const { amount = left } = input;
  if (amount <= 0n || amount > left || input.fee < 0n)
    throw new GatewayError('amount_invalid', {
      detail: 'At most what was paid at checkout can be taken back, and its fee is not negative.',
      errors: [{ pointer: '/amount', code: 'out_of_range' }],
    });
  const [row] = await chargebacksOf(tx)
    .insert({
      environment_id: tx.environment.id,
      id: newId('chb'),
      order_id: order.id,
      reference: input.reference,
      reason: input.reason,
      amount,
      currency: order.currency,
      fee: input.fee,
      debt_amount: 0n,
      lost_amount: amount,
      created_at: tx.now,
    })
    .returning('*');
  if (!row) throw new Error('the chargeback was not stored');
  const { currency, id: subjectId } = row;
  await post(tx, downPaymentChargedBack({ currency, subjectId, amount, processorFee: input.fee }));
  return toChargeback(row);
}

/**
 * The processor has given back what it had taken of a down payment: no loss any more, but for what a refund had kept for
 * it, which goes to the shopper's card after all. Telling of it again changes nothing.
 *
 * @throws GatewayError `not_found`, `amount_invalid`.
 */
export async function giveBackDownPayment(tx: Tx, input: GiveBackInput): Promise<Chargeback> {
  const unlocked = await findChargeback(tx, input.reference);
  if (!unlocked?.orderId)
    throw new GatewayError('not_found', { detail: 'No down payment was taken back under this reference.' });
  const order = await lockOrder(tx, { orderId: unlocked.orderId });
  const row = await chargebacksOf(tx).where({ id: unlocked.id }).first();
  if (!row || row.given_back_at !== null) return unlocked;
  const given = await keepGivenBack(tx, row, input);
  await post(
    tx,
    chargebackGivenBack({
      currency: row.currency,
      subjectId: given.id,
      shopperId: order.shopperId,
      toUnapplied: 0n,
      toShopper: given.owed,
      regained: given.regained,
      feeReturned: input.feeReturned,
    }),
  );
  if (given.owed > 0n) await sendKept(tx, order, given.owed);
  return toChargeback((await chargebacksOf(tx).where({ id: row.id }).first()) ?? row);
}

/** What was kept was kept of a refund, so it goes back as a part of one. */
async function sendKept(tx: Tx, order: Order, amount: bigint): Promise<void> {
  const refund = await tx
    .sql('refunds')
    .where({ environment_id: tx.environment.id, order_id: order.id })
    .orderBy('id', 'desc')
    .first<{ id: string } | undefined>('id');
  if (!refund) throw new Error(`order ${order.id} was never refunded`);
  await startAttempt(tx, {
    purpose: 'money_back',
    subjectId: refund.id,
    amount,
    currency: order.currency,
    target: await heldDownPayment(tx, order),
  });
}
