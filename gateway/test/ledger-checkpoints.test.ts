import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Account, account } from '../src/ledger/accounts.ts';
import { balance, trialBalance } from '../src/ledger/balances.ts';
import { checkBooks } from '../src/ledger/check-books.ts';
import { type CheckpointSteps, writeCheckpoints } from '../src/ledger/checkpoints.ts';
import { post } from '../src/ledger/post.ts';
import type { Posting } from '../src/ledger/posting.ts';
import { sealTransfers } from '../src/ledger/seals/seal.ts';
import { balanceAt, type Movement, statementOf } from '../src/ledger/statements.ts';
import { newId } from '../src/lib/ids.ts';
import type { Tx } from '../src/lib/tx.ts';
import { type Books, businessTime, openBooks } from './support/books.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

const each: CheckpointSteps = { leastIds: 1, mostIds: 1000, accountTransfers: 1 };
const merchant = account('merchant', newId('mer'));

const move = (debit: Account, credit: Account, amount: bigint, currency = 'CNY'): Posting => ({
  event: 'test',
  subjectId: 'test',
  transfers: [{ kind: 'posted', debit, credit, currency, amount }],
});

/** As if the sealer had found that every transaction is over, whatever other files' transactions do. */
async function checkpoint(steps = each): Promise<number> {
  await database.db.raw('update ledger_sealing set settled_id = (select max(id) from ledger_transfers)');
  return writeCheckpoints({ db: database.db }, steps);
}

async function expectSums(books: Books): Promise<void> {
  const checked = await books.run((tx) => checkBooks(tx, ['checkpoint_is_sum', 'trial_balance_is_sum']));
  expect(checked.flatMap(({ broken }) => broken)).toEqual([]);
}

const checkpointsOf = (books: Books, name: Account) =>
  database
    .db('ledger_checkpoints')
    .where({ environment_id: books.environmentId, account: name })
    .orderBy(['through_id', 'currency'])
    .select<{ currency: string; posted: bigint }[]>('currency', 'posted');

/** Transfers in an order that their times follow more or less, as those of transactions that overlap do, or not at all. */
const overlapping = fc.record({
  transfers: fc.array(
    fc.record({
      minute: fc.integer({ min: -3, max: 3 }),
      late: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.integer({ min: -40, max: 40 })),
      amount: fc.bigInt({ min: 1n, max: 99n }),
      way: fc.constantFrom('in' as const, 'out' as const, 'elsewhere' as const),
      isChecked: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.boolean()),
    }),
    { minLength: 20, maxLength: 60, size: 'max' },
  ),
  periods: fc.array(fc.tuple(fc.integer({ min: -5, max: 70 }), fc.integer({ min: -5, max: 70 })), {
    minLength: 5,
    maxLength: 5,
  }),
  pageSize: fc.integer({ min: 1, max: 9 }),
});

const minute = (number: number): Date => new Date(businessTime.getTime() + number * 60_000);

test('a statement of any period is what occurred in it, wherever checkpoints lie and however times overlap', async () => {
  await fc.assert(
    fc.asyncProperty(overlapping, async ({ transfers, periods, pageSize }) => {
      const books = await openBooks(database.db);
      const happened: { at: Date; amount: bigint }[] = [];
      for (const [index, { minute: jitter, late, amount, way, isChecked }] of transfers.entries()) {
        const at = minute(index + jitter + late);
        const [debit, credit]: [Account, Account] =
          way === 'in' ? ['cash', merchant] : way === 'out' ? [merchant, 'cash'] : ['cash', 'clearing'];
        await books.run((tx) => post({ ...tx, now: at }, move(debit, credit, amount)));
        // The other currency must not be counted in, and has checkpoints of its own.
        if (index % 3 === 0)
          await books.run((tx) => post({ ...tx, now: at }, move(debit, credit, 1n, 'JPY')));
        if (way !== 'elsewhere') happened.push({ at, amount: way === 'in' ? amount : -amount });
        if (isChecked) await checkpoint({ ...each, accountTransfers: 1 + (index % 4) });
      }
      await books.run(async (tx) => {
        for (const [first, second] of periods) {
          const [from, to] = [minute(first), minute(second)];
          const total = (holds: (at: Date) => boolean) =>
            happened.reduce((sum, { at, amount }) => (holds(at) ? sum + amount : sum), 0n);
          expect(await balanceAt(tx, merchant, 'CNY', from)).toBe(total((at) => at <= from));
          const { opening, closing, movements } = await wholeStatement(tx, { from, to, limit: pageSize });
          expect(opening).toBe(total((at) => at < from));
          expect(movements.map(({ occurredAt, amount }) => ({ at: occurredAt, amount }))).toEqual(
            happened.filter(({ at }) => at >= from && at < to),
          );
          expect(closing).toBe(from < to ? total((at) => at < to) : opening);
        }
      });
      await expectSums(books);
    }),
    { numRuns: 6 },
  );
});

