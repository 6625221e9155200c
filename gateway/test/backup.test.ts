import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Embedded, startEmbedded } from '@morrow/db';
import type { Order } from '@morrow/sdk-js/server';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { archiveSettings } from '../../scripts/backup/archive.ts';
import { makeBackup } from '../../scripts/backup/make.ts';
import type { Manifest } from '../../scripts/backup/manifest.ts';
import { restoreBackup } from '../../scripts/backup/restore.ts';
import { readConfig } from '../src/config.ts';
import { type Context, createContext } from '../src/context.ts';
import { sequenceEvents } from '../src/events/sequence.ts';
import { carryOutOpen } from '../src/jobs/run-attempts.ts';
import type { Id } from '../src/lib/ids.ts';
import { transact, type Tx } from '../src/lib/tx.ts';
import { erase } from '../src/privacy/erase.ts';
import { listErasures, readErasures, writeErasure } from '../src/privacy/erasures.ts';
import { replayErasures } from '../src/privacy/replay.ts';
import { bringForward, claimAttempt, findAttempt, postponeAttempt } from '../src/processor/attempts.ts';
import { mountMockProcessor } from '../src/processor/mock/mount.ts';
import { listExceptions } from '../src/reconciliation/exceptions.ts';
import { importTransactions } from '../src/reconciliation/import-transactions.ts';
import { reconcile } from '../src/reconciliation/reconcile.ts';
import { contactOf, findOrCreateShopper } from '../src/shoppers/profile.ts';
import { challengeDue } from '../src/webhooks/challenge.ts';
import { deliverDue } from '../src/webhooks/deliver.ts';
import { fanOut } from '../src/webhooks/fan-out.ts';
import { createOutbound } from '../src/webhooks/outbound.ts';
import { type GatewayProcess, startGatewayProcess } from './support/gateway-process.ts';
import { newMasterKey } from './support/master-key.ts';
import {
  collect,
  confirmedSession,
  eventually,
  expectSoundBooks,
  type Merchant,
  openMerchant,
  orderOf,
  readFeed,
} from './support/processes.ts';
import { type Receiver, startReceiver } from './support/receiver.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 180_000 });

const origin = 'http://gateway.test';
const actor = { kind: 'system', id: 'test' } as const;
const phone = '+8613900000001';

/** Nobody switches this machine off; what is tested is what PostgreSQL plays again. */
const volatile = { fsync: 'off', full_page_writes: 'off', autovacuum: 'off' };

let folder: string;
let receiver: Receiver;
let keyFile: string;
const ends: (() => unknown)[] = [];

/** What was there and what was told when everything was lost. */
let before: {
  merchant: Merchant;
  environmentId: string;
  /** Acknowledged before the moment that is restored, and all that were ever asked for. */
  acknowledged: Order[];
  asked: Set<string>;
  shopperId: Id<'shp'>;
  erasures: string;
  charges: Charge[];
  /** Of payments that were asked for before that moment and made after it; the first had been begun. */
  open: string[];
  delivered: string[];
  manifest: Manifest;
  at: Date;
};
let server: Embedded;
let host: Context;

type Charge = { id: string; attempt: string };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'morrow-backup-'));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  // PostgreSQL may run as somebody else, who has to come through to the archive.
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'archive'));
  chmodSync(join(folder, 'archive'), 0o777);
  keyFile = join(folder, 'master.key');
  writeFileSync(keyFile, newMasterKey(), { mode: 0o600 });
  receiver = await startReceiver();
  ends.push(() => receiver.close());
  await live();
});
afterAll(async () => {
  for (const end of ends.toReversed()) await end();
});

const inSandbox = <T>(work: (tx: Tx) => Promise<T>, environmentId = before.environmentId): Promise<T> =>
  transact(host, { environmentId, actor }, work);

/** Our own look at the database, and the rounds of a worker at moments that the test chooses. */
function openHost(url: string): Context {
  const variables = { DATABASE_URL: url, DATABASE_POOL: '4', MASTER_KEY_FILE: keyFile, LOG_LEVEL: 'silent' };
  return createContext(
    readConfig({ ...variables, PUBLIC_ORIGIN: origin, SANDBOX_WEBHOOK_TARGETS: receiver.target }),
  );
}

