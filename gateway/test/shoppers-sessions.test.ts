import { createHash } from 'node:crypto';
import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Id } from '../src/lib/ids.ts';
import {
  endAllShopperSessions,
  endShopperSession,
  findShopperSession,
  openShopperSession,
  touchShopperSession,
} from '../src/shoppers/sessions.ts';
import { createEnvironment, inside, testHost, type TestHost } from './support/events-world.ts';
import { createShopper } from './support/shoppers-world.ts';

const minuteMs = 60_000;

let database: TestDatabase;
let host: TestHost;
let sandbox: string;
let shopperId: Id<'shp'>;

beforeAll(async () => {
  database = await freshDatabase();
  host = testHost(database.db);
  sandbox = await createEnvironment(host, 'sandbox');
  shopperId = await createShopper(host, sandbox);
});
afterAll(() => database.drop());

function open(of = shopperId) {
  return inside(host, sandbox, (tx) => openShopperSession(tx, { shopperId: of, level: 1 }));
}

function find(token: string, environmentId = sandbox) {
  return inside(host, environmentId, (tx) => findShopperSession(tx, token));
}

function touch(sessionId: Id<'sse'>) {
  return inside(host, sandbox, (tx) => touchShopperSession(tx, sessionId));
}

it('is found by its token, of which only a hash is kept', async () => {
  const { token, session } = await open();
  expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  expect(session).toMatchObject({ shopperId, level: 1 });
  expect(await find(token)).toEqual(session);
  const row = await database
    .db<{ id: string; token_hash: Buffer }>('shopper_sessions')
    .where({ id: session.id })
    .first();
  expect(row?.token_hash).toEqual(createHash('sha256').update(token).digest());
});

it('is not found by another token or in another environment', async () => {
  const { token } = await open();
  expect(await find(`${token}x`)).toBeUndefined();
  expect(await find('')).toBeUndefined();
  expect(await find(token, await createEnvironment(host, 'sandbox'))).toBeUndefined();
});

it('ends after fifteen minutes without use', async () => {
  const { token, session } = await open();
  host.clock.advance(15 * minuteMs - 1);
  expect(await find(token)).toBeDefined();
  await touch(session.id);
  host.clock.advance(15 * minuteMs - 1);
  expect(await find(token)).toBeDefined();
  host.clock.advance(1);
  expect(await find(token)).toBeUndefined();
  await touch(session.id);
  expect(await find(token)).toBeUndefined();
});

it('ends after twelve hours however much it is used', async () => {
  const { token, session } = await open();
  for (let quarter = 1; quarter < 12 * 6; quarter += 1) {
    host.clock.advance(10 * minuteMs);
    await touch(session.id);
  }
  host.clock.advance(10 * minuteMs - 1);
  expect(await find(token)).toBeDefined();
  host.clock.advance(1);
  expect(await find(token)).toBeUndefined();
});

it('ends when the shopper signs out, and the others go on', async () => {
  const [first, second] = [await open(), await open()];
  await inside(host, sandbox, (tx) => endShopperSession(tx, first.session.id));
  expect(await find(first.token)).toBeUndefined();
  expect(await find(second.token)).toBeDefined();
});

it('ends everywhere at once, for this shopper only', async () => {
  const sessions = [await open(), await open()];
  const other = await open(await createShopper(host, sandbox));
  await inside(host, sandbox, (tx) => endAllShopperSessions(tx, shopperId));
  for (const { token } of sessions) expect(await find(token)).toBeUndefined();
  expect(await find(other.token)).toBeDefined();
});
