import { sign } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import type { GatewayKey } from './gateway-key.ts';

/** A compact JWS (RFC 7515) with EdDSA over canonical JSON (RFC 8785), so that its text follows from what it says. */
export function signCompact(
  key: GatewayKey,
  { type, claims }: { type: string; claims: Readonly<Record<string, unknown>> },
): string {
  const header = { alg: 'EdDSA', kid: key.kid, typ: type };
  const input = [header, claims]
    .map((part) => Buffer.from(canonicalJson(part)).toString('base64url'))
    .join('.');
  return `${input}.${sign(null, Buffer.from(input), key.privateKey).toString('base64url')}`;
}
