import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { account, chart, normalSide, parseAccount } from '../src/ledger/accounts.ts';
import { balance, pendingOf } from '../src/ledger/balances.ts';
import { post } from '../src/ledger/post.ts';
import {
  authorize,
  capture,
  type Posting,
  type Transfer,
  voidAuthorization,
} from '../src/ledger/postings.ts';
import { reverse } from '../src/ledger/reverse.ts';
import { newId } from '../src/lib/ids.ts';
import { type Books, newParties, openBooks } from './support/books.ts';

const uniqueViolation = { code: '23505' };
const checkViolation = { code: '23514' };
const foreignKeyViolation = { code: '23503' };
const restrictViolation = { code: '23001' };

let database: TestDatabase;
let books: Books;

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  books = await openBooks(database.db);
});

const parties = newParties();
const cause = { currency: 'CNY', subjectId: parties.orderId };
const principal = account('principal', parties.planId, parties.funderId);
const merchant = account('merchant', parties.merchantId);

function send(posting: Posting): Promise<bigint[]> {
  return books.run((tx) => post(tx, posting));
}

async function reserve(amount: bigint): Promise<bigint> {
  const [id] = await send(authorize({ ...cause, ...parties, amount }));
  if (id === undefined) throw new Error('nothing was posted');
  return id;
}

const voiding = (pendingId: bigint, amount: bigint): Posting =>
  voidAuthorization({ ...cause, ...parties, pendingId, amount });

/** A posting of one transfer that resolves `pendingId` between the right accounts, except where `wrong` says. */
function resolving(pendingId: bigint, wrong: Partial<Transfer>): Posting {
  const transfer: Transfer = {
    kind: 'post',
    pendingId,
    debit: principal,
    credit: merchant,
    currency: 'CNY',
    amount: 7500n,
    ...wrong,
  };
  return { event: 'capture', subjectId: parties.orderId, transfers: [transfer] };
}

function wholeCapture(pendingId: bigint): Posting {
  const input = { pending: { id: pendingId, amount: 7500n }, financed: 7500n, down: 0n, remainder: 0n };
  return capture({ ...cause, ...parties, ...input, merchantFee: 0n, feeShare: 0n });
}

describe('a pending transfer', () => {
  test('is resolved once, whichever way', async () => {
    const posted = await reserve(7500n);
    await send(wholeCapture(posted));
    await expect(send(wholeCapture(posted))).rejects.toMatchObject(uniqueViolation);
    await expect(send(voiding(posted, 7500n))).rejects.toMatchObject(uniqueViolation);

    const voided = await reserve(7500n);
    await send(voiding(voided, 7500n));
    await expect(send(voiding(voided, 7500n))).rejects.toMatchObject(uniqueViolation);
    await expect(send(wholeCapture(voided))).rejects.toMatchObject(uniqueViolation);
  });

  test('is resolved by exactly one of many that try at the same time', async () => {
    const id = await reserve(7500n);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) => send(index % 2 === 0 ? wholeCapture(id) : voiding(id, 7500n))),
    );

    const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(lost).toHaveLength(7);
    for (const { reason } of lost) expect(reason).toMatchObject(uniqueViolation);
    const [posted, pending] = await books.run(async (tx) => [
      await balance(tx, merchant, 'CNY'),
      await pendingOf(tx, merchant, 'CNY'),
    ]);
    expect([0n, 7500n]).toContain(posted);
    expect(pending).toBe(0n);
  });

  test('is not posted above its amount nor voided in part', async () => {
    const id = await reserve(7500n);
    await expect(send(resolving(id, { amount: 7501n }))).rejects.toMatchObject(checkViolation);
    await expect(send(voiding(id, 7499n))).rejects.toMatchObject(checkViolation);
    await expect(send(voiding(id, 7501n))).rejects.toMatchObject(checkViolation);
    expect(await books.run((tx) => pendingOf(tx, principal, 'CNY'))).toBe(7500n);
  });

  test('is not resolved between other accounts or in another currency', async () => {
    const id = await reserve(7500n);
    const other = newParties();
    const wrong: Partial<Transfer>[] = [
      { credit: account('merchant', other.merchantId) },
      { debit: account('principal', other.planId, other.funderId) },
      { debit: merchant, credit: principal },
      { currency: 'JPY' },
    ];
    for (const part of wrong) {
      await expect(send(resolving(id, part))).rejects.toMatchObject(checkViolation);
    }
  });

  test('must be pending, exist, and belong to the same environment', async () => {
    const id = await reserve(7500n);
    const [postedId = 0n] = await send(wholeCapture(id));
    await expect(send(resolving(postedId, {}))).rejects.toMatchObject(checkViolation);
    await expect(send(resolving(id + 1_000_000n, {}))).rejects.toMatchObject(foreignKeyViolation);

    const pendingHere = await reserve(7500n);
    const elsewhere = await openBooks(database.db);
    await expect(elsewhere.run((tx) => post(tx, wholeCapture(pendingHere)))).rejects.toMatchObject(
      foreignKeyViolation,
    );
  });
});

