import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accountsOf } from '../src/ledger/balances.ts';
import { newId } from '../src/lib/ids.ts';
import { minOf } from '../src/lib/money.ts';
import { capture } from '../src/orders/capture.ts';
import { chargeBackCollection } from '../src/orders/charge-back.ts';
import { capturableOf, findOrder, refundableOf } from '../src/orders/orders.ts';
import { refund } from '../src/orders/refund.ts';
import { transferPlans } from '../src/orders/transfer-plans.ts';
import { endRemainder } from '../src/orders/void.ts';
import { payNow } from '../src/repayments/pay.ts';
import { payoffOf } from '../src/repayments/payoff.ts';
import { findPlan } from '../src/repayments/plans.ts';
import { openJointShop } from './support/joint.ts';
import type { Shop } from './support/shop.ts';
import { authorizedOrder, type Buyer, newBuyer } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

// Whatever happens to a plan that two or three funders carry, the books stay sound and end at nothing with each of them.

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

type Story = { shop: Shop; funders: string[]; buyer: Buyer; orderId: string; planId: string };

/** `part` of 1,000 of what there is to do this with. */
type Step = { kind: 'capture' | 'pay' | 'refund' | 'wait' | 'charge_back' | 'sell'; part: number };

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('capture', 'pay', 'pay', 'refund', 'wait', 'charge_back', 'sell'),
  part: fc.integer({ min: 1, max: 1000 }),
});

const partOf = (amount: bigint, part: number): bigint => (amount * BigInt(part) + 999n) / 1000n;

async function take({ shop, funders, buyer, orderId, planId }: Story, { kind, part }: Step): Promise<void> {
  const own = { orderId, merchantId: shop.merchantId, reference: newId('req') };
  if (kind === 'wait') return shop.advance(Math.ceil(part / 40));
  await shop.inTx(async (tx) => {
    const order = await findOrder(tx, { orderId });
    const plan = await findPlan(tx, { planId });
    if (kind === 'capture' && capturableOf(order) > 0n && order.expiresAt > tx.now)
      await capture(tx, { ...own, amount: partOf(capturableOf(order), part) });
    if (kind === 'refund' && refundableOf(order) > 0n)
      await refund(tx, {
        ...own,
        amount: partOf(refundableOf(order), minOf(BigInt(part), 500n) === 500n ? 500 : part),
      });
    if (kind === 'pay') {
      const { total } = await payoffOf(tx, plan);
      if (total > 0n) await payNow(tx, { planId, shopperId: buyer.shopperId, amount: partOf(total, part) });
    }
    if (kind === 'charge_back') {
      const repayment = await tx
        .sql('repayments')
        .where({ plan_id: planId, status: 'succeeded' })
        .orderBy('id')
        .first();
      const input = { repaymentId: repayment?.id, reason: 'fraudulent', fee: 0n };
      if (repayment && plan.status === 'active')
        await chargeBackCollection(tx, { ...input, reference: newId('req') });
    }
    if (kind === 'sell') {
      const carriers = [plan.funderId, ...plan.coFunderIds];
      const to = funders.find((id) => !carriers.includes(id));
      const from = carriers[part % carriers.length] ?? '';
      const sale = { reference: newId('req'), planIds: [planId], fromFunderId: from, priceBasisPoints: part };
      if (to) await transferPlans(tx, { ...sale, toFunderId: to });
    }
  });
  await world.runAttempts();
}

it('holds whatever the steps are', { timeout: 300_000 }, async () => {
  const { shop, funders } = await openJointShop(world, [6_700, 3_300]);
  const walk = fc.asyncProperty(
    fc.integer({ min: 5_001, max: 120_001 }),
    fc.array(step, { maxLength: 9 }),
    async (amount, steps) => {
      const buyer = await newBuyer(shop);
      const plan = amount > 60_000 ? 'monthly_6' : 'pay_in_4';
      const order = await authorizedOrder(shop, { amount, plan, buyer });
      const story = { shop, funders, buyer, orderId: order.id, planId: order.plan_id };
      await take(story, { kind: 'capture', part: 617 });
      for (const one of steps) {
        await take(story, one);
        await shop.expectSoundBooks();
      }
      await shop.inTx(async (tx) => {
        const left = await findOrder(tx, { orderId: order.id });
        if (capturableOf(left) > 0n) await endRemainder(tx, left, 'voided');
      });
      for (let last = 0; last < 2; last += 1) await take(story, { kind: 'pay', part: 1000 });
      await shop.expectSoundBooks();
      const { status } = await shop.inTx((tx) => findPlan(tx, { planId: order.plan_id }), 'read');
      expect(['paid', 'canceled']).toContain(status);
      const left = await shop.inTx((tx) => accountsOf(tx, order.plan_id), 'read');
      expect(left.filter(({ posted, pending }) => posted !== 0n || pending !== 0n)).toEqual([]);
      expect(new Set(left.map(({ account }) => account.split(':')[2])).size).toBeGreaterThan(1);
    },
  );
  await fc.assert(walk, { numRuns: 5, endOnFailure: true });
});
