import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { account } from '../src/ledger/accounts.ts';
import { checkBooks, type InvariantName } from '../src/ledger/check-books.ts';
import { post } from '../src/ledger/post.ts';
import * as postings from '../src/ledger/postings.ts';
import { newId } from '../src/lib/ids.ts';
import type { Tx } from '../src/lib/tx.ts';
import { type Books, newParties, openBooks } from './support/books.ts';

let database: TestDatabase;
let books: Books;
let world: World;

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  books = await openBooks(database.db);
  world = await books.run(build);
});

const currency = 'CNY';
type World = Awaited<ReturnType<typeof build>>;

/**
 * One shopper, one funder: a plan of 100 with 60 captured and 15 repaid, one that is canceled, one that is paid, a
 * session that is confirmed only; a settlement that is paid, and one whose payout failed and was made again.
 */
async function build(tx: Tx) {
  const at = { environment_id: tx.environment.id, created_at: tx.now };
  const insert = async (table: string, row: object) => void (await tx.sql(table).insert({ ...at, ...row }));
  const { shopperId, funderId, merchantId } = newParties();
  const lineId = newId('crl');
  const methodId = newId('pm');
  await insertParties();

  async function insertParties() {
    const method = { processor_customer: 'cus', processor_method: 'pm', brand: 'visa', last4: '4242' };
    const shopper = { data_key: 'k', phone_index: Buffer.from(shopperId), phone_sealed: 's', locale: 'en' };
    await insert('shoppers', { id: shopperId, ...shopper });
    await insert('payment_methods', { id: methodId, shopper_id: shopperId, ...method, status: 'active' });
    await insert('merchants', {
      id: merchantId,
      name: 'Shop',
      category: 'retail',
      country: 'CN',
      time_zone: 'Asia/Shanghai',
      currency,
      status: 'active',
      allowed_origins: [],
      fee_basis_points: 0,
      fee_fixed: 0n,
      first_part: 'capture',
      payout_account: 'acct',
    });
    const terms = { priority: 1, fee_share_basis_points: 0, servicing_basis_points: 0, status: 'active' };
    await insert('funders', { id: funderId, name: 'Funder', ...terms });
    const slot = { environment_id: tx.environment.id, funder_id: funderId, currency, capacity: 20_000n };
    await tx.sql('funder_slots').insert([
      { ...slot, slot: 0, remaining: 20_000n - 8500n },
      { ...slot, slot: 1, remaining: 20_000n - 2000n },
    ]);
    await insert('credit_lines', {
      id: lineId,
      shopper_id: shopperId,
      currency,
      target_limit: 100_000n,
      limit_amount: 100_000n,
      held: 6000n,
      used: 4500n,
      status: 'active',
    });
  }

  async function insertHold(slot: number, status: string, amount: bigint): Promise<string> {
    const id = newId('hld');
    const owners = { credit_line_id: lineId, funder_id: funderId, slot, currency };
    await insert('holds', { id, ...owners, amount, original_amount: 10_000n, status });
    return id;
  }

  async function insertPlan(status: string, hold: { status: string; amount: bigint }) {
    const id = newId('pln');
    await insert('plans', {
      id,
      order_id: newId('ord'),
      shopper_id: shopperId,
      merchant_id: merchantId,
      funder_id: funderId,
      hold_id: await insertHold(0, hold.status, hold.amount),
      payment_method_id: methodId,
      currency,
      snapshot: {},
      snapshot_hash: 'h',
      status,
      started_on: status === 'canceled' ? null : '2026-03-01',
    });
    const parties = { planId: id, funderId, merchantId, shopperId, orderId: newId('ord') };
    const cause = { currency, subjectId: id };
    const [pendingId = 0n] = await post(tx, postings.authorize({ ...cause, ...parties, amount: 10_000n }));
    return { planId: id, parties, cause, pending: { id: pendingId, amount: 10_000n } };
  }

  async function capture(plan: Awaited<ReturnType<typeof insertPlan>>, financed: bigint): Promise<void> {
    const input = { financed, down: 0n, remainder: 10_000n - financed, merchantFee: 0n, feeShare: 0n };
    await post(tx, postings.capture({ ...plan.cause, ...plan.parties, pending: plan.pending, ...input }));
  }

  async function repay(plan: Awaited<ReturnType<typeof insertPlan>>, amount: bigint): Promise<void> {
    await post(tx, postings.repaymentSucceeded({ ...plan.cause, shopperId, amount }));
    await post(
      tx,
      postings.allocate({ ...plan.cause, ...plan.parties, principal: amount, servicingFee: 0n }),
    );
  }

  async function insertSettlement(businessDate: string, payouts: string[]): Promise<string[]> {
    const settlementId = newId('stl');
    const owner = { merchant_id: merchantId, currency, business_date: businessDate };
    await insert('settlements', { id: settlementId, ...owner, status: 'open' });
    const line = { kind: 'capture', amount: 1000n, source_id: newId('cap'), settlement_id: settlementId };
    await insert('settlement_lines', { id: newId('stn'), ...owner, ...line, number: 1 });
    await tx
      .sql('settlements')
      .where({ id: settlementId })
      .update({ status: 'closed', net: 1000n, lines_count: 1, closed_at: tx.now });
    const ids: string[] = [];
    for (const status of payouts) {
      const id = newId('po');
      const failure = status === 'failed' ? 'account_closed' : null;
      const payout = { id, settlement_id: settlementId, merchant_id: merchantId, currency, amount: 1000n };
      await insert('payouts', { ...payout, status, failure_code: failure });
      ids.push(id);
    }
    return ids;
  }

  const active = await insertPlan('active', { status: 'active', amount: 4000n });
  await capture(active, 6000n);
  await repay(active, 1500n);
  const canceled = await insertPlan('canceled', { status: 'released', amount: 0n });
  const voided = { pendingId: canceled.pending.id, amount: 10_000n };
  await post(tx, postings.voidAuthorization({ ...canceled.cause, ...canceled.parties, ...voided }));
  const paid = await insertPlan('paid', { status: 'converted', amount: 0n });
  await capture(paid, 10_000n);
  await repay(paid, 10_000n);
  await insertHold(1, 'active', 2000n);

  const [paidPayout = ''] = await insertSettlement('2026-03-01', ['paid']);
  const [failedPayout = '', newPayout = ''] = await insertSettlement('2026-03-02', ['failed', 'pending']);
  const cause = { currency, subjectId: 'stl', merchantId };
  await post(tx, postings.settlementClosed({ ...cause, payoutId: paidPayout, net: 1000n }));
  await post(tx, postings.payoutPaid({ ...cause, payoutId: paidPayout, amount: 1000n }));
  await post(tx, postings.settlementClosed({ ...cause, payoutId: failedPayout, net: 1000n }));
  const retried = { fromPayoutId: failedPayout, toPayoutId: newPayout, amount: 1000n };
  await post(tx, postings.payoutRetried({ ...cause, ...retried }));
  return { active, canceled, paid, funderId, merchantId, lineId, paidPayout, failedPayout, newPayout };
}

