import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { RequestToSign } from './sign.ts';
import type { KeySet } from './verify/types.ts';

/** What an answer's signature has to cover, in this order: the answer, and the very request that it belongs to. */
const components =
  '("@status" "content-digest" "@method";req "@target-uri";req "signature";req;key="morrow")';
const tag = 'morrow-response-v1';

/** What asks the gateway to sign its answer; compression on the way would change the bytes that it signs. */
export const askForSignature = {
  'accept-signature': `sig1=${components};created;keyid;tag="${tag}"`,
  'accept-encoding': 'identity',
};

/** An answer as it came, with the request that it is to belong to and the signature that the request was sent with. */
export type AnswerToVerify = {
  status: number;
  headers: Headers;
  body: Uint8Array;
  request: RequestToSign & { signature: string };
};

/** Finds a key of the gateway by its name; undefined where it has none of that name. */
export type FindGatewayKey = (kid: string) => Promise<KeyObject | undefined>;

const windowSeconds = 300;

/**
 * Why an answer must not be trusted, by docs/signing/responses.md; undefined when the gateway signed it, as it is, for this
 * request. The request's values are what was sent, never what the answer says about it.
 */
export async function answerFault(
  { status, headers, body, request }: AnswerToVerify,
  findKey: FindGatewayKey,
  now: Date,
): Promise<string | undefined> {
  const input = readInput(headers.get('signature-input'));
  const signature = /^sig1=:([A-Za-z0-9+/]+={0,2}):$/.exec(headers.get('signature') ?? '')?.[1];
  if (!input || signature === undefined) return 'it is not signed as it was asked to be';
  if (Math.abs(Math.floor(now.getTime() / 1000) - input.created) > windowSeconds) {
    return 'it was signed at another time';
  }
  const digest = headers.get('content-digest');
  if (digest !== `sha-256=:${createHash('sha256').update(body).digest('base64')}:`) {
    return 'its digest is not that of its body';
  }
  const key = await findKey(input.keyId);
  if (!key) return `${input.keyId} is not a key of the gateway`;
  const base = [
    `"@status": ${status}`,
    `"content-digest": ${digest}`,
    `"@method";req: ${request.method}`,
    `"@target-uri";req: ${request.url}`,
    `"signature";req;key="morrow": ${request.signature.replace('morrow=', '')}`,
    `"@signature-params": ${input.parameters}`,
  ].join('\n');
  return verify(null, Buffer.from(base), key, Buffer.from(signature, 'base64'))
    ? undefined
    : 'its signature does not hold';
}

type SignatureInput = { parameters: string; created: number; keyId: string };

/** Only what was asked for: the components in their order, and each parameter once. */
function readInput(header: string | null): SignatureInput | undefined {
  const prefix = `sig1=${components}`;
  if (!header?.startsWith(prefix)) return undefined;
  const text = header.slice(prefix.length);
  if (!/^(?:;[a-z]+=(?:\d{1,15}|"[ !#-[\]-~]*"))+$/.test(text)) return undefined;
  const found = [...text.matchAll(/;([a-z]+)=(?:(\d+)|"([^"]*)")/g)];
  const values = new Map(found.map(([, name, number, string]) => [name, number ?? string]));
  const [created, keyId] = [values.get('created'), values.get('keyid')];
  if (values.size !== found.length || values.get('tag') !== tag) return undefined;
  if (created === undefined || keyId === undefined || !/^\d+$/.test(created)) return undefined;
  return { parameters: header.slice('sig1='.length), created: Number(created), keyId };
}

const freshMs = 5 * 60_000;
const askAgainMs = 60_000;

/** The keys that were pinned and no others. */
export function pinnedKeys(set: KeySet): FindGatewayKey {
  const keys = importKeys(set);
  return async (kid) => keys.get(kid);
}

/**
 * The keys that the gateway publishes, kept for five minutes; a name that is not among them is asked for again, at most
 * once a minute. They are as good as the TLS connection that they came over.
 */
export function publishedKeys(fetchSet: () => Promise<KeySet>, now: () => Date): FindGatewayKey {
  let keys = new Map<string, KeyObject>();
  let fetchedAt = Number.NEGATIVE_INFINITY;
  return async (kid) => {
    const ageMs = now().getTime() - fetchedAt;
    if (ageMs > freshMs || (!keys.has(kid) && ageMs > askAgainMs)) {
      keys = importKeys(await fetchSet());
      fetchedAt = now().getTime();
    }
    return keys.get(kid);
  };
}

function importKeys({ keys }: KeySet): Map<string, KeyObject> {
  const usable = keys.filter(
    ({ kty, crv, kid }) => kty === 'OKP' && crv === 'Ed25519' && typeof kid === 'string',
  );
  return new Map(
    usable.map(({ kid, x }) => [
      String(kid),
      createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: String(x) }, format: 'jwk' }),
    ]),
  );
}
