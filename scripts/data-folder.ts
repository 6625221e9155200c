import { randomBytes } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { PrivateKeyInput } from '@morrow/sdk-js/server';

/** Where everything that the demo makes is kept: the database, keys, and who its merchant is. */
export const dataFolder = resolve(process.env.MORROW_DATA ?? join(import.meta.dirname, '../.data'));

/** The file of master keys for this machine, made at the first start and readable by its owner only. */
export function masterKeyFile(): string {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const file = join(dataFolder, 'master.key');
  if (!existsSync(file)) {
    writeFileSync(file, `k1:${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 });
  }
  return file;
}

/** The demo's merchant: enough to sign for it again at the next start. */
export type DemoMerchant = {
  gatewayOrigin: string;
  shopOrigin: string;
  keyId: string;
  privateKey: PrivateKeyInput;
  publishableKey: string;
  webhookSecret: string;
  inboxUrl: string;
  shoppers: { name: string; phone: string }[];
};

const demoFile = join(dataFolder, 'demo.json');

export function readDemo(): DemoMerchant | undefined {
  return existsSync(demoFile) ? (JSON.parse(readFileSync(demoFile, 'utf8')) as DemoMerchant) : undefined;
}

export function writeDemo(demo: DemoMerchant): void {
  writeFileSync(demoFile, JSON.stringify(demo, null, 2), { mode: 0o600 });
}

/** The demo shop's key as the command line takes it, named as it signs. Returns its file. */
export function writeShopKey({ keyId, privateKey }: DemoMerchant): string {
  const file = join(dataFolder, 'shop-key.jwk');
  writeFileSync(file, JSON.stringify({ ...(privateKey as JsonWebKey), kid: keyId }), { mode: 0o600 });
  return file;
}
