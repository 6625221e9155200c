import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CsvError, parse } from 'csv-parse/sync';
import { TrainingRefused } from './refusal.ts';

/** A CSV file with a head line; all cells as text. */
export type CsvTable = { sha256: string; columns: string[]; rows: string[][] };

/** Reads a CSV file. Throws TrainingRefused for a file that cannot be read, has no rows, or has a row of another width. */
export function readCsvTable(path: string): CsvTable {
  const bytes = readBytes(path);
  let lines: string[][];
  try {
    lines = parse(bytes, { bom: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new TrainingRefused(`${path} is not a CSV file with a head line: ${error.message}`);
  }
  const [columns = [], ...rows] = lines;
  const twice = columns.find((column, index) => columns.indexOf(column) !== index);
  if (twice !== undefined) throw new TrainingRefused(`column "${twice}" stands twice`);
  if (rows.length === 0) throw new TrainingRefused(`${path} has no rows`);
  return { sha256: createHash('sha256').update(bytes).digest('hex'), columns, rows };
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new TrainingRefused(
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** The place of a column. Throws TrainingRefused when it is missing. */
export function columnOf(table: CsvTable, column: string): number {
  const index = table.columns.indexOf(column);
  if (index < 0)
    throw new TrainingRefused(`column "${column}" is missing; the file has ${table.columns.join(', ')}`);
  return index;
}

/** A refusal that names the cell; rows count from 1 below the head line. */
export function refuseCell(row: number, column: string, reason: string): TrainingRefused {
  return new TrainingRefused(`row ${row + 1}, column "${column}": ${reason}`);
}

/** The number in a cell; undefined where it is empty. Text, NaN and infinities are refused with row and column. */
export function readNumber(table: CsvTable, row: number, column: number): number | undefined {
  const text = table.rows[row]?.[column] ?? '';
  if (text === '') return undefined;
  const value = Number(text);
  if (!Number.isFinite(value))
    throw refuseCell(row, table.columns[column] ?? '', `"${text}" is not a finite number`);
  return value;
}

/** A column of numbers in which no cell may be empty. */
export function readNumbers(table: CsvTable, column: string): number[] {
  const place = columnOf(table, column);
  return table.rows.map((_, row) => {
    const value = readNumber(table, row, place);
    if (value === undefined) throw refuseCell(row, column, 'is empty');
    return value;
  });
}
