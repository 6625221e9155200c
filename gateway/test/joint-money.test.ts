import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountsOf, type AccountBalance } from '../src/ledger/balances.ts';
import { sum } from '../src/lib/money.ts';
import { capture } from '../src/orders/capture.ts';
import { refund } from '../src/orders/refund.ts';
import { voidOrder } from '../src/orders/void.ts';
import { payNow } from '../src/repayments/pay.ts';
import { waiveLateFee } from '../src/repayments/late-fees.ts';
import { openJointShop, totalsOf } from './support/joint.ts';
import { swapCard } from './support/lateness.ts';
import type { Shop } from './support/shop.ts';
import { authorizedOrder, type Buyer, lineOf, newBuyer, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

// What money.md's examples come to is the same whether one funder carries the plan or several do.

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

type Funded = { shop: Shop; funders: string[] };

/** Lives the same story with one funder and with several, and expects the same totals after every step. */
async function sameTotals(
  shares: readonly number[],
  story: (funded: Funded) => AsyncGenerator,
  input: Parameters<typeof openJointShop>[2] = {},
): Promise<Funded> {
  const alone = await openJointShop(world, [10_000], input);
  const joint = await openJointShop(world, shares, input);
  const [one, other] = [story(alone), story(joint)];
  for (let step = 1; ; step += 1) {
    const [first, second] = [await one.next(), await other.next()];
    expect(second.value, `step ${step}`).toEqual(first.value);
    expect(await totalsOf(joint.shop), `step ${step}`).toEqual(await totalsOf(alone.shop));
    await joint.shop.expectSoundBooks();
    if (first.done) return joint;
  }
}

const planBalances = (shop: Shop, planId: string): Promise<AccountBalance[]> =>
  shop.inTx((tx) => accountsOf(tx, planId), 'read');

/** Of each funder, in their order, what it has in this account of the plan. */
async function partsIn({ shop, funders }: Funded, planId: string, code: string): Promise<bigint[]> {
  const rows = await planBalances(shop, planId);
  return funders.map(
    (funder) => rows.find(({ account }) => account === `${code}:${planId}:${funder}`)?.posted ?? 0n,
  );
}

async function pay(shop: Shop, planId: string, buyer: Buyer, amount: bigint): Promise<void> {
  const payment = await shop.inTx((tx) => payNow(tx, { planId, shopperId: buyer.shopperId, amount }));
  expect(payment.outcome).toBe('started');
  await world.runAttempts();
}

describe('a plan that several funders carry', { timeout: 120_000 }, () => {
  it('is held, captured in parts, voided, repaid and refunded for the same totals', async () => {
    const planIds: string[] = [];
    const joint = await sameTotals(
      [7000, 3000],
      async function* (funded) {
        const { shop } = funded;
        const buyer = await newBuyer(shop);
        const order = await authorizedOrder(shop, { amount: 10_000, plan: 'pay_in_4', buyer });
        const planId = order.plan_id;
        planIds.push(planId);
        const own = { orderId: order.id, merchantId: shop.merchantId };
        yield lineOf(shop, buyer.shopperId); // confirmed: 75/0
        await shop.inTx((tx) => capture(tx, { ...own, reference: 'first', amount: 6000n }));
        yield lineOf(shop, buyer.shopperId); // captured 60: 30/45
        await shop.inTx((tx) => voidOrder(tx, own));
        await world.runAttempts();
        yield lineOf(shop, buyer.shopperId);
        await shop.advance(14);
        yield lineOf(shop, buyer.shopperId); // an installment of 15: 0/30
        await shop.inTx((tx) => refund(tx, { ...own, reference: 'return', amount: 6000n }));
        await world.runAttempts();
        yield lineOf(shop, buyer.shopperId);
        await shop.advance(3); // settled
        yield shop.get(`/v1/plans/${order.plan_id}`).then((plan) => (plan as { status: string }).status);
      },
      { first_part: 'checkout' },
    );
    const left = (await planBalances(joint.shop, planIds.at(-1) ?? '')).filter(
      ({ posted, pending }) => posted || pending,
    );
    expect(left).toEqual([]);
  });

  it('bears interest, is paid in part, refunded with its interest, and paid off', async () => {
    const planIds: string[] = [];
    const seen: bigint[][] = [];
    const joint = await sameTotals([3800, 3200, 3000], async function* (funded) {
      const { shop } = funded;
      const buyer = await newBuyer(shop);
      const order = await authorizedOrder(shop, { amount: 120_000, plan: 'monthly_6', buyer });
      const planId = order.plan_id;
      planIds.push(planId);
      await ship(shop, order.id, 120_000);
      yield lineOf(shop, buyer.shopperId);
      await shop.advance(40);
      yield lineOf(shop, buyer.shopperId);
      seen.splice(0, 1, await partsIn(funded, planId, 'principal'));
      await pay(shop, planId, buyer, 777n);
      yield lineOf(shop, buyer.shopperId);
      const own = { orderId: order.id, merchantId: shop.merchantId };
      const refunded = await shop.inTx((tx) => refund(tx, { ...own, reference: 'part', amount: 30_001n }));
      await world.runAttempts();
      yield [refunded.debtAmount, refunded.interestReturned];
      await shop.advance(31);
      const rest = await shop.inTx((tx) => refund(tx, { ...own, reference: 'rest', amount: 89_999n }));
      await world.runAttempts();
      yield [rest.debtAmount, rest.moneyBackAmount, rest.interestReturned];
    });
    // After a month each has its share of what is owed, to the cent.
    const [principal = []] = seen;
    const owed = sum(principal);
    for (const [index, share] of [3800n, 3200n, 3000n].entries()) {
      const gap = (principal[index] ?? 0n) * 10_000n - owed * share;
      expect(gap < 10_000n && gap > -10_000n).toBe(true);
    }
    for (const { account, posted } of await planBalances(joint.shop, planIds.at(-1) ?? ''))
      expect([account, posted]).toEqual([account, 0n]);
  });

  it('is late, charged a fee that is paid and waived, charged off and recovered', async () => {
    const planIds: string[] = [];
    const joint = await sameTotals([7000, 3000], async function* (funded) {
      const { shop } = funded;
      const buyer = await newBuyer(shop, 'declined');
      const order = await authorizedOrder(shop, { amount: 120_000, plan: 'monthly_6', buyer });
      const planId = order.plan_id;
      planIds.push(planId);
      await ship(shop, order.id, 120_000);
      await shop.advance(70);
      const late = {
        shop,
        buyer,
        planId,
        orderId: order.id,
        row: () => world.db('plans').where({ id: planId }).first(),
      };
      yield (await world
        .db('installments')
        .where({ plan_id: planId })
        .orderBy('number')
        .pluck('fee')) as bigint[];
      yield shop.inTx((tx) => waiveLateFee(tx, { planId, number: 1 }));
      await shop.advance(85);
      const row = await late.row();
      yield [row.status, row.recoverable_amount, row.covered_amount];
      await swapCard(late, 'ok');
      await pay(shop, planId, buyer, 10_001n);
      yield (await late.row()).recovered_amount;
      await pay(shop, planId, buyer, row.recoverable_amount - 10_001n);
      yield (await late.row()).status;
    });
    const shares = await world
      .db('hold_shares')
      .where({ environment_id: joint.shop.environmentId })
      .orderBy('position');
    expect(shares.map(({ recovered }) => recovered)).toEqual(shares.map(({ lost }) => lost));
    expect(shares).toHaveLength(2);
  });
});
