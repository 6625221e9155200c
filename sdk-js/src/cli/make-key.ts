import { generateKeyPairSync } from 'node:crypto';
import { unlinkSync } from 'node:fs';
import { publicJwkOf, readUnnamedKey } from '../keys.ts';
import type { Key } from '../types.ts';
import { type Connection, connectionOf } from './connection.ts';
import { writeNew } from './write-new.ts';

export const algorithms = ['ed25519', 'es256'] as const;

export type KeyAlgorithm = (typeof algorithms)[number];

/** What a new key is to be: one of its own, or the one in the place of that which signs. */
export type KeyWish = { scopes: Key['scopes'] } | { overlapHours: number };

/**
 * Makes a key pair, registers its public half, and returns who signs with it. The private half is in the file `out`
 * before anybody knows of the key, as a JWK with its name: registered and then lost, it would be of no use.
 *
 * @throws UsageError when the file is there already.
 */
export async function makeKey(
  { morrow, merchantId, baseUrl }: Connection,
  { out, algorithm }: { out: string; algorithm: KeyAlgorithm },
  wish: KeyWish,
): Promise<{ key: Key; connection: Connection }> {
  const { privateKey } =
    algorithm === 'ed25519'
      ? generateKeyPairSync('ed25519')
      : generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const unnamed = readUnnamedKey(privateKey);
  const keyId = `${merchantId}/${unnamed.keyId}`;
  const jwk = { ...privateKey.export({ format: 'jwk' }), alg: publicJwkOf(unnamed).alg, kid: keyId };
  writeNew(out, `${JSON.stringify(jwk)}\n`);
  try {
    const key = await ('scopes' in wish
      ? morrow.keys.create({ privateKey, ...wish })
      : morrow.keys.rotate({ privateKey, ...wish }));
    return { key, connection: connectionOf({ baseUrl }, keyId, privateKey) };
  } catch (error) {
    unlinkSync(out);
    throw error;
  }
}
