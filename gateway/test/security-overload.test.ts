import { type Server } from 'node:http';
import { once } from 'node:events';
import { connect as connectSocket, type AddressInfo } from 'node:net';
import { connect } from '@morrow/db';
import { Router } from 'express';
import request from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createApp } from '../src/http/app.ts';
import { createHttpServer } from '../src/http/listen.ts';
import { refuseOverload } from '../src/http/overload.ts';
import { defineRoute } from '../src/http/route.ts';
import { rateLimitsOf } from '../src/http/rate-limits.ts';
import { forgetRateCounts } from '../src/http/shared-counts.ts';
import { systemRoutes } from '../src/http/system-routes.ts';
import { ensureLiveEnvironment, liveTimeZone } from '../src/merchants/environments.ts';
import { transact } from '../src/lib/tx.ts';
import { pagesRouter } from '../src/pages/router.ts';
import { expectMatchesContract } from './support/contract.ts';
import { type DemoGateway, NOW_SECONDS, openDemoGateway, ORIGIN } from './support/demo-gateway.ts';
import { type DemoKey, findKey } from './support/demo-merchant.ts';
import { demoRoutes } from './support/demo-routes.ts';
import { asking, someonesPhone, start } from './support/shoppers-world.ts';
import { signedHeaders } from './support/sign.ts';

let gateway: DemoGateway;
beforeAll(async () => {
  gateway = await openDemoGateway();
  await ensureLiveEnvironment(gateway.context, liveTimeZone);
});
afterAll(() => gateway.close());

describe('a process that has as much under way as it can take', () => {
  const most = 4;
  /** Requests that are held until the test lets them go. */
  let held: (() => void)[];
  let server: Server;
  let port: number;

  beforeEach(async () => {
    held = [];
    const router = Router();
    router.use('/held', refuseOverload, (_req, res) => void res.status(200).end());
    const context = { ...gateway.context, config: { ...gateway.context.config, mostInFlight: most } };
    const app = createApp(context, {
      routes: [
        ...demoRoutes(gateway.stage),
        ...systemRoutes(async () => []),
        holding('post', '/v1/orders'),
        holding('get', '/v1/events'),
      ],
      findKey: (keyid) => findKey(gateway.db, keyid),
      pages: [
        { path: '/', router },
        { path: '/', router: pagesRouter(context) },
      ],
    });
    server = createHttpServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
    return async () => {
      letGo();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    };
  });

  /** Anybody may ask, and is answered when the test lets go, or at once. */
  const holding = (method: 'get' | 'post', path: '/v1/orders' | '/v1/events') =>
    defineRoute({
      method,
      path,
      operationId: `${method}Held`,
      summary: 'Wait',
      tags: ['Orders'],
      auth: 'none',
      isUnlimited: true,
      query: z.strictObject({ wait: z.string().optional() }),
      success: { status: 201, description: 'Let go.', schema: z.object({}), example: {} },
      async run(_context, { headers }) {
        if (headers['at-once'] === undefined) await new Promise<void>((answer) => held.push(answer));
        return {};
      },
    });

  /** Starts so many requests that move orders, and waits until all of them are under way. */
  async function hold(count: number) {
    const before = held.length;
    const started = Array.from({ length: count }, () =>
      request(server)
        .post('/v1/orders')
        .then(({ status }) => status),
    );
    await expect.poll(() => held.length).toBe(before + count);
    return Promise.all(started);
  }
  const letGo = () => held.splice(0).forEach((answer) => answer());

  it('refuses lists first, then other writes, orders only when it is full, and ends what it took', async () => {
    const outcomes: Record<string, number[]> = { list: [], page: [], write: [], order: [] };
    const taken: Promise<number[]>[] = [];
    for (let underWay = 0; underWay <= most; underWay += 1) {
      outcomes.list?.push((await request(server).get('/held')).status);
      outcomes.page?.push((await request(server).get('/c/x')).status);
      outcomes.write?.push((await request(server).post('/held')).status);
      outcomes.order?.push((await request(server).post('/v1/orders').set('at-once', '1')).status);
      if (underWay < most) {
        taken.push(hold(1));
        await expect.poll(() => held.length).toBe(underWay + 1);
      }
    }
    expect(outcomes).toEqual({
      list: [200, 200, 429, 429, 429],
      page: [404, 404, 404, 503, 503],
      write: [200, 200, 200, 429, 429],
      order: [201, 201, 201, 201, 429],
    });
    letGo();
    expect((await Promise.all(taken)).flat()).toEqual([201, 201, 201, 201]);
    expect((await request(server).get('/held')).status).toBe(200);
  });

  it('says so with when to come again: the API in a problem, the pages in a page', async () => {
    const taken = hold(most);
    await expect.poll(() => held.length).toBe(most);
    const { status, body, headers } = await request(server).get('/v1/reversals');
    expect([status, body.code, headers['retry-after']]).toEqual([429, 'overloaded', '5']);
    expectMatchesContract(gateway.document, 'get', '/v1/reversals', status, body);
    const page = await request(server).get('/c/AAAAAAAAAAAAAAAAAAAAAA').set('Accept-Language', 'en');
    expect([page.status, page.headers['retry-after'], page.headers['content-type']]).toEqual([
      503,
      '2',
      'text/html; charset=utf-8',
    ]);
    expect(page.text).toContain('<h1>');
    letGo();
    await taken;
  });

  it('says all the same that it lives and can work', async () => {
    const taken = hold(most);
    await expect.poll(() => held.length).toBe(most);
    for (const path of ['/health', '/ready']) await request(server).get(path).expect(200);
    letGo();
    await taken;
  });

  it('does not count who waits for events, nor who sends a body slowly, nor who left', async () => {
    const slow = connectSocket(port, '127.0.0.1');
    slow.write('POST /v1/orders HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{');
    const waiting = Array.from({ length: most }, () =>
      request(server)
        .get('/v1/events?wait=20')
        .then(({ status }) => status),
    );
    await expect.poll(() => held.length).toBe(most);
    const left = connectSocket(port, '127.0.0.1');
    left.write('POST /v1/orders HTTP/1.1\r\nHost: a\r\n\r\n');
    await expect.poll(() => held.length).toBe(most + 1);
    left.destroy();
    const all = hold(most);
    await expect.poll(() => held.length).toBe(2 * most + 1);
    slow.destroy();
    letGo();
    expect([...(await Promise.all(waiting)), ...(await all)]).toEqual([
      ...Array.from({ length: most }, () => 201),
      ...Array.from({ length: most }, () => 201),
    ]);
  });
});

