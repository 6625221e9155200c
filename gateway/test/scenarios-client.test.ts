import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import { Morrow, type ScenarioRun } from '@morrow/sdk-js/server';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { freePort } from '../../scripts/free-port.ts';
import { main } from '../../sdk-js/src/cli/main.ts';
import { type GatewayProcess, startGatewayProcess } from './support/gateway-process.ts';
import { newMasterKey } from './support/master-key.ts';

// A whole process serves these tests, as a merchant's own CI would use it.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let folder: string;
let database: TestDatabase;
let gateway: GatewayProcess;
let morrow: Morrow;
let keyFile: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'morrow-scenarios-'));
  const masterKeyFile = join(folder, 'master.key');
  writeFileSync(masterKeyFile, newMasterKey(), { mode: 0o600 });
  database = await freshDatabase();
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  gateway = await startGatewayProcess({ databaseUrl: database.url, masterKeyFile, origin, port });
  const { privateKey } = generateKeyPairSync('ed25519');
  const made = await Morrow.createSandbox(
    { baseUrl: origin, privateKey, timeoutMs: 30_000 },
    { name: 'Tea House', allowed_origins: ['https://shop.example'], clock: '2026-03-01T01:00:00Z' },
  );
  morrow = made.morrow;
  keyFile = join(folder, 'private.jwk');
  writeFileSync(keyFile, JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid: made.keyId }));
});

afterAll(async () => {
  await gateway.stop();
  await database.drop();
  rmSync(folder, { recursive: true });
});

/** Runs `morrow scenario run` with these arguments. */
const scenario = (...args: string[]) => morrowProgram('scenario', 'run', ...args);

async function morrowProgram(...args: string[]): Promise<{ code: number; text: string }> {
  let text = '';
  const code = await main([...args, '--base-url', gateway.address], (part) => void (text += part));
  return { code, text };
}

const withoutIds = ({
  id: _id,
  order_id: _order,
  plan_id: _plan,
  created_at: _at,
  finished_at: _end,
  ...run
}: ScenarioRun) => run;

describe('the client', () => {
  test('waits for a clock that is on its way for years, and tells what comes next', async () => {
    expect(await morrow.sandbox.nextEvent()).toBeNull();
    const { clock } = await morrow.sandbox.advanceClock({ days: 500 });
    expect(clock).toMatchObject({ now: '2027-07-14T01:00:00.000Z', moving: false, days_left: 0 });
    await expect(morrow.sandbox.advanceClock({ until: 'next_event' })).rejects.toMatchObject({
      code: 'state_conflict',
    });
  });

  test('runs a scenario to its end, also where that takes longer than a request', async () => {
    // The processor's own patience is ten seconds, which is more than a request waits for a run.
    const run = await morrow.sandbox.runScenario('processor timeout');
    expect(run).toMatchObject({ status: 'passed', books: { balanced: true }, faults: [{ used: 1 }] });
  });

  test('arranges faults, lists and clears them', async () => {
    const one = await morrow.sandbox.faults.create({ kind: 'webhook_lost', times: 3 });
    const two = await morrow.sandbox.faults.create({ kind: 'funder_down' });
    expect(await morrow.sandbox.faults.list()).toEqual([one, two]);
    expect(await morrow.sandbox.faults.clear(one.id)).toEqual(one);
    expect(await morrow.sandbox.faults.clearAll()).toEqual([two]);
    expect(await morrow.sandbox.faults.list()).toEqual([]);
  });

  test('runs a document of the gateway that was changed', async () => {
    const documents = [];
    for await (const document of morrow.sandbox.scenarios()) documents.push(document);
    const story = documents.find(({ name }) => name === 'pay early');
    if (!story) throw new Error('there is no such scenario');
    const run = await morrow.sandbox.runScenario({
      ...story,
      name: 'pay early instead',
      order: { amount: 9_000 },
    });
    expect(run).toMatchObject({ name: 'pay early instead', status: 'passed' });
    expect(run.calendar_after?.map(({ paid_amount }) => paid_amount)).toEqual([2250, 2250, 2250, 2250]);
  });
});

describe('morrow scenario', () => {
  test('prints the calendar before and after in the sandbox of the key', async () => {
    const { code, text } = await scenario(
      'miss-2nd',
      '--private-key-file',
      keyFile,
      '--plan',
      'pay_in_3',
      '--amount',
      '30000',
    );
    expect(code).toBe(0);
    expect(text).toMatch(/^miss 2nd: passed\n/);
    expect(text).toContain('Calendar before');
    expect(text).toContain('Calendar after');
    expect(text.match(/100\.00 +0\.00 +(due|scheduled)/g)).toHaveLength(3);
    expect(text.match(/100\.00 +100\.00 +paid/g)).toHaveLength(3);
    expect(text).toContain('The books balance');
  });

  test('lists the scenarios, and prints JSON for programs', async () => {
    const listed = await morrowProgram('scenario', 'list', '--private-key-file', keyFile);
    expect(listed.code).toBe(0);
    expect(listed.text).toContain('return after 3rd');
    const { code, text } = await scenario('refund half', '--private-key-file', keyFile, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(text)).toMatchObject({ name: 'refund half', status: 'passed' });
  });

  test('comes to the same in a sandbox that it opens for itself', async () => {
    // Both begin on the same date only if the sandboxes' clocks do, so what is compared has none.
    const runs = [await scenario('all paid', '--json'), await scenario('all paid', '--json')].map(
      ({ text }) => withoutIds(JSON.parse(text) as ScenarioRun).calendar_after,
    );
    expect(runs[0]).toEqual(runs[1]);
  });

  test('ends with 1 when a story does not come out as it should', async () => {
    const file = join(folder, 'story.json');
    const story = { name: 'too good', order: { amount: 6000 }, steps: [], expect: { plan: 'paid' } };
    writeFileSync(file, JSON.stringify(story));
    const { code, text } = await scenario('--document', file, '--private-key-file', keyFile);
    expect(code).toBe(1);
    expect(text).toContain('NOT AS EXPECTED: plan active, not paid');
  });

  test.each([
    ['without a story', []],
    ['of an unknown name', ['miss 9th']],
    ['from a file that is not there', ['--document', '/nowhere/story.json']],
    ['with an amount that is none', ['all paid', '--amount', '1.5']],
    ['with a key that is none', ['all paid', '--private-key-file', '/etc/hostname']],
  ])('%s ends with 2 and says why', async (_, args) => {
    const { code, text } = await scenario(...args);
    expect(code).toBe(2);
    expect(text).not.toBe('');
  });
});
