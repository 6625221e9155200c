import { expect, test } from 'vitest';
import { en } from '../src/pages/texts/en.ts';
import type { NoticeText } from '../src/pages/texts/shapes.ts';
import { zhCn } from '../src/pages/texts/zh-cn.ts';

type Leaf = { path: string; value: unknown };

function leaves(value: unknown, path = ''): Leaf[] {
  if (typeof value !== 'object' || value === null) return [{ path, value }];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}.${key}`));
}

const kindOf = ({ path, value }: Leaf) =>
  `${path}: ${typeof value}${typeof value === 'function' ? value.length : ''}`;

/** What each text says when it is filled with something. */
function written(texts: unknown): string[] {
  const facts = {
    available: 'A',
    nothingAvailable: false,
    overdue: 'O',
    minutes: '2',
    left: '3',
    shop: 'S',
    funder: 'F',
    total: 'T',
    financed: 'X',
    down: 'D',
    zero: '0',
    charge: 'C',
    payable: 'P',
    interest: { rate: 'R', isFree: false, isShared: true, dayCount: '30/360' },
    isForAdults: true,
    lateFee: { amount: 'L', graceDays: 3, mostPercent: 5 },
    payments: [{ date: 'd', amount: 'a' }],
    refundPolicy: 'from_last',
    termsVersion: 'v',
    agreedOn: 'g',
  };
  return leaves(texts).flatMap(({ path, value }) => {
    if (typeof value === 'string') return [value];
    const takesFacts =
      path.startsWith('.notices') ||
      path.includes('.codes.') ||
      path === '.agreement.text' ||
      path === '.draws.text';
    const result: unknown = (value as (...input: unknown[]) => unknown)(...(takesFacts ? [facts] : [7, 8]));
    const said = leaves(result).filter((leaf) => typeof leaf.value !== 'boolean');
    return said.map((leaf) => String(leaf.value));
  });
}

test('both languages say the same things with the same parameters', () => {
  expect(leaves(zhCn).map(kindOf)).toEqual(leaves(en).map(kindOf));
  expect(written(zhCn)).toHaveLength(written(en).length);
});

test('nothing is left unsaid, and nothing is left in the other language', () => {
  const sameInBoth = ['English', '简体中文', '7 ×'];
  for (const text of written(en)) {
    expect(text.trim()).not.toBe('');
    if (!sameInBoth.includes(text)) expect(text).not.toMatch(/[\u4e00-\u9fff]/);
  }
  const inChinese = written(zhCn).filter((text) => !/[\u4e00-\u9fff]/.test(text));
  const fieldNames = [
    'phone',
    'code',
    'name',
    'national_id',
    'method',
    'amount',
    'words',
    'purchase',
    'total',
    'income',
    'pay_day',
    'sum',
    'holder',
    'number',
    'understood',
    'text',
  ];
  expect(
    inChinese.filter(
      (text) => !sameInBoth.includes(text) && !fieldNames.includes(text) && !['d：a', '7：8'].includes(text),
    ),
  ).toEqual([]);
});

test('Chinese is written with Chinese punctuation', () => {
  for (const text of written(zhCn)) expect(text).not.toMatch(/[\u4e00-\u9fff][,:;?!]|[,:;?!][\u4e00-\u9fff]/);
});

test('a notice is about the same field, and as good, in both languages', () => {
  for (const code of Object.keys(en.notices) as (keyof typeof en.notices)[]) {
    const values = { minutes: '2', left: '3' };
    const [said, meant]: NoticeText[] = [zhCn.notices[code](values), en.notices[code](values)];
    expect(said?.field).toBe(meant?.field);
    expect(said?.good).toBe(meant?.good);
  }
});
