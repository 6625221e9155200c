import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { isCurrency } from '../lib/money.ts';
import { FileRefused, type Faults } from './refusal.ts';
import {
  accountOf,
  type BankFile,
  readCalendarDate,
  readDecimal,
  type StatementHead,
  type StatementPart,
} from './statement.ts';

/** The columns, in this order, with these names in the first line. docs/reconciliation.md says what each holds. */
export const csvColumns = [
  'kind',
  'account',
  'statement',
  'currency',
  'date',
  'amount',
  'id',
  'reference',
  'counterparty',
  'text',
] as const;

type Row = Record<(typeof csvColumns)[number], string>;

const longestRecord = 8_000;

/** Reads a file line by line, whatever its size. What is wrong is gathered with its line's number; reading goes on. */
export async function* readCsv(file: BankFile, faults: Faults): AsyncGenerator<StatementPart> {
  const parser = parse({
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: longestRecord,
  });
  // An error of the file ends the parser, whose reader is told of it here.
  pipeline(Readable.from(decode(file)), parser, () => undefined);
  let open: StatementHead | undefined;
  let hasHead = false;
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      const place = `line ${info.lines}`;
      if (!hasHead) {
        if (record.join(',') !== csvColumns.join(',')) throw refusedAt(place, 'columns', record.join(','));
        hasHead = true;
        continue;
      }
      if (record.length !== csvColumns.length) {
        faults.add(place, 'columns', `${record.length} of ${csvColumns.length}`);
        continue;
      }
      const part = readRow(toRow(record), place, open, faults);
      if (!part) continue;
      open = part.type === 'opening' ? part : part.type === 'closing' ? undefined : open;
      yield part;
    }
  } catch (error) {
    if (error instanceof CsvError) throw refusedAt(`line ${String(error.lines)}`, 'malformed', error.code);
    throw error;
  }
  if (!hasHead) throw refusedAt('file', 'empty');
  if (open) faults.add(open.place, 'closing_missing', open.statementId);
}

function refusedAt(place: string, code: 'columns' | 'malformed' | 'empty' | 'not_utf8', found?: string) {
  return new FileRefused([{ place, code, ...(found !== undefined && { found: found.slice(0, 80) }) }]);
}

/** csv-parse would put a mark where bytes are no text; we refuse them. */
async function* decode(file: BankFile): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  try {
    for await (const chunk of file.open()) {
      const text = decoder.decode(chunk, { stream: true });
      yield text;
      line += text.split('\n').length - 1;
    }
    yield decoder.decode();
  } catch (error) {
    if (error instanceof TypeError) throw refusedAt(`after line ${line}`, 'not_utf8');
    throw error;
  }
}

function toRow(record: readonly string[]): Row {
  return Object.fromEntries(csvColumns.map((name, index) => [name, (record[index] ?? '').trim()])) as Row;
}

function readRow(
  row: Row,
  place: string,
  open: StatementHead | undefined,
  faults: Faults,
): StatementPart | undefined {
  if (!isCurrency(row.currency)) return faults.add(`${place}, currency`, 'currency_unknown', row.currency);
  const amount = readDecimal(row.amount, row.currency);
  const date = readCalendarDate(row.date);
  if (amount === undefined) faults.add(`${place}, amount`, 'amount_malformed', row.amount);
  if (date === undefined) faults.add(`${place}, date`, 'date_malformed', row.date);
  if (row.kind === 'opening') {
    if (open) faults.add(open.place, 'closing_missing', open.statementId);
    if (row.statement === '' || row.statement.length > 100)
      faults.add(`${place}, statement`, row.statement === '' ? 'missing' : 'too_long');
    // Read on by what is known, so that the lines below do not all seem to be out of place.
    return {
      type: 'opening',
      place,
      account: accountOf(row.account),
      statementId: row.statement,
      currency: row.currency,
      balance: amount ?? 0n,
      date: date ?? '1970-01-01',
    };
  }
  if (!isOf(row, open)) return faults.add(place, open ? 'order' : 'opening_missing', row.kind);
  if (row.kind === 'closing')
    return { type: 'closing', place, balance: amount ?? 0n, date: date ?? open.date };
  if (row.kind !== 'line') return faults.add(`${place}, kind`, 'order', row.kind);
  return readLine(row, place, { amount, date }, faults);
}

function isOf(row: Row, open: StatementHead | undefined): open is StatementHead {
  return (
    open !== undefined &&
    accountOf(row.account) === open.account &&
    row.statement === open.statementId &&
    row.currency === open.currency
  );
}

function readLine(
  row: Row,
  place: string,
  read: { amount: bigint | undefined; date: string | undefined },
  faults: Faults,
): StatementPart | undefined {
  if (row.id === '') faults.add(`${place}, id`, 'missing');
  if (row.id.length > 200) faults.add(`${place}, id`, 'too_long');
  if (read.amount === 0n) faults.add(`${place}, amount`, 'amount_malformed', row.amount);
  if (read.amount === undefined || read.amount === 0n || read.date === undefined || row.id === '')
    return undefined;
  return {
    type: 'line',
    place,
    sourceId: row.id.slice(0, 200),
    amount: read.amount,
    date: read.date,
    references: row.reference === '' ? [] : [row.reference],
    ...(row.counterparty !== '' && { counterparty: row.counterparty }),
    ...(row.text !== '' && { description: row.text }),
  };
}
