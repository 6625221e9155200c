import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Visitor } from './support/visitor.ts';
import { buy, deliver, goToCheckout, startWorld } from './support/world.ts';
import type { World } from './support/world.ts';

let world: World;

beforeEach(async () => {
  world = await startWorld();
});

afterEach(() => world.stop());

const orders = () => world.gateway.callsOf(/^\/v1\/orders$/);
const returnPath = () => `/return?morrow_session=${world.gateway.lastSession().id}`;

test('the checkout opens a session for the cart and leads to the hosted page', async () => {
  const { status, location } = await goToCheckout(world);
  const session = world.gateway.lastSession();
  expect(status).toBe(303);
  expect(location).toBe(`${world.gateway.origin}/c/${session.id}-secret`);
  expect(session).toMatchObject({
    amount: 46_500,
    currency: 'CNY',
    return_url: `${world.shop.origin}/return`,
    lines: [
      { name: 'Dawn mug', quantity: 2, unit_amount: 6_800, amount: 13_600 },
      { name: 'Reading lamp', quantity: 1, unit_amount: 32_900, amount: 32_900 },
    ],
  });
});

test('a shop whose address is not registered says so, and keeps the cart', async () => {
  const code = 'url_forbidden';
  world.gateway.failures.push({
    path: /POST \/v1\/checkout-sessions$/,
    fact: { status: 422, body: { code, title: code, detail: 'return_url is not allowed.' } },
  });
  const page = await goToCheckout(world);
  expect(page.status).toBe(500);
  expect(page.text).toContain('The checkout cannot be opened.');
  expect(page.text).toContain('your cart is as you left it.');
  expect(world.logged).toEqual([`${world.shop.origin} is not one of the merchant's allowed origins`]);
  expect((await world.visitor.get('/cart')).text).toContain('¥465.00');
});

test('a confirmed return makes one order, with the session in its idempotency key, and empties the cart', async () => {
  const location = await buy(world);
  const session = world.gateway.lastSession();
  expect(location).toBe(`/orders/${session.merchant_reference}`);
  expect(orders()).toMatchObject([
    {
      key: `"authorize-${session.id}"`,
      body: {
        checkout_token: `ctk_${session.id}`,
        merchant_reference: session.merchant_reference,
        amount: 46_500,
        currency: 'CNY',
      },
    },
  ]);
  const page = await world.visitor.get(location);
  expect(page.status).toBe(200);
  expect(page.text).toContain('Thank you. Your order is in.');
  expect(page.text).toContain('Pay in 3 parts');
  expect(page.text).toContain('<time datetime="2026-05-01">May 1, 2026</time>');
  expect((await world.visitor.get('/cart')).text).toContain('There is nothing in it yet');
});

test('the checkout token does not get into a page or a redirect', async () => {
  const location = await buy(world);
  const pages = [await world.visitor.get(location), await world.visitor.get('/orders')];
  expect([location, ...pages.map(({ text }) => text)].join('')).not.toContain('ctk_');
});

test('what was put into the cart during the checkout stays in it', async () => {
  await goToCheckout(world);
  await world.visitor.post('/cart', { product: 'cedar-candle' });
  world.gateway.change(world.gateway.lastSession().id, { status: 'confirmed' });
  await world.visitor.get(returnPath());
  const { text } = await world.visitor.get('/cart');
  expect(text).toContain('Cedar candle');
  expect(text).not.toContain('Reading lamp');
});

