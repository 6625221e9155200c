import { createHash } from 'node:crypto';
import type { Knex } from '@morrow/db';
import { signCompact } from '../../lib/compact-jws.ts';
import { gatewayKeys } from '../../lib/gateway-key.ts';
import type { TxHost } from '../../lib/tx.ts';
import { leafOf, type TransferRow } from './leaf.ts';
import { rootOf } from './merkle.ts';

export const sealType = 'morrow-seal+jwt';

/** Any constant will do, as long as nothing else in the database locks it. */
const sealerLock = 7_236_846_339;
/** A proof reads the leaves of one seal, so this bounds its cost. */
const mostLeaves = 4096;
const batchSize = 4 * mostLeaves;

/**
 * Seals what was posted since the last call, in all environments: a Merkle root over the transfers, signed, and chained
 * to the seal before. One process seals at a time, nothing that posts ever waits for it, and a transfer whose
 * transaction ended late is sealed later than those after it. Returns how many transfers it sealed.
 */
export async function sealTransfers(host: TxHost): Promise<number> {
  let total = 0;
  for (;;) {
    const sealed = await host.db.transaction((sql) => sealBatch(host, sql));
    total += sealed;
    if (sealed < batchSize) return total;
  }
}

async function sealBatch(host: TxHost, sql: Knex.Transaction): Promise<number> {
  // A statement of its own, because the next one must see what whoever held the lock before has sealed.
  const lock = await sql.raw<{ rows: { held: boolean }[] }>('select pg_try_advisory_xact_lock(?) as held', [
    sealerLock,
  ]);
  if (!lock.rows[0]?.held) return 0;
  const { rows: settled } = await sql.raw<{ rows: unknown[] }>(
    `select from ledger_sealing where horizon <= pg_snapshot_xmin(pg_current_snapshot())`,
  );
  const rows = await readUnsealed(sql);
  for (const ofOne of byEnvironment(rows)) await sealRange(host, sql, ofOne);
  // Of a full batch more may follow with lower ids; and nothing moves while one that was under way then still is.
  if (settled.length > 0 && rows.length < batchSize) await settle(sql, rows);
  return rows.length;
}

/** What was reached the last time is now sealed without gaps, and what was sealed now waits for the next. */
async function settle(sql: Knex.Transaction, rows: readonly TransferRow[]): Promise<void> {
  await sql.raw(
    `update ledger_sealing set settled_id = reached_id, reached_id = greatest(reached_id, ?),
       horizon = pg_snapshot_xmax(pg_current_snapshot())
     where settled_id < reached_id or reached_id < ?`,
    Array.from({ length: 2 }, () => rows.reduce((most, { id }) => (id > most ? id : most), 0n)),
  );
}

async function readUnsealed(sql: Knex.Transaction): Promise<TransferRow[]> {
  const { rows } = await sql.raw<{ rows: TransferRow[] }>(
    `select t.* from ledger_transfers t
     where t.id > (select settled_id from ledger_sealing)
       and not exists (
         select from ledger_leaves l where l.environment_id = t.environment_id and l.transfer_id = t.id)
     order by t.environment_id, t.id limit ?`,
    [batchSize],
  );
  return rows;
}

/** Ranges that each fit one seal. */
function byEnvironment(rows: readonly TransferRow[]): TransferRow[][] {
  const ranges: TransferRow[][] = [];
  for (const row of rows) {
    const last = ranges.at(-1);
    if (last && last[0]?.environment_id === row.environment_id && last.length < mostLeaves) last.push(row);
    else ranges.push([row]);
  }
  return ranges;
}

async function sealRange(
  { vault, clock }: TxHost,
  sql: Knex.Transaction,
  rows: readonly TransferRow[],
): Promise<void> {
  const environmentId = rows[0]?.environment_id ?? '';
  const [key] = gatewayKeys(vault);
  if (!key) throw new Error('the gateway has no key to sign with');
  const before = await sql('ledger_seals')
    .where({ environment_id: environmentId })
    .orderBy('number', 'desc')
    .first<{ number: bigint; hash: string } | undefined>('number', 'hash');
  const number = (before?.number ?? 0n) + 1n;
  const leaves = rows.map(leafOf);
  const root = rootOf(leaves).toString('hex');
  const sealedAt = clock.now();
  const claims = {
    version: 1,
    environment: environmentId,
    number: Number(number),
    size: leaves.length,
    root,
    previous_hash: before?.hash ?? null,
    sealed_at: sealedAt.toISOString(),
  };
  const jws = signCompact(key, { type: sealType, claims });
  await sql('ledger_seals').insert({
    environment_id: environmentId,
    number,
    size: leaves.length,
    root,
    jws,
    hash: createHash('sha256').update(jws).digest('hex'),
    sealed_at: sealedAt,
  });
  await sql.raw(
    `insert into ledger_leaves (environment_id, transfer_id, seal, place, hash)
     select ?, leaf.id, ?, (leaf.place - 1)::integer, decode(leaf.hash, 'hex')
     from unnest(?::bigint[], ?::text[]) with ordinality as leaf (id, hash, place)`,
    [environmentId, number, rows.map(({ id }) => String(id)), leaves.map((leaf) => leaf.toString('hex'))],
  );
}
