import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setTerms } from '../src/credit/lines.ts';
import { confirm } from '../src/checkout/confirm.ts';
import { nextBusinessEvent } from '../src/jobs/close-business-day.ts';
import { addOffset, dateIn } from '../src/lib/dates.ts';
import { setLocale } from '../src/shoppers/profile.ts';
import { answerOffer } from '../src/standing/answer-offer.ts';
import { findLinesToReview, reviewLine } from '../src/standing/review.ts';
import { eventsOf } from './support/lateness.ts';
import { buyMonthly, changesOf, makeDue, storyOf, sweep, termsOf, toldTo } from './support/limits.ts';
import { openShop, type Shop, type ShopInput } from './support/shop.ts';
import {
  addMethod,
  authorizedOrder,
  type Buyer,
  claimAndDecide,
  newBuyer,
  openCheckout,
  ship,
} from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** Their card is declined from now on, for what they buy from now on. */
async function goneBad(shop: Shop, buyer: Buyer): Promise<Buyer> {
  return { ...buyer, paymentMethodId: await addMethod(shop, buyer.shopperId, 'declined') };
}

/** A card that works again, for a plan that is late. */
async function payUp(shop: Shop, buyer: Buyer, planId: string): Promise<void> {
  const methodId = await addMethod(shop, buyer.shopperId, 'ok');
  await world.db('plans').where({ id: planId }).update({ payment_method_id: methodId });
  await shop.advance(1);
}

/** The sandbox's business date. */
function today(shop: Shop): Promise<string> {
  return shop.inTx(async (tx) => dateIn(tx.environment.timeZone, tx.now), 'read');
}

/** Gives a line these terms by hand, as if a review long ago had. */
async function giveTerms(shop: Shop, buyer: Buyer, limit: bigint, annualRatePpm = 144_000): Promise<void> {
  const { id } = await termsOf(shop, buyer);
  await shop.inTx((tx) => setTerms(tx, id, { limit, annualRatePpm }));
}

describe('a shopper over the months', { timeout: 300_000 }, () => {
  it('is raised after payments on time, cut and suspended when late, and restored after clean months', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    await shop.inTx((tx) => setLocale(tx, { shopperId: buyer.shopperId, locale: 'zh-CN' }));
    await buyMonthly(shop, buyer, 6);
    const rise = await changesOf(shop, buyer);
    const raises = rise.filter(({ kind }) => kind === 'raise');
    const steps = [200_000n, 300_000n, 400_000n, 600_000n, 800_000n, 1_100_000n];
    // A tenth for two months, then a step a month at most; the price follows the score a tier at a time.
    expect(raises.length).toBeGreaterThanOrEqual(2);
    expect(raises.map(({ from }) => from.limit)).toEqual(steps.slice(0, raises.length));
    expect(raises.map(({ to }) => to.limit)).toEqual(steps.slice(1, raises.length + 1));
    expect(raises[0]?.decidedOn).toBe('2026-05-01');
    for (const { reasons, status } of raises)
      expect({ reasons, status }).toEqual({ reasons: ['repaid_on_time'], status: 'applied' });
    const [cheaper] = rise.filter(({ kind }) => kind === 'price');
    expect(cheaper).toMatchObject({
      from: { annualRatePpm: 144_000 },
      to: { annualRatePpm: 126_000 },
      reasons: ['score_rose'],
    });
    const high = await termsOf(shop, buyer);

    const order = await authorizedOrder(shop, {
      amount: 150_000,
      plan: 'pay_in_3',
      buyer: await goneBad(shop, buyer),
    });
    await ship(shop, order.id, 150_000);
    await shop.advance(4);
    expect(await termsOf(shop, buyer)).toMatchObject({ status: 'suspended', limit: high.limit });
    await shop.advance(29);
    const [long] = (await changesOf(shop, buyer)).slice(rise.length);
    expect(long).toMatchObject({
      kind: 'cut',
      from: { limit: high.limit },
      to: { limit: steps[steps.indexOf(high.limit) - 1] },
      reasons: expect.arrayContaining(['long_overdue']),
    });

    // The month that is over with something late in it lowers the score.
    await payUp(shop, buyer, order.plan_id);
    const paidOn = await today(shop);
    const low = await termsOf(shop, buyer);
    expect(low.status).toBe('active');
    expect(low.annualRatePpm).toBeGreaterThan(high.annualRatePpm);
    const fall = await changesOf(shop, buyer);
    expect(fall.slice(rise.length + 1).flatMap(({ reasons }) => reasons)).toContain('score_fell');

    await buyMonthly(shop, buyer, 5);
    const restored = (await changesOf(shop, buyer)).slice(fall.length);
    expect(restored.map(({ reasons }) => reasons)).toEqual(
      expect.arrayContaining([['clean_again'], ['score_rose']]),
    );
    for (const { decidedOn, kind } of restored) {
      expect(decidedOn >= addOffset(paidOn, { months: 2 }), decidedOn).toBe(true);
      expect(kind).not.toBe('cut');
    }
    expect((await termsOf(shop, buyer)).limit).toBeGreaterThan(low.limit);

    const told = (await toldTo(shop, buyer)).filter(({ template }) => /^(limit|price|line)_/.test(template));
    expect(told.map(({ template }) => template)).toEqual(
      expect.arrayContaining(['limit_raised', 'price_fell', 'line_suspended', 'limit_cut', 'price_rose']),
    );
    expect(told.find(({ template }) => template === 'limit_cut')?.body).toMatch(
      /^您的先用后付额度已从 ¥[\d,.]+ 降低到 ¥[\d,.]+。.*有一笔款项逾期超过 30 天。您已同意的计划照常进行。/,
    );
    expect(world.errors).toEqual([]);
    await shop.expectSoundBooks();
  });
});

