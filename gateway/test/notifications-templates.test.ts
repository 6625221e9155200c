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
const purchase = { merchant: 'Tea & Co' };
const link = 'https://pay.example/account/live/plans/pln_1';
const date = '2026-03-20';
const installment = { purchase, number: 2, count: 4, amount: money, dueDate: '2026-03-03', link };
const limits = { from: { amount: 30_000n, currency: 'CNY' }, amount: money, link };
const prices = { before: 90_000, rate: 72_000, link };
const samples: { [T in Template]: Extract<Content, { template: T }> } = {
  sign_in_code: { template: 'sign_in_code', data: { code: '012345', minutes: 5 } },
  purchase_code: { template: 'purchase_code', data: { code: '012345', minutes: 5, merchant: 'Tea & Co' } },
  order_confirmed: { template: 'order_confirmed', data: { merchant: 'Tea & Co', amount: money } },
  agreement_active: { template: 'agreement_active', data: { merchant: 'Tea & Co', amount: money } },
  agreement_suspended: { template: 'agreement_suspended', data: { merchant: 'Tea & Co' } },
  agreement_ended: { template: 'agreement_ended', data: { merchant: 'Tea & Co' } },
  agreement_order: { template: 'agreement_order', data: { merchant: 'Tea & Co', amount: money } },
  agreement_charge: {
    template: 'agreement_charge',
    data: { merchant: 'Tea & Co', amount: money, dueDate: '2026-03-03' },
  },
  installment_ahead: { template: 'installment_ahead', data: installment },
  installment_due: { template: 'installment_due', data: installment },
  installment_overdue: { template: 'installment_overdue', data: installment },
  installment_late: {
    template: 'installment_late',
    data: { purchase, amount: money, dueDate: '2026-03-03', link },
  },
  card_refused: { template: 'card_refused', data: { purchase, amount: money, link } },
  late_fee_charged: { template: 'late_fee_charged', data: { purchase, amount: money, link } },
  late_fee_waived: { template: 'late_fee_waived', data: { purchase, amount: money } },
  promise_made: { template: 'promise_made', data: { purchase, amount: money, date } },
  promise_broken: { template: 'promise_broken', data: { purchase, amount: money, date, link } },
  installment_moved: { template: 'installment_moved', data: { purchase, amount: money, dueDate: date } },
  hardship_asked: { template: 'hardship_asked', data: { purchase } },
  hardship_granted: { template: 'hardship_granted', data: { purchase, link } },
  hardship_ended: { template: 'hardship_ended', data: { purchase, link } },
  line_suspended: { template: 'line_suspended', data: { link } },
  line_restored: { template: 'line_restored', data: {} },
  guarantee_invitation: {
    template: 'guarantee_invitation',
    data: { phone: '+8613800138000', amount: money, date, link },
  },
  guarantee_offered: { template: 'guarantee_offered', data: { amount: money, link } },
  guarantee_accepted: { template: 'guarantee_accepted', data: { amount: money, link } },
  guarantee_accepted_debtor: { template: 'guarantee_accepted_debtor', data: { amount: money, link } },
  guarantee_called: { template: 'guarantee_called', data: { amount: money, link } },
  guarantee_called_debtor: { template: 'guarantee_called_debtor', data: { amount: money, link } },
  guarantee_call_failed: { template: 'guarantee_call_failed', data: { amount: money, link } },
  guarantee_reimbursed: { template: 'guarantee_reimbursed', data: { amount: money, link } },
  guarantee_active: { template: 'guarantee_active', data: { amount: money, date, link } },
  guarantee_active_debtor: { template: 'guarantee_active_debtor', data: { amount: money, date, link } },
  guarantee_warning: { template: 'guarantee_warning', data: { amount: money, date, link } },
  guarantee_warning_debtor: { template: 'guarantee_warning_debtor', data: { amount: money, date, link } },
  guarantee_withdrawn: { template: 'guarantee_withdrawn', data: { link } },
  guarantee_ended: { template: 'guarantee_ended', data: { link } },
  guarantee_ended_debtor: { template: 'guarantee_ended_debtor', data: { link } },
  guarantee_expired: { template: 'guarantee_expired', data: { link } },
  guarantee_expired_debtor: { template: 'guarantee_expired_debtor', data: { link } },
  refund_made_friend: {
    template: 'refund_made_friend',
    data: { merchant: 'Tea & Co', amount: money, offDebt: money, toFriend: money, moneyBack: money },
  },
  limit_raised: { template: 'limit_raised', data: { ...limits, reasons: ['repaid_on_time'] } },
  limit_cut: { template: 'limit_cut', data: { ...limits, reasons: ['score_fell', 'long_overdue'] } },
  price_fell: { template: 'price_fell', data: { ...prices, reasons: ['score_rose'] } },
  price_rose: { template: 'price_rose', data: { ...prices, reasons: ['score_fell'] } },
  raise_offered: { template: 'raise_offered', data: { ...limits, reasons: ['clean_again'], date } },
  charge_off_notice: { template: 'charge_off_notice', data: { purchase, amount: money, date, link } },
  charged_off: { template: 'charged_off', data: { purchase, amount: money, link } },
  plan_recovered: { template: 'plan_recovered', data: { purchase } },
  plan_owner_changed: { template: 'plan_owner_changed', data: { purchase, owner: 'Harbour Credit', link } },
  repayment_succeeded: { template: 'repayment_succeeded', data: { purchase, amount: money } },
  repayment_failed: { template: 'repayment_failed', data: { purchase, amount: money } },
  plan_paid: { template: 'plan_paid', data: { purchase } },
  draw_requested: { template: 'draw_requested', data: { amount: money, last4: '4242' } },
  draw_paid_out: {
    template: 'draw_paid_out',
    data: { amount: money, last4: '4242', first: money, dueDate: '2026-03-15' },
  },
  draw_failed: { template: 'draw_failed', data: { amount: money, last4: '4242' } },
  repayment_charged_back: { template: 'repayment_charged_back', data: { purchase, amount: money, link } },
  bank_account_bound: { template: 'bank_account_bound', data: { bank: 'Test Bank', last4: '0001', link } },
  bank_account_removed: {
    template: 'bank_account_removed',
    data: { bank: 'Test Bank', last4: '0001', link },
  },
  sign_in_passkey_added: { template: 'sign_in_passkey_added', data: { link } },
  sign_in_passkey_removed: { template: 'sign_in_passkey_removed', data: { link } },
  sign_in_outside_linked: { template: 'sign_in_outside_linked', data: { link } },
  sign_in_outside_removed: { template: 'sign_in_outside_removed', data: { link } },
  mandate_given: { template: 'mandate_given', data: { bank: 'Test Bank', last4: '0001', link } },
  mandate_ended: { template: 'mandate_ended', data: { bank: 'Test Bank', last4: '0001', link } },
  debit_failed: { template: 'debit_failed', data: { purchase, amount: money, link } },
  debit_refused: { template: 'debit_refused', data: { purchase, amount: money, link } },
  debit_returned: { template: 'debit_returned', data: { purchase, amount: money, link } },
  dispute_opened: { template: 'dispute_opened', data: { merchant: 'Tea', amount: money, date, link } },
  dispute_answered: { template: 'dispute_answered', data: { merchant: 'Tea', amount: money, link } },
  dispute_refunded: { template: 'dispute_refunded', data: { merchant: 'Tea', amount: money, link } },
  dispute_refused: { template: 'dispute_refused', data: { merchant: 'Tea', amount: money, link } },
  appeal_received: { template: 'appeal_received', data: { amount: money, link } },
  case_message: { template: 'case_message', data: { from: 'Tea', link } },
  case_closed: { template: 'case_closed', data: { link } },
  appeal_upheld: { template: 'appeal_upheld', data: { amount: money, link } },
  appeal_granted: { template: 'appeal_granted', data: { amount: money, granted: money, date, link } },
  refund_made: {
    template: 'refund_made',
    data: { merchant: 'Tea & Co', amount: money, offDebt: money, moneyBack: { amount: 0n, currency: 'CNY' } },
  },
  return_declared: { template: 'return_declared', data: { merchant: 'Tea & Co', amount: money, date } },
  return_accepted: { template: 'return_accepted', data: { merchant: 'Tea & Co', amount: money } },
  return_rejected: { template: 'return_rejected', data: { merchant: 'Tea & Co', amount: money } },
  return_withdrawn: { template: 'return_withdrawn', data: { merchant: 'Tea & Co', amount: money } },
  return_released: { template: 'return_released', data: { merchant: 'Tea & Co', amount: money } },
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
    'Payment 2 of 4 for your order at Tea & Co is due on March 3, 2026: ¥1,299.50. We take it from the card or account you chose. https://pay.example/account/live/plans/pln_1',
  );
  expect(render('zh-CN', samples.installment_due).body).toBe(
    '您“Tea & Co”订单的第 2 期（共 4 期）于 2026年3月3日 到期，金额 ¥1,299.50。我们将从您选择的银行卡或账户扣款。https://pay.example/account/live/plans/pln_1',
  );
  expect(render('en', samples.sign_in_code).body).toContain('012345');
});

it('does not read a merchant’s name as a template', () => {
  const merchant = '{amount} $& {code}';
  expect(render('en', { template: 'plan_paid', data: { purchase: { merchant } } }).body).toContain(
    `at ${merchant} is`,
  );
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
