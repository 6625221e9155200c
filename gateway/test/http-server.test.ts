import { connect } from '@morrow/db';
import express from 'express';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../src/http/app.ts';
import { createHttpServer, listen } from '../src/http/listen.ts';
import { toGatewayError } from '../src/http/problem.ts';
import { systemRoutes } from '../src/http/system-routes.ts';
import { expectMatchesContract } from './support/contract.ts';
import { openDemoGateway, type DemoGateway } from './support/demo-gateway.ts';

let gateway: DemoGateway;
beforeAll(async () => {
  gateway = await openDemoGateway();
});
afterAll(() => gateway.close());

describe('the server', () => {
  it('leaves the prototypes of requests and responses as they were made', async () => {
    const seen: object[][] = [];
    const prototypes = (req: object, res: object): object[] => [
      Object.getPrototypeOf(req) as object,
      Object.getPrototypeOf(res) as object,
    ];
    const page = express.Router().get('/', (req, res) => {
      seen.push(prototypes(req, res));
      res.redirect('/elsewhere');
    });
    const app = createApp(gateway.context, {
      routes: [],
      findKey: async () => undefined,
      pages: [{ path: '/page', router: page }],
    });
    const server = createHttpServer(app);
    server.prependListener('request', (req, res) => {
      seen.push(prototypes(req, res));
      res.once('finish', () => seen.push(prototypes(req, res)));
    });
    await request(server).get('/page').expect(302).expect('Location', '/elsewhere');
    const [made, handled, finished] = seen;
    for (const later of [handled, finished]) {
      expect(later?.[0]).toBe(made?.[0]);
      expect(later?.[1]).toBe(made?.[1]);
    }
    // The remedy lies in these being what Express itself would set.
    expect(made?.[0]).toBe(app.request);
    expect(made?.[1]).toBe(app.response);
  });

  it('gives each answer an id and headers that no browser can misread', async () => {
    const first = await gateway.send('get', '/health', { signedBy: null });
    const second = await gateway.send('get', '/health', { signedBy: null });
    expect(first.headers['request-id']).toMatch(/^req_[0-9a-f]{32}$/);
    expect(second.headers['request-id']).not.toBe(first.headers['request-id']);
    expect(first.headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
    });
    expect(first.headers['strict-transport-security']).toMatch(/max-age=\d+/);
    expect(first.headers).not.toHaveProperty('x-powered-by');
    expect(first.headers).not.toHaveProperty('etag');
  });

  it('logs one line for a request, without query, headers and body', async () => {
    gateway.logged.length = 0;
    await gateway.send('get', '/v1/reversals?limit=7').expect(200);
    await gateway.send('get', '/c/secret-of-a-checkout', { signedBy: null }).expect(404);
    await expect.poll(() => gateway.logged.length).toBe(2);
    const [api, page] = gateway.logged;
    expect(api).toMatchObject({
      msg: 'request',
      method: 'GET',
      path: '/v1/reversals',
      operation: 'listReversals',
      status: 200,
      merchant_id: gateway.merchant.merchantId,
    });
    expect(page).toMatchObject({ status: 404, problem: 'not_found' });
    expect(JSON.stringify(gateway.logged)).not.toMatch(/limit|secret|signature|:\/\//);
  });

  it('binds a port and lets it go again', async () => {
    const { port, close } = await listen(gateway.app, { host: '127.0.0.1', port: 0 });
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
    await expect(listen(gateway.app, { host: '127.0.0.1', port })).rejects.toThrow('EADDRINUSE');
    await close();
    await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow('fetch failed');
  });
});

describe('health and readiness', () => {
  it('says that the process is up, and that it can serve', async () => {
    for (const path of ['/health', '/ready']) {
      const { status, body } = await gateway.send('get', path, { signedBy: null });
      expect(status).toBe(200);
      expectMatchesContract(gateway.document, 'get', path, status, body);
    }
  });

  it('is not ready while migrations are missing', async () => {
    gateway.pending.push('0099-later');
    const { status, body, headers } = await gateway.send('get', '/ready', { signedBy: null });
    gateway.pending.length = 0;
    expect([status, body.code, headers['retry-after']]).toEqual([503, 'unavailable', '5']);
    expectMatchesContract(gateway.document, 'get', '/ready', status, body);
  });

  it.each([
    ['whose socket does not exist', 'postgresql://postgres@localhost/morrow?host=/nowhere'],
    ['where nobody listens', 'postgresql://postgres@127.0.0.1:1/morrow'],
    ['which does not exist', undefined],
  ])('is unavailable without its database: one %s', async (_case, url) => {
    const given = new URL(gateway.databaseUrl);
    given.pathname = '/no_such_database';
    const db = connect(url ?? given.href);
    const app = createApp(
      { ...gateway.context, db },
      {
        routes: systemRoutes(async () => []),
        findKey: async () => undefined,
      },
    );
    const { status, body, headers } = await request(createHttpServer(app)).get('/ready');
    await db.destroy();
    if (url === undefined) {
      // A configuration that is wrong does not mend itself.
      expect([status, body.code]).toEqual([500, 'internal_error']);
    } else {
      expect([status, body.code, headers['retry-after']]).toEqual([503, 'unavailable', '2']);
    }
    expect(JSON.stringify(body)).not.toMatch(/nowhere|127\.0\.0\.1|no_such_database/);
    await request(createHttpServer(app)).get('/health').expect(200);
  });
});

describe('a database that may only be read, as a standby', () => {
  it('is not ready, and orders are asked to come again', async () => {
    const standby = new URL(gateway.databaseUrl);
    standby.searchParams.set('options', '-c default_transaction_read_only=on');
    const db = connect(standby.href);
    const app = createApp(
      { ...gateway.context, db },
      { routes: systemRoutes(async () => []), findKey: async () => undefined },
    );
    const { status, body, headers } = await request(createHttpServer(app)).get('/ready');
    expect([status, body.code, headers['retry-after']]).toEqual([503, 'unavailable', '2']);
    const write = db.transaction((sql) => sql.raw('create table orders_to_come (id int)'));
    await expect(write).rejects.toSatisfy((error) => toGatewayError(error).code === 'unavailable');
    await db.destroy();
  });
});

describe('paths and methods', () => {
  it.each([
    ['an unknown path', '/v1/nothing'],
    ['another case', '/V1/reversals'],
    ['a slash at the end', '/v1/reversals/'],
    ['an encoding that cannot be read', '/v1/reversals/%zz'],
  ])('answers %s with not_found', async (_case, path) => {
    const { status, body, headers } = await gateway.send('get', path);
    expect([status, body.code]).toEqual([404, 'not_found']);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(body).toMatchObject({
      type: 'https://api.example/docs/problems/not_found',
      title: 'There is no such thing',
      status: 404,
      request_id: headers['request-id'],
    });
  });

  it('answers another method with those that the path has', async () => {
    const { status, body, headers } = await gateway.send('put', '/v1/reversals', { idempotencyKey: 'a' });
    expect([status, body.code, headers.allow]).toEqual([405, 'method_not_allowed', 'GET, HEAD, POST']);
  });

  it('prefers a literal segment over a parameter, whatever the order of declaration', async () => {
    const { headers } = await gateway.send('put', '/v1/reversals/outside', { idempotencyKey: 'a' });
    expect(headers.allow).toBe('POST');
  });

  it('serves a signed HEAD like a GET, without a body', async () => {
    const answer = await gateway.send('head', '/v1/reversals');
    expect([answer.status, answer.text]).toEqual([200, undefined]);
    await gateway.send('head', '/v1/reversals', { signedBy: null }).expect(401);
  });
});
