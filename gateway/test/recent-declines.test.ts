import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decide } from '../src/checkout/decide.ts';
import { claimSession } from '../src/checkout/claim.ts';
import { confirm } from '../src/checkout/confirm.ts';
import { forgetDeclines } from '../src/standing/recent-declines.ts';
import { activeAgreement, agreedOrderBody } from './support/agreements.ts';
import { adviceOf, decideOn } from './support/advice.ts';
import { enforce, lookAt } from './support/fraud.ts';
import { refusalFrom } from './support/refusal.ts';
import { openShop, type Shop } from './support/shop.ts';
import { addMethod, type Buyer, newBuyer, openCheckout } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const tooMuch = 900_000;

const decisionsOf = async ({ shopperId }: Buyer): Promise<number> =>
  (await world.db('assessments').where({ shopper_id: shopperId })).length;

async function claimedBy(shop: Shop, { shopperId }: Buyer, amount: number): Promise<string> {
  const { id } = await openCheckout(shop, amount);
  await shop.inTx((tx) => claimSession(tx, { sessionId: id, shopperId }));
  return id;
}

describe('a decline is the answer for ten minutes', () => {
  it('to every cart that the page did not name: one decision, one assessment, nothing seen or scored', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    const first = await decideOn(shop, buyer, tooMuch);
    expect(first.declineCode).toBe('amount_above_available');
    const most = adviceOf(first).amount;
    if (most === null) throw new Error('no amount was named');
    const seen = await world.db('fraud_sightings').where({ shopper_id: buyer.shopperId });
    for (const amount of [tooMuch, 700_000, most + 100]) {
      expect(await decideOn(shop, buyer, amount)).toEqual(first);
    }
    expect(await decisionsOf(buyer)).toBe(1);
    expect(await world.db('fraud_sightings').where({ shopper_id: buyer.shopperId })).toHaveLength(
      seen.length,
    );
  });

  it('but not to the smaller cart that the page named, nor to a shopper who has done something about it', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    const most = adviceOf(await decideOn(shop, buyer, tooMuch)).amount;
    expect((await decideOn(shop, buyer, most ?? 0)).outcome).toBe('approved');
    expect(await decisionsOf(buyer)).toBe(2);
    expect((await decideOn(shop, buyer, tooMuch)).outcome).toBe('declined');
    expect(await decisionsOf(buyer)).toBe(2);
    await addMethod(shop, buyer.shopperId, 'ok_unionpay');
    expect((await decideOn(shop, buyer, tooMuch)).outcome).toBe('declined');
    expect(await decisionsOf(buyer)).toBe(3);
  });

  it('at this merchant only, and until ten minutes of the sandbox have passed', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    const first = await decideOn(shop, buyer, tooMuch);
    const rows = () => world.db('recent_declines').where({ shopper_id: buyer.shopperId });
    expect(await rows()).toMatchObject([{ merchant_id: shop.merchantId, assessment_id: first.id }]);
    expect(await shop.inTx(forgetDeclines)).toBe(0);
    await shop.advance(1);
    expect((await decideOn(shop, buyer, tooMuch)).id).not.toBe(first.id);
    await shop.advance(1);
    expect(await shop.inTx(forgetDeclines)).toBe(1);
    expect(await rows()).toEqual([]);
  });

  it('also of fraud, whatever the amount', async () => {
    const shop = await openShop(world);
    await enforce(shop, {
      id: 'denied',
      kind: 'velocity',
      why: 'a test',
      count: 'amount',
      per: 'shopper',
      minutes: 5,
      over: 50_000,
      currency: shop.currency,
      action: 'refuse',
    });
    const buyer = await newBuyer(shop);
    const refused = await lookAt(shop, { buyer, amount: 60_000 });
    expect(refused.assessment.declineCode).toBe('suspicious');
    for (const amount of [40_000, 1_000]) {
      expect((await lookAt(shop, { buyer, amount })).assessment.id).toBe(refused.assessment.id);
    }
  });

  it('is what the merchant and a confirmation are told of the session that it answered', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    await decideOn(shop, buyer, tooMuch);
    const sessionId = await claimedBy(shop, buyer, 700_000);
    await shop.inTx((tx) => decide(tx, { sessionId, shopperId: buyer.shopperId }));
    expect(await shop.get(`/v1/checkout-sessions/${sessionId}`)).toMatchObject({ decline_code: 'declined' });
    const asked = { ...buyer, sessionId, planCode: 'pay_in_4' };
    const refusal = await refusalFrom(shop.inTx((tx) => confirm(tx, asked)));
    expect(refusal.code).toBe('validation_failed');
  });

  it('to twenty carts of one moment: each waits for the one before it, and one is decided', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    const carts = await Promise.all(
      Array.from({ length: 20 }, (_, index) => claimedBy(shop, buyer, tooMuch - 1000 * index)),
    );
    const { shopperId } = buyer;
    const decided = await Promise.all(
      carts.map((sessionId) => shop.inTx((tx) => decide(tx, { sessionId, shopperId }))),
    );
    expect(new Set(decided.map(({ assessment }) => assessment.outcome))).toEqual(new Set(['declined']));
    // A greater cart than the one that was declined first is decided, because its page names figures of its own.
    const ids = new Set(decided.map(({ assessment }) => assessment.id));
    expect(ids.size).toBe(await decisionsOf(buyer));
  });
});

describe('an order by an agreement', () => {
  const wide = {
    order_ceiling: 200_000,
    day_ceiling: 900_000,
    month_ceiling: 900_000,
    charge_after_days: 30,
  };

  const declinesOf = async (id: string): Promise<number> =>
    (await world.db('assessments').where({ agreement_id: id, outcome: 'declined' })).length;

  /** The first order opens the line, whose limit is then low. */
  async function openLimited(shop: Shop, { path, buyer }: { path: string; buyer: Buyer }): Promise<void> {
    const first = await shop.send('POST', `${path}/orders`, agreedOrderBody(shop, 1_000));
    expect(first.status).toBe(201);
    const limit = { limit_amount: 60_000 };
    expect(await world.db('credit_lines').where({ shopper_id: buyer.shopperId }).update(limit)).toBe(1);
  }

  it('that gets smaller and smaller tells a merchant nothing about the limit for ten minutes', async () => {
    const shop = await openShop(world);
    const { path, buyer, agreement } = await activeAgreement(shop, wide);
    await openLimited(shop, { path, buyer });
    for (const amount of [100_000, 80_000, 61_000, 50_000, 1_000]) {
      const refused = await shop.send('POST', `${path}/orders`, agreedOrderBody(shop, amount));
      expect(refused).toMatchObject({ status: 402, body: { merchant_code: 'amount_not_available' } });
    }
    expect(await declinesOf(agreement.id)).toBe(1);
    await shop.advance(1);
    const order = await shop.send('POST', `${path}/orders`, agreedOrderBody(shop, 1_000));
    expect(order.status).toBe(201);
  });

  it('of several sent at one moment is decided once: the others wait and hear the same', async () => {
    const shop = await openShop(world);
    const { path, buyer, agreement } = await activeAgreement(shop, wide);
    await openLimited(shop, { path, buyer });
    const amounts = [190_000, 150_000, 120_000, 90_000, 70_000];
    const answers = await Promise.all(
      amounts.map((amount) => shop.send('POST', `${path}/orders`, agreedOrderBody(shop, amount))),
    );
    expect(answers.map(({ status }) => status)).toEqual(amounts.map(() => 402));
    expect(await declinesOf(agreement.id)).toBe(1);
  });
});
