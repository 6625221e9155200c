import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { administer, databaseUrl } from './administer.ts';
import { connect } from './connect.ts';
import { startEmbedded } from './embedded.ts';
import { migrate } from './migrate.ts';

/** Data of a test run need not outlive it, so nothing waits for the disk. */
const VOLATILE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' };

/**
 * vitest's global setup: one server for the whole run and one migrated database on it, which test files
 * clone. The server is started here, or is the one that TEST_DATABASE_URL names; another one that happens
 * to be there is never used.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL;
  const server = given === undefined ? await startVolatile() : { url: given, stop: async () => undefined };
  // Several runs may share a server that was given.
  const template = `morrow_test_${randomBytes(4).toString('hex')}`;
  try {
    await makeTemplate(server.url, template);
  } catch (error) {
    await server.stop();
    throw error;
  }
  project.provide('testServer', { url: server.url, template });
  return async () => {
    await dropAll(server.url, template);
    await server.stop();
  };
}

async function startVolatile(): Promise<{ url: string; stop: () => Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'morrow-test-'));
  const remove = (): Promise<void> => rm(dataDir, { recursive: true, force: true });
  try {
    const { url, stop } = await startEmbedded({ dataDir, settings: VOLATILE });
    return { url, stop: () => stop().then(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function makeTemplate(serverUrl: string, template: string): Promise<void> {
  await administer(serverUrl, `create database ${template}`);
  const db = connect(databaseUrl(serverUrl, template));
  try {
    await migrate(db);
  } finally {
    await db.destroy();
  }
  // PostgreSQL does not clone a database while somebody is connected to it.
  await administer(serverUrl, `alter database ${template} allow_connections false`);
}

/** The template, and the databases of test files that did not drop theirs. */
async function dropAll(serverUrl: string, template: string): Promise<void> {
  const found = await administer(
    serverUrl,
    `select datname from pg_database where starts_with(datname, '${template}')`,
  );
  for (const { datname } of found) {
    await administer(serverUrl, `drop database "${String(datname)}" with (force)`);
  }
}
