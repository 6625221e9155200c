import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { html } from '../src/html.ts';
import { parsePrice } from '../src/money.ts';
import { products } from '../src/products.ts';
import { readSettings } from '../src/settings.ts';
import { Visitor } from './support/visitor.ts';
import { startWorld } from './support/world.ts';
import type { World } from './support/world.ts';

let world: World;

const evil = '<script>alert("1")</script> \' & "quoted"';
const evilText = { name: evil, summary: evil, description: evil, alt: evil };
const escaped = '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &#39; &amp; &quot;quoted&quot;';

beforeEach(async () => {
  const [first] = products;
  if (!first) throw new Error('there are no products');
  const risky = { ...first, id: 'risky', text: { en: evilText, 'zh-CN': evilText } };
  world = await startWorld({ products: [...products, risky] });
});

afterEach(() => world.stop());

test('all five products are shown, with prices from ¥39 to ¥1,600', async () => {
  const { text, status } = await world.visitor.get('/');
  expect(status).toBe(200);
  expect(text).toContain('<html lang="en">');
  expect(products).toHaveLength(5);
  for (const { id, text: each } of products) {
    expect(text).toContain(`/products/${id}`);
    expect(text).toContain(each.en.name);
  }
  expect(text).toContain('¥39.00');
  expect(text).toContain('¥1,600.00');
});

test.each(products)('$id has a page and a picture', async ({ id, picture, text: { en } }) => {
  const { text } = await world.visitor.get(`/products/${id}`);
  expect(text).toContain(en.description);
  const image = await world.visitor.get(`/pictures/${picture}`);
  expect([image.status, image.headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
});

test('markup in the name of a product is shown, never run, wherever the name appears', async () => {
  await world.visitor.post('/cart', { product: 'risky' });
  await world.visitor.post('/checkout');
  const session = world.gateway.lastSession();
  world.gateway.change(session.id, { status: 'confirmed' });
  const { location } = await world.visitor.get(`/return?morrow_session=${session.id}`);
  await world.visitor.post('/cart', { product: 'risky' });
  const office = `/office${location}`;
  for (const path of ['/', '/products/risky', '/cart', location, '/orders', '/office', office]) {
    const { text } = await world.visitor.get(path);
    expect(text).toContain(escaped);
    expect(text).not.toContain('<script>');
  }
  expect(session.lines[0]?.name).toBe(evil);
});

describe('the cart', () => {
  test('adds, changes and removes', async () => {
    await world.visitor.post('/cart', { product: 'dawn-mug' });
    await world.visitor.post('/cart', { product: 'dawn-mug' });
    expect((await world.visitor.get('/cart')).text).toContain('¥136.00');
    await world.visitor.post('/cart/dawn-mug', { quantity: '3' });
    expect((await world.visitor.get('/cart')).text).toContain('¥204.00');
    await world.visitor.post('/cart/dawn-mug', { quantity: '0' });
    expect((await world.visitor.get('/cart')).text).toContain('There is nothing in it yet');
  });

  test('takes its prices from the catalog, whatever a form says', async () => {
    await world.visitor.post('/cart', { product: 'oak-chair', price: '1', amount: '1' });
    await world.visitor.post('/checkout', { amount: '1' });
    expect(world.gateway.lastSession().amount).toBe(160_000);
  });

  test.each(['-1', '1.5', 'x', '', '1000'])('does not take the quantity %j', async (quantity) => {
    await world.visitor.post('/cart', { product: 'dawn-mug' });
    expect((await world.visitor.post('/cart/dawn-mug', { quantity })).status).toBe(404);
    expect((await world.visitor.get('/cart')).text).toContain('¥68.00');
  });

  test('holds at most nine of a product', async () => {
    await world.visitor.post('/cart', { product: 'dawn-mug' });
    await world.visitor.post('/cart/dawn-mug', { quantity: '999' });
    expect((await world.visitor.get('/cart')).text).toContain('¥612.00');
  });

  test('does not take a product that does not exist', async () => {
    expect((await world.visitor.post('/cart', { product: '__proto__' })).status).toBe(404);
  });

  test('that is empty leads to no checkout', async () => {
    expect((await world.visitor.post('/checkout')).location).toBe('/cart');
    expect(world.gateway.sessions.size).toBe(0);
  });
});

describe('a form is refused', () => {
  test('without its token, or with that of another visitor', async () => {
    await world.visitor.post('/cart', { product: 'dawn-mug' });
    const other = new Visitor(world.shop.origin);
    const { text } = await other.get('/products/dawn-mug');
    const token = /name="form_token" value="([^"]+)"/.exec(text)?.[1] ?? '';
    for (const form_token of ['', 'x', token]) {
      expect((await world.visitor.post('/checkout', { form_token })).status).toBe(403);
    }
    expect(world.gateway.sessions.size).toBe(0);
  });

  test('from another origin', async () => {
    await world.visitor.post('/cart', { product: 'dawn-mug' });
    for (const origin of ['https://evil.example', 'null']) {
      expect((await world.visitor.post('/checkout', {}, { origin })).status).toBe(403);
    }
    expect(world.gateway.sessions.size).toBe(0);
  });

  test('that is too large', async () => {
    const page = await world.visitor.post('/cart', { product: 'x'.repeat(20_000) });
    expect(page.status).toBe(413);
  });
});

