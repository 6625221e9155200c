import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { account } from '../src/ledger/accounts.ts';
import { checkBooks, type InvariantName } from '../src/ledger/check-books.ts';
import { post } from '../src/ledger/post.ts';
import * as postings from '../src/ledger/postings.ts';
import { newId } from '../src/lib/ids.ts';
import type { Tx } from '../src/lib/tx.ts';
import { type Books, openBooks } from './support/books.ts';
import { buildLedgerWorld, currency, type LedgerWorld } from './support/ledger-world.ts';

let database: TestDatabase;
let books: Books;
let world: LedgerWorld;

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  books = await openBooks(database.db);
  world = await books.run(buildLedgerWorld);
});

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

test('books that agree break no invariant, and each says on how much it was checked', async () => {
  const results = await books.run(checkBooks);
  expect(results).toEqual([
    { name: 'principal_is_participation', checked: 1, broken: [] },
    { name: 'interest_and_fee_is_accrued', checked: 1, broken: [] },
    { name: 'finished_plan_is_zero', checked: 3, broken: [] },
    // Principal and fee of the four plans that are not given up.
    { name: 'debt_is_scheduled', checked: 8, broken: [] },
    { name: 'accrued_interest_is_posted', checked: 5, broken: [] },
    { name: 'returned_interest_is_posted', checked: 5, broken: [] },
    { name: 'subsidy_is_unearned', checked: 5, broken: [] },
    // Fee, interest and principal of five plans.
    { name: 'allocations_are_posted', checked: 15, broken: [] },
    { name: 'hold_is_pending', checked: 5, broken: [] },
    // Every plan here is carried by one funder.
    { name: 'hold_is_its_shares', checked: 0, broken: [] },
    { name: 'principal_is_shared', checked: 5, broken: [] },
    { name: 'used_is_principal', checked: 1, broken: [] },
    { name: 'held_is_active_holds', checked: 1, broken: [] },
    { name: 'slots_are_held_and_used', checked: 1, broken: [] },
    // Nobody drew cash here; draws.test.ts checks these two on draws of every end.
    { name: 'draw_is_zero_once_ended', checked: 0, broken: [] },
    { name: 'draw_is_sent_once', checked: 0, broken: [] },
    // Nobody vouches for anybody here; guarantee-*.test.ts check these on guarantees of every end.
    { name: 'calls_are_within_cap', checked: 0, broken: [] },
    { name: 'called_is_allocated', checked: 0, broken: [] },
    { name: 'returned_to_guarantor_is_posted', checked: 0, broken: [] },
    { name: 'guaranteed_is_active_caps', checked: 1, broken: [] },
    { name: 'pledged_is_set_aside', checked: 1, broken: [] },
    { name: 'guarantees_are_stars', checked: 0, broken: [] },
    { name: 'payout_is_zero_once_paid', checked: 3, broken: [] },
    { name: 'merchant_is_waiting_lines', checked: 1, broken: [] },
    // Nothing is held back here; settlement-terms.test.ts checks this one on reserves.
    { name: 'reserve_is_unreleased', checked: 0, broken: [] },
    // Nothing was imported here; reconciliation*.test.ts check these two on imports.
    { name: 'outside_records_are_posted', checked: 0, broken: [] },
    { name: 'suspense_is_unmatched_lines', checked: 0, broken: [] },
    // No checkpoint was written here; ledger-checkpoints.test.ts checks these two on some.
    { name: 'checkpoint_is_sum', checked: 0, broken: [] },
    { name: 'trial_balance_is_sum', checked: 0, broken: [] },
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
      principal_is_participation: [[funderId, 11_500n, 11_400n]],
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

  test('a plan is called charged off while the ledger still has its debt', async () => {
    const { planId } = world.lent;
    const given = { status: 'charged_off' };
    // Principal 7,000, interest 30, fee 20, subsidy 30.
    expect(await brokenBy((tx) => spoil(tx, 'plans', planId, given))).toEqual({
      finished_plan_is_zero: [[planId, 7080n, 0n]],
    });
  });

  test('a plan that is paid keeps a subsidy', async () => {
    const { planId, by } = world.paid;
    expect(await brokenBy((tx) => post(tx, postings.subsidyFunded({ ...by, amount: 5n })))).toEqual({
      finished_plan_is_zero: [[planId, 5n, 0n]],
      subsidy_is_unearned: [[planId, 5n, 0n]],
      // And the merchant has paid it without a line.
      merchant_is_waiting_lines: [[world.merchantId, 32_915n, 32_920n]],
    });
  });

  test('something is held back of a merchant that nobody will release', async () => {
    const { merchantId } = world;
    const cause = { currency, subjectId: 'stl', merchantId };
    expect(await brokenBy((tx) => post(tx, postings.reserveHeld({ ...cause, amount: 20n })))).toEqual({
      merchant_is_waiting_lines: [[merchantId, 32_900n, 32_920n]],
      reserve_is_unreleased: [[merchantId, 20n, 0n]],
    });
  });

  test("what a funder has earned is not its plans' interest and fees", async () => {
    const { funderId } = world;
    expect(await brokenBy((tx) => post(tx, move('cash', account('accrued', funderId), 7n)))).toEqual({
      interest_and_fee_is_accrued: [[funderId, 50n, 57n]],
    });
  });

  test('an installment asks for another principal or fee than the plan owes', async () => {
    const { planId } = world.lent;
    const shift = (tx: Tx) =>
      tx
        .sql('installments')
        .where({ environment_id: tx.environment.id, plan_id: planId, number: 2 })
        .update({ principal: 7001n, fee: 19n });
    const breaches = (await brokenBy(shift)).debt_is_scheduled as unknown[];
    expect(breaches).toHaveLength(2);
    expect(breaches).toEqual(
      expect.arrayContaining([
        [planId, 7000n, 7001n],
        [planId, 20n, 19n],
      ]),
    );
  });

  test('interest was posted of which its plan knows nothing, or the other way round', async () => {
    const { planId, by } = world.lent;
    const more = (tx: Tx) => post(tx, postings.accrue({ ...by, interest: 9n, subsidised: 0n }));
    expect(await brokenBy(more)).toEqual({ accrued_interest_is_posted: [[planId, 109n, 100n]] });
    expect(await brokenBy((tx) => spoil(tx, 'plans', planId, { accrued_interest: 101n }))).toEqual({
      accrued_interest_is_posted: [[planId, 100n, 101n]],
    });
    const elsewhere = { ...world.active.by, interest: 9n, subsidised: 0n };
    expect(await brokenBy((tx) => post(tx, postings.accrue(elsewhere)))).toEqual({
      accrued_interest_is_posted: [[world.active.planId, 9n, 0n]],
    });
  });

  test('a refund gave back more or less interest than its plan says, whichever way', async () => {
    const { planId, by, refundId } = world.lent;
    expect(await brokenBy((tx) => spoil(tx, 'plans', planId, { returned_interest: 11n }))).toEqual({
      returned_interest_is_posted: [[planId, 10n, 11n]],
    });
    const nothing = { principal: 0n, moneyBack: 0n, merchantFeeReturned: 0n, feeShareReturned: 0n };
    const more = { interestOff: 1n, interestToPrincipal: 0n, interestToShopper: 2n };
    const posting = postings.refund({ ...by, ...nothing, ...more, subjectId: refundId });
    expect(await brokenBy((tx) => post(tx, posting))).toEqual({
      returned_interest_is_posted: [[planId, 13n, 10n]],
    });
    const off = { ...more, interestToPrincipal: 4n };
    const { returned_interest_is_posted } = await brokenBy((tx) =>
      post(tx, postings.refund({ ...by, ...nothing, ...off, subjectId: refundId })),
    );
    expect(returned_interest_is_posted).toEqual([[planId, 17n, 10n]]);
  });

  test('a subsidy is not what the merchant was charged less what was earned', async () => {
    const { planId, by } = world.lent;
    const earn = postings.accrue({ ...by, interest: 0n, subsidised: 4n });
    expect(await brokenBy((tx) => post(tx, earn))).toEqual({ subsidy_is_unearned: [[planId, 26n, 30n]] });
    expect(await brokenBy((tx) => spoil(tx, 'plans', planId, { funded_subsidy: 79n }))).toEqual({
      subsidy_is_unearned: [[planId, 30n, 29n]],
    });
  });

  test('a repayment paid other things than the ledger has', async () => {
    const { planId } = world.lent;
    const swap = (tx: Tx) =>
      tx
        .sql('repayment_allocations')
        .where({ environment_id: tx.environment.id, plan_id: planId })
        .update({ interest: 61n, fee: 29n });
    const { allocations_are_posted } = await brokenBy(swap);
    expect(allocations_are_posted).toHaveLength(2);
    expect(allocations_are_posted).toEqual(
      expect.arrayContaining([
        [planId, 60n, 61n],
        [planId, 30n, 29n],
      ]),
    );
  });

  test('a canceled plan still reserves', async () => {
    const { planId, by } = world.canceled;
    const again = postings.authorize({ ...by, amount: 100n });
    expect(await brokenBy((tx) => post(tx, again))).toEqual({
      finished_plan_is_zero: [[planId, 100n, 0n]],
      hold_is_pending: [[planId, 100n, 0n]],
    });
  });

  test('a hold differs from what is authorized', async () => {
    const { active, lineId, funderId } = world;
    const shrink = (tx: Tx) => spoil(tx, 'holds', active.holdId, { amount: 3900n });
    expect(await brokenBy(shrink)).toEqual({
      hold_is_pending: [[active.planId, 4000n, 3900n]],
      held_is_active_holds: [[lineId, 6000n, 5900n]],
      slots_are_held_and_used: [[funderId, 17_500n, 17_400n]],
    });
  });

  test('used or held credit is not what the ledger and the holds say', async () => {
    const { lineId } = world;
    expect(await brokenBy((tx) => spoil(tx, 'credit_lines', lineId, { used: 11_501n }))).toEqual({
      used_is_principal: [[lineId, 11_501n, 11_500n]],
    });
    expect(await brokenBy((tx) => spoil(tx, 'credit_lines', lineId, { held: 5999n }))).toEqual({
      held_is_active_holds: [[lineId, 5999n, 6000n]],
    });
  });

  test('a line counts what no guarantee gives or takes', async () => {
    const { lineId } = world;
    expect(await brokenBy((tx) => spoil(tx, 'credit_lines', lineId, { guaranteed: 5n }))).toEqual({
      guaranteed_is_active_caps: [[lineId, 5n, 0n]],
    });
    expect(await brokenBy((tx) => spoil(tx, 'credit_lines', lineId, { pledged: 6n }))).toEqual({
      pledged_is_set_aside: [[lineId, 6n, 0n]],
    });
  });

  test('money was given to a guarantor for which nothing was ever taken', async () => {
    const { shopperId, ...by } = world.active.by;
    const guarantorId = newId('shp');
    const paidBack = postings.guarantorReimbursed({ ...by, shopperId, guarantorId, amount: 7n });
    expect(await brokenBy((tx) => post(tx, paidBack))).toEqual({
      returned_to_guarantor_is_posted: [[guarantorId, 0n, 7n]],
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
      slots_are_held_and_used: [[funderId, 17_500n, 17_600n]],
    });
  });

  test("a funder's slots lend more than is held and used", async () => {
    const { funderId } = world;
    const take = (tx: Tx) =>
      tx.sql('funder_slots').where({ funder_id: funderId, slot: 1 }).update({ remaining: 17_000n });
    expect(await brokenBy(take)).toEqual({ slots_are_held_and_used: [[funderId, 18_500n, 17_500n]] });
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
