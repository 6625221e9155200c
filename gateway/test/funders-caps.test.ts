import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listAsksOf } from '../src/credit/desks/asks.ts';
import { openDesk } from '../src/credit/desks/breaker.ts';
import { FunderTerms } from '../src/credit/funder-terms.ts';
import { createFunder, type Funder, listFunders, reserveSlot, returnToSlot } from '../src/credit/funders.ts';
import type { FundingRecord } from '../src/credit/record-funding.ts';
import { setFunderTerms } from '../src/credit/set-funder-terms.ts';
import { newId } from '../src/lib/ids.ts';
import { latestAssessment } from '../src/pay-score/assessments.ts';
import { openShop, type Shop } from './support/shop.ts';
import { authorizedOrder, claimAndDecide, newBuyer, openCheckout, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => void (world = await openWorld()));
afterAll(() => world.close());

const first = async (shop: Shop): Promise<Funder> => {
  const [funder] = await shop.inTx((tx) => listFunders(tx));
  if (!funder) throw new Error('a sandbox has funders');
  return funder;
};

const setTerms = (shop: Shop, funderId: string, fields: object, effectiveOn = '2026-03-01') =>
  shop.inTx((tx) =>
    setFunderTerms(tx, { funderId, terms: FunderTerms.parse(fields), effectiveOn, createdBy: 'test' }),
  );

/** Who carries a purchase of this amount, and what the first funder answered about it. */
async function decided(shop: Shop, amount: number, shopperId?: string) {
  const { id } = await openCheckout(shop, amount);
  const { offers } = await claimAndDecide(shop, id, shopperId ?? (await newBuyer(shop)).shopperId);
  const record = await shop.inTx(async (tx) => (await latestAssessment(tx, id))?.guards.funding, 'read');
  const answers = (record as FundingRecord).asked.filter(({ name }) => name === 'Lantern Bank');
  return {
    funder: offers.find(({ offer }) => offer.code === 'pay_in_4')?.funder.name,
    answer: answers.find(({ plans }) => plans.includes('pay_in_4'))?.answer,
  };
}

describe('leverage', () => {
  it('is equity times a multiple, to the last unit, whoever takes at the same moment', async () => {
    const shop = await openShop(world);
    const funder = await shop.inTx((tx) =>
      createFunder(tx, {
        name: 'Small Lender',
        priority: 9,
        feeShareBasisPoints: 0,
        servicingBasisPoints: 0,
        currency: 'CNY',
        capacity: 64n * 1_000n,
      }),
    );
    // 64 slots of 100: leverage is the narrower one, and 6,403 leaves one unit more in three of them.
    await setTerms(shop, funder.id, { currencies: { CNY: { leverage: { equity: 6_403, multiple: 1 } } } });
    const take = (amount: bigint) =>
      shop.inTx((tx) => reserveSlot(tx, { funder, shopperId: newId('shp'), currency: 'CNY', amount }));
    await expect(take(102n)).rejects.toMatchObject({ code: 'funder_unavailable' });
    const taken = await Promise.allSettled(Array.from({ length: 66 }, () => take(100n)));
    expect(taken.filter(({ status }) => status === 'fulfilled')).toHaveLength(64);
    await expect(take(2n)).rejects.toMatchObject({ code: 'funder_unavailable' });
    for (let left = 0; left < 3; left += 1) await take(1n);
    await expect(take(1n)).rejects.toMatchObject({ code: 'funder_unavailable' });
    const { slot } = (
      taken.find(({ status }) => status === 'fulfilled') as PromiseFulfilledResult<{ slot: number }>
    ).value;
    await shop.inTx((tx) => returnToSlot(tx, { funderId: funder.id, currency: 'CNY', slot, amount: 100n }));
    expect((await take(100n)).slot).toBe(slot);
  });

  it('sends what it leaves no room for to the next, and says so; more equity counts from its date on', async () => {
    const shop = await openShop(world);
    const { id } = await first(shop);
    const leverage = (equity: number) => ({ currencies: { CNY: { leverage: { equity, multiple: 5 } } } });
    // 5 × 64 slots × 999: one purchase of 50.00 needs 4,996 in one slot.
    await setTerms(shop, id, leverage(64 * 999));
    await setTerms(shop, id, leverage(64 * 1_000), '2026-03-02');
    expect(await decided(shop, 5_000)).toEqual({ funder: 'Harbour Credit', answer: 'leverage' });
    expect(await decided(shop, 4_995)).toEqual({ funder: 'Lantern Bank', answer: 'chosen' });
    await shop.advance(1);
    expect(await decided(shop, 5_000)).toEqual({ funder: 'Lantern Bank', answer: 'chosen' });
  });
});

