import { createHash } from 'node:crypto';
import { parseDictionary } from 'structured-headers';
import type { Dictionary } from 'structured-headers';
import { GatewayError } from '../../lib/errors.ts';

// Name in the RFC 9530 registry, name in node:crypto. The registry's other algorithms are deprecated.
const ALGORITHMS = [
  ['sha-256', 'sha256'],
  ['sha-512', 'sha512'],
] as const;

/**
 * Holds a Content-Digest (RFC 9530) against the raw bytes of the body. Every sha-256 and sha-512 that is sent
 * must match; unknown algorithms are passed over, but one known must be there.
 *
 * @throws GatewayError `malformed_header`, `digest_missing` or `digest_mismatch`.
 */
export function checkContentDigest(header: string, body: Buffer): void {
  const members = parseMembers(header);
  let known = 0;
  for (const [name, hash] of ALGORITHMS) {
    const member = members.get(name);
    if (member === undefined) continue;
    known += 1;
    const [octets] = member;
    if (!(octets instanceof ArrayBuffer)) throw malformedDigest(`the member ${name} is not a byte sequence`);
    const computed = createHash(hash).update(body).digest();
    if (!computed.equals(Buffer.from(octets))) throw mismatch(name, computed, body.length);
  }
  if (known === 0) {
    throw new GatewayError('digest_missing', {
      detail: 'The Content-Digest has neither sha-256 nor sha-512.',
      hint: 'Send Content-Digest: sha-256=:base64 of the hash:',
    });
  }
}

function parseMembers(header: string): Dictionary {
  try {
    return parseDictionary(header);
  } catch (error) {
    throw malformedDigest((error as Error).message);
  }
}

function malformedDigest(reason: string): GatewayError {
  return new GatewayError('malformed_header', {
    detail: `The Content-Digest cannot be read: ${reason}.`,
    hint: 'Send Content-Digest: sha-256=:base64 of the hash: with the colons.',
  });
}

function mismatch(name: string, computed: Buffer, bytes: number): GatewayError {
  return new GatewayError('digest_mismatch', {
    detail: `The ${name} of the ${bytes} bytes received is :${computed.toString('base64')}:`,
    hint: 'Serialize the body once, then hash and send those same bytes.',
  });
}
