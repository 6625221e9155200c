import { type Currency, digitsOf } from './money.ts';

/** What stands in one cell; null is an empty one. */
export type CsvCell = string | number | bigint | null;

/** Without it spreadsheets take UTF-8 for a code page of their own. */
const byteOrderMark = '\uFEFF';

/** A spreadsheet runs a cell that begins so as a formula (OWASP, CSV injection), also behind blanks. */
const beginsFormula = /^\s*[=+\-@\t\r]/;
const isNumber = /^-?\d+(?:\.\d+)?$/;

/** One line of RFC 4180, its end included. Text that a spreadsheet would run is led by an apostrophe; numbers are not. */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

/** A whole file for spreadsheets: the names of the columns, and the rows. A longer one is sent line by line after `csvHead`. */
export function csvOf(columns: readonly string[], rows: Iterable<readonly CsvCell[]>): string {
  let text = csvHead(columns);
  for (const row of rows) text += csvLine(row);
  return text;
}

/** How a file for spreadsheets begins: the mark of UTF-8 and the names of the columns. */
export function csvHead(columns: readonly string[]): string {
  return byteOrderMark + csvLine(columns);
}

/** An amount of minor units as a plain decimal number, which spreadsheets and programs read alike: `-1234.50`. */
export function decimalOf(amount: bigint, currency: Currency): string {
  const digits = digitsOf(currency);
  const padded = String(amount < 0n ? -amount : amount).padStart(digits + 1, '0');
  const sign = amount < 0n ? '-' : '';
  if (digits === 0) return sign + padded;
  return `${sign}${padded.slice(0, -digits)}.${padded.slice(-digits)}`;
}

function cellOf(cell: CsvCell): string {
  if (cell === null) return '';
  const text = String(cell);
  const safe = beginsFormula.test(text) && !isNumber.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
