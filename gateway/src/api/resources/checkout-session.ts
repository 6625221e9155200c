import { z } from 'zod';
import type { Config } from '../../config.ts';
import type { CheckoutSession } from '../../checkout/sessions.ts';
import { isOver, sessionActions } from '../../checkout/state.ts';
import { tokenOf } from '../../checkout/token.ts';
import { AmountJson, CurrencyCode, idOf, MerchantReference, Timestamp } from '../../http/schemas.ts';
import { toJsonAmount } from '../../lib/money.ts';
import type { Tx } from '../../lib/tx.ts';
import { latestAssessment } from '../../pay-score/assessments.ts';
import { planCodes } from '../../plans/offers.ts';
import { pairwiseId } from '../../shoppers/profile.ts';

export const SessionLineJson = z
  .strictObject({
    name: z.string().min(1).max(200),
    quantity: z.int().min(1).max(10_000),
    unit_amount: z.int().min(0),
    amount: z.int().min(0),
  })
  .meta({ id: 'SessionLine', description: 'One line of the cart; the lines sum to the amount.' });

export const CheckoutSessionJson = z
  .object({
    id: idOf('cs'),
    object: z.literal('checkout_session'),
    status: z.enum(['open', 'confirmed', 'completed', 'canceled', 'expired']),
    merchant_reference: MerchantReference,
    amount: AmountJson,
    currency: CurrencyCode,
    lines: z.array(SessionLineJson),
    lines_hash: z
      .string()
      .meta({ description: 'SHA-256 of the lines, base64url; compare it on the return.' }),
    return_url: z.string(),
    url: z
      .string()
      .optional()
      .meta({ description: 'The hosted page; only in the answer that opened the session.' }),
    checkout_token: z
      .string()
      .optional()
      .meta({ description: 'The single-use proof of confirmation; only while the session is confirmed.' }),
    shopper_id: z.string().nullable().meta({ description: 'The shopper as this merchant knows them.' }),
    plan_code: z.enum(planCodes).nullable(),
    decline_code: z
      .string()
      .nullable()
      .meta({ description: 'Why the last assessment declined, in so far as a merchant may know.' }),
    order_id: idOf('ord').nullable(),
    allowed_actions: z.array(z.enum(['authorize', 'cancel'])),
    version: z.int(),
    created_at: Timestamp,
    expires_at: Timestamp,
  })
  .meta({ id: 'CheckoutSession' });

export type CheckoutSessionJson = z.output<typeof CheckoutSessionJson>;

export const sessionExample: CheckoutSessionJson = {
  id: 'cs_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
  object: 'checkout_session',
  status: 'open',
  merchant_reference: 'order-1001',
  amount: 10000,
  currency: 'CNY',
  lines: [{ name: 'Tea set', quantity: 1, unit_amount: 10000, amount: 10000 }],
  lines_hash: 'Qz3Jx0m5f4m0mYx1nV7c2wq8YcYy3m2QxJ9Zt0aB1cE',
  return_url: 'https://shop.example/return',
  url: 'https://pay.example/c/3q2-7wAAAAAAAAAAAAAAAA',
  shopper_id: null,
  plan_code: null,
  decline_code: null,
  order_id: null,
  allowed_actions: ['cancel'],
  version: 1,
  created_at: '2026-03-01T08:30:00.000Z',
  expires_at: '2026-03-01T09:00:00.000Z',
};

/** The session as its merchant sees it. One whose time is over is shown as expired before the sweep has written it. */
export async function sessionJson(
  tx: Tx,
  session: CheckoutSession,
  opened?: { secret: string; config: Config },
): Promise<CheckoutSessionJson> {
  const { status, expires_at: expiresAt } = standingOf(tx, session);
  const assessment = await latestAssessment(tx, session.id);
  return {
    id: session.id,
    object: 'checkout_session',
    status,
    merchant_reference: session.merchantReference,
    amount: toJsonAmount(session.amount),
    currency: session.currency,
    lines: session.lines,
    lines_hash: session.linesHash,
    return_url: session.returnUrl,
    ...(opened && { url: `${opened.config.origins.api}/c/${opened.secret}` }),
    ...(status === 'confirmed' && { checkout_token: tokenOf(tx, session) }),
    shopper_id:
      session.shopperId && session.confirmedAt ? pairwiseId(tx, session.merchantId, session.shopperId) : null,
    plan_code: session.confirmedAt ? (session.confirmedOffer?.code ?? null) : null,
    decline_code: status === 'open' && assessment?.outcome === 'declined' ? 'declined' : null,
    order_id: session.orderId as CheckoutSessionJson['order_id'],
    allowed_actions: [...sessionActions({ status })],
    version: session.version,
    created_at: session.createdAt.toISOString(),
    expires_at: expiresAt,
  };
}

/** How a session stands now: one whose time is over has expired, and a confirmed one lives as long as its token. */
export function standingOf(
  tx: Tx,
  session: CheckoutSession,
): Pick<CheckoutSessionJson, 'status' | 'expires_at'> {
  const until = session.status === 'confirmed' ? session.tokenExpiresAt : null;
  return {
    status: isOver(session, tx.wallNow) ? 'expired' : session.status,
    expires_at: (until ?? session.expiresAt).toISOString(),
  };
}
