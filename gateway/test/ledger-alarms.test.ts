import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { checkLedgers, recheckLedgers } from '../src/jobs/check-ledgers.ts';
import {
  type LedgerAlarm,
  listLedgerAlarms,
  payoutsStopped,
  resolveLedgerAlarm,
} from '../src/ledger/alarms.ts';
import { concernedByBreaches, concernedByFault } from '../src/ledger/concerned.ts';
import { sealTransfers } from '../src/ledger/seals/seal.ts';
import { newId } from '../src/lib/ids.ts';
import { createVault } from '../src/lib/vault.ts';
import { type Books, openBooks, wallTime } from './support/books.ts';
import { buildLedgerWorld, type LedgerWorld } from './support/ledger-world.ts';

const root = resolve(import.meta.dirname, '../..');
const operatorId = newId('opr');

let database: TestDatabase;
let books: Books;
let world: LedgerWorld;
let logged: Record<string, unknown>[];
let host: Parameters<typeof checkLedgers>[0];

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  // A night checks every environment, so each test has the only one.
  await database.db.raw(`select purge_sandbox(id) from environments where kind = 'sandbox'`);
  books = await openBooks(database.db);
  world = await books.run(buildLedgerWorld);
  logged = [];
  host = {
    db: database.db,
    clock: { now: () => wallTime },
    vault: createVault([{ id: 'k1', key: randomBytes(32) }]),
    log: pino({ level: 'error' }, { write: (line: string) => void logged.push(JSON.parse(line)) }),
  };
  await sealTransfers(host);
});

const alarms = (openOnly = false) => books.run((tx) => listLedgerAlarms(tx, { openOnly }));
const stopped = (ownerId: string) => books.run((tx) => payoutsStopped(tx, ownerId));
const resolveOne = (alarm: LedgerAlarm | undefined) =>
  books.run((tx) =>
    resolveLedgerAlarm(tx, { alarmId: alarm?.id ?? '', operatorId, note: 'Mended by hand.' }),
  );

/** Changes what is stored past the guards that forbid it, as somebody with the database's password could. */
async function tamper(change: string, bindings: readonly string[]): Promise<void> {
  await database.db.transaction(async (sql) => {
    await sql.raw('set local session_replication_role = replica');
    await sql.raw(change, bindings);
  });
}

/** What the funder owes us for the captured part of a plan; it moves no account of any merchant. */
const funderDue = `environment_id = ? and subject_id = ? and debit ^@ 'funder_due:'`;
const ofPlan = (): [string, string] => [books.environmentId, world.active.planId];
const plant = () => tamper(`update ledger_transfers set amount = amount + 7 where ${funderDue}`, ofPlan());
const mend = () => tamper(`update ledger_transfers set amount = amount - 7 where ${funderDue}`, ofPlan());

test('books that are sound raise nothing, and a sandbox without new transfers is not read again', async () => {
  await checkLedgers(host);
  expect(logged).toEqual([]);
  expect(await alarms()).toEqual([]);
  // The sealer knows of everything once it has looked twice.
  await expect
    .poll(
      async () => {
        await sealTransfers(host);
        await checkLedgers(host);
        const check = await database.db('ledger_checks').first<{ through_id: bigint }>('through_id');
        const last = await database.db('ledger_transfers').max<{ max: bigint }[]>('id as max');
        return check.through_id === last[0]?.max;
      },
      { timeout: 30_000 },
    )
    .toBe(true);
  await plant();
  await checkLedgers(host);
  expect(await alarms()).toEqual([]);
});

test('a wrong row is told once, with its invariant and row, and stops the payouts of the merchant it concerns', async () => {
  await plant();
  const [row] = await database
    .db('ledger_transfers')
    .whereRaw(funderDue, ofPlan())
    .select<{ id: bigint }[]>('id');
  await checkLedgers(host);
  await checkLedgers(host);

  const open = await alarms(true);
  expect(open).toMatchObject([
    {
      invariant: 'sealed_transfers_are_unchanged',
      subject: `transfer ${row?.id} in seal 1`,
      finding: 'was changed after it was sealed',
      concernedId: world.merchantId,
      endedAt: null,
    },
    {
      invariant: 'principal_is_participation',
      subject: world.funderId,
      finding: '11500 CNY, not 11507',
      concernedId: world.funderId,
    },
  ]);
  expect(logged).toHaveLength(2);
  expect(logged).toEqual(
    expect.arrayContaining(
      open.map(({ id, invariant, subject }) =>
        expect.objectContaining({ alarm: id, invariant, subject, level: 50, msg: 'ledger alarm' }),
      ),
    ),
  );
  expect(await stopped(world.merchantId)).toBe(open[0]?.id);
  expect(await stopped(world.funderId)).toBe(open[1]?.id);
  expect(await stopped(newId('mer'))).toBeUndefined();
});

