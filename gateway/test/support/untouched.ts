import type { Knex } from '@morrow/db';
import { expect } from 'vitest';

/** A digest of the rows of each of our tables; the mock processor's memory is not ours. */
export async function digestOf(db: Knex): Promise<Record<string, string>> {
  const { rows: tables } = await db.raw<{ rows: { name: string }[] }>(
    `select table_name as name from information_schema.tables
     where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not like 'knex%'`,
  );
  const digests: Record<string, string> = {};
  for (const { name } of tables) {
    const { rows } = await db.raw<{ rows: { digest: string }[] }>(
      `select count(*) || ' rows, ' || coalesce(md5(string_agg(t::text, ',' order by t::text)), '-') as digest from ?? t`,
      [name],
    );
    digests[name] = rows[0]?.digest ?? '';
  }
  return digests;
}

/**
 * Expects that `work` leaves every row of every table as it was, and none behind, but for those of `except`. Returns what
 * it returned.
 */
export async function leavingNothing<T>(
  db: Knex,
  work: () => Promise<T>,
  except: readonly string[] = [],
): Promise<T> {
  const digest = async () => Object.entries(await digestOf(db)).filter(([table]) => !except.includes(table));
  const before = await digest();
  const result = await work();
  expect(await digest()).toEqual(before);
  return result;
}
