import { describe, expect, it } from 'vitest';
import { type Candidate, judge } from '../src/reconciliation/judge.ts';
import { idsIn } from '../src/reconciliation/named-ids.ts';
import { readCamt053 } from '../src/reconciliation/read-camt053.ts';
import { csvColumns, readCsv } from '../src/reconciliation/read-csv.ts';
import { type Fault, FileRefused, gatherFaults } from '../src/reconciliation/refusal.ts';
import { readDecimal, type StatementPart, type StatementReader } from '../src/reconciliation/statement.ts';
import { bankFile, camtText, csvStatement, ourAccount } from './support/bank-files.ts';

/** The parts of a file and what is wrong with it, as the import would gather them. */
async function read(
  reader: StatementReader,
  text: string | Uint8Array,
): Promise<{ parts: StatementPart[]; faults: Fault[] }> {
  const gathered = gatherFaults();
  const parts: StatementPart[] = [];
  try {
    for await (const part of reader(bankFile('file', text), gathered)) parts.push(part);
    gathered.refuseIfAny();
    return { parts, faults: [] };
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    return { parts, faults: error.refusal.faults };
  }
}

const faultsOf = async (reader: StatementReader, text: string | Uint8Array) =>
  (await read(reader, text)).faults.map(({ place, code }) => `${place}: ${code}`);

describe('an amount of a bank', () => {
  it.each([
    ['12.34', 'EUR', 1234n],
    ['-0.5', 'CNY', -50n],
    ['100', 'JPY', 100n],
    ['100.000', 'JPY', 100n],
    ['1.234', 'KWD', 1234n],
    ['999999999999999.99', 'EUR', 99_999_999_999_999_999n],
    ['0.10000', 'EUR', 10n],
    ['1.005', 'EUR', undefined],
    ['1,00', 'EUR', undefined],
    ['1e3', 'EUR', undefined],
    ['', 'EUR', undefined],
    ['1', 'XXX', undefined],
  ])('%s %s is %s minor units', (text, currency, minor) => {
    expect(readDecimal(text, currency)).toBe(minor);
  });
});

describe('a file in CSV', () => {
  const head = csvColumns.join(',');
  const opening = `opening,${ourAccount},S-1,EUR,2026-11-20,10.00,,,,`;
  const closing = `closing,${ourAccount},S-1,EUR,2026-11-30,10.00,,,,`;
  const line = (rest: string) => `line,${ourAccount},S-1,EUR,${rest}`;

  it('is read with its references, quotes and a mark of UTF-8', async () => {
    const text = [
      `\uFEFF${head}`,
      opening.replace(ourAccount, 'DE89 3704 0044 0532 0130 00'),
      line('2026-11-21,-3.50,b-1,ref-1,"Müller, Söhne","first\nsecond"'),
      closing,
    ].join('\n');
    expect((await read(readCsv, text)).parts).toEqual([
      {
        type: 'opening',
        place: 'line 2',
        account: ourAccount,
        statementId: 'S-1',
        currency: 'EUR',
        balance: 1000n,
        date: '2026-11-20',
      },
      {
        type: 'line',
        place: 'line 4',
        sourceId: 'b-1',
        amount: -350n,
        date: '2026-11-21',
        references: ['ref-1'],
        counterparty: 'Müller, Söhne',
        description: 'first\nsecond',
      },
      { type: 'closing', place: 'line 5', balance: 1000n, date: '2026-11-30' },
    ]);
  });

  it('is refused with every fault and its line', async () => {
    const text = [
      head,
      line('2026-11-21,1.00,a,,,'),
      opening,
      line('2026-02-30,1.00,b,,,'),
      line('2026-11-21,1.005,c,,,'),
      line('2026-11-21,1.00,,,,'),
      `line,${ourAccount},S-2,EUR,2026-11-21,1.00,d,,,`,
      `line,${ourAccount},S-1,XYZ,2026-11-21,1.00,e,,,`,
      'line,too,short',
      line('2026-11-21,0.00,f,,,'),
    ].join('\n');
    expect(await faultsOf(readCsv, text)).toEqual([
      'line 2: opening_missing',
      'line 4, date: date_malformed',
      'line 5, amount: amount_malformed',
      'line 6, id: missing',
      'line 7: order',
      'line 8, currency: currency_unknown',
      'line 9: columns',
      'line 10, amount: amount_malformed',
      'line 3: closing_missing',
    ]);
  });

  it.each([
    ['nothing', '', ['file: empty']],
    ['other columns', 'date,amount\n2026-11-21,1', ['line 1: columns']],
    ['an open quote', `${head}\n${opening}\n"line`, ['line 3: malformed']],
    [
      'bytes that are no text',
      Buffer.concat([Buffer.from(`${head}\n`), Buffer.from([0xff, 0xfe])]),
      ['after line 1: not_utf8'],
    ],
  ])('is refused when it holds %s', async (_what, text, faults) => {
    expect(await faultsOf(readCsv, text)).toEqual(faults);
  });
});