describe('a return that makes no order', () => {
  test("with another visitor's session is refused", async () => {
    await goToCheckout(world);
    world.gateway.change(world.gateway.lastSession().id, { status: 'confirmed' });
    const other = new Visitor(world.shop.origin);
    await other.post('/cart', { product: 'cedar-candle' });
    const page = await other.get(returnPath());
    expect(page.status).toBe(400);
    expect(page.text).toContain('This is not your checkout');
    expect(orders()).toEqual([]);
    expect((await other.get('/cart')).text).toContain('Cedar candle');
  });

  test.each([
    '',
    '?morrow_session=',
    '?morrow_session=cs_unknown',
    '?morrow_session[]=a',
    '?morrow_session=a&morrow_session=b',
  ])('without a session that we know (%j) is refused', async (query) => {
    await goToCheckout(world);
    world.gateway.change(world.gateway.lastSession().id, { status: 'confirmed' });
    expect((await world.visitor.get(`/return${query}`)).status).toBe(400);
    expect(orders()).toEqual([]);
  });

  test.each([
    ['amount', { amount: 46_501 }],
    ['currency', { currency: 'JPY' as const }],
    ['reference', { merchant_reference: 'another' }],
    ['lines', { lines_hash: 'another' }],
  ])('for another %s cancels the session and keeps the cart', async (_, change) => {
    await goToCheckout(world);
    const { id } = world.gateway.lastSession();
    world.gateway.change(id, { status: 'confirmed', ...change });
    const { location } = await world.visitor.get(returnPath());
    expect(location).toBe('/cart?notice=mismatch');
    expect(orders()).toEqual([]);
    expect(world.gateway.lastSession().status).toBe('canceled');
    const cart = await world.visitor.get(location);
    expect(cart.text).toContain('The checkout did not match your cart.');
    expect(cart.text).toContain('Reading lamp');
  });

  test.each([
    ['open', 'open', 'No order was placed.'],
    ['canceled', 'canceled', 'The checkout was canceled.'],
    ['expired', 'expired', 'The checkout took too long'],
  ] as const)('of a session that is %s keeps the cart', async (status, notice, text) => {
    await goToCheckout(world);
    if (status !== 'open') world.gateway.change(world.gateway.lastSession().id, { status });
    const { location } = await world.visitor.get(returnPath());
    expect(location).toBe(`/cart?notice=${notice}`);
    const cart = await world.visitor.get(location);
    expect(cart.text).toContain(text);
    expect(cart.text).toContain('Reading lamp');
    expect(cart.text).toContain('¥465.00');
    expect(orders()).toEqual([]);
  });

  test('of an order whose amount has changed since the shopper agreed keeps the cart', async () => {
    await goToCheckout(world);
    world.gateway.change(world.gateway.lastSession().id, { status: 'confirmed' });
    const code = 'amount_mismatch';
    world.gateway.failures.push({ path: /POST \/v1\/orders$/, fact: { status: 409, body: { code } } });
    const { location } = await world.visitor.get(returnPath());
    expect(location).toBe('/cart?notice=refused');
    const cart = await world.visitor.get(location);
    expect(cart.text).toContain('The order could not be placed.');
    expect(cart.text).toContain('¥465.00');
    expect(world.gateway.orders.size).toBe(0);
  });

  test('because the authorization is declined keeps the cart', async () => {
    await goToCheckout(world);
    world.gateway.change(world.gateway.lastSession().id, { status: 'confirmed' });
    const code = 'authorization_declined';
    world.gateway.failures.push({
      path: /POST \/v1\/orders$/,
      fact: { status: 402, body: { code, title: code, detail: 'Declined.' } },
    });
    const { location } = await world.visitor.get(returnPath());
    expect(location).toBe('/cart?notice=refused');
    expect((await world.visitor.get(location)).text).toContain('Reading lamp');
  });
});

test('a declined shopper can try again: the old session is canceled, the new one has its own reference', async () => {
  await goToCheckout(world);
  const first = world.gateway.lastSession();
  await world.visitor.get(returnPath());
  await world.visitor.post('/checkout');
  const second = world.gateway.lastSession();
  expect(first.status).toBe('canceled');
  expect(second.status).toBe('open');
  expect(second.merchant_reference).not.toBe(first.merchant_reference);
});

test('two clicks at once leave one checkout that can be agreed to', async () => {
  const { visitor, gateway } = world;
  await visitor.post('/cart', { product: 'dawn-mug' });
  const [one, two] = await Promise.all([visitor.post('/checkout'), visitor.post('/checkout')]);
  expect([one.status, two.status]).toEqual([303, 303]);
  expect([...gateway.sessions.values()].map(({ status }) => status)).toEqual(['canceled', 'open']);
});

test('a shopper who agreed, left and goes to the checkout again gets their order, not a second one', async () => {
  await goToCheckout(world);
  const { id, merchant_reference: reference } = world.gateway.lastSession();
  world.gateway.change(id, { status: 'confirmed' });
  const { location } = await world.visitor.post('/checkout');
  expect(location).toBe(`/orders/${reference}`);
  expect(world.gateway.sessions.size).toBe(1);
  expect(orders()).toHaveLength(1);
});

test('returning twice, also at once, makes one order', async () => {
  await goToCheckout(world);
  world.gateway.change(world.gateway.lastSession().id, { status: 'confirmed' });
  const both = await Promise.all([world.visitor.get(returnPath()), world.visitor.get(returnPath())]);
  const again = await world.visitor.get(returnPath());
  const path = `/orders/${world.gateway.lastSession().merchant_reference}`;
  expect([...both, again].map(({ location }) => location)).toEqual([path, path, path]);
  expect(world.gateway.orders.size).toBe(1);
  expect(new Set(orders().map(({ key }) => key)).size).toBe(1);
});

