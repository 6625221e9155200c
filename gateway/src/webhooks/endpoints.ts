import { findLastSequence } from '../events/feed.ts';
import { type EventType, isEventType } from '../events/types.ts';
import { GatewayError } from '../lib/errors.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { endpointPublicKey } from './endpoint-key.ts';
import type { OutboundFailure } from './outbound.ts';
import { newSecret, sealSecret } from './secrets.ts';
import { checkTarget } from './targets.ts';

/** Why a challenge was not answered: its answer was no 2xx or not the right one, there was none, or its target may not be reached. */
export type ChallengeFailure = OutboundFailure | 'http_status' | 'wrong_answer' | 'url_forbidden';

export type DisabledReason = 'gone' | 'failing' | 'deleted';

/** Where a merchant wants to be told of events. */
export type Endpoint = {
  id: Id<'whe'>;
  merchantId: string;
  url: string;
  /** Types that are sent; `*` alone stands for all, those of later versions too. */
  eventTypes: (EventType | '*')[];
  /** `unproven` gets no event yet: its address has not answered a challenge. */
  status: 'unproven' | 'enabled' | 'disabled';
  disabledReason: DisabledReason | null;
  /** While it is unproven: why the last challenge was not answered; null when it was not sent yet. */
  challengeFailure: ChallengeFailure | null;
  /** Since when it has answered nothing well; wall time. */
  failingSince: Date | null;
  /** `whpk_…`: what its `v1a` signatures verify with. */
  publicKey: string;
  /** Until when the secret before the last rotation signs as well; wall time. */
  previousSecretUntil: Date | null;
  createdAt: Date;
};

export type EndpointRow = {
  environment_id: string;
  id: Id<'whe'>;
  merchant_id: string;
  url: string;
  event_types: (EventType | '*')[];
  version: number;
  secret_sealed: string;
  previous_secret_sealed: string | null;
  previous_secret_until: Date | null;
  status: 'enabled' | 'disabled';
  disabled_reason: DisabledReason | null;
  proven_at: Date | null;
  challenges: number;
  challenge_at: Date | null;
  challenge_failure: ChallengeFailure | null;
  last_sequence: bigint;
  failing_since: Date | null;
  warned_at: Date | null;
  created_at: Date;
};

const mostEndpoints = 10;

/** What an endpoint's row says when its address has yet to prove itself, from `now` (wall time) on: see `challenge.ts`. */
export function unproven(now: Date): Partial<EndpointRow> {
  return { proven_at: null, challenges: 0, challenge_at: now, challenge_failure: null };
}

export function toEndpoint(tx: Tx, row: EndpointRow): Endpoint {
  const { previous_secret_until: until } = row;
  return {
    id: row.id,
    merchantId: row.merchant_id,
    url: row.url,
    eventTypes: row.event_types,
    status: row.status === 'enabled' && row.proven_at === null ? 'unproven' : row.status,
    disabledReason: row.disabled_reason,
    challengeFailure: row.challenge_failure,
    failingSince: row.failing_since,
    publicKey: endpointPublicKey(tx.vault, row.environment_id, row.id),
    previousSecretUntil: until && until > tx.wallNow ? until : null,
    createdAt: row.created_at,
  };
}

/**
 * Registers a URL for events from now on; they are sent once it has answered a challenge. `secret` (`whsec_…`) is told here and never again.
 * @throws GatewayError `url_forbidden`, `validation_failed` for types that do not exist, `state_conflict` at the
 *   eleventh endpoint
 */
