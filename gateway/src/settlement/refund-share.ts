import { addDays, dateIn } from '../lib/dates.ts';
import { namedSql } from '../lib/named-sql.ts';
import type { Tx } from '../lib/tx.ts';
import type { Merchant } from '../merchants/merchants.ts';
import type { SettlementTerms } from './terms.ts';

/** So many dates are looked at, today among them: a sale and its refund mostly lie within them. */
export const refundShareDays = 30;

/** With fewer of either, the share says nothing: a small shop is not held because somebody took a wardrobe back. */
const fewestCaptures = 20;
const fewestRefunds = 10;

/** What was captured and refunded in the last 30 dates of the merchant's calendar, in minor units. */
export type RefundShare = { captured: bigint; captures: number; refunded: bigint; refunds: number };

const shareSql = namedSql<'environment' | 'merchant' | 'currency' | 'after'>(
  `select coalesce(sum(d.captured), 0)::bigint as captured, coalesce(sum(d.captures), 0)::integer as captures,
     coalesce(sum(d.refunded) filter (where d.on > r.until), 0)::bigint as refunded,
     coalesce(sum(d.refunds) filter (where d.on > r.until), 0)::integer as refunds
   from (select coalesce(max(released_on), '-infinity') as until from refund_releases
     where environment_id = :environment and merchant_id = :merchant and currency = :currency) r
   cross join (
     select business_date as on, captured, captures, refunded, refunds from settlements
     where environment_id = :environment and merchant_id = :merchant and currency = :currency
       and business_date > :after::date and status = 'closed'
     union all
     select business_date, case kind when 'capture' then amount else 0 end, (kind = 'capture')::integer,
       case kind when 'refund' then -amount else 0 end, (kind = 'refund')::integer
     from settlement_lines
     where environment_id = :environment and merchant_id = :merchant and currency = :currency
       and business_date > :after::date and settlement_id is null and kind in ('capture', 'refund')) d`,
);

/**
 * Reads a merchant's share of refunds as it is at this moment, so from the very refund on that crosses the bound: what closed
 * settlements came to, one row a date, and the lines that wait. Nothing is kept that captures would have to change. Refunds
 * of dates up to one on which an operator released the payouts are left out.
 */
export async function readRefundShare(
  tx: Tx,
  { merchant, currency }: { merchant: Pick<Merchant, 'id' | 'timeZone'>; currency: string },
): Promise<RefundShare> {
  const { text, values } = shareSql({
    environment: tx.environment.id,
    merchant: merchant.id,
    currency,
    after: addDays(dateIn(merchant.timeZone, tx.now), -refundShareDays),
  });
  const [share] = await tx.query<RefundShare>(text, values);
  if (!share) throw new Error('sums without a row');
  return share;
}

/** Whether so much is refunded that payouts wait: above the share of the terms, with enough of both to tell. Pure. */
export function isRefundedTooMuch(
  { captured, captures, refunded, refunds }: RefundShare,
  { refundHoldBasisPoints: bound }: Pick<SettlementTerms, 'refundHoldBasisPoints'>,
): boolean {
  if (bound === 0 || captures < fewestCaptures || refunds < fewestRefunds) return false;
  return refunded * 10_000n > captured * BigInt(bound);
}
