import type { CalendarDate } from '../lib/dates.ts';
import { dateIn } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import type { Merchant } from '../merchants/merchants.ts';

/** The fee of captures from a captured volume of the calendar month on: a rate of the capture, and a fixed part. */
export type FeeTier = {
  /** Minor units captured before in the month; 0 in the first tier. */
  from: bigint;
  basisPoints: number;
  fixed: bigint;
};

/** How a merchant's money in one currency is reckoned. Amounts are minor units. */
export type SettlementTerms = {
  /** The date of the merchant's calendar from which they hold; null for a merchant's flat fee alone. */
  effectiveFrom: CalendarDate | null;
  feeTiers: readonly FeeTier[];
  /** The part of each date's captures that is held back, and for how many days; null for nothing. */
  reserve: { basisPoints: number; days: number } | null;
  /** A new merchant's payouts wait until it is so many days old. */
  firstPayoutDelayDays: number;
  /** A greater payout waits for two people; null for none. */
  payoutCap: bigint | null;
  /** What it costs to be paid before the date is over; null where it is not offered. */
  earlyPayout: { basisPoints: number; fixed: bigint } | null;
  /** From which share of the captures of 30 days on refunds hold payouts (`refund-share.ts`); 0 for never. */
  refundHoldBasisPoints: number;
};

/** Half of what is sold, by our own judgement; a shop of whose goods more comes back agrees on another share. */
export const usualRefundHold = 5000;

type TierJson = { from: number; basis_points: number; fixed: number };

type TermsRow = {
  environment_id: string;
  merchant_id: string;
  currency: string;
  number: bigint;
  effective_from: CalendarDate;
  fee_tiers: TierJson[];
  reserve_basis_points: number;
  reserve_days: number;
  first_payout_delay_days: number;
  payout_cap: bigint | null;
  early_payout_basis_points: number | null;
  early_payout_fixed: bigint | null;
  refund_hold_basis_points: number;
  created_at: Date;
};

function toTerms(row: TermsRow): SettlementTerms {
  const { early_payout_basis_points: earlyRate, early_payout_fixed: earlyFixed } = row;
  return {
    effectiveFrom: row.effective_from,
    feeTiers: row.fee_tiers.map((tier) => ({
      from: BigInt(tier.from),
      basisPoints: tier.basis_points,
      fixed: BigInt(tier.fixed),
    })),
    reserve:
      row.reserve_basis_points === 0
        ? null
        : { basisPoints: row.reserve_basis_points, days: row.reserve_days },
    firstPayoutDelayDays: row.first_payout_delay_days,
    payoutCap: row.payout_cap,
    earlyPayout:
      earlyRate === null || earlyFixed === null ? null : { basisPoints: earlyRate, fixed: earlyFixed },
    refundHoldBasisPoints: row.refund_hold_basis_points,
  };
}

/** The flat fee of a merchant with which nothing else was agreed. */
export function flatTerms({ feeBasisPoints, feeFixed }: Merchant): SettlementTerms {
  return {
    effectiveFrom: null,
    feeTiers: [{ from: 0n, basisPoints: feeBasisPoints, fixed: feeFixed }],
    reserve: null,
    firstPayoutDelayDays: 0,
    payoutCap: null,
    earlyPayout: null,
    refundHoldBasisPoints: usualRefundHold,
  };
}

/** The terms that hold on a date of the merchant's calendar: of those that began by then, what was agreed last. */
export async function termsOn(
  tx: Tx,
  input: { merchant: Merchant; currency: string; date: CalendarDate },
): Promise<SettlementTerms> {
  const row = await tx
    .sql<TermsRow>('settlement_terms')
    .where({
      environment_id: tx.environment.id,
      merchant_id: input.merchant.id,
      currency: input.currency,
    })
    .where('effective_from', '<=', input.date)
    .orderBy([
      { column: 'effective_from', order: 'desc' },
      { column: 'number', order: 'desc' },
    ])
    .first();
  return row ? toTerms(row) : flatTerms(input.merchant);
}

/**
 * Keeps terms that hold from a date on, today at the earliest: what was charged by others stays as it was. Tiers rise
 * from 0. Errors: `validation_failed`.
 */
export async function setTerms(
  tx: Tx,
  input: {
    merchant: Merchant;
    currency: string;
    terms: Omit<SettlementTerms, 'effectiveFrom' | 'refundHoldBasisPoints'> & {
      effectiveFrom?: CalendarDate | undefined;
      refundHoldBasisPoints?: number;
    };
  },
): Promise<SettlementTerms> {
  const { merchant, currency, terms } = input;
  const today = dateIn(merchant.timeZone, tx.now);
  const effectiveFrom = terms.effectiveFrom ?? today;
  if (effectiveFrom < today) throw refusedTerms('/effective_from', 'in_the_past');
  const rising = terms.feeTiers.every(({ from }, index) =>
    index === 0 ? from === 0n : from > (terms.feeTiers[index - 1]?.from ?? 0n),
  );
  if (terms.feeTiers.length === 0 || !rising) throw refusedTerms('/fee_tiers', 'not_rising');
  const [row] = await tx
    .sql<TermsRow>('settlement_terms')
    .insert({
      environment_id: tx.environment.id,
      merchant_id: merchant.id,
      currency,
      effective_from: effectiveFrom,
      fee_tiers: JSON.stringify(terms.feeTiers.map(tierJson)) as never,
      reserve_basis_points: terms.reserve?.basisPoints ?? 0,
      reserve_days: terms.reserve?.days ?? 0,
      first_payout_delay_days: terms.firstPayoutDelayDays,
      payout_cap: terms.payoutCap,
      early_payout_basis_points: terms.earlyPayout?.basisPoints ?? null,
      early_payout_fixed: terms.earlyPayout?.fixed ?? null,
      refund_hold_basis_points: terms.refundHoldBasisPoints ?? usualRefundHold,
      created_at: tx.now,
    })
    .returning('*');
  if (!row) throw new Error('the terms were not stored');
  return toTerms(row);
}

function tierJson({ from, basisPoints, fixed }: FeeTier): TierJson {
  return { from: Number(from), basis_points: basisPoints, fixed: Number(fixed) };
}

function refusedTerms(pointer: string, code: string): GatewayError {
  return new GatewayError('validation_failed', {
    detail: 'Terms hold from today or later, and their tiers rise from 0.',
    errors: [{ pointer, code }],
  });
}
