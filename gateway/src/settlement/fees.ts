import { dateIn } from '../lib/dates.ts';
import { proportion } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import type { Merchant } from '../merchants/merchants.ts';
import { type FeeTier, termsOn } from './terms.ts';

/** What a capture costs its merchant, and by which tier. Amounts are minor units. */
export type CaptureFee = {
  /** The rate part, which refunds give back, and the fixed part, which they do not. */
  amount: bigint;
  basisPoints: number;
  fixed: bigint;
  /** What the merchant had captured before in the calendar month; null where the fee does not depend on it. */
  volume: bigint | null;
};

/**
 * The fee of a capture. The whole of it is charged by the tier that the month's captured volume had reached before it:
 * so each fee is one rate and one fixed part, is final at the capture, and a refund's part of it is one proportion
 * (money.md rule 7). A capture that crosses a threshold still has the tier before it, the next one has the new tier.
 *
 * The volume is read without a lock, so that two captures of a merchant never wait for each other. Of captures at the
 * same moment none sees the others, and each is charged as if it were the first of them: while a threshold is being
 * crossed a merchant may pay the tier before on as many captures as were under way, and never a later tier too soon.
 */
export async function feeOfCapture(
  tx: Tx,
  input: { merchant: Merchant; currency: string; amount: bigint },
): Promise<CaptureFee> {
  const { merchant, currency, amount } = input;
  const date = dateIn(merchant.timeZone, tx.now);
  const { feeTiers } = await termsOn(tx, { merchant, currency, date });
  const volume = feeTiers.length > 1 ? await capturedInMonth(tx, { merchant, currency, date }) : null;
  const { basisPoints, fixed } = tierAt(feeTiers, volume ?? 0n);
  return { amount: proportion(amount, BigInt(basisPoints), 10_000n) + fixed, basisPoints, fixed, volume };
}

/** The tier that a volume has reached. */
export function tierAt(tiers: readonly FeeTier[], volume: bigint): FeeTier {
  const tier = tiers.findLast(({ from }) => volume >= from);
  if (!tier) throw new Error('a merchant has no tier from 0');
  return tier;
}

/**
 * What a merchant has captured in the calendar month of `date` so far, in its own calendar: what its closed settlements
 * say, one row a date, and what still waits, by an index of waiting captures alone.
 */
export async function capturedInMonth(
  tx: Tx,
  input: { merchant: Merchant; currency: string; date: string },
): Promise<bigint> {
  const { rows } = await tx.sql.raw<{ rows: { volume: bigint }[] }>(
    `select (
       (select coalesce(sum(captured_in_month), 0) from settlements
        where environment_id = :environment and merchant_id = :merchant and currency = :currency
          and business_date between :first and :date)
       + (select coalesce(sum(amount), 0) from settlement_lines
          where environment_id = :environment and merchant_id = :merchant and currency = :currency
            and business_date between :first and :date and settlement_id is null and kind = 'capture'))::bigint as volume`,
    {
      environment: tx.environment.id,
      merchant: input.merchant.id,
      currency: input.currency,
      first: `${input.date.slice(0, 8)}01`,
      date: input.date,
    },
  );
  return rows[0]?.volume ?? 0n;
}
