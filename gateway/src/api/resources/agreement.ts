import { z } from 'zod';
import { type Agreement } from '../../agreements/agreements.ts';
import { agreementActions, isTooLate } from '../../agreements/state.ts';
import type { Config } from '../../config.ts';
import { AmountJson, CurrencyCode, idOf, MerchantReference, Timestamp } from '../../http/schemas.ts';
import { toJsonAmount } from '../../lib/money.ts';
import type { Tx } from '../../lib/tx.ts';
import { pairwiseId } from '../../shoppers/profile.ts';

export const AgreementJson = z
  .object({
    id: idOf('agr'),
    object: z.literal('agreement'),
    status: z.enum(['pending', 'active', 'suspended', 'ended']),
    merchant_reference: MerchantReference,
    description: z.string(),
    currency: CurrencyCode,
    order_ceiling: AmountJson.meta({ description: 'The most that one order may be authorized for.' }),
    day_ceiling: AmountJson.meta({
      description: 'The most for the orders of a day in the merchant’s calendar.',
    }),
    month_ceiling: AmountJson.meta({ description: 'The most for the orders of a calendar month.' }),
    charge_after_days: z
      .literal([0, 14, 30])
      .meta({ description: 'How many days after a capture the shopper’s card is charged.' }),
    return_url: z.string(),
    url: z
      .string()
      .optional()
      .meta({ description: 'The hosted page; only in the answer that opened the agreement.' }),
    shopper_id: z
      .string()
      .nullable()
      .meta({ description: 'The shopper as this merchant knows them, once they have agreed.' }),
    ended_by: z.enum(['merchant', 'shopper', 'time']).nullable(),
    allowed_actions: z.array(z.enum(['authorize', 'end'])),
    version: z.int(),
    created_at: Timestamp,
    expires_at: Timestamp.nullable().meta({
      description: 'Until when the shopper may agree; null afterwards.',
    }),
    agreed_at: Timestamp.nullable(),
    ended_at: Timestamp.nullable(),
  })
  .meta({ id: 'Agreement' });

export type AgreementJson = z.output<typeof AgreementJson>;

export const agreementExample: AgreementJson = {
  id: 'agr_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  object: 'agreement',
  status: 'pending',
  merchant_reference: 'customer-7',
  description: 'Bicycles by the hour',
  currency: 'CNY',
  order_ceiling: 20000,
  day_ceiling: 40000,
  month_ceiling: 200000,
  charge_after_days: 0,
  return_url: 'https://shop.example/agreed',
  url: 'https://pay.example/a/3q2-7wAAAAAAAAAAAAAAAA',
  shopper_id: null,
  ended_by: null,
  allowed_actions: ['end'],
  version: 1,
  created_at: '2026-03-01T08:30:00.000Z',
  expires_at: '2026-03-02T08:30:00.000Z',
  agreed_at: null,
  ended_at: null,
};

/** The agreement as its merchant sees it. One that nobody agreed to in time is shown as ended before the sweep. */
export function agreementJson(
  tx: Tx,
  agreement: Agreement,
  opened?: { secret: string; config: Config },
): AgreementJson {
  const tooLate = isTooLate(agreement, tx.wallNow);
  const status = tooLate ? 'ended' : agreement.status;
  const { shopperId, agreedAt } = agreement;
  return {
    id: agreement.id,
    object: 'agreement',
    status,
    merchant_reference: agreement.merchantReference,
    description: agreement.description,
    currency: agreement.currency,
    order_ceiling: toJsonAmount(agreement.orderCeiling),
    day_ceiling: toJsonAmount(agreement.dayCeiling),
    month_ceiling: toJsonAmount(agreement.monthCeiling),
    charge_after_days: agreement.chargeAfterDays,
    return_url: agreement.returnUrl,
    ...(opened && { url: `${opened.config.origins.api}/a/${opened.secret}` }),
    shopper_id: shopperId && agreedAt ? pairwiseId(tx, agreement.merchantId, shopperId) : null,
    ended_by: tooLate ? 'time' : agreement.endedBy,
    allowed_actions: [...agreementActions({ status })],
    version: agreement.version,
    created_at: agreement.createdAt.toISOString(),
    expires_at: status === 'pending' ? agreement.expiresAt.toISOString() : null,
    agreed_at: agreedAt?.toISOString() ?? null,
    ended_at: tooLate ? agreement.expiresAt.toISOString() : (agreement.endedAt?.toISOString() ?? null),
  };
}
