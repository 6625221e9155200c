import { createHash, sign } from 'node:crypto';
import { serializeInnerList, serializeItem } from 'structured-headers';
import type { GatewayKey } from '../../lib/gateway-key.ts';
import {
  RESPONSE_TAG,
  type ResponseComponent,
  type WantedComponent,
  type WantedSignature,
} from './accept-signature.ts';

/** An answer as far as it can be signed; `contentType` is undefined where there is no content. */
export type SignableResponse = { status: number; contentType: string | undefined; content: string | Buffer };

const LIFETIME_SECONDS = 300;

/**
 * The headers that sign an answer as the client asked (RFC 9421 section 5.2): Content-Digest, Signature-Input and
 * Signature. Undefined when it asked to cover a Content-Type and there is none.
 */
export function signResponse(
  wanted: WantedSignature,
  response: SignableResponse,
  { key, wallNow }: { key: GatewayKey; wallNow: Date },
): Record<string, string> | undefined {
  const { status, contentType, content } = response;
  const digest = `sha-256=:${createHash('sha256').update(content).digest('base64')}:`;
  const own = { '@status': String(status), 'content-digest': digest, 'content-type': contentType };
  const input = signatureInput(wanted, key.kid, Math.floor(wallNow.getTime() / 1000));
  const base = responseBase(wanted.components, own, input);
  if (base === undefined) return undefined;
  const signature = sign(null, Buffer.from(base, 'latin1'), key.privateKey).toString('base64');
  return {
    'Content-Digest': digest,
    'Signature-Input': `${wanted.label}=${input}`,
    Signature: `${wanted.label}=:${signature}:`,
  };
}

/**
 * What is signed of an answer (RFC 9421 section 2.5); `parameters` is the serialized value of `@signature-params`.
 * Undefined when the answer has not what is to be covered.
 */
export function responseBase(
  components: readonly WantedComponent[],
  own: Readonly<Record<ResponseComponent, string | undefined>>,
  parameters: string,
): string | undefined {
  let text = '';
  for (const component of components) {
    const value = 'value' in component ? component.value : own[component.of];
    if (value === undefined) return undefined;
    text += `${serializeItem(component.item)}: ${value}\n`;
  }
  return `${text}"@signature-params": ${parameters}`;
}

function signatureInput(wanted: WantedSignature, kid: string, created: number): string {
  const items = wanted.components.map(({ item }: WantedComponent) => item);
  const parameters = new Map<string, string | number>([['created', created]]);
  if (wanted.expires) parameters.set('expires', created + LIFETIME_SECONDS);
  parameters.set('keyid', kid);
  if (wanted.alg) parameters.set('alg', 'ed25519');
  if (wanted.nonce !== undefined) parameters.set('nonce', wanted.nonce);
  parameters.set('tag', RESPONSE_TAG);
  return serializeInnerList([items, parameters]);
}
