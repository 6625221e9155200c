import { afterAll, beforeAll, expect, it } from 'vitest';
import { FunderTerms } from '../src/credit/funder-terms.ts';
import { passSum, readConcentrations } from '../src/credit/placements.ts';
import { setFunderTerms } from '../src/credit/set-funder-terms.ts';
import { transferPlans } from '../src/orders/transfer-plans.ts';
import { openJointShop } from './support/joint.ts';
import type { Shop } from './support/shop.ts';
import { authorizedOrder, newBuyer, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

function agree(shop: Shop, funderId: string, input: { terms: object; effectiveOn: string }) {
  const terms = FunderTerms.parse(input.terms);
  return shop.inTx((tx) => setFunderTerms(tx, { ...input, funderId, terms, createdBy: 'test' }));
}

/** What was posted from an account to another because of one event of an order. */
async function posted(shop: Shop, event: string, [debit, credit]: readonly [string, string]) {
  const { rows } = await world.db.raw<{ rows: { amount: bigint }[] }>(
    `select amount from ledger_transfers
     where environment_id = ? and event = ? and debit ^@ ? and credit ^@ ? order by id`,
    [shop.environmentId, event, debit, credit],
  );
  return rows.map(({ amount }) => amount);
}

it("a funder's part of fees, and what is kept for servicing, change for what is agreed from their date on", async () => {
  const { shop, funders } = await openJointShop(world, [10_000], { fee_basis_points: 300, fee_fixed: 0 });
  const [lead = ''] = funders;
  await agree(shop, lead, {
    terms: { fee_share_basis_points: 5_000, servicing_basis_points: 0 },
    effectiveOn: '2026-03-02',
  });
  const sell = async (): Promise<string> => {
    const order = await authorizedOrder(shop, { amount: 10_000, plan: 'pay_in_4' });
    await ship(shop, order.id, 10_000);
    return order.id;
  };
  const before = await sell();
  await shop.advance(1);
  const after = await sell();
  const share = ['x_fee_share', 'funder:'] as const;
  expect(await posted(shop, 'capture', share)).toEqual([120n, 150n]);
  // Of the first installments of 25.00: 1 % by the terms of before, nothing by those of after.
  expect(await posted(shop, 'allocate', ['funder:', 'i_servicing'])).toEqual([25n]);
  await shop.post(`/v1/orders/${before}/refunds`, { reference: 'one', amount: 5_000 });
  await shop.post(`/v1/orders/${after}/refunds`, { reference: 'two', amount: 5_000 });
  await world.runAttempts();
  expect(await posted(shop, 'refund', ['funder:', 'x_fee_share'])).toEqual([60n, 75n]);
  await shop.expectSoundBooks();
});

it('what is bound to a merchant counts with the new owner of a plan at once, as the next sum has it', async () => {
  const { shop, funders } = await openJointShop(world, [10_000]);
  const [from = '', to = ''] = funders;
  const terms = { currencies: { CNY: { caps: { merchant: { basis_points: 9_000 } } } } };
  for (const funder of [from, to]) await agree(shop, funder, { terms, effectiveOn: '2026-03-01' });
  const buyer = await newBuyer(shop);
  const plans: string[] = [];
  for (const captured of [10_000, 4_000, 0]) {
    const order = await authorizedOrder(shop, { amount: 10_000, plan: 'pay_after', buyer });
    if (captured > 0) await ship(shop, order.id, captured);
    plans.push(order.plan_id);
    // The last one comes after the sum of the others.
    if (captured === 4_000) await shop.inTx((tx) => passSum(tx, { funderId: from }));
  }
  const bound = { merchantId: shop.merchantId, category: 'retail', shopperId: buyer.shopperId };
  const read = () =>
    shop.inTx(
      (tx) => readConcentrations(tx, { funderIds: [from, to], currency: shop.currency, bound }),
      'read',
    );
  const moved = { fromFunderId: from, toFunderId: to, priceBasisPoints: 10_000 };
  await shop.inTx((tx) => transferPlans(tx, { reference: 'sale', planIds: plans.slice(1), ...moved }));
  const atOnce = await read();
  const of = (amount: bigint) => ({ merchant: amount, category: amount, shopper: amount });
  expect([atOnce.get(from), atOnce.get(to)]).toEqual([of(10_000n), of(20_000n)]);
  for (const funderId of [from, to]) await shop.inTx((tx) => passSum(tx, { funderId }));
  expect(await read()).toEqual(atOnce);
  await shop.expectSoundBooks();
});
