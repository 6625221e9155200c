import { GatewayError } from '../lib/errors.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import type { Source } from './records.ts';
import type { Refusal } from './refusal.ts';

export type ImportFormat = 'list' | 'csv' | 'camt053';

/** One pass over a list of the processor, or one file of the bank. */
export type Import = {
  id: Id<'imp'>;
  source: Source;
  format: ImportFormat;
  status: 'running' | 'done' | 'refused';
  fileName: string | null;
  fileHash: string | null;
  /** Why a file was refused; nothing of it is kept. */
  refusal: Refusal | null;
  records: number;
  /** An operator, or the program that did it. */
  importedBy: string;
  createdAt: Date;
};

type ImportRow = {
  environment_id: string;
  id: Id<'imp'>;
  source: Source;
  format: ImportFormat;
  status: Import['status'];
  file_name: string | null;
  file_hash: string | null;
  refusal: Refusal | null;
  records: number;
  imported_by: string;
  created_at: Date;
  finished_at: Date | null;
};

function toImport(row: ImportRow): Import {
  return {
    id: row.id,
    source: row.source,
    format: row.format,
    status: row.status,
    fileName: row.file_name,
    fileHash: row.file_hash,
    refusal: row.refusal,
    records: row.records,
    importedBy: row.imported_by,
    createdAt: row.created_at,
  };
}

function imports(tx: Tx) {
  return tx.sql<ImportRow>('reconciliation_imports').where({ environment_id: tx.environment.id });
}

/** Begins an import: its records are stored under it, and `finishImport` or `storeRefusal` ends it. */
export async function beginImport(
  tx: Tx,
  input: { source: Source; format: ImportFormat; by: string; fileName?: string; fileHash?: string },
): Promise<Id<'imp'>> {
  const id = newId('imp');
  await tx.sql<ImportRow>('reconciliation_imports').insert({
    environment_id: tx.environment.id,
    id,
    source: input.source,
    format: input.format,
    status: 'running',
    file_name: input.fileName ?? null,
    file_hash: input.fileHash ?? null,
    imported_by: input.by,
    created_at: tx.wallNow,
  });
  return id;
}

export async function addToImport(tx: Tx, id: string, records: number): Promise<void> {
  await imports(tx)
    .where({ id: id as Id<'imp'> })
    .update({ records: tx.sql.raw('records + ?', [records]) as never });
}

export async function finishImport(tx: Tx, id: string): Promise<void> {
  await imports(tx)
    .where({ id: id as Id<'imp'> })
    .update({ status: 'done', finished_at: tx.wallNow });
}

/** Takes back an import that has nothing to bring. */
export async function dropImport(tx: Tx, id: string): Promise<void> {
  await imports(tx)
    .where({ id: id as Id<'imp'> })
    .delete();
}

/** Keeps that a file was refused and why; nothing else of it. */
export async function storeRefusal(
  tx: Tx,
  input: { format: ImportFormat; by: string; fileName: string; fileHash: string; refusal: Refusal },
): Promise<Import> {
  const [row] = await tx
    .sql<ImportRow>('reconciliation_imports')
    .insert({
      environment_id: tx.environment.id,
      id: newId('imp'),
      source: 'bank',
      format: input.format,
      status: 'refused',
      file_name: input.fileName,
      file_hash: input.fileHash,
      refusal: JSON.stringify(input.refusal) as never,
      imported_by: input.by,
      created_at: tx.wallNow,
      finished_at: tx.wallNow,
    })
    .returning('*');
  if (!row) throw new Error('the refusal was not stored');
  return toImport(row);
}

export async function findImport(tx: Tx, id: string): Promise<Import> {
  const row = await imports(tx)
    .where({ id: id as Id<'imp'> })
    .first();
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such import.' });
  return toImport(row);
}

/** The import of a file that was imported before, by the SHA-256 of its bytes. */
export async function findImportOfFile(tx: Tx, fileHash: string): Promise<Import | undefined> {
  const row = await imports(tx).where({ file_hash: fileHash, status: 'done' }).first();
  return row && toImport(row);
}

/** What an import brought, by currency: how many records, what came and what went. */
export type ImportSum = { currency: string; records: number; matched: number; came: bigint; went: bigint };

export type ImportWithSums = Import & { sums: ImportSum[] };

/** The newest imports with their sums. */
export async function listImports(tx: Tx, limit: number): Promise<ImportWithSums[]> {
  const rows = await imports(tx).orderBy('id', 'desc').limit(limit);
  const sums = await tx
    .sql('outside_records')
    .where({ environment_id: tx.environment.id })
    .whereIn(
      'import_id',
      rows.map(({ id }) => id),
    )
    .groupBy('import_id', 'currency')
    .orderBy('currency')
    .select<(ImportSum & { import_id: string })[]>(
      'import_id',
      'currency',
      tx.sql.raw('count(*)::int as records'),
      tx.sql.raw(`(count(*) filter (where state = 'matched'))::int as matched`),
      tx.sql.raw('coalesce(sum(amount) filter (where amount > 0), 0)::int8 as came'),
      tx.sql.raw('coalesce(-sum(amount) filter (where amount < 0), 0)::int8 as went'),
    );
  return rows.map((row) => ({
    ...toImport(row),
    sums: sums
      .filter(({ import_id }) => import_id === row.id)
      .map(({ currency, records, matched, came, went }) => ({ currency, records, matched, came, went })),
  }));
}
