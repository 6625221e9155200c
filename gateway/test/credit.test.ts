import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRouting } from '../src/credit/candidates.ts';
import { createFunder, firstSlotOf, reserveSlot } from '../src/credit/funders.ts';
import { availableOf, lockLine, setTerms } from '../src/credit/lines.ts';
import { newId } from '../src/lib/ids.ts';
import { capture } from '../src/orders/capture.ts';
import { refund } from '../src/orders/refund.ts';
import { voidOrder } from '../src/orders/void.ts';
import { refusalFrom } from './support/refusal.ts';
import { openShop, type Shop } from './support/shop.ts';
import {
  agree,
  authorizedOrder,
  type Buyer,
  claimAndDecide,
  confirmedSession,
  lineOf,
  newBuyer,
  openCheckout,
  orderBody,
  ship,
  takenFor,
} from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

describe('a credit line', () => {
  it('is held and used by what is financed, step by step', async () => {
    const shop = await openShop(world, { first_part: 'checkout' });
    const buyer = await newBuyer(shop);
    const line = () => lineOf(shop, buyer.shopperId);
    const session = await confirmedSession(shop, { amount: 10_000, plan: 'pay_in_4', buyer });
    expect(await line()).toEqual({ held: 7500n, used: 0n });

    const order = await shop.post<{ id: string }>('/v1/orders', orderBody(session));
    const own = { orderId: order.id, merchantId: shop.merchantId };
    expect(await line()).toEqual({ held: 7500n, used: 0n });
    await shop.inTx((tx) => capture(tx, { ...own, reference: 'first', amount: 6000n }));
    expect(await line()).toEqual({ held: 3000n, used: 4500n });
    await shop.inTx((tx) => voidOrder(tx, own));
    expect(await line()).toEqual({ held: 0n, used: 4500n });
    await world.runAttempts();
    expect(await takenFor(shop, session.id)).toEqual({ held: 0, taken: 1500, sentBack: 0 });

    await shop.advance(14);
    expect(await line()).toEqual({ held: 0n, used: 3000n });
    const refunded = await shop.inTx((tx) => refund(tx, { ...own, reference: 'return', amount: 6000n }));
    expect(refunded).toMatchObject({ debtAmount: 3000n, moneyBackAmount: 3000n });
    expect(await line()).toEqual({ held: 0n, used: 0n });
    await world.runAttempts();
    expect(await takenFor(shop, session.id)).toMatchObject({ taken: 1500, sentBack: 1500 });
    await shop.expectSoundBooks();
  });

  it('has available what the limit leaves, and never less than nothing', () => {
    const own = { limit: 1000n, guaranteed: 0n, pledged: 0n };
    expect(availableOf({ ...own, held: 750n, used: 0n })).toBe(250n);
    expect(availableOf({ ...own, held: 300n, used: 450n })).toBe(250n);
    expect(availableOf({ ...own, held: 800n, used: 900n })).toBe(0n);
  });

  it('refuses a confirmation above what is available, and keeps nothing of it', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    const { id } = await openCheckout(shop, 10_000);
    await claimAndDecide(shop, id, buyer.shopperId);
    await limitTo(shop, buyer, 9999n);
    expect((await refusalFrom(agree(shop, id, buyer, 'pay_in_4'))).code).toBe('limit_exceeded');
    expect(await lineOf(shop, buyer.shopperId)).toEqual({ held: 0n, used: 0n });
    expect(await takenFromFunders(shop)).toEqual({});
    await limitTo(shop, buyer, 10_000n);
    await agree(shop, id, buyer, 'pay_in_4');
    expect(await lineOf(shop, buyer.shopperId)).toEqual({ held: 10_000n, used: 0n });
  });

  it('that is suspended blocks new confirmations, while a confirmed hold is honoured', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    const confirmed = await confirmedSession(shop, { amount: 5000, buyer });
    const { id } = await openCheckout(shop, 5000);
    await claimAndDecide(shop, id, buyer.shopperId);
    await world.db('credit_lines').where({ shopper_id: buyer.shopperId }).update({ status: 'suspended' });

    expect((await refusalFrom(agree(shop, id, buyer, 'pay_in_4'))).code).toBe('limit_exceeded');
    const { assessment } = await claimAndDecide(shop, id, buyer.shopperId);
    expect(assessment).toMatchObject({ outcome: 'declined', declineCode: 'line_suspended' });
    const order = await shop.post<{ id: string }>('/v1/orders', orderBody(confirmed));
    await ship(shop, order.id, 5000);
    expect(await shop.get(`/v1/orders/${order.id}`)).toMatchObject({ status: 'captured' });
  });
});

async function limitTo(shop: Shop, buyer: Buyer, limit: bigint): Promise<void> {
  await shop.inTx(async (tx) => {
    const line = await lockLine(tx, buyer.shopperId, shop.currency);
    if (line) await setTerms(tx, line.id, { ...line, limit });
  });
}

type Slot = { funder_id: string; slot: number; capacity: bigint; remaining: bigint };

const slotsOf = (shop: Shop): Promise<Slot[]> =>
  world.db('funder_slots').where({ environment_id: shop.environmentId }).select('*');

/** What is taken of each funder's slots, by `funder/slot`, without those that are whole. */
async function takenFromFunders(shop: Shop): Promise<Record<string, bigint>> {
  const taken = (await slotsOf(shop)).filter(({ capacity, remaining }) => remaining !== capacity);
  return Object.fromEntries(
    taken.map((row) => [`${row.funder_id}/${row.slot}`, row.capacity - row.remaining]),
  );
}

/** Leaves so much of every slot of the sandbox's funders. */
async function drain(shop: Shop, left: bigint): Promise<void> {
  await world.db('funder_slots').where({ environment_id: shop.environmentId }).update({ remaining: left });
}

