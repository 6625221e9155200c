import { addDays, addOffset, type CalendarDate, dateIn } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import type { Binding } from './binding.ts';

/** What a shopper's month was in one currency, as its last date ended. Amounts are minor units of the currency. */
export type ScoreMonth = {
  /** The month's last date. */
  monthEnd: CalendarDate;
  /** Principal, interest earned by then and fees that were unpaid, over all orders and draws. */
  billed: bigint;
  /** What repayments took off debts in the month; down payments and refunds are none. */
  paid: bigint;
  /** Greatest days past due over what was unpaid and not paused. */
  daysPastDue: number;
  /** Whether the dues of some debt stood still, so that its lateness is not in `daysPastDue`. */
  paused: boolean;
  /** Whether an order shipped or a draw was paid out in the month. */
  captured: boolean;
  /** Whether an installment was paid in the month beyond its days of grace. */
  paidLate: boolean;
};

export type MonthRow = {
  environment_id: string;
  shopper_id: string;
  currency: string;
  month_end: CalendarDate;
  billed: bigint;
  paid: bigint;
  days_past_due: number;
  paused: boolean;
  captured: boolean;
  paid_late: boolean;
};

/** The last date of the month that `date` is in. */
export function monthEndOf(date: CalendarDate): CalendarDate {
  return addDays(addOffset(`${date.slice(0, 7)}-01`, { months: 1 }), -1);
}

/** The month end so many months after another one, or before it. */
export function monthEndAfter(monthEnd: CalendarDate, months = 1): CalendarDate {
  return monthEndOf(addOffset(`${monthEnd.slice(0, 7)}-01`, { months }));
}

/** The last month end that is over in the environment's zone. */
export function lastMonthEnd(tx: Tx): CalendarDate {
  return monthEndAfter(monthEndOf(dateIn(tx.environment.timeZone, tx.now)), -1);
}

/** Stores a shopper's months. Of two that store the same one, both say the same: the first stays. */
export async function storeMonths(
  tx: Tx,
  of: { shopperId: string; currency: string },
  months: readonly ScoreMonth[],
): Promise<void> {
  if (months.length === 0) return;
  await tx
    .sql('score_months')
    .insert(
      months.map((month) => ({
        environment_id: tx.environment.id,
        shopper_id: of.shopperId,
        currency: of.currency,
        month_end: month.monthEnd,
        billed: month.billed,
        paid: month.paid,
        days_past_due: month.daysPastDue,
        paused: month.paused,
        captured: month.captured,
        paid_late: month.paidLate,
      })),
    )
    .onConflict(['environment_id', 'shopper_id', 'currency', 'month_end'])
    .ignore();
}

/** The latest month of a shopper that is stored. */
export async function latestMonth(
  tx: Tx,
  of: { shopperId: string; currency: string },
): Promise<ScoreMonth | undefined> {
  const row = await tx
    .sql<MonthRow>('score_months')
    .where({ environment_id: tx.environment.id, shopper_id: of.shopperId, currency: of.currency })
    .orderBy('month_end', 'desc')
    .first();
  return row && toMonth(row);
}

/** Says that every month until this end has all the rows that it has to have. */
export async function storeCutoff(tx: Tx, monthEnd: CalendarDate): Promise<void> {
  await tx
    .sql('score_cutoffs')
    .insert({ environment_id: tx.environment.id, month_end: monthEnd })
    .onConflict(['environment_id', 'month_end'])
    .ignore();
}

/** So many month ends are looked at: six that are scored, and the one before, whose bill the sixth month pays. */
export const monthsLookedAt = 7;

/** The closed months that are known of a shopper. */
export type KnownMonths = {
  /** The newest first, without a gap, at most `monthsLookedAt`; none of before the shopper's first. */
  months: ScoreMonth[];
  /** What the book's own outcomes called for; undefined before there were enough. */
  binding: Binding | undefined;
};

/**
 * The months that a score looks at, in one statement, with the binding of the model's tables that is in force. `lastEnd`
 * is the last month end that is over. While the sweep has not come to a shopper for whom it has something to write, the
 * month before is their newest.
 */
export async function readMonths(
  tx: Tx,
  input: { shopperId: string; currency: string; modelHash: string; lastEnd: CalendarDate },
): Promise<KnownMonths> {
  const { rows } = await tx.sql.raw<{ rows: (MonthRow & Surroundings)[] }>(
    `with mine as (
       select * from score_months
       where environment_id = :environment and shopper_id = :shopperId and currency = :currency
       order by month_end desc limit :most)
     select mine.*,
       (select min(month_end) from score_months
        where environment_id = :environment and shopper_id = :shopperId and currency = :currency) as first_end,
       exists (select from plans p
         join plan_entries e on e.environment_id = p.environment_id and e.plan_id = p.id
         where p.environment_id = :environment and p.shopper_id = :shopperId and p.currency = :currency
           and e.on_date > (select max(month_end) from mine) and e.on_date <= :lastEnd) as goes_on,
       (select jsonb_build_object('a', a, 'b', b, 'k', k) from score_bindings
        where environment_id = :environment and currency = :currency and model_hash = :modelHash
          and valid_from <= :now
        order by valid_from desc limit 1) as binding
     from mine order by month_end desc`,
    { ...input, environment: tx.environment.id, now: tx.now, most: monthsLookedAt },
  );
  const [newest] = rows;
  if (!newest) return { months: [], binding: undefined };
  const isDormant = newest.billed === 0n && !newest.goes_on && newest.month_end < input.lastEnd;
  const months = withEmptyMonths(rows.map(toMonth), {
    from: isDormant ? input.lastEnd : newest.month_end,
    to: newest.first_end,
    most: monthsLookedAt,
  });
  return { months, binding: newest.binding ?? undefined };
}

type Surroundings = { first_end: CalendarDate; goes_on: boolean; binding: Binding | null };

/** The months from the newest back to the first, those without a row as the empty ones that they were. */
export function withEmptyMonths(
  stored: readonly ScoreMonth[],
  { from, to, most }: { from: CalendarDate; to: CalendarDate; most: number },
): ScoreMonth[] {
  const known = new Map(stored.map((month) => [month.monthEnd, month]));
  const months: ScoreMonth[] = [];
  for (let end = from; end >= to && months.length < most; end = monthEndAfter(end, -1))
    months.push(known.get(end) ?? emptyMonth(end));
  return months;
}

function emptyMonth(monthEnd: CalendarDate): ScoreMonth {
  const nothing = { paused: false, captured: false, paidLate: false };
  return { monthEnd, billed: 0n, paid: 0n, daysPastDue: 0, ...nothing };
}

export function toMonth(row: MonthRow): ScoreMonth {
  return {
    monthEnd: row.month_end,
    billed: row.billed,
    paid: row.paid,
    daysPastDue: row.days_past_due,
    paused: row.paused,
    captured: row.captured,
    paidLate: row.paid_late,
  };
}
