import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { products } from '../src/products.ts';
import { locales, texts } from '../src/texts/index.ts';
import { buy, startWorld } from './support/world.ts';
import type { World } from './support/world.ts';

/** The path of every text, with what kind of thing it is. */
function shapeOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [`${path} ${typeof value}`];
  return Object.entries(value).flatMap(([key, member]) => shapeOf(member, `${path}/${key}`));
}

/** All texts that are not made from something. */
function sentencesOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(sentencesOf) : [];
}

test('both languages say the same things', () => {
  expect(shapeOf(texts['zh-CN'])).toEqual(shapeOf(texts.en));
  for (const { id, text } of products)
    expect([id, ...shapeOf(text['zh-CN'])]).toEqual([id, ...shapeOf(text.en)]);
});

test('no text is empty, and none was left in English', () => {
  const all = sentencesOf(texts.en).concat(sentencesOf(texts['zh-CN']));
  expect(all.filter((text) => text.trim() === '')).toEqual([]);
  const untranslated = sentencesOf(texts['zh-CN']).filter((text) => !/\p{Script=Han}/u.test(text));
  expect(untranslated).toEqual(['Webhook']);
});

describe('the language of a page', () => {
  let world: World;

  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world.stop());

  const langOf = (text: string) => /<html lang="([^"]+)"/.exec(text)?.[1];

  test.each([
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh-CN'],
    ['zh', 'zh-CN'],
    ['en-GB,zh;q=0.5', 'en'],
    ['de', 'en'],
    ['*', 'en'],
    ['%', 'en'],
  ])('of a browser that prefers %j is %s', async (preferred, expected) => {
    const answer = await fetch(world.shop.origin, { headers: { 'accept-language': preferred } });
    expect(langOf(await answer.text())).toBe(expected);
  });

  test('can be chosen, and is remembered', async () => {
    expect(langOf((await world.visitor.get('/?lang=zh-CN')).text)).toBe('zh-CN');
    const { text } = await world.visitor.get('/products/dawn-mug');
    expect(text).toContain('晨光马克杯');
    expect(text).toContain('href="/products/dawn-mug?lang=en"');
    expect(langOf((await world.visitor.get('/cart?lang=en')).text)).toBe('en');
    expect(langOf((await world.visitor.get('/')).text)).toBe('en');
  });

  test.each(['fr', '', '__proto__', '<script>'])('is not changed by %j', async (lang) => {
    const { text, headers } = await world.visitor.get(`/?lang=${encodeURIComponent(lang)}`);
    expect(langOf(text)).toBe('en');
    expect(headers.getSetCookie().join()).not.toContain('shop_language');
  });

  test('is that of the whole walk, and of the lines that Morrow shows', async () => {
    await world.visitor.get('/?lang=zh-CN');
    const path = await buy(world);
    expect(world.gateway.lastSession().lines.map(({ name }) => name)).toEqual(['晨光马克杯', '阅读灯']);
    const { text } = await world.visitor.get(path);
    expect(text).toContain('谢谢，订单已收到。');
    expect(text).toContain('分 3 期付款');
    expect(text).toContain('2026年5月1日');
    for (const page of ['/', '/cart', '/orders', '/office', `/office${path}`, '/nowhere']) {
      expect(langOf((await world.visitor.get(page)).text)).toBe('zh-CN');
    }
  });

  test('is known for each of the locales that there are', () => {
    expect(Object.keys(texts)).toEqual([...locales]);
  });
});
