import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Morrow } from '@morrow/sdk-js/server';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  down,
  handOver,
  hasStandby,
  isRunning,
  killNode,
  leaderOf,
  membersOf,
  partNames,
  up,
} from '../../docs/operations/cluster/cluster.ts';
import {
  type Cluster,
  databaseUrl,
  missingPackages,
  type Node,
  openCluster,
} from '../../docs/operations/cluster/layout.ts';
import { logFile, stopPart } from '../../docs/operations/cluster/processes.ts';
import { collect, eventually, expectSoundBooks, readFeed } from './support/processes.ts';
import { type Bought, type Trade, startTrade } from './support/trade.ts';

const missing = missingPackages();
const isAsked = process.env.MORROW_CLUSTER === '1';
/** Says in the list of skipped tests what it takes to run them. */
const needs = missing.length > 0 ? `needs ${missing.join(', ')}` : 'runs with MORROW_CLUSTER=1';

/** A busy machine takes minutes to start all of it. */
const patienceMs = 300_000;
const buyers = 4;
/** So many orders are acknowledged before a fault, and after it. */
const enough = 25;

let cluster: Cluster;
let morrow: Morrow;
const everything: Bought[] = [];
/** What any request was answered with by the gateways' haproxy, or not at all, where it was no success. */
const failures: string[] = [];

describe.skipIf(!isAsked || missing.length > 0)(`a cluster (${needs})`, () => {
  beforeAll(async () => {
    cluster = openCluster(mkdtempSync(join(tmpdir(), 'morrow-cluster-')), 7500);
    await up(cluster);
    const { privateKey } = generateKeyPairSync('ed25519');
    ({ morrow } = await Morrow.createSandbox(
      { baseUrl: cluster.origin, privateKey, fetch: noted, timeoutMs: 5_000 },
      { name: 'Tea House', allowed_origins: ['https://shop.example'], clock: '2026-03-01T01:00:00.000Z' },
    ));
  }, patienceMs);

  afterAll(async () => {
    if (!cluster) return;
    await down(cluster);
    rmSync(cluster.folder, { recursive: true });
  }, patienceMs);

  const tested = (name: string, work: () => Promise<void>): void => it(name, work, 3 * patienceMs);

  tested('loses no acknowledged order when the leading database dies, and takes it back as the standby', () =>
    losesNothing('the leader killed', (leader) => killNode(cluster, leader)),
  );

  tested('loses none either when the standby lags behind at that moment', () =>
    losesNothing('the leader killed while the standby lags', async (leader) => {
      await stall();
      await sleep(2_000);
      await killNode(cluster, leader);
    }),
  );

  tested('loses no acknowledged order when the leading database hands over', () =>
    losesNothing('the leader handed over', () => handOver(cluster)),
  );

  tested('replaces all gateways and workers under load without a request that fails', async () => {
    const before = failures.length;
    const trade = await tradeDuring(async () => {
      for (const name of ['gateway1', 'worker1', 'gateway2', 'worker2'] as const) {
        await stopPart(cluster, name, 30_000);
        await up(cluster);
      }
    });
    console.info(`all processes replaced: ${trade.bought.length} orders acknowledged`);
    expect(failures.slice(before)).toEqual([]);
    await expectSound();
  });
});

/** Buys all the time while something is done to the leader, and looks at what is left when another one leads. */
async function losesNothing(fault: string, hit: (leader: Node) => Promise<void>): Promise<void> {
  await eventually(() => hasStandby(cluster), Boolean, patienceMs);
  const leader = await leaderOf(cluster);
  let hitAt = 0;
  const { bought } = await tradeDuring(async () => {
    hitAt = performance.now();
    await hit(leader!);
    const leads = (now: Node | undefined): boolean => now !== undefined && now !== leader;
    await eventually(() => leaderOf(cluster), leads, patienceMs);
  });
  const seconds = (longestPause(bought, hitAt) / 1000).toFixed(1);
  console.info(`${fault}: ${bought.length} orders acknowledged, ${seconds} s without one`);
  expectSurvivors(leader!);
  await expectListeners();
  // What the old leader had written by itself must not come back with it.
  await up(cluster);
  expect((await membersOf(cluster)).find(({ name }) => name === leader)?.role).toBe('sync_standby');
  await expectSound();
}