describe('a cap on concentration', () => {
  it('counts what was bound before it, each hold at once, and what was repaid from the next date on', async () => {
    const shop = await openShop(world);
    const { id } = await first(shop);
    const before = await authorizedOrder(shop, { amount: 8_000 });
    await setTerms(shop, id, { currencies: { CNY: { caps: { merchant: { amount: 20_000 } } } } });
    expect(await decided(shop, 12_001)).toMatchObject({ answer: 'merchant_cap', funder: 'Harbour Credit' });
    expect(await decided(shop, 12_000)).toMatchObject({ answer: 'chosen' });
    const after = await authorizedOrder(shop, { amount: 10_000 });
    expect(await decided(shop, 2_001)).toMatchObject({ answer: 'merchant_cap' });
    expect(await decided(shop, 2_000)).toMatchObject({ answer: 'chosen' });

    // A quarter of what ships is paid at once; the void gives back the rest of the other.
    await ship(shop, before.id, 8_000);
    await shop.post(`/v1/orders/${after.id}/void`);
    expect(await decided(shop, 2_001)).toMatchObject({ answer: 'merchant_cap' });
    await shop.advance(1);
    expect(await decided(shop, 14_000)).toMatchObject({ answer: 'chosen' });
    expect(await decided(shop, 14_001)).toMatchObject({ answer: 'merchant_cap' });
    await shop.expectSoundBooks();
  });

  it('of one kind of purchase, and of one shopper, holds for each of them alone', async () => {
    const shop = await openShop(world);
    const { id } = await first(shop);
    await setTerms(shop, id, {
      currencies: { CNY: { caps: { shopper: { amount: 6_000 }, category: { amount: 16_000 } } } },
    });
    const buyer = await newBuyer(shop);
    await authorizedOrder(shop, { amount: 5_000, buyer });
    expect(await decided(shop, 1_001, buyer.shopperId)).toMatchObject({ answer: 'shopper_cap' });
    expect(await decided(shop, 1_000, buyer.shopperId)).toMatchObject({ answer: 'chosen' });
    await authorizedOrder(shop, { amount: 6_000 });
    expect(await decided(shop, 5_001)).toMatchObject({ answer: 'category_cap' });
    expect(await decided(shop, 5_000)).toMatchObject({ answer: 'chosen' });
  });
});

describe('two funders that carry a plan together', () => {
  it('are both asked, and what one accepted is withdrawn when the other refuses', async () => {
    const shop = await openShop(world);
    const [lantern, harbour] = await shop.inTx((tx) => listFunders(tx));
    if (!lantern || !harbour) throw new Error('a sandbox has two funders');
    await setTerms(shop, lantern.id, { joint_with: [{ funder: harbour.id, basis_points: 4_000 }] });
    for (const { id } of [lantern, harbour]) await shop.inTx((tx) => openDesk(tx, id));
    const buy = async (person: string) => {
      const { id } = await openCheckout(shop, 5_001);
      const path = `/v1/sandbox/checkout-sessions/${id}/confirm`;
      const { status } = await shop.send('POST', path, { plan_code: 'pay_in_4', test_person: person });
      const asks = await shop.inTx((tx) => listAsksOf(tx, id), 'read');
      return { status, asks: asks.map(({ amount, status: said }) => `${amount} ${said}`) };
    };
    expect(await buy('good-1')).toEqual({ status: 200, asks: ['3001 accepted', '2000 accepted'] });
    await shop.post('/v1/sandbox/faults', { kind: 'funder_refuses', funder_id: harbour.id });
    const refused = await buy('good-2');
    expect(refused).toEqual({ status: 503, asks: ['3001 withdrawn', '2000 refused'] });
    const [{ held }] = (await world
      .db('funder_slots')
      .where({ environment_id: shop.environmentId })
      .select(world.db.raw('sum(capacity - remaining)::bigint as held'))) as unknown as [{ held: bigint }];
    expect(held).toBe(5_001n);
  });
});
