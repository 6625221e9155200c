import { addDays, type CalendarDate, daysBetween } from '../../lib/dates.ts';
import type { Tx } from '../../lib/tx.ts';
import { businessDateOf } from '../sightings.ts';
import { raiseAlarm } from './alarms.ts';
import { baselineDays, judgeCount } from './baseline.ts';
import { countDay, type DayCount, keepCounts, readHistory } from './counts.ts';
import { keepNorms } from './norms.ts';

/** The business dates that are over and not watched yet, the earliest first: of the last four weeks at most. */
export async function findUnwatched(tx: Tx): Promise<CalendarDate[]> {
  const { rows } = await tx.sql.raw<{ rows: { last: CalendarDate | null; first: Date | null }[] }>(
    `select
       (select max(business_date) from fraud_day_counts where environment_id = :environment
         and merchant_id = '' and what = 'decisions') as last,
       (select min(seen_at) from fraud_sightings where environment_id = :environment) as first`,
    { environment: tx.environment.id },
  );
  const { last = null, first = null } = rows[0] ?? {};
  if (first === null) return [];
  const today = businessDateOf(tx, tx.now);
  const begins = [
    addDays(today, -baselineDays),
    businessDateOf(tx, first),
    ...(last === null ? [] : [addDays(last, 1)]),
  ];
  const from = begins.toSorted().at(-1) ?? today;
  return Array.from({ length: Math.max(0, daysBetween(from, today)) }, (_, index) => addDays(from, index));
}

/**
 * Watches a business date that is over: keeps its counts and the merchants' norms, and raises alarms about what changed
 * all at once. What comes of it does not depend on when it runs.
 */
export async function watchDate(tx: Tx, date: CalendarDate): Promise<void> {
  const counts = await countDay(tx, date);
  await judge(tx, { date, counts, isOver: true });
  await keepCounts(tx, { date, counts });
  if (counts.some(({ count }) => count > 0)) await keepNorms(tx, date);
}

/** Looks at the date that is under way, which can only have too many of something already. */
export async function watchToday(tx: Tx): Promise<void> {
  const date = businessDateOf(tx, tx.now);
  await judge(tx, { date, counts: await countDay(tx, date), isOver: false });
}

async function judge(
  tx: Tx,
  { date, counts, isOver }: { date: CalendarDate; counts: readonly DayCount[]; isOver: boolean },
): Promise<void> {
  const past = await readHistory(tx, date);
  const days = past.find(({ merchantId, what }) => merchantId === '' && what === 'decisions')?.history.length;
  const none = Array.from({ length: days ?? 0 }, () => 0);
  const key = ({ merchantId, what }: DayCount): string => `${merchantId} ${what}`;
  const subjects = new Map(past.map((subject) => [key(subject), subject]));
  for (const counted of counts) {
    const history = subjects.get(key(counted))?.history ?? none;
    subjects.set(key(counted), { ...counted, history });
  }
  for (const { history, ...counted } of subjects.values()) {
    const judgement = judgeCount({ count: counted.count, history, isOver });
    if (judgement) await raiseAlarm(tx, { date, counted, judgement });
  }
}
