import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase } from '@morrow/db/testing';
import createClient from 'openapi-fetch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../scripts/free-port.ts';
import type { paths } from '../../sdk-js/src/generated/openapi.d.ts';
import { readConfig } from '../src/config.ts';
import { type Gateway, startGateway } from '../src/server.ts';
import { signRequests } from './support/openapi-signing.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k1' };

let gateway: Gateway;
let origin: string;
let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await freshDatabase();
  drop = database.drop;
  const folder = mkdtempSync(join(tmpdir(), 'morrow-client-'));
  const masterKeyFile = join(folder, 'master.key');
  writeFileSync(masterKeyFile, `k1:${randomBytes(32).toString('base64url')}\n`);
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  gateway = await startGateway(
    readConfig({
      DATABASE_URL: database.url,
      MASTER_KEY_FILE: masterKeyFile,
      PORT: String(port),
      PUBLIC_ORIGIN: origin,
      LOG_LEVEL: 'silent',
      RUN: 'server',
      RATE_LIMIT_PER_MINUTE: '100',
    }),
  );
  rmSync(folder, { recursive: true });
});
afterAll(async () => {
  await gateway.stop();
  await drop();
});

/** A client that has nothing of ours but the types made from openapi.yaml, and signs by 40 lines on node:crypto. */
function clientWith(keyid: string) {
  const client = createClient<paths>({ baseUrl: origin });
  client.use(signRequests({ keyid, privateKey }));
  return client;
}

/** The answer of a request that was not refused. */
async function done<T>(sent: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await sent;
  if (data === undefined) throw new Error(`${response.status} ${JSON.stringify(error)}`);
  return data;
}

const once = (key: string) => ({ 'Idempotency-Key': `"${key}"` });

describe('a client that is generated from openapi.yaml alone', () => {
  it('opens a sandbox, and completes session, order, capture and refund', async () => {
    const sandbox = await done(
      clientWith('k1').POST('/v1/sandboxes', {
        params: { header: once('sandbox') },
        body: { name: 'Tea House', jwk, allowed_origins: ['https://shop.example'] },
      }),
    );
    const client = clientWith(sandbox.merchant.key_id);

    const session = await done(
      client.POST('/v1/checkout-sessions', {
        params: { header: once('session-1001') },
        body: {
          merchant_reference: 'order-1001',
          amount: 10000,
          currency: 'CNY',
          lines: [{ name: 'Tea set', quantity: 1, unit_amount: 10000, amount: 10000 }],
          return_url: 'https://shop.example/return',
        },
      }),
    );
    await done(
      client.POST('/v1/sandbox/checkout-sessions/{session_id}/confirm', {
        params: { path: { session_id: session.id }, header: once('confirm-1001') },
        body: { plan_code: 'pay_in_4' },
      }),
    );
    const { checkout_token: token = '' } = await done(
      client.GET('/v1/checkout-sessions/{session_id}', { params: { path: { session_id: session.id } } }),
    );

    const body = {
      checkout_token: token,
      merchant_reference: 'order-1001',
      amount: 10000,
      currency: 'CNY',
    } as const;
    const order = await done(client.POST('/v1/orders', { params: { header: once('authorize-1001') }, body }));
    const again = await client.POST('/v1/orders', { params: { header: once('authorize-1001') }, body });
    expect(again.data).toEqual(order);
    expect(again.response.headers.get('idempotency-replayed')).toBe('true');

    const path = { order_id: order.id };
    const capture = await done(
      client.POST('/v1/orders/{order_id}/captures', {
        params: { path, header: once('capture-1001') },
        body: { reference: 'shipment-1', amount: 10000 },
      }),
    );
    const refund = await done(
      client.POST('/v1/orders/{order_id}/refunds', {
        params: { path, header: once('refund-1001') },
        body: { reference: 'return-1', amount: 4000 },
      }),
    );
    expect([capture.amount, refund.amount, refund.debt_amount]).toEqual([10000, 4000, 4000]);
    const found = await done(
      client.GET('/v1/orders', {
        params: { query: { status: 'captured', merchant_reference: 'order-1001' } },
      }),
    );
    expect(found.data).toMatchObject([{ id: order.id, captured_amount: 10000, refunded_amount: 4000 }]);
  });

  it('knows the problems by their codes, and where to read about them', async () => {
    const { error, response } = await clientWith('k1').GET('/v1/orders');
    expect(error?.code).toBe('key_unknown');
    expect(response.headers.get('ratelimit-policy')).toBe('"address";q=100;w=60');
    const page = await (await fetch(error?.type ?? '')).text();
    expect(page).toContain(`<h1>${error?.title}</h1>`);
  });
});
