import { recordOwnEvent } from '../events/record.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { type EndpointRow, lockEndpoint, unproven } from './endpoints.ts';

/**
 * Records an event that says nothing, to be sent to this endpoint alone. It stands in the merchant's feed: then it is
 * numbered, signed, sent, tried again and logged exactly as any other, which is what it is there to show.
 * @throws GatewayError `not_found`, `state_conflict` when the endpoint is disabled
 */
export async function sendTestEvent(
  tx: Tx,
  input: { merchantId: string; endpointId: string },
): Promise<Id<'evt'>> {
  const endpoint = await lockEndpoint(tx, input);
  requireEnabled(endpoint);
  // It is sent once the address has proven itself, and who asks for a test thinks that it can.
  if (endpoint.proven_at === null) await challengeAtOnce(tx, endpoint);
  return recordOwnEvent(tx, {
    stream: endpoint.merchant_id,
    type: 'webhook_endpoint.test',
    objectId: endpoint.id,
    objectVersion: endpoint.version,
    data: { url: endpoint.url },
  });
}

/** It is no version of the endpoint, for nothing of what its owner said is changed. */
async function challengeAtOnce(tx: Tx, { id }: EndpointRow): Promise<void> {
  await tx
    .sql<EndpointRow>('webhook_endpoints')
    .where({ environment_id: tx.environment.id, id })
    .update(unproven(tx.wallNow));
}

/** Nothing is sent to an endpoint that is disabled. */
export function requireEnabled({ status }: EndpointRow): void {
  if (status === 'enabled') return;
  throw new GatewayError('state_conflict', {
    detail: 'The webhook endpoint is disabled.',
    hint: 'Enable it first: PATCH it with {"status": "enabled"}.',
  });
}
