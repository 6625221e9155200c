import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digitsOf, currencies } from '../src/lib/money.ts';
import { formatDate, formatMoney } from '../src/notifications/format.ts';
import {
  type Content,
  render,
  type Template,
  templateFields,
  templateTexts,
} from '../src/notifications/templates.ts';
import { locales } from '../src/shoppers/profile.ts';

const templates = Object.keys(templateFields) as Template[];

function placeholdersOf(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort();
}

const money = { amount: 129_950n, currency: 'CNY' };
const installment = { merchant: 'Tea & Co', number: 2, count: 4, amount: money, dueDate: '2026-03-03' };
const samples: { [T in Template]: Extract<Content, { template: T }> } = {
  sign_in_code: { template: 'sign_in_code', data: { code: '012345', minutes: 5 } },
  order_confirmed: { template: 'order_confirmed', data: { merchant: 'Tea & Co', amount: money } },
  installment_due: { template: 'installment_due', data: installment },
  installment_overdue: { template: 'installment_overdue', data: installment },
  repayment_succeeded: { template: 'repayment_succeeded', data: { merchant: 'Tea & Co', amount: money } },
  repayment_failed: { template: 'repayment_failed', data: { merchant: 'Tea & Co', amount: money } },
  plan_paid: { template: 'plan_paid', data: { merchant: 'Tea & Co' } },
  refund_made: {
    template: 'refund_made',
    data: { merchant: 'Tea & Co', amount: money, offDebt: money, moneyBack: { amount: 0n, currency: 'CNY' } },
  },
};

describe.each(locales)('the messages in %s', (locale) => {
  it('are the same as in every other language', () => {
    expect(Object.keys(templateTexts[locale]).sort()).toEqual([...templates].sort());
  });

  it.each(templates)('%s names each of its facts once, and none in the subject', (template) => {
    const { subject, body } = templateTexts[locale][template];
    expect(placeholdersOf(body)).toEqual(Object.keys(templateFields[template]).sort());
    expect(subject).toMatch(/\S/);
    expect(subject).not.toMatch(/[{}\n]/);
  });

  it.each(templates)('%s leaves no placeholder when it is written', (template) => {
    expect(render(locale, samples[template]).body).not.toMatch(/[{}]|undefined|NaN|\[object/);
  });
});

it('writes money, dates and numbers as each language does', () => {
  expect(render('en', samples.installment_due).body).toBe(
    'Payment 2 of 4 for your order at Tea & Co is due on March 3, 2026: ¥1,299.50. We charge it to the card you chose.',
  );
  expect(render('zh-CN', samples.installment_due).body).toBe(
    '您在 Tea & Co 的订单第 2 期(共 4 期)于 2026年3月3日 到期,金额 ¥1,299.50。我们将从您选择的银行卡扣款。',
  );
  expect(render('en', samples.sign_in_code).body).toContain('012345');
});

it('does not read a merchant’s name as a template', () => {
  const merchant = '{amount} $& {code}';
  expect(render('en', { template: 'plan_paid', data: { merchant } }).body).toContain(`at ${merchant} is`);
});

describe('money', () => {
  it.each([
    ['en', 2500n, 'CNY', '¥25.00'],
    ['zh-CN', 2500n, 'CNY', '¥25.00'],
    ['en', 2500n, 'JPY', '¥2,500'],
    ['zh-CN', 2500n, 'JPY', '¥2,500'],
    ['en', 1250n, 'KWD', 'KWD 1.250'],
    ['en', 5n, 'USD', '$0.05'],
    ['en', -5n, 'USD', '-$0.05'],
    ['en', 0n, 'EUR', '€0.00'],
    ['en', 900_719_925_474_099_301n, 'USD', '$9,007,199,254,740,993.01'],
  ] as const)('in %s, %s minor units of %s are %s', (locale, amount, currency, written) => {
    expect(formatMoney(locale, { amount, currency }).replaceAll('\u00a0', ' ')).toBe(written);
  });

  it('keeps every digit of every amount', () => {
    const amounts = fc.bigInt({ min: 0n, max: 10n ** 18n });
    fc.assert(
      fc.property(
        fc.constantFrom(...locales),
        amounts,
        fc.constantFrom(...currencies),
        (locale, amount, currency) => {
          const digits = formatMoney(locale, { amount, currency }).replaceAll(/\D/g, '');
          expect(digits).toBe(String(amount).padStart(digitsOf(currency) + 1, '0'));
        },
      ),
    );
  });
});

it('writes a date as the date it is, in whatever time zone the process runs', () => {
  expect(formatDate('en', '2026-12-31')).toBe('December 31, 2026');
  expect(formatDate('zh-CN', '2026-01-01')).toBe('2026年1月1日');
});
