import { generateKeyPairSync } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createMorrow,
  type Event,
  Morrow,
  type NewSandbox,
  verifyWebhook,
  webhookAnswer,
  type WebhookEvent,
  type WebhookKeys,
} from '../../sdk-js/src/server.ts';
import { type FeedPosition, followVerified, type KeySet, verifyEventFeed } from '../../sdk-js/src/verify.ts';
import { listen, type Site } from '../../sdk-js/test/support/http.ts';
import { type DocsGateway, openDocsGateway } from './support/docs-gateway.ts';

/** The SDK against a gateway that runs with its worker, over HTTP, as a merchant has it. */
let gateway: DocsGateway;
let sandbox: NewSandbox;
let morrow: Morrow;
let keyId: string;
let gatewayKeys: KeySet;
let receiver: Site;
let received: { payload: Buffer; headers: Record<string, string | string[] | undefined> }[] = [];
const { privateKey } = generateKeyPairSync('ed25519');

type Receive = (...message: Parameters<RequestListener>) => Promise<void>;

beforeAll(async () => {
  const receive: Receive = async (req, res) => {
    const message = { payload: await buffer(req), headers: req.headers };
    const event = JSON.parse(message.payload.toString('utf8')) as WebhookEvent;
    if (event.type !== 'webhook_endpoint.challenge') received.push(message);
    res.writeHead(200).end(webhookAnswer(event));
  };
  receiver = await listen((req, res) => void receive(req, res));
  gateway = await openDocsGateway([`127.0.0.1:${receiver.port}`]);
  // Every answer of this file is verified, from the first one on.
  const connection = { baseUrl: gateway.origin, privateKey, verifyResponses: true };
  ({ sandbox, morrow, keyId } = await Morrow.createSandbox(connection, {
    name: 'My shop',
    allowed_origins: ['http://localhost:3000'],
  }));
  gatewayKeys = (await (await fetch(`${gateway.origin}/.well-known/jwks.json`)).json()) as KeySet;
});
afterAll(async () => {
  await receiver?.close();
  await gateway?.close();
});

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

let references = 0;
/** Makes at least one event. */
async function openAndCancel(): Promise<string> {
  references += 1;
  const { id } = await morrow.checkoutSessions.create({
    merchant_reference: `order-${references}`,
    amount: 10_000,
    currency: 'CNY',
    lines: [{ name: 'Tea set', quantity: 1, unit_amount: 10_000, amount: 10_000 }],
    return_url: 'http://localhost:3000/return',
  });
  await morrow.checkoutSessions.cancel(id);
  return id;
}

describe('answers', () => {
  const client = (verifyResponses: KeySet) =>
    createMorrow({ baseUrl: gateway.origin, keyId, privateKey, verifyResponses, maxRetries: 0 });

  it('hold by the keys that were pinned, refusals too', async () => {
    const careful = client(gatewayKeys);
    await expect(careful.sandbox.get()).resolves.toMatchObject({ id: sandbox.id });
    const unknown = `ord_${'0'.repeat(32)}`;
    await expect(careful.orders.get(unknown)).rejects.toMatchObject({ status: 404, code: 'not_found' });
  });

  it('are refused by keys that are not the gateway’s', async () => {
    const [key] = gatewayKeys.keys;
    const { publicKey } = generateKeyPairSync('ed25519');
    const strange = client({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: key?.kid }] });
    await expect(strange.sandbox.get()).rejects.toMatchObject({ status: 0, code: 'response_unverified' });
  });
});

describe('keys', () => {
  it('rotate while both sign; what is revoked signs no more', async () => {
    const next = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const rotated = await morrow.keys.rotate({ privateKey: next, kid: 'spring.2026', overlapHours: 1 });
    expect(rotated).toMatchObject({
      kid: 'spring.2026',
      status: 'active',
      key_id: `${sandbox.merchant.id}/spring.2026`,
    });
    const nextClient = createMorrow({ baseUrl: gateway.origin, keyId: rotated.key_id, privateKey: next });
    await expect(nextClient.sandbox.get()).resolves.toMatchObject({ id: sandbox.id });
    await expect(morrow.sandbox.get()).resolves.toMatchObject({ id: sandbox.id });

    const reader = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const { key_id: readerId } = await morrow.keys.create({
      privateKey: reader,
      rsaAlgorithm: 'PS512',
      kid: 'reader',
      scopes: ['read'],
    });
    const readerClient = createMorrow({
      baseUrl: gateway.origin,
      keyId: readerId,
      privateKey: reader,
      rsaAlgorithm: 'PS512',
    });
    expect((await readerClient.events.page()).data).toBeDefined();
    await nextClient.keys.revoke('reader');
    await expect
      .poll(() => readerClient.events.page().catch((error: { code: string }) => error.code), {
        timeout: 6000,
      })
      .toBe('key_unknown');
    const listed: string[] = [];
    for await (const { kid, status } of morrow.keys.list()) listed.push(`${kid} ${status}`);
    expect(listed.toSorted()).toEqual(
      [`${keyId.split('/')[1]} active`, 'reader revoked', 'spring.2026 active'].toSorted(),
    );
  });

  it('may be at an address of the merchant, if that is a public one', async () => {
    await expect(morrow.keys.keySource()).resolves.toMatchObject({ jwks_url: null });
    const url = 'https://10.0.0.1/jwks.json';
    await expect(morrow.keys.setKeySource({ jwks_url: url, scopes: ['read'] })).rejects.toMatchObject({
      status: 422,
      code: 'url_forbidden',
    });
  });
});

