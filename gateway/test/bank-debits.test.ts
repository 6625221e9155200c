import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importTransactions } from '../src/reconciliation/import-transactions.ts';
import { reconcile } from '../src/reconciliation/reconcile.ts';
import { closeBusinessDay } from '../src/jobs/close-business-day.ts';
import { addBusinessDays } from '../src/lib/business-days.ts';
import { listPaymentMethods } from '../src/processor/payment-methods.ts';
import type { TestBankAccountName } from '../src/processor/test-bank-accounts.ts';
import { payNow } from '../src/repayments/pay.ts';
import { findPlan } from '../src/repayments/plans.ts';
import { listRepayments } from '../src/repayments/repayments.ts';
import { newBorrower } from './support/draws.ts';
import { eventsOf } from './support/lateness.ts';
import { openShop, type Shop, type ShopInput } from './support/shop.ts';
import { authorizedOrder, type Buyer, installmentsOf, lineOf, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

// Amounts are cents. The clock stands on Sunday, 1 March 2026, in Shanghai.

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => {
  expect(world.errors).toEqual([]);
  await world.close();
});

type Debited = { shop: Shop; buyer: Buyer; planId: string; orderId: string };

/** 100.00 in four parts, the first of which a card has paid on 1 March; the others come from a bank account. */
async function debited(name: TestBankAccountName, input: ShopInput = {}): Promise<Debited> {
  const shop = await openShop(world, input);
  const buyer = await newBorrower(shop);
  const order = await authorizedOrder(shop, { amount: 10_000, buyer });
  await ship(shop, order.id, 10_000);
  await shop.post(`/v1/sandbox/plans/${order.plan_id}/bank-debit`, { test_account: name });
  return { shop, buyer, planId: order.plan_id, orderId: order.id };
}

const repaymentsOf = async ({ shop, planId }: Debited) =>
  (await shop.inTx((tx) => listRepayments(tx, planId), 'read')).map(
    ({ status, amount, failureCode, byDebit }) => ({
      status,
      amount,
      failureCode,
      byDebit,
    }),
  );

const statesOf = async ({ shop, planId }: Debited) =>
  (await installmentsOf(shop, planId)).map(({ status }) => status);

async function advanceTo(shop: Shop, date: string): Promise<void> {
  const { clock } = await shop.get<{ clock: { now: string } }>('/v1/sandbox');
  await shop.advance((Date.parse(`${date}T01:00:00.000Z`) - Date.parse(clock.now)) / 86_400_000);
}

const countOf = async ({ shop }: Debited, type: Parameters<typeof eventsOf>[1]) =>
  (await eventsOf(shop, type)).length;

/** The second part falls due on 15 March, a Sunday: the bank answers on Tuesday. */
const dueOn = '2026-03-15';
const answeredOn = '2026-03-17';

describe('business days', () => {
  it.each([
    ['2026-03-02', 2, '2026-03-04'],
    ['2026-03-05', 2, '2026-03-09'],
    ['2026-03-06', 2, '2026-03-10'],
    [dueOn, 2, answeredOn],
    ['2026-12-31', 1, '2027-01-01'],
  ])('from %s, %i of them lead to %s', (date, days, to) => expect(addBusinessDays(date, days)).toBe(to));
});

