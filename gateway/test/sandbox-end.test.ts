import { afterAll, beforeAll, expect, test } from 'vitest';
import { endSandbox, purgeEndedSandboxes } from '../src/merchants/environments.ts';
import { openShop } from './support/shop.ts';
import { authorizedOrder, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});

afterAll(() => world.close());

/** How many rows each table has of an environment, without those that have none. */
async function rowsOf(environmentId: string): Promise<Record<string, bigint>> {
  const { rows: tables } = await world.db.raw<{ rows: { table_name: string }[] }>(
    `select table_name from information_schema.columns
     where table_schema = 'public' and column_name = 'environment_id' order by table_name`,
  );
  const counts: Record<string, bigint> = {};
  for (const { table_name: table } of tables) {
    const [row] = await world
      .db(table)
      .where({ environment_id: environmentId })
      .count<{ count: bigint }[]>('* as count');
    if (row && row.count > 0n) counts[table] = row.count;
  }
  return counts;
}

test('a sandbox that has ended is deleted with every row after an hour, and no other environment is touched', async () => {
  const [ended, other] = [await openShop(world), await openShop(world)];
  for (const shop of [ended, other]) {
    const order = await authorizedOrder(shop, { amount: 10_000, plan: 'pay_in_4' });
    await ship(shop, order.id, 10_000);
    await world.runAttempts();
    await shop.advance(30);
  }
  await world.sequence();
  const kept = await rowsOf(other.environmentId);
  expect(Object.keys(await rowsOf(ended.environmentId)).length).toBeGreaterThan(20);

  await endSandbox(world.context, ended.environmentId);
  expect(await purgeEndedSandboxes(world.context)).toEqual([]);
  world.passMs(3_600_000);
  expect(await purgeEndedSandboxes(world.context)).toEqual([ended.environmentId]);

  expect(await rowsOf(ended.environmentId)).toEqual({});
  expect(await rowsOf(other.environmentId)).toEqual(kept);
});

test('the live environment cannot be purged', async () => {
  await world
    .db('environments')
    .insert({ id: 'live', kind: 'live', time_zone: 'UTC', created_at: world.clock.now() });
  await expect(world.db.raw('select purge_sandbox(?)', ['live'])).rejects.toThrow('is not a sandbox');
});
