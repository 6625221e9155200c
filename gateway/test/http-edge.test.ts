import type { Server } from 'node:http';
import request from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../src/http/app.ts';
import { createHttpServer } from '../src/http/listen.ts';
import { systemRoutes } from '../src/http/system-routes.ts';
import { newestVersion } from '../src/http/versions.ts';
import { expectMatchesContract } from './support/contract.ts';
import { type DemoGateway, NOW_SECONDS, openDemoGateway, ORIGIN } from './support/demo-gateway.ts';
import { type DemoKey, findKey } from './support/demo-merchant.ts';
import { demoRoutes } from './support/demo-routes.ts';
import { signedHeaders } from './support/sign.ts';

const PATH = '/v1/reversals';

let gateway: DemoGateway;
beforeAll(async () => {
  gateway = await openDemoGateway();
});
afterAll(() => gateway.close());

describe('the version of the API', () => {
  it('is the newest when nobody names one, and the one that is named', async () => {
    const silent = await gateway.send('get', PATH).expect(200);
    const named = await gateway
      .send('get', PATH, { headers: { 'morrow-version': newestVersion } })
      .expect(200);
    for (const { headers } of [silent, named]) expect(headers['morrow-version']).toBe(newestVersion);
  });

  it.each(['2026-11-21', 'latest', ''])(
    'is refused when there is none of that name: "%s"',
    async (version) => {
      const { status, body, headers } = await gateway.send('get', PATH, {
        headers: { 'morrow-version': version },
      });
      expect([status, body.code, headers['morrow-version']]).toEqual([400, 'version_unknown', newestVersion]);
      expect(body.versions).toContain(newestVersion);
      expectMatchesContract(gateway.document, 'get', PATH, status, body);
    },
  );

  it('is refused when it is named twice, also where nothing is signed', async () => {
    const { status, body } = await gateway.send('get', '/health', {
      signedBy: null,
      headers: { 'morrow-version': [newestVersion, newestVersion] as unknown as string },
    });
    expect([status, body.code]).toEqual([400, 'duplicate_header']);
    expectMatchesContract(gateway.document, 'get', '/health', status, body);
  });
});

describe('a limit', () => {
  let server: Server;
  beforeEach(() => {
    const { context, stage, db } = gateway;
    const app = createApp(
      { ...context, config: { ...context.config, rateLimitPerMinute: 2 } },
      {
        routes: [...demoRoutes(stage), ...systemRoutes(async () => [])],
        findKey: (keyid) => findKey(db, keyid),
      },
    );
    server = createHttpServer(app);
  });

  let written = 0;
  function send(method: 'get' | 'post', key: DemoKey, headers: Record<string, string> = {}) {
    written += 1;
    const input = { url: ORIGIN + PATH, created: NOW_SECONDS, key, headers };
    if (method === 'get')
      return request(server)
        .get(PATH)
        .set(signedHeaders({ ...input, method: 'GET' }));
    const body = JSON.stringify({ merchant_reference: `limit-${written}`, amount: 1, currency: 'JPY' });
    const signed = signedHeaders({ ...input, method: 'POST', body, idempotencyKey: `limit-${written}` });
    return request(server)
      .post(PATH)
      .set(signed)
      .serialize((given: string) => given)
      .send(body);
  }

  it('is told with what is left of it, and refuses what comes beyond it', async () => {
    const first = await send('get', gateway.merchant).expect(200);
    expect(first.headers['ratelimit-policy']).toBe('"reads";q=2;w=60');
    expect(first.headers.ratelimit).toMatch(/^"reads";r=1;t=\d{1,2}$/);
    await send('get', gateway.merchant).expect(200);
    const { body, headers, status } = await send('get', gateway.merchant);
    expect([status, body.code]).toEqual([429, 'rate_limited']);
    expect(headers.ratelimit).toMatch(/^"reads";r=0;t=\d{1,2}$/);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(headers['morrow-version']).toBe(newestVersion);
    expectMatchesContract(gateway.document, 'get', PATH, status, body);
  });

  it('counts reads and writes apart, and each key for itself', async () => {
    const other = await gateway.addMerchant();
    for (const key of [gateway.merchant, other]) {
      await send('get', key).expect(200);
      await send('get', key).expect(200);
      expect((await send('post', key).expect(201)).headers['ratelimit-policy']).toBe('"writes";q=2;w=60');
      await send('post', key).expect(201);
    }
    await send('post', other).expect(429);
    await send('get', gateway.merchant).expect(429);
  });

  it('counts who cannot say who it is by the address, and nobody’s key for it', async () => {
    const stranger = { ...gateway.merchant, keyid: `${gateway.merchant.merchantId}/none` };
    for (const left of [1, 0]) {
      const { headers } = await send('get', stranger).expect(401);
      expect(headers.ratelimit).toMatch(new RegExp(`^"address";r=${left};`));
    }
    const { body } = await send('get', stranger).expect(429);
    expectMatchesContract(gateway.document, 'get', PATH, 429, body);
    await send('get', gateway.merchant).expect(200);
  });

  it('keeps nobody from asking whether the process works', async () => {
    for (let asked = 0; asked < 5; asked += 1) {
      const { headers } = await request(server).get('/health').expect(200);
      expect(headers).not.toHaveProperty('ratelimit');
    }
  });
});
