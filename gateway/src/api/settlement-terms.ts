import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import { AmountJson, CurrencyCode, DateJson } from '../http/schemas.ts';
import { requireSandbox } from '../jobs/scenarios/arrange-fault.ts';
import { dateIn } from '../lib/dates.ts';
import { toJsonAmount } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { findMerchant } from '../merchants/merchants.ts';
import { capturedInMonth, tierAt } from '../settlement/fees.ts';
import { receivePayoutNews } from '../settlement/payout-news.ts';
import {
  type FeeTier,
  type SettlementTerms,
  setTerms,
  termsOn,
  usualRefundHold,
} from '../settlement/terms.ts';

const TierJson = z
  .object({
    from: AmountJson.meta({ description: 'What you captured before in the calendar month; 0 first.' }),
    basis_points: z.int().min(0).max(3000),
    fixed: AmountJson,
  })
  .meta({ id: 'FeeTier' });

const Rate = z.int().min(1).max(10_000);
const ReserveJson = z.object({ basis_points: Rate, days: z.int().min(1).max(365) });
const EarlyJson = z.object({ basis_points: z.int().min(0).max(1000), fixed: AmountJson });

const TermsJson = z
  .object({
    object: z.literal('settlement_terms'),
    currency: CurrencyCode,
    effective_from: DateJson.nullable().meta({
      description: 'Null where nothing but a flat fee was agreed.',
    }),
    fee_tiers: z.array(TierJson),
    reserve: ReserveJson.nullable().meta({
      description: "What of each date's captures is held back, for so many days.",
    }),
    first_payout_delay_days: z.int(),
    payout_cap: AmountJson.nullable().meta({ description: 'A greater payout waits for two of our people.' }),
    early_payout: EarlyJson.nullable(),
    refund_hold_basis_points: z.int().meta({
      description:
        'Payouts wait while more than this share of what you captured in 30 days was refunded; 0 for never.',
    }),
    month: z.object({
      captured: AmountJson.meta({ description: 'In this calendar month of yours so far.' }),
      tier: TierJson.meta({ description: 'By which the next capture is charged.' }),
    }),
  })
  .meta({ id: 'SettlementTerms' });

const example: z.output<typeof TermsJson> = {
  object: 'settlement_terms',
  currency: 'CNY',
  effective_from: '2026-03-01',
  fee_tiers: [
    { from: 0, basis_points: 300, fixed: 100 },
    { from: 10_000_000, basis_points: 250, fixed: 100 },
  ],
  reserve: { basis_points: 1000, days: 30 },
  first_payout_delay_days: 0,
  payout_cap: null,
  early_payout: { basis_points: 50, fixed: 100 },
  refund_hold_basis_points: 5000,
  month: { captured: 1_250_000, tier: { from: 0, basis_points: 300, fixed: 100 } },
};

function tierJson({ from, basisPoints, fixed }: FeeTier): z.output<typeof TierJson> {
  return { from: toJsonAmount(from), basis_points: basisPoints, fixed: toJsonAmount(fixed) };
}

async function termsJson(tx: Tx, merchantId: string, terms?: SettlementTerms) {
  const merchant = await findMerchant(tx, merchantId);
  const { currency } = merchant;
  const date = dateIn(merchant.timeZone, tx.now);
  const now = await termsOn(tx, { merchant, currency, date });
  const shown = terms ?? now;
  const captured = await capturedInMonth(tx, { merchant, currency, date });
  return {
    object: 'settlement_terms' as const,
    currency,
    effective_from: shown.effectiveFrom,
    fee_tiers: shown.feeTiers.map(tierJson),
    reserve: shown.reserve && { basis_points: shown.reserve.basisPoints, days: shown.reserve.days },
    first_payout_delay_days: shown.firstPayoutDelayDays,
    payout_cap: shown.payoutCap === null ? null : toJsonAmount(shown.payoutCap),
    early_payout: shown.earlyPayout && {
      basis_points: shown.earlyPayout.basisPoints,
      fixed: toJsonAmount(shown.earlyPayout.fixed),
    },
    refund_hold_basis_points: shown.refundHoldBasisPoints,
    month: { captured: toJsonAmount(captured), tier: tierJson(tierAt(now.feeTiers, captured)) },
  };
}

