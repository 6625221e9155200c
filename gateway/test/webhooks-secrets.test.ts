import { generateKeyPairSync } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { holdsSignature, readWebhookKeys, type WebhookKeys } from '../../sdk-js/src/webhook-signatures.ts';
import { hourMs } from '../src/lib/dates.ts';
import { createVault } from '../src/lib/vault.ts';
import { endpointPublicKey } from '../src/webhooks/endpoint-key.ts';
import { rotateSecret } from '../src/webhooks/rotate.ts';
import { refusalFrom } from './support/refusal.ts';
import type { Received } from './support/receiver.ts';
import { openWebhooks, type WebhookMerchant, type Webhooks } from './support/webhooks-world.ts';

let webhooks: Webhooks;
let merchant: WebhookMerchant;

beforeAll(async () => {
  webhooks = await openWebhooks();
});
afterAll(async () => {
  expect(webhooks.host.errors).toEqual([]);
  await webhooks.close();
});
beforeEach(async () => {
  merchant = await webhooks.openMerchant();
});

const rotate = (endpointId: string, of = merchant) =>
  webhooks.inTx((tx) => rotateSecret(tx, of.of(endpointId)));

async function next(): Promise<Received> {
  await merchant.happen('order.captured');
  const [received] = await webhooks.deliver();
  if (!received) throw new Error('nothing came');
  return received;
}

/** Whether a receiver that knows these keys would accept it. */
function holds({ headers, body }: Received, keys: WebhookKeys): boolean {
  const content = Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`);
  return holdsSignature(headers['webhook-signature'] ?? '', content, readWebhookKeys(keys));
}

const versionsOf = ({ headers }: Received): string[] =>
  (headers['webhook-signature'] ?? '').split(' ').map((signature) => signature.split(',')[0] ?? '');

describe('the signatures of a delivery', () => {
  it('are one by the secret and one by the key that the endpoint tells', async () => {
    const { endpoint, secret } = await merchant.add();
    const received = await next();
    expect(versionsOf(received)).toEqual(['v1', 'v1a']);
    expect(holds(received, { secret })).toBe(true);
    expect(holds(received, { publicKey: endpoint.publicKey })).toBe(true);
    expect(holds({ ...received, body: `${received.body} ` }, { publicKey: endpoint.publicKey })).toBe(false);
  });

  it('are by no key of another endpoint', async () => {
    const [first, second] = [await merchant.add(), await merchant.add()];
    const stranger = await (await webhooks.openMerchant()).add();
    expect(new Set([first, second, stranger].map(({ endpoint }) => endpoint.publicKey)).size).toBe(3);
    await merchant.happen('order.captured');
    for (const received of await webhooks.deliver()) {
      expect(holds(received, { publicKey: stranger.endpoint.publicKey })).toBe(false);
      const fitting = [first, second].filter(({ endpoint }) =>
        holds(received, { publicKey: endpoint.publicKey }),
      );
      expect(fitting).toHaveLength(1);
    }
  });

  it('are by a key that stays when a master key is added, and that nobody has without it', () => {
    const { environmentId, key } = webhooks;
    const before = endpointPublicKey(webhooks.host.vault, environmentId, 'whe_1');
    const newer = createVault([
      { id: 'k2', key: Buffer.alloc(32, 1) },
      { id: 'k1', key },
    ]);
    expect(endpointPublicKey(newer, environmentId, 'whe_1')).toBe(before);
    const foreign = createVault([{ id: 'k1', key: Buffer.alloc(32, 1) }]);
    expect(endpointPublicKey(foreign, environmentId, 'whe_1')).not.toBe(before);
    expect(endpointPublicKey(newer, 'live', 'whe_1')).not.toBe(before);
  });

  it('are refused by a receiver with some other key', async () => {
    await merchant.add();
    const received = await next();
    const { x = '' } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
    const other = `whpk_${Buffer.from(x, 'base64url').toString('base64')}`;
    expect(holds(received, { publicKey: other })).toBe(false);
  });
});

describe('a rotation', () => {
  it('tells a new secret; the old one signs for 24 hours more by the wall', async () => {
    const { endpoint, secret: old } = await merchant.add();
    const { endpoint: rotated, secret } = await rotate(endpoint.id);
    expect(secret).toMatch(/^whsec_/);
    expect(secret).not.toBe(old);
    const until = new Date(webhooks.host.clock.now().getTime() + 24 * hourMs);
    expect(rotated).toEqual({ ...endpoint, previousSecretUntil: until });
    const during = await next();
    expect(versionsOf(during)).toEqual(['v1', 'v1', 'v1a']);
    expect([secret, old].map((each) => holds(during, { secret: each }))).toEqual([true, true]);
    // What every receiver by the standard does, whichever of the two it has.
    for (const each of [secret, old]) new Webhook(each).verify(during.body, during.headers);

    webhooks.host.clock.advance(24 * hourMs - 1000);
    expect(holds(await next(), { secret: old })).toBe(true);
    webhooks.host.clock.advance(1000);
    const after = await next();
    expect([secret, old].map((each) => holds(after, { secret: each }))).toEqual([true, false]);
    expect(versionsOf(after)).toEqual(['v1', 'v1a']);
    expect(await merchant.find(endpoint.id)).toEqual(endpoint);
  });

  it('again ends the oldest secret at once', async () => {
    const { endpoint, secret: first } = await merchant.add();
    const { secret: second } = await rotate(endpoint.id);
    const { secret: third } = await rotate(endpoint.id);
    const received = await next();
    expect([first, second, third].map((secret) => holds(received, { secret }))).toEqual([false, true, true]);
  });

  it('keeps both secrets sealed, and to the endpoint that they are of', async () => {
    const { endpoint, secret: old } = await merchant.add();
    const { secret } = await rotate(endpoint.id);
    const table = webhooks.database.db('webhook_endpoints');
    const row = JSON.stringify(await table.where({ id: endpoint.id }).first(), (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    for (const each of [old, secret]) expect(row).not.toContain(each.slice(6));
    const stranger = await webhooks.openMerchant();
    expect((await refusalFrom(rotate(endpoint.id, stranger))).code).toBe('not_found');
  });
});
