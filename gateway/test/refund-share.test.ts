import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findMerchant } from '../src/merchants/merchants.ts';
import { failingPayoutAccount } from '../src/processor/test-methods.ts';
import { quoteEarlyPayout } from '../src/settlement/early-payout.ts';
import { releaseRefunds } from '../src/settlement/release-refunds.ts';
import { isRefundedTooMuch } from '../src/settlement/refund-share.ts';
import { newId } from '../src/lib/ids.ts';
import { refusalFrom } from './support/refusal.ts';
import { openShop, type Shop } from './support/shop.ts';
import { authorizedOrder, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

type Payout = { status: string; hold_reason: string | null; hold_until: string | null };

const payoutsOf = async (shop: Shop) => (await shop.get<{ data: Payout[] }>('/v1/payouts')).data;

/** An order of 400.00, shipped in twenty parts; returns its path. */
async function sold(shop: Shop): Promise<string> {
  const { id } = await authorizedOrder(shop, { amount: 40_000, plan: 'pay_after' });
  for (let part = 0; part < 20; part += 1) await ship(shop, id, 2_000);
  return `/v1/orders/${id}`;
}

async function giveBack(shop: Shop, path: string, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1)
    await shop.post(`${path}/refunds`, { reference: newId('req'), amount: 2_000 });
}

const release = (shop: Shop) =>
  shop.inTx((tx) =>
    releaseRefunds(tx, { merchantId: shop.merchantId, operatorId: newId('opr'), reason: 'a recall' }),
  );

const heldEvents = async (shop: Shop): Promise<number> =>
  (await world.db('events').where({ environment_id: shop.environmentId, type: 'payout.held' })).length;

describe('the share of refunds', () => {
  const terms = { refundHoldBasisPoints: 5000 };
  const share = { captured: 20_000n, captures: 20, refunded: 10_001n, refunds: 10 };

  it('is too much above the bound, with enough captures and refunds to tell, and never at a bound of 0', () => {
    expect(isRefundedTooMuch(share, terms)).toBe(true);
    expect(isRefundedTooMuch({ ...share, refunded: 10_000n }, terms)).toBe(false);
    expect(isRefundedTooMuch({ ...share, captures: 19 }, terms)).toBe(false);
    expect(isRefundedTooMuch({ ...share, refunds: 9 }, terms)).toBe(false);
    expect(isRefundedTooMuch(share, { refundHoldBasisPoints: 0 })).toBe(false);
  });
});

describe('payouts of a merchant that refunds too much', () => {
  it('are held by name and date, told once, and go by themselves when the share has fallen', async () => {
    const shop = await openShop(world);
    await giveBack(shop, await sold(shop), 11);
    await shop.advance(1);
    expect(await payoutsOf(shop)).toMatchObject([
      { status: 'held', hold_reason: 'refund_ratio', hold_until: '2026-03-02T16:00:00.000Z' },
    ]);
    await shop.advance(1);
    expect(await payoutsOf(shop)).toMatchObject([{ status: 'held', hold_reason: 'refund_ratio' }]);
    expect(await heldEvents(shop)).toBe(1);
    await sold(shop);
    await shop.advance(2);
    expect((await payoutsOf(shop)).map(({ status }) => status)).toEqual(['paid', 'paid']);
  });

  it('are not held for a few refunds, nor where the terms say never', async () => {
    const few = await openShop(world);
    await giveBack(few, await sold(few), 9);
    await few.advance(1);
    expect(await payoutsOf(few)).toMatchObject([{ status: 'paid' }]);
    const free = await openShop(world);
    await free.send('PUT', '/v1/sandbox/settlement-terms', {
      fee_tiers: [{ from: 0, basis_points: 300, fixed: 0 }],
      refund_hold_basis_points: 0,
    });
    await giveBack(free, await sold(free), 15);
    await free.advance(1);
    expect(await payoutsOf(free)).toMatchObject([{ status: 'paid' }]);
  });

  it('hold an early payout from the very refund on that crosses the bound', async () => {
    const shop = await openShop(world);
    await shop.send('PUT', '/v1/sandbox/settlement-terms', {
      fee_tiers: [{ from: 0, basis_points: 300, fixed: 0 }],
      early_payout: { basis_points: 50, fixed: 0 },
    });
    const path = await sold(shop);
    const quote = () =>
      shop.inTx(
        async (tx) =>
          (
            await quoteEarlyPayout(tx, {
              merchant: await findMerchant(tx, shop.merchantId),
              currency: shop.currency,
            })
          ).unavailable,
        'read',
      );
    await giveBack(shop, path, 10);
    expect(await quote()).toBeNull();
    await giveBack(shop, path, 1);
    expect(await quote()).toBe('payouts_held');
  });

  it('wait when too much was refunded between a try that failed and the next one', async () => {
    const shop = await openShop(world);
    await world
      .db('merchants')
      .where({ id: shop.merchantId })
      .update({ payout_account: failingPayoutAccount });
    const path = await sold(shop);
    await shop.advance(1);
    expect(await payoutsOf(shop)).toMatchObject([{ status: 'failed' }, { status: 'pending' }]);
    await giveBack(shop, path, 11);
    await shop.advance(1);
    expect(await payoutsOf(shop)).toMatchObject([
      { status: 'failed' },
      { status: 'held', hold_reason: 'refund_ratio' },
    ]);
    expect(await heldEvents(shop)).toBe(1);
    await shop.expectSoundBooks();
  });

  it('go once an operator releases them with a reason, and the same refunds hold nothing again', async () => {
    const shop = await openShop(world);
    const path = await sold(shop);
    expect((await refusalFrom(release(shop))).code).toBe('state_conflict');
    await giveBack(shop, path, 11);
    await shop.advance(1);
    await release(shop);
    expect((await refusalFrom(release(shop))).code).toBe('state_conflict');
    expect(await world.db('refund_releases').where({ merchant_id: shop.merchantId })).toMatchObject([
      { reason: 'a recall', captured: 40_000n, refunded: 22_000n },
    ]);
    await sold(shop);
    await shop.advance(2);
    expect((await payoutsOf(shop)).map(({ status }) => status)).toEqual(['paid', 'paid']);
  });
});
