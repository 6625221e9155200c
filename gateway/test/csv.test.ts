import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { csvLine, csvOf, decimalOf } from '../src/lib/csv.ts';

test('a file begins with the mark of UTF-8, and what was written is read again', () => {
  const rows = [
    ['茶具, "红"', 'two\nlines', -5n, 1.5, null],
    ['plain', ' spaced ', 0n, 0, ''],
  ];
  const text = csvOf(['name', 'note', 'minor', 'rate', 'none'], rows);
  expect(text.startsWith('\uFEFFname,')).toBe(true);
  expect(parse(text, { bom: true }).slice(1)).toEqual([
    ['茶具, "红"', 'two\nlines', '-5', '1.5', ''],
    ['plain', ' spaced ', '0', '0', ''],
  ]);
});

test.each(['=1+1', '+1', '@SUM(A1)', '-2+3', '\t=1', '  =1', '-', '\r=1'])(
  'no spreadsheet runs %j',
  (formula) => {
    const [[cell]] = parse(csvLine([formula]), { trim: false }) as [[string]];
    expect(cell).toBe(`'${formula}`);
  },
);

test.each([
  [-123_450n, 'CNY', '-1234.50'],
  [5n, 'USD', '0.05'],
  [-5n, 'JPY', '-5'],
  [1_250n, 'KWD', '1.250'],
] as const)('%s minor units of %s are %s, as a number', (amount, currency, text) => {
  expect(csvLine([decimalOf(amount, currency)])).toBe(`${text}\r\n`);
});
