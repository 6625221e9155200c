import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../src/http/app.ts';
import {
  findRequest,
  lastUsesOfKeys,
  listRequests,
  pruneRequests,
  requestsKeptDays,
} from '../src/http/find-requests.ts';
import { createKeys } from '../src/http/keys.ts';
import { listen } from '../src/http/listen.ts';
import type { MerchantRequest } from '../src/http/request-log.ts';
import { recordRequests } from '../src/http/request-records.ts';
import { dayMs } from '../src/lib/dates.ts';
import { newId } from '../src/lib/ids.ts';
import { endSandbox, purgeEndedSandboxes } from '../src/merchants/environments.ts';
import { pagesRouter } from '../src/pages/router.ts';
import { call, openShop, type Shop } from './support/shop.ts';
import { generateKey } from './support/sign.ts';
import { openWorld, type World } from './support/world.ts';

/** Written by the test, when it wants to: by itself it would be some time later. */
const never = { everyMs: 3_600_000 };

let world: World;
let shop: Shop;
let through: Awaited<ReturnType<typeof openRecorded>>;

beforeAll(async () => {
  world = await openWorld();
  shop = await openShop(world);
  through = await openRecorded();
});
afterAll(async () => {
  await through.close();
  await world.close();
});

/** Another process of the gateway on the world's database, which records. */
async function openRecorded() {
  const { context, routes } = world;
  const records = recordRequests(context, never);
  const app = createApp(context, {
    routes,
    findKey: createKeys(context).find,
    pages: [{ path: '/', router: pagesRouter(context) }],
    records,
  });
  const server = await listen(app, { host: '127.0.0.1', port: 0 });
  const address = `http://127.0.0.1:${server.port}`;
  return {
    world: { ...world, address } satisfies World,
    address,
    records,
    async close() {
      await server.close();
      await records.stop();
    },
  };
}

const kidOf = (of: Shop): string => of.key.keyid.split('/')[1] ?? '';
const listed = (of: Shop, filter: Partial<Parameters<typeof listRequests>[1]> = {}) =>
  of.inTx((tx) => listRequests(tx, { merchantId: of.merchantId, limit: 100, ...filter }), 'read');

function requestOf(of: Shop, more: Partial<MerchantRequest> = {}): MerchantRequest {
  const { environmentId, merchantId } = of;
  return {
    environmentId,
    merchantId,
    id: newId('req'),
    method: 'GET',
    path: '/v1/orders',
    operation: 'listOrders',
    status: 200,
    problem: null,
    kid: null,
    durationMs: 3,
    ...more,
  };
}

/** What a recorder of its own logs, and writes when it stops. */
function newRecorder(limits: { mostWaiting?: number; everyMs?: number } = never) {
  const warnings: object[] = [];
  const log = { warn: (what: object) => void warnings.push(what) } as never;
  return { ...recordRequests({ ...world.context, log }, limits), warnings };
}

test('each request of a merchant to the API has a row, and pages, health and strangers have none', async () => {
  const of = await openShop(world);
  const send = (method: string, path: string, body?: unknown) =>
    call(through.world, of.key, method, path, body);
  await send('GET', '/v1/orders?limit=3');
  await send('POST', '/v1/webhook-endpoints', { url: 'http://internal.example/secret', event_types: ['*'] });
  await send('GET', '/v1/orders/ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071');
  const stranger = { ...of.key, privateKey: generateKey('ed25519').privateKey };
  expect((await call(through.world, stranger, 'GET', '/v1/orders')).status).toBe(401);
  for (const path of ['/health', '/openapi.json', '/account/live', '/dashboard/sign-in', '/v1/orders'])
    await (await fetch(through.address + path, { redirect: 'manual' })).text();
  await through.records.stop();
  const [forged, missing, refused, read, ...others] = await listed(of);
  expect(others).toEqual([]);
  expect(read).toMatchObject({
    method: 'GET',
    path: '/v1/orders',
    operation: 'listOrders',
    status: 200,
    outcome: 'succeeded',
    problem: null,
    kid: kidOf(of),
  });
  expect(refused).toMatchObject({
    method: 'POST',
    status: 422,
    problem: 'url_forbidden',
    outcome: 'refused',
  });
  expect(missing).toMatchObject({ operation: 'getOrder', status: 404, problem: 'not_found' });
  expect(forged).toMatchObject({ status: 401, problem: 'signature_invalid', kid: kidOf(of) });
  const rows = await world.db('api_requests').where({ merchant_id: of.merchantId });
  expect(JSON.stringify(rows)).not.toMatch(/limit=3|internal\.example/);
});

test('the request is found by the id that its answer carried, by its own merchant only', async () => {
  const of = await openShop(world);
  const response = await fetch(`${through.address}/v1/config?key=${await publishableKeyOf(of)}`);
  await response.text();
  await through.records.stop();
  const requestId = response.headers.get('request-id') ?? '';
  const find = (by: Shop) =>
    by.inTx((tx) => findRequest(tx, { merchantId: by.merchantId, requestId }), 'read');
  expect(await find(of)).toMatchObject({ id: requestId, path: '/v1/config', status: 200, kid: null });
  await expect(find(shop)).rejects.toMatchObject({ code: 'not_found' });
});