describe('a limit over several processes', () => {
  const perMinute = 40;

  /** A process of a gateway of its own: its memory, its connections, its limits. */
  function openProcess() {
    const db = connect(gateway.databaseUrl, { max: 2 });
    const context = {
      ...gateway.context,
      db,
      config: { ...gateway.context.config, rateLimitPerMinute: perMinute },
    };
    const app = createApp(context, {
      routes: demoRoutes(gateway.stage),
      findKey: (keyid) => findKey(gateway.db, keyid),
    });
    const server = createHttpServer(app);
    const read = (key: DemoKey) =>
      request(server)
        .get('/v1/reversals')
        .set(signedHeaders({ method: 'GET', url: `${ORIGIN}/v1/reversals`, created: NOW_SECONDS, key }));
    return { db, context, read, shared: rateLimitsOf(context).shared, close: () => db.destroy() };
  }

  it('is one: what the others counted is added, and who is over it is refused everywhere', async () => {
    const processes = [openProcess(), openProcess(), openProcess()];
    const key = await gateway.addMerchant();
    for (const { read } of processes) for (let sent = 0; sent < 14; sent += 1) await read(key).expect(200);
    for (const { shared } of [...processes, ...processes]) await shared.exchange();
    // Each has counted 14 of 42; one more from each tells them of each other.
    const told = await Promise.all(processes.map(({ read }) => read(key)));
    for (const { shared } of [...processes, ...processes]) await shared.exchange();
    const refused = await Promise.all(processes.map(({ read }) => read(key)));
    expect(refused.map(({ status }) => status)).toEqual([429, 429, 429]);
    expect(told.at(-1)?.status).toBe(429);
    const other = await gateway.addMerchant();
    await processes[0]?.read(other).expect(200);
    for (const { close } of processes) await close();
  });

  it('costs no statement for who sends little, keeps hashes only, and is forgotten', async () => {
    const { read, shared, close, db } = openProcess();
    await db('rate_counts').delete();
    const key = await gateway.addMerchant();
    for (let sent = 0; sent < perMinute / 20; sent += 1) await read(key).expect(200);
    await shared.exchange();
    expect(await db('rate_counts').select()).toEqual([]);
    await read(key).expect(200);
    await shared.exchange();
    await shared.exchange();
    const rows = await db('rate_counts').select();
    expect(rows).toMatchObject([{ requests: perMinute / 20 + 1 }]);
    expect(JSON.stringify(rows)).not.toContain(key.merchantId);
    gateway.clock.at = new Date(gateway.clock.at.getTime() + 3_600_000 + 60_000);
    const options = { environmentId: 'live', actor: { kind: 'system', id: 'test' } } as const;
    expect(await transact(gateway.context, options, forgetRateCounts)).toBe(1);
    gateway.clock.at = new Date(NOW_SECONDS * 1000);
    await close();
  });

  it('is counted by each process for itself where the database fails', async () => {
    const { read, shared, close, context } = openProcess();
    const key = await gateway.addMerchant();
    for (let sent = 0; sent < perMinute; sent += 1) await read(key).expect(200);
    await context.db.destroy();
    await expect(shared.exchange()).rejects.toThrow();
    await read(key).expect(429);
    await close();
  });

  it('of one-time codes is exact: processes that count at the same time wait for each other', async () => {
    const processes = [openProcess(), openProcess()];
    const phone = someonesPhone();
    const asked = await Promise.allSettled(
      Array.from({ length: 8 }, (_, at) =>
        start(processes[at % 2]?.context ?? gateway.context, 'live', asking({ phone })),
      ),
    );
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    for (const { close } of processes) await close();
  });
});