test('an alarm ends when an operator has resolved it and a check finds that it holds, in either order', async () => {
  await plant();
  await checkLedgers(host);
  const [seal, stake] = await alarms(true);
  // Resolved first: a check that finds it broken still keeps it, and keeps who resolved it.
  expect(await resolveOne(seal)).toMatchObject({ resolvedBy: operatorId, endedAt: null });
  await recheckLedgers(host);
  expect(await stopped(world.merchantId)).toBe(seal?.id);
  await mend();
  await recheckLedgers(host);
  expect(await stopped(world.merchantId)).toBeUndefined();

  // Only what was resolved is read again, so the other does not know yet. It holds first, and is resolved then.
  expect(await alarms(true)).toMatchObject([{ id: stake?.id, clearedAt: null }]);
  await checkLedgers(host);
  expect(await alarms(true)).toMatchObject([{ id: stake?.id, clearedAt: wallTime }]);
  expect(await stopped(world.funderId)).toBe(stake?.id);
  expect(await resolveOne(stake)).toMatchObject({ endedAt: wallTime, note: 'Mended by hand.' });
  expect(await stopped(world.funderId)).toBeUndefined();
  expect(await alarms(true)).toEqual([]);

  // Broken anew it is another alarm; what cleared and broke again before anybody saw to it is the same one.
  await plant();
  await checkLedgers(host);
  await mend();
  await checkLedgers(host);
  await plant();
  await checkLedgers(host);
  expect(await alarms()).toHaveLength(4);
  expect(await alarms(true)).toMatchObject([{ clearedAt: null }, { clearedAt: null }]);
  expect(logged).toHaveLength(4);
});

test('a breach of a plan concerns its merchant, one of a credit line nobody, and a lost transfer everybody', async () => {
  const spoil = (table: string, id: string, change: object) =>
    database.db(table).where({ environment_id: books.environmentId, id }).update(change);
  const anybody = newId('mer');
  await spoil('credit_lines', world.lineId, { used: 11_501n });
  await checkLedgers(host);
  expect(await alarms(true)).toMatchObject([{ invariant: 'used_is_principal', concernedId: world.lineId }]);
  expect(await stopped(world.merchantId)).toBeUndefined();

  await spoil('plans', world.lent.planId, { funded_subsidy: 79n });
  await checkLedgers(host);
  expect(await stopped(world.merchantId)).toBeDefined();
  expect(await stopped(anybody)).toBeUndefined();

  await tamper(`delete from ledger_transfers where ${funderDue}`, ofPlan());
  await checkLedgers(host);
  const gone = (await alarms(true)).find(({ subject }) => subject === 'seal 1');
  expect(gone).toMatchObject({ invariant: 'sealed_transfers_are_unchanged', concernedId: null });
  expect(await stopped(anybody)).toBe(gone?.id);
});

test('a changed transfer concerns the one merchant that its posting names, and everybody where that is not one', async () => {
  const [sold] = await database
    .db('ledger_transfers')
    .where({ environment_id: books.environmentId, credit: `merchant:${world.merchantId}`, kind: 'post' })
    .select<{ id: bigint; debit: string }[]>('id', 'debit');
  const id = sold?.id ?? 0n;
  const concerned = (transferId: bigint | null = id) =>
    books.run((tx) =>
      concernedByFault(tx, { seal: 1, transferId, fault: 'was changed after it was sealed' }),
    );
  expect(await concerned()).toBe(world.merchantId);
  expect(await concerned(null)).toBeNull();
  const unknown = await database.db('ledger_transfers').max<{ max: bigint }[]>('id as max');
  expect(await concerned((unknown[0]?.max ?? 0n) + 1n)).toBeNull();

  const other = newId('mer');
  await database.db.raw(
    `insert into merchants (environment_id, id, name, category, country, time_zone, currency, status, allowed_origins,
       fee_basis_points, fee_fixed, first_part, payout_account, created_at)
     select environment_id, ?, name, category, country, time_zone, currency, status, allowed_origins,
       fee_basis_points, fee_fixed, first_part, payout_account, created_at from merchants where id = ?`,
    [other, world.merchantId],
  );
  await tamper('update ledger_transfers set credit = ? where id = ?', [`merchant:${other}`, String(id)]);
  expect(await concerned()).toBeNull();
  // Two that one account names are two as well.
  await tamper('update ledger_transfers set credit = ? where id = ?', [
    `merchant:${world.merchantId}:${other}`,
    String(id),
  ]);
  expect(await concerned()).toBeNull();
});

