import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FuzzedGateway, startOn } from '../../scripts/fuzz/gateway.ts';
import { isClean } from '../../scripts/fuzz/report.ts';
import { fuzz } from '../../scripts/fuzz/run.ts';
import { newMasterKey } from './support/master-key.ts';

let database: TestDatabase;
let gateway: FuzzedGateway;
let masterKeyFile: string;
beforeAll(async () => {
  database = await freshDatabase();
  masterKeyFile = join(tmpdir(), `morrow-fuzz-${process.pid}.key`);
  await writeFile(masterKeyFile, newMasterKey(), { mode: 0o600 });
  gateway = await startOn({ databaseUrl: database.url, masterKeyFile });
});
afterAll(async () => {
  await gateway?.stop();
  await database?.drop();
  await rm(masterKeyFile, { force: true });
});

it('answers hundreds of generated requests as the contract says, and keeps books and feeds sound', async () => {
  const result = await fuzz(gateway.workshop, { requests: 600, seed: 7 });
  const { process } = gateway;
  expect(result.violations).toEqual([]);
  expect({ unsound: result.unsound, errors: process.errors, ended: process.hasEnded() }).toEqual({
    unsound: [],
    errors: [],
    ended: false,
  });
  expect(isClean(result, { errors: process.errors, ended: process.hasEnded() })).toBe(true);
  // Enough came through to say something, and enough was refused.
  expect(result.sent).toBe(600);
  expect(result.byStatus['200']).toBeGreaterThan(100);
  expect(result.byStatus['201']).toBeGreaterThan(10);
  for (const status of ['400', '401', '404', '409', '422'])
    expect(result.byStatus[status]).toBeGreaterThan(5);
}, 120_000);
