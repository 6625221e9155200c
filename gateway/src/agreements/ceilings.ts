import { dateIn, startOf } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import { minOf } from '../lib/money.ts';
import { namedSql } from '../lib/named-sql.ts';
import type { Tx } from '../lib/tx.ts';
import { targetLimitOf } from '../pay-score/policy.ts';
import type { Agreement } from './agreements.ts';

/** Of the limit that a shopper's line may ever grow to, what all agreements together may authorize in a day. */
const shopperDayPercent = 10n;

/**
 * The most that all agreements of one shopper may authorize in a day, in minor units: the harm that a stolen merchant's
 * key can do to one person.
 */
export function shopperDayCeilingOf(currency: string): bigint {
  return (targetLimitOf(currency) * shopperDayPercent) / 100n;
}

/** Which of the ceilings is the nearest, and what it leaves for an order now. */
export type Headroom = { ceiling: 'order' | 'day' | 'month' | 'shopper_day'; left: bigint };

/**
 * Throws where an order of `amount` is above what an agreement's ceilings leave. Reckoned on what its orders have captured
 * or may still capture, so what is voided counts no more; days and months are the merchant's, the shopper's day is the
 * environment's. `spent` was read after the shopper's credit line was locked, so that no other order comes between.
 *
 * @throws GatewayError `agreement_ceiling_exceeded` (402) with `ceiling` and `left_amount`.
 */
export function requireWithinCeilings(agreement: Agreement, spent: Spent, amount: bigint): void {
  const headrooms: Headroom[] = [
    { ceiling: 'order', left: agreement.orderCeiling },
    { ceiling: 'day', left: agreement.dayCeiling - spent.day },
    { ceiling: 'month', left: agreement.monthCeiling - spent.month },
    { ceiling: 'shopper_day', left: shopperDayCeilingOf(agreement.currency) - spent.shopperDay },
  ];
  const left = minOf(agreement.orderCeiling, ...headrooms.map((room) => room.left));
  const exceeded = headrooms.find((room) => amount > room.left);
  if (!exceeded) return;
  throw new GatewayError('agreement_ceiling_exceeded', {
    detail: sentences[exceeded.ceiling],
    hint: 'Authorize less, wait until the ceiling is free again, or send the shopper through a checkout.',
    errors: [{ pointer: '/amount', code: 'too_large' }],
    extra: { ceiling: exceeded.ceiling, left_amount: Number(left > 0n ? left : 0n) },
  });
}

const sentences: Record<Headroom['ceiling'], string> = {
  order: 'The amount is above the ceiling for one order of this agreement.',
  day: 'The amount is above what the ceiling of this agreement leaves for today.',
  month: 'The amount is above what the ceiling of this agreement leaves for this month.',
  shopper_day: 'The amount is above what this shopper may have in a day without confirming each order.',
};

/** What counts to the ceilings so far, in minor units. */
export type Spent = { day: bigint; month: bigint; shopperDay: bigint };

const spentSql = namedSql<
  'environment' | 'agreement' | 'shopper' | 'currency' | 'dayStart' | 'monthStart' | 'shopperDayStart'
>(
  `select own.day, own.month, everywhere.day as shopper_day
   from (
     select coalesce(sum(authorized_amount - voided_amount) filter (where created_at >= :dayStart), 0)::bigint as day,
       coalesce(sum(authorized_amount - voided_amount), 0)::bigint as month
     from orders
     where environment_id = :environment and agreement_id = :agreement and created_at >= :monthStart) own
   cross join (
     select coalesce(sum(authorized_amount - voided_amount), 0)::bigint as day
     from orders
     where environment_id = :environment and shopper_id = :shopper and created_at >= :shopperDayStart
       and agreement_id is not null and currency = :currency) everywhere`,
);

/** Reads what counts to the ceilings of an order by this agreement. */
export async function readSpent(
  tx: Tx,
  input: { agreementId: string; shopperId: string; currency: string; timeZone: string },
): Promise<Spent> {
  const { agreementId, shopperId, currency, timeZone } = input;
  const today = dateIn(timeZone, tx.now);
  const { timeZone: zoneOfAll } = tx.environment;
  const { text, values } = spentSql({
    environment: tx.environment.id,
    agreement: agreementId,
    shopper: shopperId,
    currency,
    dayStart: startOf(today, timeZone),
    monthStart: startOf(`${today.slice(0, 8)}01`, timeZone),
    shopperDayStart: startOf(dateIn(zoneOfAll, tx.now), zoneOfAll),
  });
  const [row] = await tx.query<{ day: bigint; month: bigint; shopper_day: bigint }>(text, values);
  if (!row) throw new Error('sums without a row');
  return { day: row.day, month: row.month, shopperDay: row.shopper_day };
}
