import { afterAll, beforeAll, expect, test } from 'vitest';
import { findSession } from '../src/checkout/sessions.ts';
import { iconPath, stylesheetPath } from '../src/pages/assets.ts';
import { inboxPath } from '../src/notifications/inbox-path.ts';
import { newReader } from './support/page-reader.ts';
import { openPagesWorld, type PagesWorld } from './support/pages-world.ts';
import { agreeTo, reachOffers } from './support/pages-walk.ts';

let world: PagesWorld;
beforeAll(async () => {
  world = await openPagesWorld();
});
afterAll(() => world.close());

const inEnglish = { 'Accept-Language': 'en' };

test('every page forbids whatever it does not need', async () => {
  const shop = await world.openShop({ origin: 'https://tea.example' });
  const { path } = await shop.openCheckout();
  const reader = newReader(world.server, inEnglish);
  await reader.get(path);
  expect(reader.page.headers).toMatchObject({
    'content-security-policy': expect.stringMatching(
      /^default-src 'none';style-src 'self';img-src 'self';form-action 'self' https:\/\/tea\.example;frame-ancestors 'none';base-uri 'none';script-src 'nonce-[A-Za-z0-9+/]{22}==';connect-src 'none'$/,
    ),
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'unsafe-none',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'content-type': 'text/html; charset=utf-8',
  });
  await reader.get('/c/AAAAAAAAAAAAAAAAAAAAAA');
  expect(reader.page.headers['content-security-policy']).toBe(
    "default-src 'none';style-src 'self';img-src 'self';form-action 'self' 'self';frame-ancestors 'none';base-uri 'none'",
  );
});

