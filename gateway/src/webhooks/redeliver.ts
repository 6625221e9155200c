import { findEvent, readStream, type StreamEvent } from '../events/feed.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import type { DeliveryRow } from './deliveries.ts';
import { type EndpointRow, lockEndpoint } from './endpoints.ts';
import { isWanted } from './fan-out.ts';
import { requireEnabled } from './test-event.ts';

/** So many numbers of the feed at once. */
const mostNumbers = 1000n;

export type Redelivery = {
  /** How many events are sent again. */
  deliveries: number;
  /** Up to which number everything that was asked for is on its way. */
  nextAfter: bigint;
  hasMore: boolean;
};

/**
 * Sends one event to an endpoint again, whatever its types are.
 * @throws GatewayError `not_found` for the endpoint or the event, `state_conflict` when the endpoint is disabled
 */
export async function redeliverEvent(
  tx: Tx,
  input: { merchantId: string; endpointId: string; eventId: string },
): Promise<Redelivery> {
  const endpoint = await lockEndpoint(tx, input);
  requireEnabled(endpoint);
  const event = await findEvent(tx, { stream: endpoint.merchant_id, eventId: input.eventId });
  return {
    deliveries: await sendAgain(tx, endpoint, [event]),
    nextAfter: event.sequence,
    hasMore: false,
  };
}

/**
 * Sends again what follows a number and is of the endpoint's types, a thousand numbers at once, up to what it has had:
 * what came after that is sent anyway.
 * @throws GatewayError `not_found`, `state_conflict` when the endpoint is disabled
 */
export async function redeliverAfter(
  tx: Tx,
  input: { merchantId: string; endpointId: string; after: bigint },
): Promise<Redelivery> {
  const endpoint = await lockEndpoint(tx, input);
  requireEnabled(endpoint);
  const { after } = input;
  const last = endpoint.last_sequence;
  if (after >= last) return { deliveries: 0, nextAfter: after, hasMore: false };
  const through = after + mostNumbers < last ? after + mostNumbers : last;
  const events = await readStream(tx.sql, tx.environment.id, {
    stream: endpoint.merchant_id,
    after,
    through,
    limit: Number(mostNumbers),
  });
  const wanted = events.filter((event) => isWanted(endpoint, event));
  return {
    deliveries: await sendAgain(tx, endpoint, wanted),
    nextAfter: through,
    hasMore: through < last,
  };
}

/** Those that wait for an attempt are due now; the others get a new first one. The endpoint is locked. */
async function sendAgain(
  tx: Tx,
  endpoint: EndpointRow,
  events: readonly Pick<StreamEvent, 'id'>[],
): Promise<number> {
  const ids = events.map(({ id }) => id);
  const deliveriesOf = (of: readonly Id<'evt'>[]) =>
    tx
      .sql<DeliveryRow>('deliveries')
      .where({ environment_id: tx.environment.id, endpoint_id: endpoint.id })
      .whereIn('event_id', of);
  const waiting = await deliveriesOf(ids)
    .where('status', 'pending')
    .update({ scheduled_at: tx.wallNow })
    .returning('event_id');
  const isWaiting = new Set(waiting.map(({ event_id: id }) => id));
  const again = ids.filter((id) => !isWaiting.has(id));
  if (again.length > 0) {
    const before = await deliveriesOf(again)
      .groupBy('event_id')
      .select<{ event_id: Id<'evt'>; last: number }[]>('event_id', tx.sql.raw('max(redelivery) as last'));
    const lastOf = new Map(before.map(({ event_id: id, last }) => [id, last]));
    await tx.sql<DeliveryRow>('deliveries').insert(
      again.map((eventId) => ({
        environment_id: tx.environment.id,
        id: newId('dlv'),
        endpoint_id: endpoint.id,
        event_id: eventId,
        // 0 is the number of the first sending, also where that is still to come or never was.
        redelivery: (lastOf.get(eventId) ?? 0) + 1,
        attempt: 1,
        status: 'pending' as const,
        scheduled_at: tx.wallNow,
      })),
    );
  }
  return ids.length;
}
