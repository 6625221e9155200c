import type { RequestMessage } from '../../src/http/signatures/message.ts';
import { verifyRequest } from '../../src/http/signatures/verify.ts';
import type { VerificationKey } from '../../src/http/signatures/verify.ts';
import { generateKey, signedHeaders } from './sign.ts';
import type { SigningKey, SignInput } from './sign.ts';

export const ORIGIN = 'https://api.example';
/** The wall clock of these tests: Unix second 1,800,000,000. */
export const NOW_SECONDS = 1_800_000_000;
export const ORDER = '{"amount":10000,"currency":"CNY"}';

/** A signing key and the record under which the gateway knows it. */
export function keyPairOf(
  algorithm: SigningKey['algorithm'],
  { merchantId = 'mer_1', sandbox = false } = {},
): { signing: SigningKey; record: VerificationKey } {
  const { publicKey, privateKey } = generateKey(algorithm);
  return {
    signing: { keyid: `${merchantId}/k1`, algorithm, privateKey },
    record: { ownerId: merchantId, kid: 'k1', algorithm, publicKey, sandbox },
  };
}

/** A message as the gateway receives it, with each header in one line. */
export function receive(
  method: string,
  target: string,
  headers: Record<string, string | string[]>,
  body: string | Buffer = '',
): RequestMessage {
  const lines = Object.entries(headers).map(([name, value]) => [name, [value].flat()]);
  return { method, target, headersDistinct: Object.fromEntries(lines), body: Buffer.from(body) };
}

type Sent = Partial<SignInput> & { key: SigningKey };

/** A signed `GET /v1/orders?limit=2`, changed as the test asks. */
export function signedRead(input: Sent): RequestMessage {
  const whole = { method: 'GET', url: `${ORIGIN}/v1/orders?limit=2`, created: NOW_SECONDS, ...input };
  return receive(whole.method, whole.url.slice(ORIGIN.length), signedHeaders(whole), whole.body);
}

/** A signed `POST /v1/orders` with a body, changed as the test asks. */
export function signedWrite(input: Sent): RequestMessage {
  const whole = {
    method: 'POST',
    url: `${ORIGIN}/v1/orders`,
    body: ORDER,
    created: NOW_SECONDS,
    idempotencyKey: 'authorize-cs_1',
    ...input,
  };
  return receive(whole.method, whole.url.slice(ORIGIN.length), signedHeaders(whole), whole.body);
}

/** Verifies against one known key. */
export function verifyWith(
  record: VerificationKey,
  message: RequestMessage,
  { write = message.method !== 'GET', nowSeconds = NOW_SECONDS } = {},
) {
  return verifyRequest(message, {
    origin: ORIGIN,
    wallNow: new Date(nowSeconds * 1000),
    write,
    findKey: async (keyid) => (keyid === `${record.ownerId}/${record.kid}` ? record : undefined),
  });
}
