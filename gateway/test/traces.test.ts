import { once } from 'node:events';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import { Morrow } from '@morrow/sdk-js/server';
import nock from 'nock';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../src/config.ts';
import { createStripeProcessor } from '../src/processor/stripe.ts';
import { type Gateway, startGateway } from '../src/server.ts';
import { newMasterKey } from './support/master-key.ts';
import { confirmedSession, eventually, orderOf } from './support/processes.ts';
import { type Receiver, startReceiver } from './support/receiver.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

/** What was loaded before anybody asked for traces; vitest itself loads their API, which does nothing without an SDK. */
const loadedAtFirst = loaded();

function loaded(): string[] {
  const { cache } = createRequire(import.meta.url);
  return Object.keys(cache).filter((name) => /@opentelemetry.(?:sdk|exporter|otlp)/.test(name));
}

type Attribute = { key: string; value: { stringValue?: string; intValue?: number | string } };
type Span = {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  attributes: Attribute[];
  status: { code?: number };
};
type Export = {
  resourceSpans: { resource: { attributes: Attribute[] }; scopeSpans: { spans: Span[] }[] }[];
};

const [server, client, consumer] = [2, 3, 5];
const remote = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
const origin = 'http://gateway.test';
const phone = '13900001111';

let database: TestDatabase;
let gateway: Gateway;
let collector: Server;
let receiver: Receiver;
let sandboxId: string;
let phones: string[];
let checkoutUrl: string;
const folder = mkdtempSync(join(tmpdir(), 'morrow-traces-'));
const exported: string[] = [];
let spans: Span[] = [];

const namedOf = ({ attributes }: Pick<Span, 'attributes'>) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]));
const called = (name: string) => spans.filter((span) => span.name === name);
const below = ({ spanId }: Span) => spans.filter(({ parentSpanId }) => parentSpanId === spanId);

