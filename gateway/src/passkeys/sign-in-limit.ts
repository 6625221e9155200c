import { addMs, dayMs, minuteMs } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import { hashAddress } from './address.ts';
import { challengeOf, parseAuthentication } from './credential-json.ts';
import type { StaffKind } from './staff.ts';
import { hashToken } from './token.ts';

/** So many tries to sign in within ten minutes from one subscriber's address. */
const most = 10;
const withinMs = 10 * minuteMs;

type SignInRow = { challenge_hash: Buffer; address_hash: Buffer; tried_at: Date };

/**
 * Counts a try to sign in, in a transaction of its own that commits whatever follows. `replayed` when its challenge was
 * answered before, `unreadable` when the answer names none. Addresses are locked out and never people, whom anybody
 * could lock out otherwise.
 *
 * @throws GatewayError `rate_limited`.
 */
export async function countSignIn(
  tx: Tx,
  kind: StaffKind,
  input: { address: string; credential: string },
): Promise<'counted' | 'replayed' | 'unreadable'> {
  const response = parseAuthentication(input.credential)?.response;
  const challenge = response && challengeOf(response.clientDataJSON);
  const address_hash = hashAddress(tx, kind, input.address);
  await requireFree(tx, kind, address_hash);
  const [counted] = await tx
    .sql<SignInRow>(`${kind}_sign_ins`)
    .insert({
      challenge_hash: hashToken(challenge ?? `${tx.wallNow.toISOString()}\n${input.credential}`),
      address_hash,
      tried_at: tx.wallNow,
    })
    .onConflict('challenge_hash')
    .ignore()
    .returning('tried_at');
  if (!counted) return 'replayed';
  return challenge === undefined ? 'unreadable' : 'counted';
}

/** Forgets tries of yesterday and before; returns how many. */
export async function forgetTries(tx: Tx, kind: StaffKind): Promise<number> {
  return tx.sql<SignInRow>(`${kind}_sign_ins`).where('tried_at', '<=', addMs(tx.wallNow, -dayMs)).delete();
}

/** Tries from one address wait for each other, so that none is counted late; those of yesterday are forgotten. */
async function requireFree(tx: Tx, kind: StaffKind, addressHash: Buffer): Promise<void> {
  await tx.sql.raw('select pg_advisory_xact_lock(?)', [addressHash.readBigInt64BE()]);
  await forgetTries(tx, kind);
  const recent = await tx
    .sql<SignInRow>(`${kind}_sign_ins`)
    .where({ address_hash: addressHash })
    .where('tried_at', '>', addMs(tx.wallNow, -withinMs))
    .limit(most)
    .select('tried_at');
  if (recent.length < most) return;
  throw new GatewayError('rate_limited', {
    detail: 'There were too many tries to sign in.',
    hint: 'Wait ten minutes, then try again.',
    retryAfterSeconds: withinMs / 1000,
  });
}