test('an authorization whose answer is lost is asked for again under the same key', async () => {
  await goToCheckout(world);
  world.gateway.change(world.gateway.lastSession().id, { status: 'confirmed' });
  world.gateway.failures.push({ path: /POST \/v1\/orders$/, fact: 'lost' });
  const { location } = await world.visitor.get(returnPath());
  expect(location).toMatch(/^\/orders\//);
  expect(orders()).toHaveLength(2);
  expect(orders()[0]).toEqual(orders()[1]);
});

test('while nobody knows what became of the order, the shopper is told so and may look again', async () => {
  await goToCheckout(world);
  world.gateway.change(world.gateway.lastSession().id, { status: 'confirmed' });
  for (let times = 0; times < 3; times += 1) {
    world.gateway.failures.push({ path: /POST \/v1\/orders$/, fact: 'lost' });
  }
  const page = await world.visitor.get(returnPath());
  expect(page.status).toBe(503);
  expect(page.text).toContain('We do not know yet.');
  expect((await world.visitor.get(returnPath())).location).toMatch(/^\/orders\//);
  expect(world.gateway.orders.size).toBe(1);
});

test('an order that the shop made and forgot, because it stopped right then, is found by its session', async () => {
  await goToCheckout(world);
  const before = readFileSync(world.file);
  world.gateway.change(world.gateway.lastSession().id, { status: 'confirmed' });
  const { location } = await world.visitor.get(returnPath());
  await world.restart(() => writeFileSync(world.file, before));
  expect((await world.visitor.get(location)).status).toBe(404);
  expect((await world.visitor.get(returnPath())).location).toBe(location);
  expect((await world.visitor.get(location)).text).toContain('Thank you. Your order is in.');
  expect(orders()).toHaveLength(1);
});

describe('webhooks', () => {
  const confirmed = () => ({
    type: 'checkout_session.confirmed',
    object_id: world.gateway.lastSession().id,
  });

  test('make the order of a shopper who closed the browser', async () => {
    await goToCheckout(world);
    const { id, merchant_reference: reference } = world.gateway.lastSession();
    world.gateway.change(id, { status: 'confirmed' });
    expect(await deliver(world, confirmed())).toBe(200);
    expect(orders()).toMatchObject([{ key: `"authorize-${id}"` }]);
    // The browser comes back after all.
    expect((await world.visitor.get(returnPath())).location).toBe(`/orders/${reference}`);
    expect(orders()).toHaveLength(1);
  });

  test('that come twice are handled once, also across a restart', async () => {
    await buy(world);
    const [orderId] = world.gateway.orders.keys();
    const event = { id: 'evt_1', type: 'order.captured', object_id: orderId ?? '' };
    const calls = async () => {
      expect(await deliver(world, event)).toBe(200);
      return world.gateway.called.length;
    };
    const before = world.gateway.called.length;
    const once = await calls();
    expect(once).toBeGreaterThan(before);
    expect(await calls()).toBe(once);
    await world.restart();
    expect(await calls()).toBe(once);
  });

  test('of a confirmation that come twice make one order', async () => {
    await goToCheckout(world);
    world.gateway.change(world.gateway.lastSession().id, { status: 'confirmed' });
    const event = { id: 'evt_1', ...confirmed() };
    expect(await Promise.all([deliver(world, event), deliver(world, event)])).toEqual([200, 200]);
    expect(world.gateway.orders.size).toBe(1);
  });

  test('and the return at the same time make one order', async () => {
    await goToCheckout(world);
    world.gateway.change(world.gateway.lastSession().id, { status: 'confirmed' });
    const [status, page] = await Promise.all([deliver(world, confirmed()), world.visitor.get(returnPath())]);
    expect(status).toBe(200);
    expect(page.location).toMatch(/^\/orders\//);
    expect(world.gateway.orders.size).toBe(1);
  });

  test('do not make an order for another amount', async () => {
    await goToCheckout(world);
    world.gateway.change(world.gateway.lastSession().id, { status: 'confirmed', amount: 1 });
    expect(await deliver(world, confirmed())).toBe(200);
    expect(orders()).toEqual([]);
  });

  test('that fail on the way are not marked as handled, so that they come again', async () => {
    await goToCheckout(world);
    world.gateway.change(world.gateway.lastSession().id, { status: 'confirmed' });
    for (let times = 0; times < 3; times += 1) {
      world.gateway.failures.push({ path: /POST \/v1\/orders$/, fact: 'lost' });
    }
    const event = { id: 'evt_1', ...confirmed() };
    expect(await deliver(world, event)).toBe(500);
    expect(await deliver(world, event)).toBe(200);
    expect(world.gateway.orders.size).toBe(1);
  });

  test('that are refused for good are not asked for again', async () => {
    await goToCheckout(world);
    world.gateway.change(world.gateway.lastSession().id, { status: 'confirmed' });
    const code = 'checkout_token_expired';
    world.gateway.failures.push({ path: /POST \/v1\/orders$/, fact: { status: 410, body: { code } } });
    expect(await deliver(world, confirmed())).toBe(200);
    expect(world.logged).toHaveLength(1);
  });

  test('that are forged or meant for another merchant change nothing', async () => {
    await goToCheckout(world);
    world.gateway.change(world.gateway.lastSession().id, { status: 'confirmed' });
    expect(await deliver(world, confirmed(), { body: '{}' })).toBe(400);
    expect(await deliver(world, { ...confirmed(), merchant_id: 'mer_2' })).toBe(400);
    expect((await fetch(`${world.shop.origin}/webhooks`, { method: 'POST' })).status).toBe(400);
    expect(orders()).toEqual([]);
  });

  test('about what the shop does not know are accepted', async () => {
    expect(await deliver(world, { type: 'payout.paid', object_id: 'po_1' })).toBe(200);
  });
});
