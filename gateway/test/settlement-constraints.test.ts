import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '../src/lib/ids.ts';
import { openShop, type Shop } from './support/shop.ts';
import { authorizedOrder, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let shop: Shop;
let settlement: { environment_id: string; id: string; merchant_id: string; currency: string; net: bigint };

beforeAll(async () => {
  world = await openWorld();
});

afterAll(() => world.close());

/** A shop with a settlement of 100.00 less its fee, closed by the gateway itself. */
beforeEach(async () => {
  shop = await openShop(world);
  const order = await authorizedOrder(shop, { amount: 10_000 });
  await ship(shop, order.id, 10_000);
  await shop.advance(1);
  settlement = await world.db('settlements').where({ environment_id: shop.environmentId }).first();
});

function newLine(change: Record<string, unknown> = {}) {
  return {
    environment_id: settlement.environment_id,
    id: newId('stn'),
    merchant_id: settlement.merchant_id,
    currency: settlement.currency,
    business_date: '2026-03-01',
    kind: 'capture',
    amount: 1n,
    source_id: newId('cap'),
    created_at: world.clock.now(),
    ...change,
  };
}

function newSettlement(change: Record<string, unknown> = {}) {
  return {
    environment_id: settlement.environment_id,
    id: newId('stl'),
    merchant_id: settlement.merchant_id,
    currency: settlement.currency,
    business_date: '2026-02-01',
    status: 'open',
    created_at: world.clock.now(),
    ...change,
  };
}

test('a wrong line cannot join a closed settlement, and its own lines cannot change or go', async () => {
  const joins = world.db('settlement_lines').insert(newLine({ settlement_id: settlement.id, number: 9 }));
  await expect(joins).rejects.toThrow('is closed');
  const own = { environment_id: settlement.environment_id, settlement_id: settlement.id, number: 1 };
  await expect(world.db('settlement_lines').where(own).update({ amount: 1n })).rejects.toThrow(
    'cannot change',
  );
  await expect(world.db('settlement_lines').where(own).del()).rejects.toThrow('cannot change');
});

test('a settlement that is closed with a wrong line is refused when its transaction ends', async () => {
  const draft = newSettlement();
  const closing = world.db.transaction(async (sql) => {
    await sql('settlements').insert(draft);
    await sql('settlement_lines').insert(newLine({ settlement_id: draft.id, number: 1, amount: 500n }));
    await sql('settlement_lines').insert(newLine({ settlement_id: draft.id, number: 2, amount: 1n }));
    await sql('settlements')
      .where({ environment_id: draft.environment_id, id: draft.id })
      .update({ status: 'closed', net: 500n, lines_count: 2, closed_at: world.clock.now() });
  });
  await expect(closing).rejects.toThrow('says 500 but its 2 lines sum to 501');
  expect(await world.db('settlements').where({ id: draft.id }).first()).toBeUndefined();
});

test('a line of another merchant or currency cannot join', async () => {
  const draft = newSettlement();
  await world.db('settlements').insert(draft);
  const foreign = newLine({ settlement_id: draft.id, number: 1, currency: 'JPY' });
  await expect(world.db('settlement_lines').insert(foreign)).rejects.toThrow('another merchant or currency');
});

test('a closed settlement cannot change', async () => {
  const update = world
    .db('settlements')
    .where({ id: settlement.id })
    .update({ net: settlement.net + 1n });
  await expect(update).rejects.toThrow('cannot change');
});

test('a payout is the net of its settlement, and one at a time can reach the merchant', async () => {
  const payout = await world.db('payouts').where({ settlement_id: settlement.id }).first();
  expect(payout.amount).toBe(settlement.net);
  const wrong = world
    .db('payouts')
    .where({ id: payout.id })
    .update({ amount: settlement.net + 1n });
  await expect(wrong).rejects.toThrow('is not the net of settlement');
  const second = world.db('payouts').insert({ ...payout, id: newId('po'), status: 'pending' });
  await expect(second).rejects.toThrow('payouts_one_alive');
});

test("a row cannot refer to another environment's, and a reference is an order's for ever", async () => {
  const other = await openShop(world);
  const order = await world.db('orders').where({ environment_id: shop.environmentId }).first();
  const capture = await world.db('captures').where({ environment_id: shop.environmentId }).first();
  const across = world
    .db('captures')
    .insert({ ...capture, id: newId('cap'), environment_id: other.environmentId });
  await expect(across).rejects.toThrow('violates foreign key constraint');
  const again = { ...order, id: newId('ord'), checkout_session_id: order.checkout_session_id };
  await expect(world.db('orders').insert(again)).rejects.toThrow(
    'orders_environment_id_merchant_id_merchant_reference_key',
  );
});

test("an order's amounts cannot say what its state does not", async () => {
  const change = (fields: Record<string, unknown>) =>
    world.db('orders').where({ environment_id: shop.environmentId }).update(fields);
  await expect(change({ status: 'voided' })).rejects.toThrow('violates check constraint');
  await expect(change({ captured_amount: 10_001n })).rejects.toThrow('violates check constraint');
  await expect(change({ refunded_amount: 10_001n })).rejects.toThrow('violates check constraint');
});
