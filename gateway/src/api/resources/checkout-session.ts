import { z } from 'zod';
import type { Config } from '../../config.ts';
import { type CheckoutSession, sessionStatuses } from '../../checkout/sessions.ts';
import { isOver, sessionActions } from '../../checkout/state.ts';
import { tokenOf } from '../../checkout/token.ts';
import {
  AmountJson,
  CurrencyCode,
  DateJson,
  idOf,
  MerchantReference,
  Timestamp,
} from '../../http/schemas.ts';
import { toJsonAmount } from '../../lib/money.ts';
import type { Tx } from '../../lib/tx.ts';
import { type Assessment, latestAssessment } from '../../pay-score/assessments.ts';
import { orderPlanCodes } from '../../plans/offers.ts';
import { channels, programmeCodes } from '../../plans/programmes.ts';
import type { PlanSnapshot } from '../../plans/snapshot.ts';
import { pairwiseId } from '../../shoppers/profile.ts';

export const SessionLineJson = z
  .strictObject({
    name: z.string().min(1).max(200).meta({ description: 'What it is, as the shopper knows it.' }),
    quantity: z.int().min(1).max(10_000).meta({ description: 'How many of it.' }),
    unit_amount: z.int().min(0).meta({ description: 'The price of one.' }),
    amount: z.int().min(0).meta({ description: 'The price of all of them.' }),
  })
  .meta({ id: 'SessionLine', description: 'One line of the cart; the lines sum to the amount.' });

const ConfirmedOfferJson = z
  .object({
    plan_code: z.enum(orderPlanCodes).meta({ description: 'How the shopper pays.' }),
    programme: z
      .enum(programmeCodes)
      .nullable()
      .meta({ description: 'The programme of your category by which it was offered.' }),
    down_payment: AmountJson.meta({ description: 'What the shopper pays at once.' }),
    financed: AmountJson.meta({ description: 'What the shopper pays later, without what it costs.' }),
    finance_charge: AmountJson.meta({ description: 'What paying later costs the shopper.' }),
    subsidy: AmountJson.meta({
      description:
        'The interest that the merchant pays for the shopper if everything ships on the day of the agreement.',
    }),
    installments: z.array(z.object({ number: z.int(), due_date: DateJson, amount: AmountJson })),
  })
  .meta({
    id: 'ConfirmedOffer',
    description: 'What the shopper agreed to, as far as the merchant is concerned.',
  });

export const CheckoutSessionJson = z
  .object({
    id: idOf('cs'),
    object: z.literal('checkout_session'),
    status: z
      .enum(sessionStatuses)
      .meta({ description: '`open` until the shopper confirms, `completed` when it has become an order.' }),
    merchant_reference: MerchantReference,
    amount: AmountJson.meta({ description: 'What is to be paid for the cart.' }),
    currency: CurrencyCode,
    lines: z.array(SessionLineJson),
    lines_hash: z
      .string()
      .meta({ description: 'SHA-256 of the lines, base64url; compare it on the return.' }),
    return_url: z.string().meta({ description: 'Where the shopper is sent when they are done.' }),
    channel: z
      .enum(channels)
      .meta({ description: 'Whether the shopper stands before your page or at your counter.' }),
    pay_after_days: z
      .literal([0, 14, 30])
      .nullable()
      .meta({ description: 'The term of `pay_after` that you asked for.' }),
    repayment_day: z
      .int()
      .min(1)
      .max(28)
      .nullable()
      .meta({ description: 'The day of the month that you asked plans by the month to fall due on.' }),
    url: z
      .string()
      .optional()
      .meta({ description: 'The hosted page; only in the answer that opened the session.' }),
    qr_url: z.string().optional().meta({
      description:
        'The hosted page as a QR code (SVG), for the counter; only in the answer that opened an `in_store` session.',
    }),
    checkout_token: z
      .string()
      .optional()
      .meta({ description: 'The single-use proof of confirmation; only while the session is confirmed.' }),
    shopper_id: z.string().nullable().meta({ description: 'The shopper as this merchant knows them.' }),
    plan_code: z.enum(orderPlanCodes).nullable().meta({ description: 'How the shopper chose to pay.' }),
    confirmed_offer: ConfirmedOfferJson.nullable().meta({
      description: 'Null until the shopper has agreed.',
    }),
    decline_code: z
      .string()
      .nullable()
      .meta({ description: 'Why the last assessment declined, in so far as a merchant may know.' }),
    order_id: idOf('ord').nullable().meta({ description: 'The order that it has become.' }),
    allowed_actions: z
      .array(z.enum(['authorize', 'cancel']))
      .meta({ description: 'What you can do with it now.' }),
    version: z.int().meta({
      description: 'Counts the changes: of two states, the one with the higher version is the newer.',
    }),
    created_at: Timestamp,
    expires_at: Timestamp.meta({
      description: 'Until when the shopper may confirm; of a confirmed one, until when you may authorize.',
    }),
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
  channel: 'online',
  pay_after_days: null,
  repayment_day: null,
  url: 'https://pay.example/c/3q2-7wAAAAAAAAAAAAAAAA',
  shopper_id: null,
  plan_code: null,
  confirmed_offer: null,
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
  const agreed = session.confirmedAt ? session.confirmedOffer : null;
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
    channel: session.channel,
    pay_after_days: session.payAfterDays,
    repayment_day: session.repaymentDay,
    ...(opened && addressesOf(session, opened)),
    ...(status === 'confirmed' && { checkout_token: tokenOf(tx, session) }),
    shopper_id:
      session.shopperId && session.confirmedAt ? pairwiseId(tx, session.merchantId, session.shopperId) : null,
    plan_code: agreed && planCodeOf(agreed),
    confirmed_offer: agreed && confirmedOfferJson(agreed),
    decline_code: status === 'open' && assessment && isDeclined(assessment) ? 'declined' : null,
    order_id: session.orderId as CheckoutSessionJson['order_id'],
    allowed_actions: [...sessionActions({ status })],
    version: session.version,
    created_at: session.createdAt.toISOString(),
    expires_at: expiresAt,
  };
}

/** While a code is asked for, nothing is declined yet. */
function isDeclined({ outcome, declineCode }: Assessment): boolean {
  return outcome === 'declined' && declineCode !== 'challenge_required';
}

/** Where the shopper goes, or what they scan at the counter. */
function addressesOf(
  session: CheckoutSession,
  { secret, config }: { secret: string; config: Config },
): Pick<CheckoutSessionJson, 'url' | 'qr_url'> {
  const url = `${config.origins.api}/c/${secret}`;
  return session.channel === 'in_store' ? { url, qr_url: `${url}/qr.svg` } : { url };
}

function planCodeOf({ code }: PlanSnapshot): (typeof orderPlanCodes)[number] {
  const found = orderPlanCodes.find((candidate) => candidate === code);
  if (!found) throw new Error(`${code} does not pay for an order`);
  return found;
}

function confirmedOfferJson(agreed: PlanSnapshot): z.output<typeof ConfirmedOfferJson> {
  return {
    plan_code: planCodeOf(agreed),
    programme: programmeCodes.find((code) => code === agreed.programme) ?? null,
    down_payment: agreed.down_payment,
    financed: agreed.financed,
    finance_charge: agreed.finance_charge,
    subsidy: agreed.subsidy ?? 0,
    installments: agreed.installments.map(({ number, due_date, amount }) => ({ number, due_date, amount })),
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
