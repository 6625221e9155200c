import type { Clock } from '../lib/clock.ts';
import { addMs } from '../lib/dates.ts';
import type { VerificationKey } from './signatures/verify.ts';

/** A registered key with what it may do, and where. */
export type MerchantVerificationKey = VerificationKey & { environmentId: string; scopes: readonly string[] };

export type FindKey = (keyid: string) => Promise<MerchantVerificationKey | undefined>;

/** Bounds how long a revoked key still works. */
const CACHED_MS = 5_000;
const CACHED_KEYS_MAX = 10_000;

/**
 * Remembers found keys for at most 5 s, so that a busy merchant's key is not read, and imported, for every request.
 * What is not found is not remembered: a key works from the moment in which it is registered.
 */
export function cacheKeys(find: FindKey, clock: Clock): FindKey {
  const cached = new Map<string, { until: Date; key: MerchantVerificationKey }>();
  return async (keyid) => {
    const now = clock.now();
    const hit = cached.get(keyid);
    if (hit && now < hit.until) return hit.key;
    const key = await find(keyid);
    cached.delete(keyid);
    if (!key) return undefined;
    cached.set(keyid, { until: addMs(now, CACHED_MS), key });
    // A Map keeps the order of insertion, so its first entry is the oldest.
    const [oldest] = cached.keys();
    if (cached.size > CACHED_KEYS_MAX && oldest !== undefined) cached.delete(oldest);
    return key;
  };
}
