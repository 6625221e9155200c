import { decimalOf } from '../lib/csv.ts';
import { sum } from '../lib/money.ts';
import type { Faults } from './refusal.ts';
import { readCalendarDate, readDecimal, type StatementLine } from './statement.ts';
import { all, codeOf, type Element, first, textAt, textOf, textsAt } from './xml.ts';

type At = { place: string; fallbackId: string; currency: string };

/** References that banks write where there is none. */
const noReference = new Set(['NOTPROVIDED', 'NOTAVAILABLE', 'NONREF']);

/**
 * The lines of one entry: of a batch whose transactions have amounts each of them, else the entry itself. What is not
 * booked yet moves no booked balance and is left out.
 */
export function readEntry(entry: Element, at: At, faults: Faults): StatementLine[] {
  const status = codeOf(entry, 'Sts');
  if (status !== undefined && status !== 'BOOK') return [];
  const amount = readEntryAmount(entry, at, faults);
  const date = readEntryDate(entry, at, faults);
  if (amount === undefined || date === undefined) return [];
  const own = [textAt(entry, 'AcctSvcrRef'), textAt(entry, 'NtryRef')];
  const sourceId = (own.find(isReference) ?? at.fallbackId).slice(0, 150);
  const whole = { place: at.place, sourceId, amount, date };
  const details = all(entry, 'NtryDtls').flatMap((group) => all(group, 'TxDtls'));
  const parts = details.map((detail) => readDetailAmount(detail, amount < 0n, at.currency));
  if (details.length > 1 && parts.every((part) => part !== undefined)) {
    const total = sum(parts);
    if (total !== amount) {
      faults.add(
        `${at.place}/NtryDtls`,
        'details_sum_wrong',
        `${decimalOf(total, at.currency)} is not ${decimalOf(amount, at.currency)}`,
      );
      return [];
    }
    return details.map((detail, index) => ({
      ...whole,
      place: `${at.place}/TxDtls[${index + 1}]`,
      sourceId: `${sourceId}/${index + 1}`,
      amount: parts[index] ?? 0n,
      ...tellingsOf(entry, [detail], (parts[index] ?? 0n) < 0n),
    }));
  }
  return [{ ...whole, ...tellingsOf(entry, details, amount < 0n) }];
}

function readEntryAmount(entry: Element, { place, currency }: At, faults: Faults): bigint | undefined {
  const text = textOf(first(entry, 'Amt')) ?? '';
  const found = textAt(entry, 'Amt', '@Ccy');
  if (found !== currency) return faults.add(`${place}/Amt/@Ccy`, 'currency_wrong', found ?? '');
  const amount = readDecimal(text, currency);
  if (amount === undefined || amount <= 0n) return faults.add(`${place}/Amt`, 'amount_malformed', text);
  const side = textAt(entry, 'CdtDbtInd');
  if (side !== 'CRDT' && side !== 'DBIT') return faults.add(`${place}/CdtDbtInd`, 'missing', side);
  return side === 'CRDT' ? amount : -amount;
}

function readEntryDate(entry: Element, { place }: At, faults: Faults): string | undefined {
  const text = ['BookgDt', 'ValDt']
    .flatMap((name) => [textAt(entry, name, 'Dt'), textAt(entry, name, 'DtTm')?.slice(0, 10)])
    .find((found) => found !== undefined);
  const date = text === undefined ? undefined : readCalendarDate(text);
  if (date === undefined)
    faults.add(`${place}/BookgDt`, text === undefined ? 'missing' : 'date_malformed', text);
  return date;
}

/** A transaction's part of its entry, where the bank says so in the account's currency. */
function readDetailAmount(detail: Element, isDebit: boolean, currency: string): bigint | undefined {
  const given = [first(detail, 'Amt'), first(first(first(detail, 'AmtDtls'), 'TxAmt'), 'Amt')].find(
    (amount) => textOf(amount) !== undefined && textAt(amount, '@Ccy') === currency,
  );
  const amount = readDecimal(textOf(given) ?? '', currency);
  if (amount === undefined || amount <= 0n) return undefined;
  const side = textAt(detail, 'CdtDbtInd');
  return (side === undefined ? isDebit : side === 'DBIT') ? -amount : amount;
}

/** What a line is told by: the references, who is on the other side, and what they wrote. */
function tellingsOf(
  entry: Element,
  details: readonly Element[],
  isDebit: boolean,
): Pick<StatementLine, 'references' | 'counterparty' | 'description'> {
  const references = [
    textAt(entry, 'NtryRef'),
    textAt(entry, 'AcctSvcrRef'),
    ...details.flatMap((detail) => [
      ...['EndToEndId', 'AcctSvcrRef', 'TxId', 'InstrId', 'PmtInfId', 'MsgId'].map((name) =>
        textAt(detail, 'Refs', name),
      ),
      ...all(first(detail, 'RmtInf'), 'Strd').map((structured) => textAt(structured, 'CdtrRefInf', 'Ref')),
    ]),
  ].filter(isReference);
  const counterparty = details.map((detail) => nameOf(detail, isDebit ? 'Cdtr' : 'Dbtr')).find(Boolean);
  const written = [
    ...details.flatMap((detail) => textsAt(first(detail, 'RmtInf'), 'Ustrd')),
    ...details.flatMap((detail) => textsAt(detail, 'AddtlTxInf')),
    ...textsAt(entry, 'AddtlNtryInf'),
  ].join(' ');
  return {
    references: [...new Set(references)],
    ...(counterparty !== undefined && { counterparty }),
    ...(written !== '' && { description: written }),
  };
}

function isReference(text: string | undefined): text is string {
  return text !== undefined && !noReference.has(text.toUpperCase());
}

/** The name stands in `Pty` from version 001.08 on. */
function nameOf(detail: Element, party: 'Cdtr' | 'Dbtr'): string | undefined {
  const found = first(first(detail, 'RltdPties'), party);
  return textAt(found, 'Pty', 'Nm') ?? textAt(found, 'Nm');
}
