import { type Buyer, addMethod, authorizedOrder, newBuyer, ship } from './walk.ts';
import { openShop, type Shop } from './shop.ts';
import { payNow } from '../../src/repayments/pay.ts';
import type { World } from './world.ts';

/** Plans of one sandbox whose every figure can be reckoned by hand. Amounts are CNY. */
export type PortfolioBook = { shop: Shop; funderId: string; latePlanId: string; interestPlanId: string };

/**
 * - 1 March: 80.00 in four, never paid: 4 days late on 5 March, 31 on 1 April, 61 on 1 May, 91 on 31 May, charged off after
 *   120 days on 29 June, 30.00 recovered on 19 July; 100.00 in four, paid on 1, 15 and 29 March and 12 April; 1,200.00 over
 *   six months, paid on each date.
 * - 10 April: 40.00 in four, paid on 10 and 24 April, 8 and 22 May.
 *
 * The clock stands on 19 July.
 */
export async function openPortfolioBook(world: World): Promise<PortfolioBook> {
  const shop = await openShop(world);
  const late = await newBuyer(shop, 'declined');
  const order = await buy(shop, late, 8_000);
  await buy(shop, await newBuyer(shop), 10_000);
  const { plan_id: interestPlanId } = await buy(shop, await newBuyer(shop), 120_000, 'monthly_6');
  await shop.advance(40);
  await buy(shop, await newBuyer(shop), 4_000);
  await shop.advance(100);
  await recoverSome(shop, late, order.plan_id, 3_000n);
  const { funder_id: funderId } = await world
    .db('plans')
    .where({ id: order.plan_id })
    .first<{ funder_id: string }>();
  return { shop, funderId, latePlanId: order.plan_id, interestPlanId };
}

async function buy(shop: Shop, buyer: Buyer, amount: number, plan: 'pay_in_4' | 'monthly_6' = 'pay_in_4') {
  const order = await authorizedOrder(shop, { amount, plan, buyer });
  await ship(shop, order.id, amount);
  return order;
}

/** Pays on a debt that was charged off, with a card that works. */
async function recoverSome(shop: Shop, buyer: Buyer, planId: string, amount: bigint): Promise<void> {
  const paymentMethodId = await addMethod(shop, buyer.shopperId, 'ok');
  await shop.world.db('plans').where({ id: planId }).update({ payment_method_id: paymentMethodId });
  await shop.inTx((tx) => payNow(tx, { planId, shopperId: buyer.shopperId, amount }));
  await shop.world.runAttempts();
}
