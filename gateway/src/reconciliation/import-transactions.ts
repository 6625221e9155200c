import { addMs, hourMs } from '../lib/dates.ts';
import type { Tx, TxOptions } from '../lib/tx.ts';
import { transact } from '../lib/tx.ts';
import type { ProcessorHost } from '../processor/carry-out.ts';
import type { BalancePage, BalanceTransaction, ProcessorAccount } from '../processor/port.ts';
import { addToImport, beginImport, dropImport, findImport, finishImport } from './imports.ts';
import { storeRecords, type ToldRecord } from './records.ts';

/**
 * So far before the end of the last pass the next one begins: a list may show late what has an earlier time. What is read
 * twice is stored once.
 */
const overlapMs = hourMs;

type CursorRow = {
  environment_id: string;
  source: ProcessorAccount;
  complete_until: Date | null;
  pass_started_at: Date | null;
  import_id: string | null;
  after: string | null;
};

/** A pass over a list that is under way: what to ask for next. */
type Pass = { importId: string; since: Date; after: string | null };

/**
 * Reads what has moved in our accounts at the processor since the last time, page by page; returns how many movements are
 * new. Each page and where to go on are kept in one transaction, and the processor is asked outside of any: after a crash
 * the next call goes on with the page that is missing, and of two at once the slower one stops.
 */
export async function importTransactions(
  host: ProcessorHost,
  input: { environmentId: string; actor: TxOptions['actor'] },
): Promise<number> {
  let stored = 0;
  for (const source of ['balance', 'cash_account'] as const) stored += await readList(host, input, source);
  return stored;
}

async function readList(
  host: ProcessorHost,
  { environmentId, actor }: { environmentId: string; actor: TxOptions['actor'] },
  source: ProcessorAccount,
): Promise<number> {
  const options: TxOptions = { environmentId, actor };
  const { processor, pass: begun } = await transact(host, options, async (tx) => ({
    processor: host.processorFor(tx.environment.kind),
    pass: await beginPass(tx, source),
  }));
  let stored = 0;
  let pass: Pass | undefined = begun;
  while (pass) {
    const asked: Pass = pass;
    const page = await processor.listBalanceTransactions({
      environmentId,
      account: source,
      since: asked.since,
      ...(asked.after !== null && { after: asked.after }),
    });
    const kept: { stored: number; pass: Pass | undefined } = await transact(host, options, (tx) =>
      keepPage(tx, { source, asked, page }),
    );
    stored += kept.stored;
    pass = kept.pass;
  }
  return stored;
}

/** Goes on with a pass that was left, or begins one. */
async function beginPass(tx: Tx, source: ProcessorAccount): Promise<Pass> {
  await tx
    .sql<CursorRow>('reconciliation_cursors')
    .insert({ environment_id: tx.environment.id, source })
    .onConflict(['environment_id', 'source'])
    .ignore();
  const cursor = await lockCursor(tx, source);
  const since = cursor.complete_until ? addMs(cursor.complete_until, -overlapMs) : new Date(0);
  if (cursor.import_id !== null) return { importId: cursor.import_id, since, after: cursor.after };
  const importId = await beginImport(tx, { source, format: 'list', by: tx.actor.id });
  await updateCursor(tx, source, { import_id: importId, pass_started_at: tx.wallNow });
  return { importId, since, after: null };
}

async function lockCursor(tx: Tx, source: ProcessorAccount): Promise<CursorRow> {
  const row = await tx
    .sql<CursorRow>('reconciliation_cursors')
    .where({ environment_id: tx.environment.id, source })
    .forUpdate()
    .first();
  if (!row) throw new Error(`there is no cursor for ${source}`);
  return row;
}

async function updateCursor(tx: Tx, source: ProcessorAccount, change: Partial<CursorRow>): Promise<void> {
  await tx
    .sql<CursorRow>('reconciliation_cursors')
    .where({ environment_id: tx.environment.id, source })
    .update(change);
}

/** Stores a page and where the next begins; no pass when this was the last, or when somebody else has gone on. */
async function keepPage(
  tx: Tx,
  { source, asked, page }: { source: ProcessorAccount; asked: Pass; page: BalancePage },
): Promise<{ stored: number; pass: Pass | undefined }> {
  const cursor = await lockCursor(tx, source);
  if (cursor.import_id !== asked.importId || cursor.after !== asked.after)
    return { stored: 0, pass: undefined };
  const told = page.transactions.map((transaction) => toRecord(transaction, source));
  const stored = (await storeRecords(tx, { importId: asked.importId, source, told })).size;
  await addToImport(tx, asked.importId, stored);
  if (page.next !== undefined) {
    await updateCursor(tx, source, { after: page.next });
    return { stored, pass: { ...asked, after: page.next } };
  }
  await updateCursor(tx, source, {
    complete_until: cursor.pass_started_at,
    pass_started_at: null,
    import_id: null,
    after: null,
  });
  const { records } = await findImport(tx, asked.importId);
  // A pass that found nothing new is no news.
  if (records === 0) await dropImport(tx, asked.importId);
  else await finishImport(tx, asked.importId);
  return { stored, pass: undefined };
}

/** Up to when all movements of an account are imported; undefined before the first pass has ended. */
export async function importedUntil(tx: Tx, source: ProcessorAccount): Promise<Date | undefined> {
  const row = await tx
    .sql<CursorRow>('reconciliation_cursors')
    .where({ environment_id: tx.environment.id, source })
    .first('complete_until');
  return row?.complete_until ?? undefined;
}

function toRecord(transaction: BalanceTransaction, source: ProcessorAccount): ToldRecord {
  const { id, kind, currency, amount, fee, createdAt, references, attemptId, description } = transaction;
  return {
    account: source,
    sourceId: id,
    kind,
    currency,
    amount,
    fee,
    happenedAt: createdAt,
    references: references.slice(0, 20),
    ...(attemptId !== undefined && { attemptId }),
    ...(description !== undefined && { description: description.slice(0, 1000) }),
  };
}
