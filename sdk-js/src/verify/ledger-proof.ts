import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import { readSeal, type SealClaims } from './seal.ts';
import { signatureFault } from './signature.ts';
import type { KeySet } from './types.ts';

/** A proof as the gateway gives it (`GET /v1/orders/{id}/proof`, a settlement line's, or an account's download). */
export type LedgerProofInput = {
  transfers: readonly {
    transfer: Readonly<Record<string, unknown>>;
    sealed: { seal: number; place: number; path: readonly string[] } | null;
  }[];
  seals: readonly { number: number; jws: string }[];
};

/** Whether parsed JSON has the form of a proof; what it says is another matter. */
export function isLedgerProof(json: unknown): json is LedgerProofInput {
  const { transfers, seals } = (json ?? {}) as Record<string, unknown>;
  return (
    Array.isArray(transfers) &&
    transfers.every(
      ({ transfer, sealed }: Record<string, unknown>) => isObject(transfer) && isSealed(sealed),
    ) &&
    Array.isArray(seals) &&
    seals.every(
      ({ number, jws }: Record<string, unknown>) => typeof number === 'number' && typeof jws === 'string',
    )
  );
}

function isSealed(value: unknown): boolean {
  if (value === null) return true;
  const { seal, place, path } = (value ?? {}) as Record<string, unknown>;
  return (
    typeof seal === 'number' &&
    typeof place === 'number' &&
    Array.isArray(path) &&
    path.every((hash) => typeof hash === 'string')
  );
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Something of a proof that is not as it was sealed. */
export type LedgerFault = {
  /** A transfer's id or a seal's number, such as `transfer 4711` or `seal 7`. */
  where: string;
  message: string;
};

/** What `verifyLedgerProof` found. */
export type LedgerVerification = {
  /** `unsigned`: no keys were given. `unsealed`: nothing is wrong, but some transfers wait for their seal. */
  status: 'verified' | 'refused' | 'unsigned' | 'unsealed';
  seals: (SealClaims & { keyId: string })[];
  transfers: { id: string; sealedIn: number | null }[];
  faults: LedgerFault[];
};

/**
 * Verifies offline that transfers stand in the ledger that the gateway sealed: each seal's signature by the keys, each
 * transfer's leaf and its way up to the signed root (RFC 9162 section 2.1.3.2). Whether a transfer was left out of the
 * proof cannot be seen from it.
 */
export async function verifyLedgerProof(input: {
  proof: LedgerProofInput;
  keys?: KeySet | undefined;
}): Promise<LedgerVerification> {
  const { proof, keys } = input;
  const faults: LedgerFault[] = [];
  const seals = new Map<number, SealClaims & { keyId: string }>();
  for (const { number, jws } of proof.seals) {
    const where = `seal ${number}`;
    const reading = readSeal(jws);
    if ('fault' in reading) {
      faults.push({ where, message: reading.fault });
      continue;
    }
    const unsound = keys && (await signatureFault(jws, keys));
    if (unsound) faults.push({ where, message: unsound.message });
    if (reading.claims.number === number) seals.set(number, reading.claims);
    else faults.push({ where, message: `The signed seal has the number ${reading.claims.number}.` });
  }
  if (proof.transfers.length === 0) faults.push({ where: 'proof', message: 'There are no transfers.' });
  for (const one of proof.transfers) {
    const message = transferFault(one, seals);
    if (message) faults.push({ where: `transfer ${String(one.transfer.id)}`, message });
  }
  const transfers = proof.transfers.map(({ transfer, sealed }) => ({
    id: String(transfer.id),
    sealedIn: sealed?.seal ?? null,
  }));
  return { status: statusOf(faults, transfers, keys), seals: [...seals.values()], transfers, faults };
}

function statusOf(
  faults: readonly LedgerFault[],
  transfers: LedgerVerification['transfers'],
  keys: KeySet | undefined,
): LedgerVerification['status'] {
  if (faults.length > 0) return 'refused';
  if (!keys) return 'unsigned';
  return transfers.some(({ sealedIn }) => sealedIn === null) ? 'unsealed' : 'verified';
}

function transferFault(
  { transfer, sealed }: LedgerProofInput['transfers'][number],
  seals: ReadonlyMap<number, SealClaims>,
): string | undefined {
  if (!sealed) return undefined;
  const seal = seals.get(sealed.seal);
  if (!seal) return `Its seal ${sealed.seal} is not in the proof, or is not sound.`;
  if (transfer.environment !== seal.environment) return 'It is not of the environment that was sealed.';
  const root = rootFrom(transfer, { ...sealed, size: seal.size });
  return root === seal.root
    ? undefined
    : `It does not lead to the root of seal ${sealed.seal}: the transfer or its path was changed.`;
}

/** The root to which a leaf leads, in hex; undefined when the path does not fit a tree of this size. */
function rootFrom(
  transfer: unknown,
  { place, path, size }: { place: number; path: readonly string[]; size: number },
): string | undefined {
  if (!Number.isSafeInteger(place) || place < 0 || place >= size) return undefined;
  let [at, last] = [place, size - 1];
  let hash = digest(Buffer.of(0), Buffer.from(canonicalJson(transfer), 'utf8'));
  for (const text of path) {
    if (last === 0 || !/^[0-9a-f]{64}$/.test(text)) return undefined;
    const beside = Buffer.from(text, 'hex');
    if (at % 2 === 1 || at === last) {
      hash = digest(Buffer.of(1), beside, hash);
      // The last one of an odd number went up as it was.
      while (at % 2 === 0 && at !== 0) [at, last] = [at >> 1, last >> 1];
    } else hash = digest(Buffer.of(1), hash, beside);
    [at, last] = [at >> 1, last >> 1];
  }
  return last === 0 ? hash.toString('hex') : undefined;
}

function digest(...parts: readonly Buffer[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}
