import type { InnerList, Parameters } from 'structured-headers';
import { GatewayError } from '../../lib/errors.ts';
import { malformed, SIGNATURE_TAG } from './fields.ts';
import { headerLines } from './message.ts';
import type { RequestMessage } from './message.ts';

/** `created` and `expires` in Unix seconds, as the signer wrote them. */
export type SignatureParameters = {
  keyid: string;
  created: number;
  expires?: number;
  nonce?: string;
  algorithm?: string;
};

const WINDOW_SECONDS = 300;
const LIFETIME_MAX_SECONDS = 300;
const NONCE_MAX_CHARACTERS = 64;

/**
 * Reads the signature parameters of our profile. Parameters that we do not know are left alone: they are signed.
 *
 * @throws GatewayError `signature_malformed`.
 */
export function readParameters(parameters: Parameters, ourTag: string = SIGNATURE_TAG): SignatureParameters {
  const keyid = parameters.get('keyid');
  if (typeof keyid !== 'string' || keyid === '') {
    throw malformed('The parameter keyid is missing or not a string.', 'Send keyid="<merchant id>/<kid>".');
  }
  const created = parameters.get('created');
  if (!isUnixSeconds(created)) {
    throw malformed('The parameter created is missing or not an integer.', 'Send created=<Unix seconds>.');
  }
  const expires = parameters.get('expires');
  if (
    expires !== undefined &&
    !(isUnixSeconds(expires) && expires >= created && expires <= created + LIFETIME_MAX_SECONDS)
  ) {
    throw malformed(
      'The parameter expires is not an integer from created to created + 300.',
      'Leave it out, or set it to at most 300 seconds after created.',
    );
  }
  const nonce = parameters.get('nonce');
  if (
    nonce !== undefined &&
    !(typeof nonce === 'string' && nonce !== '' && nonce.length <= NONCE_MAX_CHARACTERS)
  ) {
    throw malformed(
      'The parameter nonce is not a string of 1 to 64 characters.',
      'Leave it out or shorten it.',
    );
  }
  const tag = parameters.get('tag');
  if (tag !== undefined && tag !== ourTag) {
    throw malformed('The parameter tag names another application.', `Leave it out or send tag="${ourTag}".`);
  }
  const algorithm = parameters.get('alg');
  if (algorithm !== undefined && typeof algorithm !== 'string') {
    throw malformed(
      'The parameter alg is not a string.',
      'Leave it out: the registered key fixes the algorithm.',
    );
  }
  return { keyid, created, expires, nonce, algorithm };
}

function isUnixSeconds(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value);
}

/**
 * Holds the signature against the wall clock, never against a sandbox's clock.
 *
 * @throws GatewayError `signature_future` or `signature_expired`.
 */
export function checkWindow(parameters: SignatureParameters, wallNow: Date): void {
  const nowSeconds = wallNow.getTime() / 1000;
  if (parameters.created > nowSeconds + WINDOW_SECONDS) {
    throw new GatewayError('signature_future', {
      detail: `The signature was created ${Math.ceil(parameters.created - nowSeconds)} s in the future.`,
      hint: 'Set the clock of the signing machine; created is in Unix seconds, not milliseconds.',
    });
  }
  const endSeconds = Math.min(parameters.created + WINDOW_SECONDS, parameters.expires ?? Infinity);
  if (nowSeconds > endSeconds) {
    throw new GatewayError('signature_expired', {
      detail: `The signature ended ${Math.ceil(nowSeconds - endSeconds)} s ago.`,
      hint: 'Sign each attempt anew, also a retry, and set the clock of the signing machine.',
    });
  }
}

/**
 * The names that the signature covers, when they are enough. A read covers method and target; a write also its
 * Idempotency-Key, and its Content-Digest whenever there is a body.
 *
 * @throws GatewayError `signature_components`; `body_forbidden`, `content_type_unsupported`,
 *   `idempotency_key_missing` or `digest_missing` when the request itself lacks what it must have.
 */
export function checkComponents(covered: InnerList[0], message: RequestMessage, write: boolean): string[] {
  const names = plainNames(covered);
  const required = ['@method', '@target-uri'];
  if (headerLines(message, 'content-encoding') !== undefined) {
    throw new GatewayError('content_type_unsupported', {
      detail: 'The request has a Content-Encoding.',
      hint: 'Send the body without compression.',
    });
  }
  if (write) {
    required.push('idempotency-key');
    if (headerLines(message, 'idempotency-key') === undefined) {
      throw new GatewayError('idempotency_key_missing', {
        detail: 'The request writes but has no Idempotency-Key header.',
        hint: 'Send a key that is the same for every retry of this operation, and cover it by the signature.',
      });
    }
  }
  if (message.body.length > 0) {
    if (!write) {
      throw new GatewayError('body_forbidden', {
        detail: `A ${message.method} request must not have a body.`,
        hint: 'Put what is asked for into the query.',
      });
    }
    required.push('content-digest');
    if (headerLines(message, 'content-digest') === undefined) {
      throw new GatewayError('digest_missing', {
        detail: 'The request has a body but no Content-Digest header.',
        hint: 'Send Content-Digest: sha-256=:base64 of the hash: and cover it by the signature.',
      });
    }
  }
  const missing = required.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw components(
      `The signature does not cover ${missing.map((name) => `"${name}"`).join(', ')}.`,
      `This request needs ${required.map((name) => `"${name}"`).join(' ')}.`,
    );
  }
  return names;
}

function plainNames(covered: InnerList[0]): string[] {
  const names: string[] = [];
  for (const [name, parameters] of covered) {
    if (typeof name !== 'string') {
      throw components('A covered component is not a string.', 'Write component names in double quotes.');
    }
    if (parameters.size > 0) {
      throw components(
        `The component "${name}" has the parameter ${[...parameters.keys()].join(', ')}.`,
        'Cover components without parameters such as ;sf, ;bs, ;key, ;req and ;tr.',
      );
    }
    if (names.includes(name)) {
      throw components(`The component "${name}" is covered twice.`, 'Cover each component once.');
    }
    names.push(name);
  }
  return names;
}

function components(detail: string, hint: string): GatewayError {
  return new GatewayError('signature_components', { detail, hint });
}