describe('a stored transfer', () => {
  test('is neither changed nor deleted', async () => {
    const id = await reserve(7500n);
    const row = () => database.db('ledger_transfers').where({ environment_id: books.environmentId, id });
    await expect(row().update({ amount: 1n })).rejects.toMatchObject(restrictViolation);
    await expect(row().delete()).rejects.toMatchObject(restrictViolation);
    expect(await row().first()).toMatchObject({ amount: 7500n });
  });

  test('leaves only with the whole sandbox it belongs to', async () => {
    await send(wholeCapture(await reserve(7500n)));
    const { environmentId } = books;
    const purge = (named: string) =>
      books.run(async (tx) => {
        await tx.sql.raw("select set_config('morrow.purging', ?, true)", [named]);
        return tx.sql('ledger_transfers').where({ environment_id: environmentId }).delete();
      });
    await expect(purge(newId('sbx'))).rejects.toMatchObject(restrictViolation);
    expect(await purge(environmentId)).toBe(3);
  });

  test('has a positive amount, two accounts and a matching kind, also when another writer stores it', async () => {
    const good = {
      environment_id: books.environmentId,
      posting_id: newId('pst'),
      event: 'repayment_succeeded',
      kind: 'posted',
      debit: 'clearing',
      credit: `unapplied:${parties.shopperId}`,
      currency: 'CNY',
      amount: 1n,
      subject_id: parties.orderId,
      occurred_at: new Date(0),
      recorded_at: new Date(0),
    };
    const insert = (wrong: object) => database.db('ledger_transfers').insert({ ...good, ...wrong });
    await insert({});
    for (const wrong of [
      { amount: 0n },
      { amount: -1n },
      { credit: 'clearing' },
      { kind: 'post' },
      { kind: 'reverse' },
      { currency: 'yuan' },
    ]) {
      await expect(insert(wrong)).rejects.toMatchObject(checkViolation);
    }
  });

  test('is gone when the transaction that posted it throws', async () => {
    const failing = books.run(async (tx) => {
      await post(tx, authorize({ ...cause, ...parties, amount: 7500n }));
      throw new Error('something later failed');
    });
    await expect(failing).rejects.toThrow('something later failed');
    expect(await books.run((tx) => pendingOf(tx, principal, 'CNY'))).toBe(0n);
  });
});

describe('a posting', () => {
  const refund = { event: 'mended', subjectId: 'test' };
  const wrong = (): Promise<bigint[]> =>
    send({
      event: 'mistake',
      subjectId: 'test',
      transfers: [
        { kind: 'posted', debit: 'cash', credit: 'clearing', currency: 'CNY', amount: 300n },
        { kind: 'posted', debit: 'clearing', credit: merchant, currency: 'CNY', amount: 200n },
      ],
    });
  const postingOf = async (id: bigint | undefined): Promise<string> => {
    const row = { environment_id: books.environmentId, id };
    return (await database.db('ledger_transfers').where(row).first<{ posting_id: string }>()).posting_id;
  };
  const held = () =>
    books.run(async (tx) => [
      await balance(tx, 'cash', 'CNY'),
      await balance(tx, 'clearing', 'CNY'),
      await balance(tx, merchant, 'CNY'),
    ]);

  test('is reversed by its mirror image, and that by its own', async () => {
    const [id] = await wrong();
    expect(await held()).toEqual([300n, -100n, 200n]);
    const postingId = await postingOf(id);
    const [back] = await books.run((tx) => reverse(tx, { ...refund, postingId }));
    expect(await held()).toEqual([0n, 0n, 0n]);
    await books.run(async (tx) => reverse(tx, { ...refund, postingId: await postingOf(back) }));
    expect(await held()).toEqual([300n, -100n, 200n]);
  });

  test('is reversed from its last transfer to its first', async () => {
    const [id] = await wrong();
    const postingId = await postingOf(id);
    const ids = await books.run((tx) => reverse(tx, { ...refund, postingId }));
    const back = await database
      .db('ledger_transfers')
      .where({ environment_id: books.environmentId })
      .whereRaw('id = any(?)', [ids.map(String)])
      .orderBy('id')
      .select<{ debit: string; credit: string; amount: bigint }[]>('debit', 'credit', 'amount');
    expect(back).toEqual([
      { debit: merchant, credit: 'clearing', amount: 200n },
      { debit: 'clearing', credit: 'cash', amount: 300n },
    ]);
  });

  test('is reversed where it took what was reserved, and reserves nothing again', async () => {
    const [id] = await send(resolving(await reserve(7500n), {}));
    const owed = () =>
      books.run(async (tx) => [await balance(tx, principal, 'CNY'), await pendingOf(tx, principal, 'CNY')]);
    expect(await owed()).toEqual([7500n, 0n]);
    const postingId = await postingOf(id);
    expect(await books.run((tx) => reverse(tx, { ...refund, postingId }))).toHaveLength(1);
    expect(await owed()).toEqual([0n, 0n]);
  });

  test('is reversed by exactly one of many that try at the same time', async () => {
    const [id] = await wrong();
    const postingId = await postingOf(id);
    const tries = Array.from({ length: 5 }, () => books.run((tx) => reverse(tx, { ...refund, postingId })));
    const results = await Promise.allSettled(tries);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(books.run((tx) => reverse(tx, { ...refund, postingId }))).rejects.toMatchObject(
      uniqueViolation,
    );
    expect(await held()).toEqual([0n, 0n, 0n]);
  });

  test('that reserves only, or that there is not, has nothing to reverse', async () => {
    const postingId = await postingOf(await reserve(100n));
    for (const nothing of [postingId, newId('pst')])
      await expect(books.run((tx) => reverse(tx, { ...refund, postingId: nothing }))).rejects.toThrow(
        /moved nothing/,
      );
  });
});

