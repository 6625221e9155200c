import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { account } from '../src/ledger/accounts.ts';
import { balance } from '../src/ledger/balances.ts';
import { GatewayError } from '../src/lib/errors.ts';
import { newId } from '../src/lib/ids.ts';
import { bookBalance } from '../src/processor/mock/balance.ts';
import { startAttempt } from '../src/processor/attempts.ts';
import { carryOut } from '../src/processor/carry-out.ts';
import { postgresStore } from '../src/processor/mock/postgres-store.ts';
import { giveBackInMock, takeBackInMock } from '../src/processor/mock/take-back.ts';
import type { Processor } from '../src/processor/port.ts';
import { payoutTestAccounts } from '../src/processor/test-methods.ts';
import { addBankAccount } from '../src/reconciliation/bank-accounts.ts';
import { matchByHand } from '../src/reconciliation/by-hand.ts';
import { listExceptions, parkException } from '../src/reconciliation/exceptions.ts';
import { importStatement } from '../src/reconciliation/import-statement.ts';
import { importTransactions } from '../src/reconciliation/import-transactions.ts';
import { listImports } from '../src/reconciliation/imports.ts';
import { reconcile } from '../src/reconciliation/reconcile.ts';
import { readReport } from '../src/reconciliation/report.ts';
import type { BankFile } from '../src/reconciliation/statement.ts';
import { bankFile, type BankLine, camtText, csvStatement, ourAccount } from './support/bank-files.ts';
import { openShop, type Shop } from './support/shop.ts';
import { authorizedOrder, installmentsOf, newBuyer, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

const actor = { kind: 'system', id: 'test' } as const;

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const inOf = (shop: Shop) => ({ environmentId: shop.environmentId, actor });
const at = (shop: Shop, name: Parameters<typeof balance>[1]) =>
  shop.inTx((tx) => balance(tx, name, shop.currency), 'read');
const pull = (shop: Shop) => importTransactions(world.context, inOf(shop));
const run = (shop: Shop) => reconcile(world.context, inOf(shop));
const bring = (shop: Shop, file: BankFile, format: 'csv' | 'camt053' = 'csv') =>
  importStatement(world.context, { ...inOf(shop), file, format });
const statement = (shop: Shop, id: string, lines: readonly BankLine[]) =>
  bring(shop, csvStatement({ id, currency: shop.currency, lines }));
const report = (shop: Shop) => shop.inTx(readReport, 'read');
const imports = (shop: Shop) => shop.inTx((tx) => listImports(tx, 20), 'read');

async function open(shop: Shop) {
  const found = await shop.inTx((tx) => listExceptions(tx, { status: 'open', limit: 100 }), 'read');
  return found.map(({ exception, record, attempt }) => ({
    id: exception.id,
    told: `${exception.reason} ${record?.kind ?? attempt?.purpose} ${record?.amount ?? attempt?.amount}`,
  }));
}

const exceptionOf = async (shop: Shop, told: RegExp): Promise<string> => {
  const found = (await open(shop)).find((one) => told.test(one.told));
  if (!found) throw new Error(`no exception is ${told}: ${JSON.stringify(await open(shop))}`);
  return found.id;
};

const byHand = (shop: Shop, exceptionId: string, targetId: string) =>
  shop.inTx((tx) => matchByHand(tx, { exceptionId, targetId, operatorId: 'opr_test' }));

/** A shop whose bank account is known, with an order of ¥400 in four parts that is captured. */
async function sold(input: Parameters<typeof openShop>[1] = {}): Promise<Shop & { orderId: string }> {
  const shop = await openShop(world, input);
  await shop.inTx((tx) =>
    addBankAccount(tx, { account: ourAccount, currency: shop.currency, name: 'Current account' }),
  );
  const order = await authorizedOrder(shop, {
    amount: 40_000,
    plan: 'pay_in_4',
    buyer: await newBuyer(shop),
  });
  await ship(shop, order.id, 40_000);
  return { ...shop, orderId: order.id };
}

/** The mock's balance transactions of an environment of one type, the oldest first. */
async function movements(
  shop: Shop,
  type: string,
): Promise<{ id: string; amount: number; source: { id: string } }[]> {
  const rows = await world
    .db('mock_processor.objects')
    .where({ kind: 'balance_transaction' })
    .whereRaw(`object->>'environment' = ? and object->>'type' = ?`, [shop.environmentId, type])
    .orderBy('number')
    .select('object');
  return rows.map(({ object }) => object as never);
}

/** What the bank would show of the processor's payouts and top-ups. */
async function processorLines(shop: Shop): Promise<BankLine[]> {
  const sent = [...(await movements(shop, 'payout')), ...(await movements(shop, 'topup'))];
  return sent.map(({ amount, source }) => ({
    amount: BigInt(-amount),
    counterparty: 'Stripe Payments',
    text: `settlement ${source.id}`,
  }));
}

describe('a month of a sandbox', () => {
  it('is reconciled until nothing is left unexplained', async () => {
    const shop = await sold();
    await shop.post(`/v1/orders/${shop.orderId}/refunds`, { reference: 'r1', amount: 2_500 });
    await world.runAttempts();
    await shop.advance(31);
    await world.runAttempts();
    // The processor forgets a charge, has another amount of the next, and takes a fee of its own.
    const [lost, wrong] = await movements(shop, 'charge');
    await world.db('mock_processor.objects').where({ id: lost?.id }).delete();
    await world
      .db('mock_processor.objects')
      .where({ id: wrong?.id })
      .update({ object: world.db.raw(`object || '{"amount": 9900, "net": 9610}'`) });
    await world.db.transaction((sql) =>
      bookBalance(postgresStore(sql), {
        created: 1_700_000_000,
        type: 'stripe_fee',
        amount: -77,
        currency: shop.currency.toLowerCase(),
        source: { id: 'fee_1', object: 'fee' },
        environment: shop.environmentId,
      }),
    );
    expect(await pull(shop)).toBeGreaterThan(4);
    expect(await pull(shop)).toBe(0);
    await run(shop);
    expect((await open(shop)).map(({ told }) => told)).toEqual([`amount_differs charge 9900`]);

    const funderId = (await world.db('funders').where({ environment_id: shop.environmentId }).first('id')).id;
    const due = await at(shop, account('funder_due', funderId));
    const payable = await at(shop, account('funder', funderId));
    expect(due).toBe(40_000n);
    expect(payable).toBeGreaterThan(0n);
    const [payout] = await shop.inTx((tx) =>
      tx.sql('payouts').where({ environment_id: shop.environmentId }).select('id', 'amount'),
    );
    const lines: BankLine[] = [
      ...(await processorLines(shop)),
      { amount: due, text: `funding ${funderId.toUpperCase()}` },
      { amount: -payable, reference: funderId },
      { amount: 1_234n, counterparty: 'Nobody Ltd', text: 'thanks' },
      { amount: payout.amount, text: `return of ${payout.id}` },
    ];
    const file = await statement(shop, 'nov', lines);
    expect(file).toMatchObject({ again: false, import: { status: 'done', records: lines.length } });
    await run(shop);
    expect(await at(shop, 'suspense')).toBe(1_234n);
    expect(await at(shop, account('funder_due', funderId))).toBe(0n);
    expect(await at(shop, account('funder', funderId))).toBe(0n);
    expect(await shop.get('/v1/payouts')).toMatchObject({
      data: expect.arrayContaining([expect.objectContaining({ id: payout.id, status: 'returned' })]),
    });
    await shop.expectSoundBooks();

    // What the bank gave back is ours already, so nothing is called back from the processor as well.
    await world.runAttempts();
    await pull(shop);
    world.passMs(3 * 86_400_000);
    await pull(shop);
    await run(shop);
    const told = new Set(lines.map(({ text }) => text));
    await statement(
      shop,
      'dec',
      (await processorLines(shop)).filter(({ text }) => !told.has(text)),
    );
    await run(shop);
    expect((await open(shop)).map(({ told }) => told).toSorted()).toEqual([
      'amount_differs charge 9900',
      'missing_outside repayment 10000',
      'unknown line 1234',
    ]);

    // Nobody can be named for the line whose amount would not fit; somebody explains each of the three.
    const unknown = await exceptionOf(shop, /^unknown/);
    await expect(byHand(shop, unknown, funderId)).rejects.toMatchObject({ code: 'amount_mismatch' });
    await expect(byHand(shop, unknown, newId('fnd'))).rejects.toMatchObject({ code: 'not_found' });
    for (const which of [/^amount_differs/, /^missing/, /^unknown/]) {
      const exceptionId = await exceptionOf(shop, which);
      await shop.inTx((tx) =>
        parkException(tx, { exceptionId, operatorId: 'opr_test', note: 'They look into it.' }),
      );
    }
    await run(shop);
    const explained = await report(shop);
    expect(explained).toMatchObject({ open: [], parked: 3, suspense: [{ amount: 1_234n }] });
    expect(explained.records.filter(({ state }) => state === 'new')).toEqual([]);

    const sound = await shop.expectSoundBooks();
    expect(sound.outside_records_are_posted).toBeGreaterThan(1);
    expect(sound.suspense_is_unmatched_lines).toBe(1);
    // Cash is what the bank closes with; clearing is off by exactly what was explained: the charge that the processor lost,
    // and the difference of the other one with its fee.
    const bank = explained.records.filter(({ source }) => source === 'bank');
    expect(await at(shop, 'cash')).toBe(bank.reduce((total, { amount }) => total + amount, 0n));
    expect(await at(shop, 'clearing')).toBe(10_000n + (10_000n - 9_900n) + 290n);
  }, 60_000);
});

describe('a file of the bank', () => {
  it('is imported once, also by two at the same moment, and refused whole with its places', async () => {
    const shop = await openShop(world, { currency: 'EUR' });
    const add = (name: string) =>
      shop.inTx((tx) => addBankAccount(tx, { account: ourAccount, currency: 'EUR', name }));
    const file = csvStatement({ id: 'a', currency: 'EUR', lines: [{ amount: 500n }, { amount: -100n }] });
    expect((await bring(shop, file)).import).toMatchObject({
      status: 'refused',
      records: 0,
      refusal: { faults: [{ place: 'line 2', code: 'account_unknown', found: ourAccount }] },
    });
    await add('Current account');
    const twice = await Promise.all([bring(shop, file), bring(shop, file)]);
    expect(twice.filter(({ again }) => again)).toHaveLength(1);
    expect(twice[0]?.import.id).toBe(twice[1]?.import.id);

    // The same statement in another file, a wrong sum, another currency of the account, a line that is known.
    const entries = [{ amount: '5.00', side: 'CRDT', ref: 'a-1' }] as const;
    const faults = async (text: string) =>
      (await bring(shop, bankFile('b.xml', text), 'camt053')).import.refusal?.faults;
    expect(await faults(camtText({ id: 'a', opening: '0.00', closing: '5.00', entries }))).toEqual([
      { place: 'Stmt[1]', code: 'statement_again', found: 'a' },
      { place: 'Stmt[1]/Ntry[1]', code: 'line_again', found: 'a-1' },
    ]);
    expect(
      await faults(
        camtText({ id: 'c', opening: '0.00', closing: '5.01', entries: [{ amount: '5.00', side: 'CRDT' }] }),
      ),
    ).toEqual([{ place: 'Stmt[1]/Bal[2]', code: 'sum_wrong', found: '5.00 is not 5.01' }]);
    expect(
      await faults(camtText({ id: 'd', currency: 'USD', opening: '0.00', closing: '0.00', entries: [] })),
    ).toEqual([{ place: 'Stmt[1]', code: 'currency_wrong', found: 'USD' }]);
    const stored = await world
      .db('outside_records')
      .where({ environment_id: shop.environmentId })
      .select('source_id');
    expect(stored.map(({ source_id }) => source_id)).toEqual(['a-1', 'a-2']);
    expect((await imports(shop)).map(({ status, sums }) => [status, sums.length])).toEqual([
      ['refused', 0],
      ['refused', 0],
      ['refused', 0],
      ['done', 1],
      ['refused', 0],
    ]);
    const right = camtText({
      id: 'e',
      opening: '4.00',
      closing: '3.00',
      entries: [{ amount: '1.00', side: 'DBIT' }],
    });
    expect((await bring(shop, bankFile('e.xml', right), 'camt053')).import).toMatchObject({
      status: 'done',
      records: 1,
    });
  });
});

describe('matching', () => {
  it('meets nothing twice, whoever runs it at once, and mends what only came late', async () => {
    const shop = await sold();
    await shop.advance(1);
    // The list is read before our own attempt has its outcome, which is another one at first: all is judged anew.
    const setOutcome = (status: string, change: object) =>
      world
        .db('processor_attempts')
        .where({ environment_id: shop.environmentId, purpose: 'repayment' })
        .update({ status, finished_at: world.clock.at, failure_code: null, ...change });
    await setOutcome('unknown', { finished_at: null });
    await pull(shop);
    await run(shop);
    expect(await open(shop)).toEqual([]);
    expect((await report(shop)).records.map(({ state }) => state)).toContain('awaiting_outcome');
    await setOutcome('failed', { failure_code: 'card_declined' });
    await run(shop);
    expect((await open(shop)).map(({ told }) => told)).toEqual(['not_succeeded charge 10000']);
    await setOutcome('succeeded', {});
    const results = await Promise.all([run(shop), run(shop), run(shop)]);
    expect(results.reduce((total, { matched }) => total + matched, 0)).toBe(1);
    expect(await open(shop)).toEqual([]);

    // Two lines name one payout of the processor; the second is nobody's, and goes to who paid it when that is known.
    const [line] = await processorLines(shop);
    if (!line) throw new Error('the processor has sent nothing');
    await statement(shop, 'x', [line, line]);
    await Promise.all([run(shop), run(shop)]);
    expect((await open(shop)).map(({ told }) => told)).toEqual([`already_matched line ${line.amount}`]);
    expect(await at(shop, 'suspense')).toBe(line.amount);
    const matches = await world
      .db('reconciliation_matches')
      .where({ environment_id: shop.environmentId })
      .select();
    await expect(
      world.db('reconciliation_matches').insert({
        ...matches.find(({ target_kind }) => target_kind === 'attempt'),
        id: newId('mtc'),
        record_id: 'osr_other',
      }),
    ).rejects.toMatchObject({ code: '23505' });
    await shop.expectSoundBooks();
  });

  it('takes a line out of suspense once, into the account of whom an operator names', async () => {
    const shop = await sold();
    const funderId = (await world.db('funders').where({ environment_id: shop.environmentId }).first('id')).id;
    await statement(shop, 'y', [{ amount: 15_000n, counterparty: 'Clearing House' }]);
    await run(shop);
    const exceptionId = await exceptionOf(shop, /^unknown line 15000/);
    const tries = await Promise.allSettled([
      byHand(shop, exceptionId, funderId),
      byHand(shop, exceptionId, funderId),
    ]);
    expect(tries.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(tries.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: expect.any(GatewayError) as GatewayError,
    });
    expect(await at(shop, 'suspense')).toBe(0n);
    expect(await at(shop, account('funder_due', funderId))).toBe(25_000n);
    expect(await open(shop)).toEqual([]);
    await shop.expectSoundBooks();
  });

  it('hears of a payout that came back by the balance alone', async () => {
    const shop = await openShop(world);
    await world
      .db('merchants')
      .where({ id: shop.merchantId })
      .update({ payout_account: payoutTestAccounts.returned });
    const order = await authorizedOrder(shop, { amount: 10_000, plan: 'pay_after' });
    await ship(shop, order.id, 10_000);
    await shop.advance(1);
    await pull(shop);
    await run(shop);
    await world.runAttempts();
    expect(await open(shop)).toEqual([]);
    const { data } = await shop.get<{ data: { status: string; amount: number }[] }>('/v1/payouts');
    expect(data[0]).toMatchObject({ status: 'returned', amount: 9_600 });
    const recalls = await world
      .db('processor_attempts')
      .where({ environment_id: shop.environmentId, purpose: 'payout_recall' });
    expect(recalls).toEqual([]);
    const { cash, clearing } = { cash: await at(shop, 'cash'), clearing: await at(shop, 'clearing') };
    expect([cash, clearing]).toEqual([0n, 0n]);
    await shop.expectSoundBooks();
  });
});

describe('what moved at the processor', () => {
  it('is a payout that was refused, which went and came back', async () => {
    const shop = await openShop(world);
    await world
      .db('merchants')
      .where({ id: shop.merchantId })
      .update({ payout_account: payoutTestAccounts.refused });
    const order = await authorizedOrder(shop, { amount: 10_000, plan: 'pay_after' });
    await ship(shop, order.id, 10_000);
    await shop.advance(1);
    await pull(shop);
    await run(shop);
    // It is on its way: nothing is wrong yet.
    expect(await open(shop)).toEqual([]);
    await shop.advance(3);
    await pull(shop);
    await run(shop);
    const [went, back] = await Promise.all(
      ['transfer', 'transfer_refund'].map((type) => movements(shop, type)),
    );
    expect(back?.length).toBeGreaterThan(0);
    const left = BigInt((went?.length ?? 0) - (back?.length ?? 0));
    expect(await open(shop)).toEqual([]);
    expect((await report(shop)).records).toContainEqual(
      expect.objectContaining({ source: 'balance', state: 'matched' }),
    );
    expect(left).toBeLessThanOrEqual(1n);
    expect([await at(shop, 'cash'), await at(shop, 'clearing')]).toEqual([0n, 0n]);
    await shop.expectSoundBooks();
  });

  it('is cash that was sent, from the account that it is sent from', async () => {
    const shop = await openShop(world);
    const { paymentMethodId } = await newBuyer(shop);
    const attemptId = await shop.inTx((tx) =>
      startAttempt(tx, {
        purpose: 'draw_payout',
        subjectId: newId('drw'),
        amount: 50_000n,
        currency: shop.currency,
        paymentMethodId,
      }),
    );
    await carryOut(world.context, { environmentId: shop.environmentId, attemptId }, () => Promise.resolve());
    expect(await pull(shop)).toBe(1);
    expect(await run(shop)).toEqual({ matched: 1, exceptions: 0 });
    expect((await report(shop)).records).toEqual([
      { source: 'cash_account', currency: shop.currency, state: 'matched', count: 1, amount: -50_000n },
    ]);
  });

  it('is a chargeback, which takes the repayment back and costs its fee', async () => {
    const shop = await sold();
    const paid = await world
      .db('processor_attempts')
      .where({ environment_id: shop.environmentId, purpose: 'repayment' })
      .first('subject_id', 'processor_reference');
    const before = await at(shop, 'clearing');
    // Said twice, listed once.
    await shop.inTx(async (tx) => {
      await takeBackInMock(tx, { repaymentId: paid.subject_id, reference: 'dp_1', amount: 10_000n });
      await takeBackInMock(tx, { repaymentId: paid.subject_id, reference: 'dp_1', amount: 10_000n });
    });
    await pull(shop);
    await run(shop);
    await run(shop);
    expect(await open(shop)).toEqual([]);
    const chargebacks = await world
      .db('chargebacks')
      .where({ environment_id: shop.environmentId })
      .select('repayment_id', 'reference', 'amount', 'fee');
    expect(chargebacks).toEqual([
      { repayment_id: paid.subject_id, reference: 'dp_1', amount: 10_000n, fee: 1_500n },
    ]);
    // The fee of the charge, the chargeback, and what that costs.
    expect(await at(shop, 'clearing')).toBe(before - 290n - 10_000n - 1_500n);
    await shop.expectSoundBooks();
  });

  it('gives a chargeback back, which pays the debt again', async () => {
    const shop = await sold();
    const paid = await world
      .db('processor_attempts')
      .where({ environment_id: shop.environmentId, purpose: 'repayment' })
      .first('subject_id');
    const owed = async () => (await installmentsOf(shop, planId)).map(({ paidAmount }) => paidAmount);
    const { plan_id: planId } = await world.db('orders').where({ id: shop.orderId }).first('plan_id');
    const taken = { reference: 'dp_2', amount: 10_000n };
    await shop.inTx((tx) => takeBackInMock(tx, { repaymentId: paid.subject_id, ...taken }));
    await pull(shop);
    await run(shop);
    expect(await owed()).toEqual([0n, 0n, 0n, 0n]);
    const before = await at(shop, 'clearing');
    await shop.inTx((tx) => giveBackInMock(tx, taken));
    await shop.inTx((tx) => giveBackInMock(tx, taken));
    await pull(shop);
    expect(await run(shop)).toMatchObject({ exceptions: 0 });
    await run(shop);
    expect(await open(shop)).toEqual([]);
    expect(await owed()).toEqual([10_000n, 0n, 0n, 0n]);
    expect(await at(shop, 'clearing')).toBe(before + 10_000n);
    // The fee of the chargeback stays our loss: the processor did not return it.
    expect(await at(shop, 'x_chargeback')).toBe(1_500n);
    await shop.expectSoundBooks();
  });

  it('takes a down payment back, which nobody owes, and a refund keeps that part until it is given back', async () => {
    const shop = await sold({ first_part: 'checkout' });
    const capture = await world.db('captures').where({ order_id: shop.orderId }).first('id');
    const taken = { reference: 'dp_3', amount: 10_000n };
    await shop.inTx((tx) => takeBackInMock(tx, { captureId: capture.id, ...taken }));
    await pull(shop);
    await run(shop);
    expect(await open(shop)).toEqual([]);
    expect(await at(shop, 'x_chargeback')).toBe(11_500n);
    await shop.post(`/v1/orders/${shop.orderId}/refunds`, { reference: 'all', amount: 40_000 });
    await world.runAttempts();
    // The plan owed 300.00; the 100.00 paid at checkout are with the shopper's bank already.
    expect(await at(shop, 'x_chargeback')).toBe(1_500n);
    await shop.inTx((tx) => giveBackInMock(tx, taken));
    await pull(shop);
    await run(shop);
    await world.runAttempts();
    expect(await open(shop)).toEqual([]);
    expect(await at(shop, 'x_chargeback')).toBe(1_500n);
    const { shopper_id: shopperId } = await world
      .db('orders')
      .where({ id: shop.orderId })
      .first('shopper_id');
    expect(await at(shop, account('shopper', shopperId))).toBe(0n);
    const back = await world
      .db('processor_attempts')
      .where({ environment_id: shop.environmentId, purpose: 'money_back' })
      .select('amount', 'status');
    expect(back).toEqual([{ amount: 10_000n, status: 'succeeded' }]);
    await shop.expectSoundBooks();
  });
});

describe("the processor's list", () => {
  it('goes on after a crash with the page that is missing', async () => {
    const shop = await sold();
    await shop.advance(15);
    const real = world.context.processorFor('sandbox');
    const asked: (string | undefined)[] = [];
    let crashes = true;
    /** Pages of two, and a crash in the middle. */
    const paged: Processor = {
      ...real,
      listBalanceTransactions: async (input) => {
        if (input.account === 'cash_account') return real.listBalanceTransactions(input);
        asked.push(input.after);
        if (input.after !== undefined && crashes) {
          crashes = false;
          throw new Error('the power is out');
        }
        const { transactions } = await real.listBalanceTransactions(input);
        const page = transactions.slice(0, 2);
        const last = page.at(-1);
        return { transactions: page, ...(transactions.length > 2 && last && { next: last.id }) };
      },
    };
    const host = { ...world.context, processorFor: () => paged };
    await expect(importTransactions(host, inOf(shop))).rejects.toThrow('the power is out');
    const counted = async () =>
      (await world.db('outside_records').where({ environment_id: shop.environmentId }).select('source_id'))
        .length;
    expect(await counted()).toBe(2);
    const before = asked.length;
    await importTransactions(host, inOf(shop));
    expect(asked[before]).toBe(asked[before - 1]);
    const all = (
      await Promise.all(['charge', 'transfer', 'topup', 'payout'].map((type) => movements(shop, type)))
    ).flat();
    expect(await counted()).toBe(all.length);
    expect(all.length).toBeGreaterThan(3);
    expect((await imports(shop)).map(({ status, records }) => [status, records])).toEqual([
      ['done', all.length],
    ]);
  });
});