export async function createEndpoint(
  tx: Tx,
  input: {
    merchantId: string;
    url: string;
    eventTypes: readonly string[];
    /** The operator's `config.sandboxWebhookTargets`. */
    loopbackTargets: readonly string[];
  },
): Promise<{ endpoint: Endpoint; secret: string }> {
  const eventTypes = checkEventTypes(input.eventTypes);
  const { environment } = tx;
  const { url } = checkTarget(input.url, {
    environment: environment.kind,
    loopbackTargets: input.loopbackTargets,
  });
  await refuseEleventh(tx, input.merchantId);
  const id = newId('whe');
  const secret = newSecret();
  const [row] = await tx
    .sql<EndpointRow>('webhook_endpoints')
    .insert({
      environment_id: environment.id,
      id,
      merchant_id: input.merchantId,
      url: url.href,
      event_types: eventTypes,
      secret_sealed: sealSecret(tx, id, secret),
      status: 'enabled',
      ...unproven(tx.wallNow),
      last_sequence: await findLastSequence(tx, input.merchantId),
      created_at: tx.now,
    })
    .returning('*');
  if (!row) throw new Error('the endpoint was not stored');
  return { endpoint: toEndpoint(tx, row), secret };
}

/** The merchant's endpoints, the oldest first; those that it deleted are gone. */
export async function listEndpoints(tx: Tx, merchantId: string): Promise<Endpoint[]> {
  const rows = await endpointsOf(tx, merchantId).orderBy('id');
  return rows.map((row) => toEndpoint(tx, row));
}

/** One endpoint of the merchant; `not_found` when it is another's or deleted. */
export async function findEndpoint(
  tx: Tx,
  input: { merchantId: string; endpointId: string },
): Promise<Endpoint> {
  return toEndpoint(tx, found(await oneEndpoint(tx, input).first()));
}

/** Its row, locked: whoever changes an endpoint or makes deliveries for it waits for the end of the transaction. */
export async function lockEndpoint(
  tx: Tx,
  input: { merchantId: string; endpointId: string },
): Promise<EndpointRow> {
  return found(await oneEndpoint(tx, input).forNoKeyUpdate().first());
}

/** Writes `change` to a locked endpoint, as its next version. */
export async function changeEndpoint(
  tx: Tx,
  { id, version }: EndpointRow,
  change: Partial<EndpointRow>,
): Promise<EndpointRow> {
  const [row] = await tx
    .sql<EndpointRow>('webhook_endpoints')
    .where({ environment_id: tx.environment.id, id })
    .update({ ...change, version: version + 1 })
    .returning('*');
  if (!row) throw new Error(`endpoint ${id} is gone`);
  return row;
}

function oneEndpoint(tx: Tx, { merchantId, endpointId }: { merchantId: string; endpointId: string }) {
  return endpointsOf(tx, merchantId).where({ id: endpointId as Id<'whe'> });
}

function found(row: EndpointRow | undefined): EndpointRow {
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such webhook endpoint.' });
  return row;
}

/** Query for all endpoints that the merchant can see. */
function endpointsOf(tx: Tx, merchantId: string) {
  return tx
    .sql<EndpointRow>('webhook_endpoints')
    .where({ environment_id: tx.environment.id, merchant_id: merchantId })
    .whereRaw("disabled_reason is distinct from 'deleted'");
}

/**
 * The types that were asked for, each once.
 * @throws GatewayError `validation_failed`
 */
export function checkEventTypes(given: readonly string[]): (EventType | '*')[] {
  const types = [...new Set(given)];
  const known = types.filter((type) => type === '*' || isEventType(type));
  if (types.length === 0 || known.length < types.length || (known.includes('*') && known.length > 1)) {
    throw new GatewayError('validation_failed', {
      detail: 'The event types are not a list of known types.',
      hint: 'Send ["*"] for all events, or types such as "order.captured".',
      errors: types
        .filter((type) => type !== '*' && !isEventType(type))
        .map((type) => ({ pointer: `/event_types/${given.indexOf(type)}`, code: 'unknown_event_type' })),
    });
  }
  return known;
}

/** Two requests at once would both find nine; the merchant's row lets one of them pass at a time. */
async function refuseEleventh(tx: Tx, merchantId: string): Promise<void> {
  await tx
    .sql('merchants')
    .where({ environment_id: tx.environment.id, id: merchantId })
    .forNoKeyUpdate()
    .first();
  const present = await endpointsOf(tx, merchantId);
  if (present.length >= mostEndpoints) {
    throw new GatewayError('state_conflict', {
      detail: `A merchant has at most ${mostEndpoints} webhook endpoints.`,
      hint: 'Delete one that is no longer needed.',
    });
  }
}
