import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { account } from '../src/ledger/accounts.ts';
import { balance, trialBalance } from '../src/ledger/balances.ts';
import { post } from '../src/ledger/post.ts';
import * as postings from '../src/ledger/postings.ts';
import type { Posting } from '../src/ledger/postings.ts';
import { newId } from '../src/lib/ids.ts';
import { type Books, newParties, openBooks } from './support/books.ts';

// The figures are the examples of money.md rule 6 in fen: ¥1,200 at 12 % a year in 6 months of 30/360, which are
// 207.06 five times and 207.05. What of each is interest is 1 % of what is owed, rounded half to even.

const installments = [
  { interest: 1200n, principal: 19_506n },
  { interest: 1005n, principal: 19_701n },
  { interest: 808n, principal: 19_898n },
  { interest: 609n, principal: 20_097n },
  { interest: 408n, principal: 20_298n },
  { interest: 205n, principal: 20_500n },
] as const;

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
const by = () => ({ currency, subjectId: parties.orderId, ...parties });

async function send(posting: Posting): Promise<bigint> {
  const ids = await books.run((tx) => post(tx, posting));
  return ids.at(-1) ?? 0n;
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

/** What the plan owes: principal, interest that is earned, and late fees. */
async function debt(): Promise<{ principal: bigint; interest: bigint; fee: bigint }> {
  const { planId, funderId } = parties;
  return books.run(async (tx) => ({
    principal: await balance(tx, account('principal', planId, funderId), currency),
    interest: await balance(tx, account('interest', planId, funderId), currency),
    fee: await balance(tx, account('fee', planId, funderId), currency),
  }));
}

/** The funder's stake, what it has earned and not got, and what is payable to it. */
async function funder(): Promise<{ participation: bigint; accrued: bigint; funder: bigint }> {
  const { funderId } = parties;
  return books.run(async (tx) => ({
    participation: await balance(tx, account('participation', funderId), currency),
    accrued: await balance(tx, account('accrued', funderId), currency),
    funder: await balance(tx, account('funder', funderId), currency),
  }));
}

async function captured(amount = 120_000n): Promise<void> {
  const id = await send(postings.authorize({ ...by(), amount }));
  const input = { pending: { id, amount }, financed: amount, down: 0n, remainder: 0n };
  await send(postings.capture({ ...by(), ...input, merchantFee: 0n, feeShare: 0n }));
}

const accrue = (interest: bigint, subsidised = 0n) =>
  send(postings.accrue({ ...by(), interest, subsidised }));

async function repay(paid: { fee?: bigint; interest?: bigint; principal?: bigint; servicingFee?: bigint }) {
  const { fee = 0n, interest = 0n, principal = 0n, servicingFee = 0n } = paid;
  await send(postings.repaymentSucceeded({ ...by(), amount: fee + interest + principal }));
  await send(postings.allocate({ ...by(), fee, interest, principal, servicingFee }));
}

/** Pays the first `count` installments on their dates. */
async function payInstallments(count: number): Promise<void> {
  for (const { interest, principal } of installments.slice(0, count)) {
    await accrue(interest);
    await repay({ interest, principal });
  }
}

const nothingBack = {
  moneyBack: 0n,
  interestOff: 0n,
  interestToPrincipal: 0n,
  interestToShopper: 0n,
  merchantFeeReturned: 0n,
  feeShareReturned: 0n,
};

test('the installments of the example are 207.06 five times and 207.05, and pay 1,200 and 42.35 of interest', () => {
  const amounts = installments.map(({ interest, principal }) => interest + principal);
  expect(amounts).toEqual([20_706n, 20_706n, 20_706n, 20_706n, 20_706n, 20_705n]);
  expect(installments.reduce((sum, { principal }) => sum + principal, 0n)).toBe(120_000n);
  expect(installments.reduce((sum, { interest }) => sum + interest, 0n)).toBe(4235n);
});

describe('interest', () => {
  test('is owed to the funder once it is earned, and payable to it when it is collected', async () => {
    await captured();
    await accrue(1200n);
    expect(await debt()).toEqual({ principal: 120_000n, interest: 1200n, fee: 0n });
    expect(await funder()).toEqual({ participation: 120_000n, accrued: 1200n, funder: 0n });

    await repay({ interest: 1200n, principal: 19_506n });
    expect(await debt()).toEqual({ principal: 100_494n, interest: 0n, fee: 0n });
    expect(await funder()).toEqual({ participation: 100_494n, accrued: 0n, funder: 20_706n });
  });

  test('paid on every date ends the plan with 42.35 for the funder', async () => {
    await captured();
    await payInstallments(6);
    expect(await balances()).toEqual({
      clearing: 124_235n,
      funder: 124_235n,
      funder_due: 120_000n,
      merchant: 120_000n,
    });
  });

  test('costs the funder our fee on all that was collected', async () => {
    await captured();
    await accrue(1200n);
    await repay({ interest: 1200n, principal: 19_506n, servicingFee: 207n });
    expect(await balances()).toMatchObject({ funder: 20_706n - 207n, i_servicing: 207n });
  });

  test('ends at a payoff: 807.93 and 2.69 ten days into the third period', async () => {
    await captured();
    await payInstallments(2);
    await accrue(269n);
    await repay({ interest: 269n, principal: 80_793n });
    expect(await debt()).toEqual({ principal: 0n, interest: 0n, fee: 0n });
    expect(await balances()).toMatchObject({ clearing: 2n * 20_706n + 81_062n });
  });
});

describe('a subsidy', () => {
  // 12 % a year, of which the shopper pays 4 %: 4.00 of the first month's 12.00. The merchant was charged 28.30 in all.
  test('is taken from the merchant, payable to the funder as it is earned, and returned as far as it is not', async () => {
    await captured();
    await send(postings.subsidyFunded({ ...by(), amount: 2830n }));
    expect(await balances()).toMatchObject({ merchant: 120_000n - 2830n, subsidy: 2830n });

    await accrue(400n, 800n);
    expect(await funder()).toEqual({ participation: 120_000n, accrued: 400n, funder: 800n });

    await send(postings.subsidyReturned({ ...by(), amount: 2030n }));
    const { subsidy, merchant } = await balances();
    expect([subsidy, merchant]).toEqual([undefined, 120_000n - 800n]);
  });
});

describe('a late fee', () => {
  test('is owed to the funder, and payable to it when it is collected', async () => {
    await captured();
    await send(postings.lateFeeCharged({ ...by(), amount: 1000n }));
    expect(await debt()).toMatchObject({ fee: 1000n });
    expect(await funder()).toMatchObject({ accrued: 1000n });

    await accrue(1200n);
    await repay({ fee: 1000n, interest: 1200n, principal: 100n });
    expect(await debt()).toEqual({ principal: 119_900n, interest: 0n, fee: 0n });
    expect(await funder()).toEqual({ participation: 119_900n, accrued: 0n, funder: 2300n });
  });

  test('that is waived leaves nothing', async () => {
    await captured();
    const before = await balances();
    await send(postings.lateFeeCharged({ ...by(), amount: 1000n }));
    await send(postings.lateFeeWaived({ ...by(), amount: 1000n }));
    expect(await balances()).toEqual(before);
  });
});

describe('a refund of goods that bore interest', () => {
  test('of 300 after two installments: 6.00 of paid interest cancel principal as well, and 501.93 stay', async () => {
    await captured();
    await payInstallments(2);
    const before = await funder();
    await send(postings.refund({ ...by(), ...nothingBack, principal: 30_000n, interestToPrincipal: 600n }));
    expect(await debt()).toEqual({ principal: 50_193n, interest: 0n, fee: 0n });
    // The stake is paid out, and the interest on it given back.
    expect(await funder()).toEqual({
      participation: 50_193n,
      accrued: 0n,
      funder: before.funder + 30_600n - 600n,
    });
    expect(await balances()).toMatchObject({ merchant: 120_000n - 30_000n });
  });

  test('of 300 before anything is paid: 3.00 of the 12.00 that are earned are not owed', async () => {
    await captured();
    await accrue(1200n);
    await send(postings.refund({ ...by(), ...nothingBack, principal: 30_000n, interestOff: 300n }));
    expect(await debt()).toEqual({ principal: 90_000n, interest: 900n, fee: 0n });
    expect(await funder()).toEqual({ participation: 90_000n, accrued: 900n, funder: 30_000n });
  });

  test('of 300 after five installments: 205.00 are owed no more, 110.00 go back, 15.00 of them from the funder', async () => {
    await captured();
    await payInstallments(5);
    const before = await funder();
    await send(
      postings.refund({
        ...by(),
        ...nothingBack,
        principal: 20_500n,
        moneyBack: 9500n,
        interestToShopper: 1500n,
      }),
    );
    expect(await debt()).toEqual({ principal: 0n, interest: 0n, fee: 0n });
    expect(await balances()).toMatchObject({ shopper: 11_000n, merchant: 120_000n - 30_000n });
    expect((await funder()).funder).toBe(before.funder + 20_500n - 1500n);
  });

  test('of everything after two installments gives back 414.12, exactly what was paid', async () => {
    await captured();
    await payInstallments(2);
    await send(
      postings.refund({
        ...by(),
        ...nothingBack,
        principal: 80_793n,
        moneyBack: 39_207n,
        interestToShopper: 2205n,
      }),
    );
    // The merchant has given all back, and the funder has what it paid.
    expect(await balances()).toEqual({
      clearing: 41_412n,
      shopper: 41_412n,
      funder: 120_000n,
      funder_due: 120_000n,
    });
  });
});

describe('a charge-off', () => {
  test('leaves no debt, and pays the funder what is covered of its loss', async () => {
    await captured();
    await payInstallments(2);
    await accrue(808n);
    await send(postings.lateFeeCharged({ ...by(), amount: 1000n }));
    const before = await funder();
    const owed = { principal: 80_793n, interest: 808n, fee: 1000n };
    await send(postings.chargeOff({ ...by(), ...owed, covered: 8079n }));
    expect(await debt()).toEqual({ principal: 0n, interest: 0n, fee: 0n });
    expect(await funder()).toEqual({ participation: 0n, accrued: 0n, funder: before.funder + 8079n });
    expect(await balances()).toMatchObject({ x_credit_loss: 8079n });
  });

  test('is recovered for the funder, and for us as far as we bore it', async () => {
    await captured(10_000n);
    const owed = { principal: 10_000n, interest: 0n, fee: 0n };
    await send(postings.chargeOff({ ...by(), ...owed, covered: 1000n }));
    await send(postings.repaymentSucceeded({ ...by(), amount: 4000n }));
    await send(postings.recovery({ ...by(), funderPart: 3600n, coveredPart: 400n }));
    expect(await balances()).toEqual({
      clearing: 4000n,
      funder: 4600n,
      x_credit_loss: 600n,
      funder_due: 10_000n,
      merchant: 10_000n,
    });
  });
});

describe('a cash draw', () => {
  const drawId = newId('drw');

  test('is a debt at once, and its money is set apart until the bank has it', async () => {
    await send(postings.cashDraw({ ...by(), drawId, amount: 50_000n }));
    expect(await balances()).toEqual({
      principal: 50_000n,
      draw: 50_000n,
      funder_due: 50_000n,
      participation: 50_000n,
    });

    await send(postings.drawPaidOut({ ...by(), drawId, amount: 50_000n }));
    expect(await balances()).toEqual({
      principal: 50_000n,
      cash: -50_000n,
      funder_due: 50_000n,
      participation: 50_000n,
    });
  });

  test('that the bank refuses was no debt', async () => {
    await send(postings.cashDraw({ ...by(), drawId, amount: 50_000n }));
    await send(postings.drawFailed({ ...by(), drawId, amount: 50_000n }));
    expect(await balances()).toEqual({});
  });
});
