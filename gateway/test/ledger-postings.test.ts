import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Account, account } from '../src/ledger/accounts.ts';
import { accountsOf, balance, pendingOf, trialBalance } from '../src/ledger/balances.ts';
import { jointly } from '../src/ledger/jointly.ts';
import { post } from '../src/ledger/post.ts';
import * as postings from '../src/ledger/postings.ts';
import type { Posting } from '../src/ledger/postings.ts';
import { reservedOf } from '../src/ledger/reserved.ts';
import { statementOf } from '../src/ledger/statements.ts';
import { newId } from '../src/lib/ids.ts';
import { type Books, businessTime, newParties, openBooks, wallTime } from './support/books.ts';

// The figures are the examples of money.md in fen: rule 3 and 8 (order 100 with 25 down), rule 5 (refund above
// what is owed), rule 7 (merchant fee of 3 % + 1).

let database: TestDatabase;
let books: Books;
let parties: ReturnType<typeof newParties>;

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  books = await openBooks(database.db);
  parties = newParties();
});

const currency = 'CNY';
/** What a plan without interest never pays, and never gets back. */
const noInterest = { fee: 0n, interest: 0n, interestOff: 0n, interestToPrincipal: 0n, interestToShopper: 0n };
const cause = () => ({ currency, subjectId: parties.orderId });

function send(posting: Posting): Promise<bigint[]> {
  return books.run((tx) => post(tx, posting));
}

async function last(posting: Posting): Promise<bigint> {
  const id = (await send(posting)).at(-1);
  if (id === undefined) throw new Error('nothing was posted');
  return id;
}

function posted(name: Account): Promise<bigint> {
  return books.run((tx) => balance(tx, name, currency));
}

function pending(name: Account): Promise<bigint> {
  return books.run((tx) => pendingOf(tx, name, currency));
}

/** Every balance of the environment that is not zero, by account code. */
async function balances(): Promise<Record<string, bigint>> {
  const rows = await books.run((tx) => trialBalance(tx));
  const sign = (accountClass: string) => (['asset', 'expense'].includes(accountClass) ? 1n : -1n);
  return Object.fromEntries(
    rows
      .map((row) => [row.code, sign(row.class) * (row.debit - row.credit)] as const)
      .filter(([, amount]) => amount !== 0n),
  );
}

/** What a posting moves, without the ids of its parties. */
function rows(posting: Posting) {
  const code = (name: string) => name.split(':')[0];
  return posting.transfers.map(({ kind, debit, credit, amount }) => [
    kind,
    code(debit),
    code(credit),
    amount,
  ]);
}

describe('an authorization', () => {
  test('reserves the financed principal and moves nothing', async () => {
    await send(postings.authorize({ ...cause(), ...parties, amount: 7500n }));

    expect(await pending(account('principal', parties.planId, parties.funderId))).toBe(7500n);
    expect(await pending(account('merchant', parties.merchantId))).toBe(7500n);
    expect(await balances()).toEqual({});
  });

  test('leaves nothing behind when it is voided', async () => {
    const pendingId = await last(postings.authorize({ ...cause(), ...parties, amount: 7500n }));
    await send(postings.voidAuthorization({ ...cause(), ...parties, pendingId, amount: 7500n }));

    expect(await pending(account('principal', parties.planId, parties.funderId))).toBe(0n);
    expect(await pending(account('merchant', parties.merchantId))).toBe(0n);
    expect(await balances()).toEqual({});
  });
});

describe('a plan of several funders', () => {
  const shareOf = (funderId: string, amount: bigint) =>
    postings.authorize({ ...cause(), ...parties, funderId, amount });

  test('reserves with each of them, in one posting, until what is reserved is voided or captured', async () => {
    const [one, other] = [newId('fnd'), newId('fnd')];
    const shares = [
      { funderId: one, amount: 7000n },
      { funderId: other, amount: 3000n },
    ];
    const ids = await books.run((tx) =>
      post(
        tx,
        jointly(shares, ({ funderId, amount }) => shareOf(funderId, amount)),
      ),
    );
    const reserved = () => books.run((tx) => reservedOf(tx, parties.planId));
    expect(await reserved()).toEqual(shares.map((share, index) => ({ id: ids[index], ...share })));
    const ended = { ...cause(), ...parties, funderId: one, pendingId: ids[0] ?? 0n, amount: 7000n };
    await send(postings.voidAuthorization(ended));
    expect(await reserved()).toEqual([{ id: ids[1], ...shares[1] }]);
    expect(await books.run((tx) => reservedOf(tx, newId('pln')))).toEqual([]);
  });

  test('has one at least', () => {
    expect(() => jointly([], () => shareOf(parties.funderId, 1n))).toThrow('nobody carries this plan');
  });
});