const get = defineRoute({
  method: 'get',
  path: '/v1/settlement-terms',
  operationId: 'getSettlementTerms',
  summary: 'Read by which terms your money is reckoned',
  description:
    'The fees, reserve and early-payout price that you agreed on, from which date on, and how far ' +
    'the volume of this month has come on the way to the next tier.',
  tags: ['Settlement'],
  auth: 'merchant',
  scope: 'read',
  success: { status: 200, description: 'As they hold today.', schema: TermsJson, example },
  read: (tx, { merchant }) => termsJson(tx, merchant.id),
});

const put = defineRoute({
  method: 'put',
  path: '/v1/sandbox/settlement-terms',
  operationId: 'putSandboxSettlementTerms',
  summary: "Agree on terms in the sandbox, in the platform's place",
  description:
    'Agrees on other fee tiers, a reserve or an early-payout price, to test your bookkeeping with ' +
    'them. They hold from a date on, today by default; what was charged before stays as it was. ' +
    'In live, terms are agreed with the platform.',
  tags: ['Sandbox'],
  auth: 'merchant',
  scope: 'sandbox',
  body: z.strictObject({
    effective_from: DateJson.optional(),
    fee_tiers: z
      .array(z.strictObject({ ...TierJson.shape, from: AmountJson, fixed: AmountJson }))
      .min(1)
      .max(20),
    reserve: z.strictObject(ReserveJson.shape).nullable().default(null),
    first_payout_delay_days: z.int().min(0).max(90).default(0),
    payout_cap: AmountJson.min(1).nullable().default(null),
    early_payout: z.strictObject(EarlyJson.shape).nullable().default(null),
    refund_hold_basis_points: z.int().min(0).max(10_000).default(usualRefundHold),
  }),
  bodyExample: {
    fee_tiers: example.fee_tiers,
    reserve: { basis_points: 1000, days: 30 },
    early_payout: { basis_points: 50, fixed: 100 },
  },
  success: { status: 200, description: 'They are kept.', schema: TermsJson, example },
  problems: ['not_found'],
  async write(tx, { body, merchant: { id } }) {
    requireSandbox(tx);
    const merchant = await findMerchant(tx, id);
    const kept = await setTerms(tx, {
      merchant,
      currency: merchant.currency,
      terms: {
        effectiveFrom: body.effective_from,
        feeTiers: body.fee_tiers.map(({ from, basis_points, fixed }) => ({
          from: BigInt(from),
          basisPoints: basis_points,
          fixed: BigInt(fixed),
        })),
        reserve: body.reserve && { basisPoints: body.reserve.basis_points, days: body.reserve.days },
        firstPayoutDelayDays: body.first_payout_delay_days,
        payoutCap: body.payout_cap === null ? null : BigInt(body.payout_cap),
        earlyPayout: body.early_payout && {
          basisPoints: body.early_payout.basis_points,
          fixed: BigInt(body.early_payout.fixed),
        },
        refundHoldBasisPoints: body.refund_hold_basis_points,
      },
    });
    return termsJson(tx, id, kept);
  },
});

const postNews = defineRoute({
  method: 'post',
  path: '/v1/sandbox/payout-news',
  operationId: 'createSandboxPayoutNews',
  summary: 'Tell the gateway of a payout, in the place of the processor',
  description:
    'Says what a processor would say of a payout, to test what you do when money comes back. A ' +
    'paid payout that failed after all comes back and is sent again. News of a payout that is ' +
    'unknown, was never sent or is over books nothing and is parked for people to look at.',
  tags: ['Sandbox'],
  auth: 'merchant',
  scope: 'sandbox',
  body: z.strictObject({
    reference: z
      .string()
      .min(1)
      .max(200)
      .meta({ description: "The payout's id, or the processor's name for its transfer." }),
    status: z.enum(['paid', 'failed']),
    code: z.string().min(1).max(100).nullable().default(null),
  }),
  bodyExample: {
    reference: 'po_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
    status: 'failed',
    code: 'account_closed',
  },
  success: {
    status: 200,
    description: 'What became of it.',
    schema: z
      .object({
        result: z.enum(['returned', 'looked_up', 'known', 'parked']),
        reason: z.string().nullable().meta({ description: 'Why it was parked.' }),
      })
      .meta({ id: 'PayoutNewsResult' }),
    example: { result: 'returned', reason: null },
  },
  problems: ['not_found'],
  async write(tx, { body }) {
    requireSandbox(tx);
    const taken = await receivePayoutNews(tx, body);
    return 'parked' in taken
      ? { result: 'parked' as const, reason: taken.parked }
      : { result: taken.result, reason: null };
  },
});

export const settlementTermsRoutes: Route[] = [get, put, postNews];
