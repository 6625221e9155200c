/** Why a file of the bank is refused, each with the words of the console. */
export const faultCodes = [
  'too_large',
  'not_utf8',
  'malformed',
  'doctype_forbidden',
  'columns',
  'empty',
  'missing',
  'amount_malformed',
  'date_malformed',
  'currency_unknown',
  'currency_wrong',
  'account_unknown',
  'opening_missing',
  'closing_missing',
  'sum_wrong',
  'details_sum_wrong',
  'statement_again',
  'line_again',
  'too_long',
  'order',
] as const;

export type FaultCode = (typeof faultCodes)[number];

/** One thing that is wrong with a file, and where: `line 17`, or `Stmt[1]/Ntry[3]/Amt`. `found` is what stands there. */
export type Fault = { place: string; code: FaultCode; found?: string };

/** A file is refused whole. Of many faults the first are told. */
export type Refusal = { faults: Fault[]; more: number };

const mostTold = 50;
const longestFound = 80;

/** Ends the import of a file; the transaction that reads it rolls back. */
export class FileRefused extends Error {
  readonly refusal: Refusal;

  constructor(faults: readonly Fault[]) {
    super(faults.map(({ place, code }) => `${place}: ${code}`).join('; '));
    this.name = 'FileRefused';
    this.refusal = { faults: faults.slice(0, mostTold), more: Math.max(0, faults.length - mostTold) };
  }
}

/** Gathers what is wrong with a file, so that all of it can be mended at once. */
export type Faults = { add(place: string, code: FaultCode, found?: string): undefined; refuseIfAny(): void };

export function gatherFaults(): Faults {
  const faults: Fault[] = [];
  let more = 0;
  return {
    add(place, code, found) {
      if (faults.length === mostTold) more += 1;
      else faults.push({ place, code, ...(found !== undefined && { found: found.slice(0, longestFound) }) });
      return undefined;
    },
    refuseIfAny() {
      if (faults.length === 0) return;
      const refused = new FileRefused(faults);
      refused.refusal.more = more;
      throw refused;
    },
  };
}

/** The refusal in English, as the command line prints it. */
export const faultWords: Record<FaultCode, string> = {
  too_large: 'the file is larger than is read',
  not_utf8: 'is not UTF-8',
  malformed: 'is not well formed',
  doctype_forbidden: 'declares a document type or entities, which is forbidden',
  columns: 'does not have the documented columns',
  empty: 'holds nothing',
  missing: 'is missing',
  amount_malformed: 'is not an amount of the currency',
  date_malformed: 'is not a date',
  currency_unknown: 'is not a currency that we know',
  currency_wrong: 'is not in the currency of the account',
  account_unknown: 'is none of our accounts',
  opening_missing: 'has no opening balance',
  closing_missing: 'has no closing balance',
  sum_wrong: 'opening balance and entries do not make the closing balance',
  details_sum_wrong: 'the transactions of the entry do not make its amount',
  statement_again: 'this statement of the account was imported before',
  line_again: 'a line with this id was imported before',
  too_long: 'is too long',
  order: 'stands where it must not',
};
