import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { createApp } from '../../src/http/app.ts';
import { createKeys, followKeyChanges } from '../../src/http/keys.ts';
import { listen } from '../../src/http/listen.ts';
import type { SignatureAlgorithm } from '../../src/lib/jwk.ts';
import type { Shop } from './shop.ts';
import { generateKey, type SigningKey } from './sign.ts';
import { origin, type World } from './world.ts';

export type ProofInput = {
  iss?: string | undefined;
  aud?: string | undefined;
  /** Seconds from the world's wall clock. */
  age?: number | undefined;
  jti?: unknown;
  typ?: string | undefined;
  alg?: string | undefined;
  /** Who signs it. */
  by?: ReturnType<typeof generateKey>;
};

/** A key pair as a merchant makes it, named by `kid`, with the signer that it becomes when it is registered. */
export function newKey(shop: Shop, kid: string, algorithm: SignatureAlgorithm = 'ed25519') {
  const pair = generateKey(algorithm);
  const signer: SigningKey = { keyid: `${shop.merchantId}/${kid}`, algorithm, privateKey: pair.privateKey };
  return { ...pair, kid, jwk: { ...pair.jwk, kid }, signer };
}

export type NewTestKey = ReturnType<typeof newKey>;

/** The proof that POST /v1/keys asks for, made by jose and wrong in what is said. */
export function proofOf(shop: Shop, key: NewTestKey, input: ProofInput = {}): Promise<string> {
  const iat = Math.floor(shop.world.clock.at.getTime() / 1000) - (input.age ?? 0);
  const { iss = shop.merchantId, aud = origin, jti = randomUUID() } = input;
  return new SignJWT({ iss, aud, iat, ...(jti !== null && { jti: jti as string }) })
    .setProtectedHeader({ alg: input.alg ?? key.jwk.alg, typ: input.typ ?? 'morrow-key+jwt' })
    .sign((input.by ?? key).privateKey);
}

/** The body of POST /v1/keys. */
export async function registration(
  shop: Shop,
  key: NewTestKey,
  more: { scopes?: string[]; replaces?: { kid: string; overlap_hours?: number }; expires_at?: string } = {},
  proof: ProofInput = {},
) {
  return {
    jwk: key.jwk,
    scopes: ['read', 'orders', 'keys'],
    ...more,
    proof: await proofOf(shop, key, proof),
  };
}

/** Another process of the gateway on the world's database, which is told of changes of keys. */
export async function openSecondGateway(world: World) {
  const keys = createKeys(world.context);
  const followed = await followKeyChanges(world.context, keys);
  const app = createApp(world.context, { routes: world.routes, findKey: keys.find });
  const server = await listen(app, { host: '127.0.0.1', port: 0 });
  return {
    /** A world that is reached through this process. */
    world: { ...world, address: `http://127.0.0.1:${server.port}` } satisfies World,
    async close() {
      await server.close();
      await followed.close();
    },
  };
}
