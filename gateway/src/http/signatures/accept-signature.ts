import { isInnerList, parseDictionary, serializeItem } from 'structured-headers';
import type { Dictionary, InnerList, Item, Parameters } from 'structured-headers';
import { GatewayError } from '../../lib/errors.ts';
import { derivedValue, fieldValue } from './base.ts';
import { headerLines } from './message.ts';
import type { RequestMessage } from './message.ts';

/** The tag by which a client asks for our signature, and by which our signatures say what they are. */
export const RESPONSE_TAG = 'morrow-response-v1';

/** What an answer itself has; the rest of what may be covered is the request's. */
export const responseComponents = ['@status', 'content-digest', 'content-type'] as const;
export type ResponseComponent = (typeof responseComponents)[number];

/** One covered component: as the base names it, and its value or, of the answer, which it is. */
export type WantedComponent = { item: Item; value: string } | { item: Item; of: ResponseComponent };

/** A signature that a client asked for, with the values of all that it covers of the request. */
export type WantedSignature = {
  label: string;
  components: WantedComponent[];
  nonce?: string;
  expires: boolean;
  alg: boolean;
};

const MOST_CHARACTERS = 2048;
const NONCE_MAX_CHARACTERS = 64;

/** Without these an answer could be shown for another one. */
const required = ['"@status"', '"content-digest"', '"@method";req', '"@target-uri";req'];

const requestComponents = new Set([
  '@method',
  '@target-uri',
  '@authority',
  '@scheme',
  '@request-target',
  '@path',
  '@query',
  'content-digest',
  'idempotency-key',
  'signature',
]);

/**
 * Reads `Accept-Signature` (RFC 9421 section 5): the member tagged `morrow-response-v1`, or the one without a tag.
 * Undefined when there is none. Docs/signing/responses.md has the rules. `kid` names the key that would sign.
 *
 * @throws GatewayError `duplicate_header`, or `malformed_header` for what breaks the rules or cannot be had.
 */
export function readAcceptSignature(
  message: RequestMessage,
  { origin, kid }: { origin: string; kid: string },
): WantedSignature | undefined {
  const lines = headerLines(message, 'accept-signature');
  if (lines === undefined) return undefined;
  const [text = '', ...more] = lines;
  if (more.length > 0) {
    throw new GatewayError('duplicate_header', {
      detail: `The header accept-signature was sent ${lines.length} times.`,
      hint: 'Send it once.',
    });
  }
  if (text.length > MOST_CHARACTERS) throw refusal(`is longer than ${MOST_CHARACTERS} characters`);
  const chosen = chooseMember(parse(text));
  if (!chosen) return undefined;
  const [label, [items, parameters]] = chosen;
  return { label, ...readWanted(parameters, kid), components: readComponents(items, message, origin) };
}

function parse(text: string): Dictionary {
  try {
    return parseDictionary(text);
  } catch (error) {
    throw refusal(`is not a dictionary by RFC 8941: ${(error as Error).message}`);
  }
}

function chooseMember(members: Dictionary): [string, InnerList] | undefined {
  const ours = [...members].filter(([, [, parameters]]) =>
    [undefined, RESPONSE_TAG].includes(parameters.get('tag') as string | undefined),
  );
  if (ours.length > 1) throw refusal(`asks for ${ours.length} signatures of this gateway`);
  const [chosen] = ours;
  if (!chosen) return undefined;
  const [label, member] = chosen;
  if (!isInnerList(member)) throw refusal(`has no list of components at the label "${label}"`);
  return [label, member];
}

