import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { subscriberOf } from '../../lib/address.ts';
import { addMs, dayMs, minuteMs } from '../../lib/dates.ts';
import { GatewayError } from '../../lib/errors.ts';
import type { Tx } from '../../lib/tx.ts';
import { secretsEqual } from '../../lib/vault.ts';
import { indexOf, placeOf } from '../sealing.ts';
import type { OutsideSecrets } from './outside-port.ts';

const lifeMs = 10 * minuteMs;

/** So many ways to a provider may begin at one subscriber's address within ten minutes and lead nowhere. */
const most = 30;

type OutsideRow = {
  environment_id: string;
  /** In hex. */
  state_hash: string;
  browser_hash: Buffer;
  address_hash: Buffer;
  held_sealed: string;
  started_at: Date;
  ends_at: Date;
};

const heldSchema = z.object({ nonce: z.string(), verifier: z.string(), backTo: z.string() });

/** What is known of one way when the browser comes back. `backTo` is what was given when it began. */
export type TakenOutside = OutsideSecrets & { backTo: string };

function outsideOf(tx: Tx) {
  return tx.sql<OutsideRow>('outside_sign_ins').where({ environment_id: tx.environment.id });
}

function hashState(state: string): string {
  return createHash('sha256').update(state).digest('hex');
}

/** The environment that a state was made in, as it says itself: the address at which a browser comes back names none. */
export function environmentOfState(state: string): string {
  return state.split('.', 1)[0] ?? '';
}

/**
 * Begins a way to an outside provider and back, good once, for ten minutes and in this browser. `backTo` is kept sealed.
 *
 * @throws GatewayError `rate_limited`.
 */
export async function startOutsideSignIn(
  tx: Tx,
  input: { browser: string; address: string; backTo: string },
): Promise<OutsideSecrets> {
  const address_hash = indexOf(tx, 'outside_sign_ins.address', subscriberOf(input.address));
  await requireFree(tx, address_hash);
  const secrets = {
    state: `${tx.environment.id}.${random()}`,
    nonce: random(),
    verifier: random(),
  };
  const state_hash = hashState(secrets.state);
  const held = { nonce: secrets.nonce, verifier: secrets.verifier, backTo: input.backTo };
  await tx.sql<OutsideRow>('outside_sign_ins').insert({
    environment_id: tx.environment.id,
    state_hash,
    browser_hash: indexOf(tx, 'outside_sign_ins.browser', input.browser),
    address_hash,
    held_sealed: tx.vault.seal(JSON.stringify(held), placeOfHeld(tx, state_hash)),
    started_at: tx.wallNow,
    ends_at: addMs(tx.wallNow, lifeMs),
  });
  return secrets;
}

/** Takes what began with this state, once; undefined when it is another browser's, unknown, used or too old. */
export async function takeOutsideSignIn(
  tx: Tx,
  { state, browser }: { state: string; browser: string },
): Promise<TakenOutside | undefined> {
  const row = await outsideOf(tx)
    .where({ state_hash: hashState(state) })
    .where('ends_at', '>', tx.wallNow)
    .forUpdate()
    .first();
  if (!row || !secretsEqual(row.browser_hash, indexOf(tx, 'outside_sign_ins.browser', browser)))
    return undefined;
  await outsideOf(tx).where({ state_hash: row.state_hash }).delete();
  const held = heldSchema.parse(JSON.parse(tx.vault.open(row.held_sealed, placeOfHeld(tx, row.state_hash))));
  return { state, ...held };
}

/** Forgets the ways that began yesterday and before; returns how many. */
export async function forgetOutsideSignIns(tx: Tx): Promise<number> {
  return outsideOf(tx).where('started_at', '<=', addMs(tx.wallNow, -dayMs)).delete();
}

/** Those from one address wait for each other, so that none is counted late. */
async function requireFree(tx: Tx, addressHash: Buffer): Promise<void> {
  await tx.sql.raw('select pg_advisory_xact_lock(?)', [addressHash.readBigInt64BE()]);
  const recent = await outsideOf(tx)
    .where({ address_hash: addressHash })
    .where('started_at', '>', addMs(tx.wallNow, -lifeMs))
    .limit(most)
    .select('started_at');
  if (recent.length < most) return;
  throw new GatewayError('rate_limited', {
    detail: 'There were too many tries to sign in with a provider.',
    hint: 'Wait ten minutes, or sign in by code.',
    retryAfterSeconds: lifeMs / 1000,
  });
}

function random(): string {
  return randomBytes(32).toString('base64url');
}

function placeOfHeld(tx: Tx, stateHash: string): string {
  return placeOf(tx, 'outside_sign_ins', 'held', stateHash);
}
