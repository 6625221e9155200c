import type { CalendarDate } from '../lib/dates.ts';
import { type Currency, digitsOf, isCurrency } from '../lib/money.ts';
import type { Faults } from './refusal.ts';

/** One line of a bank statement. */
export type StatementLine = {
  place: string;
  /** The bank's own id of the line, unique in the account. */
  sourceId: string;
  /** Minor units, positive when money came. */
  amount: bigint;
  date: CalendarDate;
  references: string[];
  counterparty?: string;
  description?: string;
};

export type StatementHead = {
  place: string;
  account: string;
  statementId: string;
  currency: Currency;
  /** The balance before the first line, in minor units. */
  balance: bigint;
  date: CalendarDate;
};

/** What a reader makes of a file, one after the other: the head of a statement, its lines, and how it ends. */
export type StatementPart =
  | ({ type: 'opening' } & StatementHead)
  | ({ type: 'line' } & StatementLine)
  | { type: 'closing'; place: string; balance: bigint; date: CalendarDate };

/** A file of the bank. `open` gives its bytes from the start, each time that it is called. */
export type BankFile = {
  name: string;
  /** SHA-256 of the bytes, in hex. */
  hash: string;
  size: number;
  open: () => AsyncIterable<Uint8Array>;
};

export type StatementReader = (file: BankFile, faults: Faults) => AsyncIterable<StatementPart>;

const decimal = /^([+-]?)(\d{1,15})(?:\.(\d{1,5}))?$/;

/**
 * The minor units of an amount as banks write it: digits with a point, no groups. Undefined where it has more decimals than
 * the currency that are not zero: nothing is rounded, and no float is made of it.
 */
export function readDecimal(text: string, currency: Currency): bigint | undefined {
  const [matched, sign, whole = '', decimals = ''] = decimal.exec(text) ?? [];
  if (matched === undefined || !isCurrency(currency)) return undefined;
  const digits = digitsOf(currency);
  if (/[1-9]/.test(decimals.slice(digits))) return undefined;
  const minor = BigInt(whole + decimals.slice(0, digits).padEnd(digits, '0'));
  return sign === '-' ? -minor : minor;
}

/** A date of the calendar, as `2026-03-31`; undefined where there is no such day. */
export function readCalendarDate(text: string): CalendarDate | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const instant = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(text) ? text : undefined;
}

/** An account's number as it is kept: without the blanks that people write into it. */
export function accountOf(text: string): string {
  return text.replaceAll(/\s/g, '').toUpperCase();
}
