import { findLastSequence } from '../events/feed.ts';
import type { Tx } from '../lib/tx.ts';
import {
  changeEndpoint,
  checkEventTypes,
  type Endpoint,
  type EndpointRow,
  lockEndpoint,
  toEndpoint,
  unproven,
} from './endpoints.ts';
import { checkTarget } from './targets.ts';

export type EndpointChange = {
  merchantId: string;
  endpointId: string;
  url?: string | undefined;
  eventTypes?: readonly string[] | undefined;
  /**
   * Enables one that is disabled, for events from now on: what came in between is sent by a redelivery. One that is unproven
   * is challenged at once.
   */
  enable?: boolean | undefined;
  /** The operator's `config.sandboxWebhookTargets`. */
  loopbackTargets: readonly string[];
};

/**
 * Changes where an endpoint is and what it gets; its secret and its key stay. What waits for its next attempt goes to
 * the new URL, once that has answered a challenge.
 * @throws GatewayError `not_found`, `url_forbidden`, `validation_failed` for types that do not exist
 */
export async function updateEndpoint(tx: Tx, input: EndpointChange): Promise<Endpoint> {
  const { url, eventTypes, enable = false } = input;
  const row = await lockEndpoint(tx, input);
  const change: Partial<EndpointRow> = {};
  if (eventTypes !== undefined) change.event_types = checkEventTypes(eventTypes);
  if (url !== undefined) {
    change.url = checkTarget(url, {
      environment: tx.environment.kind,
      loopbackTargets: input.loopbackTargets,
    }).url.href;
  }
  const moved = change.url !== undefined && change.url !== row.url;
  const enabled = enable && row.status === 'disabled';
  // Another receiver's failures, or those from before it was mended, are not held against it.
  if (moved || enabled) Object.assign(change, { failing_since: null, warned_at: null });
  // Another address, maybe of somebody else; or the owner says that an address which did not answer is ready now.
  if (moved || (enable && row.proven_at === null)) Object.assign(change, unproven(tx.wallNow));
  if (enabled) {
    Object.assign(change, {
      status: 'enabled',
      disabled_reason: null,
      last_sequence: await findLastSequence(tx, row.merchant_id),
    });
  }
  if (Object.keys(change).length === 0) return toEndpoint(tx, row);
  return toEndpoint(tx, await changeEndpoint(tx, row, change));
}
