import { randomUUID } from 'node:crypto';
import { joseNameOf, type PrivateKeyInput, publicJwkOf, readUnnamedKey, type RsaAlgorithm } from './keys.ts';
import { listAll, type ListQuery } from './lists.ts';
import { path } from './paths.ts';
import type { CallOptions, Send } from './send.ts';
import { signBytes } from './sign.ts';
import type { Key, KeySource, Query, RequestBody } from './types.ts';

/** A key to be registered. Only its public half is sent, with a proof that you hold the private one. */
export type NewKey = Omit<RequestBody<'createKey'>, 'jwk' | 'proof'> & {
  privateKey: PrivateKeyInput;
  /** How an RSA key signs, unless its JWK says so by `alg`. */
  rsaAlgorithm?: RsaAlgorithm | undefined;
  /** Its name; its thumbprint (RFC 7638) by default. */
  kid?: string | undefined;
};

/** The key that is to take over, and for how long the present one signs beside it. */
export type KeyRotation = Pick<NewKey, 'privateKey' | 'rsaAlgorithm' | 'kid' | 'scopes'> & {
  /** 24 by default, 168 at most; 0 ends the present key at once. */
  overlapHours?: number | undefined;
};

/** The keys that you sign with; every call needs the scope `keys`. */
export class Keys {
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  /** The oldest first; `{ status: 'active' }` are those that sign. */
  list(
    query: ListQuery<Query<'listKeys'>> = {},
    options?: CallOptions,
  ): AsyncGenerator<Key, void, undefined> {
    return listAll(this.#send, '/v1/keys', query, options);
  }

  /** Registers a key. It signs as `key_id`, from now on. */
  create({ privateKey, rsaAlgorithm, kid, ...input }: NewKey, options?: CallOptions): Promise<Key> {
    const key = readUnnamedKey(privateKey, rsaAlgorithm);
    const { keyId, origin, now } = this.#send.signer;
    const head = { typ: 'morrow-key+jwt', alg: joseNameOf(key) };
    const claims = {
      iss: keyId.split('/')[0],
      aud: origin,
      iat: Math.floor(now().getTime() / 1000),
      jti: randomUUID(),
    };
    const content = [head, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const proof = `${content}.${signBytes(Buffer.from(content), key).toString('base64url')}`;
    const jwk = { ...publicJwkOf(key), ...(kid !== undefined && { kid }) };
    const body = { ...input, jwk, proof };
    return this.#send({ method: 'POST', path: '/v1/keys', body }, options);
  }

  /**
   * Registers a key that takes over from the one that this client signs with, with the same scopes unless you name some.
   * Both sign during the overlap: give every server the new key and its `key_id` before it ends.
   */
  rotate({ overlapHours, ...key }: KeyRotation, options?: CallOptions): Promise<Key> {
    const kid = this.#send.signer.keyId.split('/')[1] ?? '';
    const replaces = { kid, overlap_hours: overlapHours ?? 24 };
    return this.create({ ...key, replaces }, options);
  }

  /** Nothing signed by it is accepted any more, within five seconds. */
  revoke(kid: string, options?: CallOptions): Promise<Key> {
    return this.#send({ method: 'POST', path: path`/v1/keys/${kid}/revoke` }, options);
  }

  /** Where the gateway finds keys that you publish yourself; its members are null and empty without one. */
  keySource(options?: CallOptions): Promise<KeySource> {
    return this.#send({ method: 'GET', path: '/v1/key-source' }, options);
  }

  /** Lets the keys of a JWK Set at an address of yours sign; `{ jwks_url: null }` ends it. */
  setKeySource(input: RequestBody<'setKeySource'>, options?: CallOptions): Promise<KeySource> {
    return this.#send({ method: 'PUT', path: '/v1/key-source', body: input }, options);
  }
}