beforeAll(async () => {
  collector = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => void (body += chunk));
    request.on('end', () => {
      exported.push(`${request.method} ${request.url} ${body}`);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  database = await freshDatabase();
  receiver = await startReceiver();
  const masterKeyFile = join(folder, 'master.key');
  writeFileSync(masterKeyFile, newMasterKey(), { mode: 0o600 });
  const config = readConfig({
    DATABASE_URL: database.url,
    MASTER_KEY_FILE: masterKeyFile,
    PUBLIC_ORIGIN: origin,
    PORT: '0',
    SANDBOX_WEBHOOK_TARGETS: receiver.target,
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
  });
  gateway = await startGateway(config, { log: pino({ level: 'silent' }) });
  await walk();
  await gateway.stop();
  const bodies = exported.map((line) => JSON.parse(line.slice(line.indexOf('{'))) as Export);
  spans = bodies.flatMap(({ resourceSpans }) =>
    resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
  );
});

afterAll(async () => {
  collector.close();
  await receiver.close();
  await database.drop();
  rmSync(folder, { recursive: true });
});

/** An order with its first payment and its webhooks, and a request of somebody who traces too. */
async function walk(): Promise<void> {
  const address = `http://127.0.0.1:${gateway.port}`;
  const { privateKey } = generateKeyPairSync('ed25519');
  const { sandbox, morrow } = await Morrow.createSandbox(
    {
      baseUrl: origin,
      privateKey,
      fetch: (input, init) => fetch((input as string).replace(origin, address), init),
    },
    { name: 'Tea House', allowed_origins: ['https://shop.example'], clock: '2026-03-01T01:00:00.000Z' },
  );
  sandboxId = sandbox.id;
  phones = sandbox.shoppers.map((shopper) => shopper.phone);
  await morrow.webhookEndpoints.create({ url: receiver.url, event_types: ['order.captured'] });
  const session = await confirmedSession(morrow, { person: 1 });
  const opened = await morrow.checkoutSessions.create({
    merchant_reference: 'opened',
    amount: 100,
    currency: 'CNY',
    lines: [{ name: 'Tea set', quantity: 1, unit_amount: 100, amount: 100 }],
    return_url: 'https://shop.example/return',
  });
  checkoutUrl = opened.url!;
  await fetch(checkoutUrl.replace(origin, address), { redirect: 'manual' });
  const order = await morrow.orders.authorize(orderOf(session));
  await morrow.orders.capture(order.id, { reference: 'parcel', amount: 120_000 });
  await fetch(`${address}/health?phone=${phone}`, {
    headers: { traceparent: `00-${remote.traceId}-${remote.spanId}-01`, baggage: `phone=${phone}` },
  });
  await fetch(`${address}/nowhere/${phone}?phone=${phone}`);
  await eventually(
    () => receiver.received.length,
    (count) => count > 0,
  );
  await eventually(
    () => database.db('processor_attempts').where({ status: 'succeeded' }),
    (rows) => rows.length > 0,
  );
}

describe('traces', () => {
  it('cost nothing where nobody asks for them: nothing of theirs is loaded', () => {
    expect(loadedAtFirst).toEqual([]);
    expect(loaded()).not.toEqual([]);
  });

  it('go to the collector by OTLP, and say whose they are', () => {
    expect(exported.every((line) => line.startsWith('POST /v1/traces '))).toBe(true);
    expect(exported[0]).toContain('{"key":"service.name","value":{"stringValue":"morrow"}}');
  });

  it('have a request by its template, with its transactions and how many statements those took', () => {
    const [order] = called('POST /v1/orders');
    expect(order).toMatchObject({ kind: server });
    expect(namedOf(order!)).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/v1/orders',
      'http.response.status_code': 201,
      'morrow.operation': 'authorizeOrder',
      'morrow.environment': sandboxId,
    });
    const transactions = below(order!).filter(({ name }) => name === 'transaction');
    expect(transactions.length).toBeGreaterThan(0);
    const counted = transactions.map((span) => Number(namedOf(span)['db.statements']));
    expect(Math.min(...counted)).toBeGreaterThan(0);
    // Others may share its transaction: what it asked for itself is counted as its own.
    expect(Number(namedOf(order!)['db.statements'])).toBeGreaterThan(10 + counted.reduce((a, b) => a + b));
    expect(called('POST /v1/orders/{order_id}/captures')).toHaveLength(1);
  });

  it('go on with the trace of who asks', () => {
    const [asked] = called('GET /health');
    expect(asked).toMatchObject({ traceId: remote.traceId, parentSpanId: remote.spanId });
  });

  it('have the calls of the processor below the attempt that they belong to', () => {
    const [charge] = called('processor charge');
    expect(charge).toMatchObject({ kind: client });
    expect(namedOf(charge!)).toMatchObject({ 'morrow.outcome': 'succeeded' });
    const above = spans.find(({ spanId }) => spanId === charge!.parentSpanId);
    expect(above).toMatchObject({ name: 'attempt', kind: consumer });
    expect(namedOf(above!)).toMatchObject({ 'morrow.environment': sandboxId });
  });

  it('are led to by webhooks', () => {
    const deliveries = called('delivery').map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`);
    expect(receiver.received.map(({ headers }) => headers.traceparent)).toEqual(
      receiver.received.map(() => expect.toBeOneOf(deliveries)),
    );
    expect(receiver.received[0]?.headers.baggage).toBeUndefined();
  });

  it('are led to by requests to the processor', async () => {
    const traceparent = `00-${remote.traceId}-${remote.spanId}-01`;
    const asked = nock('https://processor.test:443', { reqheaders: { traceparent } })
      .post('/v1/payment_intents')
      .reply(402, { error: { type: 'card_error', code: 'card_declined' } });
    const processor = createStripeProcessor({
      secretKey: 'sk_test_traces',
      host: 'processor.test',
      timeoutMs: 5000,
      testMethods: false,
      headers: () => ({ traceparent }),
    });
    const card = { kind: 'card', customer: 'cus_1', method: 'pm_1' } as const;
    const request = { attemptId: 'att_1', environmentId: 'live', amount: 100n, currency: 'CNY' };
    expect(await processor.charge({ ...request, ...card })).toMatchObject({ status: 'failed' });
    expect(asked.isDone()).toBe(true);
    nock.cleanAll();
  });

  it('leave out idle loops: every transaction is part of something', () => {
    expect(called('transaction').filter(({ parentSpanId }) => !parentSpanId)).toEqual([]);
  });

  it('name nobody, and no address', () => {
    const text = exported.join('\n');
    const secret = checkoutUrl.split('/').at(-1)!;
    for (const told of [phone, ...phones, secret, 'Tea House', '127.0.0.1', 'shop.example', 'phone='])
      expect(text).not.toContain(told);
    expect(text.match(/\b(?!sbx_)[a-z]{2,4}_[0-9a-f]{32}\b/g)).toBeNull();
    expect(called('GET /c/{secret}')).toHaveLength(1);
    expect(
      [...new Set(spans.flatMap(({ attributes }) => attributes.map(({ key }) => key)))].toSorted(),
    ).toEqual([
      'db.statements',
      'http.request.method',
      'http.response.status_code',
      'http.route',
      'morrow.environment',
      'morrow.operation',
      'morrow.outcome',
      'morrow.problem',
    ]);
  });
});