const detail = (amount: string, rest: string) => `<TxDtls><Amt Ccy="EUR">${amount}</Amt>${rest}</TxDtls>`;

describe('a camt.053 message', () => {
  it.each(['02', '08'] as const)('of version 001.%s is read with its references', async (version) => {
    const name = version === '08' ? '<Pty><Nm>Hilda &amp; Co</Nm></Pty>' : '<Nm>Hilda &amp; Co</Nm>';
    const details = `<TxDtls><Refs><EndToEndId>E2E-1</EndToEndId><TxId>NOTPROVIDED</TxId></Refs>
      <RltdPties><Dbtr>${name}</Dbtr></RltdPties><RmtInf><Ustrd>for &#233;clairs</Ustrd><Ustrd>and tea</Ustrd></RmtInf></TxDtls>`;
    const text = camtText({
      version,
      opening: '-5.00',
      closing: '7.34',
      entries: [{ amount: '12.34', side: 'CRDT', ref: 'A-1', details }],
    });
    const { parts, faults } = await read(readCamt053, text);
    expect(faults).toEqual([]);
    expect(parts).toEqual([
      expect.objectContaining({ type: 'opening', account: ourAccount, statementId: 'S-1', balance: -500n }),
      {
        type: 'line',
        place: 'Stmt[1]/Ntry[1]',
        sourceId: 'A-1',
        amount: 1234n,
        date: '2026-11-21',
        references: ['A-1', 'E2E-1'],
        counterparty: 'Hilda & Co',
        description: 'for éclairs and tea',
      },
      expect.objectContaining({ type: 'closing', balance: 734n, date: '2026-11-30' }),
    ]);
  });

  it('tells the transactions of a batch apart, and leaves out what is not booked', async () => {
    const text = camtText({
      opening: '0.00',
      closing: '-10.00',
      entries: [
        {
          amount: '10.00',
          side: 'DBIT',
          ref: 'B-1',
          details: detail('4.00', '') + detail('6.00', '<Refs><EndToEndId>second</EndToEndId></Refs>'),
        },
        { amount: '99.00', side: 'CRDT', status: 'PDNG' },
      ],
    });
    const lines = (await read(readCamt053, text)).parts.filter(({ type }) => type === 'line');
    expect(lines).toMatchObject([
      { sourceId: 'B-1/1', amount: -400n, place: 'Stmt[1]/Ntry[1]/TxDtls[1]' },
      { sourceId: 'B-1/2', amount: -600n, references: ['B-1', 'second'] },
    ]);
  });

  const right = camtText({ opening: '1.00', closing: '2.00', entries: [{ amount: '1.00', side: 'CRDT' }] });

  it.each([
    ['is cut off', right.slice(0, -40), /line \d+, column \d+: malformed/],
    [
      'declares entities',
      right.replace('<Document', '<!DOCTYPE d [<!ENTITY x "y">]><Document'),
      /line 2: doctype_forbidden/,
    ],
    ['is another message', '<Document><Other/></Document>', /Stmt: missing/],
    [
      'has an entry in another currency',
      right.replace('<Ntry><Amt Ccy="EUR">', '<Ntry><Amt Ccy="USD">'),
      /Stmt\[1\]\/Ntry\[1\]\/Amt\/@Ccy: currency_wrong/,
    ],
    ['has no closing balance', right.replace('CLBD', 'XPCD'), /Stmt\[1\]\/Bal: closing_missing/],
    [
      'has an amount with a comma',
      right.replace(
        '>1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>\n     <Sts>',
        '>1,00</Amt><CdtDbtInd>CRDT</CdtDbtInd>\n     <Sts>',
      ),
      /Stmt\[1\]\/Ntry\[1\]\/Amt: amount_malformed/,
    ],
    ['nests deeper than any statement', `${'<a>'.repeat(300)}${'</a>'.repeat(300)}`, /file: malformed/],
  ])('that %s is refused with the place', async (_what, text, told) => {
    const faults = await faultsOf(readCamt053, text);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(told);
  });

  it('whose batch does not sum to its entry is refused with the place', async () => {
    const text = camtText({
      opening: '0.00',
      closing: '10.00',
      entries: [{ amount: '10.00', side: 'CRDT', details: detail('4.00', '') + detail('5.00', '') }],
    });
    expect(await faultsOf(readCamt053, text)).toEqual(['Stmt[1]/Ntry[1]/NtryDtls: details_sum_wrong']);
  });
});

