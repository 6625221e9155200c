import { afterAll, beforeAll, expect, test } from 'vitest';
import { countOpening } from '../src/merchants/sandbox-limit.ts';
import { refusalFrom } from './support/refusal.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});

afterAll(() => world.close());

function open(address: string): Promise<void> {
  return world.db.transaction((sql) =>
    countOpening({ ...world.context, db: sql }, { address, mostPerHour: 2 }),
  );
}

test('an address opens so many sandboxes in an hour and no more, also at the same moment', async () => {
  const opened = await Promise.allSettled([1, 2, 3, 4, 5].map(() => open('203.0.113.7')));
  expect(opened.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  expect((await refusalFrom(open('203.0.113.7'))).code).toBe('rate_limited');

  await open('203.0.113.8');
  world.passMs(3_600_000);
  await open('203.0.113.7');
});

test('the addresses of one IPv6 subscriber count as one, and none is stored in the clear', async () => {
  await open('2001:db8::1');
  await open('2001:db8::2');
  expect((await refusalFrom(open('2001:db8::3'))).code).toBe('rate_limited');
  const rows = await world.db<{ address_hash: Buffer }>('sandbox_openings');
  expect(
    rows.every(({ address_hash: hash }) => hash.length === 32 && !hash.toString().includes('2001')),
  ).toBe(true);
});
