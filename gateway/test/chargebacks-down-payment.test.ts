import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderJson } from '../src/api/resources/order.ts';
import { account } from '../src/ledger/accounts.ts';
import { balance } from '../src/ledger/balances.ts';
import { newId } from '../src/lib/ids.ts';
import { chargeBackCollection, giveBackChargeback } from '../src/orders/charge-back.ts';
import {
  chargeBackDownPayment,
  type DownPaymentChargeBack,
  giveBackDownPayment,
} from '../src/orders/charge-back-down.ts';
import type { GiveBackInput } from '../src/repayments/give-back.ts';
import { refusalFrom } from './support/refusal.ts';
import { openShop, type Shop } from './support/shop.ts';
import { authorizedOrder, type Buyer, installmentsOf, newBuyer, ship, takenFor } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

// Amounts are cents. Of 80.00 in four parts 20.00 are paid at checkout.

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

type Bought = { shop: Shop; buyer: Buyer; order: OrderJson };

async function bought(at?: Shop): Promise<Bought> {
  const shop = at ?? (await openShop(world, { first_part: 'checkout' }));
  const buyer = await newBuyer(shop);
  const order = await authorizedOrder(shop, { amount: 8000, plan: 'pay_in_4', buyer });
  await ship(shop, order.id, 8000);
  return { shop, buyer, order };
}

const take = ({ shop, order }: Bought, input: Partial<DownPaymentChargeBack> = {}) =>
  shop.inTx((tx) =>
    chargeBackDownPayment(tx, {
      orderId: order.id,
      reference: newId('req'),
      reason: 'fraudulent',
      fee: 0n,
      ...input,
    }),
  );
const giveBack = ({ shop }: Bought, input: GiveBackInput) => shop.inTx((tx) => giveBackChargeback(tx, input));

/** What chargebacks have cost us, with their fees, and what the shopper is owed. */
const costsOf = ({ shop, buyer }: Bought) =>
  shop.inTx(
    async (tx) => ({
      lost: await balance(tx, account('x_chargeback'), 'CNY'),
      owed: await balance(tx, account('shopper', buyer.shopperId), 'CNY'),
    }),
    'read',
  );

const sentBack = async ({ shop, order }: Bought): Promise<number> => {
  const [row] = await world
    .db('orders')
    .where({ environment_id: shop.environmentId, id: order.id })
    .select<{ checkout_session_id: string }[]>('checkout_session_id');
  return (await takenFor(shop, row?.checkout_session_id ?? '')).sentBack;
};

describe('a down payment that the bank took back', { timeout: 120_000 }, () => {
  it('is our loss with its fee, leaves the plan as it is, and is taken once', async () => {
    const own = await bought();
    const before = await installmentsOf(own.shop, own.order.plan_id);
    const told = { reference: 'cb-1', fee: 1500n };
    const taken = await take(own, told);
    expect(taken).toMatchObject({
      orderId: own.order.id,
      repaymentId: null,
      reference: 'cb-1',
      reason: 'fraudulent',
      amount: 2000n,
      currency: 'CNY',
      fee: 1500n,
      debt: 0n,
      lost: 2000n,
      setOff: 0n,
      givenBack: 0n,
    });
    expect(await take(own, told)).toEqual(taken);
    expect(await costsOf(own)).toEqual({ lost: 3500n, owed: 0n });
    expect(await installmentsOf(own.shop, own.order.plan_id)).toEqual(before);
    await own.shop.expectSoundBooks();
  });

  it('can be taken in parts, up to all of it', async () => {
    const own = await bought();
    expect(await take(own, { amount: 500n })).toMatchObject({ amount: 500n, lost: 500n });
    expect(await refusalFrom(take(own, { amount: 1501n }))).toMatchObject({ code: 'amount_invalid' });
    expect(await take(own)).toMatchObject({ amount: 1500n });
    expect(await refusalFrom(take(own))).toMatchObject({
      code: 'state_conflict',
      message: 'Nothing that was paid at checkout is left to be taken back.',
    });
    expect(await costsOf(own)).toEqual({ lost: 2000n, owed: 0n });
    await own.shop.expectSoundBooks();
  });

  it('is not taken under the reference of another, of an order that is not there, or for nonsense', async () => {
    const own = await bought();
    const other = await bought(own.shop);
    await take(other, { reference: 'cb-1' });
    expect(await refusalFrom(take(own, { reference: 'cb-1' }))).toMatchObject({
      code: 'state_conflict',
      message: 'Something else was taken back under this reference.',
    });
    expect(await refusalFrom(take(own, { orderId: newId('ord') }))).toMatchObject({ code: 'not_found' });
    for (const wrong of [{ amount: 0n }, { amount: -1n }, { amount: 2001n }, { fee: -1n }])
      expect(await refusalFrom(take(own, wrong))).toMatchObject({
        code: 'amount_invalid',
        message: 'At most what was paid at checkout can be taken back, and its fee is not negative.',
        details: { errors: [{ pointer: '/amount', code: 'out_of_range' }] },
      });
    expect(await costsOf(own)).toMatchObject({ lost: 2000n });
  });
});

