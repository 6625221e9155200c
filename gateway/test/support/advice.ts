import { readCharacteristics } from '../../src/pay-score/characteristics.ts';
import type { Advice } from '../../src/checkout/advice/advise.ts';
import { chooseDown, downPercents } from '../../src/checkout/choose-down.ts';
import { decide } from '../../src/checkout/decide.ts';
import type { Assessment } from '../../src/pay-score/assessments.ts';
import { payNow } from '../../src/repayments/pay.ts';
import { changePaymentMethod } from '../../src/repayments/methods.ts';
import type { Shop } from './shop.ts';
import { addMethod, authorizedOrder, type Buyer, claimAndDecide, openCheckout, ship } from './walk.ts';

/** Decides about a new cart of the shopper's. */
export async function decideOn(shop: Shop, buyer: Buyer, amount: number): Promise<Assessment> {
  const { id } = await openCheckout(shop, amount);
  return (await claimAndDecide(shop, id, buyer.shopperId)).assessment;
}

export function adviceOf({ guards }: Assessment): Advice {
  const advice = guards.advice as Advice | undefined;
  if (!advice) throw new Error('this decision gave no advice');
  return advice;
}

/** Buys and has it shipped; the first installment is collected as the goods ship. Returns the plan. */
export async function bought(
  shop: Shop,
  buyer: Buyer,
  { amount = 8000, plan = 'pay_in_4' as const }: { amount?: number; plan?: 'pay_in_4' | 'pay_after' } = {},
): Promise<string> {
  const order = await authorizedOrder(shop, { amount, plan, buyer });
  await ship(shop, order.id, amount);
  return order.plan_id;
}

/** Pays so much on a plan with a card that works. */
export async function payOn(shop: Shop, buyer: Buyer, planId: string, amount: number): Promise<void> {
  const { shopperId } = buyer;
  const paymentMethodId = await addMethod(shop, shopperId, 'ok');
  await shop.inTx((tx) => changePaymentMethod(tx, { planId, shopperId, paymentMethodId }));
  const payment = await shop.inTx((tx) => payNow(tx, { planId, shopperId, amount: BigInt(amount) }));
  if (payment.outcome !== 'started') throw new Error(`nothing was paid: ${payment.code}`);
  await shop.world.runAttempts();
}

/** Decides about a new cart of which the shopper pays a part at once. */
export async function decideWithDown(
  shop: Shop,
  buyer: Buyer,
  { amount, percent }: { amount: number; percent: number },
): Promise<Assessment> {
  const { shopperId } = buyer;
  const { id: sessionId } = await openCheckout(shop, amount);
  await claimAndDecide(shop, sessionId, shopperId);
  const known = downPercents.find((each) => each === percent);
  if (known === undefined) throw new Error(`${percent} % cannot be chosen`);
  await shop.inTx((tx) => chooseDown(tx, { sessionId, shopperId, percent: known }));
  return (await shop.inTx((tx) => decide(tx, { sessionId, shopperId }))).assessment;
}

export function factsNow(shop: Shop, buyer: Buyer) {
  return shop.inTx(
    (tx) => readCharacteristics(tx, { shopperId: buyer.shopperId, currency: shop.currency }),
    'read',
  );
}