describe('a capture', () => {
  test('posts the debt, owes the merchant, and has the funder owe what it bought', async () => {
    const id = await last(postings.authorize({ ...cause(), ...parties, amount: 10_000n }));
    await send(
      postings.capture({
        ...cause(),
        ...parties,
        pending: { id, amount: 10_000n },
        financed: 10_000n,
        down: 0n,
        remainder: 0n,
        merchantFee: 400n,
        feeShare: 100n,
      }),
    );

    expect(await balances()).toEqual({
      principal: 10_000n,
      merchant: 9600n,
      i_merchant_fee: 400n,
      funder_due: 10_000n,
      participation: 10_000n,
      x_fee_share: 100n,
      funder: 100n,
    });
    expect(await pending(account('principal', parties.planId, parties.funderId))).toBe(0n);
  });

  test('of a part takes its share of the down payment and reserves the remainder anew, as the last transfer', async () => {
    const id = await last(postings.authorize({ ...cause(), ...parties, amount: 7500n }));
    await send(postings.downPaymentSucceeded({ ...cause(), orderId: parties.orderId, amount: 1500n }));
    const remainderId = await last(
      postings.capture({
        ...cause(),
        ...parties,
        pending: { id, amount: 7500n },
        financed: 4500n,
        down: 1500n,
        remainder: 3000n,
        merchantFee: 0n,
        feeShare: 0n,
      }),
    );

    const principal = account('principal', parties.planId, parties.funderId);
    expect([await posted(principal), await pending(principal)]).toEqual([4500n, 3000n]);
    expect(await posted(account('merchant', parties.merchantId))).toBe(6000n);
    expect(await posted(account('down', parties.orderId))).toBe(0n);

    await send(postings.voidAuthorization({ ...cause(), ...parties, pendingId: remainderId, amount: 3000n }));
    expect([await posted(principal), await pending(principal)]).toEqual([4500n, 0n]);
  });

  test('below the authorization lets the rest lapse', async () => {
    const id = await last(postings.authorize({ ...cause(), ...parties, amount: 7500n }));
    const input = { pending: { id, amount: 7500n }, financed: 4500n, down: 0n, remainder: 0n };
    await send(postings.capture({ ...cause(), ...parties, ...input, merchantFee: 0n, feeShare: 0n }));

    const principal = account('principal', parties.planId, parties.funderId);
    expect([await posted(principal), await pending(principal)]).toEqual([4500n, 0n]);
  });

  test('that the down payment covers alone keeps the whole authorization, under a new transfer', async () => {
    const id = await last(postings.authorize({ ...cause(), ...parties, amount: 7500n }));
    await send(postings.downPaymentSucceeded({ ...cause(), orderId: parties.orderId, amount: 1n }));
    const input = { pending: { id, amount: 7500n }, financed: 0n, down: 1n, remainder: 7500n };
    const remainderId = await last(
      postings.capture({ ...cause(), ...parties, ...input, merchantFee: 0n, feeShare: 0n }),
    );

    expect(remainderId).not.toBe(id);
    expect(await pending(account('principal', parties.planId, parties.funderId))).toBe(7500n);
    expect(await balances()).toEqual({ clearing: 1n, merchant: 1n });
  });

  test('above what is pending is a bug and throws', () => {
    const input = { pending: { id: 1n, amount: 7500n }, financed: 4500n, down: 0n, remainder: 3001n };
    expect(() =>
      postings.capture({ ...cause(), ...parties, ...input, merchantFee: 0n, feeShare: 0n }),
    ).toThrow(RangeError);
  });
});

