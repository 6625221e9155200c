import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { freshDatabase } from '@morrow/db/testing';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Config } from '../src/config.ts';
import { type Gateway, startGateway } from '../src/server.ts';

let gateway: Gateway;
let database: Awaited<ReturnType<typeof freshDatabase>>;

beforeAll(async () => {
  database = await freshDatabase();
  const config: Partial<Config> = {
    databaseUrl: database.url,
    databasePool: 4,
    host: '127.0.0.1',
    port: 0,
    run: 'server',
    origins: { api: 'https://api.example' },
    masterKeys: [{ id: 'k1', key: randomBytes(32) }],
    metrics: { host: '127.0.0.1', port: 0 },
    sandboxWebhookTargets: [],
    trustedProxies: 0,
    sandboxesPerHour: 0,
  };
  gateway = await startGateway(config as Config, { log: pino({ level: 'silent' }) });
});
afterAll(async () => {
  await gateway.stop();
  await database.drop();
});

/** The value of one series; undefined when it is not there. */
async function read(series: string): Promise<number | undefined> {
  const line = (await scrape()).split('\n').find((text) => text.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

async function scrape(): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${gateway.metricsPort}/metrics`);
  expect(answer.headers.get('content-type')).toContain('text/plain');
  return answer.text();
}

const ask = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${gateway.port}${path}`, init);

describe('the metrics of a process', () => {
  it('count requests by operation and status, and problems by code', async () => {
    await ask('/health');
    await ask('/health');
    await ask('/v1/orders');
    await expect
      .poll(() => read('morrow_request_seconds_count{operation="getHealth",method="GET",status="200"}'))
      .toBe(2);
    expect(await read('morrow_request_seconds_count{operation="listOrders",method="GET",status="401"}')).toBe(
      1,
    );
    expect(await read('morrow_problems_total{operation="listOrders",code="signature_missing"}')).toBe(1);
  });

  it('keep no label of what a client makes up', async () => {
    await ask('/nowhere/ada@example.org');
    await new Promise((resolve, reject) => {
      httpRequest({ port: gateway.port, method: 'PROPFIND', path: '/' }, resolve).on('error', reject).end();
    });
    await expect
      .poll(() => read('morrow_request_seconds_count{operation="page",method="other",status="404"}'))
      .toBe(1);
    expect(await scrape()).not.toMatch(/ada@example|PROPFIND|nowhere/);
  });

  it('tell what waits in the database, and for how long', async () => {
    const waiting = 'morrow_backlog{queue="events",environment="live"}';
    expect(await read(waiting)).toBe(0);
    const aMinuteAgo = new Date(gateway.context.clock.now().getTime() - 60_000);
    await database.db('events').insert({
      environment_id: 'live',
      id: 'evt_1',
      stream: 'mer_1',
      type: 'order.captured',
      object_id: 'ord_1',
      object_version: 1,
      data: {},
      occurred_at: aMinuteAgo,
      recorded_at: aMinuteAgo,
    });
    expect(await read(waiting)).toBe(1);
    const oldest = await read('morrow_backlog_oldest_seconds{queue="events",environment="live"}');
    expect(oldest).toBeGreaterThanOrEqual(60);
    expect(await read('morrow_backlog{queue="deliveries",environment="sandbox"}')).toBe(0);
  });

  it('tell of connections and of the process itself', async () => {
    expect(await read('morrow_connections{state="waiting"}')).toBe(0);
    expect(await read('morrow_process_resident_memory_bytes')).toBeGreaterThan(0);
  });

  it.each(['grafana-dashboard.json', 'alerts.yml'])('have every name that %s asks for', async (file) => {
    const text = readFileSync(new URL(`../../docs/operations/${file}`, import.meta.url), 'utf8');
    const asked = [...text.matchAll(/\bmorrow_\w+/g)].map(([name]) => name);
    const served = await scrape();
    expect(asked.length).toBeGreaterThan(4);
    for (const name of asked) expect(served).toMatch(new RegExp(`^${name}[ {]`, 'm'));
  });

  it('are served at a port of their own only', async () => {
    expect((await ask('/metrics')).status).toBe(404);
    const health = await fetch(`http://127.0.0.1:${gateway.metricsPort}/health`);
    expect(await health.text()).toBe('up\n');
    expect((await fetch(`http://127.0.0.1:${gateway.metricsPort}/v1/orders`)).status).toBe(404);
  });
});
