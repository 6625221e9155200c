import { constants } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { ProblemDetails } from '../../lib/errors.ts';
import type { SignatureAlgorithm } from '../../lib/jwk.ts';
import { verifySignature } from './algorithms.ts';
import { formatBase } from './base.ts';
import type { SignatureBase } from './base.ts';
import { headerLines } from './message.ts';
import type { RequestMessage } from './message.ts';

type Failure = {
  base: SignatureBase;
  label: string;
  signature: Buffer;
  key: { algorithm: SignatureAlgorithm; publicKey: KeyObject };
  message: RequestMessage;
  origin: string;
};

/** A base that a client may have signed by mistake, and what to tell it if that is so. */
type Variant = { hint: string; text: string };

/**
 * Explains a signature that does not hold to the owner of a sandbox key: the base that the gateway computed, which
 * has covered components only, and, when the signature holds over a base with a common mistake in it, the first
 * line that differs. `first_difference` is `{line, expected, signed}`, lines counted from 1, null past the end.
 *
 * Costs some twenty verifications, so it belongs on the failure path of sandboxes only.
 */
export function diagnose(failure: Failure): Pick<ProblemDetails, 'hint' | 'extra'> {
  const { key, signature } = failure;
  const expected = formatBase(failure.base);
  const found = variants(failure, expected).find(({ text }) =>
    verifySignature(key, Buffer.from(text, 'latin1'), signature),
  );
  if (found !== undefined) {
    const extra = { signature_base: expected, first_difference: firstDifference(expected, found.text) };
    return { hint: found.hint, extra };
  }
  const extra = { signature_base: expected };
  const encodingHint = otherEncoding(key, Buffer.from(expected, 'latin1'), signature);
  return encodingHint === undefined ? { extra } : { hint: encodingHint, extra };
}

function variants(failure: Failure, expected: string): Variant[] {
  const { base, label, message } = failure;
  const { parameters } = base;
  return [
    ...targetUris(failure).map((uri) => ({
      hint: 'Sign @target-uri as the absolute URL of the API: its origin, then path and query as they are sent.',
      text: formatBase(withValue(base, '@target-uri', uri)),
    })),
    {
      hint: 'Sign @method in the case in which it is sent.',
      text: formatBase(withValue(base, '@method', message.method.toLowerCase())),
    },
    ...idempotencyKeys(base).map((value) => ({
      hint: 'Sign the Idempotency-Key exactly as it is sent, with its quotes if it has any.',
      text: formatBase(withValue(base, 'idempotency-key', value)),
    })),
    { hint: 'The signature base does not end with a line feed.', text: `${expected}\n` },
    {
      hint: 'The lines of the signature base end with a line feed alone.',
      text: expected.replaceAll('\n', '\r\n'),
    },
    {
      hint: 'The last line of the signature base is "@signature-params".',
      text: expected.slice(0, expected.lastIndexOf('\n')),
    },
    {
      hint: 'Sign @signature-params without the label.',
      text: formatBase({ ...base, parameters: `${label}=${parameters}` }),
    },
    {
      hint: 'Sign @signature-params with all parameters that are sent, also created.',
      text: formatBase({ ...base, parameters: parameters.replace(/;created=\d+/, '') }),
    },
    {
      hint: 'Sign @signature-params with all parameters that are sent.',
      text: formatBase({ ...base, parameters: parameters.slice(0, parameters.indexOf(')') + 1) }),
    },
    { hint: 'Write component names in double quotes.', text: expected.replaceAll(/^"([^"]+)": /gm, '$1: ') },
  ];
}

function targetUris({ message, origin }: Failure): string[] {
  const { target } = message;
  const query = target.indexOf('?');
  const path = query === -1 ? target : target.slice(0, query);
  const host = headerLines(message, 'host')?.[0];
  const swapped = origin.startsWith('https:')
    ? origin.replace('https:', 'http:')
    : origin.replace('http:', 'https:');
  return [
    target,
    origin + path,
    path,
    swapped + target,
    ...(host === undefined ? [] : [`https://${host}${target}`, `http://${host}${target}`]),
  ];
}

function idempotencyKeys(base: SignatureBase): string[] {
  const sent = base.components.find(([name]) => name === 'idempotency-key')?.[1];
  if (sent === undefined) return [];
  return [/^".*"$/.test(sent) ? sent.slice(1, -1) : `"${sent}"`];
}

function withValue(base: SignatureBase, name: string, value: string): SignatureBase {
  return { ...base, components: base.components.map((line) => (line[0] === name ? [name, value] : line)) };
}

function firstDifference(expected: string, signed: string) {
  const ours = expected.split('\n');
  const theirs = signed.split('\n');
  const at = ours.findIndex((line, index) => line !== theirs[index]);
  const index = at === -1 ? ours.length : at;
  return { line: index + 1, expected: ours[index] ?? null, signed: theirs[index] ?? null };
}

/** The right base, signed with the right key, but written in the form that crypto libraries give by default. */
function otherEncoding(key: Failure['key'], base: Buffer, signature: Buffer): string | undefined {
  const { algorithm } = key;
  if (algorithm === 'ecdsa-p256-sha256' && verifySignature(key, base, signature, { dsaEncoding: 'der' })) {
    return 'The signature is DER; send the 64 octets r and s (IEEE P1363).';
  }
  const saltLength = constants.RSA_PSS_SALTLEN_AUTO;
  if (algorithm === 'rsa-pss-sha512' && verifySignature(key, base, signature, { saltLength })) {
    return 'The salt of the RSA-PSS signature has the wrong length; use 64 octets.';
  }
  return undefined;
}
