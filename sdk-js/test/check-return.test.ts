import { expect, test } from 'vitest';
import { checkReturn } from '../src/server.ts';
import type { CheckoutSession } from '../src/server.ts';

const expected = {
  id: 'cs_1',
  merchant_reference: 'r1',
  amount: 10_000,
  currency: 'CNY' as const,
  lines_hash: 'h1',
};
const session: CheckoutSession = {
  ...expected,
  object: 'checkout_session',
  status: 'confirmed',
  checkout_token: 'ctk_1',
  lines: [],
  return_url: 'https://shop.example/return',
  channel: 'online',
  pay_after_days: null,
  repayment_day: null,
  confirmed_offer: null,
  shopper_id: 'shp_1',
  plan_code: 'pay_in_3',
  decline_code: null,
  order_id: null,
  expires_at: '2026-03-01T09:00:00.000Z',
  created_at: '2026-03-01T08:30:00.000Z',
  version: 2,
  allowed_actions: ['authorize', 'cancel'],
};

test('a confirmed session that is as expected gives its token', () => {
  expect(checkReturn({ session, expected })).toEqual({ ok: true, checkoutToken: 'ctk_1' });
});

test.each([
  ['id', 'cs_2'],
  ['merchant_reference', 'r2'],
  ['amount', 10_001],
  ['currency', 'JPY'],
  ['lines_hash', 'h2'],
] as const)('another %s is a mismatch, whatever the status', (name, value) => {
  for (const status of ['confirmed', 'open'] as const) {
    expect(checkReturn({ session: { ...session, status, [name]: value }, expected })).toEqual({
      ok: false,
      reason: 'mismatch',
      differences: [name],
    });
  }
});

test.each(['open', 'completed', 'canceled', 'expired'] as const)(
  'a session that is %s is not confirmed',
  (status) => {
    expect(checkReturn({ session: { ...session, status }, expected })).toEqual({
      ok: false,
      reason: 'not_confirmed',
    });
  },
);

test('without a token nothing can be authorized', () => {
  const { checkout_token: _, ...withoutToken } = session;
  expect(checkReturn({ session: withoutToken, expected })).toEqual({ ok: false, reason: 'not_confirmed' });
});
