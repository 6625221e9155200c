import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderJson } from '../src/api/resources/order.ts';
import { account } from '../src/ledger/accounts.ts';
import { balance } from '../src/ledger/balances.ts';
import { newId } from '../src/lib/ids.ts';
import { maxOf, minOf, sum } from '../src/lib/money.ts';
import type { PlanCode } from '../src/plans/offers.ts';
import { positionOn } from '../src/plans/position.ts';
import { refundEffect } from '../src/plans/refund-effect.ts';
import { type PlanEntry, scheduleOf } from '../src/plans/schedule.ts';
import { payNow } from '../src/repayments/pay.ts';
import { capturedOf, monthlyPlans, play, wishes } from './support/plan-history.ts';
import { propertyTimeoutMs, runs } from './support/runs.ts';
import { openShop, type Shop } from './support/shop.ts';
import { authorizedOrder, type Buyer, installmentsOf, newBuyer, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

type Scheduled = {
  number: number;
  due_date: string;
  principal: number;
  interest: number;
  fee: number;
  amount: number;
  paid_amount: number;
};
type Preview = {
  amount: number;
  debt_amount: number;
  money_back_amount: number;
  interest_returned: number;
  fee_returned: number;
  subsidy_returned: number;
  schedule_before: Scheduled[];
  schedule_after: Scheduled[];
};
type Refunded = Omit<Preview, 'schedule_before' | 'schedule_after' | 'subsidy_returned'> & { id: string };

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

describe('what a refund would do', () => {
  it(
    'is what it does, and its parts are the whole',
    () => {
      fc.assert(
        fc.property(monthlyPlans, wishes, fc.bigInt({ min: 1n, max: 130n }), (snapshot, list, percent) => {
          const log = play(snapshot, list);
          if (log.some(({ kind }) => kind === 'charge_off')) return;
          const onDate = log.at(-1)?.onDate ?? snapshot.agreed_on;
          const refunded = sum(log.map((entry) => (entry.kind === 'refund' ? entry.amount : 0n)));
          const refundable = maxOf(0n, capturedOf(log) - refunded);
          const amount = minOf(refundable, (refundable * percent) / 100n);
          if (amount === 0n) return;
          const entry: PlanEntry = { kind: 'refund', amount, onDate };
          const effect = refundEffect(snapshot, log, { amount, onDate });
          const before = positionOn(snapshot, log, onDate);
          const after = positionOn(snapshot, [...log, entry], onDate);

          expect(effect.before).toEqual(scheduleOf(snapshot, log));
          expect(effect.after).toEqual(scheduleOf(snapshot, [...log, entry]));
          expect(effect.interestOff + effect.interestToPrincipal + effect.interestToShopper).toBe(
            effect.interestReturned,
          );
          const off = effect.principalOff + effect.interestOff + effect.interestToPrincipal;
          expect(off + effect.moneyBack).toBe(amount + effect.interestReturned);
          expect(before.total - after.total).toBe(off);
          expect(after.returnedInterest - before.returnedInterest).toBe(effect.interestReturned);
        }),
        runs(),
      );
    },
    propertyTimeoutMs,
  );

  it('is the same as the refund that follows at once, whatever happened to the order before', async () => {
    const plans: PlanCode[] = ['pay_after', 'pay_in_3', 'pay_in_4', 'monthly_3', 'monthly_6'];
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          plan: fc.constantFrom(...plans),
          category: fc.constantFrom('retail', 'travel'),
          firstPart: fc.constantFrom('capture' as const, 'checkout' as const),
          subsidised: fc.constantFrom(0, 50, 100),
          amount: fc.integer({ min: 50_001, max: 130_000 }),
          capturedPercent: fc.constantFrom(50, 100),
          days: fc.integer({ min: 0, max: 100 }),
          paidPercent: fc.constantFrom(0, 10, 60),
          refunds: fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 3 }),
        }),
        async (wish) => {
          const shop = await openShop(world, {
            category: wish.category,
            first_part: wish.firstPart,
            fee_basis_points: 275,
            fee_fixed: 100,
            subsidies: { monthly_3: wish.subsidised, monthly_6: wish.subsidised },
          });
          const buyer = await newBuyer(shop);
          const order = await authorizedOrder(shop, { amount: wish.amount, plan: wish.plan, buyer });
          await ship(shop, order.id, Math.floor((wish.amount * wish.capturedPercent) / 100));
          await shop.advance(wish.days);
          await payPart(shop, buyer, { order, percent: wish.paidPercent });
          for (const percent of wish.refunds) await expectAsPreviewed(shop, order, percent);
          await world.runAttempts();
          await shop.expectSoundBooks();
        },
      ),
      { numRuns: 10 },
    );
    expect(world.errors).toEqual([]);
  }, 600_000);

  it('is refused above what can be refunded, of what did not ship and of what is not yours; nothing is kept', async () => {
    const shop = await openShop(world);
    const order = await authorizedOrder(shop, { amount: 10_000 });
    const path = `/v1/orders/${order.id}/refund-preview`;
    expect(await shop.refusal('POST', path, { amount: 1 })).toMatchObject({ code: 'state_conflict' });
    await ship(shop, order.id, 6000);
    expect(await shop.refusal('POST', path, { amount: 6001 })).toMatchObject({
      code: 'refund_exceeds_refundable',
    });
    expect(await shop.refusal('POST', path, { amount: 0 })).toMatchObject({ code: 'amount_invalid' });
    const other = await openShop(world);
    expect(await other.refusal('POST', path, { amount: 1 })).toMatchObject({ status: 404 });

    const state = async () => ({
      order: await shop.get(`/v1/orders/${order.id}`),
      plan: await shop.get(`/v1/plans/${order.plan_id}`),
      events: await world.db('events').where({ environment_id: shop.environmentId }).count(),
      transfers: await world.db('ledger_transfers').where({ environment_id: shop.environmentId }).count(),
      entries: await world.db('plan_entries').where({ plan_id: order.plan_id }).count(),
    });
    const before = await state();
    await shop.post(path, { amount: 6000 });
    expect(await state()).toEqual(before);
  });
});

