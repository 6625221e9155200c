import { afterAll, beforeAll, expect, it } from 'vitest';
import { openShop } from './support/shop.ts';
import { authorizedOrder, installmentsOf, newBuyer, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** Half of an order over 100.00 in four parts is captured; the rest after two parts have fallen due. */
async function halfCaptured(country: string, currency: string) {
  const shop = await openShop(world, { country, currency, time_zone: 'UTC' });
  const order = await authorizedOrder(shop, {
    amount: 10_000,
    plan: 'pay_in_4',
    buyer: await newBuyer(shop),
  });
  await ship(shop, order.id, 6_000);
  for (const reference of ['longer', 'longest'])
    await shop.post(`/v1/orders/${order.id}/extend`, { reference });
  await shop.advance(14);
  return { shop, order };
}

it('refuses in the US a capture that needs a fifth installment, and writes nothing', async () => {
  const { shop, order } = await halfCaptured('US', 'USD');
  const before = await installmentsOf(shop, order.plan_id);
  const problem = await shop.refusal('POST', `/v1/orders/${order.id}/captures`, {
    reference: 'rest',
    amount: 4_000,
  });
  expect(problem).toMatchObject({ code: 'installments_exceeded', status: 409 });
  expect(await installmentsOf(shop, order.plan_id)).toEqual(before);
  await ship(shop, order.id, 2_000, 'what fits');
  expect(await installmentsOf(shop, order.plan_id)).toHaveLength(4);
  await shop.expectSoundBooks();
});

it('appends the fifth installment elsewhere', async () => {
  const { shop, order } = await halfCaptured('CN', 'CNY');
  await ship(shop, order.id, 4_000, 'rest');
  expect((await installmentsOf(shop, order.plan_id)).map(({ amount }) => amount)).toEqual([
    1_500n,
    1_500n,
    2_500n,
    2_500n,
    2_000n,
  ]);
  await shop.expectSoundBooks();
});
