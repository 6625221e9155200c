import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { account } from '../src/ledger/accounts.ts';
import { balance } from '../src/ledger/balances.ts';
import { GatewayError } from '../src/lib/errors.ts';
import { minOf } from '../src/lib/money.ts';
import { newId } from '../src/lib/ids.ts';
import { closeMonth } from '../src/repayments/accrue.ts';
import { refund } from '../src/orders/refund.ts';
import { findOrder, refundableOf } from '../src/orders/orders.ts';
import { chargeBackDownPayment } from '../src/orders/charge-back-down.ts';
import { chargeBackCollection, giveBackChargeback } from '../src/orders/charge-back.ts';
import { fallDue } from '../src/repayments/due.ts';
import { payNow } from '../src/repayments/pay.ts';
import { payoffOf } from '../src/repayments/payoff.ts';
import { findPlan } from '../src/repayments/plans.ts';
import { expectPlanFollowsLog } from './support/servicing.ts';
import { openShop, type Shop } from './support/shop.ts';
import { authorizedOrder, newBuyer, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let shop: Shop;

beforeAll(async () => {
  world = await openWorld();
  shop = await openShop(world, { first_part: 'checkout' });
});
afterAll(() => world.close());

type Wish = { kind: 'pay' | 'charge_back' | 'give_back' | 'refund' | 'wait'; percent: bigint; which: number };

const wishes = fc.array(
  fc.record<Wish>({
    kind: fc.constantFrom('pay', 'pay', 'charge_back', 'charge_back', 'give_back', 'refund', 'wait'),
    percent: fc.bigInt({ min: 1n, max: 100n }),
    which: fc.nat({ max: 9 }),
  }),
  { minLength: 4, maxLength: 8 },
);

const share = (of: bigint, percent: bigint): bigint => minOf(of, (of * percent) / 100n + 1n);

/** Does what is wished for, as far as it is possible then. */
async function play(wish: Wish, of: { planId: string; orderId: string; shopperId: string }): Promise<void> {
  const { planId, orderId, shopperId } = of;
  const { percent } = wish;
  if (wish.kind === 'wait') {
    // Some days pass for this plan alone: a shop of its own for each would cost more than all the rest.
    await world
      .db('environments')
      .where({ id: shop.environmentId })
      .update({ clock_at: world.db.raw("clock_at + interval '1 day' * ?", [wish.which]) });
    await shop.inTx(async (tx) => {
      await closeMonth(tx, planId);
      await fallDue(tx, planId);
    });
  } else if (wish.kind === 'pay') {
    await shop.inTx(async (tx) => {
      const { total } = await payoffOf(tx, await findPlan(tx, { planId }));
      if (total > 0n) await payNow(tx, { planId, shopperId, amount: share(total, percent) });
    });
  } else if (wish.kind === 'refund') {
    await shop.inTx(async (tx) => {
      const order = await findOrder(tx, { orderId });
      const amount = share(refundableOf(order), percent / 2n + 1n);
      if (amount > 0n)
        await refund(tx, { orderId, merchantId: shop.merchantId, reference: newId('req'), amount });
    });
  } else if (wish.kind === 'give_back') {
    await giveOneBack(wish, { planId, orderId });
  } else {
    if (wish.which === 0) await takeDownPayment(orderId, percent);
    const rows = await world
      .db('repayments')
      .where({ plan_id: planId, status: 'succeeded' })
      .orderBy('id')
      .select('id', 'amount');
    const row = rows[wish.which % Math.max(rows.length, 1)];
    if (!row) return;
    const amount = percent > 50n ? undefined : share(row.amount, percent * 2n);
    await shop
      .inTx((tx) =>
        chargeBackCollection(tx, {
          repaymentId: row.id,
          reference: newId('req'),
          reason: 'fraudulent',
          fee: 100n,
          ...(amount !== undefined && { amount }),
        }),
      )
      .catch((error: unknown) => {
        // All of it was sent back by refunds before.
        if (!(error instanceof GatewayError) || error.code !== 'state_conflict') throw error;
      });
  }
  await world.runAttempts();
}

/** A part of what was paid at checkout is taken back, where anything was and is left. */
async function takeDownPayment(orderId: string, percent: bigint): Promise<void> {
  const taken = { orderId, reference: newId('req'), reason: 'fraudulent', fee: 100n };
  await shop
    .inTx(async (tx) => {
      const { capturedDown } = await findOrder(tx, { orderId });
      const amount = percent > 50n ? undefined : share(capturedDown, percent);
      return chargeBackDownPayment(tx, { ...taken, ...(amount && { amount }) });
    })
    .catch((error: unknown) => {
      if (!(error instanceof GatewayError)) throw error;
    });
}

/** A chargeback that nobody has given back yet is, whole or in part, with its fee or without, and once. */
async function giveOneBack(
  { which, percent }: Wish,
  { planId, orderId }: { planId: string; orderId: string },
): Promise<void> {
  const rows = await world
    .db('chargebacks')
    .whereNull('given_back_at')
    .whereRaw('(order_id = ? or repayment_id in (select id from repayments where plan_id = ?))', [
      orderId,
      planId,
    ])
    .orderBy('id')
    .select('reference', 'amount');
  const row = rows[which % Math.max(rows.length, 1)];
  if (!row) return;
  const given = {
    reference: row.reference,
    feeReturned: percent > 30n ? 100n : 0n,
    ...(percent > 50n && { amount: share(row.amount, percent) }),
  };
  const first = await shop.inTx((tx) => giveBackChargeback(tx, given));
  expect(await shop.inTx((tx) => giveBackChargeback(tx, given))).toEqual(first);
}

it(
  'keeps books, schedule and log together, whatever is paid, taken back, given back and refunded',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(
        wishes,
        fc.constantFrom('pay_in_4' as const, 'monthly_6' as const),
        async (list, plan) => {
          const buyer = await newBuyer(shop);
          const amount = plan === 'pay_in_4' ? 8000 : 120_000;
          const order = await authorizedOrder(shop, { amount, plan, buyer });
          await ship(shop, order.id, amount);
          const of = { planId: order.plan_id, orderId: order.id, shopperId: buyer.shopperId };
          for (const wish of list) {
            await play(wish, of);
            await expectPlanFollowsLog(shop, of.planId);
          }
          await shop.expectSoundBooks();
          // What was to go back to the shopper went, and nothing of theirs lies about.
          const lying = await shop.inTx(
            async (tx) => [
              await balance(tx, account('shopper', buyer.shopperId), 'CNY'),
              await balance(tx, account('unapplied', buyer.shopperId), 'CNY'),
            ],
            'read',
          );
          expect(lying).toEqual([0n, 0n]);
        },
      ),
      { numRuns: 8, endOnFailure: true },
    );
  },
);
