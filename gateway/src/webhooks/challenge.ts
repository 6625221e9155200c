import { randomBytes } from 'node:crypto';
import { GatewayError } from '../lib/errors.ts';
import { addMs, hourMs, minuteMs } from '../lib/dates.ts';
import { traced } from '../lib/traces.ts';
import type { Tx, TxHost } from '../lib/tx.ts';
import { challengeBody, challengeResponse, isAnswered } from './challenge-message.ts';
import { type DeliveryHost, inTrace } from './deliver.ts';
import { endpointKey } from './endpoint-key.ts';
import type { ChallengeFailure, EndpointRow } from './endpoints.ts';
import { inEnvironment } from './in-environment.ts';
import { webhookHeaders } from './message.ts';
import type { Outbound, OutboundRequest } from './outbound.ts';
import { openSecrets } from './secrets.ts';
import { checkTarget } from './targets.ts';

/**
 * What lies between a challenge and the next, the first being sent at once. Whoever registers an address has its secret only
 * then and still has to bring it to the server, so the first ones come close together.
 */
const pausesMs = [
  2_000,
  5_000,
  15_000,
  minuteMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  6 * hourMs,
  12 * hourMs,
];

/** Well beyond the longest request: then the process that sent it has died. */
const leaseMs = 30_000;

/**
 * Claims up to `limit` endpoints that are to be challenged, of all environments. For the time of a lease no other process
 * takes them, whether or not this one lives to record what came of it.
 */
export async function claimChallenges(host: TxHost, limit: number): Promise<EndpointRow[]> {
  const now = host.clock.now();
  const result = await host.db.raw<{ rows: EndpointRow[] }>(
    `with due as (
       select w.environment_id, w.id
       from webhook_endpoints w join environments e on e.id = w.environment_id
       where w.proven_at is null and w.challenge_at <= :now and w.status = 'enabled'
         and (e.expires_at is null or e.expires_at > :now)
       order by w.challenge_at limit :limit
       for update of w skip locked
     )
     update webhook_endpoints w set challenges = w.challenges + 1, challenge_at = :until
     from due where w.environment_id = due.environment_id and w.id = due.id
     returning w.*`,
    { now, until: addMs(now, leaseMs), limit },
  );
  return result.rows;
}

/** Challenges all endpoints that are due, up to `limit`; returns how many. */
export async function challengeDue(host: DeliveryHost, outbound: Outbound, limit = 20): Promise<number> {
  const claimed = await claimChallenges(host, limit);
  await Promise.all(claimed.map((endpoint) => challengeEndpoint(host, outbound, endpoint)));
  return claimed.length;
}

/**
 * Sends one claimed challenge, outside of any transaction, and records what came of it. Never throws: what goes wrong here
 * and not at the receiver is logged, and the challenge is due again when its lease has run out.
 */
export async function challengeEndpoint(
  host: DeliveryHost,
  outbound: Outbound,
  claimed: EndpointRow,
): Promise<void> {
  const { environment_id: environmentId } = claimed;
  try {
    await traced(host, 'challenge', environmentId, async () => {
      const challenge = randomBytes(32).toString('hex');
      const message = await inEnvironment(host, environmentId, (tx) =>
        Promise.resolve(composeChallenge(tx, claimed, challenge, host.config.sandboxWebhookTargets)),
      );
      const failure = message
        ? await ask(outbound, inTrace(host, message), claimed.id, challenge)
        : 'url_forbidden';
      await inEnvironment(host, environmentId, (tx) => finishChallenge(tx, claimed, failure));
    });
  } catch (error) {
    host.log.error(
      { err: error, endpoint: claimed.id },
      'a challenge was not finished and will be sent again',
    );
  }
}

function composeChallenge(
  tx: Tx,
  endpoint: EndpointRow,
  challenge: string,
  loopbackTargets: readonly string[],
): OutboundRequest | undefined {
  const id = `chl_${randomBytes(16).toString('hex')}`;
  const body = challengeBody({
    id,
    endpointId: endpoint.id,
    version: endpoint.version,
    merchantId: endpoint.merchant_id,
    environmentId: tx.environment.id,
    challenge,
    sentAt: tx.wallNow,
  });
  const secrets = openSecrets(tx, endpoint);
  const key = endpointKey(tx.vault, tx.environment.id, endpoint.id);
  try {
    const target = checkTarget(endpoint.url, { environment: tx.environment.kind, loopbackTargets });
    return { target, headers: webhookHeaders({ eventId: id, secrets, key, sentAt: tx.wallNow, body }), body };
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'url_forbidden') return undefined;
    throw error;
  }
}

/** Undefined when the challenge was answered. */
async function ask(
  outbound: Outbound,
  message: OutboundRequest,
  endpointId: string,
  challenge: string,
): Promise<ChallengeFailure | undefined> {
  const answer = await outbound.ask(message);
  if ('failure' in answer) return answer.failure;
  if (answer.status < 200 || answer.status >= 300) return 'http_status';
  return isAnswered(answer.text, challengeResponse(endpointId, challenge)) ? undefined : 'wrong_answer';
}

/** Nothing is recorded for an address that was changed meanwhile, or that somebody else challenges by now. */
async function finishChallenge(
  tx: Tx,
  claimed: EndpointRow,
  failure: ChallengeFailure | undefined,
): Promise<void> {
  const { url, challenges, challenge_at: lease } = claimed;
  const pause = pausesMs[challenges - 1];
  const next = pause === undefined ? null : addMs(tx.wallNow, pause);
  await tx
    .sql<EndpointRow>('webhook_endpoints')
    .where({ environment_id: tx.environment.id, id: claimed.id, url, challenges, challenge_at: lease })
    .update(
      failure === undefined
        ? { proven_at: tx.wallNow, challenge_at: null, challenge_failure: null }
        : { challenge_at: next, challenge_failure: failure },
    );
}
