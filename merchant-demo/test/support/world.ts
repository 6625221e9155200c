import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { startShop } from '../../src/server.ts';
import type { RunningShop, ShopOptions } from '../../src/server.ts';
import { FakeGateway } from './fake-gateway.ts';
import { Visitor } from './visitor.ts';
import type { Page } from './visitor.ts';

export type World = {
  gateway: FakeGateway;
  shop: RunningShop;
  visitor: Visitor;
  /** What the shop wrote into its log. */
  logged: string[];
  /** The file in which the shop keeps what it knows. */
  file: string;
  /** Stops the shop and starts it again, at another port; browsers send cookies to any port of a host. */
  restart(meanwhile?: () => void): Promise<void>;
  stop(): Promise<void>;
};

const secret = `whsec_${randomBytes(32).toString('base64')}`;

/** A shop beside a gateway, with a visitor who knows nothing yet. */
export async function startWorld(options: Partial<ShopOptions> = {}): Promise<World> {
  const gateway = new FakeGateway();
  const gatewayOrigin = await gateway.start();
  const dataDirectory = mkdtempSync(join(tmpdir(), 'morrow-shop-'));
  const { privateKey } = generateKeyPairSync('ed25519');
  const logged: string[] = [];
  const settings = {
    gatewayOrigin,
    keyId: 'mer_1/k1',
    privateKey,
    webhookSecret: secret,
    dataDirectory,
    log: (message: string) => {
      logged.push(message);
    },
    ...options,
  };
  const shop = await startShop({ port: 0, ...settings });
  const world: World = {
    gateway,
    shop,
    visitor: new Visitor(shop.origin),
    logged,
    file: join(dataDirectory, 'shop.json'),
    async restart(meanwhile) {
      await world.shop.close();
      meanwhile?.();
      world.shop = await startShop({ port: 0, ...settings });
      world.visitor.origin = world.shop.origin;
    },
    async stop() {
      await world.shop.close();
      await gateway.stop();
      rmSync(dataDirectory, { recursive: true });
    },
  };
  return world;
}

/** Puts a lamp and two mugs, ¥465.00, into the cart and goes to the checkout. */
export async function goToCheckout({ visitor }: World): Promise<Page> {
  for (const product of ['reading-lamp', 'dawn-mug', 'dawn-mug']) await visitor.post('/cart', { product });
  return visitor.post('/checkout');
}

/** Buys what `goToCheckout` puts into the cart. Returns the path of the order's page. */
export async function buy(world: World): Promise<string> {
  await goToCheckout(world);
  const { id } = world.gateway.lastSession();
  world.gateway.change(id, { status: 'confirmed' });
  const { location } = await world.visitor.get(`/return?morrow_session=${id}`);
  return location;
}

export type Sent = { id?: string; type: string; object_id: string; data?: object; merchant_id?: string };

/** Delivers a webhook as the gateway does. */
export async function deliver({ shop }: World, event: Sent, tamper: { body?: string } = {}): Promise<number> {
  const id = event.id ?? `evt_${randomBytes(8).toString('hex')}`;
  const body = JSON.stringify({
    merchant_id: 'mer_1',
    sequence: 1,
    object_version: 1,
    data: {},
    ...event,
    id,
  });
  const now = new Date();
  const response = await fetch(`${shop.origin}/webhooks`, {
    method: 'POST',
    body: tamper.body ?? body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, now, body),
    },
  });
  return response.status;
}
