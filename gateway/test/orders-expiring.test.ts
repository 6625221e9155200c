import { afterAll, beforeAll, expect, test } from 'vitest';
import { tellExpiring } from '../src/orders/expiring.ts';
import { openShop } from './support/shop.ts';
import { authorizedOrder, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});

afterAll(() => world.close());

async function noticesOf(orderId: string): Promise<number> {
  const rows = await world
    .db('events')
    .where({ object_id: orderId, type: 'order.expiring' })
    .whereLike('stream', 'mer_%');
  return rows.length;
}

test('a merchant is told three days and one day before an authorization expires, once each', async () => {
  const shop = await openShop(world);
  const order = await authorizedOrder(shop, { amount: 10_000 });
  await shop.advance(3);
  expect(await noticesOf(order.id)).toBe(0);
  await shop.advance(2);
  expect(await noticesOf(order.id)).toBe(1);
  // Another process may have told it between the look and the turn of this one.
  await shop.inTx((tx) => tellExpiring(tx, order.id));
  expect(await noticesOf(order.id)).toBe(1);
  await shop.advance(1);
  expect(await noticesOf(order.id)).toBe(2);
  await shop.advance(2);
  expect(await noticesOf(order.id)).toBe(2);
});

test('nothing is said of an order that is captured whole', async () => {
  const shop = await openShop(world);
  const order = await authorizedOrder(shop, { amount: 10_000 });
  await ship(shop, order.id, 10_000);
  await shop.advance(6);
  // It may have been captured since it was found.
  await shop.inTx((tx) => tellExpiring(tx, order.id));
  await shop.advance(4);
  expect(await noticesOf(order.id)).toBe(0);
});
