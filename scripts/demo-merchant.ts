import { generateKeyPairSync } from 'node:crypto';
import { createMorrow, Morrow, MorrowError } from '@morrow/sdk-js/server';
import type { Sandbox } from '@morrow/sdk-js/server';
import { type DemoMerchant, readDemo, writeDemo } from './data-folder.ts';

type Origins = { gatewayOrigin: string; shopOrigin: string };

const dayMs = 86_400_000;
/** The furthest that one request advances a clock. */
const stepMs = 31 * dayMs;

/**
 * The demo's merchant in a sandbox of its own: the one of the last start, with its clock brought to the present, or a
 * new one with a random key when there was none, or it has ended, or the addresses have changed.
 */
export async function findOrMakeDemo(origins: Origins): Promise<DemoMerchant> {
  const known = readDemo();
  if (known && known.gatewayOrigin === origins.gatewayOrigin && known.shopOrigin === origins.shopOrigin) {
    try {
      const { merchant } = await catchUp(
        createMorrow({ baseUrl: known.gatewayOrigin, keyId: known.keyId, privateKey: known.privateKey }),
      );
      return { ...known, publishableKey: merchant.publishable_key };
    } catch (error) {
      // The sandbox has ended, or the data folder belongs to another database.
      if (!(error instanceof MorrowError) || error.code !== 'key_unknown') throw error;
    }
  }
  const demo = await makeDemo(origins);
  writeDemo(demo);
  return demo;
}

async function makeDemo({ gatewayOrigin, shopOrigin }: Origins): Promise<DemoMerchant> {
  const privateKey = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const { sandbox, keyId, morrow } = await Morrow.createSandbox(
    { baseUrl: gatewayOrigin, privateKey },
    { name: 'Lantern & Loom', allowed_origins: [shopOrigin] },
  );
  const endpoint = await morrow.webhookEndpoints.create({
    url: `${shopOrigin}/webhooks`,
    event_types: ['*'],
  });
  return {
    gatewayOrigin,
    shopOrigin,
    keyId,
    privateKey,
    publishableKey: sandbox.merchant.publishable_key,
    webhookSecret: endpoint.secret,
    inboxUrl: sandbox.inbox_url,
    shoppers: sandbox.shoppers.map(({ name, phone }) => ({ name, phone })),
  };
}

/** A sandbox's clock stands still while nobody advances it; a demo that is started again should live today. */
async function catchUp(morrow: Morrow): Promise<Sandbox> {
  const sandbox = await morrow.sandbox.get();
  const now = Date.now();
  for (let at = Date.parse(sandbox.clock.now); at < now;) {
    at = Math.min(now, at + stepMs);
    await morrow.sandbox.advanceClock({ to: new Date(at).toISOString() });
  }
  return sandbox;
}
