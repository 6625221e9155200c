import { claimSession } from '../../src/checkout/claim.ts';
import { confirm } from '../../src/checkout/confirm.ts';
import { decide, type Decision } from '../../src/checkout/decide.ts';
import { openSession } from '../../src/checkout/sessions.ts';
import { type Id, newId } from '../../src/lib/ids.ts';
import { targetLimitOf } from '../../src/pay-score/policy.ts';
import type { PlanCode } from '../../src/plans/offers.ts';
import type { PlanSnapshot } from '../../src/plans/snapshot.ts';
import { declareIncome } from '../../src/shoppers/income.ts';
import type { Shop } from './shop.ts';
import { type Buyer, newBuyer } from './walk.ts';

/** A buyer whose limit has grown to this part of the target, in percent. */
export async function grownBuyer(shop: Shop, percent = 100n): Promise<Buyer> {
  const buyer = await newBuyer(shop);
  const { line } = await decideOn(shop, buyer, 100);
  const limit = (targetLimitOf(shop.currency) * percent) / 100n;
  await shop.inTx((tx) =>
    tx
      .sql('credit_lines')
      .where({ environment_id: shop.environmentId, id: line.id })
      .update({ limit_amount: limit }),
  );
  return buyer;
}

/** The shopper says what they earn in a month, in minor units of the shop's currency. */
export async function declare(shop: Shop, buyer: Buyer, amount: number): Promise<void> {
  const shopperId = buyer.shopperId as Id<'shp'>;
  const income = { amount: BigInt(amount), currency: shop.currency, payDay: null };
  const outcome = await shop.inTx((tx) => declareIncome(tx, { shopperId, ...income }));
  if (outcome !== 'declared') throw new Error(outcome);
}

/** A checkout of this amount at the shop, or at another merchant of its sandbox, decided for the buyer. */
export async function decideOn(
  shop: Shop,
  buyer: Buyer,
  amount: number,
  merchantId = shop.merchantId,
): Promise<Decision & { sessionId: string }> {
  return shop.inTx(async (tx) => {
    const { session } = await openSession(tx, {
      merchantId,
      merchantReference: newId('req'),
      amount: BigInt(amount),
      currency: shop.currency,
      lines: [{ name: 'Tea', quantity: 1, unit_amount: amount, amount }],
      returnUrl: 'https://shop.example/return',
    });
    const sessionId = session.id;
    await claimSession(tx, { sessionId, shopperId: buyer.shopperId });
    return { sessionId, ...(await decide(tx, { sessionId, shopperId: buyer.shopperId })) };
  });
}

/** Why a purchase of this amount is declined now; null when it is not. */
export async function codeFor(shop: Shop, buyer: Buyer, amount: number): Promise<string | null> {
  return (await decideOn(shop, buyer, amount)).assessment.declineCode;
}

/** Agrees to one of the offers of a decided checkout. */
export async function agreeTo(
  shop: Shop,
  buyer: Buyer,
  { sessionId, plan = 'pay_in_4' }: { sessionId: string; plan?: PlanCode },
): Promise<PlanSnapshot> {
  const { session } = await shop.inTx((tx) => confirm(tx, { sessionId, planCode: plan, ...buyer }));
  if (!session.confirmedOffer) throw new Error(`the session is ${session.status}`);
  return session.confirmedOffer;
}

/** Decides and agrees. */
export async function take(
  shop: Shop,
  buyer: Buyer,
  amount: number,
  plan: PlanCode = 'pay_in_4',
): Promise<PlanSnapshot> {
  const { sessionId } = await decideOn(shop, buyer, amount);
  return agreeTo(shop, buyer, { sessionId, plan });
}
