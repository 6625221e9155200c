import type { Knex } from '@morrow/db';
import type { TxHost } from '../lib/tx.ts';
import { versionSql } from './indexed-columns.ts';

/** A hash that was made anew. */
export type Moved = { environment_id: string; before: Buffer; now: Buffer };

/** So many sightings are written in one statement. */
const batchSize = 1000;

/**
 * Fraud rules count and list a phone by the hash of its shopper: what they keep changes in the transaction in which that does,
 * so that nobody comes off a list and no phone counts as two.
 */
export async function movePhoneCopies(sql: Knex.Transaction, moved: readonly Moved[]): Promise<void> {
  const values = [
    moved.map((row) => row.environment_id),
    moved.map(({ before }) => before),
    moved.map(({ now }) => now),
  ];
  const hashes = 'unnest(?::text[], ?::bytea[], ?::bytea[]) as v (environment_id, before, now)';
  await sql.raw(
    `update fraud_sightings f set phone = v.now from ${hashes}
     where f.environment_id = v.environment_id and f.phone = v.before`,
    values,
  );
  await sql.raw(
    `update fraud_list_entries f set value = v.now from ${hashes}
     where f.environment_id = v.environment_id and f.of = 'phone' and f.value = v.before`,
    values,
  );
}

/** A decision that was under way then has kept what it had read: its hash becomes that of its shopper, too. */
export async function moveStrayCopies({ db }: Pick<TxHost, 'db'>, version: string): Promise<void> {
  for (;;) {
    const { rowCount } = await db.raw<{ rowCount: number }>(
      `update fraud_sightings f set phone = v.phone_index
       from (select f.environment_id, f.number, s.phone_index from fraud_sightings f
         join shoppers s on s.environment_id = f.environment_id and s.id = f.shopper_id
         where s.phone_index <> f.phone and ${versionSql('f.phone')} <> ?
           and ${versionSql('s.phone_index')} = ? limit ?) v
       where f.environment_id = v.environment_id and f.number = v.number`,
      [version, version, batchSize],
    );
    if (rowCount < batchSize) return;
  }
}

export type Counted = { version: string; count: number };

/** Hashes that wait for the old version's end: nothing else does. */
export const hashesBefore = 'shoppers.phone_index_before';

/**
 * How many copies stand under which version, by what they are: sightings, entries of lists that are in force, and the hashes
 * that shoppers have by the version that is being left, or that a retirement which was cut off has left behind.
 */
export async function countPhoneCopies({
  db,
  clock,
}: Pick<TxHost, 'db' | 'clock'>): Promise<Record<string, Counted[]>> {
  const sightings = await db.raw<{ rows: Counted[] }>(
    `select ${versionSql('phone')} as version, count(*)::int as count from fraud_sightings group by 1 order by 1`,
  );
  const entries = await db.raw<{ rows: Counted[] }>(
    `select ${versionSql('value')} as version, count(*)::int as count from fraud_list_entries
     where of = 'phone' and ended_at is null and expires_at > ? group by 1 order by 1`,
    [clock.now()],
  );
  const before = await db.raw<{ rows: Counted[] }>(
    `select ${versionSql('phone_index_before')} as version, count(*)::int as count from shoppers
     where phone_index_before is not null group by 1 order by 1`,
  );
  return {
    'fraud_sightings.phone': sightings.rows,
    'fraud_list_entries.value': entries.rows,
    [hashesBefore]: before.rows,
  };
}

/** Forgets the hashes that who came during a rotation had by the version that was left. Returns how many. */
export async function forgetHashesBefore({ db }: Pick<TxHost, 'db'>): Promise<number> {
  for (let forgotten = 0; ;) {
    const { rowCount } = await db.raw<{ rowCount: number }>(
      `update shoppers s set phone_index_before = null
       from (select environment_id, id from shoppers where phone_index_before is not null
         limit ? for update skip locked) v
       where s.environment_id = v.environment_id and s.id = v.id`,
      [batchSize],
    );
    forgotten += rowCount;
    if (rowCount < batchSize) return forgotten;
  }
}
