import { boundOf, type Partitioned } from '@morrow/db';
import type { EventType } from '../events/types.ts';
import { addMs, dayMs } from '../lib/dates.ts';
import { deleteStrays } from '../lib/delete-some.ts';
import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { findEndpoint } from './endpoints.ts';
import type { OutboundFailure } from './outbound.ts';

/** Why an attempt failed: its answer was no 2xx, there was none, or its target may not be reached. */
export type DeliveryFailure = OutboundFailure | 'http_status' | 'url_forbidden' | 'endpoint_disabled';

/** One attempt to send one event to one endpoint. */
export type Delivery = {
  id: Id<'dlv'>;
  endpointId: Id<'whe'>;
  eventId: Id<'evt'>;
  /** 0 for the first time that the event was sent; each time that it was asked for again has the next number. */
  redelivery: number;
  /** 1 for the first; the retry of a failed attempt is a delivery of its own. */
  attempt: number;
  status: 'pending' | 'succeeded' | 'failed';
  responseStatus: number | null;
  failure: DeliveryFailure | null;
  /** Wall time. */
  scheduledAt: Date;
  finishedAt: Date | null;
};

export type DeliveryRow = {
  environment_id: string;
  id: Id<'dlv'>;
  endpoint_id: Id<'whe'>;
  event_id: Id<'evt'>;
  redelivery: number;
  attempt: number;
  status: Delivery['status'];
  response_status: number | null;
  failure: DeliveryFailure | null;
  scheduled_at: Date;
  lease_until: Date | null;
  finished_at: Date | null;
};

function toDelivery(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    endpointId: row.endpoint_id,
    eventId: row.event_id,
    redelivery: row.redelivery,
    attempt: row.attempt,
    status: row.status,
    responseStatus: row.response_status,
    failure: row.failure,
    scheduledAt: row.scheduled_at,
    finishedAt: row.finished_at,
  };
}

/**
 * An endpoint's deliveries in the order of their creation, after the cursor's id; those that will be sent later
 * are among them.
 * @throws GatewayError `not_found` for a foreign or deleted endpoint
 */
export async function listDeliveries(
  tx: Tx,
  input: {
    merchantId: string;
    endpointId: string;
    status?: Delivery['status'] | undefined;
    eventId?: string | undefined;
    after: string | undefined;
    limit: number;
  },
): Promise<Delivery[]> {
  const { id: endpointId } = await findEndpoint(tx, input);
  const rows = await tx
    .sql<DeliveryRow>('deliveries')
    .where({ environment_id: tx.environment.id, endpoint_id: endpointId })
    .modify((query) => {
      if (input.status !== undefined) void query.where('status', input.status);
      if (input.eventId !== undefined) void query.where('event_id', input.eventId);
      if (input.after !== undefined) void query.where('id', '>', input.after);
    })
    .orderBy('id')
    .limit(input.limit);
  return rows.map(toDelivery);
}

/** A delivery with what it carries. */
export type ToldDelivery = Delivery & { eventType: EventType; sequence: bigint };

/**
 * An endpoint's newest deliveries, the newest first, before the one named `before`.
 * @throws GatewayError `not_found` for a foreign or deleted endpoint
 */
export async function listNewestDeliveries(
  tx: Tx,
  input: {
    merchantId: string;
    endpointId: string;
    status?: Delivery['status'] | undefined;
    eventId?: string | undefined;
    before?: string | undefined;
    limit: number;
  },
): Promise<ToldDelivery[]> {
  const { id: endpointId } = await findEndpoint(tx, input);
  type Told = DeliveryRow & { event_type: EventType; sequence: bigint };
  const rows = await tx
    .sql<Told>('deliveries as d')
    .join('events as e', (join) =>
      join.on('e.environment_id', 'd.environment_id').andOn('e.id', 'd.event_id'),
    )
    .where({ 'd.environment_id': tx.environment.id, 'd.endpoint_id': endpointId })
    .modify((query) => {
      if (input.status !== undefined) void query.where('d.status', input.status);
      if (input.eventId !== undefined) void query.where('d.event_id', input.eventId);
      if (input.before !== undefined) void query.where('d.id', '<', input.before);
    })
    .orderBy('d.id', 'desc')
    .limit(input.limit)
    .select<Told[]>('d.*', 'e.type as event_type', 'e.sequence');
  return rows.map((row) => ({ ...toDelivery(row), eventType: row.event_type, sequence: row.sequence }));
}

/** Long beyond the five days in which a delivery is tried; the events themselves stay in the feed. */
export const deliveriesKeptDays = 90;

/** They go by whole months, with those that an endpoint which never proved itself let wait for so long. */
export const deliveryPartitions: Partitioned = {
  table: 'deliveries',
  idPrefix: 'dlv',
  every: 'month',
  ahead: 2,
  keptDays: deliveriesKeptDays,
  uniqueWithin: ['environment_id', 'endpoint_id', 'event_id', 'redelivery', 'attempt'],
};

/** Deletes older deliveries of this environment than are kept, as far as no partition goes with them; answers how many. */
export async function pruneDeliveries(tx: Tx): Promise<number> {
  const { table, idPrefix } = deliveryPartitions;
  const oldest = boundOf(idPrefix, addMs(tx.wallNow, -deliveriesKeptDays * dayMs));
  return deleteStrays(tx, table, (query) => query.where('id', '<', oldest));
}
