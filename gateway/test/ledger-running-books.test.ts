import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { account, normalSide } from '../src/ledger/accounts.ts';
import { trialBalance } from '../src/ledger/balances.ts';
import { checkBalances, readTransfers } from '../src/ledger/check-balances.ts';
import { post } from '../src/ledger/post.ts';
import * as postings from '../src/ledger/postings.ts';
import type { Posting } from '../src/ledger/postings.ts';
import {
  type BalanceFault,
  emptyBooks,
  faultsOf,
  foldTransfers,
  type RunningBooks,
  trialBalanceOf,
} from '../src/ledger/running-books.ts';
import { newId } from '../src/lib/ids.ts';
import { newParties, openBooks } from './support/books.ts';
import { happen, histories, tour } from './support/ledger-histories.ts';
import { expectedBalances, newModel, withoutZeros } from './support/ledger-model.ts';
import { runs } from './support/runs.ts';

const currency = 'CNY';

/** Folds a posting into books as if it had been stored next, and returns the ids of its transfers. */
function fold(books: RunningBooks, { transfers }: Posting): { ids: bigint[]; touched: Set<string> } {
  const stored = transfers.map((transfer, index) => ({
    ...transfer,
    id: books.throughTransferId + BigInt(index + 1),
    pendingId: transfer.pendingId ?? null,
  }));
  return { touched: foldTransfers(books, stored), ids: stored.map(({ id }) => id) };
}

/** What running books hold, as `expectedBalances` tells it. */
function balancesOf(books: RunningBooks) {
  const of = (part: 'posted' | 'pending') =>
    withoutZeros(new Map([...books.balances].map(([key, balance]) => [key, balance[part]])));
  return { posted: of('posted'), pending: of('pending') };
}

describe('books that are carried from transfer to transfer', () => {
  // Thousands of histories take longer than most tests may.
  test(
    'agree with the business, balance, and have no fault, whatever happens in whatever order',
    { timeout: 180_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(histories, async (history) => {
          const books = emptyBooks();
          const model = newModel();
          const faults: BalanceFault[] = [];
          for (const happening of history) {
            await happen(happening, model, (posting) => {
              const { ids, touched } = fold(books, posting);
              faults.push(...faultsOf(books, touched));
              return Promise.resolve(ids);
            });
          }
          expect(faults).toEqual([]);
          expect(balancesOf(books)).toEqual(expectedBalances(model));
          const difference = new Map<string, bigint>();
          for (const { currency, debit, credit } of trialBalanceOf(books))
            difference.set(currency, (difference.get(currency) ?? 0n) + debit - credit);
          expect(withoutZeros(difference)).toEqual({});
        }),
        { ...runs(), examples: [[tour]] },
      );
    },
  );

  test('keep nothing of what came to nothing', () => {
    const books = emptyBooks();
    const by = { ...newParties(), currency, subjectId: 'test' };
    const [pendingId = 0n] = fold(books, postings.authorize({ ...by, amount: 100n })).ids;
    expect(books.reserved.size).toBe(1);
    fold(books, postings.voidAuthorization({ ...by, pendingId, amount: 100n }));
    expect([books.balances.size, books.reserved.size, books.gaps.size]).toEqual([0, 0, 0]);
  });

  test('refuse to resolve what they have not seen, and what is resolved', () => {
    const by = { ...newParties(), currency, subjectId: 'test', amount: 100n };
    expect(() => fold(emptyBooks(), postings.voidAuthorization({ ...by, pendingId: 7n }))).toThrow(
      'resolves 7',
    );
    const books = emptyBooks();
    const [pendingId = 0n] = fold(books, postings.authorize(by)).ids;
    fold(books, postings.voidAuthorization({ ...by, pendingId }));
    expect(() => fold(books, postings.voidAuthorization({ ...by, pendingId }))).toThrow('not pending');
  });
});

describe('what takes an event back', () => {
  const amount = fc.bigInt({ min: 1n, max: 10n ** 15n });
  type Input = {
    currency: string;
    subjectId: string;
    amount: bigint;
    drawId: string;
    payoutId: string;
  } & ReturnType<typeof newParties>;
  const pairs: [string, (input: Input) => [Posting, Posting]][] = [
    ['a waiver', (input) => [postings.lateFeeCharged(input), postings.lateFeeWaived(input)]],
    ['a returned subsidy', (input) => [postings.subsidyFunded(input), postings.subsidyReturned(input)]],
    ['a failed draw', (input) => [postings.cashDraw(input), postings.drawFailed(input)]],
    ['a returned payout', (input) => [postings.payoutPaid(input), postings.payoutReturned(input)]],
  ];

  test.each(pairs)('leaves nothing: %s', (_, pair) => {
    fc.assert(
      fc.property(amount, fc.integer({ min: 1, max: 4 }), (amount, times) => {
        const ids = { ...newParties(), drawId: newId('drw'), payoutId: newId('po') };
        const books = emptyBooks();
        const [event, reversal] = pair({ ...ids, currency, subjectId: 'test', amount });
        for (let count = 0; count < times; count += 1) fold(books, event);
        expect(books.balances.size).toBeGreaterThan(0);
        for (let count = 0; count < times; count += 1) fold(books, reversal);
        expect([books.balances.size, books.gaps.size]).toEqual([0, 0]);
      }),
      runs(),
    );
  });
});

