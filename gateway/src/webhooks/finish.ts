import { recordEvent } from '../events/record.ts';
import { addMs, dayMs } from '../lib/dates.ts';
import { newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import type { DeliveryFailure, DeliveryRow } from './deliveries.ts';
import { disableEndpoint } from './disable.ts';
import { changeEndpoint, type EndpointRow } from './endpoints.ts';
import { retryAt } from './retry-schedule.ts';

export type Outcome = { status: number } | { failure: DeliveryFailure };

/** An endpoint that has answered nothing well for so long is disabled at its next failure. */
const longestFailingMs = 5 * dayMs;
/** Its merchant is told after so long, once until something is answered well. */
const warnedAfterMs = dayMs;
const gone = 410;

/**
 * Records what came of a claimed delivery and what follows from it: nothing after a 2xx, the next attempt after a
 * failure, a warning after a day, and the end of an endpoint that answered 410 or has failed for five days. An outcome that comes after
 * its lease was taken over, or after the endpoint was disabled, is dropped.
 */
export async function finishDelivery(tx: Tx, claimed: DeliveryRow, outcome: Outcome): Promise<void> {
  // The endpoint first, always: those who disable it lock it before its deliveries as well.
  const endpoint = await tx
    .sql<EndpointRow>('webhook_endpoints')
    .where({ environment_id: tx.environment.id, id: claimed.endpoint_id })
    .forNoKeyUpdate()
    .first();
  if (!endpoint) throw new Error(`delivery ${claimed.id} has no endpoint`);
  const succeeded = 'status' in outcome && outcome.status >= 200 && outcome.status < 300;
  const changed = await tx
    .sql<DeliveryRow>('deliveries')
    .where({
      environment_id: tx.environment.id,
      id: claimed.id,
      status: 'pending',
      lease_until: claimed.lease_until,
    })
    .update({
      status: succeeded ? 'succeeded' : 'failed',
      response_status: 'status' in outcome ? outcome.status : null,
      failure: succeeded ? null : 'failure' in outcome ? outcome.failure : 'http_status',
      lease_until: null,
      finished_at: tx.wallNow,
    });
  if (changed === 0) return;
  if (succeeded) {
    if (endpoint.failing_since) await setFailingSince(tx, endpoint, null);
  } else if ('status' in outcome && outcome.status === gone) {
    await disableEndpoint(tx, endpoint, 'gone');
  } else {
    await followFailure(tx, claimed, endpoint);
  }
}

async function followFailure(tx: Tx, failed: DeliveryRow, endpoint: EndpointRow): Promise<void> {
  if (!endpoint.failing_since) {
    await setFailingSince(tx, endpoint, tx.wallNow);
  } else if (addMs(endpoint.failing_since, longestFailingMs) <= tx.wallNow) {
    await disableEndpoint(tx, endpoint, 'failing');
    return;
  } else if (!endpoint.warned_at && addMs(endpoint.failing_since, warnedAfterMs) <= tx.wallNow) {
    await warnOf(tx, endpoint, endpoint.failing_since);
  }
  const attempt = failed.attempt + 1;
  const scheduledAt = retryAt(attempt, tx.wallNow, Math.random());
  if (!scheduledAt) return;
  await tx.sql<DeliveryRow>('deliveries').insert({
    environment_id: tx.environment.id,
    id: newId('dlv'),
    endpoint_id: endpoint.id,
    event_id: failed.event_id,
    redelivery: failed.redelivery,
    attempt,
    status: 'pending',
    scheduled_at: scheduledAt,
  });
}

async function warnOf(tx: Tx, endpoint: EndpointRow, since: Date): Promise<void> {
  const { version } = await changeEndpoint(tx, endpoint, { warned_at: tx.wallNow });
  await recordEvent(tx, {
    streams: [endpoint.merchant_id],
    type: 'webhook_endpoint.failing',
    objectId: endpoint.id,
    objectVersion: version,
    data: {
      url: endpoint.url,
      failing_since: since.toISOString(),
      disabled_from: addMs(since, longestFailingMs).toISOString(),
    },
  });
}

/** A spell of failing begins or ends; it is no version of the endpoint, for nobody is told. */
async function setFailingSince(tx: Tx, endpoint: EndpointRow, failingSince: Date | null): Promise<void> {
  await tx
    .sql<EndpointRow>('webhook_endpoints')
    .where({ environment_id: tx.environment.id, id: endpoint.id })
    .update({ failing_since: failingSince, warned_at: null });
}
