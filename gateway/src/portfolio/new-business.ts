import type { Tx } from '../lib/tx.ts';
import { type BookFilter, filterBindings, planMovesSql, plansSql } from './book.ts';
import { type Month, monthOf, monthsUntil } from './months.ts';

/** What was bought in one month, in minor units. */
export type MonthOfBusiness = { month: Month; plans: number; principal: bigint };

/**
 * New business of the `count` months that end with that of the filter's date, the oldest first: Σ principal that captures
 * and cash draws brought in the month (`principal` from a merchant or a draw; a draw that failed brought nothing), and the
 * number of plans whose first one it was. What the first installment takes at once is in it; what is captured later of the
 * same order counts in its own month.
 */
export async function readNewBusiness(tx: Tx, filter: BookFilter, count: number): Promise<MonthOfBusiness[]> {
  const { rows } = await tx.sql.raw<{ rows: MonthOfBusiness[] }>(
    `with bought as (
       select m.plan_id, to_char(m.occurred_at at time zone :zone, 'YYYY-MM') as month, sum(m.amount) as principal
       from (${planMovesSql(['principal'])}) m
       join plans p on p.id = m.plan_id
       where ${plansSql} and ((m.amount > 0 and m.other ^@ 'merchant:') or m.other ^@ 'draw:')
       group by 1, 2
       having sum(m.amount) > 0),
     firsts as (select plan_id, min(month) as month from bought group by 1)
     select b.month, sum(b.principal)::int8 as principal, count(*) filter (where b.month = f.month)::int as plans
     from bought b
     join firsts f on f.plan_id = b.plan_id
     group by b.month`,
    filterBindings(tx, filter),
  );
  const found = new Map(rows.map((row) => [row.month, row]));
  return monthsUntil(monthOf(filter.on), count).map(
    (month) => found.get(month) ?? { month, plans: 0, principal: 0n },
  );
}
