import type { Knex } from '@morrow/db';
import { recordEvent } from '../events/record.ts';
import type { Clock } from '../lib/clock.ts';
import type { Tx } from '../lib/tx.ts';
import { logKeyChange } from './key-log.ts';
import type { KeyScope } from './keys.ts';

/** Where a merchant publishes keys of its own, and what they may be used for. `setAt` is wall time. */
export type KeySource = { jwksUrl: string; scopes: readonly KeyScope[]; setAt: Date };

type Row = {
  environment_id: string;
  merchant_id: string;
  jwks_url: string;
  scopes: KeyScope[];
  version: number;
  set_at: Date;
};

/** The source of a merchant's keys; undefined when it has none. */
export async function readKeySource(tx: Tx, merchantId: string): Promise<KeySource | undefined> {
  const row = await sourceOf(tx, merchantId).first();
  return row && { jwksUrl: row.jwks_url, scopes: row.scopes, setAt: row.set_at };
}

/** Sets or replaces the source; the caller has checked the URL, and that the scopes may be given. */
export async function setKeySource(
  tx: Tx,
  input: { merchantId: string; jwksUrl: string; scopes: readonly KeyScope[] },
): Promise<KeySource> {
  const { merchantId, jwksUrl } = input;
  const scopes = [...input.scopes];
  const set = { jwks_url: jwksUrl, scopes, set_at: tx.wallNow };
  const [row] = await tx
    .sql<Row>('key_sources')
    .insert({ environment_id: tx.environment.id, merchant_id: merchantId, ...set })
    .onConflict('merchant_id')
    .merge({ ...set, version: tx.sql.raw('key_sources.version + 1') as never })
    .returning('*');
  if (!row) throw new Error('the source was not stored');
  const detail = { jwks_url: jwksUrl, scopes };
  await logKeyChange(tx, { ownerId: merchantId, kid: null, action: 'source_set', detail });
  await tell(tx, row, detail);
  return { jwksUrl, scopes, setAt: row.set_at };
}

/** Ends the source, and with it all keys that came from it; false when there is none. */
export async function removeKeySource(tx: Tx, merchantId: string): Promise<boolean> {
  const [row] = await sourceOf(tx, merchantId).delete().returning('*');
  if (!row) return false;
  await logKeyChange(tx, { ownerId: merchantId, kid: null, action: 'source_removed' });
  await tell(tx, { ...row, version: row.version + 1 }, { jwks_url: null, scopes: [] });
  return true;
}

/**
 * Where a key named `kid` of this merchant could come from. Undefined alike when the merchant is unknown, suspended or
 * has no source, when its sandbox has ended, and when a key of that name is or was registered: a name has one meaning.
 */
export async function findKeySource(
  host: { db: Knex; clock: Clock },
  { merchantId, kid }: { merchantId: string; kid: string },
): Promise<(KeySource & { environmentId: string }) | undefined> {
  const row = await host
    .db<Row>('key_sources as s')
    .join('merchants as m', (join) =>
      join.on('m.environment_id', 's.environment_id').andOn('m.id', 's.merchant_id'),
    )
    .join('environments as e', 'e.id', 's.environment_id')
    .where({ 's.merchant_id': merchantId, 'm.status': 'active' })
    .whereRaw('(e.expires_at is null or e.expires_at > ?)', [host.clock.now()])
    .whereRaw('not exists (select from merchant_keys k where k.merchant_id = s.merchant_id and k.kid = ?)', [
      kid,
    ])
    .select('s.*')
    .first<Row | undefined>();
  return (
    row && { environmentId: row.environment_id, jwksUrl: row.jwks_url, scopes: row.scopes, setAt: row.set_at }
  );
}

function sourceOf(tx: Tx, merchantId: string) {
  return tx.sql<Row>('key_sources').where({ environment_id: tx.environment.id, merchant_id: merchantId });
}

async function tell(
  tx: Tx,
  { merchant_id: merchantId, version }: Row,
  source: { jwks_url: string | null; scopes: KeyScope[] },
): Promise<void> {
  await recordEvent(tx, {
    streams: [merchantId],
    type: 'key_source.changed',
    objectId: merchantId,
    objectVersion: version,
    data: { ...source, by: 'kid' in tx.actor ? tx.actor.kid : null },
  });
}
