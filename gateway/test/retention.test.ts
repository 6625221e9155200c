import { boundOf } from '@morrow/db';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Context } from '../src/context.ts';
import { keepPartitions, partitioned } from '../src/jobs/partitions.ts';
import { prune } from '../src/jobs/prune.ts';
import { addMs, dayMs } from '../src/lib/dates.ts';
import { batchRows } from '../src/lib/delete-some.ts';
import { listNewestDeliveries } from '../src/webhooks/deliveries.ts';
import { openShop, type Shop } from './support/shop.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let shop: Shop;
beforeAll(async () => {
  world = await openWorld();
  // The partitions that the migration makes begin at the time of the real clock.
  world.clock.at = new Date();
  shop = await openShop(world);
});
afterAll(() => world.close());

const never = new AbortController().signal;

async function expire(count: number, ago: number): Promise<void> {
  await world.db.raw(
    `insert into idempotency_keys (environment_id, merchant_id, key, fingerprint, state, status, response_sealed, expires_at)
     select :environment, :merchant, :ago || '-' || n, '', 'done', 200, '', cast(:now as timestamptz) - make_interval(secs => :ago)
     from generate_series(1, :count) as n`,
    {
      environment: shop.environmentId,
      merchant: shop.merchantId,
      now: world.clock.at,
      ago,
      count,
    },
  );
}

const keysLeft = async (): Promise<string[]> =>
  (
    await world
      .db<{ merchant_id: string; key: string }>('idempotency_keys')
      .where({ merchant_id: shop.merchantId })
      .where('key', 'like', '%-%')
      .orderBy('key')
      .select('key')
  ).map(({ key }) => key);

test('everything that has expired goes in one run, batch by batch, and nothing that has not', async () => {
  await expire(2 * batchRows + 3, 1);
  await expire(2, -60);
  await prune(world.context, never);
  expect(await keysLeft()).toEqual(['-60-1', '-60-2']);
});

test('a run that is told to end does so after a batch', async () => {
  await expire(batchRows + 1, 2);
  await prune(world.context, AbortSignal.abort());
  expect(await keysLeft()).toHaveLength(2 + 1);
  await prune(world.context, never);
  expect(await keysLeft()).toHaveLength(2);
});

test('a key that is used again at this moment stays', async () => {
  await expire(1, 3);
  const reused = await world.db.transaction();
  await reused('idempotency_keys')
    .where({ merchant_id: shop.merchantId, key: '3-1' })
    .update({ expires_at: addMs(world.clock.at, dayMs) });
  const pruned = prune(world.context, never);
  await expect
    .poll(async () => {
      const { rows } = await world.db.raw<{ rows: unknown[] }>(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rows.length;
    })
    .toBe(1);
  await reused.commit();
  await pruned;
  expect(await keysLeft()).toContain('3-1');
});

test('two runs at once drop what is old once, and hinder each other nowhere', async () => {
  await expire(batchRows + 7, 4);
  await Promise.all([prune(world.context, never), prune(world.context, never)]);
  await prune(world.context, never);
  expect((await keysLeft()).filter((key) => key.startsWith('4-'))).toEqual([]);
});

test('the worker makes partitions ahead of its tables, and old rows of before there were any go one by one', async () => {
  const said: { created?: string[]; dropped?: string[]; left?: string[] }[] = [];
  const log = pino({ level: 'info' }, { write: (line) => void said.push(JSON.parse(line)) });
  const at = (now: Date): Pick<Context, 'db' | 'clock' | 'vault' | 'log'> => ({
    ...world.context,
    clock: { now: () => now },
    log,
  });
  const now = world.clock.at;
  await keepPartitions(at(now));
  await keepPartitions(at(now));
  expect(said).toHaveLength(partitioned.length);
  for (const { created = [], dropped, left } of said) {
    expect({ dropped, left }).toEqual({ dropped: [], left: undefined });
    expect(created.length).toBeGreaterThan(0);
  }
  const endpoint = await deliver(addMs(now, -91 * dayMs), addMs(now, -89 * dayMs), now);
  await prune(world.context, never);
  const kept = () =>
    shop.inTx((tx) =>
      listNewestDeliveries(tx, { merchantId: shop.merchantId, endpointId: endpoint, limit: 10 }),
    );
  expect((await kept()).map(({ attempt }) => attempt)).toEqual([3, 2]);
  // A year later everything that was there is past what is kept, and goes with its partitions.
  await keepPartitions(at(addMs(now, 365 * dayMs)));
  expect(await kept()).toEqual([]);
  expect(said.flatMap(({ dropped = [] }) => dropped)).toContain('deliveries_before');
});

/** One delivery made at each of these instants, as attempts 1, 2 and so on of one event; answers the endpoint's id. */
async function deliver(...at: Date[]): Promise<string> {
  const { environmentId: environment, merchantId: merchant } = shop;
  const now = world.clock.at;
  await world.db('webhook_endpoints').insert({
    environment_id: environment,
    id: 'whe_old',
    merchant_id: merchant,
    url: 'https://shop.example/hooks',
    event_types: ['*'],
    secret_sealed: '',
    status: 'disabled',
    disabled_reason: 'gone',
    last_sequence: 0,
    created_at: now,
  });
  await world.db('events').insert({
    environment_id: environment,
    id: 'evt_old',
    stream: merchant,
    sequence: 1_000_000,
    type: 'order.captured',
    object_id: 'ord_1',
    object_version: 1,
    data: {},
    occurred_at: now,
    recorded_at: now,
  });
  await world.db('deliveries').insert(
    at.map((made, index) => ({
      environment_id: environment,
      id: `${boundOf('dlv', made)}${'0'.repeat(20)}`,
      endpoint_id: 'whe_old',
      event_id: 'evt_old',
      attempt: index + 1,
      status: 'succeeded',
      scheduled_at: made,
      finished_at: made,
    })),
  );
  return 'whe_old';
}
