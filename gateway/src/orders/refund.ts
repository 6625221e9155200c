import { findFunder } from '../credit/funders.ts';
import { findHold, releaseUsed } from '../credit/holds.ts';
import { post } from '../ledger/post.ts';
import { refund as refundPosting } from '../ledger/postings.ts';
import { GatewayError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import { maxOf, minOf, proportion, sum } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { findMerchant, type Merchant } from '../merchants/merchants.ts';
import { enterOnPlan, owedOn } from '../repayments/plans.ts';
import { addLines } from '../settlement/lines.ts';
import { listCaptures } from './captures.ts';
import { sendMoneyBack } from './money-back.ts';
import { listRefunds, recordRefundEvent, type Refund, type RefundRow, toRefund } from './refunds.ts';
import { lockOrder, type Order, refundableOf, updateOrder } from './orders.ts';
import { requireAction } from './state.ts';

/**
 * Refunds captured goods, whole or in part. The debt falls at once; money beyond what is owed goes back to the card it
 * came from. Errors: `not_found`, `refund_reference_in_use`, `refund_exceeds_refundable`, `state_conflict`.
 */
export async function refund(
  tx: Tx,
  input: { orderId: string; merchantId: string; reference: string; amount: bigint },
): Promise<Refund> {
  const order = await lockOrder(tx, input);
  await requireNewReference(tx, order, input.reference);
  requireRefundable(order, input.amount);
  const merchant = await findMerchant(tx, order.merchantId);
  const debtAmount = minOf(input.amount, await owedOn(tx, order.planId));
  const moneyBack = input.amount - debtAmount;
  const feeReturned = await feeReturnedBy(tx, order, merchant, input.amount);
  const stored = await storeRefund(tx, order, { ...input, debtAmount, moneyBack, feeReturned });
  await moveMoney(tx, order, stored);
  await updateOrder(tx, order, { refunded_amount: order.refunded + input.amount });
  await addLines(tx, {
    merchant,
    currency: order.currency,
    orderId: order.id,
    sourceId: stored.id,
    lines: [
      { kind: 'refund', amount: -stored.amount },
      { kind: 'refund_fee', amount: feeReturned },
    ],
  });
  await recordRefundEvent(tx, order, 'refund.created', stored);
  if (debtAmount > 0n) {
    await enterOnPlan(tx, { planId: order.planId, kind: 'refund', amount: debtAmount, sourceId: stored.id });
  }
  if (moneyBack > 0n) await sendMoneyBack(tx, { order, refundId: stored.id, amount: moneyBack });
  else await recordRefundEvent(tx, order, 'refund.succeeded', stored);
  return stored;
}

async function requireNewReference(tx: Tx, order: Order, reference: string): Promise<void> {
  const used = await tx
    .sql<RefundRow>('refunds')
    .where({ environment_id: tx.environment.id, order_id: order.id, reference })
    .first();
  if (!used) return;
  throw new GatewayError('refund_reference_in_use', {
    detail: `The order already has a refund with the reference ${reference}.`,
    hint: 'Read it instead; a new refund needs a reference of its own.',
    errors: [{ pointer: '/reference', code: 'in_use' }],
    extra: { refund_id: used.id },
  });
}

function requireRefundable(order: Order, amount: bigint): void {
  requireAction(order, 'refund');
  if (amount > refundableOf(order)) {
    throw new GatewayError('refund_exceeds_refundable', {
      detail: `${amount} is more than the ${refundableOf(order)} that can still be refunded.`,
      errors: [{ pointer: '/amount', code: 'too_large' }],
    });
  }
}

/**
 * Reckoned on all that has been refunded so far, so that the parts of several refunds sum to exactly what was taken:
 * the rate part on the captures returns, the fixed part stays (money.md rule 7).
 */
async function feeReturnedBy(tx: Tx, order: Order, merchant: Merchant, amount: bigint): Promise<bigint> {
  const captures = await listCaptures(tx, order.id);
  const ratePart = sum(captures.map(({ merchantFee }) => merchantFee - merchant.feeFixed));
  const before = sum((await listRefunds(tx, order.id)).map(({ feeReturned }) => feeReturned));
  return maxOf(0n, proportion(ratePart, order.refunded + amount, order.captured) - before);
}

async function storeRefund(
  tx: Tx,
  order: Order,
  input: { reference: string; amount: bigint; debtAmount: bigint; moneyBack: bigint; feeReturned: bigint },
): Promise<Refund> {
  const [row] = await tx
    .sql<RefundRow>('refunds')
    .insert({
      environment_id: tx.environment.id,
      id: newId('rfd'),
      order_id: order.id,
      reference: input.reference,
      amount: input.amount,
      debt_amount: input.debtAmount,
      money_back_amount: input.moneyBack,
      fee_returned: input.feeReturned,
      status: input.moneyBack > 0n ? 'pending' : 'succeeded',
      created_at: tx.now,
    })
    .returning('*');
  if (!row) throw new Error('the refund was not stored');
  return toRefund(row);
}

async function moveMoney(tx: Tx, order: Order, refunded: Refund): Promise<void> {
  const hold = await findHold(tx, order.holdId);
  const funder = await findFunder(tx, hold.funderId);
  await post(
    tx,
    refundPosting({
      planId: order.planId,
      funderId: funder.id,
      merchantId: order.merchantId,
      shopperId: order.shopperId,
      principal: refunded.debtAmount,
      moneyBack: refunded.moneyBackAmount,
      merchantFeeReturned: refunded.feeReturned,
      feeShareReturned: proportion(refunded.feeReturned, BigInt(funder.feeShareBasisPoints), 10_000n),
      currency: order.currency,
      subjectId: refunded.id,
    }),
  );
  await releaseUsed(tx, order.holdId, refunded.debtAmount);
}