/** Raised once: five months of purchases in a market where raises are offered. */
async function offered(input: ShopInput = { country: 'DE', currency: 'EUR' }) {
  const shop = await openShop(world, input);
  const buyer = await newBuyer(shop);
  await buyMonthly(shop, buyer, 2, 6_000);
  // April is over, and three installments are paid.
  await shop.advance(2);
  const [offer] = (await changesOf(shop, buyer)).filter(({ status }) => status === 'offered');
  if (!offer) throw new Error('nothing was offered');
  const answer = (accept: boolean, changeId: string = offer.id) =>
    shop.inTx((tx) =>
      answerOffer(tx, { shopperId: buyer.shopperId, currency: shop.currency, changeId, accept }),
    );
  return { shop, buyer, offer, answer };
}

describe('where raises are offered', { timeout: 300_000 }, () => {
  it('the limit stays until the shopper accepts, once', async () => {
    const { shop, buyer, offer, answer } = await offered();
    expect(offer).toMatchObject({
      from: { limit: 25_000n },
      to: { limit: 37_500n },
      reasons: ['repaid_on_time'],
    });
    expect((await termsOf(shop, buyer)).limit).toBe(25_000n);
    expect(await eventsOf(shop, 'credit_line.raise_offered')).toMatchObject([
      { data: { from_limit: 25_000, to_limit: 37_500, expires_on: offer.expiresOn } },
    ]);
    expect(await eventsOf(shop, 'credit_line.limit_raised')).toEqual([]);

    const foreign = offer.id.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    expect(await answer(true, foreign)).toEqual({ outcome: 'gone' });
    const answers = await Promise.all([answer(true), answer(true), answer(false)]);
    expect(answers.filter(({ outcome }) => outcome === 'gone')).toHaveLength(2);
    const isAccepted = answers.some(({ outcome }) => outcome === 'accepted');
    expect((await termsOf(shop, buyer)).limit).toBe(isAccepted ? 37_500n : 25_000n);
    expect(await eventsOf(shop, 'credit_line.limit_raised')).toHaveLength(isAccepted ? 1 : 0);
  });

  it('accepting raises it and tells of it', async () => {
    const { shop, buyer, answer } = await offered();
    expect(await answer(true)).toEqual({ outcome: 'accepted', limit: 37_500n });
    expect(await termsOf(shop, buyer)).toMatchObject({ limit: 37_500n });
    expect(await eventsOf(shop, 'credit_line.limit_raised')).toMatchObject([
      { data: { status: 'accepted' } },
    ]);
    const told = await toldTo(shop, buyer);
    expect(told.map(({ template }) => template)).toEqual(
      expect.arrayContaining(['raise_offered', 'limit_raised']),
    );
    // Nothing is decided again: the next review begins from there.
    await makeDue(shop, buyer);
    await sweep(shop);
    expect((await termsOf(shop, buyer)).limit).toBe(37_500n);
  });

  it('one that is declined is not offered again for half a year', async () => {
    const { shop, buyer, answer } = await offered();
    expect(await answer(false)).toEqual({ outcome: 'declined' });
    await buyMonthly(shop, buyer, 2, 6_000);
    expect(await storyOf(shop, buyer)).toEqual(
      expect.not.arrayContaining([expect.stringMatching(/offered$/)]),
    );
    expect((await termsOf(shop, buyer)).limit).toBe(25_000n);
    await expect(
      world.db('limit_changes').where({ status: 'declined' }).update({ status: 'accepted' }),
    ).rejects.toThrow('append-only');
  });

  it('one that nobody answers expires, and can be accepted no more', async () => {
    const { shop, buyer, offer, answer } = await offered();
    await shop.advance(30);
    expect(await answer(true)).toEqual({ outcome: 'gone' });
    expect((await changesOf(shop, buyer)).find(({ id }) => id === offer.id)).toMatchObject({
      status: 'expired',
      answeredOn: offer.expiresOn,
    });
    expect((await termsOf(shop, buyer)).limit).toBe(25_000n);
  });

  it('one is withdrawn when the line is suspended', async () => {
    const { shop, buyer, offer, answer } = await offered();
    const bad = await goneBad(shop, buyer);
    const order = await authorizedOrder(shop, { amount: 3_000, plan: 'pay_in_3', buyer: bad });
    await ship(shop, order.id, 3_000);
    await shop.advance(4);
    expect((await changesOf(shop, buyer)).find(({ id }) => id === offer.id)?.status).toBe('withdrawn');
    expect(await answer(true)).toEqual({ outcome: 'gone' });
  });
});