async function wholeStatement(tx: Tx, input: { from: Date; to: Date; limit: number }) {
  const movements: Movement[] = [];
  for (let after: bigint | undefined; ;) {
    const page = await statementOf(tx, {
      account: merchant,
      currency: 'CNY',
      ...input,
      ...(after !== undefined && { after }),
    });
    movements.push(...page.movements);
    if (page.next === undefined) return { ...page, movements };
    expect(page.movements).toHaveLength(input.limit);
    after = page.next;
  }
}

test('a posting that is committed after its neighbours is in no checkpoint, and counted all the same', async () => {
  const books = await openBooks(database.db);
  const host = await books.run((tx) =>
    Promise.resolve({ vault: tx.vault, clock: { now: () => tx.wallNow } }),
  );
  const carryOn = async (): Promise<void> => {
    await sealTransfers({ db: database.db, ...host });
    await writeCheckpoints({ db: database.db }, each);
  };
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  let posted = (): void => undefined;
  const isPosted = new Promise<void>((resolve) => (posted = resolve));
  const slow = books.run(async (tx) => {
    await post(tx, move('cash', merchant, 1n));
    posted();
    await held;
  });
  try {
    await isPosted;
    await books.run((tx) => post(tx, move('cash', merchant, 2n)));
    for (let round = 0; round < 3; round += 1) await carryOn();
    expect(await books.run((tx) => balance(tx, merchant, 'CNY'))).toBe(2n);
    expect(await checkpointsOf(books, merchant)).toEqual([]);
  } finally {
    release();
    await slow;
  }
  expect(await books.run((tx) => balance(tx, merchant, 'CNY'))).toBe(3n);
  // Transactions of whoever else uses the server are waited for as well.
  await expect
    .poll(async () => (await carryOn(), checkpointsOf(books, merchant)), { timeout: 30_000 })
    .toEqual([{ currency: 'CNY', posted: -3n }]);
  expect(await books.run((tx) => balance(tx, merchant, 'CNY'))).toBe(3n);
  await expectSums(books);
});

test('whoever posts can be seen to be at it before a transfer takes its id', async () => {
  const books = await openBooks(database.db);
  await database.db.raw(`
    create function needs_xid() returns trigger language plpgsql as $$
    begin
      if pg_current_xact_id_if_assigned() is null then raise exception 'nobody can see this transaction'; end if;
      return new;
    end $$;
    create trigger test_needs_xid before insert on ledger_transfers for each row execute function needs_xid();`);
  const row = { environment_id: books.environmentId, posting_id: 'pst', event: 'test', kind: 'posted' };
  const moved = { debit: 'cash', credit: merchant, currency: 'CNY', amount: 5n, subject_id: 'test' };
  const times = { occurred_at: businessTime, recorded_at: businessTime };
  // One statement of its own, with nothing before it that would have made the transaction known.
  await database.db('ledger_transfers').insert({ ...row, ...moved, ...times });
  await database.db.raw('drop trigger test_needs_xid on ledger_transfers');
  expect(await books.run((tx) => balance(tx, merchant, 'CNY'))).toBe(5n);
});

