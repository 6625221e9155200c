import type { Tx } from '../lib/tx.ts';
import type { UpcomingSql } from '../lib/upcoming.ts';
import { noticesMs } from './expiring.ts';

/** When the next authorization expires after `tx.now`, if nobody captures or voids it; null without one. */
export function nextExpiryAt(tx: Tx): UpcomingSql {
  return nextOf(tx, [{ beforeMs: 0, told: noticesMs.length }]);
}

/** When the next merchant is told that an authorization expires soon; null when all have been told. */
export function nextExpiryNoticeAt(tx: Tx): UpcomingSql {
  return nextOf(
    tx,
    noticesMs.map((beforeMs, told) => ({ beforeMs, told })),
  );
}

/** The first instant, so long before an expiry, of an order of which at most `told` notices have been given. */
function nextOf(tx: Tx, instants: readonly { beforeMs: number; told: number }[]): UpcomingSql {
  return tx.sql.raw(
    `select min(next.expires_at - instant.before)
     from (
         select ms * interval '1 millisecond' as before, told
         from unnest(:beforesMs::bigint[], :told::int[]) as given (ms, told)) instant
       cross join lateral (
         select min(expires_at) as expires_at from orders
         where environment_id = :environment and status in ('authorized', 'partially_captured')
           and expiry_notices <= instant.told and expires_at > :now::timestamptz + instant.before) next`,
    {
      environment: tx.environment.id,
      now: tx.now,
      beforesMs: instants.map(({ beforeMs }) => beforeMs),
      told: instants.map(({ told }) => told),
    },
  );
}
