import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { isCurrency } from '../lib/money.ts';
import { FileRefused, type FaultCode, type Faults } from './refusal.ts';
import {
  accountOf,
  type BankFile,
  readCalendarDate,
  readDecimal,
  type StatementHead,
  type StatementPart,
} from './statement.ts';
import { all, codeOf, type Element, first, textAt, textOf, textsAt } from './xml.ts';
import { readEntry } from './read-camt-entry.ts';

/** The whole file is in memory while it is read, several times over. */
const largestFile = 20 * 1024 * 1024;

/** Elements that may come more than once; they are lists also where there is one. */
const repeated = new Set(['Stmt', 'Bal', 'Ntry', 'NtryDtls', 'TxDtls', 'Ustrd', 'Strd']);

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  // An amount that became a float could not be told from another one.
  parseTagValue: false,
  parseAttributeValue: false,
  removeNSPrefix: true,
  // Only the five of XML itself: what declares others is refused before.
  processEntities: true,
  htmlEntities: false,
  isArray: (name) => repeated.has(name),
});

/** Reads the statements of a camt.053 message, versions 001.02 to 001.08. */
export async function* readCamt053(file: BankFile, faults: Faults): AsyncGenerator<StatementPart> {
  const document = parseXml(await readText(file));
  const message = first(first(document, 'Document'), 'BkToCstmrStmt');
  const statements = all(message, 'Stmt');
  if (statements.length === 0) throw refusedAt('Document/BkToCstmrStmt/Stmt', 'missing');
  for (const [index, statement] of statements.entries())
    yield* readStatement(statement, `Stmt[${index + 1}]`, faults);
}

function refusedAt(place: string, code: FaultCode, found?: string): FileRefused {
  return new FileRefused([{ place, code, ...(found !== undefined && { found }) }]);
}

async function readText(file: BankFile): Promise<string> {
  if (file.size > largestFile) throw refusedAt('file', 'too_large', `${file.size}`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.open()) chunks.push(chunk);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw refusedAt('file', 'not_utf8');
  }
}

function parseXml(text: string): Element {
  if (text.trim() === '') throw refusedAt('file', 'empty');
  // No statement needs one, and entities are how a small file becomes a large one or reads another.
  const declared = /<!(?:DOCTYPE|ENTITY)/i.exec(text);
  if (declared) throw refusedAt(lineAt(text, declared.index), 'doctype_forbidden');
  const valid = XMLValidator.validate(text);
  if (valid !== true)
    throw refusedAt(`line ${valid.err.line}, column ${valid.err.col}`, 'malformed', valid.err.msg);
  try {
    return parser.parse(text) as Element;
  } catch (error) {
    throw refusedAt('file', 'malformed', error instanceof Error ? error.message.slice(0, 80) : undefined);
  }
}

function lineAt(text: string, index: number): string {
  return `line ${text.slice(0, index).split('\n').length}`;
}

function* readStatement(statement: Element, place: string, faults: Faults): Generator<StatementPart> {
  const head = readHead(statement, place, faults);
  if (!head) return;
  yield { type: 'opening', ...head };
  // A bank's own reference is our name of a line, but nothing makes a bank give each line another one.
  const seen = new Map<string, number>();
  for (const [index, entry] of all(statement, 'Ntry').entries()) {
    const at = { place: `${place}/Ntry[${index + 1}]`, fallbackId: `${head.statementId}/${index + 1}` };
    for (const line of readEntry(entry, { ...at, currency: head.currency }, faults)) {
      const count = (seen.get(line.sourceId) ?? 0) + 1;
      seen.set(line.sourceId, count);
      yield { type: 'line', ...line, sourceId: count === 1 ? line.sourceId : `${line.sourceId}#${count}` };
    }
  }
  const closing = readBalance(statement, ['CLBD'], place, head.currency, faults);
  if (closing) yield { type: 'closing', ...closing };
}

function readHead(statement: Element, place: string, faults: Faults): StatementHead | undefined {
  const account = textAt(statement, 'Acct', 'Id', 'IBAN') ?? textAt(statement, 'Acct', 'Id', 'Othr', 'Id');
  const statementId = textAt(statement, 'Id');
  if (account === undefined) faults.add(`${place}/Acct/Id`, 'missing');
  if (statementId === undefined) faults.add(`${place}/Id`, 'missing');
  if (statementId !== undefined && statementId.length > 100) faults.add(`${place}/Id`, 'too_long');
  const currency = currencyOf(statement);
  if (currency === undefined || !isCurrency(currency)) {
    faults.add(`${place}/Acct/Ccy`, currency === undefined ? 'missing' : 'currency_unknown', currency);
    return undefined;
  }
  // Some banks name the booked balance that the statement before closed with.
  const opening = readBalance(statement, ['OPBD', 'PRCD'], place, currency, faults);
  if (account === undefined || statementId === undefined || !opening) return undefined;
  return { ...opening, place, account: accountOf(account), statementId, currency };
}

/** The account's currency is optional; the balances always have one. */
function currencyOf(statement: Element): string | undefined {
  return textAt(statement, 'Acct', 'Ccy') ?? textAt(first(statement, 'Bal'), 'Amt', '@Ccy');
}

function readBalance(
  statement: Element,
  codes: readonly string[],
  place: string,
  currency: string,
  faults: Faults,
): { place: string; balance: bigint; date: string } | undefined {
  const balances = all(statement, 'Bal');
  const index = codes
    .map((code) => balances.findIndex((balance) => codeOf(first(balance, 'Tp'), 'CdOrPrtry') === code))
    .find((found) => found >= 0);
  const balance = index === undefined ? undefined : balances[index];
  if (index === undefined || !balance) {
    faults.add(`${place}/Bal`, codes[0] === 'CLBD' ? 'closing_missing' : 'opening_missing');
    return undefined;
  }
  const at = `${place}/Bal[${index + 1}]`;
  const amount = readAmount(balance, at, currency, faults);
  const text = textAt(balance, 'Dt', 'Dt') ?? textAt(balance, 'Dt', 'DtTm')?.slice(0, 10) ?? '';
  const date = readCalendarDate(text);
  if (date === undefined) faults.add(`${at}/Dt`, text === '' ? 'missing' : 'date_malformed', text);
  return amount === undefined || date === undefined ? undefined : { place: at, balance: amount, date };
}

/** The signed amount of a balance. */
function readAmount(balance: Element, place: string, currency: string, faults: Faults): bigint | undefined {
  const text = textOf(first(balance, 'Amt')) ?? '';
  const found = textAt(balance, 'Amt', '@Ccy');
  if (found !== currency) return faults.add(`${place}/Amt/@Ccy`, 'currency_wrong', found ?? '');
  const amount = readDecimal(text, currency);
  const side = textsAt(balance, 'CdtDbtInd')[0];
  if (amount === undefined || amount < 0n) return faults.add(`${place}/Amt`, 'amount_malformed', text);
  if (side !== 'CRDT' && side !== 'DBIT') return faults.add(`${place}/CdtDbtInd`, 'missing', side);
  return side === 'CRDT' ? amount : -amount;
}
