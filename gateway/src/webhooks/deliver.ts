import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { findEvent } from '../events/feed.ts';
import { type FaultKind, takeFault } from '../faults/faults.ts';
import { GatewayError } from '../lib/errors.ts';
import { traced, type Traces } from '../lib/traces.ts';
import type { Tx, TxHost } from '../lib/tx.ts';
import { claimDue } from './claim.ts';
import type { DeliveryRow } from './deliveries.ts';
import { endpointKey } from './endpoint-key.ts';
import type { EndpointRow } from './endpoints.ts';
import { finishDelivery, type Outcome } from './finish.ts';
import { inEnvironment } from './in-environment.ts';
import { webhookBody, webhookHeaders } from './message.ts';
import type { Outbound, OutboundRequest } from './outbound.ts';
import { openSecrets } from './secrets.ts';
import { checkTarget } from './targets.ts';

/** What the delivery worker needs of the process it runs in. */
export type DeliveryHost = TxHost & {
  log: Logger;
  config: Pick<Config, 'sandboxWebhookTargets'>;
  traces?: Traces | undefined;
};

/**
 * Claims up to `limit` due deliveries, sends them and records what came of each. At least once: a process that
 * dies after sending leaves a lease that runs out, and the same event is sent again under the same `webhook-id`.
 * Returns how many it claimed.
 */
export async function deliverDue(host: DeliveryHost, outbound: Outbound, limit = 20): Promise<number> {
  const claimed = await claimDue(host, limit);
  await Promise.all(claimed.map((delivery) => deliver(host, outbound, delivery)));
  return claimed.length;
}

/**
 * Sends one claimed delivery, outside of any transaction, and records the outcome. Never throws: what goes wrong
 * here and not at the receiver is logged, and the delivery is due again when its lease has run out.
 */
export async function deliver(host: DeliveryHost, outbound: Outbound, claimed: DeliveryRow): Promise<void> {
  try {
    await traced(host, 'delivery', claimed.environment_id, () => deliverClaimed(host, outbound, claimed));
  } catch (error) {
    host.log.error(
      { err: error, delivery: claimed.id },
      'a delivery was not finished and will be tried again',
    );
  }
}

async function deliverClaimed(host: DeliveryHost, outbound: Outbound, claimed: DeliveryRow): Promise<void> {
  const { environment_id: environmentId } = claimed;
  const message = await inEnvironment(host, environmentId, (tx) =>
    composeRequest(tx, claimed, host.config.sandboxWebhookTargets),
  );
  // Its address was changed since it was claimed: it is sent when the new one has proven itself.
  if (!message) return;
  const outcome: Outcome = 'failure' in message ? message : await send(outbound, inTrace(host, message));
  await inEnvironment(host, environmentId, (tx) => finishDelivery(tx, claimed, outcome));
}

/** The signature does not cover what leads back to a trace, so that it may be dropped on the way. */
export function inTrace<Message extends OutboundRequest>(
  { traces }: DeliveryHost,
  message: Message,
): Message {
  return traces ? { ...message, headers: { ...message.headers, ...traces.headers() } } : message;
}

/** What a sandbox's owner asked to go wrong with a delivery. */
const deliveryFaults = ['webhook_lost', 'double_webhook'] as const satisfies FaultKind[];

type Composed = OutboundRequest & { fault?: FaultKind };

/** A lost webhook is one whose answer never came: it is tried again like any other. */
async function send(outbound: Outbound, { fault, ...message }: Composed): Promise<Outcome> {
  if (fault === 'webhook_lost') return { failure: 'timeout' };
  if (fault === 'double_webhook') await outbound.post(message);
  return outbound.post(message);
}

/** The URL is checked again at each attempt: what the operator allows may have changed since it was registered. */
async function composeRequest(
  tx: Tx,
  claimed: DeliveryRow,
  loopbackTargets: readonly string[],
): Promise<Composed | { failure: 'url_forbidden' } | undefined> {
  const endpoint = await tx
    .sql<EndpointRow>('webhook_endpoints')
    .where({ environment_id: tx.environment.id, id: claimed.endpoint_id })
    .first();
  if (!endpoint) throw new Error(`delivery ${claimed.id} has no endpoint`);
  if (endpoint.proven_at === null) return undefined;
  const event = await findEvent(tx, { stream: endpoint.merchant_id, eventId: claimed.event_id });
  const body = webhookBody(event, tx.environment.id);
  const fault = await arrangedFault(tx);
  const secrets = openSecrets(tx, endpoint);
  const key = endpointKey(tx.vault, tx.environment.id, endpoint.id);
  try {
    return {
      target: checkTarget(endpoint.url, { environment: tx.environment.kind, loopbackTargets }),
      headers: webhookHeaders({ eventId: event.id, secrets, key, sentAt: tx.wallNow, body }),
      body,
      ...(fault && { fault }),
    };
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'url_forbidden') return { failure: 'url_forbidden' };
    throw error;
  }
}

async function arrangedFault(tx: Tx): Promise<FaultKind | undefined> {
  const { id, kind } = tx.environment;
  if (kind !== 'sandbox') return undefined;
  return (await takeFault(tx.sql, { environmentId: id, kinds: deliveryFaults }))?.kind;
}