test('no page of the path has a script but those for popups and passkeys, inline style or anything from elsewhere', async () => {
  const shop = await world.openShop();
  const { path } = await shop.openCheckout();
  const reader = newReader(world.server, inEnglish);
  const pages: string[] = [];
  await reader.get(path);
  pages.push(reader.page.html);
  await reachOffers(reader, shop, path, 21);
  pages.push(reader.page.html);
  await reader.get(`${path}/agreement?plan=pay_in_4`);
  pages.push(reader.page.html);
  await agreeTo(reader, path, 'pay_in_4');
  pages.push(reader.page.html);
  for (const page of pages) {
    const html = page.replaceAll(
      /<script src="\/assets\/[\w-]+\/(?:popup|passkey)\.js"[^>]*><\/script>/g,
      '',
    );
    expect(html).not.toBe(page);
    expect(html).not.toMatch(/<script|<style|\sstyle=|\son\w+=/i);
    expect([...html.matchAll(/(?:src|href|action)="([^"]*)"/g)].map((match) => match[1])).toSatisfy(
      (links: string[]) => links.every((link) => /^[/#]/.test(link)),
    );
  }
});

test('the stylesheet and the icon may be kept for ever', async () => {
  const reader = newReader(world.server);
  for (const [path, type] of [
    [stylesheetPath, 'text/css; charset=utf-8'],
    [iconPath, 'image/svg+xml'],
  ] as const) {
    await reader.get(path);
    expect(reader.page.status).toBe(200);
    expect(reader.page.headers).toMatchObject({
      'content-type': type,
      'cache-control': 'public, max-age=31536000, immutable',
    });
  }
});

test('names from a shop are text, never markup', async () => {
  const evil = '<script>alert(1)</script>';
  const shop = await world.openShop({ name: evil });
  const { path } = await shop.openCheckout({
    reference: '"><img src=x onerror=alert(1)>',
    lines: [{ name: `'"><svg onload=alert(1)>`, quantity: 1, unit_amount: 40_000, amount: 40_000 }],
  });
  const reader = newReader(world.server, inEnglish);
  await reachOffers(reader, shop, path, 22);
  await reader.get(`${path}/agreement?plan=pay_in_4`);
  expect(reader.page.html).not.toMatch(/<script>|<img src=x|<svg onload/);
  expect(reader.page.html.match(/<script/g)).toHaveLength(1);
  expect(reader.text).toContain(evil);
  expect(reader.text).toContain(`'"><svg onload=alert(1)>`);
});

test.each([
  ['no token', { form_token: '' }, {}],
  ['a forged token', { form_token: 'A'.repeat(43) }, {}],
  ['another origin', {}, { Origin: 'https://evil.example' }],
  ['another site', {}, { 'Sec-Fetch-Site': 'cross-site' }],
  ['another subdomain', {}, { 'Sec-Fetch-Site': 'same-site' }],
])('a form with %s asks to reload, and nothing happens', async (_, values, headers) => {
  const shop = await world.openShop();
  const { path } = await shop.openCheckout();
  const sent: Record<string, string> = { ...inEnglish };
  const reader = newReader(world.server, sent);
  await reader.get(path);
  Object.assign(sent, headers);
  await reader.submit('/phone', { phone: '13800138000', ...values });
  expect(reader.page.status).toBe(403);
  expect(reader.text).toContain('Please reload this page');
  expect(reader.page.html).toContain(`href="${path}"`);
  await expect(shop.newestCode()).rejects.toThrow('no code was sent');
});

test.each([
  ['our own origin', { Origin: 'http://127.0.0.1:4000', 'Sec-Fetch-Site': 'same-origin' }],
  ['the origin that no-referrer leaves', { Origin: 'null', 'Sec-Fetch-Site': 'same-origin' }],
])('a form from %s is taken', async (_, headers) => {
  const shop = await world.openShop();
  const { path } = await shop.openCheckout();
  const reader = newReader(world.server, { ...inEnglish, ...headers });
  await reader.get(path);
  await reader.submit('/phone', { phone: '13800138000' });
  expect(reader.text).toContain('Enter the code');
});

test('a token is good in its own browser and for its own checkout only', async () => {
  const shop = await world.openShop();
  const [one, two] = [await shop.openCheckout(), await shop.openCheckout()];
  const reader = newReader(world.server, inEnglish);
  const other = newReader(world.server, inEnglish);
  await reader.get(one.path);
  const token = /name="form_token" value="([^"]*)"/.exec(reader.page.html)?.[1] ?? '';
  await reader.post(`${two.path}/phone`, { form_token: token, phone: '13800138000' });
  expect(reader.page.status).toBe(403);
  await other.get(one.path);
  await other.post(`${one.path}/phone`, { form_token: token, phone: '13800138000' });
  expect(other.page.status).toBe(403);
});

test('a code answers only in the browser that asked for it', async () => {
  const shop = await world.openShop();
  const { path, sessionId } = await shop.openCheckout();
  const reader = newReader(world.server, inEnglish);
  await reader.get(path);
  await reader.submit('/phone', { phone: '13800138000' });
  const thief = newReader(world.server, inEnglish);
  await thief.get(path);
  // The victim's memory of the code, but not the victim's browser.
  thief.cookies.push(...reader.cookies.filter(({ name }) => name === '__Secure-checkout'));
  await thief.get(path);
  await thief.submit('/code', { code: await shop.newestCode() });
  expect(thief.text).toContain('This code is no longer good');
  expect(await shop.inTx((tx) => findSession(tx, { sessionId }))).toMatchObject({ shopperId: null });
});

test('what the browser remembers is sealed, and worthless at another checkout or when changed', async () => {
  const shop = await world.openShop();
  const [one, two] = [await shop.openCheckout(), await shop.openCheckout()];
  const reader = newReader(world.server, inEnglish);
  await reader.get(one.path);
  await reader.submit('/phone', { phone: '13800138000' });
  const memory = reader.cookies.find(({ name }) => name === '__Secure-checkout')!;
  expect(memory.path).toBe(one.path);
  expect(Buffer.from(memory.value.split('.').at(-1)!, 'base64url').toString('latin1')).not.toContain(
    '13800138000',
  );
  reader.cookies.push({ ...memory, path: two.path });
  await reader.get(two.path);
  expect(reader.text).toContain('Mobile number');
  memory.value = `${memory.value.slice(0, -2)}AA`;
  await reader.get(one.path);
  expect(reader.text).toContain('Mobile number');
});

