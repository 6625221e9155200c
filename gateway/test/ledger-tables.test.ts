import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { chart, parseAccount } from '../src/ledger/accounts.ts';
import { invariants } from '../src/ledger/invariants.ts';
import * as postings from '../src/ledger/postings.ts';
import { newId } from '../src/lib/ids.ts';
import { newParties } from './support/books.ts';

// The tables of the ledger's README say what the code does.

const readme = readFileSync(join(import.meta.dirname, '../src/ledger/README.md'), 'utf8');

/** The rows below the heading `| first | … |` of a table, as cells. */
function table(first: string): string[][] {
  const lines = readme.split('\n');
  const head = lines.findIndex((line) => line.startsWith(`| ${first} `));
  const body = lines.slice(head + 2);
  return body.slice(0, body.indexOf('')).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

const names = (cell: string | undefined): string[] =>
  [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

describe('the table of accounts', () => {
  test('is the chart', () => {
    const rows = table('account').map(([account, accountClass]) => {
      const [code = '', ...owners] = (names(account)[0] ?? '').split(':');
      return [code, accountClass, owners.length];
    });
    const entries = Object.entries(chart).map(([code, entry]) => [code, entry.class, entry.owners.length]);
    expect(rows).toEqual(entries);
  });
});

describe('the table of invariants', () => {
  test('names what is checked', () => {
    expect(new Set(table('name').map(([name]) => names(name)[0]))).toEqual(new Set(Object.keys(invariants)));
  });
});

describe('the table of events', () => {
  const cause = { currency: 'CNY', subjectId: 'test' };
  const ids = {
    ...newParties(),
    guarantorId: newId('shp'),
    drawId: newId('drw'),
    payoutId: newId('po'),
    disputeId: newId('dsp'),
  };
  const payouts = { fromPayoutId: newId('po'), toPayoutId: newId('po') };
  /** Every part of every event at once. */
  const all = {
    ...cause,
    ...ids,
    ...payouts,
    amount: 100n,
    pending: { id: 1n, amount: 100n },
    pendingId: 1n,
    fromFunderId: newId('fnd'),
    toFunderId: newId('fnd'),
    reserved: { pendingId: 1n, amount: 100n, merchantId: ids.merchantId },
    price: 48n,
    financed: 60n,
    remainder: 40n,
    down: 20n,
    merchantFee: 4n,
    feeShare: 2n,
    interest: 5n,
    subsidised: 3n,
    fee: 7n,
    principal: 50n,
    servicingFee: 1n,
    moneyBack: 9n,
    interestOff: 1n,
    interestToPrincipal: 2n,
    interestToShopper: 3n,
    merchantFeeReturned: 4n,
    feeShareReturned: 2n,
    covered: 11n,
    funderPart: 6n,
    coveredPart: 5n,
    net: 30n,
    target: 'clearing' as const,
    fromUnapplied: 5n,
    fromShopper: 4n,
    lost: 3n,
    processorFee: 2n,
  };
  const rows = new Map(table('template').map(([name, transfers]) => [names(name)[0] ?? '', transfers ?? '']));
  const templates = Object.entries(postings);

  test('has every template', () => {
    expect(new Set(rows.keys())).toEqual(new Set(templates.map(([name]) => name)));
  });

  /** `a` → `b`, `c`: from a to b and from a to c; `;` ends that. */
  const told = (cell: string): string[] =>
    cell.split(';').flatMap((part) => {
      const kind = /\b(pending|post|void) `/.exec(part)?.[1] ?? 'posted';
      return part
        .split(/(?=`\w+` →)/)
        .filter((piece) => piece.includes('→'))
        .flatMap((piece) => {
          const [debit, ...credits] = names(piece);
          return credits.map((credit) => `${kind} ${debit} ${credit}`);
        });
    });

  test.each(templates)('tells the transfers of %s', (name, template) => {
    // A refund whose money a dispute has set apart takes it from there, which its row says in words.
    const input = name === 'refund' ? { ...all, disputeId: undefined } : all;
    const { transfers, event, subjectId } = (template as (input: object) => postings.Posting)(input);
    // Statements, bank matching and the console know it by its template's name.
    const snakeCase = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    expect({ event, subjectId }).toEqual({ event: snakeCase, subjectId: cause.subjectId });
    const code = (account: string) => parseAccount(account).code;
    const made = transfers.map(({ kind, debit, credit }) => `${kind} ${code(debit)} ${code(credit)}`);
    expect(told(rows.get(name) ?? '').toSorted()).toEqual(made.toSorted());
  });
});
