import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Visitor } from './support/visitor.ts';
import { buy, deliver, startWorld } from './support/world.ts';
import type { World } from './support/world.ts';

let world: World;
let path: string;

beforeEach(async () => {
  world = await startWorld();
  path = await buy(world);
});

afterEach(() => world.stop());

const captures = () => world.gateway.callsOf(/\/captures$/);
const refunds = () => world.gateway.callsOf(/\/refunds$/);
const text = async () => (await world.visitor.get(path)).text;
const order = () => {
  const [first] = world.gateway.orders.values();
  if (!first) throw new Error('there is no order');
  return first;
};

test('shipping everything captures the order and starts the plan', async () => {
  const { status, location } = await world.visitor.post(`/office${path}/ship`, {
    number: '1',
    amount: '465.00',
  });
  expect([status, location]).toEqual([303, `/office${path}`]);
  expect(captures()).toMatchObject([
    { key: `"capture-${order().id}-shipment-1"`, body: { reference: 'shipment-1', amount: 46_500 } },
  ]);
  const page = await text();
  expect(page).toContain('Your order is on its way.');
  expect(page).toContain('It started on Mar 2, 2026, when we shipped.');
});

test('shipping in parts captures each under its own reference', async () => {
  await world.visitor.post(`/office${path}/ship`, { number: '1', amount: '136' });
  expect(await text()).toContain('A part of your order is on its way.');
  await world.visitor.post(`/office${path}/ship`, { number: '2', amount: '329.00' });
  expect(captures().map(({ body }) => body)).toEqual([
    { reference: 'shipment-1', amount: 13_600 },
    { reference: 'shipment-2', amount: 32_900 },
  ]);
  expect(order().status).toBe('captured');
});

test('a form that is sent twice ships once', async () => {
  const fields = { number: '1', amount: '100' };
  await Promise.all([
    world.visitor.post(`/office${path}/ship`, fields),
    world.visitor.post(`/office${path}/ship`, fields),
  ]);
  expect(order().captured_amount).toBe(10_000);
});

test('a shipment that is refused says why, and leaves the order as it was', async () => {
  const page = await world.visitor.post(`/office${path}/ship`, { number: '1', amount: '465.01' });
  expect(page.status).toBe(409);
  expect(page.text).toContain('Morrow refused: capture_exceeds_authorized');
  expect(page.text).toContain('46501 is more than can still be captured.');
  expect(order().captured_amount).toBe(0);
});

test.each(['', '0', '-1', '1.234', '1e3', '1,5', 'all', ' ', '99999999999'])(
  'the amount %j is refused before anything is sent',
  async (amount) => {
    const page = await world.visitor.post(`/office${path}/ship`, { number: '1', amount });
    expect(page.status).toBe(409);
    expect(page.text).toContain('Please check the amount.');
    expect(captures()).toEqual([]);
  },
);

test('canceling voids what is not shipped', async () => {
  await world.visitor.post(`/office${path}/void`);
  expect(order()).toMatchObject({ status: 'voided', voided_amount: 46_500 });
  expect(await text()).toContain('This order was canceled.');
});

test('what a refund would do is shown before it is made', async () => {
  await world.visitor.post(`/office${path}/ship`, { number: '1', amount: '465' });
  const shown = await world.visitor.post(`/office${path}/refund-preview`, { number: '1', amount: '68.5' });
  expect(shown.status).toBe(200);
  expect(shown.text).toMatch(/Refund ¥68\.50\?[^]*Off the shopper’s debt[^]*¥465\.00[^]*¥396\.50/);
  expect(shown.text).toMatch(/name="amount"\s+value="68\.50"/);
  expect(shown.text).not.toContain('refund-preview?lang');
  expect(refunds()).toEqual([]);
  const refused = await world.visitor.post(`/office${path}/refund-preview`, { number: '1', amount: '900' });
  expect(refused.status).toBe(409);
  expect(refused.text).toContain('refund_exceeds_refundable');
});

