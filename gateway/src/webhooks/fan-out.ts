import type { Logger } from 'pino';
import { readFeed, type StreamEvent } from '../events/feed.ts';
import { newId } from '../lib/ids.ts';
import type { Tx, TxHost } from '../lib/tx.ts';
import type { DeliveryRow } from './deliveries.ts';
import type { EndpointRow } from './endpoints.ts';
import { inEnvironment } from './in-environment.ts';

/** At once: so many endpoints of an environment, and so many events of each. */
const endpointsLimit = 100;
const eventsLimit = 500;

/**
 * Makes the first delivery of every numbered event that an endpoint wants and has not had. Exact with several
 * processes: whoever makes an endpoint's deliveries locks its row and moves its mark in the same transaction, and
 * the others pass it by. Returns how many events it looked at; 0 says that there is nothing left to do here.
 */
export async function fanOut(host: TxHost & { log: Logger }): Promise<number> {
  let total = 0;
  for (const environmentId of await findEnvironmentsBehind(host)) {
    try {
      total += await inEnvironment(host, environmentId, fanOutEnvironment);
    } catch (error) {
      // An environment with a fault of its own must not keep the others from being served.
      host.log.error({ err: error, environment: environmentId }, 'an environment was not fanned out');
    }
  }
  return total;
}

/** This question goes across all environments, because there may be a great many and most have nothing to do. */
async function findEnvironmentsBehind(host: TxHost): Promise<string[]> {
  const result = await host.db.raw<{ rows: { environment_id: string }[] }>(
    `select distinct w.environment_id
     from webhook_endpoints w
     join event_streams s on s.environment_id = w.environment_id and s.stream = w.merchant_id
     join environments e on e.id = w.environment_id
     where w.status = 'enabled' and w.proven_at is not null and w.last_sequence < s.last_sequence
       and (e.expires_at is null or e.expires_at > ?)`,
    [host.clock.now()],
  );
  return result.rows.map((row) => row.environment_id);
}

async function fanOutEnvironment(tx: Tx): Promise<number> {
  const behind = await tx.sql.raw<{ rows: EndpointRow[] }>(
    `select w.*
     from webhook_endpoints w
     join event_streams s on s.environment_id = w.environment_id and s.stream = w.merchant_id
     where w.environment_id = ? and w.status = 'enabled' and w.proven_at is not null
       and w.last_sequence < s.last_sequence
     order by w.id limit ?
     for no key update of w skip locked`,
    [tx.environment.id, endpointsLimit],
  );
  let total = 0;
  for (const endpoint of behind.rows) total += await fanOutTo(tx, endpoint);
  return total;
}

async function fanOutTo(tx: Tx, endpoint: EndpointRow): Promise<number> {
  const events = await readFeed(tx, {
    stream: endpoint.merchant_id,
    after: endpoint.last_sequence,
    limit: eventsLimit,
  });
  const last = events.at(-1);
  if (!last) return 0;
  const deliveries = events
    .filter((event) => isWanted(endpoint, event))
    .map((event) => ({
      environment_id: tx.environment.id,
      id: newId('dlv'),
      endpoint_id: endpoint.id,
      event_id: event.id,
      attempt: 1,
      status: 'pending' as const,
      scheduled_at: tx.wallNow,
    }));
  if (deliveries.length > 0) await tx.sql<DeliveryRow>('deliveries').insert(deliveries);
  await tx
    .sql<EndpointRow>('webhook_endpoints')
    .where({ environment_id: tx.environment.id, id: endpoint.id })
    .update({ last_sequence: last.sequence });
  return events.length;
}

/** Whether an event is sent to an endpoint: one of its types, and the tests of it, whatever its types are. */
export function isWanted({ id, event_types: types }: EndpointRow, { type, objectId }: StreamEvent): boolean {
  if (type === 'webhook_endpoint.test') return objectId === id;
  return types.includes('*') || types.includes(type);
}
