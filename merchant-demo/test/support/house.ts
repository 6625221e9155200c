import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Morrow } from '@morrow/sdk-js/server';
import { startGatewayProcess } from '../../../gateway/test/support/gateway-process.ts';
import { freePort } from '../../../scripts/free-port.ts';
import { newMasterKey } from '../../../gateway/test/support/master-key.ts';
import { startShop } from '../../src/server.ts';

/** Where the sandboxes' clocks stand at first: noon of 2 March in Shanghai. */
const clock = '2026-03-02T04:00:00.000Z';

/** When a shopper first pays: with the shipment, or as a down payment with the order. */
export type FirstPart = 'capture' | 'checkout';

/** One shop with a sandbox of its own. */
export type HouseShop = {
  origin: string;
  morrow: Morrow;
  /** Where its sandbox's shoppers see what they owe. */
  accountUrl: string;
  inboxUrl: string;
  /** The phones of the shoppers whom the sandbox knows from the beginning. */
  knownPhones: string[];
};

export type House<Name extends string> = { shops: Record<Name, HouseShop>; close(): Promise<void> };

/** A gateway in a process of its own and real shops beside it, on a database without rows and on free ports. */
export async function startHouse<Name extends string>(
  databaseUrl: string,
  wanted: Record<Name, FirstPart>,
): Promise<House<Name>> {
  const folder = mkdtempSync(join(tmpdir(), 'morrow-house-'));
  const masterKeyFile = join(folder, 'master.key');
  writeFileSync(masterKeyFile, newMasterKey(), { mode: 0o600 });
  const ends: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of ends.toReversed()) await end();
    rmSync(folder, { recursive: true });
  };
  try {
    const names = Object.keys(wanted) as Name[];
    const places = await Promise.all(names.map(async (name) => ({ name, port: await freePort() })));
    const port = await freePort();
    const gatewayOrigin = `http://127.0.0.1:${port}`;
    const gateway = await startGatewayProcess({
      databaseUrl,
      masterKeyFile,
      origin: gatewayOrigin,
      port,
      webhookTargets: places.map((place) => `localhost:${place.port}`),
    });
    ends.push(() => gateway.stop());
    const shops = {} as Record<Name, HouseShop>;
    for (const { name, port: shopPort } of places) {
      const dataDirectory = join(folder, name);
      const shop = await openShop({ gatewayOrigin, port: shopPort, dataDirectory, firstPart: wanted[name] });
      ends.push(shop.close);
      shops[name] = shop;
    }
    return { shops, close };
  } catch (error) {
    await close();
    throw error;
  }
}

type ShopInput = { gatewayOrigin: string; port: number; dataDirectory: string; firstPart: FirstPart };

async function openShop({ gatewayOrigin, port, dataDirectory, firstPart }: ShopInput) {
  const origin = `http://localhost:${port}`;
  const { privateKey } = generateKeyPairSync('ed25519');
  const { sandbox, keyId, morrow } = await Morrow.createSandbox(
    { baseUrl: gatewayOrigin, privateKey },
    { name: 'Lantern & Loom', allowed_origins: [origin], first_part: firstPart, clock },
  );
  const { secret } = await morrow.webhookEndpoints.create({ url: `${origin}/webhooks`, event_types: ['*'] });
  const shop = await startShop({
    port,
    gatewayOrigin,
    keyId,
    privateKey,
    publishableKey: sandbox.merchant.publishable_key,
    webhookSecret: secret,
    dataDirectory,
  });
  return {
    origin,
    morrow,
    accountUrl: `${gatewayOrigin}/account/${sandbox.id}`,
    inboxUrl: sandbox.inbox_url,
    knownPhones: sandbox.shoppers.map(({ phone }) => phone),
    close: () => shop.close(),
  };
}