test('the cookie is signed, and hidden from scripts and from foreign forms', async () => {
  const { headers } = await world.visitor.get('/');
  const [cookie = ''] = headers.getSetCookie();
  expect(cookie).toMatch(
    /^shop_visit=[\w-]{22}\.[\w-]{43}; Max-Age=2592000; Path=\/; .*HttpOnly; SameSite=Lax$/,
  );
  const forged = await fetch(world.shop.origin, {
    headers: { cookie: cookie.replace(/=[\w-]{22}/, '=AAAAAAAAAAAAAAAAAAAAAA').split(';')[0] ?? '' },
  });
  expect(forged.headers.getSetCookie()).toHaveLength(1);
});

test('pages allow nothing from elsewhere, and forms to the hosted checkout only', async () => {
  const { headers } = await world.visitor.get('/cart');
  expect(headers.get('content-security-policy')).toBe(
    `default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' ${world.gateway.origin}`,
  );
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.has('x-powered-by')).toBe(false);
});

test('no page has inline styles or scripts, which the policy would block', async () => {
  await world.visitor.post('/cart', { product: 'dawn-mug' });
  for (const path of ['/', '/products/dawn-mug', '/cart', '/orders', '/office', '/nowhere']) {
    expect((await world.visitor.get(path)).text).not.toMatch(/<script|<style| style=| on[a-z]+=/);
  }
});

test('a path that leads nowhere is said to', async () => {
  for (const path of ['/nowhere', '/products/none', '/orders/none']) {
    const page = await world.visitor.get(path);
    expect(page.status).toBe(404);
    expect(page.text).toContain('There is no such page.');
  }
});

test('when the gateway cannot be reached the cart stays', async () => {
  await world.visitor.post('/cart', { product: 'dawn-mug' });
  await world.gateway.stop();
  const page = await world.visitor.post('/checkout');
  expect(page.status).toBe(500);
  expect(page.text).toContain('Your cart is as you left it.');
  expect((await world.visitor.get('/cart')).text).toContain('Dawn mug');
  await world.gateway.start();
});

test.each([
  ['39', 3900],
  ['39.5', 3950],
  ['39.05', 3905],
  [' 0.01 ', 1],
  ['999999999.99', 99_999_999_999],
  ['0', undefined],
  ['39.555', undefined],
  ['.5', undefined],
  ['+1', undefined],
  ['１', undefined],
])('the price %j is read as %s', (text, amount) => {
  expect(parsePrice(text)).toBe(amount);
});

test('html escapes text, and takes its own parts as they are', () => {
  const part = html`<b title="${'"'}">${'<'}</b>`;
  expect(html`${part}${[part, '&']}${null}${false}${undefined}${0}`.text).toBe(
    '<b title="&quot;">&lt;</b><b title="&quot;">&lt;</b>&amp;0',
  );
});

describe('settings', () => {
  test('come from a file, and from variables that replace it', () => {
    const directory = mkdtempSync(join(tmpdir(), 'morrow-shop-'));
    const file = join(directory, 'shop.json');
    const keyFile = join(directory, 'key.pem');
    writeFileSync(
      file,
      JSON.stringify({ port: 1, keyId: 'mer_1/k1', privateKey: { kty: 'OKP' }, origin: 'o' }),
    );
    writeFileSync(keyFile, 'pem');
    expect(readSettings({ SHOP_SETTINGS: file })).toMatchObject({
      port: 1,
      keyId: 'mer_1/k1',
      privateKey: { kty: 'OKP' },
      gatewayOrigin: 'http://127.0.0.1:4000',
    });
    const variables = { SHOP_SETTINGS: file, SHOP_PORT: '4200', SHOP_PRIVATE_KEY_FILE: keyFile };
    expect(readSettings(variables)).toMatchObject({ port: 4200, privateKey: 'pem', origin: 'o' });
    rmSync(directory, { recursive: true });
  });

  test.each([{}, { SHOP_KEY_ID: 'mer_1/k1' }])('without a key are refused', (variables) => {
    expect(() => readSettings(variables)).toThrow('SHOP_KEY_ID');
  });
});
