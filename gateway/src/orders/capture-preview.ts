import type { Tx } from '../lib/tx.ts';
import { findMerchant } from '../merchants/merchants.ts';
import { findPlan } from '../repayments/plans.ts';
import { type CaptureParts, partsOfCapture, requireCapturable } from './capture.ts';
import { capturableOf, findOrder } from './orders.ts';

/** What a capture would do, in minor units: `net` is what the merchant is owed by it, `open` what could still follow. */
export type CapturePreview = CaptureParts & { amount: bigint; net: bigint; open: bigint };

/** What a capture of this amount would come to now. Nothing changes by asking. Throws as `capture` does. */
export async function previewCapture(
  tx: Tx,
  input: { orderId: string; merchantId: string; amount: bigint },
): Promise<CapturePreview> {
  const { amount } = input;
  const order = await findOrder(tx, input);
  requireCapturable(tx, order, amount);
  const [merchant, plan] = await Promise.all([
    findMerchant(tx, order.merchantId),
    findPlan(tx, { planId: order.planId }),
  ]);
  const parts = await partsOfCapture(tx, order, { merchant, plan }, amount);
  return { ...parts, amount, net: amount - parts.fee.amount, open: capturableOf(order) - amount };
}
