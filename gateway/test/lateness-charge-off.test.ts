import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findLine } from '../src/credit/lines.ts';
import { balance } from '../src/ledger/balances.ts';
import { account } from '../src/ledger/accounts.ts';
import { closeBusinessDay } from '../src/jobs/close-business-day.ts';
import { payNow } from '../src/repayments/pay.ts';
import { eventsOf, late, type Late, swapCard } from './support/lateness.ts';
import { addMethod, installmentsOf, lineOf } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

async function pay({ shop, planId, buyer }: Late, amount: bigint): Promise<void> {
  const payment = await shop.inTx((tx) => payNow(tx, { planId, shopperId: buyer.shopperId, amount }));
  expect(payment).toMatchObject({ outcome: 'started' });
  await world.runAttempts();
}

describe('a debt that nobody pays for 120 days', { timeout: 120_000 }, () => {
  it('is announced 14 days before, charged off once, and recovered to the last cent', async () => {
    const plan = await late(world, { plan: 'monthly_6', amount: 120_000 });
    const { shop, planId, buyer } = plan;
    await world
      .db('funders')
      .where({ environment_id: shop.environmentId })
      .update({ first_loss_basis_points: 2_500 });
    await shop.advance(31 + 106);
    expect(await eventsOf(shop, 'plan.charge_off_notice')).toMatchObject([{ data: { on: '2026-07-30' } }]);
    expect(await plan.row()).toMatchObject({ status: 'active', charge_off_notice_on: '2026-07-16' });
    await shop.advance(14);
    const row = await plan.row();
    expect(row).toMatchObject({ status: 'charged_off', bucket: 'over_90' });
    const recoverable = row.recoverable_amount as bigint;
    const installments = await installmentsOf(shop, planId);
    expect(new Set(installments.map(({ status }) => status))).toEqual(new Set(['charged_off']));
    expect(installments.reduce((sum, item) => sum + item.amount, 0n)).toBe(recoverable);
    expect(row.covered_amount).toBe(30_000n); // a quarter of the principal
    expect(await eventsOf(shop, 'plan.charged_off')).toMatchObject([
      { data: { recoverable_amount: Number(recoverable) } },
    ]);
    expect(await lineOf(shop, buyer.shopperId)).toEqual({ held: 0n, used: 0n });
    await shop.expectSoundBooks();

    // Sweeps find nothing more, and no card is asked any more.
    const tries = (await world.db('repayments').where({ plan_id: planId })).length;
    await shop.advance(40);
    expect(await world.db('repayments').where({ plan_id: planId })).toHaveLength(tries);

    const paymentMethodId = await addMethod(shop, buyer.shopperId, 'ok');
    await world.db('plans').where({ id: planId }).update({ payment_method_id: paymentMethodId });
    await pay(plan, 10_001n);
    expect(await plan.row()).toMatchObject({ status: 'charged_off', recovered_amount: 10_001n });
    await shop.expectSoundBooks();
    await pay(plan, recoverable - 10_001n);
    expect(await plan.row()).toMatchObject({ status: 'recovered', recovered_amount: recoverable });
    expect(await eventsOf(shop, 'plan.recovered')).toHaveLength(1);
    // What we had borne came back to us, and all else is the funder's.
    expect(await shop.inTx((tx) => balance(tx, account('x_credit_loss'), 'CNY'), 'read')).toBe(0n);
    expect(await shop.inTx((tx) => findLine(tx, buyer.shopperId, 'CNY'), 'read')).toMatchObject({
      status: 'suspended',
    });
    await shop.expectSoundBooks();
  });

  it('is charged off once by two processes, and gives the merchant its unearned subsidy back', async () => {
    const plan = await late(world, {
      plan: 'monthly_12',
      amount: 120_000,
      shop: { subsidies: { monthly_12: 100 } },
    });
    const { shop } = plan;
    await shop.advance(31 + 119);
    await world
      .db('environments')
      .where({ id: shop.environmentId })
      .update({ clock_at: new Date('2026-07-30T01:00:00Z') });
    const sweep = () =>
      closeBusinessDay(world.context, { environmentId: shop.environmentId, access: 'write' });
    await Promise.all([sweep(), sweep()]);
    expect(await plan.row()).toMatchObject({ status: 'charged_off' });
    expect(await eventsOf(shop, 'plan.charged_off')).toHaveLength(1);
    await shop.expectSoundBooks();
    await sweep();
    expect(await eventsOf(shop, 'plan.charged_off')).toHaveLength(1);
  });

  it('is paid by goods that come back, and the rest of their price is the shopper’s', async () => {
    const plan = await late(world);
    const { shop, orderId } = plan;
    await shop.advance(125);
    expect(await plan.row()).toMatchObject({ status: 'charged_off', recoverable_amount: 8000n });
    const preview = await shop.post(`/v1/orders/${orderId}/refund-preview`, { amount: 3000 });
    expect(preview).toMatchObject({ debt_amount: 3000, money_back_amount: 0 });
    await shop.post(`/v1/orders/${orderId}/refunds`, { reference: 'a', amount: 3000 });
    expect(await plan.row()).toMatchObject({ status: 'charged_off', recovered_amount: 3000n });
    await shop.expectSoundBooks();
    await shop.post(`/v1/orders/${orderId}/refunds`, { reference: 'b', amount: 5000 });
    expect(await plan.row()).toMatchObject({ status: 'recovered', recovered_amount: 8000n });
    await shop.expectSoundBooks();
  });

  it('waits for a promise, and starts anew after a cure', async () => {
    const plan = await late(world);
    const { shop, planId } = plan;
    await shop.advance(110);
    await shop.post(`/v1/sandbox/plans/${planId}/promise`, { date: '2026-07-02' });
    await shop.advance(12);
    expect(await plan.row()).toMatchObject({ status: 'active' });
    await swapCard(plan, 'ok');
    await shop.advance(3);
    expect(await plan.row()).toMatchObject({ status: 'paid', charge_off_notice_on: null, bucket: 'current' });
    expect(await eventsOf(shop, 'promise.kept')).toHaveLength(1);
    await shop.expectSoundBooks();
  });
});