describe('an unsound posting throws before it is stored:', () => {
  const transfer = (wrong: Partial<Transfer>): Transfer => ({
    kind: 'posted',
    debit: 'cash',
    credit: 'clearing',
    currency: 'CNY',
    amount: 1n,
    ...wrong,
  });
  const cases: [string, Transfer[], RegExp][] = [
    ['no transfers', [], /moves nothing/],
    ['an amount of zero', [transfer({ amount: 0n })], /has the amount 0/],
    ['a negative amount', [transfer({ amount: -1n })], /has the amount -1/],
    ['two currencies', [transfer({}), transfer({ currency: 'JPY' })], /is in JPY, not CNY/],
    ['an unknown currency', [transfer({ currency: 'XXX' })], /no known currency/],
    ['one account on both sides', [transfer({ credit: 'cash' })], /between two accounts/],
    ['a resolution of nothing', [transfer({ kind: 'void' })], /void without a pending transfer/],
    ['a plain transfer with a pending id', [transfer({ pendingId: 1n })], /posted with a pending transfer/],
    [
      'one pending transfer resolved twice',
      [transfer({ kind: 'post', pendingId: 1n }), transfer({ kind: 'void', pendingId: 1n })],
      /resolves 1 twice/,
    ],
    ['an account that the chart lacks', [transfer({ debit: 'gold' as 'cash' })], /no account gold/],
    [
      'an owner where none belongs',
      [transfer({ debit: `cash:${newId('mer')}` as 'cash' })],
      /its code alone/,
    ],
  ];
  test.each(cases)('%s', async (_, transfers, message) => {
    await expect(send({ event: 'test', subjectId: parties.orderId, transfers })).rejects.toThrow(message);
    expect(await database.db('ledger_transfers').where({ environment_id: books.environmentId })).toEqual([]);
  });
});

describe("an account's name", () => {
  test('is its code and its owners, and parses back', () => {
    expect(principal).toBe(`principal:${parties.planId}:${parties.funderId}`);
    expect(parseAccount(principal)).toEqual({
      account: principal,
      code: 'principal',
      class: 'asset',
      owners: [parties.planId, parties.funderId],
    });
    expect(parseAccount('cash')).toEqual({ account: 'cash', code: 'cash', class: 'asset', owners: [] });
  });

  test('takes only owners of the kind that the chart names', () => {
    expect(() => account('merchant', parties.shopperId)).toThrow(/not named by mer/);
    expect(() => account('principal', parties.funderId, parties.planId)).toThrow(/not named by pln and fnd/);
    expect(() => account('merchant', 'mer_1')).toThrow(/not named by mer/);
    for (const name of ['', 'constructor', 'merchant', `${merchant}:${parties.funderId}`, 'Cash']) {
      expect(() => parseAccount(name)).toThrow(name || 'no account');
    }
  });

  test('has a class: what we own and spend grows by debit, what we owe and earn by credit', () => {
    const debit = Object.entries(chart).filter(([, entry]) => normalSide(entry.class) === 'debit');
    expect(debit.map(([code]) => code)).toEqual([
      'cash',
      'clearing',
      'principal',
      'interest',
      'fee',
      'funder_due',
      'x_processor',
      'x_fee_share',
      'x_credit_loss',
      'x_merchant_loss',
      'x_chargeback',
    ]);
  });
});