test('one that writes checkpoints goes on, part by part, until nothing is left', async () => {
  const books = await openBooks(database.db);
  await books.run(async (tx) => {
    for (let count = 0; count < 25; count += 1) await post(tx, move('cash', merchant, 1n));
  });
  expect(await checkpoint({ ...each, mostIds: 10 })).toBeGreaterThanOrEqual(25);
  expect(await checkpoint()).toBe(0);
  await expectSums(books);
});

test('two that write checkpoints at once count each transfer once', async () => {
  const books = await openBooks(database.db);
  await books.run(async (tx) => {
    for (let count = 0; count < 200; count += 1) await post(tx, move('cash', merchant, 1n));
  });
  await database.db.raw('update ledger_sealing set settled_id = (select max(id) from ledger_transfers)');
  await Promise.all(
    Array.from({ length: 6 }, () => writeCheckpoints({ db: database.db }, { ...each, mostIds: 20 })),
  );
  await checkpoint();
  await expectSums(books);
  expect(await books.run(trialBalance)).toMatchObject([
    { code: 'cash', debit: 200n, credit: 0n },
    { code: 'merchant', debit: 0n, credit: 200n },
  ]);
  expect(await checkpoint()).toBe(0);
});

test('only busy accounts get checkpoints, in each of their currencies, and few transfers are waited for', async () => {
  const books = await openBooks(database.db);
  const steps = { leastIds: 8, mostIds: 1000, accountTransfers: 6 };
  const send = (...args: Parameters<typeof move>) => books.run((tx) => post(tx, move(...args)));
  await send('cash', merchant, 7n, 'JPY');
  for (let count = 0; count < 5; count += 1) await send('cash', 'clearing', 10n);
  expect(await checkpoint(steps)).toBe(0);
  await send('clearing', merchant, 3n);
  await send('clearing', merchant, 3n);
  expect(await checkpoint(steps)).toBeGreaterThanOrEqual(8);
  expect(await checkpointsOf(books, 'cash')).toEqual([
    { currency: 'CNY', posted: 50n },
    { currency: 'JPY', posted: 7n },
  ]);
  expect(await checkpointsOf(books, 'clearing')).toEqual([{ currency: 'CNY', posted: -44n }]);
  expect(await checkpointsOf(books, merchant)).toEqual([]);
  expect(await books.run((tx) => balance(tx, merchant, 'CNY'))).toBe(6n);
  await expectSums(books);
});

test('a checkpoint or a total that is not the sum is found, cannot be changed, and goes with its sandbox', async () => {
  const books = await openBooks(database.db);
  await books.run((tx) => post(tx, move('cash', merchant, 5n)));
  await checkpoint();
  const ofBooks = (table: string) => database.db(table).where({ environment_id: books.environmentId });
  for (const change of [
    ofBooks('ledger_checkpoints').update({ posted: 1n }),
    ofBooks('ledger_checkpoints').delete(),
  ])
    await expect(change).rejects.toMatchObject({ code: '23001' });
  await database.db.raw('alter table ledger_checkpoints disable trigger ledger_checkpoints_append_only');
  await ofBooks('ledger_checkpoints').where({ account: merchant }).update({ pending: 4n });
  await database.db.raw('alter table ledger_checkpoints enable trigger ledger_checkpoints_append_only');
  await ofBooks('ledger_totals').where({ code: 'cash' }).update({ debit: 6n });
  const checked = await books.run((tx) => checkBooks(tx, ['checkpoint_is_sum', 'trial_balance_is_sum']));
  expect(checked.map(({ broken }) => broken)).toEqual([
    [{ subject: merchant, currency: 'CNY', actual: 4n, expected: 0n }],
    [{ subject: 'cash', currency: 'CNY', actual: 6n, expected: 5n }],
  ]);

  await database.db.raw('select purge_sandbox(?)', [books.environmentId]);
  expect(await ofBooks('ledger_checkpoints')).toEqual([]);
  expect(await ofBooks('ledger_totals')).toEqual([]);
});
