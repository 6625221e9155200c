import type { CalendarDate } from '../../lib/dates.ts';
import { startOf } from '../../lib/dates.ts';
import type { Tx } from '../../lib/tx.ts';
import { outcomeJoin } from '../review/outcomes.ts';
import type { Decided } from './decided.ts';

/** The newest so many decisions are looked at, so that a page of a large book is not kept waiting. */
export const mostDecided = 20_000;

type DecidedRow = {
  month: string;
  score: number;
  pd: number | null;
  limit_amount: bigint;
  available_amount: bigint;
  amount: bigint;
  decline_code: Decided['declineCode'];
  annual_rate_ppm: number | null;
  debt: string | null;
  late: string | null;
};

/** The currencies that anything was decided in since a date, the most frequent first. */
export async function decidedCurrencies(tx: Tx, input: { since: CalendarDate }): Promise<string[]> {
  const rows = await tx
    .sql('assessments')
    .where({ environment_id: tx.environment.id })
    .where('created_at', '>=', startOf(input.since, tx.environment.timeZone))
    .groupBy('currency')
    .orderByRaw('count(*) desc, currency')
    .select<{ currency: string }[]>('currency');
  return rows.map(({ currency }) => currency);
}

/**
 * Past decisions of one currency since a date, the oldest first. A checkout that was decided several times counts once,
 * by its last decision, which is the one that its shopper could act on; what an appeal scored
 * anew does not count again.
 */
export async function readDecided(
  tx: Tx,
  input: { currency: string; since: CalendarDate },
): Promise<Decided[]> {
  const { rows } = await tx.sql.raw<{ rows: DecidedRow[] }>(
    `with a as materialized (
       select * from assessments x
       where x.environment_id = :environment and x.currency = :currency and x.created_at >= :from
         and x.appeal_id is null
         and not exists (select from assessments y
           where y.environment_id = x.environment_id and y.checkout_session_id = x.checkout_session_id and y.id > x.id)
       order by x.created_at desc, x.id desc limit :most)
     select to_char(a.created_at at time zone :zone, 'YYYY-MM') as month, a.score, a.pd, a.limit_amount,
       a.available_amount, a.amount, a.decline_code, a.annual_rate_ppm,
       outcome.debt::text as debt, outcome.late::text as late
     from a ${outcomeJoin}
     order by a.created_at, a.id`,
    {
      environment: tx.environment.id,
      currency: input.currency,
      from: startOf(input.since, tx.environment.timeZone),
      zone: tx.environment.timeZone,
      now: tx.now,
      most: mostDecided,
    },
  );
  return rows.map((row) => ({
    month: row.month,
    score: row.score,
    pd: row.pd,
    limit: row.limit_amount,
    available: row.available_amount,
    amount: row.amount,
    declineCode: row.decline_code,
    annualRatePpm: row.annual_rate_ppm,
    debt: row.debt === null ? null : BigInt(row.debt),
    late: row.late === null ? null : BigInt(row.late),
  }));
}
