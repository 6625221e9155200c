import type { Tx } from '../lib/tx.ts';
import { liveEnvironmentId, liveTimeZone } from '../merchants/environments.ts';

/**
 * The same transaction, in live: a business stands there, and what somebody of a sandbox's merchant writes of it commits
 * together with their audit log, which is in the sandbox.
 */
export function asLive(tx: Tx): Tx {
  const environment = { id: liveEnvironmentId, kind: 'live', timeZone: liveTimeZone } as const;
  return { ...tx, environment, now: tx.wallNow };
}