async function startGateway(run: 'server' | 'all'): Promise<GatewayProcess> {
  const gateway = await startGatewayProcess({
    databaseUrl: server.url,
    masterKeyFile: keyFile,
    origin,
    run,
    webhookTargets: [receiver.target],
  });
  ends.push(() => gateway.stop());
  return gateway;
}

/** Sells and ships one order after the other until it is told to stop. */
function startSelling(merchant: Merchant) {
  const acknowledged: Order[] = [];
  const asked = new Set<string>();
  const over = new AbortController();
  const whole = (async () => {
    for (let person = 1; !over.signal.aborted; person += 1) {
      const session = await confirmedSession(merchant.morrow, { person, amount: 40_000 });
      asked.add(session.id);
      const order = await merchant.morrow.orders.authorize(orderOf(session));
      await merchant.morrow.orders.capture(order.id, { reference: 'shipment-1', amount: 40_000 });
      acknowledged.push(order);
      // Steady, and not as much as the machine bears: each order is gone through at the end.
      await sleep(100);
    }
  })();
  return {
    acknowledged,
    asked,
    more: (count: number) => {
      const from = acknowledged.length;
      return Promise.race([
        whole,
        eventually(
          () => acknowledged.length,
          (now) => now >= from + count,
          60_000,
        ),
      ]);
    },
    async stop() {
      over.abort();
      await whole;
    },
  };
}

/** Numbers and sends what is due; charges what is due. */
async function workBehind(): Promise<void> {
  while ((await carryOutOpen(host)) > 0);
  const outbound = createOutbound();
  await sequenceEvents(host);
  await challengeDue(host, outbound);
  while ((await fanOut(host)) + (await deliverDue(host, outbound, 100)) > 0);
  await outbound.close();
}

/** The life of a gateway, from its first order to its last. */
async function live(): Promise<void> {
  const archive = join(folder, 'archive');
  server = await startEmbedded({
    dataDir: join(folder, 'first'),
    settings: { ...volatile, ...archiveSettings(archive) },
  });
  const gateway = await startGateway('server');
  host = openHost(server.url);
  const unmount = mountMockProcessor(host.db, host.clock);
  const merchant = await openMerchant([gateway]);
  const environmentId = (await host.db('environments').where({ kind: 'sandbox' }).first('id')).id as string;
  await merchant.morrow.webhookEndpoints.create({ url: receiver.url, event_types: ['*'] });
  const { shopperId } = await inSandbox(
    (tx) => findOrCreateShopper(tx, { phone, locale: 'en' }),
    environmentId,
  );
  const selling = startSelling(merchant);
  await selling.more(1);
  await workBehind();
  const manifest = await makeBackup(server.url, join(folder, 'backup'));
  await selling.more(2);
  const open = await leaveOneBegun(environmentId);
  const acknowledged = [...selling.acknowledged];
  const { now } = (await host.db.raw<{ rows: [{ now: Date }] }>('select clock_timestamp() as now')).rows[0];
  // The database counts microseconds, which a Date cuts off.
  const at = new Date(now.getTime() + 1);

  // All of this is lost, and the world remembers it.
  await selling.more(2);
  await selling.stop();
  await inSandbox(bringForward, environmentId);
  await workBehind();
  expect(await inSandbox((tx) => erase(tx, shopperId), environmentId)).toEqual({ outcome: 'erased' });
  const erasures = (await listErasures(host)).map((entry) => `${writeErasure(entry)}\n`).join('');
  const { asked } = selling;
  const delivered = receiver.received.map(({ headers }) => String(headers['webhook-id']));
  const charges = await chargesMade();
  before = {
    merchant,
    environmentId,
    acknowledged,
    asked,
    shopperId,
    erasures,
    charges,
    open,
    delivered,
    manifest,
    at,
  };
  const processor = await memoryOfProcessor();
  await archived();

  gateway.signal('SIGKILL');
  await gateway.ended();
  unmount();
  await host.db.destroy();
  const [pid] = readFileSync(join(folder, 'first', 'postgresql-18', 'postmaster.pid'), 'utf8').split('\n');
  process.kill(Number(pid), 'SIGQUIT');
  await server.stop();
  rmSync(join(folder, 'first'), { recursive: true });

  await restoreBackup({
    backup: join(folder, 'backup'),
    archive,
    to: join(folder, 'second', 'postgresql-18'),
    at,
  });
  server = await startEmbedded({ dataDir: join(folder, 'second'), settings: volatile });
  ends.push(() => server.stop());
  host = openHost(server.url);
  ends.push(() => host.db.destroy());
  await processor.remember();
}