describe('a repayment', () => {
  test('pays off principal, and the funder gets its stake less our servicing fee', async () => {
    await capturedOrder(10_000n);
    await send(postings.repaymentSucceeded({ ...cause(), shopperId: parties.shopperId, amount: 2500n }));
    expect(await posted(account('unapplied', parties.shopperId))).toBe(2500n);

    await send(
      postings.allocate({ ...cause(), ...parties, ...noInterest, principal: 2500n, servicingFee: 25n }),
    );
    expect(await balances()).toEqual({
      clearing: 2500n,
      principal: 7500n,
      participation: 7500n,
      funder: 2475n,
      i_servicing: 25n,
      funder_due: 10_000n,
      merchant: 10_000n,
    });
  });

  test('above the debt is owed back and then sent', async () => {
    await send(postings.repaymentSucceeded({ ...cause(), shopperId: parties.shopperId, amount: 2500n }));
    await send(postings.overpayment({ ...cause(), shopperId: parties.shopperId, amount: 2500n }));
    expect(await balances()).toEqual({ clearing: 2500n, shopper: 2500n });

    await send(postings.moneyBackSent({ ...cause(), shopperId: parties.shopperId, amount: 2500n }));
    expect(await balances()).toEqual({});
  });

  test('of a down payment that no capture takes is owed back', async () => {
    await send(postings.downPaymentSucceeded({ ...cause(), orderId: parties.orderId, amount: 1000n }));
    await send(postings.downPaymentUnused({ ...cause(), ...parties, amount: 1000n }));
    expect(await balances()).toEqual({ clearing: 1000n, shopper: 1000n });
  });
});

describe('a refund', () => {
  test('greater than what is owed cancels the debt and gives the rest back: 75 of 100 paid, refund 60', async () => {
    await capturedOrder(10_000n);
    await send(postings.repaymentSucceeded({ ...cause(), shopperId: parties.shopperId, amount: 7500n }));
    await send(
      postings.allocate({ ...cause(), ...parties, ...noInterest, principal: 7500n, servicingFee: 0n }),
    );
    const merchantBefore = await posted(account('merchant', parties.merchantId));
    await send(
      postings.refund({
        ...cause(),
        ...parties,
        ...noInterest,
        principal: 2500n,
        moneyBack: 3500n,
        merchantFeeReturned: 0n,
        feeShareReturned: 0n,
      }),
    );

    expect(await posted(account('principal', parties.planId, parties.funderId))).toBe(0n);
    expect(await posted(account('participation', parties.funderId))).toBe(0n);
    expect(await posted(account('funder', parties.funderId))).toBe(10_000n);
    expect(await posted(account('shopper', parties.shopperId))).toBe(3500n);
    expect((await posted(account('merchant', parties.merchantId))) - merchantBefore).toBe(-6000n);
  });

  test('returns the rate part of the merchant fee and of its share: 100 at 3 % + 1, refund 40', async () => {
    await capturedOrder(10_000n, { merchantFee: 400n, feeShare: 100n });
    expect(await posted(account('merchant', parties.merchantId))).toBe(9600n);
    await send(
      postings.refund({
        ...cause(),
        ...parties,
        ...noInterest,
        principal: 4000n,
        moneyBack: 0n,
        merchantFeeReturned: 120n,
        feeShareReturned: 40n,
      }),
    );

    expect(await posted(account('merchant', parties.merchantId))).toBe(9600n - 3880n);
    expect(await posted('i_merchant_fee')).toBe(280n);
    expect(await posted('x_fee_share')).toBe(60n);
    expect(await posted(account('funder', parties.funderId))).toBe(100n + 4000n - 40n);
  });

  test('takes what a dispute has set apart from there, and else from the merchant', () => {
    const input = { principal: 2500n, moneyBack: 0n, merchantFeeReturned: 0n, feeShareReturned: 0n };
    const from = (disputeId?: string) =>
      rows(postings.refund({ ...cause(), ...parties, ...noInterest, ...input, disputeId }))[0];
    expect(from()).toEqual(['posted', 'merchant', 'principal', 2500n]);
    expect(from(newId('dsp'))).toEqual(['posted', 'dispute_held', 'principal', 2500n]);
  });

  test('after the payout leaves the merchant owing', async () => {
    await capturedOrder(10_000n);
    await send(postings.settlementClosed({ ...cause(), ...parties, payoutId: newId('po'), net: 10_000n }));
    await send(
      postings.refund({
        ...cause(),
        ...parties,
        ...noInterest,
        principal: 4000n,
        moneyBack: 0n,
        merchantFeeReturned: 0n,
        feeShareReturned: 0n,
      }),
    );
    expect(await posted(account('merchant', parties.merchantId))).toBe(-4000n);
    const merchants = (await books.run(trialBalance)).find(({ code }) => code === 'merchant');
    expect(merchants).toMatchObject({ class: 'liability', debit: 4000n, credit: 0n });
  });
});

