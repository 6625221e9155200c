import { readFileSync } from 'node:fs';
import type { ShopOptions } from './server.ts';

/**
 * The shop's settings: those of the JSON file that SHOP_SETTINGS names, replaced one by one by variables of their own.
 * The file has the members of `ShopOptions`, the key as a JWK or PEM; SHOP_PRIVATE_KEY_FILE names a PEM file.
 *
 * @throws Error that names what is missing.
 */
export function readSettings(variables: NodeJS.ProcessEnv): ShopOptions {
  const file = variables.SHOP_SETTINGS;
  const given = file ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<ShopOptions>) : {};
  const keyFile = variables.SHOP_PRIVATE_KEY_FILE;
  const settings = {
    port: variables.SHOP_PORT ?? given.port ?? 4100,
    host: variables.SHOP_HOST ?? given.host,
    origin: variables.SHOP_ORIGIN ?? given.origin,
    gatewayOrigin: variables.SHOP_GATEWAY_ORIGIN ?? given.gatewayOrigin ?? 'http://127.0.0.1:4000',
    keyId: variables.SHOP_KEY_ID ?? given.keyId,
    privateKey: keyFile ? readFileSync(keyFile, 'utf8') : given.privateKey,
    publishableKey: variables.SHOP_PUBLISHABLE_KEY ?? given.publishableKey,
    webhookSecret: variables.SHOP_WEBHOOK_SECRET ?? given.webhookSecret,
    dataDirectory: variables.SHOP_DATA_DIRECTORY ?? given.dataDirectory ?? '.data/shop',
  };
  const { keyId, privateKey } = settings;
  if (keyId === undefined || privateKey === undefined) {
    throw new Error('Set SHOP_KEY_ID and SHOP_PRIVATE_KEY_FILE, or keyId and privateKey in SHOP_SETTINGS.');
  }
  const port = Number(settings.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error('SHOP_PORT is not a port.');
  return { ...settings, port, keyId, privateKey };
}
