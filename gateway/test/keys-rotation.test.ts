import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hourMs } from '../src/lib/dates.ts';
import { newKey, openSecondGateway, registration } from './support/keys.ts';
import { call, openShop, type Problem, type Shop } from './support/shop.ts';
import type { SigningKey } from './support/sign.ts';
import { openWorld, type World } from './support/world.ts';

const secondMs = 1000;

let world: World;
let second: Awaited<ReturnType<typeof openSecondGateway>>;
/** Processes that are told of changes; the world's own is not, and remembers keys for five seconds. */
let gateways: World[];

beforeAll(async () => {
  world = await openWorld();
  second = await openSecondGateway(world);
  gateways = [world, second.world];
});
afterAll(async () => {
  await second.close();
  await world.close();
});

const kidOf = (of: Shop): string => of.key.keyid.split('/')[1] ?? '';

/** The status, or the code of the problem, with which this gateway answers a read by the key. */
async function read(gateway: World, key: SigningKey): Promise<number | string> {
  const { status, body } = await call(gateway, key, 'GET', '/v1/orders');
  return status === 200 ? 200 : (body as Problem).code;
}

/** Until the gateway has forgotten the key; a clock that stands never lets it forget by itself. */
async function readUntilUnknown(gateway: World, key: SigningKey): Promise<void> {
  for (let tries = 0; (await read(gateway, key)) === 200; tries += 1) {
    if (tries > 500) expect.fail('the gateway has not heard of the change');
    await sleep(10);
  }
}

describe('rotation', () => {
  test('leaves no moment in which neither key signs, at any gateway', async () => {
    const shop = await openShop(world);
    const [old, next] = [shop.key, newKey(shop, 'next')];
    for (const gateway of gateways) expect(await read(gateway, old)).toBe(200);

    await shop.post('/v1/keys', await registration(shop, next, { replaces: { kid: kidOf(shop) } }));
    for (const gateway of gateways) {
      expect(await read(gateway, next.signer)).toBe(200);
      expect(await read(gateway, old)).toBe(200);
    }

    // A moment before the overlap of 24 hours is over, both sign; a little after it only the new one.
    world.passMs(24 * hourMs - secondMs);
    for (const gateway of gateways) expect(await read(gateway, old)).toBe(200);
    world.passMs(6 * secondMs);
    for (const gateway of gateways) {
      expect(await read(gateway, old)).toBe('key_unknown');
      expect(await read(gateway, next.signer)).toBe(200);
    }
  });

  test('without an overlap ends the old key with the answer', async () => {
    const shop = await openShop(world);
    const next = newKey(shop, 'next', 'ecdsa-p256-sha256');
    world.passMs(1);
    const replaces = { kid: kidOf(shop), overlap_hours: 0 };
    await shop.post('/v1/keys', await registration(shop, next, { replaces }));
    await readUntilUnknown(second.world, shop.key);
    const { data } = (await call(second.world, next.signer, 'GET', '/v1/keys')).body as {
      data: { kid: string; status: string }[];
    };
    expect(data.map(({ kid, status }) => [kid, status])).toEqual([
      [kidOf(shop), 'expired'],
      ['next', 'active'],
    ]);
  });
});

describe('revocation', () => {
  test('is heard by other processes, and known to all after five seconds without being heard', async () => {
    const shop = await openShop(world);
    const lost = newKey(shop, 'lost');
    await shop.post('/v1/keys', await registration(shop, lost, { scopes: ['read'] }));
    for (const gateway of gateways) expect(await read(gateway, lost.signer)).toBe(200);

    await call(second.world, shop.key, 'POST', '/v1/keys/lost/revoke');
    await readUntilUnknown(second.world, lost.signer);
    expect(await read(world, lost.signer)).toBe(200);
    world.passMs(5 * secondMs);
    expect(await read(world, lost.signer)).toBe('key_unknown');
  });

  test('is answered in the words for a key that never was', async () => {
    const shop = await openShop(world);
    const lost = newKey(shop, 'lost');
    await shop.post('/v1/keys', await registration(shop, lost, { scopes: ['read'] }));
    await shop.post('/v1/keys/lost/revoke');
    const never = newKey(shop, 'never');
    const answers = [];
    for (const { signer } of [lost, never]) {
      const { status, body } = await call(world, signer, 'GET', '/v1/orders');
      const { request_id: _, ...problem } = body as Problem;
      answers.push({ status, problem });
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]).toMatchObject({ status: 401, problem: { code: 'key_unknown' } });
  });

  test('is heard again after the connection was lost', async () => {
    const shop = await openShop(world);
    const lost = newKey(shop, 'lost');
    await shop.post('/v1/keys', await registration(shop, lost, { scopes: ['read'] }));
    expect(await read(second.world, lost.signer)).toBe(200);
    const { rows } = await world.db.raw<{ rows: { pid: number }[] }>(
      `select pid, pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and query like 'listen %'`,
    );
    expect(rows).toHaveLength(1);
    // While nobody listens; the notification is lost.
    await call(world, shop.key, 'POST', '/v1/keys/lost/revoke');
    await readUntilUnknown(second.world, lost.signer);
  });
});
