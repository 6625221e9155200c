import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decide } from '../src/checkout/decide.ts';
import { claimSession } from '../src/checkout/claim.ts';
import { addChallenger } from '../src/pay-score/challenger/add.ts';
import { readPairs } from '../src/pay-score/challenger/read-pairs.ts';
import { runChallengers } from '../src/pay-score/challenger/run-challengers.ts';
import { outcomeJoin } from '../src/pay-score/review/outcomes.ts';
import { readDecided } from '../src/pay-score/what-if/read-decided.ts';
import { whatIf } from '../src/pay-score/what-if/what-if.ts';
import { activeAgreement, agreedOrder } from './support/agreements.ts';
import { someDecision, someHistory, withoutPairs } from './support/challengers.ts';
import { late, swapCard } from './support/lateness.ts';
import { openShop, type Shop } from './support/shop.ts';
import { authorizedOrder, newBuyer, openCheckout, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

type Outcome = {
  outcome: string;
  plan_id: string | null;
  debt: string | null;
  late: string | null;
  bad: boolean | null;
  known: boolean | null;
};

/** What became of each decision of a shop, the oldest first. */
async function outcomesOf(shop: Shop): Promise<Outcome[]> {
  return shop.inTx(async (tx) => {
    const { rows } = await tx.sql.raw<{ rows: Outcome[] }>(
      `select a.outcome, outcome.plan_id, outcome.debt::text as debt, outcome.late::text as late, outcome.bad, outcome.known
       from assessments a ${outcomeJoin} where a.environment_id = :environment order by a.id`,
      { environment: tx.environment.id, now: tx.now },
    );
    return rows;
  }, 'read');
}

test('two models are compared by what became of the decision', { timeout: 120_000 }, async () => {
  const { shop, buyer, orderId } = await late(world);
  const { checkout_session_id: checkoutSessionId } = await world.db('orders').where({ id: orderId }).first();
  await shop.inTx((tx) =>
    someDecision(tx, {
      shopperId: buyer.shopperId,
      history: someHistory(0, 0.4),
      subject: { checkoutSessionId },
    }),
  );
  const { hash } = await shop.inTx((tx) => addChallenger(tx, { name: 'Other', text: withoutPairs }));
  await runChallengers(world.context, shop.environmentId);
  const compared = async () => {
    const { pairs } = await shop.inTx((tx) => readPairs(tx, { hash }), 'read');
    return pairs.map(({ bad }) => bad);
  };
  expect(await compared()).toEqual([null]);
  await shop.advance(4);
  expect(await compared()).toEqual([true]);
});

describe('what became of a decision', { timeout: 120_000 }, () => {
  test('that nobody pays is bad from the fourth day after a due date on', async () => {
    const plan = await late(world);
    await plan.shop.advance(3);
    const open = { debt: '8000', late: '0', bad: false, known: false };
    expect(await outcomesOf(plan.shop)).toMatchObject([open]);
    await plan.shop.advance(1);
    const bad = { plan_id: plan.planId, debt: '8000', late: '2000', bad: true, known: true };
    expect(await outcomesOf(plan.shop)).toMatchObject([bad]);
    // Paid at last, it was late all the same.
    await swapCard(plan, 'ok');
    await plan.shop.advance(60);
    const [paid] = await outcomesOf(plan.shop);
    expect(paid).toMatchObject({ bad: true, known: true });
    expect(Number(paid?.late)).toBeGreaterThanOrEqual(2000);
  });

  test('that is paid as agreed is good, and known once everything early is paid', async () => {
    const shop = await openShop(world);
    const order = await authorizedOrder(shop, { amount: 8000, plan: 'pay_in_4' });
    expect(await outcomesOf(shop)).toMatchObject([{ plan_id: null, known: null }]);
    await ship(shop, order.id, 8000);
    await shop.advance(20);
    expect(await outcomesOf(shop)).toMatchObject([{ plan_id: order.plan_id, bad: false, known: false }]);
    await shop.advance(30);
    expect(await outcomesOf(shop)).toMatchObject([{ debt: '8000', late: '0', bad: false, known: true }]);
  });

  test('counts the last decision of a checkout that was decided several times', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    const session = await openCheckout(shop, 8000);
    await shop.inTx((tx) => claimSession(tx, { sessionId: session.id, shopperId: buyer.shopperId }));
    const again = () => shop.inTx((tx) => decide(tx, { sessionId: session.id, shopperId: buyer.shopperId }));
    await again();
    // Another order takes some of the limit, so the second decision is another one.
    await authorizedOrder(shop, { amount: 40_000, buyer });
    await again();
    const stored = await shop.inTx(
      (tx) => tx.sql('assessments').where({ checkout_session_id: session.id }).select('id'),
      'read',
    );
    expect(stored).toHaveLength(2);
    const decisions = await shop.inTx((tx) => readDecided(tx, { currency: 'CNY', since: '2026-01-01' }));
    expect(new Set(decisions.map(({ amount }) => amount))).toEqual(new Set([8000n, 40_000n]));
    expect(decisions).toHaveLength(2);
  });

  test('by an agreement is that of its own order, also where two were made at one instant', async () => {
    const shop = await openShop(world);
    const { path } = await activeAgreement(shop);
    const orders = [await agreedOrder(shop, path, 5000), await agreedOrder(shop, path, 5000)];
    for (const { id } of orders) await ship(shop, id, 5000);
    const outcomes = await outcomesOf(shop);
    expect(outcomes.map(({ plan_id: plan }) => plan)).toEqual(orders.map(({ plan_id: plan }) => plan));
  });

  test('of a refusal is nothing', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    const session = await openCheckout(shop, 5_000_000);
    await shop.inTx(async (tx) => {
      await claimSession(tx, { sessionId: session.id, shopperId: buyer.shopperId });
      return decide(tx, { sessionId: session.id, shopperId: buyer.shopperId });
    });
    expect(await outcomesOf(shop)).toMatchObject([{ outcome: 'declined', plan_id: null }]);
  });
});

test('a higher cut would have kept out a debt that became late', { timeout: 120_000 }, async () => {
  const { shop } = await late(world);
  await shop.advance(5);
  const decisions = await shop.inTx((tx) => readDecided(tx, { currency: 'CNY', since: '2026-01-01' }));
  const [all, month] = whatIf(decisions, { cut: 640 });
  expect(all).toMatchObject({
    decisions: 1,
    before: { count: 1, debt: 8000n, late: 2000n },
    kept: { count: 0, debt: 0n },
    newlyDeclined: { count: 1, amount: 8000n, late: 2000n },
  });
  expect(month?.period).toBe('2026-03');
  expect(await shop.inTx((tx) => readDecided(tx, { currency: 'CNY', since: '2026-03-02' }))).toEqual([]);
});