/** What is broken after `change`, which is taken back. */
async function brokenBy(
  change: (tx: Tx) => Promise<unknown>,
): Promise<Partial<Record<InvariantName, unknown>>> {
  let found = {};
  const undo = new Error('undo');
  await books
    .run(async (tx) => {
      await change(tx);
      const broken = (await checkBooks(tx)).filter((invariant) => invariant.broken.length > 0);
      found = Object.fromEntries(
        broken.map(({ name, broken }) => [
          name,
          broken.map(({ subject, actual, expected }) => [subject, actual, expected]),
        ]),
      );
      throw undo;
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error;
    });
  return found;
}

const move = (debit: postings.Transfer['debit'], credit: postings.Transfer['credit'], amount: bigint) => ({
  event: 'mistake',
  subjectId: 'test',
  transfers: [{ kind: 'posted' as const, debit, credit, currency, amount }],
});

/** Only in these tests: what the owners of these tables would never do. */
const spoil = (tx: Tx, table: string, id: string, change: object) =>
  tx.sql(table).where({ environment_id: tx.environment.id, id }).update(change);

test('books that agree break no invariant, and each was checked on something', async () => {
  const results = await books.run(checkBooks);
  expect(results).toEqual([
    { name: 'principal_is_participation', checked: 1, broken: [] },
    { name: 'finished_plan_is_zero', checked: 2, broken: [] },
    { name: 'hold_is_pending', checked: 3, broken: [] },
    { name: 'used_is_principal', checked: 1, broken: [] },
    { name: 'held_is_active_holds', checked: 1, broken: [] },
    { name: 'slots_are_held_and_used', checked: 1, broken: [] },
    { name: 'payout_is_zero_once_paid', checked: 3, broken: [] },
  ]);
});

