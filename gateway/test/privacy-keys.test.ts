import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../src/lib/ids.ts';
import type { TxHost } from '../src/lib/tx.ts';
import { createVault, type MasterKey } from '../src/lib/vault.ts';
import { listInbox } from '../src/notifications/inbox.ts';
import { queueMessage } from '../src/notifications/messages.ts';
import { inviteOperator } from '../src/operators/invitations.ts';
import { findOperator } from '../src/operators/operators.ts';
import { isNeeded, keyUses } from '../src/privacy/key-uses.ts';
import { rewrap } from '../src/privacy/rewrap.ts';
import { underDataKeys, underMasterKeys } from '../src/privacy/sealed-columns.ts';
import { contactOf, dataKeyOf, findOrCreateShopper, saveMail } from '../src/shoppers/profile.ts';
import { createEnvironment, inside, testHost, type TestHost } from './support/events-world.ts';
import { answer, asking, createShopper, someonesPhone, start } from './support/shoppers-world.ts';

let database: TestDatabase;
let world: TestHost;
let sandbox: string;

const key = (id: string): MasterKey => ({ id, key: randomBytes(32) });
const [k1, k2, k3] = [key('k1'), key('k2'), key('k3')];
const withKeys = (...keys: MasterKey[]): TxHost => ({ ...world, vault: createVault(keys) });
const oldest = (): TxHost => withKeys(k1);
const middle = (): TxHost => withKeys(k2, k1);
const newest = (): TxHost => withKeys(k3, k2, k1);
/** What is left of the file once everything is rewrapped: the newest, and the one that makes look-up hashes. */
const afterwards = (): TxHost => withKeys(k3, k1);

beforeAll(async () => {
  database = await freshDatabase();
  world = testHost(database.db);
  sandbox = await createEnvironment(world, 'sandbox');
});
afterAll(() => database.drop());

const under = async (id: string): Promise<Record<string, number>> =>
  (await keyUses(newest())).find((use) => use.id === id)?.sealed ?? {};

async function waitsForLock(): Promise<void> {
  for (;;) {
    const { rows } = await database.db.raw<{ rows: unknown[] }>(
      "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    if (rows.length > 0) return;
    await sleep(20);
  }
}

test('every sealed column of the database is known, and how it is sealed', async () => {
  const { rows } = await database.db.raw<{ rows: { name: string }[] }>(
    `select table_name || '.' || column_name as name from information_schema.columns
     where table_schema = 'public' and (column_name like '%\\_sealed' or column_name = 'data_key')`,
  );
  const known = [...underMasterKeys.map(({ table, column }) => `${table}.${column}`), ...underDataKeys];
  expect(new Set(rows.map(({ name }) => name))).toEqual(new Set(known));
});

test('a new master key is taken into use whole, beside writes, and after a run that was cut off', async () => {
  const phone = someonesPhone();
  const shopperId = await createShopper(oldest(), sandbox, { phone });
  await inside(oldest(), sandbox, (tx) => saveMail(tx, { shopperId, mail: 'fang@example.com' }));
  const given = asking({ phone });
  const challenge = await start(oldest(), sandbox, given);
  await inside(middle(), sandbox, (tx) =>
    queueMessage(tx, {
      channel: 'sms',
      recipient: phone,
      locale: 'en',
      template: 'sign_in_code',
      data: { code: challenge.code, minutes: 5 },
    }),
  );
  const { operator } = await inside(middle(), sandbox, (tx) =>
    inviteOperator(tx, { name: 'Ada', roles: ['admin'], mail: 'ada@example.com' }),
  );
  const others = [];
  for (let count = 0; count < 450; count += 1) {
    others.push({
      environment_id: sandbox,
      id: newId('shp'),
      data_key: '',
      phone_index: randomBytes(32),
      phone_sealed: '',
      locale: 'en',
      created_at: new Date(),
    });
  }
  const ids = others.map(({ id }) => id);
  for (const other of others) {
    other.data_key = middle().vault.newDataKey(other.id).wrapped;
    other.phone_sealed = `v1.k2.${other.id}.a.b`;
  }
  await database.db('shoppers').insert(others);

  let batches = 0;
  const cutOff = rewrap(newest(), () => {
    batches += 1;
    if (batches === 2) throw new Error('pulled the plug');
  });
  await expect(cutOff).rejects.toThrow('pulled the plug');
  const left = await under('k2');
  expect(left['shoppers.data_key']).toBeGreaterThan(0);
  expect(left['shoppers.data_key']).toBeLessThan(450);

  // Somebody is writing a row that has been read already: what they write stays.
  const replaced = ids.at(-1) ?? '';
  const fresh = newest().vault.newDataKey(replaced);
  const writing = await database.db.transaction();
  await writing('shoppers').where({ id: replaced }).update({ data_key: fresh.wrapped });
  const running = rewrap(newest());
  await waitsForLock();
  await writing.commit();
  const done = await running;
  expect(done.find(({ column }) => column === 'data_key')?.changed).toBe(1);
  expect(done.reduce((sum, { unreadable }) => sum + unreadable, 0)).toBe(0);
  const [kept] = await database.db('shoppers').where({ id: replaced }).pluck<string[]>('data_key');
  expect(kept).toBe(fresh.wrapped);

  const uses = await keyUses(newest());
  expect(uses.map((use) => [use.id, isNeeded(use)])).toEqual([
    ['k3', true],
    ['k2', false],
    ['k1', true],
  ]);
  expect(uses.map(({ sealed }) => Object.keys(sealed).length > 0)).toEqual([true, false, false]);

  // Everything opens without the middle key, and is found by what the oldest one has hashed.
  const now = afterwards();
  await inside(now, sandbox, async (tx) => {
    expect(await contactOf(tx, shopperId)).toMatchObject({ phone, mail: 'fang@example.com' });
    expect(await findOrCreateShopper(tx, { phone, locale: 'en' })).toEqual({ shopperId, isNew: false });
    expect((await findOperator(tx, operator.id))?.mail).toBe('ada@example.com');
    expect((await listInbox(tx, { limit: 1 })).messages[0]?.body).toContain(challenge.code);
    for (const id of ids) expect((await dataKeyOf(tx, id)).owner).toBe(id);
  });
  const signedIn = await answer(now, sandbox, {
    challengeId: challenge.challengeId,
    browser: given.browser,
    code: challenge.code,
  });
  expect(signedIn).toMatchObject({ outcome: 'right', shopperId });
  const again = await rewrap(newest());
  expect(again.reduce((sum, { resealed }) => sum + resealed, 0)).toBe(0);
});

test('what no key opens is counted and left as it is', async () => {
  const shopperId = await createShopper(withKeys(key('lost'), k1), sandbox);
  const [before] = await database.db('shoppers').where({ id: shopperId }).pluck<string[]>('data_key');
  const done = await rewrap(newest());
  expect(done.find(({ column }) => column === 'data_key')).toMatchObject({ resealed: 0, unreadable: 1 });
  expect(await database.db('shoppers').where({ id: shopperId }).pluck('data_key')).toEqual([before]);
  const lost = (await keyUses(newest())).find(({ id }) => id === 'lost');
  expect(lost).toMatchObject({ known: false, sealed: { 'shoppers.data_key': 1 } });
});
