import { expect, it } from 'vitest';
import { dateTimeFormat, numberFormat } from '../src/lib/formatters.ts';

it('a formatter is made once for a language and its options, and another one for others', () => {
  const yuan = { style: 'currency', currency: 'CNY' } as const;
  expect(numberFormat('en', { ...yuan })).toBe(numberFormat('en', yuan));
  expect(numberFormat('zh-CN', yuan)).not.toBe(numberFormat('en', yuan));
  expect(numberFormat('en', { ...yuan, currency: 'KWD' }).format(1)).toBe('KWD\u00a01.000');
  expect(numberFormat('en', yuan).format(1)).toBe('CN¥1.00');
  const day = dateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' });
  expect(day).toBe(dateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' }));
  expect(day.format(0)).toBe('Jan 1, 1970');
});

it('as many as there may be are kept, and a new one after them still formats', () => {
  const first = numberFormat('en', { minimumFractionDigits: 0 });
  for (let minimumIntegerDigits = 1; minimumIntegerDigits <= 21; minimumIntegerDigits += 1)
    for (let maximumFractionDigits = 0; maximumFractionDigits < 10; maximumFractionDigits += 1)
      numberFormat('en', { minimumIntegerDigits, maximumFractionDigits });
  expect(numberFormat('en', { minimumFractionDigits: 0 })).not.toBe(first);
  expect(numberFormat('en', { minimumFractionDigits: 0 }).format(1.5)).toBe('1.5');
});
