import { addMs, type CalendarDate, minuteMs } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import type { UpcomingSql } from '../lib/upcoming.ts';
import {
  latestMonth,
  monthEndAfter,
  monthEndOf,
  type ScoreMonth,
  storeCutoff,
  storeMonths,
} from '../pay-score/months.ts';
import { parseSnapshot } from '../plans/snapshot.ts';
import { callEntries } from './guarantors/calls.ts';
import { readLogs } from './log.ts';
import { hasEntries, type LoggedPlan, monthOf } from './month-facts.ts';

/** A shopper with months to be closed, or the month end until which all are closed then. */
export type MonthsToClose =
  { shopperId: string; currency: string; lastEnd: CalendarDate } | { lastEnd: CalendarDate };

/** In live time, a transaction that began before midnight may commit after it: nobody's takes this long. */
const settlingMs = 10 * minuteMs;

/**
 * Whose months are to be closed at `tx.now`. A month is over when its last date is, in the zones of the environment and of
 * all its merchants. It needs a row for whoever something happened to in it, and for whoever owed anything at the end of
 * the month before. What is closed already is not looked at again, however many plans that were paid long ago there are.
 */
export async function findMonthsToClose(tx: Tx): Promise<MonthsToClose[]> {
  const found = await findPending(tx);
  const [first] = found;
  return first ? [...found, { lastEnd: first.lastEnd }] : [];
}

/** Closes one shopper's months, or says that all are closed. Doing so twice, or in two processes, changes nothing more. */
export async function closeMonths(tx: Tx, found: MonthsToClose): Promise<void> {
  if ('shopperId' in found) return closeMonthsOf(tx, found);
  if ((await findPending(tx, 1)).length === 0) await storeCutoff(tx, found.lastEnd);
}

type Pending = { shopperId: string; currency: string; lastEnd: CalendarDate };

async function findPending(tx: Tx, most?: number): Promise<Pending[]> {
  const { rows } = await tx.sql.raw<{ rows: Pending[] }>(
    `with ${calendarSql},
     since as (
       select coalesce(max(month_end), '-infinity') as month_end from score_cutoffs
       where environment_id = :environment)
     select pending.shopper_id as "shopperId", pending.currency, calendar.last_end as "lastEnd"
     from calendar, since, lateral (
       select p.shopper_id, p.currency
       from plan_entries e
       join plans p on p.environment_id = e.environment_id and p.id = e.plan_id
       where e.environment_id = :environment and e.on_date > since.month_end and e.on_date <= calendar.last_end
         and not exists (select from score_months m
           where m.environment_id = :environment and m.shopper_id = p.shopper_id and m.currency = p.currency
             and m.month_end = (date_trunc('month', e.on_date::timestamp) + interval '1 month - 1 day')::date)
       union
       select m.shopper_id, m.currency
       from score_months m
       where m.environment_id = :environment and m.billed > 0
         and m.month_end >= since.month_end and m.month_end < calendar.last_end
         and not exists (select from score_months n
           where n.environment_id = :environment and n.shopper_id = m.shopper_id and n.currency = m.currency
             and n.month_end = ((m.month_end + 1)::timestamp + interval '1 month - 1 day')::date)
     ) pending
     order by 1, 2
     limit :most`,
    { ...calendarOf(tx), most: most ?? null },
  );
  return rows;
}

/** The last month end that is over for everybody, and the zones of those who everybody are. */
const calendarSql = `
  zones as (
    select :zone as time_zone
    union select time_zone from merchants where environment_id = :environment),
  calendar as (
    select (date_trunc('month', min(:now::timestamptz at time zone time_zone)) - interval '1 day')::date as last_end
    from zones)`;

function calendarOf({ environment, now }: Tx): { environment: string; zone: string; now: Date } {
  const settled = environment.kind === 'live' ? addMs(now, -settlingMs) : now;
  return { environment: environment.id, zone: environment.timeZone, now: settled };
}

async function closeMonthsOf(tx: Tx, { lastEnd, ...of }: Pending): Promise<void> {
  const latest = await latestMonth(tx, of);
  const plans = await readPlans(tx, { ...of, since: latest?.monthEnd ?? null });
  await storeMonths(tx, of, monthsOf(plans, { latest, lastEnd }));
}

/** The plans of a shopper and currency that owed something at the month end `since`, or that something happened to after it. */
async function readPlans(
  tx: Tx,
  input: { shopperId: string; currency: string; since: CalendarDate | null },
): Promise<LoggedPlan[]> {
  const { rows } = await tx.sql.raw<{ rows: { id: string; snapshot: unknown }[] }>(
    `select p.id, p.snapshot from plans p
     where p.environment_id = :environment and p.shopper_id = :shopperId and p.currency = :currency
       and (p.status = 'active' or exists (
         select from plan_entries e
         where e.environment_id = p.environment_id and e.plan_id = p.id
           and e.on_date > coalesce(:since::date, '-infinity')))`,
    { ...input, environment: tx.environment.id },
  );
  const ids = rows.map(({ id }) => id);
  const logs = await readLogs(tx, ids);
  const calls = await callEntries(tx, ids);
  return rows.map(({ id, snapshot }) => ({
    snapshot: parseSnapshot(snapshot),
    log: logs.get(id) ?? [],
    byFriend: calls.get(id) ?? new Set(),
  }));
}

/**
 * The rows of the months after the latest that is stored, or from the first on in which something happened. An empty month
 * gets one only where something was owed before, which says that nothing is any more.
 */
function monthsOf(
  plans: readonly LoggedPlan[],
  { latest, lastEnd }: { latest: ScoreMonth | undefined; lastEnd: CalendarDate },
): ScoreMonth[] {
  const months: ScoreMonth[] = [];
  let owed = latest?.billed ?? 0n;
  for (let end = latest ? monthEndAfter(latest.monthEnd) : firstEnd(plans, lastEnd); end <= lastEnd;) {
    const month = monthOf(plans, end);
    if (owed > 0n || month.billed > 0n || hasEntries(plans, end)) months.push(month);
    owed = month.billed;
    end = monthEndAfter(end);
  }
  return months;
}

function firstEnd(plans: readonly LoggedPlan[], lastEnd: CalendarDate): CalendarDate {
  const starts = plans.flatMap(({ log }) => log.slice(0, 1).map(({ onDate }) => monthEndOf(onDate)));
  return [lastEnd, ...starts].toSorted()[0] ?? lastEnd;
}

/**
 * When the next month is over for everybody, if it will have something to say: somebody owes something, or has bought or
 * paid since the last; null otherwise.
 */
export function nextMonthCloseAt(tx: Tx): UpcomingSql {
  return tx.sql.raw(
    `with ${calendarSql}
     select max(((last_end + 1)::timestamp + interval '1 month') at time zone time_zone) as at
     from calendar, zones
     where exists (select from score_months m
         where m.environment_id = :environment and m.month_end = last_end and m.billed > 0)
       or exists (select from plan_entries e where e.environment_id = :environment and e.on_date > last_end)`,
    calendarOf(tx),
  );
}
