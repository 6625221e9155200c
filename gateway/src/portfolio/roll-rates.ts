import { addDays, type CalendarDate, startOf } from '../lib/dates.ts';
import { sum } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { bucketOf, isLate } from '../plans/delinquency.ts';
import { type BookFilter, filterBindings, planSumsSql, plansSql } from './book.ts';
import { readEverLate } from './ever-late.ts';
import { chargedOff, daysLateOn, type Stand } from './lateness.ts';
import { addMonths, type Month, monthOf, monthsUntil } from './months.ts';

/** Where a debt may stand at the end of a month; the days of grace are current. */
export const rollFrom = ['current', '4_30', '31_60', '61_90', 'over_90'] as const;

/** Where it may stand a month later: closed is paid, refunded, or no longer with this funder. */
export const rollTo = [...rollFrom, 'charged_off', 'closed'] as const;

export type RollFrom = (typeof rollFrom)[number];
export type RollTo = (typeof rollTo)[number];

/** Of what stood in one bucket at the ends of months, where it stood a month later. Amounts are minor units. */
export type RollRow = { from: RollFrom; principal: bigint; to: Record<RollTo, bigint> };

/** What rolled from the end of the month before `month` to its end. */
export type Roll = { month: Month; rows: RollRow[] };

/** Principal that a plan owed at the end of each month, from the one before the first that is asked for. */
export type PlanBalances = { planId: string; atEnds: bigint[] };

/**
 * Roll rates: of the principal that stood in a bucket at the end of one month, the part whose plans stood in each bucket at
 * the end of the next, was charged off, or was closed. The whole principal of a plan goes where the plan goes, also what of
 * it was paid in between. One matrix for each of the `count` months that are over on the filter's date, the oldest first.
 * Balances are the ledger's, buckets are read from the plans' logs.
 */
export async function readRolls(tx: Tx, filter: BookFilter, count: number): Promise<Roll[]> {
  const months = monthsUntil(lastMonthOver(filter.on), count);
  const balances = await readBalances(tx, filter, months);
  return rollsOf(balances, await readEverLate(tx, filter), months);
}

/** The rolls of these months; pure. `atEnds` of the balances begins with the end of the month before the first. */
export function rollsOf(
  balances: readonly PlanBalances[],
  stands: ReadonlyMap<string, readonly Stand[]>,
  months: readonly Month[],
): Roll[] {
  const none: readonly Stand[] = [];
  return months.map((month, index) => {
    const rows = emptyRows();
    const [before, after] = [endOfMonth(addMonths(month, -1)), endOfMonth(month)];
    for (const { planId, atEnds } of balances) {
      const principal = atEnds[index] ?? 0n;
      if (principal <= 0n) continue;
      const own = stands.get(planId) ?? none;
      const row = rows[rollFrom.indexOf(bucketOn(own, before))];
      if (!row) continue;
      row.principal += principal;
      row.to[stateOn(own, after, atEnds[index + 1] ?? 0n)] += principal;
    }
    return { month, rows };
  });
}

/** Several months as one: Σ of what stood in each bucket, and Σ of where it went. */
export function sumOfRolls(rolls: readonly Roll[]): RollRow[] {
  return emptyRows().map((empty) => {
    const rows = rolls.flatMap((roll) => roll.rows.filter(({ from }) => from === empty.from));
    const to = { ...empty.to };
    for (const state of rollTo) to[state] = sum(rows.map((row) => row.to[state]));
    return { from: empty.from, principal: sum(rows.map(({ principal }) => principal)), to };
  });
}

/** The last month whose last date is not after `on`. */
export function lastMonthOver(on: CalendarDate): Month {
  const isLastDate = monthOf(addDays(on, 1)) !== monthOf(on);
  return isLastDate ? monthOf(on) : addMonths(monthOf(on), -1);
}

export function endOfMonth(month: Month): CalendarDate {
  return addDays(`${addMonths(month, 1)}-01`, -1);
}

function emptyRows(): RollRow[] {
  return rollFrom.map((from) => ({
    from,
    principal: 0n,
    to: { current: 0n, '4_30': 0n, '31_60': 0n, '61_90': 0n, over_90: 0n, charged_off: 0n, closed: 0n },
  }));
}

function bucketOn(stands: readonly Stand[], date: CalendarDate): RollFrom {
  const bucket = bucketOf(daysLateOn(stands, date));
  return isLate(bucket) ? (bucket as RollFrom) : 'current';
}

function stateOn(stands: readonly Stand[], date: CalendarDate, principal: bigint): RollTo {
  if (principal > 0n) return bucketOn(stands, date);
  const givenUp = chargedOff(stands);
  return givenUp && givenUp.on <= date ? 'charged_off' : 'closed';
}

/** What plans of the filter owed of the principal at the ends of these months and of the one before. */
async function readBalances(tx: Tx, filter: BookFilter, months: readonly Month[]): Promise<PlanBalances[]> {
  const first = addMonths(months[0] ?? monthOf(filter.on), -1);
  // How many of these months had begun: nothing of them is 0, the month before the first and all before that.
  const begun = { name: 'begun', sql: 'width_bucket(t.occurred_at, :begins::timestamptz[])' };
  const { rows } = await tx.sql.raw<{ rows: { planId: string; begun: number; change: bigint }[] }>(
    `with changes as (
       select split_part(account, ':', 2) as plan_id, begun, sum(amount)::int8 as change
       from (${planSumsSql(['principal'], { by: begun })}) sums
       group by 1, 2
       having sum(amount) <> 0)
     select c.plan_id as "planId", c.begun, c.change
     from changes c
     join plans p on p.id = c.plan_id
     where ${plansSql}
     order by c.plan_id, c.begun`,
    {
      ...filterBindings(tx, { ...filter, on: endOfMonth(months.at(-1) ?? first) }),
      begins: months.map((month) => startOf(`${month}-01`, tx.environment.timeZone)),
    },
  );
  const balances = new Map<string, bigint[]>();
  for (const { planId, begun: from, change } of rows) {
    const atEnds = balances.get(planId) ?? Array.from({ length: months.length + 1 }, () => 0n);
    balances.set(planId, atEnds);
    for (let index = from; index < atEnds.length; index += 1) {
      atEnds[index] = (atEnds[index] ?? 0n) + change;
    }
  }
  return [...balances].map(([planId, atEnds]) => ({ planId, atEnds }));
}
