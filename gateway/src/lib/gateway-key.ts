import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { type Ed25519Jwk, importEd25519 } from './jwk.ts';
import type { Vault } from './vault.ts';

/** A key pair of the gateway itself; `kid` is its RFC 7638 thumbprint. */
export type GatewayKey = { kid: string; privateKey: KeyObject; jwk: Ed25519Jwk & { use: 'sig' } };

/** PKCS #8 around the 32 bytes of an Ed25519 private key (RFC 8410 section 7). */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex');

const made = new WeakMap<Vault, readonly GatewayKey[]>();

/**
 * The gateway's Ed25519 keys, one for each master key: the first signs, all of them verify, so that what was signed
 * before a new master key came stays good. They are derived, so every process has the same and none is stored.
 */
export function gatewayKeys(vault: Vault): readonly GatewayKey[] {
  const known = made.get(vault);
  if (known) return known;
  const keys = vault.seeds('gateway-signature').map(toKey);
  made.set(vault, keys);
  return keys;
}

function toKey(seed: Buffer): GatewayKey {
  const privateKey = importSeed(seed);
  const { kid, jwk } = importEd25519(createPublicKey(privateKey).export({ format: 'jwk' }));
  return { kid, privateKey, jwk: { ...jwk, use: 'sig' } };
}

/** The Ed25519 private key of these 32 bytes. */
export function importSeed(seed: Buffer): KeyObject {
  return createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: 'der', type: 'pkcs8' });
}