describe('the days of an environment', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.drop());

  test(
    'carried one by one are its trial balance at the end, and each costs what it posted',
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(histories, fc.integer({ min: 1, max: 9 }), async (history, perDay) => {
          const books = await openBooks(database.db);
          const model = newModel();
          const carried = emptyBooks();
          await books.run(async (tx) => {
            let posted = 0;
            for (const [index, happening] of history.entries()) {
              await happen(happening, model, (posting) => {
                posted += posting.transfers.length;
                return post(tx, posting);
              });
              if (index % perDay > 0 && index < history.length - 1) continue;
              expect(await checkBalances(tx, carried)).toEqual({ transfers: posted, faults: [] });
              posted = 0;
            }
            const rows = await trialBalance(tx);
            expect(trialBalanceOf(carried)).toEqual(rows.filter((row) => row.debit + row.credit > 0n));
            const whole = emptyBooks();
            await checkBalances(tx, whole);
            expect(whole).toEqual(carried);
          });
        }),
        { numRuns: 15, examples: [[tour, 5]] },
      );
    },
  );

  test('are read in pages, each from where the last one ended', async () => {
    const books = await openBooks(database.db);
    const by = { ...newParties(), currency, subjectId: 'test' };
    const ids = await books.run(async (tx) => [
      ...(await post(tx, postings.lateFeeCharged({ ...by, amount: 1n }))),
      ...(await post(tx, postings.cashDraw({ ...by, drawId: newId('drw'), amount: 2n }))),
    ]);
    const [first = 0n, second = 0n, third = 0n] = ids;
    const read = (sinceTransferId: bigint) =>
      books
        .run((tx) => readTransfers(tx, { sinceTransferId, limit: 2 }))
        .then((page) => page.map(({ id }) => id));
    expect([await read(0n), await read(second), await read(third)]).toEqual([[first, second], [third], []]);
  });

  test('see nothing of another environment', async () => {
    const [one, other] = [await openBooks(database.db), await openBooks(database.db)];
    const by = { ...newParties(), currency, subjectId: 'test', amount: 1n };
    await one.run((tx) => post(tx, postings.lateFeeCharged(by)));
    expect(await other.run((tx) => checkBalances(tx, emptyBooks()))).toEqual({ transfers: 0, faults: [] });
  });
});

describe('it is found on the same day when', () => {
  const books = () => emptyBooks();
  const transfer = (debit: postings.Transfer['debit'], credit: postings.Transfer['credit']): Posting => ({
    event: 'mistake',
    subjectId: 'test',
    transfers: [{ kind: 'posted', debit, credit, currency, amount: 100n }],
  });
  const faultsAfter = (carried: RunningBooks, posting: Posting) =>
    faultsOf(carried, fold(carried, posting).touched);
  const { funderId, planId, payoutId } = { ...newParties(), payoutId: newId('po') };

  test("a funder's stake is not the principal of its plans, until it is again", () => {
    const carried = books();
    const gap = { name: 'principal_is_participation', subject: funderId, currency, difference: -100n };
    const stake = account('participation', funderId);
    expect(faultsAfter(carried, transfer('cash', stake))).toEqual([gap]);
    // It stays found on days that do not touch it.
    expect(faultsAfter(carried, transfer('cash', 'clearing'))).toEqual([gap]);
    expect(faultsAfter(carried, transfer(account('principal', planId, funderId), 'cash'))).toEqual([]);
  });

  test("what a funder has earned is not its plans' interest and fees", () => {
    expect(faultsAfter(books(), transfer(account('interest', planId, funderId), 'cash'))).toEqual([
      { name: 'interest_and_fee_is_accrued', subject: funderId, currency, difference: 100n },
    ]);
    expect(faultsAfter(books(), transfer('cash', account('accrued', funderId)))).toEqual([
      { name: 'interest_and_fee_is_accrued', subject: funderId, currency, difference: -100n },
    ]);
  });

  test('an account that is owed one way only is below zero', () => {
    const payout = account('payout', payoutId);
    expect(faultsAfter(books(), transfer(payout, 'cash'))).toEqual([
      { name: 'account_below_zero', subject: payout, currency, difference: -100n },
    ]);
    const late = postings.lateFeeWaived({ planId, funderId, currency, subjectId: 'test', amount: 100n });
    expect(faultsAfter(books(), late).map(({ subject }) => subject)).toEqual([
      `accrued:${funderId}`,
      `fee:${planId}:${funderId}`,
    ]);
  });

  test('but not when a merchant owes us', () => {
    const merchant = account('merchant', newParties().merchantId);
    expect(normalSide('liability')).toBe('credit');
    expect(faultsAfter(books(), transfer(merchant, 'cash'))).toEqual([]);
  });
});