describe('a funder', () => {
  it('lends from one slot, to which returns what is repaid, refunded, voided and expired', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    const order = await authorizedOrder(shop, { amount: 10_000, plan: 'pay_in_4', buyer });
    const [slot, ...others] = Object.entries(await takenFromFunders(shop));
    expect(others).toEqual([]);
    expect(slot?.[1]).toBe(10_000n);
    const taken = async () => (await takenFromFunders(shop))[slot?.[0] ?? ''] ?? 0n;

    await ship(shop, order.id, 6000);
    // The capture only turned held into used; its first installment of 15.00 was repaid.
    expect(await taken()).toBe(8500n);
    await shop.post(`/v1/orders/${order.id}/refunds`, { reference: 'return', amount: 1000 });
    expect(await taken()).toBe(7500n);
    await shop.post(`/v1/orders/${order.id}/void`);
    expect(await taken()).toBe(3500n);
    await shop.advance(42);
    expect(await takenFromFunders(shop)).toEqual({});

    await authorizedOrder(shop, { amount: 700, plan: 'pay_after', buyer });
    expect(await taken()).toBe(700n);
    await shop.advance(7);
    expect(await takenFromFunders(shop)).toEqual({});
    await shop.expectSoundBooks();
  });

  it('is the next one when the first has no slot with so much left', async () => {
    const shop = await openShop(world);
    const slots = await slotsOf(shop);
    const [first] = await world
      .db('funders')
      .where({ environment_id: shop.environmentId })
      .orderBy('priority');
    await world.db('funder_slots').where({ funder_id: first.id }).update({ remaining: 9999n });
    const order = await authorizedOrder(shop, { amount: 10_000, plan: 'pay_after' });
    const [plan] = await world.db('plans').where({ id: order.plan_id });
    expect(plan.funder_id).not.toBe(first.id);
    expect(slots.map(({ funder_id }) => funder_id)).toContain(plan.funder_id);
  });

  it('lends from whichever slot still has the amount before it refuses', async () => {
    const shop = await openShop(world);
    await drain(shop, 9999n);
    const [some] = await slotsOf(shop);
    for (const slot of [5, 41]) {
      await world
        .db('funder_slots')
        .where({ funder_id: some?.funder_id, slot })
        .update({ remaining: 10_000n });
    }
    for (const expected of [1, 2]) {
      await confirmedSession(shop, { amount: 10_000, plan: 'pay_after' });
      const empty = (await slotsOf(shop)).filter(({ remaining }) => remaining === 0n);
      expect(empty).toHaveLength(expected);
    }

    const buyer = await newBuyer(shop);
    const { id } = await openCheckout(shop, 10_000);
    const { assessment, offers } = await claimAndDecide(shop, id, buyer.shopperId);
    expect(assessment).toMatchObject({ outcome: 'declined', declineCode: 'no_funder' });
    expect(offers).toEqual([]);
  });

  it('looks again when somebody empties the slot that it has just seen full', async () => {
    const shop = await openShop(world);
    const { shopperId } = await newBuyer(shop);
    const own = firstSlotOf(shopperId);
    const purpose = { key: newId('cs'), shopperId, currency: 'CNY', market: 'CN', country: 'CN' };
    let tries = 0;
    const reserved = await shop.inTx(async (tx) => {
      tries += 1;
      const bound = { merchantId: shop.merchantId, category: 'retail', canAsk: false };
      const [candidate] = (await readRouting(tx, { ...purpose, ...bound })).candidates;
      if (!candidate) throw new Error('a sandbox has funders');
      const { funder, firstRoom } = candidate;
      if (tries === 1)
        await world.db('funder_slots').where({ funder_id: funder.id, slot: own }).update({ remaining: 99n });
      return reserveSlot(tx, { funder, shopperId, currency: 'CNY', amount: 100n, firstRoom });
    });
    expect(tries).toBe(2);
    expect(reserved.slot).not.toBe(own);
    expect(await takenFromFunders(shop)).toMatchObject({ [`${reserved.funder.id}/${reserved.slot}`]: 100n });
  });

  it('refuses who was offered a plan when others took its capacity meanwhile, and holds nothing', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    const { id } = await openCheckout(shop, 10_000);
    await claimAndDecide(shop, id, buyer.shopperId);
    await drain(shop, 9999n);
    expect((await refusalFrom(agree(shop, id, buyer, 'pay_after'))).code).toBe('funder_unavailable');
    expect(await lineOf(shop, buyer.shopperId)).toEqual({ held: 0n, used: 0n });
  });

  it('has its capacity in slots to the last unit', async () => {
    const shop = await openShop(world);
    const funder = await shop.inTx((tx) =>
      createFunder(tx, {
        name: 'Small Bank',
        priority: 9,
        currency: 'CNY',
        capacity: 1_000_001n,
        feeShareBasisPoints: 0,
        servicingBasisPoints: 0,
      }),
    );
    const slots = (await slotsOf(shop)).filter(({ funder_id }) => funder_id === funder.id);
    expect(slots).toHaveLength(64);
    expect(slots.reduce((sum, { capacity }) => sum + capacity, 0n)).toBe(1_000_001n);
  });

  it.each([-1n, 2n ** 53n])(
    'of %s minor units is refused, because decisions could not keep it',
    async (capacity) => {
      const shop = await openShop(world);
      const refused = refusalFrom(
        shop.inTx((tx) =>
          createFunder(tx, {
            name: 'Boundless Bank',
            priority: 9,
            currency: 'CNY',
            capacity,
            feeShareBasisPoints: 0,
            servicingBasisPoints: 0,
          }),
        ),
      );
      expect((await refused).code).toBe('amount_invalid');
    },
  );
});
