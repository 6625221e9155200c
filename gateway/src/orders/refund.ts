import { findFunder } from '../credit/funders.ts';
import { findHold } from '../credit/holds.ts';
import { post } from '../ledger/post.ts';
import { refund as refundPosting } from '../ledger/postings.ts';
import { GatewayError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import { proportion } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { findMerchant } from '../merchants/merchants.ts';
import { enterRefund, type PlanRefund, prepareRefund, recoverByRefund } from '../repayments/refund-plan.ts';
import { addLines } from '../settlement/lines.ts';
import { sendMoneyBack } from './money-back.ts';
import { debtReducedBy } from './refund-preview.ts';
import { feeReturnedBy, requireRefundable } from './refundable.ts';
import { recordRefundEvent, type Refund, type RefundRow, toRefund } from './refunds.ts';
import { lockOrder, type Order, updateOrder } from './orders.ts';
import { answerByRefund } from './returns-end.ts';
import { settleSubsidy } from './subsidy.ts';

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
  const { planId } = order;
  const effect = await prepareRefund(tx, { planId, amount: input.amount });
  const feeReturned = await feeReturnedBy(tx, order, input.amount);
  const stored = await storeRefund(tx, order, { ...input, effect, feeReturned });
  await moveMoney(tx, order, stored, effect);
  const after = await updateOrder(tx, order, { refunded_amount: order.refunded + input.amount });
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
  if (effect.principalOff + effect.interestReturned > 0n) {
    await enterRefund(tx, { planId, refundId: stored.id, amount: input.amount, effect });
    await settleSubsidy(tx, { planId, sourceId: stored.id });
  }
  if (effect.recovered > 0n)
    await recoverByRefund(tx, { planId, refundId: stored.id, amount: effect.recovered });
  const { moneyBack } = effect;
  if (moneyBack > 0n) await sendMoneyBack(tx, { order, refundId: stored.id, amount: moneyBack });
  else await recordRefundEvent(tx, order, 'refund.succeeded', stored);
  await answerByRefund(tx, { order: after, refunded: stored });
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

async function storeRefund(
  tx: Tx,
  order: Order,
  input: { reference: string; amount: bigint; effect: PlanRefund; feeReturned: bigint },
): Promise<Refund> {
  const { interestReturned, moneyBack } = input.effect;
  const [row] = await tx
    .sql<RefundRow>('refunds')
    .insert({
      environment_id: tx.environment.id,
      id: newId('rfd'),
      order_id: order.id,
      reference: input.reference,
      amount: input.amount,
      debt_amount: debtReducedBy(input.effect),
      money_back_amount: moneyBack,
      interest_returned: interestReturned,
      fee_returned: input.feeReturned,
      status: moneyBack > 0n ? 'pending' : 'succeeded',
      created_at: tx.now,
    })
    .returning('*');
  if (!row) throw new Error('the refund was not stored');
  return toRefund(row);
}

async function moveMoney(tx: Tx, order: Order, refunded: Refund, effect: PlanRefund): Promise<void> {
  const hold = await findHold(tx, order.holdId);
  const funder = await findFunder(tx, hold.funderId);
  await post(
    tx,
    refundPosting({
      planId: order.planId,
      funderId: funder.id,
      merchantId: order.merchantId,
      shopperId: order.shopperId,
      principal: effect.principalOff,
      moneyBack: refunded.amount - effect.principalOff,
      interestOff: effect.interestOff,
      interestToPrincipal: effect.interestToPrincipal,
      interestToShopper: effect.interestToShopper,
      merchantFeeReturned: refunded.feeReturned,
      feeShareReturned: proportion(refunded.feeReturned, BigInt(funder.feeShareBasisPoints), 10_000n),
      currency: order.currency,
      subjectId: refunded.id,
    }),
  );
}
