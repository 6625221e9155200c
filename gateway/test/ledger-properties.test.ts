import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Account, type AccountCode, chart, normalSide } from '../src/ledger/accounts.ts';
import { accountsOf, balance, pendingOf, trialBalance } from '../src/ledger/balances.ts';
import { post } from '../src/ledger/post.ts';
import * as postings from '../src/ledger/postings.ts';
import type { Tx } from '../src/lib/tx.ts';
import { openBooks } from './support/books.ts';
import { happen, histories, tour } from './support/ledger-histories.ts';
import { currencies, expectedBalances, type Model, newModel, withoutZeros } from './support/ledger-model.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

/** Accounts that stand under nobody. */
const ownCodes = (Object.keys(chart) as AccountCode[]).filter((code) => chart[code].owners.length === 0);

/** What `expectedBalances` expects, as the ledger tells it for each owner and each account without one. */
async function storedBalances(tx: Tx, model: Model) {
  const posted = new Map<string, bigint>();
  const pending = new Map<string, bigint>();
  const owners = new Set([
    ...model.parties.flatMap(({ merchantId, funderId, shopperId }) => [merchantId, funderId, shopperId]),
    ...model.plans.flatMap(({ planId, orderId }) => [planId, orderId]),
    // Payouts that were retried and draws that were answered are in no list any more, but their accounts must be empty.
    ...[...model.posted.keys()].flatMap((key) => /^(?:payout|draw):(\w+)/.exec(key)?.[1] ?? []),
  ]);
  for (const owner of owners) {
    for (const found of await accountsOf(tx, owner)) {
      posted.set(`${found.account} ${found.currency}`, found.posted);
      pending.set(`${found.account} ${found.currency}`, found.pending);
    }
  }
  for (const code of ownCodes) {
    for (const currency of currencies) {
      posted.set(`${code} ${currency}`, await balance(tx, code as Account, currency));
      pending.set(`${code} ${currency}`, await pendingOf(tx, code as Account, currency));
    }
  }
  return { posted: withoutZeros(posted), pending: withoutZeros(pending) };
}

/** Σ debit = Σ credit in each currency, and assets + expenses = liabilities + income. */
async function expectTrialBalance(tx: Tx, model: Model): Promise<void> {
  const rows = await trialBalance(tx);
  for (const currency of currencies) {
    const ofCurrency = rows.filter((row) => row.currency === currency);
    const total = (side: 'debit' | 'credit') => ofCurrency.reduce((all, row) => all + row[side], 0n);
    expect(total('debit')).toBe(total('credit'));
    const net = { asset: 0n, expense: 0n, liability: 0n, income: 0n };
    for (const row of ofCurrency) net[row.class] += row.debit - row.credit;
    expect(net.asset + net.expense).toBe(-net.liability - net.income);
  }
  const expected = new Map<string, bigint>();
  for (const [key, amount] of Object.entries(expectedBalances(model).posted)) {
    const [name = '', currency = ''] = key.split(' ');
    const code = name.split(':')[0] as AccountCode;
    const grownByDebit = normalSide(chart[code].class) === 'debit';
    const line = `${code} ${currency} ${grownByDebit === amount > 0n ? 'debit' : 'credit'}`;
    expected.set(line, (expected.get(line) ?? 0n) + (amount < 0n ? -amount : amount));
  }
  const stored = new Map(
    rows.flatMap((row) => [
      [`${row.code} ${row.currency} debit`, row.debit] as const,
      [`${row.code} ${row.currency} credit`, row.credit] as const,
    ]),
  );
  expect(withoutZeros(stored)).toEqual(withoutZeros(expected));
}

// Sixty events take many queries on a busy machine.
test(
  'whatever happens in whatever order, the ledger agrees with the business and every trial balance is zero',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const books = await openBooks(database.db);
        const model = newModel();
        await books.run(async (tx) => {
          for (const happening of history) {
            await happen(happening, model, (posting) => post(tx, posting));
          }
          const expected = expectedBalances(model);
          const stored = await storedBalances(tx, model);
          expect(stored).toEqual(expected);
          await expectTrialBalance(tx, model);
        });
      }),
      { numRuns: 30, examples: [[tour]] },
    );
  },
);

test('the tour meets every template', async () => {
  const books = await openBooks(database.db);
  const model = newModel();
  const met = new Set<string>();
  for (const happening of tour) {
    await happen(happening, model, (posting) => {
      met.add(posting.event);
      return books.run((tx) => post(tx, posting));
    });
  }
  const snake = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  // What a guarantor is paid back is walked in guarantee-properties.test.ts, against a model of its own.
  met.add('guarantor_reimbursed');
  expect(met).toEqual(new Set(Object.keys(postings).map(snake)));
});
