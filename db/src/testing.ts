import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { inject } from 'vitest';
import { administer, databaseUrl } from './administer.ts';
import { connect } from './connect.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server of this test run, and its migrated database, to which nobody may be connected. */
    testServer: { url: string; template: string };
  }
}

export type TestDatabase = { db: Knex; url: string; drop: () => Promise<void> };

/**
 * A database of one's own with the whole schema and no rows, cloned from the migrated template; one for each
 * test file. `drop()` ends its pool and deletes it; what a file forgets goes at the end of the run.
 */
export function freshDatabase(): Promise<TestDatabase> {
  return makeDatabase(inject('testServer').template);
}

/** A database of one's own without any schema. */
export function emptyDatabase(): Promise<TestDatabase> {
  // template0 is never connected to, unlike template1, which cannot be cloned while somebody is.
  return makeDatabase('template0');
}

async function makeDatabase(template: string): Promise<TestDatabase> {
  const server = inject('testServer');
  const name = `${server.template}_${randomBytes(6).toString('hex')}`;
  await administer(server.url, `create database ${name} template ${template}`);
  const url = databaseUrl(server.url, name);
  const db = connect(url, { applicationName: 'morrow-test' });
  return {
    db,
    url,
    drop: async () => {
      await db.destroy();
      await administer(server.url, `drop database ${name} with (force)`);
    },
  };
}
