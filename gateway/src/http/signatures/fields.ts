import { isInnerList, parseDictionary } from 'structured-headers';
import type { Dictionary, InnerList } from 'structured-headers';
import { GatewayError } from '../../lib/errors.ts';
import { headerLines } from './message.ts';
import type { RequestMessage } from './message.ts';

/** The tag by which one of several signatures says that it is meant for us. */
export const SIGNATURE_TAG = 'morrow-v1';

const SIGNATURE_HEADERS_MAX_CHARACTERS = 4096;

// Two lines of any of these would be read differently by us, by Node and by whatever stands in between.
const SINGLE_LINE_HEADERS = [
  'content-digest',
  'idempotency-key',
  'content-type',
  'signature',
  'signature-input',
  'morrow-version',
];

/** The one signature of a request that we judge: its covered components with parameters, and its octets. */
export type SignatureFields = { label: string; input: InnerList; signature: Buffer };

/**
 * Reads `Signature-Input` and `Signature` (RFC 9421 section 4) and chooses the member with our tag, else the sole
 * member. Shape only: what the signature covers and whether it holds is judged elsewhere.
 *
 * @throws GatewayError `signature_missing`, `duplicate_header` or `signature_malformed`.
 */
export function readSignatureFields(
  message: Pick<RequestMessage, 'headersDistinct'>,
  tag: string = SIGNATURE_TAG,
): SignatureFields {
  const inputLines = headerLines(message, 'signature-input');
  const signatureLines = headerLines(message, 'signature');
  if (inputLines === undefined && signatureLines === undefined) {
    throw new GatewayError('signature_missing', {
      detail: 'The request has no Signature-Input and no Signature header.',
      hint: 'Sign the request by RFC 9421 with a registered key.',
    });
  }
  refuseDuplicates(message);
  const inputText = inputLines?.[0];
  const signatureText = signatureLines?.[0];
  if (inputText === undefined || signatureText === undefined) {
    throw malformed(
      'Only one of the headers Signature-Input and Signature was sent.',
      'Send both, with a member of the same label in each.',
    );
  }
  if (inputText.length + signatureText.length > SIGNATURE_HEADERS_MAX_CHARACTERS) {
    throw malformed(
      `Signature-Input and Signature together exceed ${SIGNATURE_HEADERS_MAX_CHARACTERS} characters.`,
      'Send one signature that covers only what is needed.',
    );
  }
  const [label, input] = chooseSignature(parseMembers('Signature-Input', inputText), tag);
  const octets = parseMembers('Signature', signatureText).get(label)?.[0];
  if (!(octets instanceof ArrayBuffer)) {
    throw malformed(
      `The Signature header has no byte sequence with the label "${label}".`,
      `Send it as ${label}=:base64 of the signature:`,
    );
  }
  return { label, input, signature: Buffer.from(octets) };
}

function refuseDuplicates(message: Pick<RequestMessage, 'headersDistinct'>): void {
  for (const name of SINGLE_LINE_HEADERS) {
    const lines = headerLines(message, name);
    if (lines !== undefined && lines.length > 1) {
      throw new GatewayError('duplicate_header', {
        detail: `The header ${name} was sent ${lines.length} times.`,
        hint: 'Send it once; a proxy on the way may have added a second line.',
      });
    }
  }
}

function parseMembers(header: string, text: string): Dictionary {
  try {
    return parseDictionary(text);
  } catch (error) {
    throw malformed(
      `The ${header} header is not a dictionary by RFC 8941: ${(error as Error).message}.`,
      'Build the header with a structured fields library.',
    );
  }
}

function chooseSignature(members: Dictionary, tag: string): [label: string, input: InnerList] {
  const all = [...members];
  const tagged = all.filter(([, member]) => member[1].get('tag') === tag);
  const candidates = tagged.length > 0 ? tagged : all;
  const [chosen] = candidates;
  if (chosen === undefined || candidates.length > 1) {
    throw malformed(
      `Signature-Input has ${candidates.length} members${tagged.length > 0 ? ` tagged ${tag}` : ''}.`,
      `Send one signature, or mark one of several with tag="${tag}".`,
    );
  }
  const [label, member] = chosen;
  if (!isInnerList(member)) {
    throw malformed(
      `The member "${label}" of Signature-Input is not a list of components.`,
      'Write the covered components in parentheses, followed by the parameters.',
    );
  }
  return [label, member];
}

/** The refusal of a signature whose headers or parameters break the profile. */
export function malformed(detail: string, hint: string): GatewayError {
  return new GatewayError('signature_malformed', { detail, hint });
}