async function expectSound(): Promise<void> {
  await expectAllOrders();
  await expectWholeFeed();
  await expectSoundBooks(morrow);
}

/** Orders are acknowledged before, during and after the work. */
async function tradeDuring(work: () => Promise<void>): Promise<Trade> {
  const trade = startTrade(morrow, { buyers, firstPerson: everything.length });
  try {
    await eventually(
      () => trade.count(),
      (count) => count >= enough,
      patienceMs,
    );
    const before = trade.count();
    await work();
    await eventually(
      () => trade.count(),
      (count) => count >= before + enough,
      patienceMs,
    );
  } finally {
    await trade.end();
  }
  everything.push(...trade.bought);
  return trade;
}

/** Lets the leader send nothing more to its standby, which goes on until the leader dies. */
async function stall(): Promise<void> {
  const client = new Client({ connectionString: databaseUrl(cluster, 'leader', 'postgres') });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('select pid from pg_stat_replication');
  await client.end();
  for (const { pid } of rows) process.kill(pid, 'SIGSTOP');
}

const noted: typeof fetch = async (...request) => {
  try {
    const answer = await fetch(...request);
    if (!answer.ok) failures.push(`${answer.status}`);
    return answer;
  } catch (error) {
    failures.push(String(error));
    throw error;
  }
};

/** Every order that was acknowledged is there once, and none that was not. */
async function expectAllOrders(): Promise<void> {
  const orders = await collect(morrow.orders.list());
  const told = everything.map(({ id, reference, amount }) => `${id} ${reference} ${amount}`);
  expect(
    orders
      .map(({ id, merchant_reference: name, authorized_amount }) => `${id} ${name} ${authorized_amount}`)
      .toSorted(),
  ).toEqual(told.toSorted());
  expect(new Set(everything.map(({ reference }) => reference)).size).toBe(orders.length);
}

/** The workers number events soon after; then there is one of each order. */
async function expectWholeFeed(): Promise<void> {
  const feed = await eventually(
    () => readFeed(morrow),
    (events) => events.filter(({ type }) => type === 'order.authorized').length >= everything.length,
    60_000,
  );
  const authorized = feed.filter(({ type }) => type === 'order.authorized');
  expect(new Set(authorized.map(({ object_id }) => object_id))).toEqual(
    new Set(everything.map(({ id }) => id)),
  );
  expect(authorized).toHaveLength(everything.length);
}

/** Nobody had to start a gateway or a worker again, and none met a failure that it did not know. */
function expectSurvivors(leader: Node): void {
  const parts = partNames.filter((name) => name !== leader);
  expect(parts.filter((name) => !isRunning(cluster, name))).toEqual([]);
  const logged = ['gateway1', 'gateway2', 'worker1', 'worker2'].flatMap((name) =>
    readFileSync(logFile(cluster, name), 'utf8').split('\n').filter(Boolean),
  );
  const unforeseen = logged.filter(
    (line) => !line.startsWith('{') || line.includes('"msg":"internal_error"'),
  );
  expect(unforeseen).toEqual([]);
}

/** The gateways listen at the new leader for changes of keys, the workers for jobs. */
async function expectListeners(): Promise<void> {
  const client = new Client({ connectionString: databaseUrl(cluster, 'leader', 'postgres') });
  await client.connect();
  try {
    const listening = async (): Promise<{ query: string }[]> =>
      (
        await client.query<{ query: string }>(
          `select query from pg_stat_activity where query ilike 'listen %'`,
        )
      ).rows;
    await eventually(listening, (rows) => rows.length >= 4, 60_000);
  } finally {
    await client.end();
  }
}

/** The longest time without an acknowledged order that ended after `since`, in milliseconds. */
function longestPause(bought: readonly Bought[], since: number): number {
  return bought.reduce((longest, { at }, index) => {
    const pause = at - (bought[index - 1]?.at ?? at);
    return at > since ? Math.max(longest, pause) : longest;
  }, 0);
}