test('whom a breach concerns is read from ids that stand alone in its subject', async () => {
  const [plan, funder, stranger] = [world.active.planId, world.funderId, newId('drw')];
  const concerned = {
    [plan]: world.merchantId,
    [`principal:${plan}:${funder}`]: world.merchantId,
    [`principal:${stranger}:${funder}`]: stranger,
    [`participation:${funder}`]: funder,
    i_late_fee: null,
    'lines of the bank': 'lines of the bank',
    // Longer names that hold an id are no ids.
    [`bank:line-of-${funder}`]: `bank:line-of-${funder}`,
    [`bank:${funder}-old`]: `bank:${funder}-old`,
    [`2_${funder.slice(4)}`]: `2_${funder.slice(4)}`,
  };
  const breaches = Object.keys(concerned).map((subject) => ({
    subject,
    currency: 'CNY',
    actual: 1n,
    expected: 0n,
  }));
  const concernedBy = await books.run((tx) => concernedByBreaches(tx, breaches));
  expect(Object.fromEntries(breaches.map(({ subject }) => [subject, concernedBy(subject)]))).toEqual(
    concerned,
  );
});

test('alarms are read from the newest on, a page at a time', async () => {
  await plant();
  await checkLedgers(host);
  const [newest, ...others] = await alarms();
  expect(others).toHaveLength(1);
  const page = (of: { before?: string; limit?: number }) => books.run((tx) => listLedgerAlarms(tx, of));
  expect(await page({ limit: 1 })).toEqual([newest]);
  expect(await page({ before: newest?.id ?? '' })).toEqual(others);
  expect(await page({ before: others[0]?.id ?? '' })).toEqual([]);
});

test('no alarm of an environment is seen in another, and there is nothing to resolve without one', async () => {
  await plant();
  await checkLedgers(host);
  const other = await openBooks(database.db);
  const [alarm] = await alarms(true);
  expect(await other.run((tx) => listLedgerAlarms(tx))).toEqual([]);
  expect(await other.run((tx) => payoutsStopped(tx, world.merchantId))).toBeUndefined();
  const elsewhere = other.run((tx) =>
    resolveLedgerAlarm(tx, { alarmId: alarm?.id ?? '', operatorId, note: 'Not mine.' }),
  );
  await expect(elsewhere).rejects.toMatchObject({ code: 'not_found' });
});

test('the command prints every invariant with what it was checked on, names a wrong row, and raises its alarm', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'morrow-books-'));
  const masterKeyFile = join(folder, 'master.key');
  await writeFile(masterKeyFile, `k1:${randomBytes(32).toString('base64url')}\n`);
  const check = (): Promise<{ code: number; said: string }> =>
    new Promise((done) => {
      const env = { ...process.env, DATABASE_URL: database.url, MASTER_KEY_FILE: masterKeyFile };
      const command = ['--import', 'tsx', join(root, 'scripts/books.ts'), 'check'];
      execFile(process.execPath, command, { cwd: root, env }, (error, said) =>
        done({ code: error ? Number(error.code) : 0, said }),
      );
    });
  try {
    await plant();
    const broken = await check();
    expect(broken).toMatchObject({ code: 1, said: expect.stringContaining('\n2 broken') });
    expect(broken.said).toMatch(/ debt_is_scheduled +8 +0\n/);
    expect(broken.said).toMatch(/ sealed_transfers_are_unchanged +\d\d +1\n/);
    expect(broken.said).toMatch(
      /: sealed_transfers_are_unchanged: transfer \d+ in seal 1: was changed after it was sealed\n/,
    );
    expect(broken.said).toContain(`: principal_is_participation: ${world.funderId}: 11500 CNY, not 11507\n`);
    expect(await stopped(world.merchantId)).toBeDefined();
    expect(logged).toEqual([]);
    await recheckLedgers(host);
    expect(logged).toHaveLength(2);
  } finally {
    await rm(folder, { recursive: true });
  }
}, 60_000);
