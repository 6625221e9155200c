import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';

/**
 * What a settlement that was opened has taken. Amounts are minor units; `capturedInMonth` is what of `captured` is of
 * the calendar month of its date.
 */
export type Taken = {
  settlementId: Id<'stl'>;
  net: bigint;
  linesCount: number;
  captured: bigint;
  capturedInMonth: bigint;
  captures: number;
  refunded: bigint;
  refunds: number;
};

/**
 * Opens a settlement over every line that waits up to its date, numbers them as its own and sums them: one statement,
 * whatever their number, of which only the sums come back. Undefined when nothing waits but a debt that was carried
 * over, or when the date was closed before. The caller has locked the merchant, so of two that close at once the second
 * finds what the first has left.
 */
export async function takeLines(
  tx: Tx,
  input: { merchantId: string; currency: string; businessDate: string; early: boolean },
): Promise<Taken | undefined> {
  const { rows } = await tx.sql.raw<{
    rows: {
      id: Id<'stl'>;
      net: bigint;
      lines_count: number;
      captured: bigint;
      in_month: bigint;
      captures: number;
      refunded: bigint;
      refunds: number;
    }[];
  }>(
    `with waiting as materialized (
       select id, kind, row_number() over (order by id) as number from settlement_lines
       where environment_id = :environment and merchant_id = :merchant and currency = :currency
         and business_date <= :day and settlement_id is null
     ), opened as (
       insert into settlements
         (environment_id, id, merchant_id, currency, business_date, status, early, created_at)
       select :environment, :id, :merchant, :currency, :day::date, 'open', :early, :now::timestamptz
       where exists (select from waiting where kind <> 'carried_over')
       on conflict (environment_id, merchant_id, currency, business_date) where not early do nothing
       returning id
     ), taken as (
       update settlement_lines l set settlement_id = opened.id, number = waiting.number
       from waiting cross join opened
       where l.environment_id = :environment and l.id = waiting.id
       returning l.amount, l.kind, l.business_date
     )
     select opened.id, coalesce(sum(taken.amount), 0)::bigint as net, count(*)::integer as lines_count,
       coalesce(sum(taken.amount) filter (where taken.kind = 'capture'), 0)::bigint as captured,
       coalesce(sum(taken.amount) filter (where taken.kind = 'capture'
         and taken.business_date >= date_trunc('month', :day::date)), 0)::bigint as in_month,
       count(*) filter (where taken.kind = 'capture')::integer as captures,
       coalesce(-sum(taken.amount) filter (where taken.kind = 'refund'), 0)::bigint as refunded,
       count(*) filter (where taken.kind = 'refund')::integer as refunds
     from opened cross join taken group by opened.id`,
    {
      environment: tx.environment.id,
      merchant: input.merchantId,
      currency: input.currency,
      day: input.businessDate,
      id: newId('stl'),
      early: input.early,
      now: tx.now,
    },
  );
  const [row] = rows;
  if (!row) return undefined;
  return {
    settlementId: row.id,
    net: row.net,
    linesCount: row.lines_count,
    captured: row.captured,
    capturedInMonth: row.in_month,
    captures: row.captures,
    refunded: row.refunded,
    refunds: row.refunds,
  };
}