describe('a review', { timeout: 120_000 }, () => {
  /** A line far above what its score carries, due today, with half of it held by an order that has not shipped. */
  async function overdrawn() {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    const { id } = await openCheckout(shop, 10_000);
    await claimAndDecide(shop, id, buyer.shopperId);
    await giveTerms(shop, buyer, 2_000_000n, 72_000);
    const order = await authorizedOrder(shop, { amount: 900_000, plan: 'monthly_12', buyer });
    await makeDue(shop, buyer);
    return { shop, buyer, order };
  }

  it('cuts to what is held and no further, and the held order is shipped all the same', async () => {
    const { shop, buyer, order } = await overdrawn();
    await sweep(shop);
    expect(await termsOf(shop, buyer)).toMatchObject({ limit: 900_000n, held: 900_000n, status: 'active' });
    expect(await storyOf(shop, buyer)).toEqual([
      'cut 20000 → 9000 score_fell',
      'price 72000 → 144000 score_fell',
    ]);
    const { id } = await openCheckout(shop, 5_000);
    const { assessment } = await claimAndDecide(shop, id, buyer.shopperId);
    expect(assessment).toMatchObject({
      declineCode: 'amount_above_available',
      limit: 900_000n,
      available: 0n,
    });
    await ship(shop, order.id, 900_000);
    expect(await shop.get(`/v1/orders/${order.id}`)).toMatchObject({ status: 'captured' });
    expect(await termsOf(shop, buyer)).toMatchObject({ held: 0n, used: 900_000n });
    await shop.expectSoundBooks();
  });

  it('is done once by two processes at once, and by a sweep that runs twice', async () => {
    const { shop, buyer } = await overdrawn();
    await Promise.all([sweep(shop), sweep(shop)]);
    await sweep(shop);
    const { shopperId } = buyer;
    await Promise.all(
      [1, 2, 3].map(() => shop.inTx((tx) => reviewLine(tx, { shopperId, currency: shop.currency }))),
    );
    expect(await changesOf(shop, buyer)).toHaveLength(2);
    expect(await eventsOf(shop, 'credit_line.limit_cut')).toHaveLength(1);
    expect(await eventsOf(shop, 'credit_line.price_changed')).toHaveLength(1);
  });

  it('beside a confirmation on the same line promises no more than there is', async () => {
    for (let round = 0; round < 4; round += 1) {
      const { shop, buyer } = await overdrawn();
      const { id: sessionId } = await openCheckout(shop, 300_000);
      await claimAndDecide(shop, sessionId, buyer.shopperId);
      const [, confirmed] = await Promise.allSettled([
        sweep(shop),
        shop.inTx((tx) => confirm(tx, { sessionId, planCode: 'monthly_12', ...buyer })),
      ]);
      const line = await termsOf(shop, buyer);
      // Whoever locked the line first: either the order is held and the cut stops there, or the cut refuses the order.
      const isHeld = confirmed.status === 'fulfilled';
      expect(line).toMatchObject(
        isHeld ? { limit: 1_200_000n, held: 1_200_000n } : { limit: 900_000n, held: 900_000n },
      );
      await shop.expectSoundBooks();
    }
  });

  it('that changes nothing writes the next date only', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    const order = await authorizedOrder(shop, { amount: 10_000, plan: 'pay_after', buyer });
    await ship(shop, order.id, 10_000);
    const before = await termsOf(shop, buyer);
    expect(before.nextReviewOn).toBe('2026-04-01');
    await makeDue(shop, buyer);
    await sweep(shop);
    const after = await termsOf(shop, buyer);
    expect(after).toEqual({ ...before, nextReviewOn: '2026-04-01' });
    expect(await changesOf(shop, buyer)).toEqual([]);
  });

  it('never comes for a line that nothing moves', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    const { id } = await openCheckout(shop, 10_000);
    await claimAndDecide(shop, id, buyer.shopperId);
    expect((await termsOf(shop, buyer)).nextReviewOn).toBeNull();
    expect(await shop.inTx(nextBusinessEvent, 'read')).not.toMatchObject({ kinds: ['limit_review'] });
    const order = await authorizedOrder(shop, { amount: 10_000, plan: 'pay_after', buyer });
    await shop.post(`/v1/orders/${order.id}/void`);
    expect((await termsOf(shop, buyer)).nextReviewOn).toBe('2026-04-01');
    await shop.advance(40);
    expect((await termsOf(shop, buyer)).nextReviewOn).toBeNull();
    expect(await shop.inTx(findLinesToReview, 'read')).toEqual([]);
  });
});

describe('decisions', { timeout: 120_000 }, () => {
  it('use the terms of the line and move nothing of them, however often they are asked for', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    const { id } = await openCheckout(shop, 300_000);
    await claimAndDecide(shop, id, buyer.shopperId);
    await giveTerms(shop, buyer, 400_000n, 90_000);
    const { assessment, offers } = await claimAndDecide(shop, id, buyer.shopperId);
    expect(assessment).toMatchObject({ limit: 400_000n, available: 400_000n, annualRatePpm: 90_000 });
    expect(offers.find(({ offer }) => offer.code === 'monthly_6')?.offer).toMatchObject({
      interest: { annual_rate_ppm: 90_000 },
    });
    expect(await termsOf(shop, buyer)).toMatchObject({ limit: 400_000n, annualRatePpm: 90_000 });
  });
});