describe('a debit of a bank account', () => {
  it('waits for its bank for two business days, neither paid nor late, and is paid then', async () => {
    const plan = await debited('pays');
    const { shop, buyer } = plan;
    await advanceTo(shop, dueOn);
    expect(await repaymentsOf(plan)).toMatchObject([
      { status: 'pending', amount: 2500n, byDebit: true },
      { status: 'succeeded', byDebit: false },
    ]);
    const reminded = await countOf(plan, 'installment.reminder');
    await advanceTo(shop, '2026-03-16');
    expect(await shop.get('/v1/sandbox')).toMatchObject({
      clock: { next_event: { at: '2026-03-16T16:00:00.000Z', kinds: ['bank_debit'] } },
    });
    expect(await statesOf(plan)).toEqual(['paid', 'due', 'scheduled', 'scheduled']);
    expect((await lineOf(shop, buyer.shopperId)).used).toBe(7500n);
    await shop.expectSoundBooks();
    await advanceTo(shop, answeredOn);
    expect(await repaymentsOf(plan)).toMatchObject([{ status: 'succeeded', amount: 2500n }, {}]);
    expect(await statesOf(plan)).toEqual(['paid', 'paid', 'scheduled', 'scheduled']);
    expect((await lineOf(shop, buyer.shopperId)).used).toBe(5000n);
    expect(await countOf(plan, 'installment.reminder')).toBe(reminded);
    expect(await countOf(plan, 'installment.overdue')).toBe(0);
    expect(await countOf(plan, 'plan.delinquency_changed')).toBe(0);
    await shop.expectSoundBooks();
    await advanceTo(shop, '2026-04-15');
    expect(await shop.inTx((tx) => findPlan(tx, { planId: plan.planId }))).toMatchObject({ status: 'paid' });
    await shop.expectSoundBooks();
  });

  it('is asked for once, whoever sweeps at the same time and however often somebody pays', async () => {
    const plan = await debited('pays');
    const { shop, planId, buyer } = plan;
    await world
      .db('environments')
      .where({ id: shop.environmentId })
      .update({ clock_at: `${dueOn}T01:00:00Z` });
    const sweep = () =>
      closeBusinessDay(world.context, { environmentId: shop.environmentId, access: 'write' });
    await Promise.all([sweep(), sweep()]);
    await world.runAttempts();
    const again = await shop.inTx((tx) => payNow(tx, { planId, shopperId: buyer.shopperId }));
    expect(again).toMatchObject({ outcome: 'refused', code: 'under_way' });
    await sweep();
    expect((await repaymentsOf(plan)).filter(({ byDebit }) => byDebit)).toHaveLength(1);
    const debits = await world
      .db('mock_processor.debits')
      .where({ environment_id: shop.environmentId })
      .pluck('status');
    expect(debits).toEqual(['processing']);
    await shop.expectSoundBooks();
  });

  it('that fails makes the plan late from its due date on, is told, and is asked for twice more at most', async () => {
    const plan = await debited('insufficient_funds');
    const { shop } = plan;
    await advanceTo(shop, '2026-03-18');
    expect(await repaymentsOf(plan)).toMatchObject([
      { status: 'pending', failureCode: null },
      { status: 'failed', failureCode: 'insufficient_funds' },
      { status: 'succeeded' },
    ]);
    expect(await eventsOf(shop, 'repayment.failed')).toMatchObject([
      { data: { failure_code: 'insufficient_funds', amount: 2500 } },
    ]);
    await shop.expectSoundBooks();
    await advanceTo(shop, '2026-03-28');
    expect((await repaymentsOf(plan)).map(({ status }) => status)).toEqual([
      'failed',
      'failed',
      'failed',
      'succeeded',
    ]);
    expect((await statesOf(plan))[1]).toBe('overdue');
    // The next part falls due on 29 March, 14 days after the first one: nobody asks the bank.
    await advanceTo(shop, '2026-03-30');
    expect(await repaymentsOf(plan)).toHaveLength(4);
    expect(await countOf(plan, 'plan.delinquency_changed')).toBeGreaterThan(0);
    await shop.expectSoundBooks();
  });

  it('is not asked for again where the bank says that the account is closed', async () => {
    const plan = await debited('closed_later');
    await advanceTo(plan.shop, '2026-03-23');
    expect(await repaymentsOf(plan)).toMatchObject([{ status: 'failed', failureCode: 'account_closed' }, {}]);
    await plan.shop.expectSoundBooks();
  });

  it('ends the mandate where the bank was told to refuse it', async () => {
    const plan = await debited('mandate_revoked');
    const { shop, buyer } = plan;
    await advanceTo(shop, '2026-03-19');
    expect(await repaymentsOf(plan)).toMatchObject([{ failureCode: 'debit_not_authorized' }, {}]);
    expect(await eventsOf(shop, 'mandate.ended')).toMatchObject([{ data: { by: 'bank' } }]);
    const left = await shop.inTx((tx) => listPaymentMethods(tx, buyer.shopperId), 'read');
    expect(left.map(({ kind }) => kind)).toEqual(['card']);
  });

  it('that its bank takes back a month later is owed again, and the account is not asked again', async () => {
    const plan = await debited('returned_late');
    const { shop, buyer, planId } = plan;
    await advanceTo(shop, '2026-04-15');
    expect(await shop.inTx((tx) => findPlan(tx, { planId }))).toMatchObject({ status: 'paid' });
    await advanceTo(shop, '2026-04-16');
    expect(await repaymentsOf(plan)).toMatchObject([
      { status: 'succeeded' },
      { status: 'succeeded' },
      { status: 'charged_back' },
      {},
    ]);
    expect(await shop.inTx((tx) => findPlan(tx, { planId }))).toMatchObject({ status: 'active' });
    expect((await lineOf(shop, buyer.shopperId)).used).toBe(2500n);
    expect(await world.db('chargebacks').where({ environment_id: shop.environmentId })).toMatchObject([
      { amount: 2500n, debt_amount: 2500n, fee: 1500n, reason: 'debit_not_authorized' },
    ]);
    await shop.expectSoundBooks();
    const own = { environmentId: shop.environmentId, actor: { kind: 'system', id: 'test' } as const };
    expect(await importTransactions(world.context, own)).toBeGreaterThan(0);
    expect(await reconcile(world.context, own)).toMatchObject({ exceptions: 0 });
    expect(
      await world
        .db('reconciliation_matches')
        .where({ environment_id: shop.environmentId })
        .orderBy('target_kind')
        .pluck('target_kind'),
    ).toEqual([...Array<string>(5).fill('attempt'), 'chargeback']);
    await shop.expectSoundBooks();
    await shop.advance(31);
    expect((await repaymentsOf(plan)).filter(({ status }) => status === 'charged_back')).toHaveLength(3);
    expect(await repaymentsOf(plan)).toHaveLength(4);
    await shop.expectSoundBooks();
  });

  it('of less than what is due does not keep the plan from becoming late', async () => {
    const plan = await debited('insufficient_funds');
    const { shop, planId, buyer } = plan;
    await advanceTo(shop, '2026-03-18');
    await advanceTo(shop, '2026-03-21');
    await shop.post(`/v1/sandbox/plans/${planId}/bank-debit`, { test_account: 'pays' });
    const paid = await shop.inTx((tx) => payNow(tx, { planId, shopperId: buyer.shopperId, amount: 100n }));
    expect(paid).toMatchObject({ outcome: 'started' });
    await world.runAttempts();
    await advanceTo(shop, '2026-03-22');
    expect((await statesOf(plan))[1]).toBe('overdue');
    expect(await shop.get(`/v1/sandbox/plans/${planId}/lateness`)).toMatchObject({ days_past_due: 7 });
  });
});
