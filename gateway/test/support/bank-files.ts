import { createHash } from 'node:crypto';
import { decimalOf } from '../../src/lib/csv.ts';
import { csvColumns } from '../../src/reconciliation/read-csv.ts';
import type { BankFile } from '../../src/reconciliation/statement.ts';

/** Our account in these files. */
export const ourAccount = 'DE89370400440532013000';

/** A file with this text, whose bytes come in two pieces. */
export function bankFile(name: string, text: string | Uint8Array): BankFile {
  const bytes = Buffer.from(text as string);
  const half = Math.floor(bytes.length / 2);
  return {
    name,
    hash: createHash('sha256').update(bytes).digest('hex'),
    size: bytes.length,
    open: async function* () {
      yield bytes.subarray(0, half);
      yield bytes.subarray(half);
    },
  };
}

export type BankLine = {
  amount: bigint;
  date?: string;
  reference?: string;
  counterparty?: string;
  text?: string;
};

/** A statement whose lines make its closing balance. */
export function csvStatement(input: {
  id: string;
  currency: string;
  opening?: bigint;
  lines: readonly BankLine[];
}): BankFile {
  const { id, currency, opening = 0n, lines } = input;
  const head = [ourAccount, id, currency];
  const money = (amount: bigint) => decimalOf(amount, currency);
  const closing = lines.reduce((total, { amount }) => total + amount, opening);
  const rows = [
    csvColumns,
    ['opening', ...head, '2026-11-20', money(opening), '', '', '', ''],
    ...lines.map(({ amount, date = '2026-11-21', reference = '', counterparty = '', text = '' }, index) => [
      'line',
      ...head,
      date,
      money(amount),
      `${id}-${index + 1}`,
      reference,
      counterparty,
      text,
    ]),
    ['closing', ...head, '2026-11-30', money(closing), '', '', '', ''],
  ];
  return bankFile(`${id}.csv`, rows.map((row) => row.join(',')).join('\r\n'));
}

export type CamtEntry = {
  amount: string;
  side: 'CRDT' | 'DBIT';
  ref?: string;
  details?: string;
  status?: string;
  currency?: string;
};

/** A camt.053 message of one statement in the older form (001.02) or the newer one (001.08). */
export function camtText(input: {
  opening: string;
  closing: string;
  entries: readonly CamtEntry[];
  version?: '02' | '08';
  account?: string;
  currency?: string;
  id?: string;
}): string {
  const {
    opening,
    closing,
    entries,
    version = '08',
    account = ourAccount,
    currency = 'EUR',
    id = 'S-1',
  } = input;
  const balance = (code: string, amount: string, date: string) =>
    `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="${currency}">${amount.replace('-', '')}</Amt>
     <CdtDbtInd>${amount.startsWith('-') ? 'DBIT' : 'CRDT'}</CdtDbtInd><Dt><Dt>${date}</Dt></Dt></Bal>`;
  const entry = ({ amount, side, ref, details = '', status = 'BOOK', currency: own = currency }: CamtEntry) =>
    `<Ntry><Amt Ccy="${own}">${amount}</Amt><CdtDbtInd>${side}</CdtDbtInd>
     <Sts>${version === '08' ? `<Cd>${status}</Cd>` : status}</Sts><BookgDt><Dt>2026-11-21</Dt></BookgDt>
     ${ref === undefined ? '' : `<AcctSvcrRef>${ref}</AcctSvcrRef>`}<NtryDtls>${details}</NtryDtls></Ntry>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.${version}"><BkToCstmrStmt>
<GrpHdr><MsgId>M-1</MsgId><CreDtTm>2026-11-30T20:00:00Z</CreDtTm></GrpHdr>
<Stmt><Id>${id}</Id><Acct><Id><IBAN>${account}</IBAN></Id><Ccy>${currency}</Ccy></Acct>
${balance('OPBD', opening, '2026-11-20')}${balance('CLBD', closing, '2026-11-30')}
${entries.map(entry).join('\n')}
</Stmt></BkToCstmrStmt></Document>`;
}
