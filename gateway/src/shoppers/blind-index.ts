import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';

/** The columns by whose keyed hashes people and accounts are found again; each has a version of its key of its own. */
export const indexedNames = [
  'guarantees.phone',
  'merchant_bank_accounts.number',
  'merchant_owners.national_id',
  'shopper_bank_accounts.number',
  'shopper_identities.national_id',
  'shoppers.phone',
] as const;

export type IndexedName = (typeof indexedNames)[number];

/**
 * The hashes under which `value` may stand in this column of the transaction's environment: one for each master key, the
 * newest first. A look-up asks for all of them in one statement, so that it finds a row whichever side of a rotation it is on.
 */
export function indexesOf(tx: Pick<Tx, 'vault' | 'environment'>, name: IndexedName, value: string): Buffer[] {
  return versionsOf(tx, name, value).map(({ index }) => index);
}

/** `before` is the hash by the version that is being left, while there is one. */
export type StoredIndex = { index: Buffer; before: Buffer | null };

/**
 * The hash under which `value` is stored now. No other version comes into use until this transaction ends: everything that
 * stands under an older one was committed before, so whoever looks the value up by `indexesOf` **after** this, and finds
 * nothing, may insert it; between two who insert it at once the unique index decides
 * (docs/decisions/0013-versions-of-look-up-hashes.md).
 *
 * @throws GatewayError `unavailable` where this process lacks a key that is in use.
 */
export async function indexToStore(tx: Tx, name: IndexedName, value: string): Promise<StoredIndex> {
  const { rows } = await tx.sql.raw<{ rows: { version: string; previous: string | null }[] }>(
    'select version, previous from index_keys where name = ? for share',
    [name],
  );
  const versions = versionsOf(tx, name, value);
  const under = (version: string | undefined) => versions.find((found) => found.version === version)?.index;
  const [row] = rows;
  const index = under(row?.version);
  const before = row?.previous == null ? null : under(row.previous);
  // Without one of them nobody here could tell whether the value is known: nothing is stored rather than stored twice.
  if (!index || before === undefined)
    throw new GatewayError('unavailable', { detail: 'A key that is in use is missing here.' });
  return { index, before };
}

function versionsOf({ vault, environment }: Pick<Tx, 'vault' | 'environment'>, name: string, value: string) {
  return vault.blindIndexes(name, `${environment.id}\n${value}`);
}
