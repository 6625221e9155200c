import {
  faultOfHistory,
  type History,
  type HistoryFault,
  type Month,
  mostMonths,
} from '../src/pay-score/model/history.ts';
import { columnOf, type CsvTable, readNumber, readNumbers, refuseCell } from './csv-table.ts';
import { TrainingRefused } from './refusal.ts';

/** Borrowers with their histories and what became of them. */
export type Book = { sha256: string; ids: string[]; histories: History[]; bad: Uint8Array };

/** Fewer of either outcome carry no model. */
const fewestOfClass = 20;

const limitColumn = 'LIMIT_BAL';

/** What no model may see, in the spelling of the data card. */
export const protectedColumns = ['SEX', 'EDUCATION', 'MARRIAGE', 'AGE'];

/** The status column of the newest month is PAY_0 in the published data; PAY_1 is read as well. */
function monthColumns(columns: readonly string[]): { status: string; billed: string; paid: string }[] {
  return Array.from({ length: mostMonths }, (_, index) => ({
    status: index === 0 && !columns.includes('PAY_1') ? 'PAY_0' : `PAY_${index + 1}`,
    billed: `BILL_AMT${index + 1}`,
    paid: `PAY_AMT${index + 1}`,
  }));
}

/**
 * The histories of a table. The last months of a row may be empty; everything else must be a finite number and fit
 * together. Throws TrainingRefused with row and column.
 */
export function readHistories(table: CsvTable): History[] {
  const limit = columnOf(table, limitColumn);
  const months = monthColumns(table.columns);
  const places = months.map(({ status, billed, paid }) =>
    [status, billed, paid].map((column) => columnOf(table, column)),
  );
  return table.rows.map((_, row) => {
    const cells = places.map((columns) => columns.map((column) => readNumber(table, row, column)));
    const known = cells.findIndex((values) => values.every((value) => value === undefined));
    const read = cells.map((values, month): Month | undefined => {
      const [status, billed, paid] = values;
      if (status !== undefined && billed !== undefined && paid !== undefined) return { status, billed, paid };
      if (known >= 0 && month >= known && values.every((value) => value === undefined)) return undefined;
      const empty = values.indexOf(undefined);
      throw refuseCell(row, table.columns[places[month]?.[empty] ?? 0] ?? '', 'is empty');
    });
    const history = {
      limit: readLimit(table, row, limit),
      months: read.filter((month) => month !== undefined),
    };
    const fault = faultOfHistory(history);
    if (known >= 0 && read.slice(known).some((month) => month !== undefined))
      throw refuseCell(row, months[known]?.status ?? '', 'is empty, but an earlier month is not');
    if (fault) throw refuseCell(row, columnOfFault(fault, months), fault.reason);
    return history;
  });
}

function readLimit(table: CsvTable, row: number, column: number): number {
  const limit = readNumber(table, row, column);
  if (limit === undefined) throw refuseCell(row, limitColumn, 'is empty');
  return limit;
}

function columnOfFault(fault: HistoryFault, months: ReturnType<typeof monthColumns>): string {
  if (fault.field === 'limit') return limitColumn;
  const columns = months[(fault.month ?? 1) - 1];
  return fault.field === 'months' ? `${columns?.status}...` : (columns?.[fault.field] ?? '');
}

/** The outcomes, 1 for bad and 0 for good. Throws TrainingRefused for anything else. */
export function readOutcomes(table: CsvTable, target: string): Uint8Array {
  return Uint8Array.from(readNumbers(table, target), (value, row) => {
    if (value !== 0 && value !== 1) throw refuseCell(row, target, `${value} is neither 0 nor 1`);
    return value;
  });
}

/** The ids as text, none of them twice. */
export function readIds(table: CsvTable, column: string): string[] {
  const place = columnOf(table, column);
  const seen = new Set<string>();
  return table.rows.map((cells, row) => {
    const id = cells[place] ?? '';
    if (id === '') throw refuseCell(row, column, 'is empty');
    if (seen.has(id)) throw refuseCell(row, column, `${id} stands twice`);
    seen.add(id);
    return id;
  });
}

/**
 * Reads a book to train on. Every column must be the target, the id, a part of the history or excluded, so that nothing
 * is left out by accident; protected attributes can only be excluded.
 */
export function readBook(
  table: CsvTable,
  input: { target: string; id: string; excluded: readonly string[] },
): Book {
  checkColumns(table, input);
  const book: Book = {
    sha256: table.sha256,
    ids: readIds(table, input.id),
    histories: readHistories(table),
    bad: readOutcomes(table, input.target),
  };
  checkClasses(book.bad, input.target);
  return book;
}

function checkColumns(
  table: CsvTable,
  { target, id, excluded }: { target: string; id: string; excluded: readonly string[] },
): void {
  const inputs = [
    limitColumn,
    ...monthColumns(table.columns).flatMap(({ status, billed, paid }) => [status, billed, paid]),
  ];
  for (const column of [target, id, ...inputs, ...excluded]) columnOf(table, column);
  const needed = excluded.find((column) => column === target || column === id || inputs.includes(column));
  if (needed !== undefined) throw new TrainingRefused(`column "${needed}" is needed and cannot be excluded`);
  const known = new Set([target, id, ...inputs, ...excluded]);
  const stray = table.columns.find((column) => !known.has(column));
  if (stray === undefined) return;
  throw new TrainingRefused(
    protectedColumns.includes(stray.toUpperCase())
      ? `column "${stray}" is a protected attribute, never an input of the model; name it with --exclude`
      : `column "${stray}" is no part of a history; name it with --exclude`,
  );
}

/** Throws TrainingRefused unless both outcomes are there often enough. */
export function checkClasses(bad: Uint8Array, target: string): void {
  const bads = bad.reduce((total, value) => total + value, 0);
  for (const [value, rows] of [
    [1, bads],
    [0, bad.length - bads],
  ] as const) {
    if (rows < fewestOfClass)
      throw new TrainingRefused(
        `column "${target}": ${rows} of ${bad.length} rows are ${value}; at least ${fewestOfClass} are needed to train`,
      );
  }
}
