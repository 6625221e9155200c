import { decimalOf } from '../lib/csv.ts';
import type { Tx, TxHost, TxOptions } from '../lib/tx.ts';
import { transact } from '../lib/tx.ts';
import { findBankAccount } from './bank-accounts.ts';
import {
  addToImport,
  beginImport,
  dropImport,
  findImport,
  findImportOfFile,
  finishImport,
  type Import,
  storeRefusal,
} from './imports.ts';
import { readCamt053 } from './read-camt053.ts';
import { readCsv } from './read-csv.ts';
import { storeRecords, type ToldRecord } from './records.ts';
import { type Faults, FileRefused, gatherFaults } from './refusal.ts';
import type { BankFile, StatementHead, StatementLine, StatementReader } from './statement.ts';

export type BankFormat = 'csv' | 'camt053';

/** What became of a file: `again` when it had been imported before and nothing was done. */
export type ImportedFile = { import: Import; again: boolean };

const readers: Record<BankFormat, StatementReader> = { csv: readCsv, camt053: readCamt053 };

const batchSize = 500;

/** The format that a file's first bytes speak of: XML begins with `<`. */
export async function formatOf(file: BankFile): Promise<BankFormat> {
  for await (const chunk of file.open()) {
    const start = Buffer.from(chunk).toString('utf8', 0, 200).trimStart();
    if (start !== '') return start.startsWith('<') ? 'camt053' : 'csv';
  }
  return 'csv';
}

/**
 * Imports a file of bank statements whole, in one transaction, or refuses it with everything that is wrong and where; then
 * nothing is kept but the refusal. The same bytes again change nothing. `told` hears how many lines are stored so far.
 */
export async function importStatement(
  host: TxHost,
  input: {
    environmentId: string;
    actor: TxOptions['actor'];
    file: BankFile;
    format: BankFormat;
    told?: (lines: number) => void;
    /** What else is kept in the transaction that ends the import, whichever way. */
    kept?: (tx: Tx, imported: Import) => Promise<void>;
  },
): Promise<ImportedFile> {
  const { environmentId, actor, file, format } = input;
  const options: TxOptions = { environmentId, actor };
  try {
    return await transact(host, options, async (tx) => {
      const done = await importFile(tx, input);
      await input.kept?.(tx, done.import);
      return done;
    });
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    const { refusal } = error;
    const refused = await transact(host, options, async (tx) => {
      const kept = await storeRefusal(tx, {
        format,
        by: actor.id,
        fileName: file.name,
        fileHash: file.hash,
        refusal,
      });
      await input.kept?.(tx, kept);
      return kept;
    });
    return { import: refused, again: false };
  }
}

async function importFile(
  tx: Tx,
  input: { file: BankFile; format: BankFormat; told?: (lines: number) => void },
): Promise<ImportedFile> {
  const { file, format, told } = input;
  // Two imports of one environment come after each other, so the second sees what the first has stored.
  const importId = await beginImport(tx, {
    source: 'bank',
    format,
    by: tx.actor.id,
    fileName: file.name,
    fileHash: file.hash,
  });
  const before = await findImportOfFile(tx, file.hash);
  if (before) {
    await dropImport(tx, importId);
    return { import: before, again: true };
  }
  const faults = gatherFaults();
  const writer = writeStatements(tx, { importId, faults, told });
  for await (const part of readers[format](file, faults)) {
    if (part.type === 'opening') await writer.open(part);
    else if (part.type === 'line') await writer.line(part);
    else await writer.close(part);
  }
  if (writer.statements() === 0) faults.add('file', 'empty');
  faults.refuseIfAny();
  await addToImport(tx, importId, writer.lines());
  await finishImport(tx, importId);
  return { import: await findImport(tx, importId), again: false };
}

type Open = StatementHead & { total: bigint; lines: number; isKnown: boolean };

/** Takes the parts of a file in their order, and stores lines in batches, so that memory is the same for a long file. */
function writeStatements(
  tx: Tx,
  input: { importId: string; faults: Faults; told?: ((lines: number) => void) | undefined },
) {
  const { importId, faults } = input;
  let [open, statements, lines]: [Open | undefined, number, number] = [undefined, 0, 0];
  let waiting: { place: string; record: ToldRecord }[] = [];

  async function flush(): Promise<void> {
    const batch = waiting;
    waiting = [];
    const told = batch.map(({ record }) => record);
    const stored = await storeRecords(tx, { importId, source: 'bank', told });
    for (const { place, record } of batch)
      if (!stored.delete(record.sourceId)) faults.add(place, 'line_again', record.sourceId);
    lines += batch.length;
    input.told?.(lines);
  }

  return {
    lines: () => lines,
    statements: () => statements,
    async open(head: StatementHead): Promise<void> {
      const isKnown = await isOurs(tx, head, faults);
      open = { ...head, total: head.balance, lines: 0, isKnown };
    },
    async line(line: StatementLine): Promise<void> {
      if (!open) return;
      open.total += line.amount;
      open.lines += 1;
      if (!open.isKnown) return;
      waiting.push({ place: line.place, record: toRecord(line, open) });
      if (waiting.length >= batchSize) await flush();
    },
    async close(closing: { place: string; balance: bigint; date: string }): Promise<void> {
      if (!open) return;
      if (open.total !== closing.balance)
        faults.add(
          closing.place,
          'sum_wrong',
          `${decimalOf(open.total, open.currency)} is not ${decimalOf(closing.balance, open.currency)}`,
        );
      if (closing.date < open.date) faults.add(closing.place, 'order', `${closing.date} before ${open.date}`);
      else if (open.isKnown) await storeStatement(tx, { importId, faults, open, closing });
      if (waiting.length > 0) await flush();
      statements += 1;
      open = undefined;
    },
  };
}

async function isOurs(tx: Tx, head: StatementHead, faults: Faults): Promise<boolean> {
  const account = await findBankAccount(tx, head.account);
  if (!account) faults.add(head.place, 'account_unknown', head.account);
  else if (account.currency !== head.currency) faults.add(head.place, 'currency_wrong', head.currency);
  return account?.currency === head.currency;
}

async function storeStatement(
  tx: Tx,
  input: { importId: string; faults: Faults; open: Open; closing: { balance: bigint; date: string } },
): Promise<void> {
  const { importId, faults, open, closing } = input;
  const stored = await tx
    .sql('bank_statements')
    .insert({
      environment_id: tx.environment.id,
      account: open.account,
      statement_id: open.statementId.slice(0, 100),
      import_id: importId,
      currency: open.currency,
      opening: open.balance,
      closing: closing.balance,
      opened_on: open.date,
      closed_on: closing.date,
      lines: open.lines,
    })
    .onConflict(['environment_id', 'account', 'statement_id'])
    .ignore()
    .returning('statement_id');
  if (stored.length === 0) faults.add(open.place, 'statement_again', open.statementId);
}

function toRecord(line: StatementLine, { account, currency }: StatementHead): ToldRecord {
  return {
    account,
    sourceId: line.sourceId,
    kind: 'line',
    currency,
    amount: line.amount,
    fee: 0n,
    happenedAt: new Date(`${line.date}T00:00:00Z`),
    references: line.references.map((reference) => reference.slice(0, 200)).slice(0, 20),
    place: line.place,
    ...(line.counterparty !== undefined && { counterparty: line.counterparty.slice(0, 200) }),
    ...(line.description !== undefined && { description: line.description.slice(0, 1000) }),
  };
}
