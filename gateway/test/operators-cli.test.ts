import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wallClock } from '../src/lib/clock.ts';
import { transact } from '../src/lib/tx.ts';
import { createVault } from '../src/lib/vault.ts';
import { createSandbox } from '../src/merchants/environments.ts';
import { createMerchant } from '../src/merchants/merchants.ts';
import { withoutPairs } from './support/challengers.ts';

const root = resolve(import.meta.dirname, '../..');

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await freshDatabase();
  folder = await mkdtemp(join(tmpdir(), 'morrow-operators-'));
  await writeFile(join(folder, 'master.key'), `k1:${randomBytes(32).toString('base64url')}\n`);
  await writeFile(join(folder, 'other.json'), withoutPairs);
  await writeFile(join(folder, 'bad.json'), withoutPairs.replace('"base":', '"base":1'));
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

type Ran = { code: number; said: string; complained: string };

/** Runs a command of the repository on the test's database. */
function run(script: string, ...args: string[]): Promise<Ran> {
  const env = {
    ...process.env,
    DATABASE_URL: database.url,
    MASTER_KEY_FILE: join(folder, 'master.key'),
    PUBLIC_ORIGIN: 'https://pay.example',
  };
  const command = ['--import', 'tsx', join(root, script), ...args];
  return new Promise((done) => {
    execFile(process.execPath, command, { cwd: root, env }, (error, said, complained) =>
      done({ code: error ? Number(error.code) : 0, said, complained }),
    );
  });
}

const operator = (...args: string[]) => run('scripts/operator.ts', ...args);
const member = (...args: string[]) => run('scripts/member.ts', ...args);
const payScore = (...args: string[]) => run('gateway/training/main.ts', ...args);

test(
  'the command line invites the first operator, lists, invites again and disables',
  { timeout: 180_000 },
  async () => {
    const invited = await operator('invite', '--name', 'Ada', '--roles', 'risk, admin');
    expect(invited).toMatchObject({ code: 0, complained: '' });
    expect(invited.said).toMatch(/https:\/\/pay\.example\/console\/invitation\/[\w-]{43}\n/);
    const [id = ''] = /opr_[0-9a-f]{32}/.exec(invited.said) ?? [];
    expect((await operator('list')).said).toMatch(new RegExp(`${id} +Ada +risk,admin +0 +invited`));
    expect((await operator('disable', id)).said).toContain('is disabled');
    expect(await operator('invite', '--again', id)).toMatchObject({
      code: 1,
      complained: expect.stringContaining('is disabled'),
    });
    expect(await operator('invite', '--name', 'Bob', '--roles', 'boss')).toMatchObject({
      code: 1,
      complained: expect.stringContaining('not boss'),
    });
    const actions = await database.db('operator_audit').orderBy('id').pluck('action');
    expect(actions).toEqual(['operator_invited', 'operator_disabled']);
  },
);

test('the command line invites the first owner of a merchant', { timeout: 180_000 }, async () => {
  const vault = createVault([{ id: 'k1', key: randomBytes(32) }]);
  const host = { db: database.db, clock: wallClock, vault };
  const environmentId = await createSandbox(host, { timeZone: 'Asia/Shanghai', clockAt: new Date() });
  const { id: merchant } = await transact(
    host,
    { environmentId, actor: { kind: 'system', id: 'test' } },
    (tx) =>
      createMerchant(tx, {
        name: 'Tea House',
        category: 'retail',
        country: 'CN',
        timeZone: 'Asia/Shanghai',
        currency: 'CNY',
        allowedOrigins: [],
        feeBasisPoints: 300,
        feeFixed: 100n,
        firstPart: 'capture',
        payoutAccount: 'acct_test_merchant',
      }),
  );
  const invited = await member('invite', '--merchant', merchant, '--name', 'Olga');
  expect(invited).toMatchObject({ code: 0, complained: '' });
  expect(invited.said).toMatch(/https:\/\/pay\.example\/dashboard\/invitation\/[\w-]{43}\n/);
  const [id = ''] = /mbr_[0-9a-f]{32}/.exec(invited.said) ?? [];
  const listed = await member('list', '--merchant', merchant);
  expect(listed.said).toMatch(new RegExp(`${id} +Olga +owner +0 +invited`));
  expect(await member('disable', '--merchant', merchant, id)).toMatchObject({
    code: 1,
    complained: expect.stringContaining('the last owner'),
  });
  expect(await member('invite', '--merchant', `mer_${'0'.repeat(32)}`, '--name', 'Eve')).toMatchObject({
    code: 1,
    complained: expect.stringContaining('There is no merchant'),
  });
  const kept = await database.db('member_audit').select('actor', 'action', 'member_id');
  expect(kept).toEqual([{ actor: 'command_line', action: 'member_invited', member_id: id }]);
});

test(
  'the command line adds, lists and retires challengers, and asks what if',
  { timeout: 180_000 },
  async () => {
    const added = await payScore(
      'challenger',
      'add',
      '--model',
      join(folder, 'other.json'),
      '--name',
      'Other',
    );
    expect(added).toMatchObject({ code: 0, said: expect.stringContaining('0 decisions scored') });
    const listed = await payScore('challenger', 'list');
    const [, hash = ''] = /([0-9a-f]{12}) +Other +0 /.exec(listed.said) ?? [];
    expect(await payScore('challenger', 'retire', hash)).toMatchObject({
      code: 0,
      said: 'Other is retired\n',
    });
    expect(
      await payScore('challenger', 'add', '--model', join(folder, 'bad.json'), '--name', 'Bad'),
    ).toMatchObject({ code: 1, complained: expect.stringContaining('the model file is refused') });
    expect((await payScore('what-if', '--cut', '640')).said).toBe('there are no decisions\n');
    expect((await payScore('what-if', '--cut', '640', '--limits', 'x')).code).toBe(1);
  },
);
