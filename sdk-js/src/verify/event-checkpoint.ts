import { signatureFault } from './signature.ts';
import type { KeySet } from './types.ts';

/** A checkpoint as the gateway gives it (`GET /v1/event-checkpoints`): what it says, and the same signed. */
export type CheckpointInput = {
  sequence: number;
  hash: string;
  previous_sequence: number;
  previous_hash: string;
  jws: string;
};

/** Whose feed it is to be; what is left out is only compared with the other checkpoints. */
export type FeedOwner = { merchantId?: string | undefined; environment?: string | undefined };

type Claims = Record<string, unknown>;

const type = 'morrow-event-checkpoint+jwt';
const repeated = ['sequence', 'hash', 'previous_sequence', 'previous_hash'] as const;
const members = ['version', 'environment', 'merchant_id', ...repeated, 'created_at'].toSorted().join();

/** What is wrong with one checkpoint by itself, or whose it is. Without keys its signature is not asked. */
export async function readCheckpoint(
  checkpoint: CheckpointInput,
  owner: FeedOwner,
  keys: KeySet | undefined,
): Promise<{ fault: string } | { owner: Required<FeedOwner> }> {
  const [head, claims] = checkpoint.jws.split('.').slice(0, 2).map(parsePart);
  if (!head || !claims) return { fault: 'It is not a compact JWS of JSON.' };
  const names = Object.keys(head).toSorted().join();
  if (names !== 'alg,kid,typ' || head.alg !== 'EdDSA' || head.typ !== type) {
    return { fault: `Its header is not that of a checkpoint: EdDSA, ${type} and a key.` };
  }
  if (Object.keys(claims).toSorted().join() !== members || claims.version !== 1) {
    return { fault: 'It does not say what a checkpoint of a form that this program knows says.' };
  }
  const unsound = keys && (await signatureFault(checkpoint.jws, keys));
  if (unsound) return { fault: unsound.message };
  const differing = repeated.find((name) => claims[name] !== checkpoint[name]);
  if (differing) return { fault: `Its ${differing} is not what was signed.` };
  return ownerOf(claims, owner);
}

function ownerOf(claims: Claims, owner: FeedOwner): { fault: string } | { owner: Required<FeedOwner> } {
  const { merchant_id: merchantId, environment } = claims;
  if (typeof merchantId !== 'string' || typeof environment !== 'string') {
    return { fault: 'It does not say whose feed it is about.' };
  }
  const isOurs =
    (owner.merchantId ?? merchantId) === merchantId && (owner.environment ?? environment) === environment;
  return isOurs
    ? { owner: { merchantId, environment } }
    : { fault: 'It is about the feed of somebody else.' };
}

function parsePart(text: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Claims) : undefined;
  } catch {
    return undefined;
  }
}
