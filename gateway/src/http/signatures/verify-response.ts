import { serializeInnerList } from 'structured-headers';
import { GatewayError } from '../../lib/errors.ts';
import { canonicalName, readComponents } from './accept-signature.ts';
import { verifySignature } from './algorithms.ts';
import { checkContentDigest } from './content-digest.ts';
import { malformed, readSignatureFields } from './fields.ts';
import { headerLines } from './message.ts';
import { checkWindow, readParameters } from './policy.ts';
import { type OutgoingRequest, REQUEST_LABEL, toMessage } from './sign-request.ts';
import { responseBase } from './sign-response.ts';
import { checkKey, type VerificationKey } from './verify.ts';

/** An answer as it came over the wire; header names are in lower case. */
export type ReceivedResponse = {
  status: number;
  headersDistinct: Record<string, string[] | undefined>;
  body: Buffer;
};

/** The member of the request's Signature that the answer has to cover, so that it belongs to this very request. */
const boundTo = `"signature";key="${REQUEST_LABEL}";req`;

/**
 * Verifies an answer to a request of ours, by the rules of our own signed answers (docs/signing/responses.md): it covers
 * status and digest, and of the request method, target and signature, whose values are taken from what we sent.
 *
 * @throws GatewayError with the code of the first rule that is broken.
 */
export async function verifyResponse(
  response: ReceivedResponse,
  request: OutgoingRequest,
  options: { tag: string; wallNow: Date; findKey(keyid: string): Promise<VerificationKey | undefined> },
): Promise<void> {
  const { input, signature } = readSignatureFields(response, options.tag);
  if (input[1].get('tag') !== options.tag) {
    throw malformed('The signature has another tag.', `Sign answers with tag="${options.tag}".`);
  }
  const parameters = readParameters(input[1], options.tag);
  const components = readComponents(input[0], toMessage(request), request.url.origin);
  if (!input[0].some((item) => canonicalName(item) === boundTo)) {
    throw malformed(`The signature does not cover ${boundTo}.`, 'Cover all that Accept-Signature asks for.');
  }
  checkWindow(parameters, options.wallNow);
  const digest = headerLines(response, 'content-digest')?.[0];
  const own = {
    '@status': String(response.status),
    'content-digest': digest,
    'content-type': headerLines(response, 'content-type')?.[0],
  };
  const base = responseBase(components, own, serializeInnerList(input));
  if (base === undefined || digest === undefined) {
    throw malformed('The signature covers a header that the answer does not have.', 'Cover what is sent.');
  }
  const key = await options.findKey(parameters.keyid);
  checkKey(key, parameters);
  if (!verifySignature(key, Buffer.from(base, 'latin1'), signature)) {
    throw new GatewayError('signature_invalid', {
      detail: 'The signature does not hold over the answer.',
    });
  }
  checkContentDigest(digest, response.body);
}
