import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';
import { type Gateway, startGateway } from '../src/server.ts';
import { newMasterKey } from './support/master-key.ts';
import { eventually } from './support/processes.ts';

let database: TestDatabase;
let gateway: Gateway;
let folder: string;

beforeAll(async () => {
  database = await freshDatabase();
  folder = mkdtempSync(join(tmpdir(), 'morrow-direct-'));
  const masterKeyFile = join(folder, 'master.key');
  writeFileSync(masterKeyFile, newMasterKey(), { mode: 0o600 });
  gateway = await startGateway(
    readConfig({
      DATABASE_URL: named('pooled'),
      DATABASE_DIRECT_URL: named('direct'),
      DATABASE_PREPARED: 'off',
      MASTER_KEY_FILE: masterKeyFile,
      PORT: '0',
      LOG_LEVEL: 'silent',
    }),
  );
});
afterAll(async () => {
  await gateway?.stop({ atOnce: true });
  await database?.drop();
  if (folder) rmSync(folder, { recursive: true });
});

/** The same database under a name by which its connections are told apart. */
function named(name: string): string {
  const url = new URL(database.url);
  url.searchParams.set('application_name', name);
  return url.href;
}

it('leads past a pooler whatever needs a session: LISTEN and the scheduler', async () => {
  const sessions = await eventually(
    async () => {
      const { rows } = await database.db.raw<{ rows: { name: string; query: string }[] }>(
        `select application_name as name, query from pg_stat_activity
         where datname = current_database() and application_name in ('pooled', 'direct')`,
      );
      return rows;
    },
    (rows) => rows.filter(({ query }) => /^listen /i.test(query)).length >= 2,
  );
  const listening = sessions.filter(({ query }) => /^listen /i.test(query));
  expect(
    listening.map(({ name, query }) => `${name}: ${/\w+:?\w+(?=")/.exec(query)?.[0]}`).toSorted(),
  ).toEqual(['direct: jobs:insert', 'direct: morrow_key_changes']);
  expect(sessions.some(({ name }) => name === 'pooled')).toBe(true);
});