/** Claims one of the payments that are open, as a process does that is killed before the processor has answered. */
async function leaveOneBegun(environmentId: string): Promise<string[]> {
  const rows = await host
    .db('processor_attempts')
    .where({ status: 'pending' })
    .orderBy('created_at')
    .select('id');
  const open = rows.map(({ id }) => id as string);
  await inSandbox(async (tx) => {
    const claimed = await claimAttempt(tx, open[0]!);
    if (typeof claimed === 'string') throw new Error(`it is ${claimed}`);
    await postponeAttempt(tx, claimed);
  }, environmentId);
  return open;
}

/** What cards were charged, as the processor remembers it. */
async function chargesMade(): Promise<Charge[]> {
  const { rows } = await host.db.raw<{ rows: Charge[] }>(
    `select id, object->'metadata'->>'attempt_id' as attempt from mock_processor.objects
     where kind = 'payment_intent' and object->>'status' = 'succeeded' order by number`,
  );
  return rows;
}

/** The mock's memory is somebody else's, although it lies in our database: a disaster of ours does not reach it. */
async function memoryOfProcessor() {
  const tables = await host.db('pg_tables').where({ schemaname: 'mock_processor' }).pluck('tablename');
  const kept: [string, string][] = [];
  for (const table of tables) {
    const { rows } = await host.db.raw<{ rows: [{ rows: string }] }>(
      `select coalesce(json_agg(t), '[]')::text as rows from mock_processor.${table} t`,
    );
    kept.push([table, rows[0].rows]);
  }
  return {
    async remember() {
      for (const [table, rows] of kept) {
        await host.db.raw(`delete from mock_processor.${table}`);
        await host.db.raw(
          `insert into mock_processor.${table} overriding system value
           select * from json_populate_recordset(null::mock_processor.${table}, ?::json)`,
          [rows],
        );
      }
      await host.db.raw(
        `select setval(pg_get_serial_sequence('mock_processor.objects', 'number'), max(number)) from mock_processor.objects`,
      );
    },
  };
}

/** All that was written so far is in the archive; archive_timeout sees to it elsewhere. */
async function archived(): Promise<void> {
  const { rows } = await host.db.raw<{ rows: [{ wal: string }] }>(
    'select pg_walfile_name(pg_switch_wal()) as wal',
  );
  await eventually(
    async () => (await host.db('pg_stat_archiver').first('last_archived_wal')).last_archived_wal as string,
    (last) => last >= rows[0].wal,
  );
}

