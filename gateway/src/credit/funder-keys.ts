import type { Knex } from '@morrow/db';
import type { KeyObject } from 'node:crypto';
import type { Clock } from '../lib/clock.ts';
import { GatewayError } from '../lib/errors.ts';
import {
  algorithmOf,
  importMerchantKey,
  type MerchantKey,
  type PublicJwk,
  type SignatureAlgorithm,
} from '../lib/jwk.ts';
import type { Tx } from '../lib/tx.ts';
import { logKeyChange } from '../merchants/key-log.ts';

/** A funder's key that may sign now. */
export type RegisteredFunderKey = {
  environmentId: string;
  funderId: string;
  kid: string;
  algorithm: SignatureAlgorithm;
  publicKey: KeyObject;
  sandbox: boolean;
};

export type FunderKey = {
  kid: string;
  algorithm: SignatureAlgorithm;
  createdAt: Date;
  revokedAt: Date | null;
};

type Row = {
  environment_id: string;
  funder_id: string;
  kid: string;
  jwk: PublicJwk;
  created_at: Date;
  revoked_at: Date | null;
};

const mostActiveKeys = 10;

/**
 * Registers a public key by which a funder signs; the caller knows, from the funder, that it is its own.
 *
 * @throws GatewayError `not_found`, or `state_conflict` for an eleventh active key and a kid that was used before.
 */
export async function registerFunderKey(
  tx: Tx,
  { funderId, key }: { funderId: string; key: MerchantKey },
): Promise<void> {
  // Held to the end: two registrations at once must not both see room for a tenth key.
  const funder = await tx
    .sql('funders')
    .where({ environment_id: tx.environment.id, id: funderId })
    .forNoKeyUpdate()
    .first('id');
  if (!funder) throw new GatewayError('not_found', { detail: 'There is no such funder.' });
  const kept = await keysOf(tx, funderId);
  if (kept.some(({ kid }) => kid === key.kid)) {
    throw new GatewayError('state_conflict', { detail: `A key named ${key.kid} was registered before.` });
  }
  if (kept.filter(({ revoked_at: revokedAt }) => revokedAt === null).length >= mostActiveKeys) {
    throw new GatewayError('state_conflict', {
      detail: `The funder has ${mostActiveKeys} active keys already.`,
    });
  }
  await tx.sql('funder_keys').insert({
    environment_id: tx.environment.id,
    funder_id: funderId,
    kid: key.kid,
    jwk: JSON.stringify(key.jwk),
    created_at: tx.wallNow,
  });
  await logKeyChange(tx, { ownerId: funderId, kid: key.kid, action: 'created' });
}

/** A key that was revoked signs nothing more, in any process, within five seconds. */
export async function revokeFunderKey(
  tx: Tx,
  { funderId, kid }: { funderId: string; kid: string },
): Promise<void> {
  const changed = await keysOf(tx, funderId)
    .where({ kid })
    .whereNull('revoked_at')
    .update({ revoked_at: tx.wallNow });
  if (changed === 0) throw new GatewayError('not_found', { detail: 'The funder has no such active key.' });
  await logKeyChange(tx, { ownerId: funderId, kid, action: 'revoked' });
}

/** All keys that a funder ever had, the oldest first. */
export async function listFunderKeys(tx: Tx, funderId: string): Promise<FunderKey[]> {
  const rows = await keysOf(tx, funderId).orderBy(['created_at', 'kid']);
  return rows.map((row) => ({
    kid: row.kid,
    algorithm: algorithmOf(row.jwk),
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
  }));
}

/**
 * The key that `keyid` (`fnd_…/<kid>`) names. Undefined alike for an unknown funder or key, a key that was revoked and a
 * sandbox that has ended. A funder that is paused still owns plans, and so may still ask.
 */
export async function findFunderKey(
  host: { db: Knex; clock: Clock },
  keyid: string,
): Promise<RegisteredFunderKey | undefined> {
  const [funderId, kid, ...rest] = keyid.split('/');
  if (!funderId || !kid || rest.length > 0) return undefined;
  const row = await host
    .db<Row>('funder_keys as k')
    .join('environments as e', 'e.id', 'k.environment_id')
    .where({ 'k.funder_id': funderId, 'k.kid': kid })
    .whereNull('k.revoked_at')
    .whereRaw('(e.expires_at is null or e.expires_at > ?)', [host.clock.now()])
    .select('k.*')
    .first<Row | undefined>();
  if (!row) return undefined;
  const { algorithm, publicKey } = importMerchantKey(row.jwk);
  return {
    environmentId: row.environment_id,
    funderId: row.funder_id,
    kid: row.kid,
    algorithm,
    publicKey,
    sandbox: row.environment_id !== 'live',
  };
}

function keysOf(tx: Tx, funderId: string) {
  return tx.sql<Row>('funder_keys').where({ environment_id: tx.environment.id, funder_id: funderId });
}
