import type { EventData, EventType } from '../../src/events/types.ts';
import type { PlanCode } from '../../src/plans/offers.ts';
import type { TestMethodName } from '../../src/processor/test-methods.ts';
import { changePaymentMethod } from '../../src/repayments/methods.ts';
import { openShop, type Shop, type ShopInput } from './shop.ts';
import { addMethod, authorizedOrder, type Buyer, newBuyer, ship } from './walk.ts';
import type { World } from './world.ts';

/** A plan of somebody whose card is always declined. */
export type Late = {
  shop: Shop;
  buyer: Buyer;
  planId: string;
  orderId: string;
  /** The plan's row as it is now. */
  row(): Promise<Record<string, unknown>>;
};

/** An order that was captured on 1 March and is not paid: by default over four installments of 20.00, the first due at once. */
export async function late(
  world: World,
  input: { shop?: ShopInput; plan?: PlanCode; amount?: number; method?: TestMethodName } = {},
): Promise<Late> {
  const { plan = 'pay_in_4', amount = 8000, method = 'declined' } = input;
  const shop = await openShop(world, input.shop);
  const buyer = await newBuyer(shop, method);
  const order = await authorizedOrder(shop, { amount, plan, buyer });
  await ship(shop, order.id, amount);
  return {
    shop,
    buyer,
    planId: order.plan_id,
    orderId: order.id,
    row: () => world.db('plans').where({ id: order.plan_id }).first(),
  };
}

/** The shopper's card is changed to another test method. */
export async function swapCard({ shop, buyer, planId }: Late, method: TestMethodName): Promise<void> {
  const paymentMethodId = await addMethod(shop, buyer.shopperId, method);
  await shop.inTx((tx) => changePaymentMethod(tx, { planId, shopperId: buyer.shopperId, paymentMethodId }));
}

/** What the shopper's stream has of one type, in its order. */
export async function eventsOf(
  shop: Shop,
  type: EventType,
): Promise<{ object_id: string; data: EventData; occurred_at: Date }[]> {
  return shop.world
    .db('events')
    .where({ environment_id: shop.environmentId, type })
    .whereLike('stream', 'shp_%')
    .orderBy(['recorded_at', 'id'])
    .select('object_id', 'data', 'occurred_at');
}