describe('a settlement', () => {
  test('sets the net apart; the payout leaves nothing once it is paid', async () => {
    const payoutId = newId('po');
    await capturedOrder(9600n);
    await send(postings.settlementClosed({ ...cause(), ...parties, payoutId, net: 9600n }));
    expect(await posted(account('merchant', parties.merchantId))).toBe(0n);
    expect(await posted(account('payout', payoutId))).toBe(9600n);

    await send(postings.payoutPaid({ ...cause(), payoutId, amount: 9600n }));
    expect(await posted(account('payout', payoutId))).toBe(0n);
    expect(await posted('cash')).toBe(-9600n);
  });

  test('pays a returned payout by a new one', async () => {
    const [first, second] = [newId('po'), newId('po')];
    await send(postings.settlementClosed({ ...cause(), ...parties, payoutId: first, net: 9600n }));
    await send(postings.payoutPaid({ ...cause(), payoutId: first, amount: 9600n }));
    await send(postings.payoutReturned({ ...cause(), payoutId: first, amount: 9600n }));
    expect([await posted(account('payout', first)), await posted('cash')]).toEqual([9600n, 0n]);

    await send(
      postings.payoutRetried({ ...cause(), fromPayoutId: first, toPayoutId: second, amount: 9600n }),
    );
    expect(await posted(account('payout', first))).toBe(0n);
    expect(await posted(account('payout', second))).toBe(9600n);
  });
});

describe('money from outside', () => {
  test('a funder wires what it owes, less what is payable to it', async () => {
    const { funderId } = parties;
    await capturedOrder(10_000n, { merchantFee: 400n, feeShare: 100n });
    await send(postings.funderNetting({ ...cause(), funderId, amount: 100n }));
    await send(postings.funderWired({ ...cause(), funderId, amount: 9900n }));

    expect(await posted(account('funder_due', funderId))).toBe(0n);
    expect(await posted(account('funder', funderId))).toBe(0n);
    expect(await posted('cash')).toBe(9900n);
  });

  test('the processor pays out what it collected, less its fee', async () => {
    await send(postings.repaymentSucceeded({ ...cause(), shopperId: parties.shopperId, amount: 2500n }));
    await send(postings.processorFee({ ...cause(), amount: 50n }));
    await send(postings.processorSettled({ ...cause(), amount: 2450n }));
    expect(await balances()).toEqual({ unapplied: 2500n, x_processor: 50n, cash: 2450n });
  });
});

describe('a posting', () => {
  test('is one row per transfer with its cause, the business time and the wall time', async () => {
    await send(postings.repaymentSucceeded({ ...cause(), shopperId: parties.shopperId, amount: 2500n }));
    const stored = await database.db('ledger_transfers').where({ environment_id: books.environmentId });
    expect(stored).toEqual([
      {
        environment_id: books.environmentId,
        id: expect.any(BigInt),
        posting_id: expect.stringMatching(/^pst_/),
        event: 'repayment_succeeded',
        kind: 'posted',
        pending_id: null,
        debit: 'clearing',
        credit: `unapplied:${parties.shopperId}`,
        currency,
        amount: 2500n,
        subject_id: parties.orderId,
        occurred_at: businessTime,
        recorded_at: wallTime,
      },
    ]);
  });

  test('returns the ids of its transfers in their order', async () => {
    const posting = postings.allocate({
      ...cause(),
      ...parties,
      ...noInterest,
      principal: 2500n,
      servicingFee: 25n,
    });
    const ids = await send(posting);
    const stored = await database.db('ledger_transfers').where({ environment_id: books.environmentId });
    const byId = new Map(stored.map((row) => [row.id, [row.debit, row.credit, row.amount]]));
    expect(ids.map((id) => byId.get(id))).toEqual(
      posting.transfers.map(({ debit, credit, amount }) => [debit, credit, amount]),
    );
    expect(new Set(stored.map((row) => row.posting_id)).size).toBe(1);
  });

  test('has no transfer for a part that is zero', () => {
    const input = { principal: 2500n, moneyBack: 0n, merchantFeeReturned: 0n, feeShareReturned: 0n };
    expect(rows(postings.refund({ ...cause(), ...parties, ...noInterest, ...input }))).toEqual([
      ['posted', 'merchant', 'principal', 2500n],
      ['posted', 'participation', 'funder', 2500n],
    ]);
  });
});

