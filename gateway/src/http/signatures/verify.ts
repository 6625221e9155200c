import type { KeyObject } from 'node:crypto';
import { serializeInnerList } from 'structured-headers';
import { GatewayError } from '../../lib/errors.ts';
import type { SignatureAlgorithm } from '../../lib/jwk.ts';
import { verifySignature } from './algorithms.ts';
import { buildBase, formatBase } from './base.ts';
import { checkContentDigest } from './content-digest.ts';
import { diagnose } from './diagnose.ts';
import { readSignatureFields } from './fields.ts';
import { headerLines } from './message.ts';
import type { RequestMessage } from './message.ts';
import { checkComponents, checkWindow, readParameters } from './policy.ts';
import type { SignatureParameters } from './policy.ts';
import { checkTarget } from './target.ts';

/** A key that may sign now. `sandbox` allows a failed signature to be explained to its sender. */
export type VerificationKey = {
  /** The merchant or funder whose key it is. */
  ownerId: string;
  kid: string;
  algorithm: SignatureAlgorithm;
  publicKey: KeyObject;
  sandbox: boolean;
};

export type VerifyOptions = {
  /** The configured API origin without a slash at its end, such as `https://api.example`. */
  origin: string;
  /** Wall-clock time; a sandbox's clock never counts here. */
  wallNow: Date;
  /** Whether the route writes, which asks for a covered Idempotency-Key and allows a body. */
  write: boolean;
  /** Answers `undefined` alike for an unknown owner, an unknown key and a revoked key. */
  findKey(keyid: string): Promise<VerificationKey | undefined>;
};

export type VerifiedSignature = {
  keyid: string;
  ownerId: string;
  kid: string;
  /** Unix seconds. */
  created: number;
  /** Single-use per key; whoever calls remembers it. */
  nonce?: string;
};

/**
 * Verifies a request by RFC 9421 and RFC 9530 under our profile. The cheap checks of shape and policy come before
 * the key is looked up; the digest comes last, so that `digest_mismatch` says: the signature holds, but these are
 * not the bytes whose digest was signed.
 *
 * @throws GatewayError with the code of the first rule that is broken.
 */
export async function verifyRequest(
  message: RequestMessage,
  options: VerifyOptions,
): Promise<VerifiedSignature> {
  const { label, input, signature } = readSignatureFields(message);
  checkTarget(message.target);
  const parameters = readParameters(input[1]);
  const names = checkComponents(input[0], message, options.write);
  checkWindow(parameters, options.wallNow);
  const base = buildBase(names, serializeInnerList(input), message, options.origin);

  const key = await options.findKey(parameters.keyid);
  checkKey(key, parameters);
  if (!verifySignature(key, Buffer.from(formatBase(base), 'latin1'), signature)) {
    throw new GatewayError('signature_invalid', {
      detail: 'The signature does not hold over the signature base that the gateway computed.',
      hint: 'Compare the base that you sign, line by line, with RFC 9421 section 2.5.',
      ...(key.sandbox ? diagnose({ base, label, signature, key, message, origin: options.origin }) : {}),
    });
  }
  const digest = headerLines(message, 'content-digest')?.[0];
  if (digest !== undefined) checkContentDigest(digest, message.body);
  return {
    keyid: parameters.keyid,
    ownerId: key.ownerId,
    kid: key.kid,
    created: parameters.created,
    nonce: parameters.nonce,
  };
}

/** @throws GatewayError `key_unknown`, or `algorithm_mismatch` */
export function checkKey(
  key: VerificationKey | undefined,
  parameters: SignatureParameters,
): asserts key is VerificationKey {
  if (key === undefined) {
    throw new GatewayError('key_unknown', {
      detail: 'No active key has this keyid.',
      hint: 'The keyid is "<merchant id>/<kid>" of a registered key that is not revoked.',
    });
  }
  if (parameters.algorithm !== undefined && parameters.algorithm !== key.algorithm) {
    throw new GatewayError('algorithm_mismatch', {
      detail: 'The parameter alg is not the algorithm of the registered key.',
      hint: 'Leave alg out: the registered key fixes the algorithm.',
    });
  }
}
