import { afterAll, beforeAll, expect, test } from 'vitest';
import { findSession } from '../src/checkout/sessions.ts';
import { findTestPerson } from '../src/shoppers/sandbox-identity.ts';
import { newReader } from './support/page-reader.ts';
import { openPagesWorld, type PagesWorld } from './support/pages-world.ts';
import { agreeTo, reachOffers, signIn } from './support/pages-walk.ts';

let world: PagesWorld;
beforeAll(async () => {
  world = await openPagesWorld();
});
afterAll(() => world.close());

const inEnglish = { 'Accept-Language': 'en-GB,en;q=0.9' };

test('a new shopper walks from the phone to the shop', async () => {
  const shop = await world.openShop();
  const { path, sessionId } = await shop.openCheckout({ reference: 'tea-1' });
  const reader = newReader(world.server, inEnglish);

  await reader.get(path);
  expect(reader.page.status).toBe(200);
  for (const shown of [
    'Tea House',
    '¥400.00',
    'Tea set',
    '2 × Oolong, 100 g',
    'tea-1',
    'http://localhost:4100',
  ]) {
    expect(reader.text).toContain(shown);
  }
  await reader.submit('/phone', { phone: '138 0013 8000' });
  expect(reader.text).toContain('+86 138 •••• 8000');

  await reader.submit('/code', { code: await shop.newestCode() });
  expect(reader.text).toContain('About you');
  expect(reader.page.html).not.toMatch(/<input[^>]*type="checkbox"[^>]* checked/);
  const person = findTestPerson('good-77');
  await reader.submit('/about', {
    name: person!.name,
    national_id: person!.nationalId,
    consent: reader.boxes(),
  });

  expect(reader.text).toContain('How would you like to pay?');
  // Four parts every two weeks from the sandbox's date on, 1 March 2026 in Shanghai.
  for (const date of ['March 1, 2026', 'March 15, 2026', 'March 29, 2026', 'April 12, 2026']) {
    expect(reader.text).toContain(`${date} ¥100.00`);
  }
  expect(reader.text).toContain(
    'Cost of paying later ¥0.00 Yearly cost (IRR) 0 % You pay in all ¥400.00 Funded by Lantern Bank',
  );
  expect(reader.text).toContain('Where everyone starts +540');
  expect(reader.text).toContain('Sum 540');
  expect(reader.page.html).toMatch(/<svg[^>]*role="img"/);

  await reader.get(`${path}/agreement?plan=pay_in_4`);
  for (const shown of [
    'Agree and pay later',
    'There is no late fee.',
    'Fingerprint of this agreement',
    'Visa, always pays',
  ]) {
    expect(reader.text).toContain(shown);
  }
  await reader.submit('/confirm', { method: 'test:ok', consent: reader.boxes() });
  expect(reader.page.status).toBe(200);
  expect(reader.text).toContain('You pay ¥400.00 to Tea House later.');

  const session = await shop.inTx((tx) => findSession(tx, { sessionId }));
  expect(session.status).toBe('confirmed');
  expect(session.confirmedOffer?.code).toBe('pay_in_4');
  expect(reader.page.html).toContain(`href="${path}/back"`);
  const away = await reader.get(`${path}/back`);
  expect(away.headers.location).toBe(`http://localhost:4100/return?cart=7&morrow_session=${sessionId}`);
});

test('the whole path reads in Chinese when the browser prefers it', async () => {
  const shop = await world.openShop({ name: '茶馆' });
  const { path } = await shop.openCheckout();
  const reader = newReader(world.server, { 'Accept-Language': 'zh-TW,zh;q=0.9,en;q=0.5' });
  const titles: string[] = [];
  const note = () => {
    expect(reader.page.html).toContain('<html lang="zh-CN">');
    titles.push(/<h1>(.*?)<\/h1>/.exec(reader.page.html)?.[1] ?? '');
  };
  await reader.get(path);
  note();
  await reader.submit('/phone', { phone: '13800138000' });
  note();
  await reader.submit('/code', { code: await shop.newestCode() });
  note();
  const person = findTestPerson('good-8');
  await reader.submit('/about', {
    name: person!.name,
    national_id: person!.nationalId,
    consent: reader.boxes(),
  });
  note();
  expect(reader.text).toContain('2026年4月12日 ¥100.00');
  await reader.get(`${path}/agreement?plan=pay_in_3`);
  note();
  await reader.submit('/confirm', { method: 'test:ok_unionpay', consent: reader.boxes() });
  note();
  expect(titles).toEqual(['延后付款', '输入验证码', '您的信息', '您想怎样付款？', '阅读并同意', '已同意']);
});

test('a language that was chosen once is kept, also for messages', async () => {
  const shop = await world.openShop();
  const { path } = await shop.openCheckout();
  const reader = newReader(world.server, inEnglish);
  await reachOffers(reader, shop, path, 5);
  await reader.get(`${path}/agreement?plan=pay_in_4`);
  expect(reader.page.html).toContain(`href="${path}/agreement?plan=pay_in_4&amp;lang=zh-CN"`);
  await reader.get(`${path}/agreement?plan=pay_in_4&lang=zh-CN`);
  expect(reader.text).toContain('同意并延后付款');
  await reader.get(path);
  expect(reader.text).toContain('您想怎样付款？');
  const shopper = await shop.inTx((tx) => tx.sql('shoppers').where({ locale: 'zh-CN' }).first('id'));
  expect(shopper).toBeDefined();
});

test('a shopper who is known begins with the offers and agrees with the card of before', async () => {
  const shop = await world.openShop();
  const first = await shop.openCheckout();
  const reader = newReader(world.server, inEnglish);
  await signIn(reader, shop, first.path, '199 0000 0001');
  expect(reader.text).toContain('How would you like to pay?');
  await agreeTo(reader, first.path, 'pay_after');
  expect(reader.text).toContain('Agreed');

  const second = await shop.openCheckout();
  await reader.get(second.path);
  expect(reader.text).toContain('You are signed in with +86 199 •••• 0001.');
  await reader.submit('/claim');
  await reader.get(`${second.path}/agreement?plan=pay_in_3`);
  expect(reader.text).toContain('Visa, ends in 4242');
  const card = /value="(pm_[0-9a-f]{32})"/.exec(reader.page.html)?.[1] ?? '';
  await reader.submit('/confirm', { method: card });
  expect(reader.text).toContain('You pay ¥400.00 to Tea House later.');
});

test('a down payment is held at once and shown as the first part', async () => {
  const shop = await world.openShop({ firstPart: 'checkout' });
  const { path, sessionId } = await shop.openCheckout();
  const reader = newReader(world.server, inEnglish);
  await reachOffers(reader, shop, path, 3);
  expect(reader.text).toContain('1 Reserved now ¥100.00 2 March 15, 2026 ¥100.00');
  await agreeTo(reader, path, 'pay_in_4');
  expect(reader.text).toContain('¥100.00 is reserved on your card');
  const session = await shop.inTx((tx) => findSession(tx, { sessionId }));
  expect(session).toMatchObject({
    status: 'confirmed',
    confirmedOffer: { down_payment: 10_000, financed: 30_000 },
  });
});
