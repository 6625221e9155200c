import type { Tx } from '../lib/tx.ts';
import type { UpcomingSql } from '../lib/upcoming.ts';

/**
 * When the next settlement closes after `tx.now`: at the end of the business date on which a merchant has lines waiting;
 * null when nobody has. A debt that was carried over waits for something to be set off against.
 */
export function nextCloseAt(tx: Tx): UpcomingSql {
  return tx.sql.raw(
    `select min(((:now::timestamptz at time zone m.time_zone)::date + 1)::timestamp at time zone m.time_zone) as at
     from merchants m
     where m.environment_id = :environment and exists (
       select from settlement_lines l
       where l.environment_id = m.environment_id and l.merchant_id = m.id and l.settlement_id is null
         and l.kind <> 'carried_over')`,
    { now: tx.now, environment: tx.environment.id },
  );
}
