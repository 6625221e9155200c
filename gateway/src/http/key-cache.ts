import type { Clock } from '../lib/clock.ts';
import { addMs } from '../lib/dates.ts';
import type { VerificationKey } from './signatures/verify.ts';

/** A registered key with what it may do, and where. Of a funder's key that is nothing: it has no scopes. */
export type RegisteredKey = VerificationKey & { environmentId: string; scopes: readonly string[] };

/** The key that a keyid names; alike undefined for one that is unknown, revoked or at its end. */
export type FindKey = (keyid: string) => Promise<RegisteredKey | undefined>;

export type KeyCache = {
  find: FindKey;
  /** Finds the keys of this owner, or of all, anew: some of them may have changed. */
  forget(ownerId?: string): void;
};

/** Bounds how long a revoked key still works in a process that was not told. */
const CACHED_MS = 5_000;
const CACHED_KEYS_MAX = 10_000;

/**
 * Remembers found keys for at most 5 s, so that a busy merchant's key is not read, and imported, for every request.
 * What is not found is not remembered: a key works from the moment in which it is registered.
 */
export function cacheKeys(find: FindKey, clock: Clock): KeyCache {
  const cached = new Map<string, { until: Date; key: RegisteredKey }>();
  let forgotten = 0;
  return {
    async find(keyid) {
      const now = clock.now();
      const hit = cached.get(keyid);
      if (hit && now < hit.until) return hit.key;
      const before = forgotten;
      const key = await find(keyid);
      cached.delete(keyid);
      // What was read before something changed may be what changed.
      if (!key || forgotten !== before) return key;
      cached.set(keyid, { until: addMs(now, CACHED_MS), key });
      // A Map keeps the order of insertion, so its first entry is the oldest.
      const [oldest] = cached.keys();
      if (cached.size > CACHED_KEYS_MAX && oldest !== undefined) cached.delete(oldest);
      return key;
    },
    forget(ownerId) {
      forgotten += 1;
      for (const [keyid, { key }] of cached)
        if (ownerId === undefined || key.ownerId === ownerId) cached.delete(keyid);
    },
  };
}
