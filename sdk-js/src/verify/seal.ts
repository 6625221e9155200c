import { canonicalJson } from './canonical-json.ts';

export const sealType = 'morrow-seal+jwt';

/** What the gateway signed over a range of transfers. */
export type SealClaims = {
  environment: string;
  number: number;
  /** How many transfers. */
  size: number;
  /** The Merkle root over them in hex. */
  root: string;
  /** SHA-256 of the JWS of the seal before; null for the first. */
  previous_hash: string | null;
  sealed_at: string;
};

/** What a seal says, or why it cannot be one. Its signature is not asked here. */
export function readSeal(jws: string): { claims: SealClaims & { keyId: string } } | { fault: string } {
  const parts = jws.split('.');
  const [head, claims] = parts.slice(0, 2).map(parsePart);
  if (parts.length !== 3 || !head || !claims)
    return { fault: 'This is not a compact JWS of canonical JSON.' };
  const names = Object.keys(head).toSorted().join();
  if (names !== 'alg,kid,typ' || head.alg !== 'EdDSA' || head.typ !== sealType)
    return { fault: `Its header is not that of a seal: EdDSA, ${sealType} and a key.` };
  const { environment, number, size, root, previous_hash: previous, sealed_at: sealedAt, version } = claims;
  const isSound =
    version === 1 &&
    typeof environment === 'string' &&
    isCount(number) &&
    isCount(size) &&
    typeof root === 'string' &&
    (previous === null || typeof previous === 'string') &&
    typeof sealedAt === 'string';
  if (!isSound) return { fault: 'It does not say what a seal of a form that this program knows says.' };
  return {
    claims: {
      environment,
      number,
      size,
      root,
      previous_hash: previous,
      sealed_at: sealedAt,
      keyId: String(head.kid),
    },
  };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

function parsePart(text: string): Record<string, unknown> | undefined {
  try {
    const json = Buffer.from(text, 'base64url').toString('utf8');
    const value: unknown = JSON.parse(json);
    const isCanonical = typeof value === 'object' && value !== null && canonicalJson(value) === json;
    return isCanonical && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
