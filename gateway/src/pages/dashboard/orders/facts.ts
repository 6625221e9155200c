import type { CalendarDate } from '../../../lib/dates.ts';
import type { Tx } from '../../../lib/tx.ts';
import { type Dispute, listDisputesOf } from '../../../disputes/disputes.ts';
import { isOver } from '../../../disputes/state.ts';
import { listEventsOf, type ObjectEvent } from '../../../events/of-objects.ts';
import { type Capture, listCaptures } from '../../../orders/captures.ts';
import { findOrder, type Order } from '../../../orders/orders.ts';
import { listRefunds, type Refund } from '../../../orders/refunds.ts';
import { listReturnsOf, type Return } from '../../../orders/returns.ts';
import { type OrderAction, orderActions } from '../../../orders/state.ts';
import { type Installment, listInstallments } from '../../../repayments/installments.ts';
import { findPlan, type Plan, todayOf } from '../../../repayments/plans.ts';
import { pairwiseId } from '../../../shoppers/profile.ts';
import { timelineEn } from './texts-en.ts';

export const eventsShown = 100;

export type TimelineType = keyof typeof timelineEn;

const timelineTypes = Object.keys(timelineEn) as TimelineType[];

/** Everything that the page of an order is made from: what its merchant may know of it, and no more. */
export type OrderFacts = {
  order: Order;
  actions: readonly OrderAction[];
  /** The merchant's own name of the shopper. */
  shopper: string;
  captures: Capture[];
  refunds: Refund[];
  returns: Return[];
  /** The one that is open, if there is one. */
  dispute: Dispute | undefined;
  plan: Plan;
  installments: Installment[];
  today: CalendarDate;
  now: Date;
  events: (ObjectEvent & { type: TimelineType })[];
};

/** Reads it for one of the merchant's own orders; `not_found` when it is somebody else's. */
export async function readOrderFacts(
  tx: Tx,
  input: { orderId: string; merchantId: string },
): Promise<OrderFacts> {
  const order = await findOrder(tx, input);
  const captures = await listCaptures(tx, order.id);
  const refunds = await listRefunds(tx, order.id);
  const returns = await listReturnsOf(tx, order.id);
  const disputes = await listDisputesOf(tx, order.id);
  const plan = await findPlan(tx, { planId: order.planId, merchantId: order.merchantId });
  const installments = await listInstallments(tx, plan.id);
  const objects = [order, plan, ...captures, ...refunds, ...returns, ...disputes, ...installments];
  const session = order.checkoutSessionId === null ? [] : [order.checkoutSessionId];
  const events = await listEventsOf(tx, {
    stream: order.merchantId,
    objectIds: [...session, ...objects.map(({ id }) => id)],
    types: timelineTypes,
    limit: eventsShown,
  });
  return {
    order,
    actions: orderActions(order, tx.now),
    shopper: pairwiseId(tx, order.merchantId, order.shopperId),
    captures,
    refunds,
    returns,
    dispute: disputes.find(({ status }) => !isOver(status)),
    plan,
    installments,
    today: todayOf(tx, plan),
    now: tx.now,
    events: events.filter(isTold),
  };
}

function isTold(event: ObjectEvent): event is ObjectEvent & { type: TimelineType } {
  return Object.hasOwn(timelineEn, event.type);
}