describe('after everything was lost and a moment was restored from a backup and the archived log', () => {
  it('the database is as it was at that moment: sealed data open with the keys, what came after is not there', async () => {
    expect(before.at > new Date(before.manifest.wholeAt)).toBe(true);
    expect(await inSandbox((tx) => contactOf(tx, before.shopperId))).toMatchObject({ phone });
    const orders = (await host.db('orders').select('id')).map(({ id }) => id as string);
    expect(orders).toEqual(expect.arrayContaining(before.acknowledged.map(({ id }) => id)));
    expect(orders.length).toBeLessThan(before.asked.size);
  });

  it('who was erased since is erased again by the log that lay apart', async () => {
    const entries = readErasures(before.erasures);
    const replay = async () => (await replayErasures(host, entries)).map(({ result }) => result.outcome);
    expect(await replay()).toEqual(['erased']);
    expect(await replay()).toEqual(['gone']);
    await expect(inSandbox((tx) => contactOf(tx, before.shopperId))).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('the reconciliation names each charge that the restored books do not know, and no other', async () => {
    const unmount = mountMockProcessor(host.db, host.clock);
    const input = { environmentId: before.environmentId, actor };
    await importTransactions(host, input);
    await reconcile(host, input);
    unmount();
    const known = new Set(await host.db('processor_attempts').pluck('id'));
    const unknown = before.charges.filter(({ attempt }) => !known.has(attempt));
    const found = await inSandbox((tx) => listExceptions(tx, { status: 'open', limit: 100 }));
    expect(unknown.length).toBeGreaterThan(0);
    expect(found.map(({ exception }) => exception.reason)).toEqual(unknown.map(() => 'unknown'));
    expect(new Set(found.map(({ record }) => record?.attemptId))).toEqual(
      new Set(unknown.map(({ attempt }) => attempt)),
    );
  });

  it('a gateway starts on it, charges nobody twice, and sends webhooks again under their ids', async () => {
    expect(before.open.length).toBeGreaterThan(1);
    const [begun] = before.open;
    expect(await inSandbox((tx) => findAttempt(tx, begun!))).toMatchObject({ status: 'pending', tries: 1 });
    const sent = receiver.received.length;
    const gateway = await startGateway('all');
    const morrow = before.merchant.through([gateway]);
    await eventually(
      async () => host.db('processor_attempts').whereIn('status', ['pending', 'unknown']).pluck('id'),
      (open) => open.length === 0,
    );
    expect(await chargesMade()).toEqual(before.charges);
    const states = await host.db('processor_attempts').whereIn('id', before.open).distinct().pluck('status');
    expect(states).toEqual(['succeeded']);

    const orders = await collect(morrow.orders.list());
    expect(new Set(orders.map((order) => order.checkout_session_id)).size).toBe(orders.length);
    for (const order of orders) {
      expect(before.asked).toContain(order.checkout_session_id);
      const { installments } = await morrow.plans.get(order.plan_id);
      const owed = installments.reduce((sum, { amount }) => sum + amount, 0);
      expect(order.captured_amount === 0 ? 40_000 : order.captured_amount).toBe(owed);
    }
    await expectSoundBooks(morrow);
    const feed = await eventually(
      () => readFeed(morrow),
      (events) => events.filter(({ type }) => type === 'installment.paid').length >= before.open.length,
    );
    const again = await eventually(
      () => new Set(receiver.received.slice(sent).map(({ headers }) => String(headers['webhook-id']))),
      (ids) => before.delivered.some((id) => ids.has(id)),
    );
    const known = new Set<string>(feed.map(({ id }) => id));
    expect([...again].filter((id) => !known.has(id))).toEqual([]);
    expect(gateway.errors).toEqual([]);
  });
});

describe('a restore', () => {
  const restore = (changes: { at?: Date; to?: string; backup?: string }) =>
    restoreBackup({
      backup: join(folder, 'backup'),
      archive: join(folder, 'archive'),
      to: join(folder, 'third'),
      ...changes,
    });

  it('is refused for a moment before the backup was whole, over other data, and from a folder that holds none', async () => {
    const early = new Date(new Date(before.manifest.wholeAt).getTime() - 1);
    await expect(restore({ at: early })).rejects.toThrow('take an older one');
    await expect(restore({ to: join(folder, 'archive') })).rejects.toThrow('is not empty');
    await expect(restore({ backup: join(folder, 'archive') })).rejects.toThrow('holds no whole backup');
  });

  it('is refused from a backup of which a byte has changed', async () => {
    const file = join(folder, 'backup', 'data', 'PG_VERSION');
    writeFileSync(file, '19\n');
    await expect(restore({})).rejects.toThrow('PG_VERSION is not what was backed up');
    writeFileSync(file, '18\n');
  });
});