describe('what was written to the bank', () => {
  it('names our ids whatever the bank made of them', () => {
    const hex = '0199c0ffee0199c0ffee0199c0ffee01';
    expect(
      idsIn([
        `Invoice FND-${hex.toUpperCase()}`,
        `mer_${hex.slice(0, 20)}\n${hex.slice(20)} thanks`,
        'po_short',
      ]),
    ).toEqual([`fnd_${hex}`, `mer_${hex}`]);
  });
});

describe('the judge of a record', () => {
  const record = { kind: 'charge', amount: 100n, fee: 3n, currency: 'EUR' } as const;
  const one = (change: Partial<Candidate> = {}): Candidate => ({
    target: { kind: 'attempt', id: 'att_1' },
    how: 'reference',
    amount: 100n,
    currency: 'EUR',
    taken: false,
    ready: true,
    subject: 'rep_1',
    ...change,
  });

  it.each([
    { what: 'nothing', candidates: [], said: 'unknown' },
    { what: 'one that fits', candidates: [one()], said: 'match' },
    { what: 'another amount', candidates: [one({ amount: 99n })], said: 'amount_differs' },
    { what: 'another currency', candidates: [one({ currency: 'USD' })], said: 'currency_differs' },
    { what: 'one that was taken', candidates: [one({ taken: true })], said: 'already_matched' },
    { what: 'one that has not succeeded', candidates: [one({ ready: false })], said: 'not_succeeded' },
    { what: 'two that could be it', candidates: [one(), one({ subject: 'rep_2' })], said: 'ambiguous' },
    {
      what: 'two captures of one order that are equal',
      candidates: [one(), one({ target: { kind: 'attempt', id: 'att_2' } })],
      said: 'match',
    },
    {
      what: 'our own id, beside a reference that fits',
      candidates: [one({ how: 'id', amount: 99n }), one()],
      said: 'amount_differs',
    },
    {
      what: 'two of one amount without a name',
      candidates: [one({ how: 'amount_and_date' }), one({ how: 'amount_and_date', subject: 'b' })],
      said: 'ambiguous',
    },
    { what: 'more than is owed', candidates: [one({ atMost: true, amount: 50n })], said: 'more_than_owed' },
    { what: 'a part of what is owed', candidates: [one({ atMost: true, amount: 500n })], said: 'match' },
    {
      what: 'what is owed the other way',
      candidates: [one({ atMost: true, amount: -500n })],
      said: 'more_than_owed',
    },
  ])('given $what says $said', ({ candidates, said }) => {
    const judged = judge(record, candidates);
    expect(judged.result === 'exception' ? judged.reason : judged.result).toBe(said);
  });

  it('knows no fee that comes back, and no kind that nobody described', () => {
    expect(judge({ ...record, fee: -1n }, [one()])).toEqual({ result: 'exception', reason: 'unsupported' });
    expect(judge({ ...record, kind: 'other' }, [one()])).toEqual({
      result: 'exception',
      reason: 'unsupported',
    });
  });
});

it('a statement of the helper is a right one', async () => {
  const file = csvStatement({ id: 'S', currency: 'JPY', lines: [{ amount: 5n }] });
  expect((await read(readCsv, await text(file.open()))).faults).toEqual([]);
});

async function text(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all).toString();
}
