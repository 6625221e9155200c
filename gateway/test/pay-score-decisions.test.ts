import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expireSessions } from '../src/checkout/end.ts';
import { readCharacteristics } from '../src/pay-score/characteristics.ts';
import { lowestScore, targetLimitOf } from '../src/pay-score/policy.ts';
import { type Score, scoreOf } from '../src/pay-score/score.ts';
import { refusalFrom } from './support/refusal.ts';
import { openShop, type Shop } from './support/shop.ts';
import {
  agree,
  authorizedOrder,
  type Buyer,
  claimAndDecide,
  installmentsOf,
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

const pointsOf = ({ reasons }: Pick<Score, 'reasons'>) =>
  reasons.reduce((sum, { points }) => sum + points, 0);
const points = (score: Pick<Score, 'reasons'>, code: string) =>
  score.reasons.find((reason) => reason.code === code)?.points;

/** Decides on a new cart of the shopper's. */
async function decideFor(shop: Shop, buyer: Buyer, amount = 5000) {
  const { id } = await openCheckout(shop, amount);
  return { id, ...(await claimAndDecide(shop, id, buyer.shopperId)) };
}

async function bought(shop: Shop, buyer: Buyer): Promise<string> {
  const order = await authorizedOrder(shop, { amount: 8000, plan: 'pay_in_4', buyer });
  await ship(shop, order.id, 8000);
  return order.plan_id;
}

describe('a decision', () => {
  it('tells two shoppers with different histories apart, each by reasons that sum to the score', async () => {
    const shop = await openShop(world);
    const [reliable, late, unknown] = [
      await newBuyer(shop),
      await newBuyer(shop, 'declined'),
      await newBuyer(shop),
    ];
    const paid = await bought(shop, reliable);
    await bought(shop, late);
    await shop.advance(43);
    expect((await installmentsOf(shop, paid)).map(({ status }) => status)).toEqual([
      'paid',
      'paid',
      'paid',
      'paid',
    ]);

    const [good, bad, none] = [
      (await decideFor(shop, reliable)).assessment,
      (await decideFor(shop, late)).assessment,
      (await decideFor(shop, unknown)).assessment,
    ];
    for (const assessment of [good, bad, none]) expect(assessment.score).toBe(pointsOf(assessment));
    expect(good.score).toBeGreaterThan(none.score);
    expect(none.score).toBeGreaterThan(bad.score);

    expect(good.inputs.ownHistory).toMatchObject({
      repaidInstallments: 4,
      dueInstallments: 4,
      paidOnTime: 4,
      paidEarly: 0,
      daysPastDue: 0,
      tenureDays: 43,
      openPlans: 0,
    });
    // Each row of the card: 4 repaid, all on time, 43 days with us, nothing used of the line.
    expect(good.reasons).toEqual([
      { code: 'base', value: null, points: 540 },
      { code: 'repaid_installments', value: 4, points: 35 },
      { code: 'paid_on_time', value: 100, points: 50 },
      { code: 'days_past_due', value: 0, points: 0 },
      { code: 'tenure', value: 43, points: 10 },
      { code: 'open_plans', value: 0, points: 0 },
      { code: 'utilisation', value: 0, points: 20 },
      { code: 'paid_early', value: 0, points: 0 },
      { code: 'phone_tenure', value: null, points: 0 },
      { code: 'bureau', value: null, points: 0 },
    ]);
    // The fourth installment of the one who never paid is in its grace.
    expect(bad.inputs.ownHistory).toMatchObject({
      repaidInstallments: 0,
      dueInstallments: 3,
      paidOnTime: 0,
      daysPastDue: 43,
    });
    expect(points(bad, 'paid_on_time')).toBe(-80);
    expect(points(bad, 'days_past_due')).toBe(-100);
  });

  it('gives a new shopper a tenth of the target limit, and keeps it there while the file is thin', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    const target = targetLimitOf('CNY');
    const first = await decideFor(shop, buyer);
    expect(first.line).toMatchObject({ limit: target / 10n, targetLimit: target, held: 0n, used: 0n });
    await bought(shop, buyer);
    await shop.advance(43);
    // Three installments are paid, but only one month is closed.
    const later = await decideFor(shop, buyer);
    expect(later.assessment.score).toBe(655);
    expect(later.line.limit).toBe(target / 10n);
  });

  it('grants three days of grace and declines from the fourth day past due, with a code of its own', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop, 'declined');
    await bought(shop, buyer);
    await shop.advance(3);
    const grace = await decideFor(shop, buyer);
    expect(grace.assessment).toMatchObject({
      outcome: 'approved',
      inputs: { ownHistory: { daysPastDue: 3 } },
    });
    expect(points(grace.assessment, 'days_past_due')).toBe(-20);

    await shop.advance(1);
    const { id, assessment, offers } = await decideFor(shop, buyer);
    expect(assessment).toMatchObject({
      outcome: 'declined',
      declineCode: 'overdue',
      offers: [],
      inputs: { ownHistory: { daysPastDue: 4 } },
    });
    expect(offers).toEqual([]);
    const refusal = await refusalFrom(agree(shop, id, buyer, 'pay_after'));
    expect(refusal.details.errors).toEqual([{ pointer: '/plan_code', code: 'not_offered' }]);
    // The merchant is told that it was declined, not why, and the session stays open.
    expect(await shop.get(`/v1/checkout-sessions/${id}`)).toMatchObject({
      status: 'open',
      decline_code: 'declined',
    });
  });

  it('declines an amount above what is available, and offers what fits', async () => {
    const shop = await openShop(world, { first_part: 'checkout' });
    const buyer = await newBuyer(shop);
    // 2,000.00 is available. Of 2,500.00, only pay_in_4 and pay_in_3 finance less than that.
    const some = await decideFor(shop, buyer, 250_000);
    expect(some.assessment.offers).toEqual(['pay_in_3', 'pay_in_4']);
    const none = await decideFor(shop, buyer, 300_003);
    expect(none.assessment).toMatchObject({ outcome: 'declined', declineCode: 'amount_above_available' });
  });

  it('declines a score below the lowest that is accepted', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop, 'insufficient_funds_once');
    const planId = await bought(shop, buyer);
    // The first installment was paid, but a week late, and most of the line is used.
    await shop.advance(1);
    await world.db('installments').where({ plan_id: planId, number: 1 }).update({ due_date: '2026-02-23' });
    await world.db('credit_lines').where({ shopper_id: buyer.shopperId }).update({ limit_amount: 8000n });
    const { assessment } = await decideFor(shop, buyer, 2000);
    expect(assessment.reasons.filter((reason) => reason.points !== 0)).toEqual([
      { code: 'base', value: null, points: 540 },
      { code: 'repaid_installments', value: 1, points: 15 },
      { code: 'paid_on_time', value: 0, points: -80 },
      { code: 'utilisation', value: 75, points: -25 },
    ]);
    expect(assessment.score).toBe(450);
    expect(assessment.score).toBeLessThan(lowestScore);
    expect(assessment).toMatchObject({ outcome: 'declined', declineCode: 'score_too_low' });
  });

  it('is stored once for each different outcome, and at most three times', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    const { id } = await openCheckout(shop, 150_000);
    const stored = async () =>
      (await world.db('assessments').where({ checkout_session_id: id }).orderBy('id')).map(
        (row) => row.outcome,
      );
    const first = await claimAndDecide(shop, id, buyer.shopperId);
    const again = await claimAndDecide(shop, id, buyer.shopperId);
    expect(again.assessment).toEqual(first.assessment);
    expect(await stored()).toEqual(['approved']);

    const others = [];
    for (const expected of [
      ['approved', 'declined'],
      ['approved', 'declined', 'approved'],
    ]) {
      if (expected.length === 2) others.push(await takeAway(shop, buyer, 100_000));
      else await shop.post(`/v1/checkout-sessions/${others[0]}/cancel`);
      await claimAndDecide(shop, id, buyer.shopperId);
      await claimAndDecide(shop, id, buyer.shopperId);
      expect(await stored()).toEqual(expected);
    }
    await takeAway(shop, buyer, 100_000);
    // Until then the decline of before answers, which is none more.
    await shop.advance(1);
    expect((await refusalFrom(claimAndDecide(shop, id, buyer.shopperId))).code).toBe('rate_limited');
    expect(await stored()).toHaveLength(3);
    expect(await shop.inTx(expireSessions)).toBe(0);
  });

  it('reads the same history the same way again', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    await bought(shop, buyer);
    await shop.advance(20);
    const read = () =>
      shop.inTx((tx) => readCharacteristics(tx, { shopperId: buyer.shopperId, currency: 'CNY' }), 'read');
    const { assessment } = await decideFor(shop, buyer);
    expect(await read()).toEqual(assessment.inputs.ownHistory);
    expect(scoreOf(assessment.inputs.ownHistory)).toEqual({
      score: assessment.score,
      reasons: assessment.reasons,
    });
  });
});

/** Another cart takes so much of the shopper's line; its session's id. */
async function takeAway(shop: Shop, buyer: Buyer, amount: number): Promise<string> {
  const { id } = await decideFor(shop, buyer, amount);
  await agree(shop, id, buyer, 'pay_after');
  return id;
}
