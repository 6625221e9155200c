import { convertHold, findHold, type ShrunkHold } from '../credit/holds.ts';
import { jointly } from '../ledger/jointly.ts';
import { post } from '../ledger/post.ts';
import { capture as capturePosting } from '../ledger/postings.ts';
import { GatewayError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { findMerchant, type Merchant } from '../merchants/merchants.ts';
import { capturePartsOf } from '../plans/capture-parts.ts';
import { needsFifthInstallment } from '../plans/fifth-installment.ts';
import { startAttempt } from '../processor/attempts.ts';
import { collectWhatIsDue } from '../repayments/due.ts';
import { enterOnPlan } from '../repayments/enter.ts';
import { readLog } from '../repayments/log.ts';
import { findPlan, type Plan, todayOf } from '../repayments/plans.ts';
import { type CaptureFee, feeOfCapture } from '../settlement/fees.ts';
import { addLines } from '../settlement/lines.ts';
import { type Capture, type CaptureRow, type Shipment, toCapture } from './captures.ts';
import { heldDownPayment } from './down-payments.ts';
import { feeSharesOf } from './fee-shares.ts';
import {
  capturableOf,
  financedRemainderOf,
  lockOrder,
  type Order,
  recordOrderEvent,
  updateOrder,
} from './orders.ts';
import { reservationsOf } from './reservations.ts';
import { requireAction, statusAfter } from './state.ts';
import { settleSubsidy } from './subsidy.ts';
import { endRemainder } from './void.ts';

/**
 * Captures an order whole or in part: the debt starts, the merchant is owed the amount less its fee. A final capture
 * voids what is left of the order in the same transaction.
 * Errors: `not_found`, `capture_reference_in_use`, `capture_exceeds_authorized`, `authorization_expired`,
 * `installments_exceeded`, `state_conflict`.
 */
export async function capture(
  tx: Tx,
  input: {
    orderId: string;
    merchantId: string;
    reference: string;
    amount: bigint;
    /** Nothing follows: what is left is voided at once. */
    final?: boolean | undefined;
    /** How the goods went: it speaks for the merchant in a dispute. */
    shipment?: Shipment | undefined;
  },
): Promise<Capture> {
  const order = await lockOrder(tx, input);
  // Asked together: under the order's lock its plan and captures stay as they are.
  const [merchant, plan, used] = await Promise.all([
    findMerchant(tx, order.merchantId),
    findPlan(tx, { planId: order.planId }),
    findCapture(tx, order, input.reference),
  ]);
  if (used) throw referenceInUse(input.reference, used.id);
  requireCapturable(tx, order, input.amount);
  const parts = await partsOfCapture(tx, order, { merchant, plan }, input.amount);
  const captured = storeCapture(tx, order, input, parts);
  const after = await moveMoney(tx, order, captured, parts);
  const endsHere = input.final === true && capturableOf(after) > 0n;
  const type = after.status === 'captured' ? 'order.captured' : 'order.partially_captured';
  if (!endsHere) await recordOrderEvent(tx, type, after);
  if (parts.financed > 0n) {
    await enterOnPlan(tx, {
      planId: order.planId,
      entry: { kind: 'capture', amount: parts.financed },
      sourceId: captured.id,
    });
    await settleSubsidy(tx, { planId: order.planId, sourceId: captured.id });
    await collectWhatIsDue(tx, order.planId);
  }
  await addLines(tx, {
    merchant,
    currency: order.currency,
    orderId: order.id,
    sourceId: captured.id,
    lines: [
      { kind: 'capture', amount: captured.amount },
      { kind: 'capture_fee', amount: -parts.fee.amount },
    ],
  });
  // The order's event is told by the end of its remainder.
  if (endsHere) await endRemainder(tx, after, 'voided');
  return captured;
}

async function findCapture(tx: Tx, order: Order, reference: string): Promise<CaptureRow | undefined> {
  return tx
    .sql<CaptureRow>('captures')
    .where({ environment_id: tx.environment.id, order_id: order.id, reference })
    .first();
}

function referenceInUse(reference: string, captureId: string): GatewayError {
  return new GatewayError('capture_reference_in_use', {
    detail: `The order already has a capture with the reference ${reference}.`,
    hint: 'Read it instead; a new capture needs a reference of its own.',
    errors: [{ pointer: '/reference', code: 'in_use' }],
    extra: { capture_id: captureId },
  });
}

/** @throws GatewayError `authorization_expired`, `state_conflict`, `capture_exceeds_authorized` */
export function requireCapturable(tx: Tx, order: Order, amount: bigint): void {
  // The sweep may not have run yet; the clock decides (money.md rule 9).
  if (order.status === 'expired' || (capturableOf(order) > 0n && order.expiresAt <= tx.now)) {
    throw new GatewayError('authorization_expired', {
      detail: 'The authorization has expired.',
      hint: 'Send the shopper through the checkout again.',
    });
  }
  if (order.status !== 'captured') requireAction(order, 'capture');
  if (amount > capturableOf(order)) {
    throw new GatewayError('capture_exceeds_authorized', {
      detail: `${amount} is more than the ${capturableOf(order)} that can still be captured.`,
      errors: [{ pointer: '/amount', code: 'too_large' }],
    });
  }
}

/** What of a capture the down payment pays, what is lent, and the merchant's fee. */
export type CaptureParts = { down: bigint; financed: bigint; fee: CaptureFee };

/** @throws GatewayError `installments_exceeded` */
export async function partsOfCapture(
  tx: Tx,
  order: Order,
  { merchant, plan }: { merchant: Merchant; plan: Plan },
  amount: bigint,
): Promise<CaptureParts> {
  const fee = await feeOfCapture(tx, { merchant, currency: order.currency, amount });
  const parts = capturePartsOf(plan.snapshot, { capturedBefore: order.captured, amount });
  if (order.captured > 0n && parts.financed > 0n) await requireFewInstallments(tx, plan, parts.financed);
  return { ...parts, fee };
}

/** A late capture appends installments; in some markets that would make credit of another kind, with other papers. */
async function requireFewInstallments(tx: Tx, plan: Plan, financed: bigint): Promise<void> {
  const log = await readLog(tx, plan.id);
  if (!needsFifthInstallment(plan.snapshot, log, { amount: financed, onDate: todayOf(tx, plan) })) return;
  throw new GatewayError('installments_exceeded', {
    detail:
      'This capture would ask for more installments than an interest-free plan may have in this market.',
    hint: 'Capture less, or void the rest and send the shopper through the checkout again.',
    errors: [{ pointer: '/amount', code: 'needs_installment' }],
  });
}

function storeCapture(
  tx: Tx,
  order: Order,
  input: { reference: string; amount: bigint; shipment?: Shipment | undefined },
  parts: CaptureParts,
): Capture {
  const row: CaptureRow = {
    environment_id: tx.environment.id,
    id: newId('cap'),
    order_id: order.id,
    reference: input.reference,
    amount: input.amount,
    down_amount: parts.down,
    merchant_fee: parts.fee.amount,
    fee_basis_points: parts.fee.basisPoints,
    fee_fixed: parts.fee.fixed,
    fee_volume: parts.fee.volume,
    carrier: input.shipment?.carrier ?? null,
    tracking_number: input.shipment?.trackingNumber ?? null,
    created_at: tx.now,
  };
  tx.later(tx.sql<CaptureRow>('captures').insert(row));
  return toCapture(row);
}

async function moveMoney(tx: Tx, order: Order, captured: Capture, parts: CaptureParts): Promise<Order> {
  const hold = await useHold(tx, order, parts.financed);
  const reserved = await reservationsOf(tx, order, hold);
  if (reserved.length === 0) throw new Error(`order ${order.id} has nothing pending`);
  const feeShares = await feeSharesOf(tx, { ...hold, agreedAt: order.createdAt }, parts.fee.amount);
  const posted = await post(
    tx,
    jointly(hold.parts, ({ funderId, amount: financed }, index) => {
      const pending = reserved.find((one) => one.funderId === funderId);
      return capturePosting({
        planId: order.planId,
        funderId,
        merchantId: order.merchantId,
        orderId: order.id,
        pending,
        financed,
        down: index === 0 ? parts.down : 0n,
        remainder: (pending?.amount ?? 0n) - financed,
        merchantFee: index === 0 ? parts.fee.amount : 0n,
        feeShare: feeShares[index] ?? 0n,
        currency: order.currency,
        subjectId: captured.id,
      });
    }),
  );
  if (parts.down > 0n) await takeDownPayment(tx, order, captured);
  const capturedAmount = order.captured + captured.amount;
  const isPending = hold.shares.length === 1 && financedRemainderOf(order) > parts.financed;
  return updateOrder(tx, order, {
    captured_amount: capturedAmount,
    captured_down: order.capturedDown + parts.down,
    pending_transfer_id: isPending ? (posted.at(-1) ?? null) : null,
    status: statusAfter({ ...order, captured: capturedAmount }, 'voided'),
  });
}

/** A capture that the down payment pays alone uses nothing of the hold. */
async function useHold(tx: Tx, order: Order, financed: bigint): Promise<ShrunkHold> {
  if (financed > 0n) return convertHold(tx, order.holdId, financed);
  const hold = await findHold(tx, order.holdId);
  return { ...hold, parts: hold.shares.map((share) => ({ ...share, amount: 0n })) };
}

async function takeDownPayment(tx: Tx, order: Order, captured: Capture): Promise<void> {
  const held = await heldDownPayment(tx, order);
  await startAttempt(tx, {
    purpose: 'down_capture',
    subjectId: captured.id,
    amount: captured.downAmount,
    currency: order.currency,
    target: held,
  });
}
