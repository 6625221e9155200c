import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderJson } from '../src/api/resources/order.ts';
import { type Account, account } from '../src/ledger/accounts.ts';
import { balance } from '../src/ledger/balances.ts';
import { findPlan } from '../src/repayments/plans.ts';
import { openShop, type Shop, type ShopInput } from './support/shop.ts';
import { authorizedOrder, installmentsOf, newBuyer, type Purchase, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

// The numbers of money.md rules 3 to 7, through the API and the ledger. Amounts are cents.

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

type Ordered = { shop: Shop; order: OrderJson };

/** A new shopper is offered 14.4 %; this funder asks for 2.4 % less, which makes the 12 % of money.md. */
const funderAsks = -24_000;

async function shipped(input: ShopInput & Partial<Purchase>): Promise<Ordered> {
  const { amount = 120_000, plan = 'monthly_6', ...shopInput } = input;
  const shop = await openShop(world, { fee_basis_points: 300, fee_fixed: 100, ...shopInput });
  await world
    .db('funders')
    .where({ environment_id: shop.environmentId })
    .update({ rate_adjustment_ppm: funderAsks });
  const order = await authorizedOrder(shop, { amount, plan, buyer: await newBuyer(shop) });
  await ship(shop, order.id, amount);
  return { shop, order };
}

type Parts = { debt_amount: number; money_back_amount: number; interest_returned: number };

/** Previews and makes a refund, which must be the same, and has its money sent. */
async function refund({ shop, order }: Ordered, amount: number, reference = 'r-1'): Promise<Parts> {
  const parts = ({ debt_amount, money_back_amount, interest_returned }: Parts): Parts => ({
    debt_amount,
    money_back_amount,
    interest_returned,
  });
  const preview = parts(await shop.post<Parts>(`/v1/orders/${order.id}/refund-preview`, { amount }));
  const made = parts(await shop.post<Parts>(`/v1/orders/${order.id}/refunds`, { reference, amount }));
  await world.runAttempts();
  expect(made).toEqual(preview);
  return made;
}

const unpaid = async ({ shop, order }: Ordered): Promise<number[]> =>
  (await installmentsOf(shop, order.plan_id)).map(({ amount, paidAmount }) => Number(amount - paidAmount));
const inLedger = async ({ shop }: Ordered, of: Account) =>
  Number(await shop.inTx((tx) => balance(tx, of, 'CNY'), 'read'));
const planAccount = async (one: Ordered, code: 'principal' | 'interest') => {
  const { id, funderId } = await one.shop.inTx((tx) => findPlan(tx, { planId: one.order.plan_id }), 'read');
  return inLedger(one, account(code, id, funderId));
};

describe('a refund of 300 of 1,200 over six months at 12 %', () => {
  it('before any installment cancels principal only', async () => {
    const one = await shipped({});
    expect(await unpaid(one)).toEqual([20_706, 20_706, 20_706, 20_706, 20_706, 20_705]);
    expect(await refund(one, 30_000)).toEqual({
      debt_amount: 30_000,
      money_back_amount: 0,
      interest_returned: 0,
    });
    expect(await planAccount(one, 'principal')).toBe(90_000);
    await one.shop.expectSoundBooks();
  });

  it('after two installments gives back 6.00 of interest and shortens the plan from its end', async () => {
    const one = await shipped({});
    await one.shop.advance(61);
    expect(await planAccount(one, 'principal')).toBe(80_793);
    expect(await refund(one, 30_000)).toEqual({
      debt_amount: 30_600,
      money_back_amount: 0,
      interest_returned: 600,
    });
    expect(await planAccount(one, 'principal')).toBe(50_193);
    expect(await unpaid(one)).toEqual([0, 0, 20_706, 20_706, 9679, 0]);
    await one.shop.expectSoundBooks();
    await one.shop.advance(100);
    expect(await one.shop.get(`/v1/plans/${one.order.plan_id}`)).toMatchObject({ status: 'paid' });
    expect(await planAccount(one, 'principal')).toBe(0);
    await one.shop.expectSoundBooks();
  });

  it('after two installments, pro rata where the programme says so, leaves four level ones', async () => {
    const one = await shipped({ category: 'medical' });
    await one.shop.advance(61);
    await refund(one, 30_000);
    expect(await unpaid(one)).toEqual([0, 0, 12_864, 12_864, 12_864, 12_861]);
    await one.shop.expectSoundBooks();
  });

  it('after five installments sends 110.00 back', async () => {
    const one = await shipped({});
    await one.shop.advance(153);
    expect(await planAccount(one, 'principal')).toBe(20_500);
    expect(await refund(one, 30_000)).toEqual({
      debt_amount: 20_500,
      money_back_amount: 11_000,
      interest_returned: 1500,
    });
    expect(await one.shop.get(`/v1/plans/${one.order.plan_id}`)).toMatchObject({ status: 'paid' });
    await one.shop.expectSoundBooks();
  });

  it('between two installments cancels the interest of the days as well', async () => {
    const one = await shipped({});
    // Ten days into the third period, as in the payoff of 810.62: a day's tenth of it, 1.00, is on the refunded part.
    await one.shop.advance(71);
    expect(await refund(one, 30_000)).toEqual({
      debt_amount: 30_700,
      money_back_amount: 0,
      interest_returned: 700,
    });
    // 7.00 cancels the 2.69 of interest that are earned and unpaid, then 4.31 of principal.
    expect(await planAccount(one, 'interest')).toBe(0);
    expect(await planAccount(one, 'principal')).toBe(80_793 - 30_000 - 431);
    await one.shop.expectSoundBooks();
  });
});

describe('a refund of everything', () => {
  it('after two installments returns exactly what was paid', async () => {
    const one = await shipped({});
    await one.shop.advance(61);
    expect(await refund(one, 120_000)).toEqual({
      debt_amount: 80_793,
      money_back_amount: 41_412,
      interest_returned: 2205,
    });
    expect(await unpaid(one)).toEqual([0, 0, 0, 0, 0, 0]);
    await one.shop.expectSoundBooks();
  });

  it('in two parts returns the same, whatever was first', async () => {
    const one = await shipped({});
    await one.shop.advance(61);
    const [first, second] = [await refund(one, 50_000, 'a'), await refund(one, 70_000, 'b')];
    expect(first.money_back_amount + second.money_back_amount).toBe(41_412);
    expect(first.interest_returned + second.interest_returned).toBe(2205);
    await one.shop.expectSoundBooks();
  });

  it('of a plan whose interest the shop pays returns to the shop what was not earned', async () => {
    const one = await shipped({ subsidies: { monthly_6: 100 } });
    expect(await unpaid(one)).toEqual([20_000, 20_000, 20_000, 20_000, 20_000, 20_000]);
    await one.shop.advance(61);
    const preview = await one.shop.post<{ subsidy_returned: number }>(
      `/v1/orders/${one.order.id}/refund-preview`,
      { amount: 120_000 },
    );
    expect(await refund(one, 120_000)).toEqual({
      debt_amount: 80_000,
      money_back_amount: 40_000,
      interest_returned: 0,
    });
    // 1 % of 1,200, 1,000, 800, 600, 400 and 200; the first two months are earned.
    expect(preview.subsidy_returned).toBe(800 + 600 + 400 + 200);
    const lines = await world
      .db('settlement_lines')
      .where({ environment_id: one.shop.environmentId })
      .whereLike('kind', 'subsidy%')
      .orderBy('kind')
      .select<{ kind: string; amount: bigint }[]>('kind', 'amount');
    expect(lines).toMatchObject([
      { kind: 'subsidy', amount: -4200n },
      { kind: 'subsidy_returned', amount: 2000n },
    ]);
    await one.shop.expectSoundBooks();
  });
});

describe('a refund of an interest-free plan', () => {
  const free = (input: ShopInput = {}) => shipped({ amount: 10_000, plan: 'pay_in_4', ...input });

  it('of 40 when three times 25 are owed leaves 25, 10, 0', async () => {
    const one = await free();
    await refund(one, 4000);
    expect(await unpaid(one)).toEqual([0, 2500, 1000, 0]);
    await one.shop.expectSoundBooks();
  });

  it('pro rata leaves 11.67, 11.67, 11.66', async () => {
    const one = await free({ category: 'travel' });
    await refund(one, 4000);
    expect(await unpaid(one)).toEqual([0, 1167, 1167, 1166]);
    await one.shop.expectSoundBooks();
  });

  it('of 60 when 75 of 100 are paid sends 35 back, and the shop gives 60 less its part of the fee', async () => {
    const one = await free();
    await one.shop.advance(28);
    const merchant = () => inLedger(one, account('merchant', one.shop.merchantId));
    const before = await merchant();
    expect(await refund(one, 6000)).toEqual({
      debt_amount: 2500,
      money_back_amount: 3500,
      interest_returned: 0,
    });
    expect((await merchant()) - before).toBe(-6000 + 180);
    await one.shop.expectSoundBooks();
  });

  it('with a down payment takes off the debt first, and then sends the down payment back', async () => {
    const one = await free({ first_part: 'checkout' });
    expect(await unpaid(one)).toEqual([2500, 2500, 2500]);
    expect(await refund(one, 4000, 'a')).toMatchObject({ debt_amount: 4000, money_back_amount: 0 });
    expect(await unpaid(one)).toEqual([2500, 1000, 0]);
    expect(await refund(one, 6000, 'b')).toMatchObject({ debt_amount: 3500, money_back_amount: 2500 });
    expect(await one.shop.get(`/v1/orders/${one.order.id}/refunds`)).toMatchObject({
      data: [{ status: 'succeeded' }, { status: 'succeeded', money_back_amount: 2500 }],
    });
    await one.shop.expectSoundBooks();
  });
});
