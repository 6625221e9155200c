import { addedParts, takenParts } from '../credit/apportion.ts';
import { findHold } from '../credit/holds.ts';
import type { Part } from '../credit/shares.ts';
import { jointly } from '../ledger/jointly.ts';
import { post } from '../ledger/post.ts';
import { refund as refundPosting } from '../ledger/postings.ts';
import { GatewayError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { findMerchant } from '../merchants/merchants.ts';
import { enterRefund, type PlanRefund, prepareRefund, recoverByRefund } from '../repayments/refund-plan.ts';
import { partsOfDebt, principalOf } from '../repayments/stakes.ts';
import { addLines } from '../settlement/lines.ts';
import { feeSharesOf } from './fee-shares.ts';
import { sendMoneyBack } from './money-back.ts';
import { debtReducedBy } from './refund-preview.ts';
import { requireUndisputed } from './disputed.ts';
import { feeReturnedBy, requireRefundable } from './refundable.ts';
import { recordRefundEvent, type Refund, type RefundRow, toRefund } from './refunds.ts';
import { lockOrder, type Order, updateOrder } from './orders.ts';
import { answerByRefund } from './returns-end.ts';
import { settleSubsidy } from './subsidy.ts';

/** Whose money it is that the shopper gets for the goods: the merchant's, or what a dispute has set apart of it. */
export type RefundSource = 'merchant' | { disputeId: string };

/**
 * Refunds captured goods, whole or in part. The debt falls at once; money beyond what is owed goes back to the card it
 * came from. A lost dispute is a refund whose money left the merchant when it was opened, so only the returned fee is
 * settled with it. Errors: `not_found`, `refund_reference_in_use`, `refund_exceeds_refundable`, `dispute_open`,
 * `state_conflict`.
 */
export async function refund(
  tx: Tx,
  input: { orderId: string; merchantId: string; reference: string; amount: bigint; from?: RefundSource },
): Promise<Refund> {
  const { from = 'merchant' } = input;
  const order = await lockOrder(tx, input);
  await requireNewReference(tx, order, input.reference);
  requireRefundable(order, input.amount);
  if (from === 'merchant') await requireUndisputed(tx, order, input.amount);
  const merchant = await findMerchant(tx, order.merchantId);
  const { planId } = order;
  const effect = await prepareRefund(tx, { planId, amount: input.amount });
  const feeReturned = await feeReturnedBy(tx, order, input.amount);
  const stored = await storeRefund(tx, order, { ...input, effect, feeReturned });
  const released = await moveMoney(tx, order, stored, { effect, from });
  const after = await updateOrder(tx, order, { refunded_amount: order.refunded + input.amount });
  await addLines(tx, {
    merchant,
    currency: order.currency,
    orderId: order.id,
    sourceId: stored.id,
    lines: [
      ...(from === 'merchant' ? [{ kind: 'refund', amount: -stored.amount } as const] : []),
      { kind: 'refund_fee', amount: feeReturned },
    ],
  });
  await recordRefundEvent(tx, order, 'refund.created', stored);
  if (effect.principalOff + effect.interestReturned > 0n) {
    await enterRefund(tx, { planId, refundId: stored.id, amount: input.amount, effect, released });
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

/** Books a refund; returns what it takes off the principal of each funder. */
async function moveMoney(
  tx: Tx,
  order: Order,
  refunded: Refund,
  { effect, from }: { effect: PlanRefund; from: RefundSource },
): Promise<Part[]> {
  const hold = await findHold(tx, order.holdId);
  const carried = { planId: order.planId, currency: order.currency, shares: hold.shares };
  const { principalOff, interestOff, interestToPrincipal, interestToShopper } = effect;
  const off = { principal: principalOff + interestToPrincipal, interest: interestOff };
  const parts = await partsOfDebt(tx, carried, off);
  const principals = parts.map(({ principal }) => principal);
  const weights = hold.shares.map(({ basisPoints }) => BigInt(basisPoints));
  const goods = takenParts(principalOff, principals, weights);
  const interests = addedParts(
    interestToShopper,
    weights.map(() => 0n),
    weights,
  );
  const feeShares = await feeSharesOf(tx, { ...hold, agreedAt: order.createdAt }, refunded.feeReturned);
  await post(
    tx,
    jointly(parts, ({ funderId, principal, interest }, index) =>
      refundPosting({
        planId: order.planId,
        funderId,
        merchantId: order.merchantId,
        shopperId: order.shopperId,
        disputeId: from === 'merchant' ? undefined : from.disputeId,
        principal: goods[index] ?? 0n,
        moneyBack: index === 0 ? refunded.amount - principalOff : 0n,
        interestOff: interest,
        interestToPrincipal: principal - (goods[index] ?? 0n),
        interestToShopper: interests[index] ?? 0n,
        merchantFeeReturned: index === 0 ? refunded.feeReturned : 0n,
        feeShareReturned: feeShares[index] ?? 0n,
        currency: order.currency,
        subjectId: refunded.id,
      }),
    ),
  );
  return principalOf(parts);
}