test('an environment without anything has nothing to check', async () => {
  const empty = await openBooks(database.db);
  for (const { checked, broken } of await empty.run(checkBooks)) {
    expect([checked, broken]).toEqual([0, []]);
  }
});

describe('it is found when', () => {
  test("a funder's stake is not the principal of its plans", async () => {
    const { funderId } = world;
    expect(await brokenBy((tx) => post(tx, move(account('participation', funderId), 'cash', 100n)))).toEqual({
      principal_is_participation: [[funderId, 4500n, 4400n]],
    });
  });

  test('a funder has a stake in nothing', async () => {
    const stranger = newId('fnd');
    expect(await brokenBy((tx) => post(tx, move('cash', account('participation', stranger), 100n)))).toEqual({
      principal_is_participation: [[stranger, 0n, 100n]],
    });
  });

  test('a plan is called paid while principal is owed', async () => {
    const { planId } = world.active;
    expect(await brokenBy((tx) => spoil(tx, 'plans', planId, { status: 'paid' }))).toEqual({
      finished_plan_is_zero: [[planId, 4500n, 0n]],
    });
  });

  test('a canceled plan still reserves', async () => {
    const { planId, cause, parties } = world.canceled;
    const again = postings.authorize({ ...cause, ...parties, amount: 100n });
    expect(await brokenBy((tx) => post(tx, again))).toEqual({
      finished_plan_is_zero: [[planId, 100n, 0n]],
      hold_is_pending: [[planId, 100n, 0n]],
    });
  });

  test('a hold differs from what is authorized', async () => {
    const { active, lineId, funderId } = world;
    const shrink = async (tx: Tx) => {
      const plan = await tx
        .sql<{ id: string; hold_id: string }>('plans')
        .where({ id: active.planId })
        .first();
      await spoil(tx, 'holds', plan?.hold_id ?? '', { amount: 3900n });
    };
    expect(await brokenBy(shrink)).toEqual({
      hold_is_pending: [[active.planId, 4000n, 3900n]],
      held_is_active_holds: [[lineId, 6000n, 5900n]],
      slots_are_held_and_used: [[funderId, 10_500n, 10_400n]],
    });
  });

  test('used or held credit is not what the ledger and the holds say', async () => {
    const { lineId } = world;
    expect(await brokenBy((tx) => spoil(tx, 'credit_lines', lineId, { used: 4501n }))).toEqual({
      used_is_principal: [[lineId, 4501n, 4500n]],
    });
    expect(await brokenBy((tx) => spoil(tx, 'credit_lines', lineId, { held: 5999n }))).toEqual({
      held_is_active_holds: [[lineId, 5999n, 6000n]],
    });
  });

  test('principal belongs to a plan that does not exist', async () => {
    const { funderId } = world;
    const orphan = async (tx: Tx) => {
      await post(tx, move(account('principal', newId('pln'), funderId), 'cash', 100n));
      await post(tx, move('cash', account('participation', funderId), 100n));
    };
    expect(await brokenBy(orphan)).toEqual({
      used_is_principal: [['no credit line', 0n, 100n]],
      slots_are_held_and_used: [[funderId, 10_500n, 10_600n]],
    });
  });

  test("a funder's slots lend more than is held and used", async () => {
    const { funderId } = world;
    const take = (tx: Tx) =>
      tx.sql('funder_slots').where({ funder_id: funderId, slot: 1 }).update({ remaining: 17_000n });
    expect(await brokenBy(take)).toEqual({ slots_are_held_and_used: [[funderId, 11_500n, 10_500n]] });
  });

  test('a paid payout is not empty', async () => {
    const { paidPayout } = world;
    const input = { currency, subjectId: paidPayout, payoutId: paidPayout, amount: 1000n };
    expect(await brokenBy((tx) => post(tx, postings.payoutReturned(input)))).toEqual({
      payout_is_zero_once_paid: [[paidPayout, 1000n, 0n]],
    });
  });

  test('what a failed payout held did not move to the one that replaced it', async () => {
    const { failedPayout, newPayout } = world;
    const back = { fromPayoutId: newPayout, toPayoutId: failedPayout, amount: 1000n };
    expect(
      await brokenBy((tx) => post(tx, postings.payoutRetried({ currency, subjectId: 'test', ...back }))),
    ).toEqual({
      payout_is_zero_once_paid: [
        [failedPayout, 1000n, 0n],
        [newPayout, 0n, 1000n],
      ],
    });
  });
});
