import { recordEvent } from '../events/record.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import type { DeliveryRow } from './deliveries.ts';
import { changeEndpoint, type DisabledReason, type EndpointRow } from './endpoints.ts';

/**
 * Ends an endpoint at its owner's wish: it is listed no longer and gets nothing more, not even what is on its way
 * to be tried again. Its row stays for the deliveries that refer to it.
 * @throws GatewayError `not_found`
 */
export async function deleteEndpoint(
  tx: Tx,
  input: { merchantId: string; endpointId: string },
): Promise<void> {
  const changed = await tx
    .sql<EndpointRow>('webhook_endpoints')
    .where({
      environment_id: tx.environment.id,
      id: input.endpointId as Id<'whe'>,
      merchant_id: input.merchantId,
    })
    .whereRaw("disabled_reason is distinct from 'deleted'")
    .update({ status: 'disabled', disabled_reason: 'deleted' });
  if (changed === 0) throw new GatewayError('not_found', { detail: 'There is no such webhook endpoint.' });
  await dropPending(tx, input.endpointId);
}

/** Disables a failing endpoint, which is locked, and tells its merchant so in the feed, which the other endpoints carry too. */
export async function disableEndpoint(
  tx: Tx,
  endpoint: EndpointRow,
  reason: Exclude<DisabledReason, 'deleted'>,
): Promise<void> {
  const { version } = await changeEndpoint(tx, endpoint, { status: 'disabled', disabled_reason: reason });
  await dropPending(tx, endpoint.id);
  await recordEvent(tx, {
    streams: [endpoint.merchant_id],
    type: 'webhook_endpoint.disabled',
    objectId: endpoint.id,
    objectVersion: version,
    data: { url: endpoint.url, reason },
  });
}

/** What waits for a disabled endpoint is never sent; left pending, every search for work would meet it. */
async function dropPending(tx: Tx, endpointId: string): Promise<void> {
  await tx
    .sql<DeliveryRow>('deliveries')
    .where({ environment_id: tx.environment.id, endpoint_id: endpointId as Id<'whe'>, status: 'pending' })
    .update({ status: 'failed', failure: 'endpoint_disabled', lease_until: null, finished_at: tx.wallNow });
}
