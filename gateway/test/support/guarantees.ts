import { endGuarantee } from '../../src/credit/guarantees/end.ts';
import { findGuarantee, type Guarantee } from '../../src/credit/guarantees/guarantees.ts';
import type { GuaranteeAction } from '../../src/credit/guarantees/state.ts';
import { todayIn } from '../../src/credit/guarantees/state.ts';
import { guaranteeTerms, hashGuaranteeTerms } from '../../src/credit/guarantees/terms.ts';
import { findLine } from '../../src/credit/lines.ts';
import { type Id, newId } from '../../src/lib/ids.ts';
import type { TestMethodName } from '../../src/processor/test-methods.ts';
import { type AcceptAnswer, acceptGuarantee } from '../../src/repayments/guarantors/accept.ts';
import { type OfferAnswer, offerGuarantee, type OfferInput } from '../../src/repayments/guarantors/offer.ts';
import { changePaymentMethod } from '../../src/repayments/methods.ts';
import { contactOf } from '../../src/shoppers/profile.ts';
import { newSession } from './agreements.ts';
import { newBorrower } from './draws.ts';
import { openShop, type Shop, type ShopInput } from './shop.ts';
import { addMethod, authorizedOrder, type Buyer, ship } from './walk.ts';
import type { World } from './world.ts';

export type Friend = Buyer & { shopperId: Id<'shp'>; phone: string; browser: string };

/** A verified shopper with one card and a browser of their own. */
export async function newFriend(shop: Shop, method: TestMethodName = 'ok'): Promise<Friend> {
  const buyer = await newBorrower(shop, method);
  const shopperId = buyer.shopperId as Id<'shp'>;
  const { phone } = await shop.inTx((tx) => contactOf(tx, shopperId), 'read');
  return { ...buyer, shopperId, phone, browser: newId('req') };
}

/** What an established shopper of these tests may owe: ¥10,000, of which half may be pledged. */
export const guarantorLimit = 1_000_000n;

/** A shop with shoppers who have paid on time for three months, so that they may vouch for others. */
export async function openFriends(
  world: World,
  input: { guarantors?: number; shop?: ShopInput } = {},
): Promise<{ shop: Shop; guarantors: Friend[] }> {
  const shop = await openShop(world, input.shop);
  const guarantors: Friend[] = [];
  for (let made = 0; made < (input.guarantors ?? 1); made += 1) guarantors.push(await newFriend(shop));
  // Something is bought in each of two months, and the second one is over as well.
  for (const days of [31, 45]) {
    for (const friend of guarantors) await buys(shop, friend, 8000);
    await shop.advance(days);
  }
  await world
    .db('credit_lines')
    .where({ environment_id: shop.environmentId })
    .update({ limit_amount: world.db.raw('least(target_limit, ?)', [guarantorLimit]) });
  return { shop, guarantors };
}

export type OfferWish = { cap?: bigint; months?: number; unproven?: boolean; change?: Partial<OfferInput> };

/** What the page does when a shopper who has just proved who they are offers to vouch for a phone. */
export async function offer(
  shop: Shop,
  guarantor: Friend,
  phone: string,
  wish: OfferWish = {},
): Promise<OfferAnswer> {
  const { cap = 50_000n, months = 6, unproven = false, change } = wish;
  return shop.inTx(async (tx) => {
    const terms = guaranteeTerms({ currency: shop.currency, cap, months, offeredOn: todayIn(tx) });
    return offerGuarantee(tx, {
      guarantorId: guarantor.shopperId,
      sessionId: await newSession(tx, guarantor.shopperId, !unproven),
      reference: newId('req'),
      phone,
      currency: shop.currency,
      cap,
      months,
      paymentMethodId: guarantor.paymentMethodId,
      browser: guarantor.browser,
      agreedHash: hashGuaranteeTerms(terms),
      shown: { text: 'The words as they were shown to the guarantor.', locale: 'en' },
      ...change,
    });
  });
}