test('accounts of an owner are those that stand under its id, in every currency', async () => {
  const { funderId, merchantId, planId } = parties;
  await capturedOrder(10_000n);
  await send(postings.funderWired({ currency: 'JPY', subjectId: funderId, funderId, amount: 7n }));
  await send(postings.funderWired({ ...cause(), funderId: newId('fnd'), amount: 1n }));

  const of = (ownerId: string) => books.run((tx) => accountsOf(tx, ownerId));
  expect(await of(funderId)).toEqual([
    { account: `funder_due:${funderId}`, currency: 'CNY', posted: 10_000n, pending: 0n },
    { account: `funder_due:${funderId}`, currency: 'JPY', posted: -7n, pending: 0n },
    { account: `participation:${funderId}`, currency: 'CNY', posted: 10_000n, pending: 0n },
  ]);
  expect(await of(planId)).toEqual([
    { account: `principal:${planId}:${funderId}`, currency: 'CNY', posted: 10_000n, pending: 0n },
  ]);
  expect(await of(merchantId)).toHaveLength(1);
  expect(await of(newId('mer'))).toEqual([]);
  expect(await of(newId('evt'))).toEqual([]);
});

test('a statement has each movement with its sign, its cause and the account on the other side', async () => {
  const { planId, funderId, merchantId, orderId } = parties;
  const payoutId = newId('po');
  await capturedOrder(10_000n, { merchantFee: 400n, feeShare: 100n });
  await send(postings.settlementClosed({ ...cause(), merchantId, payoutId, net: 9600n }));
  await send(postings.payoutPaid({ ...cause(), payoutId, amount: 9600n }));

  const of = (name: Account) => {
    const period = { from: businessTime, to: new Date(businessTime.getTime() + 1) };
    return books.run((tx) => statementOf(tx, { account: name, currency, ...period, limit: 10 }));
  };
  const { opening, movements, closing, next } = await of(account('merchant', merchantId));
  expect([opening, closing, next]).toEqual([0n, 0n, undefined]);
  const told = movements.map(({ event, subjectId, counterpart, amount }) => [
    event,
    subjectId,
    counterpart,
    amount,
  ]);
  expect(told).toEqual([
    ['capture', orderId, account('principal', planId, funderId), 10_000n],
    ['capture', orderId, 'i_merchant_fee', -400n],
    ['settlement_closed', orderId, account('payout', payoutId), -9600n],
  ]);
  expect((await of('cash')).movements).toMatchObject([
    { event: 'payout_paid', counterpart: account('payout', payoutId), amount: -9600n },
  ]);
});

test('balances of another environment are not seen', async () => {
  await capturedOrder(10_000n);
  const other = await openBooks(database.db);
  await other.run(async (tx) => {
    expect(await balance(tx, account('merchant', parties.merchantId), currency)).toBe(0n);
    expect(await trialBalance(tx)).toEqual([]);
    expect(await accountsOf(tx, parties.merchantId)).toEqual([]);
  });
});

async function capturedOrder(amount: bigint, fees = { merchantFee: 0n, feeShare: 0n }): Promise<void> {
  const id = await last(postings.authorize({ ...cause(), ...parties, amount }));
  const input = { pending: { id, amount }, financed: amount, down: 0n, remainder: 0n, ...fees };
  await send(postings.capture({ ...cause(), ...parties, ...input }));
}
