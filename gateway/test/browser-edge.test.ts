import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { largestAmount } from '../src/api/public-offers.ts';
import { messageWords } from '../src/api/message-texts.ts';
import { findMerchant } from '../src/merchants/merchants.ts';
import { endSandbox } from '../src/merchants/environments.ts';
import { expectMatchesContract } from './support/contract.ts';
import { openShop, type Shop } from './support/shop.ts';
import { claimAndDecide, newBuyer, openCheckout } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

const shopOrigin = 'https://shop.example';

let world: World;
let shop: Shop;
let key: string;
beforeAll(async () => {
  world = await openWorld();
  shop = await openShop(world);
  key = await keyOf(shop);
});
afterAll(() => world.close());

async function keyOf(shop: Shop): Promise<string> {
  const sandbox = await shop.get<{ merchant: { publishable_key: string } }>('/v1/sandbox');
  return sandbox.merchant.publishable_key;
}

type Asked = { headers?: Record<string, string>; method?: string };

/** What a page of the shop asks, checked against the contract. */
async function ask(path: string, { headers = {}, method = 'GET' }: Asked = {}) {
  const response = await fetch(world.address + path, {
    method,
    // As a browser asks whether what it keeps is still good; Node's fetch would ask for a new answer in any case.
    headers: { Origin: shopOrigin, 'Cache-Control': 'max-age=0', ...headers },
  });
  const text = await response.text();
  const body: unknown = text === '' ? undefined : JSON.parse(text);
  if (method === 'GET' && response.status !== 304) {
    expectMatchesContract(world.document, method, path, response.status, body);
  }
  return { status: response.status, headers: response.headers, body: body as Record<string, unknown> };
}

const asShop = () => ({ 'Morrow-Publishable-Key': key });

describe('a publishable key', () => {
  test('is given with the sandbox, and is the merchant’s own', async () => {
    expect(key).toMatch(/^pub_[0-9a-f]{32}$/);
    expect(await keyOf(await openShop(world))).not.toBe(key);
  });

  test('names the shop in the header or in the query, without a cookie', async () => {
    const inHeader = await ask('/v1/config', { headers: asShop() });
    const inQuery = await ask(`/v1/config?key=${key}`);
    for (const { status, headers, body } of [inHeader, inQuery]) {
      expect(status).toBe(200);
      expect(body).toEqual({
        merchant: { name: 'Tea House', currency: 'CNY' },
        plan_codes: [
          'pay_after',
          'pay_in_3',
          'pay_in_4',
          'monthly_3',
          'monthly_6',
          'monthly_12',
          'monthly_24',
        ],
        min_amount: 1,
        max_amount: 2_000_000,
        locales: ['en', 'zh-CN'],
      });
      expect(headers.get('access-control-allow-origin')).toBe(shopOrigin);
      expect(headers.get('access-control-allow-credentials')).toBeNull();
      expect(headers.get('set-cookie')).toBeNull();
      expect(headers.get('vary')).toContain('Origin');
    }
  });

  test.each([
    ['none', '/v1/config', {}],
    ['an unknown one', `/v1/config?key=pub_${'0'.repeat(32)}`, {}],
    ['no key at all', '/v1/config?key=%27%20or%201=1--', {}],
    ['two', `/v1/config?key=pub_${'0'.repeat(32)}`, { 'Morrow-Publishable-Key': `pub_${'0'.repeat(32)}` }],
    ['two in the query', '/v1/config?key=a&key=b', {}],
  ])('is refused: %s', async (_, path, headers) => {
    const refused = await ask(path, { headers });
    expect(refused).toMatchObject({ status: 401, body: { code: 'key_unknown' } });
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
  });

  test.each([
    ['another site', 'https://evil.example'],
    ['another port', 'https://shop.example:8443'],
    ['plain http', 'http://shop.example'],
    ['a name that begins alike', 'https://shop.example.evil.example'],
    ['a subdomain', 'https://www.shop.example'],
    ['a sandboxed frame', 'null'],
  ])('does not work on a page of %s', async (_, origin) => {
    for (const path of ['/v1/config', '/v1/messages?amount=1&currency=CNY']) {
      const refused = await ask(path, { headers: { ...asShop(), Origin: origin } });
      expect(refused).toMatchObject({ status: 403, body: { code: 'origin_forbidden' } });
      expect(refused.headers.get('access-control-allow-origin')).toBeNull();
      expect(refused.headers.get('cache-control')).toBe('no-store');
    }
  });

  test('of another merchant does not work on this shop’s pages', async () => {
    const other = await openShop(world, { allowed_origins: ['https://other.example'] });
    const refused = await ask('/v1/config', { headers: { 'Morrow-Publishable-Key': await keyOf(other) } });
    expect(refused).toMatchObject({ status: 403, body: { code: 'origin_forbidden' } });
  });

  test('opens nothing that is signed for, and no longer anything once its sandbox has ended', async () => {
    const orders = await ask(`/v1/orders?key=${key}`, { headers: asShop() });
    expect(orders).toMatchObject({ status: 401, body: { code: 'signature_missing' } });
    const ending = await openShop(world);
    const ended = await keyOf(ending);
    await endSandbox(world.context, ending.environmentId);
    expect(await ask(`/v1/config?key=${ended}`)).toMatchObject({
      status: 401,
      body: { code: 'key_unknown' },
    });
  });

  test('of a suspended merchant is not known', async () => {
    const suspended = await openShop(world);
    const itsKey = await keyOf(suspended);
    await world.db('merchants').where({ id: suspended.merchantId }).update({ status: 'suspended' });
    expect((await ask(`/v1/config?key=${itsKey}`)).status).toBe(401);
  });
});