function readWanted(parameters: Parameters, kid: string): Pick<WantedSignature, 'nonce' | 'expires' | 'alg'> {
  const isFlag = (name: string): boolean => [undefined, true].includes(parameters.get(name) as true);
  if (!isFlag('created') || !isFlag('expires')) {
    throw refusal('gives created or expires a value, which the signer chooses');
  }
  if (!isFlag('keyid') && parameters.get('keyid') !== kid) {
    throw refusal('names a key that the gateway does not sign with now; see /.well-known/jwks.json');
  }
  const alg = parameters.get('alg');
  if (alg !== undefined && alg !== 'ed25519') throw refusal('asks for another algorithm than "ed25519"');
  const nonce = parameters.get('nonce');
  if (
    nonce !== undefined &&
    !(typeof nonce === 'string' && nonce !== '' && nonce.length <= NONCE_MAX_CHARACTERS)
  ) {
    throw refusal(`has a nonce that is not a string of 1 to ${NONCE_MAX_CHARACTERS} characters`);
  }
  const known = new Set(['created', 'expires', 'keyid', 'alg', 'nonce', 'tag']);
  const unknown = [...parameters.keys()].find((name) => !known.has(name));
  if (unknown !== undefined) throw refusal(`has the parameter ${unknown}, which we do not know`);
  return {
    ...(typeof nonce === 'string' && { nonce }),
    expires: parameters.has('expires'),
    alg: alg !== undefined,
  };
}

/**
 * The components of an answer's signature, in their order. Those without which an answer could be shown for another one
 * must be among them.
 *
 * @throws GatewayError `malformed_header`
 */
export function readComponents(
  items: InnerList[0],
  message: RequestMessage,
  origin: string,
): WantedComponent[] {
  const components = items.map((item) => readComponent(item, message, origin));
  const names = items.map((item) => canonicalName(item));
  if (new Set(names).size < names.length) throw refusal('covers a component twice');
  const missing = required.filter((name) => !names.includes(name));
  if (missing.length > 0) throw refusal(`does not cover ${missing.join(', ')}`);
  return components;
}

/** A component as Signature-Input has it, whatever the order of its parameters. */
export function canonicalName([name, parameters]: Item): string {
  return serializeItem([name, new Map([...parameters].toSorted(([a], [b]) => (a < b ? -1 : 1)))]);
}

/**
 * One component of an answer's signature, with its value where that is the request's.
 *
 * @throws GatewayError `malformed_header`
 */
export function readComponent(item: Item, message: RequestMessage, origin: string): WantedComponent {
  const [name, parameters] = item;
  const shown = serializeItem(item);
  const rest = new Map(parameters);
  const isOfRequest = rest.get('req') === true;
  if (isOfRequest) rest.delete('req');
  const member = rest.get('key');
  if (name === 'signature' && isOfRequest && typeof member === 'string' && rest.size === 1) {
    return { item, value: memberOfSignature(message, member) };
  }
  if (rest.size === 0 && !isOfRequest) {
    const of = responseComponents.find((component) => component === name);
    if (of) return { item, of };
  }
  if (rest.size > 0 || !isOfRequest || typeof name !== 'string' || !requestComponents.has(name)) {
    throw refusal(`covers ${shown}, which is not offered`);
  }
  if (name.startsWith('@')) return { item, value: derivedValue(name, message, origin) };
  const lines = headerLines(message, name);
  if (lines === undefined) throw refusal(`covers ${shown}, a header that the request does not have`);
  return { item, value: fieldValue(name, lines) };
}

/** RFC 9421 section 2.1.2: the member's value, serialized anew. */
function memberOfSignature(message: RequestMessage, label: string): string {
  const text = headerLines(message, 'signature')?.join(', ') ?? '';
  let member: ReturnType<Dictionary['get']>;
  try {
    member = parseDictionary(text).get(label);
  } catch {
    member = undefined;
  }
  if (!(member?.[0] instanceof ArrayBuffer)) {
    throw refusal(`covers the signature "${label}" of the request, which does not have it`);
  }
  return serializeItem(member as Item);
}

function refusal(what: string): GatewayError {
  return new GatewayError('malformed_header', {
    detail: `The Accept-Signature ${what}.`,
    hint: `Send Accept-Signature: sig1=(${required.join(' ')});tag="${RESPONSE_TAG}", or leave it out.`,
  });
}