test('a refund is sent under its own reference', async () => {
  await world.visitor.post(`/office${path}/ship`, { number: '1', amount: '465' });
  await world.visitor.post(`/office${path}/refund`, { number: '1', amount: '68.5' });
  expect(refunds()).toMatchObject([
    { key: `"refund-${order().id}-return-1"`, body: { reference: 'return-1', amount: 6_850 } },
  ]);
  expect(await text()).toContain('¥68.50 has been refunded.');
});

test('only what the order allows is offered', async () => {
  const office = async () => (await world.visitor.get(`/office${path}`)).text;
  const before = await office();
  expect(before).toContain(`/office${path}/ship`);
  expect(before).toContain(`/office${path}/void`);
  expect(before).not.toContain(`/office${path}/refund`);
  await world.visitor.post(`/office${path}/ship`, { number: '1', amount: '465' });
  const after = await office();
  expect(after).not.toContain(`/office${path}/ship`);
  expect(after).not.toContain(`/office${path}/void`);
  expect(after).toContain(`/office${path}/refund`);
});

test('whoever plays both sides ships from the page of the order, and stays there', async () => {
  expect(await text()).toContain(`/office${path}/ship`);
  const fields = { number: '1', amount: '465', back: 'shop' };
  expect((await world.visitor.post(`/office${path}/ship`, fields)).location).toBe(path);
  expect(await text()).not.toContain(`/office${path}/ship`);
});

test('while nobody knows whether a shipment was captured, the staff are told that trying again is safe', async () => {
  for (let times = 0; times < 3; times += 1) {
    world.gateway.failures.push({ path: /captures$/, fact: 'lost' });
  }
  const fields = { number: '1', amount: '465' };
  const page = await world.visitor.post(`/office${path}/ship`, fields);
  expect(page.status).toBe(409);
  expect(page.text).toContain('Morrow did not answer.');
  expect((await world.visitor.post(`/office${path}/ship`, fields)).status).toBe(303);
  expect(order().captured_amount).toBe(46_500);
});

describe('what happens elsewhere', () => {
  test.each([
    ['the order', () => ({ type: 'order.voided', object_id: order().id })],
    ['its plan', () => ({ type: 'plan.canceled', object_id: order().plan_id })],
    [
      'something of the order',
      () => ({ type: 'refund.created', object_id: 'rfd_1', data: { order_id: order().id } }),
    ],
    [
      'something of the plan',
      () => ({ type: 'installment.paid', object_id: 'ins_1', data: { plan_id: order().plan_id } }),
    ],
  ])('is read when a webhook about %s comes', async (_, event) => {
    order().status = 'voided';
    order().version += 1;
    expect(await text()).toContain('Thank you. Your order is in.');
    expect(await deliver(world, event())).toBe(200);
    expect(await text()).toContain('This order was canceled.');
  });

  test('is read on demand', async () => {
    order().status = 'voided';
    order().version += 1;
    await world.visitor.post(`/office${path}/refresh`);
    expect(await text()).toContain('This order was canceled.');
  });
});

test('another visitor does not see the order, nor hear of it', async () => {
  const other = new Visitor(world.shop.origin);
  expect((await other.get(path)).status).toBe(404);
  expect((await other.get(`${path}/live`)).status).toBe(404);
  expect((await other.get('/orders')).text).toContain('You have not ordered anything yet');
});

test("the back office's forms need a token, as all forms do", async () => {
  const form_token = 'x';
  expect((await world.visitor.post(`/office${path}/void`, { form_token })).status).toBe(403);
  const origin = 'https://evil.example';
  expect((await world.visitor.post(`/office${path}/void`, {}, { origin })).status).toBe(403);
  expect(order().status).toBe('authorized');
});

test('a second start keeps orders, carts and cookies', async () => {
  await world.visitor.post('/cart', { product: 'fog-blanket' });
  await world.restart();
  expect(await text()).toContain('Thank you. Your order is in.');
  expect((await world.visitor.get('/orders')).text).toContain('¥465.00');
  expect((await world.visitor.get('/cart')).text).toContain('Fog blanket');
});
