import type { TxHost } from '../lib/tx.ts';
import { addMs } from '../lib/dates.ts';
import type { DeliveryRow } from './deliveries.ts';

/** Well beyond the longest request: a delivery whose lease has run out belongs to a process that died. */
const leaseMs = 30_000;

/**
 * Only so many of an endpoint's oldest deliveries, those under way among them, are looked at: a receiver that hangs
 * holds few of the places for requests, and the others stay free for other endpoints.
 */
const mostPerEndpoint = 4;

/**
 * Claims up to `limit` due deliveries, of all environments in one statement, the longest overdue first. The lease
 * keeps other processes off them until it runs out, whether or not this one lives to record what came of them.
 */
export async function claimDue(host: TxHost, limit: number): Promise<DeliveryRow[]> {
  const now = host.clock.now();
  const result = await host.db.raw<{ rows: DeliveryRow[] }>(
    `with waiting as (
       select environment_id, id, row_number() over (
         partition by environment_id, endpoint_id
         order by scheduled_at, id
       ) as place
       from deliveries where status = 'pending' and scheduled_at <= :now
     ), due as (
       select d.environment_id, d.id
       from deliveries d
       join waiting w on w.environment_id = d.environment_id and w.id = d.id
       join environments e on e.id = d.environment_id
       -- What waited when an address was changed waits until the new one has proven itself.
       join webhook_endpoints p on p.environment_id = d.environment_id and p.id = d.endpoint_id and p.proven_at is not null
       where w.place <= :mostPerEndpoint and d.status = 'pending'
         and (d.lease_until is null or d.lease_until <= :now)
         and (e.expires_at is null or e.expires_at > :now)
       order by d.scheduled_at, d.id limit :limit
       for update of d skip locked
     )
     update deliveries d set lease_until = :until
     from due where d.environment_id = due.environment_id and d.id = due.id
     returning d.*`,
    { now, until: addMs(now, leaseMs), mostPerEndpoint, limit },
  );
  return result.rows;
}
