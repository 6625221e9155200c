import type { CalendarDate } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import { type BookFilter, filterBindings, plansSql } from './book.ts';
import { type Stand, standsOf } from './lateness.ts';
import { eachLog } from './read-logs.ts';

/**
 * How every plan of the filter stood that ever was late beyond the days of grace, by its id; a plan never forgets that it was
 * (`late_installments`), so all others need not be replayed. What was entered after the filter's date is not looked at.
 */
export async function readEverLate(tx: Tx, filter: BookFilter): Promise<Map<string, Stand[]>> {
  const { rows } = await tx.sql.raw<{ rows: { id: string }[] }>(
    `select p.id from plans p where ${plansSql} and p.late_installments <> '{}' order by p.id`,
    filterBindings(tx, filter),
  );
  const stands = new Map<string, Stand[]>();
  await eachLog(
    tx,
    rows.map(({ id }) => id),
    ({ planId, snapshot, log }) => void stands.set(planId, standsOf(snapshot, until(log, filter.on))),
  );
  return stands;
}

function until<Entry extends { onDate: CalendarDate }>(log: readonly Entry[], on: CalendarDate): Entry[] {
  return log.filter(({ onDate }) => onDate <= on);
}
