import { addMs, dayMs } from '../lib/dates.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';

/** What loosens a limit of one's own waits so long, by business time: whoever set it gets a night to sleep on it. */
export const looseningMs = dayMs;

export type CeilingKind = 'purchase' | 'total';

/** A row of `own_limits`, as the database gives it in JSON too. */
export type OwnLimitRow = {
  kind: 'lock' | CeilingKind;
  currency: string | null;
  amount: bigint | null;
  locked: boolean | null;
};

/** What counts at one moment, in one currency; null is no ceiling. Amounts are minor units. */
export type OwnLimits = { locked: boolean } & Record<CeilingKind, bigint | null>;

/** Something that the shopper asked for and that counts from a later time on. */
export type Loosening =
  { kind: 'lock'; from: Date } | { kind: CeilingKind; currency: string; amount: bigint | null; from: Date };

type StoredRow = OwnLimitRow & {
  environment_id: string;
  id: Id<'own'>;
  shopper_id: Id<'shp'>;
  asked_at: Date;
  from_at: Date;
};

/** What the rows that count say together. */
export function ownLimitsOf(rows: readonly OwnLimitRow[], currency: string): OwnLimits {
  const ceiling = (kind: CeilingKind): bigint | null =>
    rows.find((row) => row.kind === kind && row.currency === currency)?.amount ?? null;
  return {
    locked: rows.find(({ kind }) => kind === 'lock')?.locked ?? false,
    purchase: ceiling('purchase'),
    total: ceiling('total'),
  };
}

/** The rows that count now: the newest of each kind and currency whose time has come. */
export async function listOwnLimits(tx: Tx, shopperId: string): Promise<OwnLimitRow[]> {
  return rowsOf(tx, shopperId).where('from_at', '<=', tx.now);
}

/** What waits for its time: the newest of each kind and currency, where that is not yet the one that counts. */
export async function listLoosenings(tx: Tx, shopperId: string): Promise<Loosening[]> {
  const newest = await rowsOf(tx, shopperId);
  return newest
    .filter(({ from_at: from }) => from > tx.now)
    .map(({ kind, currency, amount, from_at: from }) =>
      kind === 'lock' ? { kind, from } : { kind, currency: currency ?? '', amount, from },
    );
}

/** The shopper locks paying later and borrowing: at once, and until they unlock it. */
export async function lockPayingLater(tx: Tx, shopperId: Id<'shp'>): Promise<void> {
  await store(tx, shopperId, { kind: 'lock', currency: null, amount: null, locked: true }, tx.now);
}

/** The shopper unlocks it, which counts a day later. Asking again does not make the day longer. */
export async function unlockPayingLater(tx: Tx, shopperId: Id<'shp'>): Promise<void> {
  const { locked } = ownLimitsOf(await listOwnLimits(tx, shopperId), '');
  const waiting = (await listLoosenings(tx, shopperId)).some(({ kind }) => kind === 'lock');
  if (!locked || waiting) return;
  const row = { kind: 'lock' as const, currency: null, amount: null, locked: false };
  await store(tx, shopperId, row, addMs(tx.now, looseningMs));
}

/**
 * Sets or removes (null) a ceiling of the shopper's own: for one purchase, or for everything that is owed. A lower one
 * counts at once, a higher one or none a day later.
 */
export async function setOwnCeiling(
  tx: Tx,
  input: { shopperId: Id<'shp'>; kind: CeilingKind; currency: string; amount: bigint | null },
): Promise<'now' | 'later'> {
  const { shopperId, kind, currency, amount } = input;
  const current = ownLimitsOf(await listOwnLimits(tx, shopperId), currency)[kind];
  const isStricter = amount === current || (amount !== null && (current === null || amount < current));
  const from = isStricter ? tx.now : addMs(tx.now, looseningMs);
  await store(tx, shopperId, { kind, currency, amount, locked: null }, from);
  return isStricter ? 'now' : 'later';
}

async function store(tx: Tx, shopperId: Id<'shp'>, row: OwnLimitRow, from: Date): Promise<void> {
  await tx.sql<StoredRow>('own_limits').insert({
    environment_id: tx.environment.id,
    id: newId('own'),
    shopper_id: shopperId,
    ...row,
    asked_at: tx.now,
    from_at: from,
  });
}

function rowsOf(tx: Tx, shopperId: string) {
  return tx
    .sql<StoredRow>('own_limits')
    .distinctOn('kind', 'currency')
    .where({ environment_id: tx.environment.id, shopper_id: shopperId as Id<'shp'> })
    .orderBy(['kind', 'currency', { column: 'id', order: 'desc' }])
    .select<StoredRow[]>('*');
}
