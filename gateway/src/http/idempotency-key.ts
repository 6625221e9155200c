import { createHash } from 'node:crypto';
import { parseItem } from 'structured-headers';
import { GatewayError } from '../lib/errors.ts';
import { headerLines, type RequestMessage } from './signatures/message.ts';

const KEY_MAX_CHARACTERS = 255;

/** Visible ASCII without what would make it a structured field of another kind. */
const BARE = /^[^"\\,;\s]+$/;

/**
 * The key in the header `Idempotency-Key`: a string of RFC 8941 as draft-ietf-httpapi-idempotency-key-header has it, or
 * the same characters without quotes.
 *
 * @throws GatewayError `idempotency_key_missing`, `duplicate_header` or `idempotency_key_invalid`.
 */
export function readIdempotencyKey(message: RequestMessage): string {
  const [line, ...more] = headerLines(message, 'idempotency-key') ?? [];
  if (line === undefined) {
    throw new GatewayError('idempotency_key_missing', {
      detail: 'The request writes but has no Idempotency-Key header.',
      hint: 'Send a key that is the same for every retry of this operation.',
    });
  }
  if (more.length > 0) {
    throw new GatewayError('duplicate_header', {
      detail: 'The header idempotency-key was sent more than once.',
    });
  }
  const key = line.startsWith('"') ? parseQuoted(line) : line;
  if (key === undefined || !/^[\x20-\x7e]{1,255}$/.test(key) || (key === line && !BARE.test(key))) {
    throw new GatewayError('idempotency_key_invalid', {
      detail: `The Idempotency-Key is not a string of 1 to ${KEY_MAX_CHARACTERS} ASCII characters.`,
      hint: 'Send Idempotency-Key: "authorize-1001".',
    });
  }
  return key;
}

function parseQuoted(line: string): string | undefined {
  try {
    const [value, parameters] = parseItem(line);
    return typeof value === 'string' && parameters.size === 0 ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What tells two requests with the same key apart: the method, the target and every byte of the body. */
export function fingerprintOf({ method, target, body }: RequestMessage): Buffer {
  // Neither a method nor a target can contain a line feed, so the three parts cannot run into each other.
  return createHash('sha256').update(`${method}\n${target}\n`).update(body).digest();
}