describe('webhook endpoints', () => {
  it('sign with both secrets after a rotation and with their own key, and send again what is asked for', async () => {
    const endpoint = await morrow.webhookEndpoints.create({
      url: `http://127.0.0.1:${receiver.port}/hooks`,
      event_types: ['order.captured'],
    });
    const { id, secret, public_key: publicKey } = endpoint;
    const rotated = await morrow.webhookEndpoints.rotate(id);
    received = [];
    const { event_id: eventId } = await morrow.webhookEndpoints.test(id);
    await expect.poll(() => received.length, { timeout: 15_000 }).toBe(1);
    const owner = { merchantId: sandbox.merchant.id, environment: sandbox.id };
    const verifyBy = (keys: WebhookKeys) => verifyWebhook({ ...received[0]!, ...keys, ...owner });
    for (const keys of [{ secret }, { secret: rotated.secret }, { publicKey }]) {
      expect(verifyBy(keys)).toMatchObject({ id: eventId, type: 'webhook_endpoint.test' });
    }
    expect(() => verifyBy({ publicKey: `whpk_${Buffer.alloc(32, 1).toString('base64')}` })).toThrow();

    await expect(
      morrow.webhookEndpoints.update(id, { event_types: ['checkout_session.canceled'] }),
    ).resolves.toMatchObject({ id, event_types: ['checkout_session.canceled'], status: 'enabled' });
    await morrow.webhookEndpoints.redeliver(id, { event_id: eventId });
    await expect.poll(() => received.length, { timeout: 15_000 }).toBe(2);
    const log = [];
    for await (const { event_id, status } of morrow.webhookEndpoints.deliveries(id, {
      status: 'succeeded',
    })) {
      log.push([event_id, status]);
    }
    expect(log).toEqual([
      [eventId, 'succeeded'],
      [eventId, 'succeeded'],
    ]);
    await morrow.webhookEndpoints.remove(id);
  });
});

describe('the feed', () => {
  it(
    'is followed through a restart, each event once, and proves itself as it comes and afterwards',
    {
      timeout: 90_000,
    },
    async () => {
      await openAndCancel();
      const stop = new AbortController();
      const seen: Event[] = [];
      let last: { position: FeedPosition; coveredTo: number } | undefined;
      const reading = (async () => {
        const input = { feed: morrow.events, keys: gatewayKeys, signal: stop.signal };
        for await (const { event, ...place } of followVerified(input)) {
          seen.push(event);
          last = place;
        }
      })();
      await expect.poll(() => seen.length, { timeout: 15_000 }).toBeGreaterThan(0);
      await gateway.restart(1500);
      const session = await openAndCancel();
      await expect.poll(() => seen.at(-1)?.object_id, { timeout: 40_000 }).toBe(session);
      await expect
        .poll(
          async () => {
            await openAndCancel();
            return last?.coveredTo;
          },
          { timeout: 40_000, interval: 1000 },
        )
        .toBeGreaterThan(0);
      stop.abort();
      await reading;
      expect(seen.map(({ sequence }) => sequence)).toEqual(seen.map((_, index) => index + 1));

      const checkpoints = await all(morrow.events.checkpoints());
      const covered = checkpoints.at(-1)?.sequence ?? 0;
      const everything = await all(morrow.events.list());
      const events = everything.filter(({ sequence }) => sequence <= covered);
      const owner = { merchantId: sandbox.merchant.id, environment: sandbox.id };
      const input = { events, checkpoints, keys: gatewayKeys, ...owner };
      await expect(verifyEventFeed(input)).resolves.toMatchObject({ status: 'verified', coveredTo: covered });
      const forged = events.with(0, { ...events[0]!, object_version: 99 });
      await expect(verifyEventFeed({ ...input, events: forged })).resolves.toMatchObject({
        status: 'refused',
      });
    },
  );

  it('goes on where a reader left off, and gives a part of itself', async () => {
    const everything = await all(morrow.events.list());
    // What was done a moment ago may still get its number meanwhile.
    const known = (events: Event[]) =>
      events.map(({ id }) => id).filter((id) => everything.some((event) => event.id === id));
    const rest = await all(morrow.events.list({ after: 2, limit: 2 }));
    expect(known(rest)).toEqual(known(everything.slice(2)));
    const type = 'checkout_session.canceled';
    const canceled = await all(morrow.events.list({ type, limit: 1 }));
    expect(known(canceled)).toEqual(known(everything.filter((event) => event.type === type)));
    expect(canceled.length).toBeGreaterThan(1);
  });
});
