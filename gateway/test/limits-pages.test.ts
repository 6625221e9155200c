import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findLine } from '../src/credit/lines.ts';
import { accountPath } from '../src/pages/account/paths.ts';
import { findTestPerson } from '../src/shoppers/sandbox-identity.ts';
import { liveThroughAYear } from './support/limits-story.ts';
import { formOf, newReader, type Reader } from './support/page-reader.ts';
import { openPagesWorld, type PagesWorld, type Shop } from './support/pages-world.ts';
import { signIn } from './support/pages-walk.ts';

let world: PagesWorld;
beforeAll(async () => {
  world = await openPagesWorld();
});
afterAll(() => world.close());

/** Somebody with a year behind them, who looks at their terms. */
async function lookAtTerms(number: number, language = 'en') {
  const shop = await world.openShop();
  const { phone } = findTestPerson(`good-${number}`)!;
  const shopperId = await liveThroughAYear(world, shop, phone);
  const reader = newReader(world.server, { 'Accept-Language': language });
  const page = `${accountPath({ id: shop.environmentId })}/limits`;
  await signIn(reader, shop, page, phone);
  return { shop, shopperId, reader, page };
}

const lineOf = (shop: Shop, shopperId: string) => shop.inTx((tx) => findLine(tx, shopperId, 'CNY'), 'read');

function rowsOf(reader: Reader): string[] {
  const [, body = ''] = /<tbody>(.*?)<\/tbody>/s.exec(reader.page.html) ?? [];
  return body
    .split('</tr>')
    .filter((row) => row.includes('<t'))
    .map((row) =>
      row
        .replaceAll(/<[^>]*>/g, ' ')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    );
}

describe('the page of limit and price', { timeout: 120_000 }, () => {
  test('shows each change with its date and its reason, and what moves the terms', async () => {
    const { reader } = await lookAtTerms(5201);
    expect(rowsOf(reader)).toEqual([
      'Jan 2, 2027 Limit from ¥4,000.00 to ¥6,000.00 You paid on time in the past month. Offered; it waits for your answer.',
      'Dec 1, 2026 Limit from ¥3,000.00 to ¥4,000.00 Nothing has been late for at least two months, and you paid on time.',
      'Sep 1, 2026 Limit from ¥4,000.00 to ¥3,000.00 Your pay score has fallen. A payment has been late for more than 30 days.',
      'Jul 1, 2026 Limit from ¥3,000.00 to ¥4,000.00 You paid on time in the past month.',
      'Jun 1, 2026 Price from 14.4 % to 10.8 % Your pay score has risen.',
      'May 1, 2026 Limit from ¥2,000.00 to ¥3,000.00 You paid on time in the past month.',
      'Mar 1, 2026 Limit ¥2,000.00, price 14.4 % You began with this.',
    ]);
    expect(reader.text).toContain('Limit ¥4,000.00');
    expect(reader.text).toContain('10.8 % a year');
    expect(reader.text).toContain('When you use it again');
    expect(reader.text).toContain('It rises only after a month in which you paid something on time.');
    expect(reader.text).toContain('From a pay score of 670 on, new plans with interest cost 9 % a year.');
    // Seven points of two curves: the offered raise is none.
    const [limit, price] = [...reader.page.html.matchAll(/<path class="curve" d="([^"]*)"/g)].map(
      ([, path = '']) => path.match(/V/g)?.length ?? 0,
    );
    expect([limit, price]).toEqual([5, 5]);
  });

  test('says the same in Chinese', async () => {
    const { reader } = await lookAtTerms(5202, 'zh-CN');
    expect(rowsOf(reader)).toHaveLength(7);
    expect(rowsOf(reader)[2]).toBe(
      '2026年9月1日 额度从 ¥4,000.00 变为 ¥3,000.00 您的付款分下降了。有一笔款项逾期超过 30 天。',
    );
    expect(reader.text).toContain('您可以提高额度');
  });

  test('raises the limit when the shopper says yes, and no second time', async () => {
    const { shop, shopperId, reader, page } = await lookAtTerms(5203);
    const form = formOf(reader.page.html, '/limits/offer')!;
    await reader.submit('/limits/offer', { answer: 'accept' });
    expect(reader.page.path).toBe(page);
    expect(reader.text).toContain('Your limit is raised.');
    expect(reader.text).toContain('Offered, and you accepted it.');
    expect(formOf(reader.page.html, '/limits/offer')).toBeUndefined();
    expect(await lineOf(shop, shopperId)).toMatchObject({ limit: 600_000n });
    await reader.post(form.action, { ...form.hidden, answer: 'accept' });
    expect(reader.text).toContain('This offer is not open any more.');
    expect(await lineOf(shop, shopperId)).toMatchObject({ limit: 600_000n });
  });

  test('leaves the limit as it is at a no, and at anything that is not a plain yes', async () => {
    for (const [number, answer] of [
      [5204, 'decline'],
      [5205, ''],
    ] as const) {
      const { shop, shopperId, reader } = await lookAtTerms(number);
      await reader.submit('/limits/offer', { answer });
      expect(reader.text).toContain('Your limit stays as it is.');
      expect(reader.text).toContain('Offered, and you left it as it was.');
      expect(await lineOf(shop, shopperId)).toMatchObject({ limit: 400_000n });
    }
  });

  test('takes no form that is not its own, and no offer of somebody else', async () => {
    const { shop, shopperId, reader } = await lookAtTerms(5206);
    const { action, hidden } = formOf(reader.page.html, '/limits/offer')!;
    const { change = '', currency = '' } = hidden;
    expect((await reader.post(action, { change, currency, answer: 'accept' })).status).toBe(403);
    const other = newReader(world.server, { 'Accept-Language': 'en' });
    const page = action.replace(/\/offer$/, '');
    await signIn(other, shop, page, findTestPerson('good-5207')!.phone);
    expect(other.text).toContain('You have no limit yet.');
    const token = /name="form_token" value="([^"]*)"/.exec(other.page.html)?.[1] ?? '';
    await other.post(action, { form_token: token, change, currency, answer: 'accept' });
    expect(other.text).toContain('This offer is not open any more.');
    expect(await lineOf(shop, shopperId)).toMatchObject({ limit: 400_000n });
  });
});
