import { dateIn, startOf } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import { minOf } from '../lib/money.ts';
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
 * What an agreement's ceilings leave for an order of `amount`. Reckoned on what its orders have captured or may still
 * capture, so what is voided counts no more; days and months are the merchant's, the shopper's day is the environment's.
 * The shopper's credit line is locked, so that no other order comes between.
 *
 * @throws GatewayError `agreement_ceiling_exceeded` (402) with `ceiling` and `left_amount`.
 */
export async function requireWithinCeilings(
  tx: Tx,
  input: { agreement: Agreement; shopperId: string; timeZone: string; amount: bigint },
): Promise<void> {
  const { agreement, amount } = input;
  const spent = await readSpent(tx, input);
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

type Spent = { day: bigint; month: bigint; shopperDay: bigint };

async function readSpent(
  tx: Tx,
  input: { agreement: Agreement; shopperId: string; timeZone: string },
): Promise<Spent> {
  const { agreement, shopperId, timeZone } = input;
  const today = dateIn(timeZone, tx.now);
  const monthStart = startOf(`${today.slice(0, 8)}01`, timeZone);
  const ofAgreement = tx.query<{ day: bigint; month: bigint }>(
    `select coalesce(sum(authorized_amount - voided_amount) filter (where created_at >= $1), 0)::bigint as day,
       coalesce(sum(authorized_amount - voided_amount), 0)::bigint as month
     from orders where environment_id = $2 and agreement_id = $3 and created_at >= $4`,
    [startOf(today, timeZone), tx.environment.id, agreement.id, monthStart],
  );
  const shopperDayStart = startOf(dateIn(tx.environment.timeZone, tx.now), tx.environment.timeZone);
  const ofShopper = tx.query<{ day: bigint }>(
    `select coalesce(sum(authorized_amount - voided_amount), 0)::bigint as day
     from orders
     where environment_id = $1 and shopper_id = $2 and created_at >= $3 and agreement_id is not null and currency = $4`,
    [tx.environment.id, shopperId, shopperDayStart, agreement.currency],
  );
  const [[own], [all]] = await Promise.all([ofAgreement, ofShopper]);
  return { day: own?.day ?? 0n, month: own?.month ?? 0n, shopperDay: all?.day ?? 0n };
}
