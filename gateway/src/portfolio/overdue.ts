import { addDays, type CalendarDate } from '../lib/dates.ts';
import { splitByLargestRemainder, sum } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { type Bucket, bucketDays, buckets, delinquencyOf } from '../plans/delinquency.ts';
import { scheduleOf, type ScheduledInstallment } from '../plans/schedule.ts';
import { statusOf } from '../plans/status.ts';
import { type BookFilter, type BookRow, readBook } from './book.ts';
import { eachLog, type LoggedPlan } from './read-logs.ts';

/** What stands in one bucket of lateness, in minor units. */
export type OverdueBucket = {
  bucket: Bucket;
  plans: number;
  /** All principal that these plans owe, due or not. */
  principal: bigint;
  /** What of their principal, interest and fees has fallen due and is not paid. */
  overdue: bigint;
};

/** Where one plan stands at the end of a date. */
export type Standing = { days: number; bucket: Bucket; overdue: bigint; nextDue: CalendarDate | null };

const notLate: Standing = { days: 0, bucket: 'current', overdue: 0n, nextDue: null };

/** The first days past due that lie beyond the days of grace. */
const graceEnds = bucketDays[1] ?? 0;

/**
 * The book by bucket of lateness at the end of the filter's date. A plan's bucket is that of its oldest unpaid installment on
 * that date, from its own log: what happened later does not change it, and while its dues are paused it is not late. Σ
 * principal over the buckets is the outstanding principal of the ledger. What is overdue of a plan that several funders
 * share is split by the principal that each is owed.
 */
export async function overdueByBucket(
  tx: Tx,
  filter: BookFilter,
  book: readonly BookRow[],
): Promise<OverdueBucket[]> {
  const standings = await readStandings(tx, filter, [...new Set(book.map(({ planId }) => planId))]);
  const overdue = filter.funderId ? await overdueShares(tx, filter, standings, book) : undefined;
  return buckets.map((bucket) => {
    const rows = book.filter(({ planId }) => (standings.get(planId) ?? notLate).bucket === bucket);
    const planIds = [...new Set(rows.map(({ planId }) => planId))];
    const overdueOf = (planId: string) => overdue?.get(planId) ?? standings.get(planId)?.overdue ?? 0n;
    return {
      bucket,
      plans: planIds.length,
      principal: sum(rows.map(({ principal }) => principal)),
      overdue: sum(planIds.map(overdueOf)),
    };
  });
}

/** What of each late plan is overdue to the funder that the filter names: its part by the principal owed to each. */
async function overdueShares(
  tx: Tx,
  filter: BookFilter,
  standings: ReadonlyMap<string, Standing>,
  book: readonly BookRow[],
): Promise<Map<string, bigint>> {
  const late = new Set(book.map(({ planId }) => planId).filter((id) => standings.get(id)?.overdue));
  if (late.size === 0) return new Map();
  const all = await readBook(tx, { ...filter, funderId: undefined });
  const owed = new Map<string, BookRow[]>();
  for (const row of all) {
    if (late.has(row.planId)) owed.set(row.planId, [...(owed.get(row.planId) ?? []), row]);
  }
  return new Map(
    [...owed].map(([planId, rows]) => [
      planId,
      shareOf(rows, filter.funderId ?? '', standings.get(planId)?.overdue ?? 0n),
    ]),
  );
}

/** The part of `amount` that falls to one of the funders of a plan, by what each is owed. */
export function shareOf(rows: readonly BookRow[], funderId: string, amount: bigint): bigint {
  const weights = rows.map(({ principal, interest, fee }) => principal + interest + fee);
  if (sum(weights) <= 0n) return 0n;
  const parts = splitByLargestRemainder(amount, weights);
  return sum(parts.filter((_, index) => rows[index]?.funderId === funderId));
}

/** Where these plans stand on the date; those that cannot be late on it are left out, and are current. */
async function readStandings(
  tx: Tx,
  { on }: BookFilter,
  planIds: readonly string[],
): Promise<Map<string, Standing>> {
  const standings = new Map<string, Standing>();
  const looked = await findPossiblyLate(tx, on);
  await eachLog(
    tx,
    planIds.filter((id) => looked.has(id)),
    (plan) => void standings.set(plan.planId, standingOf(plan, on)),
  );
  return standings;
}

/** Where a plan stands at the end of `on`, by what was entered in its log until then. */
export function standingOf({ snapshot, log }: LoggedPlan, on: CalendarDate): Standing {
  const past = log.filter(({ onDate }) => onDate <= on);
  const installments = scheduleOf(snapshot, past);
  const isOver = past.some(({ kind }) => kind === 'charge_off');
  const unpaid = installments.filter((item) => item.paidAmount < item.amount);
  const nextDue = isOver ? null : (unpaid.map(({ dueDate }) => dueDate).toSorted()[0] ?? null);
  return {
    ...delinquencyOf(installments, on),
    overdue: sum(unpaid.map((item) => overdueOf(item, on))),
    nextDue,
  };
}

function overdueOf(item: ScheduledInstallment, on: CalendarDate): bigint {
  if (item.pausedUntil !== undefined || statusOf(item, on) !== 'overdue') return 0n;
  return item.amount - item.paidAmount;
}

/**
 * Plans that may have been late at the end of `on`, some of which were not: those that ever were beyond the days of grace,
 * which a plan never forgets; those with a due date within these days; and those whose due dates were moved. All others
 * need not be replayed.
 */
async function findPossiblyLate(tx: Tx, on: CalendarDate): Promise<Set<string>> {
  const { rows } = await tx.sql.raw<{ rows: { id: string }[] }>(
    `select id from plans where environment_id = :environment and late_installments <> '{}'
     union
     select plan_id from installments
     where environment_id = :environment and due_date >= :from and due_date < :on and amount > 0
     union
     select plan_id from plan_entries
     where environment_id = :environment and kind in ('pause', 'resume', 'reschedule', 'hardship', 'charge_back')`,
    { environment: tx.environment.id, from: addDays(on, 1 - graceEnds), on },
  );
  return new Set(rows.map(({ id }) => id));
}