test('a foreign shopper sees a page that does not say whose checkout it is', async () => {
  const shop = await world.openShop();
  const { path } = await shop.openCheckout();
  const owner = newReader(world.server, inEnglish);
  await reachOffers(owner, shop, path, 23);
  const other = newReader(world.server, inEnglish);
  await reachOffers(other, shop, (await shop.openCheckout()).path, 24);
  for (const address of [
    path,
    `${path}/back`,
    `${path}/agreement?plan=pay_in_4`,
    '/c/AAAAAAAAAAAAAAAAAAAAAA',
    '/c/x',
  ]) {
    await other.get(address);
    expect(other.page.status).toBe(404);
    expect(other.text).toContain('There is no checkout for you at this address.');
    expect(other.text).not.toContain('Tea');
  }
  const { form_token: token } = {
    form_token: /name="form_token" value="([^"]*)"/.exec(owner.page.html)?.[1] ?? '',
  };
  await other.post(`${path}/leave`, { form_token: token });
  expect(other.page.status).toBe(403);
});

test('who is not signed in sees the purchase only while it is nobody’s', async () => {
  const shop = await world.openShop();
  const { path } = await shop.openCheckout();
  const passerBy = newReader(world.server, inEnglish);
  await passerBy.get(path);
  expect(passerBy.text).toContain('Tea set');
  await reachOffers(newReader(world.server, inEnglish), shop, path, 25);
  await passerBy.get(path);
  expect(passerBy.text).toContain('Sign in to go on');
  expect(passerBy.text).not.toContain('Tea set');
});

test('the inbox of a sandbox opens by its own link only', async () => {
  const shop = await world.openShop();
  const { path } = await shop.openCheckout();
  const reader = newReader(world.server, inEnglish);
  const inbox = inboxPath(world.context.vault, shop.environmentId);
  await reader.get(inbox);
  expect(reader.text).toContain('Nothing was sent yet.');
  await reader.get(path);
  await reader.submit('/phone', { phone: '13800138000' });
  const code = await shop.newestCode();
  await reader.get(inbox);
  expect(reader.page.status).toBe(200);
  expect(reader.text).toContain(`Morrow: your code is ${code}.`);
  expect(reader.text).toContain('To +8613800138000');
  expect(reader.text).toContain('Mar 1, 2026, 9:00:00');

  const other = await world.openShop();
  const otherStamp = inboxPath(world.context.vault, other.environmentId).split('/').at(-1)!;
  for (const address of [
    inbox.slice(0, -1),
    `/sandbox/inbox/${shop.environmentId}/${otherStamp}`,
    inboxPath(world.context.vault, 'live'),
  ]) {
    await reader.get(address);
    expect(reader.page.status).toBe(404);
    expect(reader.text).not.toContain(code);
  }
});

test('older messages are a link away', async () => {
  const shop = await world.openShop();
  const reader = newReader(world.server, inEnglish);
  for (let number = 0; number < 51; number += 1) {
    if (number % 8 === 0) world.passMinutes(61);
    await reader.get((await shop.openCheckout()).path);
    await reader.submit('/phone', { phone: `138001381${String(number).padStart(2, '0')}` });
  }
  await reader.get(inboxPath(world.context.vault, shop.environmentId));
  expect(reader.text).toContain('+8613800138150');
  expect(reader.text).not.toContain('+8613800138100');
  const older = /href="([^"]*\?before=[^"]*)"/.exec(reader.page.html)?.[1] ?? '';
  await reader.get(older);
  expect(reader.text).toContain('+8613800138100');
  expect(reader.page.html).not.toContain('before=');
});
