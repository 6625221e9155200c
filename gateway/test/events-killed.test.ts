import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { chainEvents, emptyHash, listCheckpoints, writeEventCheckpoints } from '../src/events/checkpoints.ts';
import { readFeed } from '../src/events/feed.ts';
import { minuteMs } from '../src/lib/dates.ts';
import type { Order } from './support/killed-worker.ts';
import { openWebhooks, type Webhooks } from './support/webhooks-world.ts';

// Fifty processes start and end here.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

/**
 * At which moments of each stage a worker is killed: before, while and after each statement of a delivery and the request
 * to the receiver, and at as many of the others as make it fifty.
 */
const moments: Record<Order['stage'], number[]> = {
  sequence: range(1, 10, 2),
  'fan-out': range(1, 22, 3),
  deliver: range(1, 32),
  checkpoint: range(1, 13, 3),
};

function range(from: number, to: number, step = 1): number[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
}

/** The deaths in an order that mixes the stages, the same in each run. */
const deaths = Object.entries(moments)
  .flatMap(([stage, all]) => all.map((moment) => ({ stage: stage as Order['stage'], moment })))
  .map((death, index) => ({ death, place: (index * 17) % 50 }))
  .toSorted((a, b) => a.place - b.place)
  .map(({ death }) => death);

let webhooks: Webhooks;
let folder: string;
let children: ChildProcess[] = [];

beforeAll(async () => {
  webhooks = await openWebhooks();
  folder = await mkdtemp(join(tmpdir(), 'morrow-killed-'));
  // One file without a loader starts in a third of the time.
  await build({
    entryPoints: [join(import.meta.dirname, 'support/killed-worker.ts')],
    outfile: join(folder, 'worker.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    // What knex would load for databases that are not there, and a tool of the scheduler for files in TypeScript.
    external:
      'better-sqlite3 mariadb mysql mysql2 oracledb pg-native pg-query-stream sqlite3 tedious typescript'.split(
        ' ',
      ),
    logLevel: 'error',
  });
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await webhooks.close();
  await rm(folder, { recursive: true });
});

type Worker = { child: ChildProcess; ready: Promise<unknown> };

function startWorker(): Worker {
  const child = fork(join(folder, 'worker.cjs'), { execArgv: [] });
  children.push(child);
  return { child, ready: once(child, 'message') };
}

/** Lets a worker work until it dies as told; throws when it comes to its end instead. */
async function workUntilDeath({ child, ready }: Worker, order: Order): Promise<void> {
  await ready;
  const survived = once(child, 'message').then(([said]) => {
    throw new Error(`${order.stage} ended before moment ${order.moment}: ${JSON.stringify(said)}`);
  });
  const died = once(child, 'exit') as Promise<[code: number | null, signal: string | null]>;
  child.send(order);
  const [code, signal] = await Promise.race([died, survived]);
  children = children.filter((other) => other !== child);
  expect({ code, signal, ...order }).toMatchObject({ code: null, signal: 'SIGKILL' });
}

it('loses no event when the worker is killed fifty times between commit and delivery', async () => {
  const { host, receiver } = webhooks;
  const merchant = await webhooks.openMerchant();
  const { endpoint } = await merchant.add();
  expect(deaths).toHaveLength(50);
  let next = [startWorker(), startWorker(), startWorker()];
  for (const [index, death] of deaths.entries()) {
    const [worker, ...waiting] = next;
    next = index + 3 < deaths.length ? [...waiting, startWorker()] : waiting;
    await webhooks.inTx(async (tx) => {
      for (const part of ['a', 'b']) await merchant.record(tx, `${index}${part}`);
    });
    // Later than the lease of the one that died before.
    host.clock.advance(minuteMs);
    await workUntilDeath(worker!, {
      url: webhooks.database.url,
      key: webhooks.key.toString('base64'),
      target: receiver.target,
      now: host.clock.now().toISOString(),
      ...death,
    });
  }
  const beforeTheRest = receiver.received.length;
  host.clock.advance(minuteMs);
  await webhooks.deliver();
  while ((await writeEventCheckpoints(host)) > 0);

  const events = await webhooks.inTx((tx) =>
    readFeed(tx, { stream: merchant.merchantId, after: 0n, limit: 1000 }),
  );
  expect(events.map(({ sequence }) => Number(sequence))).toEqual(range(1, 100));
  expect(events.map(({ objectId }) => objectId)).toEqual(
    deaths.flatMap((_, index) => [`${index}a`, `${index}b`]),
  );
  const ids = events.map(({ id }) => id);
  const arrived = receiver.received.map(({ headers }) => headers['webhook-id']);
  expect(new Set(arrived)).toEqual(new Set(ids));
  // What was sent by one that died before it wrote so down came again, and nothing else.
  expect(arrived.length - ids.length).toBeGreaterThan(0);
  expect(arrived.length - ids.length).toBeLessThan(moments.deliver.length);
  // The fifty did some of the work themselves.
  expect(beforeTheRest).toBeGreaterThan(0);
  const log = await merchant.log(endpoint.id);
  expect(log.map(({ status }) => status)).toEqual(ids.map(() => 'succeeded'));
  expect(log.map(({ eventId }) => eventId).toSorted()).toEqual(ids.toSorted());

  const checkpoints = await webhooks.inTx((tx) =>
    listCheckpoints(tx, { stream: merchant.merchantId, after: 0n, limit: 1000 }),
  );
  let [sequence, hash] = [0n, emptyHash];
  for (const checkpoint of checkpoints) {
    expect(checkpoint).toMatchObject({ previousSequence: sequence, previousHash: hash });
    hash = chainEvents(hash, events.slice(Number(sequence), Number(checkpoint.sequence)));
    ({ sequence } = checkpoint);
    expect(checkpoint.hash).toBe(hash);
  }
  expect(sequence).toBe(100n);
});