describe('a down payment that the bank gave back', { timeout: 120_000 }, () => {
  it('is no loss any more, in whole or in part, once', async () => {
    const own = await bought();
    await take(own, { reference: 'cb-1', fee: 1500n });
    const given = { reference: 'cb-1', amount: 1200n, feeReturned: 300n };
    const regained = await giveBack(own, given);
    expect(regained).toMatchObject({ amount: 2000n, givenBack: 1200n, lost: 800n });
    expect(await giveBack(own, given)).toEqual(regained);
    expect(await costsOf(own)).toEqual({ lost: 2000n, owed: 0n });
    expect(await sentBack(own)).toBe(0);
    await own.shop.expectSoundBooks();
  });

  it('goes to its card where a refund had kept it, and is not sent by the refund', async () => {
    const own = await bought();
    await take(own, { reference: 'cb-1' });
    await own.shop.post(`/v1/orders/${own.order.id}/refunds`, { reference: 'r-1', amount: 8000 });
    await world.runAttempts();
    expect(await own.shop.get(`/v1/orders/${own.order.id}/refunds`)).toMatchObject({
      data: [{ debt_amount: 6000, money_back_amount: 2000, status: 'succeeded' }],
    });
    expect(await sentBack(own)).toBe(0);
    expect(await costsOf(own)).toEqual({ lost: 0n, owed: 0n });

    expect(await giveBack(own, { reference: 'cb-1', feeReturned: 0n })).toMatchObject({
      givenBack: 2000n,
      lost: 0n,
      setOff: 0n,
    });
    await world.runAttempts();
    expect(await sentBack(own)).toBe(2000);
    expect(await costsOf(own)).toEqual({ lost: 0n, owed: 0n });
    await own.shop.expectSoundBooks();
  });

  it('is one that was taken: of no other reference, no more than it was, and a repayment is not one', async () => {
    const own = await bought();
    await take(own, { reference: 'cb-1' });
    await own.shop.advance(14);
    await world.runAttempts();
    const [repayment] = await world
      .db('repayments')
      .where({ environment_id: own.shop.environmentId, status: 'succeeded' })
      .select<{ id: string }[]>('id');
    const collected = { reference: 'cb-2', reason: 'fraudulent', fee: 0n };
    await own.shop.inTx((tx) => chargeBackCollection(tx, { ...collected, repaymentId: repayment?.id ?? '' }));
    for (const reference of ['cb-2', 'cb-3'])
      expect(
        await refusalFrom(own.shop.inTx((tx) => giveBackDownPayment(tx, { reference, feeReturned: 0n }))),
      ).toMatchObject({
        code: 'not_found',
        message: 'No down payment was taken back under this reference.',
      });
    for (const amount of [0n, 2001n])
      expect(await refusalFrom(giveBack(own, { reference: 'cb-1', amount, feeReturned: 0n }))).toMatchObject({
        code: 'amount_invalid',
      });
    expect(await giveBack(own, { reference: 'cb-2', feeReturned: 0n })).toMatchObject({
      repaymentId: repayment?.id,
      givenBack: 2000n,
    });
    await own.shop.expectSoundBooks();
  });
});