describe('a browser that asks first', () => {
  test.each([
    '/v1/config',
    '/v1/messages',
    '/v1/eligibility',
    `/v1/checkout-sessions/cs_${'0'.repeat(32)}/status`,
  ])('is told what it may send to %s, and that cookies are not wanted', async (path) => {
    const { status, headers } = await ask(path, {
      method: 'OPTIONS',
      headers: {
        'Access-Control-Request-Method': 'GET',
        'Access-Control-Request-Headers': 'authorization, morrow-publishable-key',
      },
    });
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-headers')).toBe(
      'Authorization, Morrow-Publishable-Key, Morrow-Version',
    );
    expect(headers.get('access-control-allow-methods')).toBe('GET, HEAD');
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    expect(headers.get('access-control-max-age')).toBe('7200');
  });

  test('is not let near what is signed for', async () => {
    const refused = await ask('/v1/orders', { method: 'OPTIONS' });
    expect(refused.status).toBe(405);
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('an answer to a page', () => {
  test('may be kept for a minute, and is not sent again while it has not changed', async () => {
    for (const path of [
      '/v1/config',
      '/v1/messages?amount=10000&currency=CNY',
      '/v1/eligibility?amount=1&currency=CNY',
    ]) {
      const first = await ask(path, { headers: asShop() });
      expect(first.headers.get('cache-control')).toBe('private, max-age=60');
      const etag = first.headers.get('etag') ?? '';
      expect(etag).toMatch(/^"[\w-]{22}"$/);
      const again = await ask(path, { headers: { ...asShop(), 'If-None-Match': `"other", ${etag}` } });
      expect(again).toMatchObject({ status: 304, body: undefined });
      expect(again.headers.get('etag')).toBe(etag);
      expect(again.headers.get('access-control-allow-origin')).toBe(shopOrigin);
      const changed = await ask(path, { headers: { ...asShop(), 'If-None-Match': '"other"' } });
      expect(changed).toMatchObject({ status: 200, body: first.body });
    }
  });

  test('differs by what was asked', async () => {
    const etags = await Promise.all(
      [
        'amount=10000&currency=CNY',
        'amount=10001&currency=CNY',
        'amount=10000&currency=CNY&locale=zh-CN',
      ].map(async (query) => (await ask(`/v1/messages?${query}`, { headers: asShop() })).headers.get('etag')),
    );
    expect(new Set(etags).size).toBe(3);
  });

  test.each([
    ['amount=0&currency=CNY', 'amount_invalid'],
    ['amount=-1&currency=CNY', 'amount_invalid'],
    ['amount=25.00&currency=CNY', 'amount_invalid'],
    ['amount=9999999999999999&currency=CNY', 'amount_invalid'],
    ['amount=100&currency=XXX', 'currency_unsupported'],
    ['amount=100', 'validation_failed'],
    ['amount=100&currency=CNY&locale=%3Cscript%3E', 'validation_failed'],
    ['amount=100&currency=CNY&plan=pay_in_4', 'validation_failed'],
  ])('refuses %s, readably for the shop’s page', async (query, code) => {
    for (const path of ['/v1/messages', '/v1/eligibility']) {
      const refused = await ask(`${path}?${query}`, { headers: asShop() });
      expect(refused).toMatchObject({ status: 422, body: { code } });
      expect(refused.headers.get('access-control-allow-origin')).toBe(shopOrigin);
      expect(refused.headers.get('etag')).toBeNull();
    }
  });

  test('is data and never a page, whatever the shop is called', async () => {
    const name = '</script><script>alert(1)</script>';
    const evil = await openShop(world, { name });
    const { body, headers } = await ask('/v1/config', {
      headers: { 'Morrow-Publishable-Key': await keyOf(evil) },
    });
    expect(body).toMatchObject({ merchant: { name } });
    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'");
  });
});

describe('a message', () => {
  test.each([
    ['CNY', 10_000, '4 payments of ¥25.00, interest-free', '分 4 期，每期 ¥25.00，免息'],
    [
      'CNY',
      10_001,
      '4 payments: 3 of ¥25.00, the last of ¥25.01, interest-free',
      '分 4 期，前 3 期每期 ¥25.00，末期 ¥25.01，免息',
    ],
    ['CNY', 1, 'Pay ¥0.01 30 days later, interest-free', '30 天后付 ¥0.01，免息'],
    ['CNY', 3, '3 payments of ¥0.01, interest-free', '分 3 期，每期 ¥0.01，免息'],
    ['JPY', 4000, '4 payments of ¥1,000, interest-free', '分 4 期，每期 ¥1,000，免息'],
    ['KWD', 5000, '4 payments of KWD 1.250, interest-free', '分 4 期，每期 KWD 1.250，免息'],
  ])('says in both languages what %s %d comes to', async (currency, amount, en, zh) => {
    const sells = currency === 'CNY' ? shop : await openShop(world, { currency });
    const headers = { 'Morrow-Publishable-Key': await keyOf(sells) };
    const query = `amount=${amount}&currency=${currency}`;
    const [english, chinese] = [
      await ask(`/v1/messages?${query}`, { headers }),
      await ask(`/v1/messages?${query}&locale=zh-Hans-CN`, { headers }),
    ];
    const plain = (text: unknown) => String(text).replaceAll('\u00a0', ' ');
    expect(plain(english.body.text)).toBe(en);
    expect(plain(chinese.body.text)).toBe(zh);
  });

  test('in a language that we do not have is in English', async () => {
    const path = '/v1/messages?amount=10000&currency=CNY&locale=';
    const texts = await Promise.all(
      ['fr', 'en-GB', 'EN'].map(async (tag) => (await ask(path + tag, { headers: asShop() })).body.text),
    );
    expect(texts).toEqual(Array(3).fill('4 payments of ¥25.00, interest-free'));
    expect(Object.keys(messageWords.en)).toEqual(Object.keys(messageWords['zh-CN']));
  });

  test.each([
    ['capture', 12_345],
    ['checkout', 12_345],
    ['capture', 99_999],
    ['checkout', 1_001],
  ] as const)(
    'has the parts that the checkout offers, to the cent (first part at %s, %d)',
    async (firstPart, amount) => {
      const sells = await openShop(world, { first_part: firstPart });
      const { body } = await ask(`/v1/messages?amount=${amount}&currency=CNY`, {
        headers: { 'Morrow-Publishable-Key': await keyOf(sells) },
      });
      const buyer = await newBuyer(sells);
      const session = await openCheckout(sells, amount);
      const { offers } = await claimAndDecide(sells, session.id, buyer.shopperId);
      const offer = offers.map((funded) => funded.offer).find(({ code }) => code === body.plan_code);
      expect(offer?.code).toBe('pay_in_4');
      const later = offer?.installments.map(({ amount }) => Number(amount)) ?? [];
      const down = Number(offer?.downPayment);
      expect(body.parts).toEqual(down > 0 ? [down, ...later] : later);
      expect((body.parts as number[]).reduce((sum, part) => sum + part, 0)).toBe(amount);
    },
  );

  test('is empty for what nobody can pay later, and a currency that the shop does not have is refused', async () => {
    const tooMuch = await ask('/v1/messages?amount=2000001&currency=CNY', { headers: asShop() });
    expect(tooMuch.body).toEqual({ text: '', plan_code: null, parts: [], example: null });
    const foreign = await ask('/v1/messages?amount=100&currency=EUR', { headers: asShop() });
    expect(foreign).toMatchObject({ status: 422, body: { code: 'currency_unsupported' } });
  });
});

describe('eligibility', () => {
  test.each([
    ['amount=1&currency=CNY', { eligible: true, reason: null }],
    ['amount=2000000&currency=CNY', { eligible: true, reason: null }],
    ['amount=2000001&currency=CNY', { eligible: false, reason: 'amount_too_large' }],
    ['amount=100&currency=EUR&locale=en', { eligible: false, reason: 'currency_unsupported' }],
  ])('of %s', async (query, answer) => {
    const { status, body } = await ask(`/v1/eligibility?${query}`, { headers: asShop() });
    expect({ status, body }).toEqual({ status: 200, body: answer });
  });

  test('ends exactly at the largest amount that is named, also where a first part is paid at once', async () => {
    const sells = await openShop(world, { first_part: 'checkout' });
    const headers = { 'Morrow-Publishable-Key': await keyOf(sells) };
    const { body } = await ask('/v1/config', { headers });
    expect(body.max_amount).toBe(3_000_000);
    const largest = await sells.inTx(async (tx) =>
      largestAmount(tx, await findMerchant(tx, sells.merchantId)),
    );
    expect(Number(largest)).toBe(3_000_000);
    const eligible = async (amount: number) =>
      (await ask(`/v1/eligibility?amount=${amount}&currency=CNY`, { headers })).body.eligible;
    expect([await eligible(3_000_000), await eligible(3_000_001)]).toEqual([true, false]);
  });
});
