import { addMs, dayMs, minuteMs } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import { hashAddress } from './address.ts';
import { challengeOf, parseAuthentication } from './credential-json.ts';
import type { PasskeyKind } from './staff.ts';
import { scopeOf } from './tables.ts';
import { hashToken } from './token.ts';

/**
 * So many tries to sign in within ten minutes from one subscriber's address. More for shoppers, many of whom come from one
 * address in a shop.
 */
const most: Record<PasskeyKind, number> = { operator: 10, member: 10, shopper: 30 };
const withinMs = 10 * minuteMs;

type SignInRow = { environment_id?: string; challenge_hash: Buffer; address_hash: Buffer; tried_at: Date };

/**
 * Counts a try to sign in, in a transaction of its own that commits whatever follows. `replayed` when its challenge was
 * answered before, `unreadable` when the answer names none. Addresses are locked out and never people, whom anybody
 * could lock out otherwise.
 *
 * @throws GatewayError `rate_limited`.
 */
export async function countSignIn(
  tx: Tx,
  kind: PasskeyKind,
  input: { address: string; credential: string },
): Promise<'counted' | 'replayed' | 'unreadable'> {
  const response = parseAuthentication(input.credential)?.response;
  const challenge = response && challengeOf(response.clientDataJSON);
  const address_hash = hashAddress(tx, kind, input.address);
  await requireFree(tx, kind, address_hash);
  const [counted] = await tx
    .sql<SignInRow>(`${kind}_sign_ins`)
    .insert({
      ...scopeOf(tx, kind),
      challenge_hash: hashToken(challenge ?? `${tx.wallNow.toISOString()}\n${input.credential}`),
      address_hash,
      tried_at: tx.wallNow,
    })
    .onConflict()
    .ignore()
    .returning('tried_at');
  if (!counted) return 'replayed';
  return challenge === undefined ? 'unreadable' : 'counted';
}

/** Forgets tries of yesterday and before; returns how many. */
export async function forgetTries(tx: Tx, kind: PasskeyKind): Promise<number> {
  return tx
    .sql<SignInRow>(`${kind}_sign_ins`)
    .where(scopeOf(tx, kind))
    .where('tried_at', '<=', addMs(tx.wallNow, -dayMs))
    .delete();
}

/** Tries from one address wait for each other, so that none is counted late; those of yesterday are forgotten. */
async function requireFree(tx: Tx, kind: PasskeyKind, addressHash: Buffer): Promise<void> {
  await tx.sql.raw('select pg_advisory_xact_lock(?)', [addressHash.readBigInt64BE()]);
  await forgetTries(tx, kind);
  const recent = await tx
    .sql<SignInRow>(`${kind}_sign_ins`)
    .where({ ...scopeOf(tx, kind), address_hash: addressHash })
    .where('tried_at', '>', addMs(tx.wallNow, -withinMs))
    .limit(most[kind])
    .select('tried_at');
  if (recent.length < most[kind]) return;
  throw new GatewayError('rate_limited', {
    detail: 'There were too many tries to sign in.',
    hint: 'Wait ten minutes, then try again.',
    retryAfterSeconds: withinMs / 1000,
  });
}
