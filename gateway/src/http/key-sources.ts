import type { Context } from '../context.ts';
import { hourMs, minuteMs } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import type { MerchantKey } from '../lib/jwk.ts';
import { liveEnvironmentId } from '../merchants/environments.ts';
import { findKeySource, type KeySource } from '../merchants/key-source.ts';
import { checkTarget, type Target } from '../webhooks/targets.ts';
import { fetchKeySet, KeySetRefused } from './fetch-key-set.ts';
import type { FindKey } from './key-cache.ts';

const freshMs = 5 * minuteMs;
/** How often at most the same merchant's address is asked, whoever sends names of keys that it does not have. */
const retryMs = minuteMs;
const staleMs = hourMs;
const mostKept = 1_000;

type Source = Pick<KeySource, 'jwksUrl' | 'setAt'> & { environmentId: string };

/** The last set that was fetched, and when somebody last tried. `fetchedAt` is undefined while none ever came. */
type Kept = {
  source: Source;
  keys: ReadonlyMap<string, MerchantKey>;
  fetchedAt: Date | undefined;
  triedAt: Date;
};

/**
 * The target of a merchant's key set; loopback ones are for sandboxes, where the operator listed them.
 *
 * @throws GatewayError `url_forbidden`
 */
export function keySetTarget({ config }: Context, input: { url: string; environmentId: string }): Target {
  return checkTarget(input.url, {
    environment: input.environmentId === liveEnvironmentId ? 'live' : 'sandbox',
    loopbackTargets: config.sandboxWebhookTargets,
  });
}

/**
 * Finds keys that merchants publish at an address of their own. A set is kept for 5 minutes; for a key that it does not
 * have it is fetched again, at most once a minute; while it cannot be fetched, the last one is good for an hour. Never
 * called in a transaction, because it calls outside.
 */
export function createKeySources(context: Context): FindKey {
  const kept = new Map<string, Kept>();
  const running = new Map<string, Promise<Kept>>();

  async function refresh(merchantId: string, source: Source): Promise<Kept> {
    const before = kept.get(merchantId);
    const last = isOf(before, source) ? before : undefined;
    const now = context.clock.now();
    let next: Kept;
    try {
      const target = keySetTarget(context, { url: source.jwksUrl, environmentId: source.environmentId });
      next = { source, keys: await fetchKeySet(target), fetchedAt: now, triedAt: now };
    } catch (error) {
      // What the rules for addresses allowed when it was put, they may not allow now.
      const isExpected = error instanceof KeySetRefused || error instanceof GatewayError;
      if (!isExpected) throw error;
      context.log.warn({ merchant_id: merchantId, reason: error.message }, 'a key set was not fetched');
      next = {
        source,
        keys: last?.keys ?? new Map(),
        fetchedAt: last?.fetchedAt,
        triedAt: now,
      };
    }
    kept.delete(merchantId);
    kept.set(merchantId, next);
    const [oldest] = kept.keys();
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    return next;
  }

  /** Whoever comes while it is being fetched waits for the same answer. */
  function refreshOnce(merchantId: string, source: Source): Promise<Kept> {
    const name = `${merchantId} ${source.setAt.getTime()} ${source.jwksUrl}`;
    const under = running.get(name) ?? refresh(merchantId, source).finally(() => running.delete(name));
    running.set(name, under);
    return under;
  }

  return async (keyid) => {
    const [merchantId, kid, ...rest] = keyid.split('/');
    if (!merchantId || !kid || rest.length > 0) return undefined;
    const source = await findKeySource(context, { merchantId, kid });
    if (!source) return undefined;
    const now = context.clock.now();
    const last = kept.get(merchantId);
    let set = isOf(last, source) ? last : undefined;
    if (!set || (mayRetry(set, now) && (!isWithin(set, freshMs, now) || !set.keys.has(kid)))) {
      set = await refreshOnce(merchantId, source);
    }
    const key = isWithin(set, staleMs, now) ? set.keys.get(kid) : undefined;
    if (!key) return undefined;
    const { environmentId, scopes } = source;
    const { algorithm, publicKey } = key;
    const sandbox = environmentId !== liveEnvironmentId;
    return { ownerId: merchantId, kid, algorithm, publicKey, sandbox, environmentId, scopes };
  };
}

/** A source that was put again is asked again: so a merchant takes back a key at once. */
function isOf(kept: Kept | undefined, { jwksUrl, setAt }: Source): kept is Kept {
  return kept?.source.jwksUrl === jwksUrl && kept.source.setAt.getTime() === setAt.getTime();
}

function mayRetry({ triedAt }: Kept, now: Date): boolean {
  return now.getTime() - triedAt.getTime() >= retryMs;
}

function isWithin({ fetchedAt }: Kept, ageMs: number, now: Date): boolean {
  return fetchedAt !== undefined && now.getTime() - fetchedAt.getTime() < ageMs;
}
