import type { Tx } from '../../../lib/tx.ts';
import { findMerchant } from '../../../merchants/merchants.ts';
import { findOrder } from '../../../orders/orders.ts';
import { mayShopperDeclare } from '../../../orders/returns-declare.ts';
import { listReturnsOf, type Return } from '../../../orders/returns.ts';
import { findPlan } from '../../../repayments/plans.ts';

/** What `ReturnSection` is made from; undefined for a plan that is no order's. */
export type ReturnFacts = {
  planId: string;
  shop: string;
  currency: string;
  /** The zone of the plan's dates. */
  timeZone: string;
  /** The newest first. */
  returns: Return[];
  mayDeclare: boolean;
};

/** Reads it for one of the shopper's own plans; `not_found` when it is somebody else's. */
export async function readReturnFacts(
  tx: Tx,
  input: { planId: string; shopperId: string },
): Promise<ReturnFacts | undefined> {
  const plan = await findPlan(tx, input);
  if (plan.orderId === null || plan.merchantId === null) return undefined;
  const order = await findOrder(tx, { orderId: plan.orderId });
  const returns = await listReturnsOf(tx, order.id);
  const { name: shop } = await findMerchant(tx, plan.merchantId);
  return {
    planId: plan.id,
    shop,
    currency: plan.currency,
    timeZone: plan.timeZone,
    returns: returns.toReversed(),
    mayDeclare: mayShopperDeclare(order, returns),
  };
}
