import type { CalendarDate } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';

/** What a merchant's closed settlements of one calendar month come to. Amounts are minor units. */
export type MonthOfSettlements = {
  /** The first of the month, in the merchant's calendar. */
  month: CalendarDate;
  currency: string;
  captured: bigint;
  /** What shoppers got back, and what of it disputes took. */
  refunded: bigint;
  /** What was paid for captures and early payouts, less what refunds gave back. */
  fees: bigint;
  /** Interest that was paid for shoppers, less what came back of it. */
  subsidies: bigint;
};

type Row = {
  month: CalendarDate;
  currency: string;
  captured: bigint;
  refunded: bigint;
  fees: bigint;
  subsidies: bigint;
};

/** The months from `from` on in which something was settled, the oldest first; what still waits is not among it. */
export async function settledByMonth(
  tx: Tx,
  input: { merchantId: string; from: CalendarDate },
): Promise<MonthOfSettlements[]> {
  const { rows } = await tx.sql.raw<{ rows: Row[] }>(
    `select date_trunc('month', s.business_date)::date as month, s.currency,
       coalesce(sum(l.amount) filter (where l.kind = 'capture'), 0)::bigint as captured,
       coalesce(-sum(l.amount) filter (where l.kind in ('refund', 'dispute', 'dispute_won')), 0)::bigint as refunded,
       coalesce(-sum(l.amount) filter (where l.kind in ('capture_fee', 'refund_fee', 'early_payout_fee')), 0)::bigint as fees,
       coalesce(-sum(l.amount) filter (where l.kind in ('subsidy', 'subsidy_returned')), 0)::bigint as subsidies
     from settlements s
       join settlement_lines l on l.environment_id = s.environment_id and l.settlement_id = s.id
     where s.environment_id = :environment and s.merchant_id = :merchant and s.status = 'closed'
       and s.business_date >= :from
     group by 1, 2
     order by 1, 2`,
    { environment: tx.environment.id, merchant: input.merchantId, from: input.from },
  );
  return rows;
}
