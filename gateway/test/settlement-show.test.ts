import { afterAll, beforeAll, expect, test } from 'vitest';
import { capture } from '../src/orders/capture.ts';
import { explainAll, readAll } from './support/explain-payout.ts';
import { openShop } from './support/shop.ts';
import { authorizedOrder, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
}, 120_000);
afterAll(() => world.close());

const orders = 12;
const capturesEach = 41;

test('a payout of a thousand lines is explained line by line to the cent by somebody who has only the API', async () => {
  const shop = await openShop(world, { fee_basis_points: 290, fee_fixed: 30 });
  await shop.send('PUT', '/v1/sandbox/settlement-terms', {
    fee_tiers: [
      { from: 0, basis_points: 290, fixed: 30 },
      { from: 60_000, basis_points: 240, fixed: 25 },
    ],
    reserve: { basis_points: 500, days: 30 },
  });
  // A day that ends in a debt, which the next payout carries.
  const returned = await authorizedOrder(shop, { amount: 9_999, plan: 'pay_after' });
  await ship(shop, returned.id, 9_999);
  await shop.advance(1);
  await shop.post(`/v1/orders/${returned.id}/refunds`, { reference: 'all', amount: 9_999 });
  await shop.advance(1);
  const ids: string[] = [];
  for (let order = 0; order < orders; order += 1)
    ids.push((await authorizedOrder(shop, { amount: 8_003, plan: 'pay_after' })).id);
  for (const orderId of ids) {
    await shop.inTx(async (tx) => {
      for (let number = 1; number <= capturesEach; number += 1) {
        const amount = number === capturesEach ? 203n : 195n;
        await capture(tx, { orderId, merchantId: shop.merchantId, reference: `p-${number}`, amount });
      }
    });
    await shop.post(`/v1/orders/${orderId}/refunds`, { reference: 'back', amount: 1_337 });
  }
  await shop.advance(1);

  const payouts = await readAll<{ id: string; amount: number }>(shop, '/v1/payouts');
  const last = payouts.at(-1);
  if (!last) throw new Error('nothing was paid');
  const explained = await explainAll(shop, `/v1/payouts/${last.id}`, last.amount);
  expect(explained.length).toBeGreaterThanOrEqual(1_000);
  const kinds = new Set(explained.map(({ line }) => line.kind));
  expect(kinds).toEqual(
    new Set(['capture', 'capture_fee', 'refund', 'refund_fee', 'carried_over', 'reserve']),
  );
  const rates = new Set(explained.flatMap(({ cause }) => cause.fee?.basis_points ?? []));
  expect(rates).toEqual(new Set([290, 240]));
  await shop.expectSoundBooks();
}, 120_000);