export async function offered(
  shop: Shop,
  guarantor: Friend,
  phone: string,
  wish?: OfferWish,
): Promise<Guarantee> {
  const answer = await offer(shop, guarantor, phone, wish);
  if (answer.outcome === 'refused') throw new Error(answer.code);
  return answer.guarantee;
}

export function accept(
  shop: Shop,
  guaranteeId: string,
  debtor: Friend,
  { unproven = false, agreedHash }: { unproven?: boolean; agreedHash?: string } = {},
): Promise<AcceptAnswer> {
  return shop.inTx(async (tx) => {
    const { termsHash } = await findGuarantee(tx, guaranteeId);
    return acceptGuarantee(tx, {
      guaranteeId,
      debtorId: debtor.shopperId,
      sessionId: await newSession(tx, debtor.shopperId, !unproven),
      browser: debtor.browser,
      agreedHash: agreedHash ?? termsHash,
      shown: { text: 'The words as they were shown to the debtor.', locale: 'en' },
    });
  });
}

/** An offer that was accepted. */
export async function accepted(
  shop: Shop,
  guarantor: Friend,
  debtor: Friend,
  wish?: OfferWish,
): Promise<Id<'gua'>> {
  const { id } = await offered(shop, guarantor, debtor.phone, wish);
  const answer = await accept(shop, id, debtor);
  if (answer.outcome === 'refused') throw new Error(answer.code);
  return id;
}

/** A guarantee whose day to reconsider is over. */
export async function active(
  shop: Shop,
  guarantor: Friend,
  debtor: Friend,
  wish?: OfferWish,
): Promise<Id<'gua'>> {
  const id = await accepted(shop, guarantor, debtor, wish);
  await shop.advance(2);
  return id;
}

export function end(
  shop: Shop,
  guaranteeId: string,
  friend: Friend,
  action: Exclude<GuaranteeAction, 'accept'> = 'end',
): Promise<Guarantee> {
  return shop.inTx((tx) => endGuarantee(tx, { guaranteeId, shopperId: friend.shopperId, action }));
}

export const readGuarantee = (shop: Shop, id: string): Promise<Guarantee> =>
  shop.inTx((tx) => findGuarantee(tx, id), 'read');

/** What the line says of guarantees. */
export async function pledgesOf(
  shop: Shop,
  { shopperId }: Friend,
): Promise<{ guaranteed: bigint; pledged: bigint; status: string }> {
  const line = await shop.inTx((tx) => findLine(tx, shopperId, shop.currency), 'read');
  if (!line) throw new Error('there is no line');
  return { guaranteed: line.guaranteed, pledged: line.pledged, status: line.status };
}

/** An order of the debtor that was shipped whole; returns its plan. */
export async function buys(
  shop: Shop,
  buyer: Buyer,
  amount: number,
): Promise<{ planId: string; orderId: string }> {
  const order = await authorizedOrder(shop, { amount, plan: 'pay_in_4', buyer });
  await ship(shop, order.id, amount);
  return { planId: order.plan_id, orderId: order.id };
}

/** From now on the plan is paid, or not, by another test card. */
export async function payWith(
  shop: Shop,
  { planId, shopperId }: { planId: string; shopperId: string },
  method: TestMethodName,
): Promise<void> {
  const paymentMethodId = await addMethod(shop, shopperId, method);
  await shop.inTx((tx) => changePaymentMethod(tx, { planId, shopperId, paymentMethodId }));
}

export type CallRow = { id: string; amount: bigint; status: string; returned_amount: bigint };

/** What was asked of the guarantor's card, the oldest first. */
export function callsOf(shop: Shop, guaranteeId: string): Promise<CallRow[]> {
  return shop.world
    .db('repayments')
    .where({ environment_id: shop.environmentId, guarantee_id: guaranteeId })
    .orderBy('id')
    .select('id', 'amount', 'status', 'returned_amount');
}
