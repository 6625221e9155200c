import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { newId } from '../src/lib/ids.ts';
import { lockPlans } from '../src/orders/carried-plans.ts';
import { transferPlans, type TransferRequest } from '../src/orders/transfer-plans.ts';
import { findPlan } from '../src/repayments/plans.ts';
import { newBorrower, readDraw, requested } from './support/draws.ts';
import { openJointShop } from './support/joint.ts';
import { refusalFrom } from './support/refusal.ts';
import type { Shop } from './support/shop.ts';
import { authorizedOrder, newBuyer, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let shop: Shop;
let from: string;
let to: string;
let third: string;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(() => open([10_000]));

async function open(shares: readonly number[]): Promise<void> {
  const opened = await openJointShop(world, shares);
  ({ shop } = opened);
  [from = '', to = '', third = ''] = opened.funders;
}

async function soldPlan(amount = 8000): Promise<string> {
  const order = await authorizedOrder(shop, { amount, plan: 'pay_in_4', buyer: await newBuyer(shop) });
  await ship(shop, order.id, amount);
  return order.plan_id;
}

const transfer = (planIds: readonly string[], other: Partial<TransferRequest> = {}) =>
  shop.inTx((tx) =>
    transferPlans(tx, {
      reference: newId('req'),
      planIds,
      fromFunderId: from,
      toFunderId: to,
      priceBasisPoints: 9_000,
      ...other,
    }),
  );
const refusal = (planIds: readonly string[], other: Partial<TransferRequest>) =>
  refusalFrom(transfer(planIds, other));
const ownerOf = (planId: string) =>
  shop.inTx(async (tx) => (await findPlan(tx, { planId })).funderId, 'read');

describe('a list of plans is refused', { timeout: 60_000 }, () => {
  it('to the one who has them, to nobody, and at a price beyond twice the principal', async () => {
    const planId = await soldPlan();
    for (const wrong of [{ toFunderId: from }, { priceBasisPoints: -1 }, { priceBasisPoints: 20_001 }])
      expect(await refusal([planId], wrong)).toMatchObject({
        code: 'validation_failed',
        message: 'Plans go to another funder, at a price from 0 to 200 % of their principal.',
      });
    expect(await refusal([planId], { toFunderId: newId('fnd') })).toMatchObject({
      code: 'not_found',
      message: 'There is no such funder.',
    });
    expect(await ownerOf(planId)).toBe(from);
    // Both ends of the price are one.
    expect(await transfer([planId], { priceBasisPoints: 20_000 })).toMatchObject([
      { outcome: 'transferred', transfer: { principal: 6000n, price: 12_000n } },
    ]);
    expect(
      await transfer([planId], { fromFunderId: to, toFunderId: from, priceBasisPoints: 0 }),
    ).toMatchObject([{ outcome: 'transferred', transfer: { principal: 6000n, price: 0n } }]);
    await shop.expectSoundBooks();
  });

  it('by a funder that is paused, though not of one', async () => {
    const planId = await soldPlan();
    const pause = (id: string) =>
      world.db('funders').where({ environment_id: shop.environmentId, id }).update({ status: 'paused' });
    await pause(to);
    expect(await refusal([planId], {})).toMatchObject({
      code: 'state_conflict',
      message: expect.stringMatching(/^\w.* is paused and takes nothing new\.$/),
    });
    await pause(from);
    expect(await transfer([planId], { toFunderId: third })).toMatchObject([{ outcome: 'transferred' }]);
  });

  it('under a reference that has other terms, and not under one that has the same', async () => {
    const [first, second] = [await soldPlan(), await soldPlan()];
    const [done] = await transfer([first], { reference: 'list' });
    for (const other of [
      { toFunderId: third },
      { fromFunderId: third },
      { fromFunderId: to, toFunderId: from },
      { priceBasisPoints: 9_001 },
    ])
      expect(await refusal([second], { reference: 'list', ...other })).toMatchObject({
        code: 'state_conflict',
        message: 'The reference list has another price or other funders.',
        details: { hint: 'Repeat it as it was, or give the list a reference of its own.' },
      });
    expect(await ownerOf(second)).toBe(from);
    expect(await transfer([second, first], { reference: 'list' })).toEqual([
      expect.objectContaining({ planId: second, outcome: 'transferred' }),
      done,
    ]);
  });

  it('whole, when the new owner has no room for one of them', async () => {
    const [small, large] = [await soldPlan(8000), await soldPlan(16_000)];
    await world
      .db('funder_slots')
      .where({ environment_id: shop.environmentId, funder_id: to })
      .update({ capacity: 6000, remaining: 6000 });
    expect(await refusal([small, large], {})).toMatchObject({ code: 'funder_unavailable' });
    expect([await ownerOf(small), await ownerOf(large)]).toEqual([from, from]);
    expect(await transfer([small])).toMatchObject([{ outcome: 'transferred' }]);
    await shop.expectSoundBooks();
  });
});

describe('a plan in a list', { timeout: 60_000 }, () => {
  it('stays whose it is when nothing can be owed of it any more, and keeps no other from going', async () => {
    const voided = await authorizedOrder(shop, { amount: 5000, buyer: await newBuyer(shop) });
    await shop.post(`/v1/orders/${voided.id}/void`);
    const refunded = await authorizedOrder(shop, { amount: 5000, buyer: await newBuyer(shop) });
    await ship(shop, refunded.id, 5000);
    await shop.post(`/v1/orders/${refunded.id}/refunds`, { reference: 'all', amount: 5000 });
    await world.runAttempts();
    const alive = await soldPlan();
    const absent = newId('pln');
    const listed = [voided.plan_id, alive, refunded.plan_id, absent, alive];
    expect(await transfer(listed)).toEqual([
      { planId: voided.plan_id, outcome: 'refused', code: 'finished' },
      expect.objectContaining({ planId: alive, outcome: 'transferred' }),
      { planId: refunded.plan_id, outcome: 'refused', code: 'finished' },
      { planId: absent, outcome: 'refused', code: 'not_found' },
    ]);
    expect([await ownerOf(voided.plan_id), await ownerOf(alive)]).toEqual([from, to]);
    await shop.expectSoundBooks();
  });

  it('takes its order as it is where nothing of that is reserved any more', async () => {
    const planId = await soldPlan();
    const readOrder = () => world.db('orders').where({ plan_id: planId }).first<object>();
    const before = await readOrder();
    expect(await transfer([planId])).toMatchObject([{ outcome: 'transferred' }]);
    expect(await readOrder()).toEqual(before);
  });

  it('may be of a cash draw, which has no order', async () => {
    const drawId = await requested(shop, await newBorrower(shop));
    await world.runAttempts();
    const { planId } = await readDraw(shop, drawId);
    const id = planId ?? '';
    expect(await ownerOf(id)).toBe(from);
    expect(await transfer([id, await soldPlan()])).toMatchObject([
      {
        planId: id,
        outcome: 'transferred',
        transfer: { reserved: 0n, principal: 120_000n, price: 108_000n },
      },
      { outcome: 'transferred' },
    ]);
    expect(await ownerOf(id)).toBe(to);
    await shop.expectSoundBooks();
  });

  it('counts as the share that it was with a new owner who has caps', async () => {
    await open([7000, 3000]);
    const planId = await soldPlan();
    await world
      .db('funders')
      .where({ environment_id: shop.environmentId, id: third })
      .update({ keeps_placements: true });
    await transfer([planId], { fromFunderId: to, toFunderId: third });
    const placed = world.db('funder_placements').where({ environment_id: shop.environmentId });
    expect(await placed.select('funder_id', 'basis_points', 'owed', 'ended')).toEqual([
      { funder_id: third, basis_points: 3000, owed: 1800n, ended: false },
    ]);
  });
});

/** Waits until somebody waits for a row that another transaction has locked. */
async function someoneWaits(): Promise<void> {
  await vi.waitFor(
    async () => {
      const { rows } = await world.db.raw<{ rows: unknown[] }>(
        "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      expect(rows).toHaveLength(1);
    },
    { timeout: 20_000, interval: 10 },
  );
}

describe('the plans of a list', { timeout: 60_000 }, () => {
  it('are locked line by line, then order by order, then plan by plan, whatever order they are named in', async () => {
    const planIds = [await soldPlan(), await soldPlan()];
    const plans = await shop.inTx(
      (tx) => Promise.all(planIds.map((planId) => findPlan(tx, { planId }))),
      'read',
    );
    const ids: Record<'credit_lines' | 'orders' | 'plans', string[]> = {
      credit_lines: plans.map(({ shopperId }) => shopperId).toSorted(),
      orders: plans.map(({ orderId }) => orderId ?? '').toSorted(),
      plans: plans.map(({ id }) => id).toSorted(),
    };
    const rowOf = (table: keyof typeof ids, id: string | undefined) => {
      const column = table === 'credit_lines' ? 'shopper_id' : 'id';
      return world.db(table).where({ environment_id: shop.environmentId, [column]: id });
    };
    const kinds = ['credit_lines', 'orders', 'plans'] as const;
    for (const [place, kind] of kinds.entries())
      for (const named of [planIds, planIds.toReversed()]) {
        const [first, second] = ids[kind];
        const blocker = await world.db.transaction();
        await rowOf(kind, first).transacting(blocker).forUpdate().select('environment_id');
        const waiting = shop.inTx((tx) => lockPlans(tx, named));
        try {
          await someoneWaits();
          // Whoever waits for the first of a kind has not locked the second, and nothing of the kinds that come after.
          const after = kinds.slice(place + 1).flatMap((later) => ids[later].map((id) => rowOf(later, id)));
          for (const row of [rowOf(kind, second), ...after])
            expect(
              await row.transacting(blocker).forUpdate().skipLocked().select('environment_id'),
              `${kind}: ${row.toQuery()}`,
            ).toHaveLength(1);
        } finally {
          await blocker.rollback();
        }
        expect([...(await waiting).keys()].toSorted()).toEqual(ids.plans);
      }
  });

  it('that are none of ours are left out', async () => {
    const planId = await soldPlan();
    const locked = await shop.inTx((tx) => lockPlans(tx, [newId('pln'), planId]));
    expect([...locked.keys()]).toEqual([planId]);
  });
});