async function publishableKeyOf(of: Shop): Promise<string> {
  const row = await world.db('merchants').where({ id: of.merchantId }).first<{ publishable_key: string }>();
  return row.publishable_key;
}

describe('the recorder', () => {
  test('leaves out what is more than it may hold, says how many, and goes on', async () => {
    const of = await openShop(world);
    const { note, stop, warnings } = newRecorder({ ...never, mostWaiting: 3 });
    for (let count = 0; count < 10; count += 1) note(requestOf(of));
    await stop();
    expect(await listed(of)).toHaveLength(3);
    expect(warnings).toEqual([{ left_out: 7 }]);
    note(requestOf(of));
    await stop();
    expect(await listed(of)).toHaveLength(4);
    expect(warnings).toHaveLength(1);
  });

  test('writes by itself, and what was noted while it was writing', async () => {
    const of = await openShop(world);
    const { note, stop } = newRecorder({ everyMs: 1 });
    note(requestOf(of));
    await expect.poll(async () => (await listed(of)).length).toBe(1);
    note(requestOf(of));
    note(requestOf(of));
    await stop();
    expect(await listed(of)).toHaveLength(3);
  });

  test('never fails a request: what the database does not take is left out and logged without its values', async () => {
    const of = await openShop(world);
    const { note, stop, warnings } = newRecorder();
    note(requestOf(of, { status: 999, path: '/v1/private' }));
    await stop();
    expect(warnings).toMatchObject([{ error: { name: 'DatabaseError' } }, { left_out: 1 }]);
    expect(JSON.stringify(warnings)).not.toContain('/v1/private');
    note(requestOf(of));
    await stop();
    expect(await listed(of)).toHaveLength(1);
  });

  test('passes over a sandbox that is gone, and keeps a long path short', async () => {
    const [of, gone] = [await openShop(world), await openShop(world)];
    const { note, stop, warnings } = newRecorder();
    note(requestOf(gone));
    await stop();
    await endSandbox(world.context, gone.environmentId);
    world.passMs(2 * 3_600_000);
    expect(await purgeEndedSandboxes(world.context)).toContain(gone.environmentId);
    note(requestOf(gone));
    note(requestOf(of, { path: `/v1/${'x'.repeat(1000)}`, status: null }));
    await stop();
    expect(warnings).toEqual([]);
    expect(await world.db('api_requests').where({ environment_id: gone.environmentId })).toEqual([]);
    const [kept] = await listed(of);
    expect(kept?.path).toHaveLength(300);
    expect(kept).toMatchObject({ status: null, outcome: 'failed' });
  });
});

describe('the list', () => {
  test('is narrowed down by how it went and by the problem, and goes on', async () => {
    const of = await openShop(world);
    const { note, stop } = newRecorder();
    note(requestOf(of));
    note(requestOf(of, { status: 422, problem: 'validation_failed' }));
    note(requestOf(of, { status: 409, problem: 'state_conflict' }));
    note(requestOf(of, { status: 500, problem: 'internal_error' }));
    note(requestOf(of, { status: null }));
    await stop();
    const statuses = async (filter: Partial<Parameters<typeof listRequests>[1]>) =>
      (await listed(of, filter)).map(({ status }) => status);
    expect(await statuses({ outcome: 'succeeded' })).toEqual([200]);
    expect(await statuses({ outcome: 'refused' })).toEqual([409, 422]);
    expect(await statuses({ outcome: 'failed' })).toEqual([null, 500]);
    expect(await statuses({ problem: 'validation_failed' })).toEqual([422]);
    const [, second] = await listed(of);
    expect(await statuses({ before: second?.id, limit: 2 })).toEqual([409, 422]);
  });

  test('keeps a request for seven days, and no longer', async () => {
    const of = await openShop(world);
    const { note, stop } = newRecorder();
    note(requestOf(of));
    world.passMs(requestsKeptDays * dayMs - 1000);
    note(requestOf(of));
    await stop();
    expect(await of.inTx((tx) => pruneRequests(tx), 'read')).toBe(0);
    // The first came a few milliseconds before it was noted.
    world.passMs(1000);
    expect(await of.inTx((tx) => pruneRequests(tx), 'read')).toBe(1);
    expect(await listed(of)).toHaveLength(1);
  });

  test('knows when a key was last used, and that a refused signature is no use of it', async () => {
    const of = await openShop(world);
    const { note, stop } = newRecorder();
    note(requestOf(of, { kid: 'used', status: 404, problem: 'not_found', durationMs: 0 }));
    note(requestOf(of, { kid: 'used', status: 401, problem: 'signature_invalid' }));
    note(requestOf(of, { kid: 'never', status: 401, problem: 'signature_invalid' }));
    await stop();
    const kids = ['used', 'never', 'other'];
    const uses = await of.inTx((tx) => lastUsesOfKeys(tx, { merchantId: of.merchantId, kids }), 'read');
    expect([...uses]).toEqual([['used', world.clock.at]]);
  });
});
