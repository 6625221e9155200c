import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderJson } from '../src/api/resources/order.ts';
import { account } from '../src/ledger/accounts.ts';
import { balance } from '../src/ledger/balances.ts';
import { closeBusinessDay } from '../src/jobs/close-business-day.ts';
import { refund } from '../src/orders/refund.ts';
import { positionOn } from '../src/plans/position.ts';
import { readLog } from '../src/repayments/log.ts';
import { payNow } from '../src/repayments/pay.ts';
import { findPlan, todayOf } from '../src/repayments/plans.ts';
import { openShop, type Shop, type ShopInput } from './support/shop.ts';
import { authorizedOrder, type Buyer, installmentsOf, lineOf, newBuyer, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

// Amounts are cents. A shopper whom nobody knows pays 14.4 % a year: 1.2 % a month of 30/360.

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

type Bought = { shop: Shop; buyer: Buyer; order: OrderJson };

/** ¥1,200 in six monthly installments, shipped at once. */
async function bought(input: ShopInput = {}): Promise<Bought> {
  const shop = await openShop(world, input);
  const buyer = await newBuyer(shop);
  const order = await authorizedOrder(shop, { amount: 120_000, plan: 'monthly_6', buyer });
  await ship(shop, order.id, 120_000);
  return { shop, buyer, order };
}

function positionOf({ shop, order }: Bought) {
  return shop.inTx(async (tx) => {
    const plan = await findPlan(tx, { planId: order.plan_id });
    return positionOn(plan.snapshot, await readLog(tx, plan.id), todayOf(tx, plan));
  }, 'read');
}

async function pay({ shop, buyer, order }: Bought, amount: bigint): Promise<void> {
  const payment = await shop.inTx((tx) =>
    payNow(tx, { planId: order.plan_id, shopperId: buyer.shopperId, amount }),
  );
  expect(payment.outcome).toBe('started');
  await world.runAttempts();
}

const balanceOf = ({ shop }: Bought, name: Parameters<typeof balance>[1]) =>
  shop.inTx((tx) => balance(tx, name, 'CNY'), 'read');

function linesOf({ shop, order }: Bought, kind: string) {
  return world
    .db('settlement_lines')
    .where({ environment_id: shop.environmentId, order_id: order.id, kind })
    .orderBy('id')
    .pluck<bigint[]>('amount');
}

describe('a plan with interest', () => {
  it('is collected to exactly zero, and its funder earns the interest less our servicing', async () => {
    const own = await bought();
    const { shop, order, buyer } = own;
    const agreed = await installmentsOf(shop, order.plan_id);
    expect(agreed.slice(0, -1).map(({ amount }) => amount)).toEqual(Array(5).fill(20_848n));
    const interest = agreed.reduce((total, item) => total + item.interest, 0n);
    await shop.expectSoundBooks();
    await shop.advance(200);
    await shop.expectSoundBooks();
    const paid = await installmentsOf(shop, order.plan_id);
    expect(paid.map(({ status }) => status)).toEqual(Array(6).fill('paid'));
    expect(paid.map(({ paidAmount }) => paidAmount)).toEqual(agreed.map(({ amount }) => amount));
    expect(await lineOf(shop, buyer.shopperId)).toEqual({ held: 0n, used: 0n });
    const plan = await shop.inTx((tx) => findPlan(tx, { planId: order.plan_id }), 'read');
    expect(plan).toMatchObject({ status: 'paid', accruedInterest: interest });
    expect(await balanceOf(own, account('accrued', plan.funderId))).toBe(0n);
  });

  it('costs the interest of the days used when it is paid off early', async () => {
    const own = await bought();
    await own.shop.advance(10);
    const position = await positionOf(own);
    // Ten days of thirty, of a twelfth of 14.4 %.
    expect(position).toMatchObject({ principal: 120_000n, interest: 480n, total: 120_480n });
    await pay(own, position.total);
    await own.shop.expectSoundBooks();
    const installments = await installmentsOf(own.shop, own.order.plan_id);
    expect(installments.every(({ status }) => status === 'paid' || status === 'canceled')).toBe(true);
    await own.shop.advance(60);
    expect(await lineOf(own.shop, own.buyer.shopperId)).toEqual({ held: 0n, used: 0n });
    await own.shop.expectSoundBooks();
  });

  it('refuses more than paying off costs today', async () => {
    const own = await bought();
    const { shop, order, buyer } = own;
    const payment = await shop.inTx((tx) =>
      payNow(tx, { planId: order.plan_id, shopperId: buyer.shopperId, amount: 120_001n }),
    );
    expect(payment).toMatchObject({ outcome: 'refused', code: 'above_owed' });
  });

  it('posts interest at each due date and month end, once however often the day is closed', async () => {
    const own = await bought();
    const { shop, order } = own;
    await shop.advance(31);
    const rows = () =>
      world
        .db('ledger_transfers')
        .where({ environment_id: shop.environmentId, event: 'accrue' })
        .pluck<bigint[]>('amount');
    const before = await rows();
    expect(before.reduce((total, amount) => total + amount, 0n)).toBe(
      (await shop.inTx((tx) => findPlan(tx, { planId: order.plan_id }), 'read')).accruedInterest,
    );
    expect(before.length).toBeGreaterThanOrEqual(1);
    for (let twice = 0; twice < 2; twice += 1) {
      await closeBusinessDay(world.context, { environmentId: shop.environmentId, access: 'write' });
    }
    expect(await rows()).toEqual(before);
  });

  it('gives back the interest of what is refunded', async () => {
    const own = await bought();
    const { shop, order } = own;
    await shop.advance(62);
    const before = await positionOf(own);
    const refunded = await shop.inTx((tx) =>
      refund(tx, { orderId: order.id, merchantId: shop.merchantId, reference: 'r1', amount: 30_000n }),
    );
    // Two whole months of 1.2 % on ¥300, and of the third its days so far.
    expect(refunded.interestReturned).toBeGreaterThanOrEqual(720n);
    expect(refunded.debtAmount).toBe(30_000n + refunded.interestReturned);
    const after = await positionOf(own);
    expect(before.total - after.total).toBe(refunded.debtAmount);
    await shop.expectSoundBooks();
    await shop.advance(180);
    await shop.expectSoundBooks();
    expect((await installmentsOf(shop, order.plan_id)).at(-1)?.status).toBe('canceled');
  });

  it('costs nothing when everything is refunded: what was paid comes back', async () => {
    const own = await bought();
    const { shop, order, buyer } = own;
    await shop.advance(62);
    const paid = (await installmentsOf(shop, order.plan_id)).reduce(
      (total, item) => total + item.paidAmount,
      0n,
    );
    const refunded = await shop.inTx((tx) =>
      refund(tx, { orderId: order.id, merchantId: shop.merchantId, reference: 'all', amount: 120_000n }),
    );
    expect(refunded.moneyBackAmount).toBe(paid);
    await world.runAttempts();
    await shop.expectSoundBooks();
    expect(await lineOf(shop, buyer.shopperId)).toEqual({ held: 0n, used: 0n });
    expect(await balanceOf(own, account('shopper', buyer.shopperId))).toBe(0n);
  });
});

describe('interest that the merchant pays', () => {
  it('is charged at the capture, earned by the funder over time, and asks nothing of the shopper', async () => {
    const own = await bought({ subsidies: { monthly_6: 100 } });
    const { shop, order } = own;
    const installments = await installmentsOf(shop, order.plan_id);
    expect(installments.map(({ amount }) => amount)).toEqual(Array(6).fill(20_000n));
    const [charged] = await linesOf(own, 'subsidy');
    expect(charged).toBeLessThan(0n);
    await shop.advance(200);
    await shop.expectSoundBooks();
    const plan = await shop.inTx((tx) => findPlan(tx, { planId: order.plan_id }), 'read');
    expect(plan).toMatchObject({ status: 'paid', accruedSubsidy: -(charged ?? 0n), accruedInterest: 0n });
  });

  it('comes back as far as it is unearned when the shopper pays early or returns the goods', async () => {
    const own = await bought({ subsidies: { monthly_6: 50 } });
    const { shop, order } = own;
    await shop.advance(40);
    await shop.inTx((tx) =>
      refund(tx, { orderId: order.id, merchantId: shop.merchantId, reference: 'half', amount: 60_000n }),
    );
    await shop.expectSoundBooks();
    await pay(own, (await positionOf(own)).total);
    await shop.expectSoundBooks();
    const plan = await shop.inTx((tx) => findPlan(tx, { planId: order.plan_id }), 'read');
    expect(plan.status).toBe('paid');
    expect(plan.fundedSubsidy).toBe(plan.accruedSubsidy);
    const lines = [...(await linesOf(own, 'subsidy')), ...(await linesOf(own, 'subsidy_returned'))];
    expect(lines).toHaveLength(3);
    expect(lines.reduce((total, amount) => total + amount, 0n)).toBe(-plan.accruedSubsidy);
  });
});
