import { type Dispute, listDisputesOf } from '../../../disputes/disputes.ts';
import { mayDispute } from '../../../disputes/open.ts';
import { isOver } from '../../../disputes/state.ts';
import type { Tx } from '../../../lib/tx.ts';
import { findMerchant } from '../../../merchants/merchants.ts';
import { listShipments, type Shipped } from '../../../orders/captures.ts';
import { findOrder, refundableOf } from '../../../orders/orders.ts';
import { findPlan } from '../../../repayments/plans.ts';

/** What pages about the disputes of a plan's order are made from; undefined for a plan that is no order's. */
export type DisputeFacts = {
  planId: string;
  orderId: string;
  shop: string;
  currency: string;
  /** The zone of the plan's dates. */
  timeZone: string;
  /** The one that is open, else the latest. */
  latest: Dispute | undefined;
  isOpen: boolean;
  mayDispute: boolean;
  refundable: bigint;
  /** How the goods went. */
  shipments: readonly Shipped[];
};

/** Reads it for one of the shopper's own plans; `not_found` when it is somebody else's. */
export async function readDisputeFacts(
  tx: Tx,
  input: { planId: string; shopperId: string },
): Promise<DisputeFacts | undefined> {
  const plan = await findPlan(tx, input);
  if (plan.orderId === null || plan.merchantId === null) return undefined;
  const order = await findOrder(tx, { orderId: plan.orderId });
  const disputes = await listDisputesOf(tx, order.id);
  const latest = disputes.at(-1);
  const { name: shop } = await findMerchant(tx, plan.merchantId);
  return {
    planId: plan.id,
    orderId: order.id,
    shop,
    currency: plan.currency,
    timeZone: plan.timeZone,
    latest,
    isOpen: latest !== undefined && !isOver(latest.status),
    mayDispute: mayDispute(order, disputes),
    refundable: refundableOf(order),
    shipments: await listShipments(tx, order.id),
  };
}