async function payPart(
  shop: Shop,
  buyer: Buyer,
  { order, percent }: { order: OrderJson; percent: number },
): Promise<void> {
  if (percent === 0) return;
  const owed = sum(
    (await installmentsOf(shop, order.plan_id)).map(
      ({ principal, paidPrincipal }) => principal - paidPrincipal,
    ),
  );
  const amount = (owed * BigInt(percent)) / 100n;
  if (amount === 0n) return;
  await shop.inTx((tx) => payNow(tx, { planId: order.plan_id, shopperId: buyer.shopperId, amount }));
  await world.runAttempts();
}

async function expectAsPreviewed(shop: Shop, order: OrderJson, percent: number): Promise<void> {
  const { refundable_amount: refundable } = await shop.get<OrderJson>(`/v1/orders/${order.id}`);
  const amount = Math.ceil((refundable * percent) / 100);
  if (amount === 0) return;
  const merchant = () => shop.inTx((tx) => balance(tx, account('merchant', shop.merchantId), 'CNY'), 'read');
  const scheduleNow = async () =>
    (await shop.get<{ installments: Scheduled[] }>(`/v1/plans/${order.plan_id}`)).installments.map(
      ({ number, due_date, principal, interest, fee, amount: whole, paid_amount }) => ({
        number,
        due_date,
        principal,
        interest,
        fee,
        amount: whole,
        paid_amount,
      }),
    );
  const [owedBefore, scheduleBefore] = [await merchant(), await scheduleNow()];
  const preview = await shop.post<Preview>(`/v1/orders/${order.id}/refund-preview`, { amount });
  expect(preview.schedule_before).toEqual(scheduleBefore);
  const refunded = await shop.post<Refunded>(`/v1/orders/${order.id}/refunds`, {
    reference: newId('req'),
    amount,
  });
  const { schedule_before: _before, schedule_after: after, subsidy_returned: subsidy, ...parts } = preview;
  expect(refunded).toMatchObject({
    amount,
    debt_amount: parts.debt_amount,
    money_back_amount: parts.money_back_amount,
    interest_returned: parts.interest_returned,
    fee_returned: parts.fee_returned,
  });
  expect(await scheduleNow()).toEqual(after);
  const given = BigInt(parts.fee_returned + subsidy - amount);
  expect((await merchant()) - owedBefore).toBe(given);
}
