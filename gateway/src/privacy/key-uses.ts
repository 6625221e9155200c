import { gatewayKeys } from '../lib/gateway-key.ts';
import type { TxHost } from '../lib/tx.ts';
import { firstVersion } from '../lib/vault.ts';
import { indexUses, readIndexKeys } from './index-keys.ts';
import { indexedColumns } from './indexed-columns.ts';
import { underMasterKeys } from './sealed-columns.ts';

/** What a master key is still there for. */
export type KeyUses = {
  id: string;
  /** Whether its line is in the file of this process. */
  known: boolean;
  newest: boolean;
  /** Merchants' pseudonyms for shoppers, checkout tokens and hashes that have no versions are made by this one. */
  oldest: boolean;
  /** The columns whose look-up hashes are made by it now, or were before and are not all made anew. */
  indexes: readonly string[];
  /** Look-up hashes that were made by it, by `table.column`. */
  indexed: Readonly<Record<string, number>>;
  /** Values that lie directly under it, by `table.column`. */
  sealed: Readonly<Record<string, number>>;
  /** What the key pair that comes from it has signed, by table: without its line, its public key is not published. */
  signed: Readonly<Record<string, number>>;
};

type Host = Pick<TxHost, 'db' | 'vault' | 'clock'>;

const signedTables = ['plan_receipts', 'ledger_seals', 'event_checkpoints'] as const;

/** Counts for every master key, the newest first, what still needs it; those that only sealed values name come last. */
export async function keyUses(host: Host): Promise<KeyUses[]> {
  const { keyIds } = host.vault;
  const sealed = await countSealed(host);
  const signed = await countSigned(host);
  const indexes = await readIndexKeys(host);
  const indexed = await countIndexed(host);
  const oldest = keyIds.at(-1);
  const columnsBy = (id: string) => {
    const version = id === oldest ? firstVersion : id;
    const those = indexes.filter((key) => key.version === version || key.previous === version);
    return those.map(({ name }) => name);
  };
  const named = new Set([...sealed.keys(), ...indexed.keys(), ...indexes.map(({ version }) => version)]);
  const unknown = [...named].filter((id) => id !== firstVersion && !keyIds.includes(id)).toSorted();
  return [...keyIds, ...unknown].map((id) => ({
    id,
    known: keyIds.includes(id),
    newest: id === keyIds[0],
    oldest: id === oldest,
    indexes: columnsBy(id),
    indexed: indexed.get(id) ?? {},
    sealed: sealed.get(id) ?? {},
    signed: signed.get(id) ?? {},
  }));
}

/** Whether the line of this master key could be taken out of the file, as far as the database tells. */
export function isNeeded({ newest, oldest, indexes, indexed, sealed, signed }: KeyUses): boolean {
  const counted = [indexed, sealed, signed].some((counts) => Object.keys(counts).length > 0);
  return newest || oldest || indexes.length > 0 || counted;
}

type Counts = Map<string, Record<string, number>>;

function add(counts: Counts, id: string, what: string, count: number): void {
  counts.set(id, { ...counts.get(id), [what]: count });
}

async function countSealed({ db }: Host): Promise<Counts> {
  const counts: Counts = new Map();
  for (const { table, column } of underMasterKeys) {
    const { rows } = await db.raw<{ rows: { id: string; count: number }[] }>(
      `select split_part(:column:, '.', 2) as id, count(*)::int as count from :table:
       where split_part(:column:, '.', 3) = '-' group by 1`,
      { table, column },
    );
    for (const { id, count } of rows) add(counts, id, `${table}.${column}`, count);
  }
  return counts;
}

async function countIndexed(host: Host): Promise<Counts> {
  const counts: Counts = new Map();
  const oldest = host.vault.keyIds.at(-1) ?? '';
  for (const key of await readIndexKeys(host)) {
    const { table, column } = indexedColumns[key.name];
    const { rows, copies } = await indexUses(host, key);
    for (const [where, counted] of Object.entries({ [`${table}.${column}`]: rows, ...copies }))
      for (const { version, count } of counted)
        add(counts, version === firstVersion ? oldest : version, where, count);
  }
  return counts;
}

/** The header of a JWS, which names the key, is the same text in all that one key has signed of one kind. */
async function countSigned({ db, vault }: Host): Promise<Counts> {
  const counts: Counts = new Map();
  const kids = gatewayKeys(vault).map(({ kid }) => kid);
  for (const table of signedTables) {
    const { rows } = await db.raw<{ rows: { header: string; count: number }[] }>(
      "select split_part(jws, '.', 1) as header, count(*)::int as count from ?? group by 1",
      [table],
    );
    for (const { header, count } of rows) {
      const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) as { kid?: string };
      const id = vault.keyIds[kids.indexOf(kid ?? '')];
      if (id !== undefined) add(counts, id, table, count + (counts.get(id)?.[table] ?? 0));
    }
  }
  return counts;
}
