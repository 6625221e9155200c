import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capture } from '../src/orders/capture.ts';
import { chargeBackCollection } from '../src/orders/charge-back.ts';
import { refund } from '../src/orders/refund.ts';
import { type TransferAnswer, transferPlans, type TransferRequest } from '../src/orders/transfer-plans.ts';
import { listReceipts } from '../src/repayments/receipts.ts';
import { findPlan } from '../src/repayments/plans.ts';
import { payNow } from '../src/repayments/pay.ts';
import { payoffOf } from '../src/repayments/payoff.ts';
import { openJointShop, totalsOf } from './support/joint.ts';
import { eventsOf, swapCard } from './support/lateness.ts';
import { refusalFrom } from './support/refusal.ts';
import type { Shop } from './support/shop.ts';
import { authorizedOrder, lineOf, newBuyer, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** What a funder has in its own accounts, on their normal sides: by code, without what is 0. */
async function ownedBy(shop: Shop, funder: string): Promise<Record<string, bigint>> {
  const { rows } = await world.db.raw<{ rows: { code: string; amount: bigint }[] }>(
    `select split_part(side.account, ':', 1) as code, sum(side.sign * t.amount)::int8 as amount
     from ledger_transfers t
       cross join lateral (values (t.debit, 1), (t.credit, -1)) as side (account, sign)
     where t.environment_id = ? and t.kind in ('posted', 'post') and side.account like '%' || ?
     group by 1 having sum(side.sign * t.amount) <> 0 order by 1`,
    [shop.environmentId, funder],
  );
  const liabilities = new Set(['participation', 'accrued', 'funder']);
  return Object.fromEntries(rows.map(({ code, amount }) => [code, liabilities.has(code) ? -amount : amount]));
}

function transfer(shop: Shop, request: TransferRequest): Promise<TransferAnswer[]> {
  return shop.inTx((tx) => transferPlans(tx, request));
}

async function takenSlots(shop: Shop, funder: string): Promise<bigint> {
  const [row] = await world
    .db('funder_slots')
    .where({ environment_id: shop.environmentId, funder_id: funder })
    .select<{ taken: bigint }[]>(world.db.raw('sum(capacity - remaining)::int8 as taken'));
  return row?.taken ?? 0n;
}

describe('a plan that is transferred in the middle of its life', { timeout: 120_000 }, () => {
  it('moves with what is reserved, owed and earned, at a price, and all that follows is the new owner’s', async () => {
    const { shop, funders } = await openJointShop(world, [10_000]);
    const [from = '', to = ''] = funders;
    const buyer = await newBuyer(shop);
    const order = await authorizedOrder(shop, { amount: 120_000, plan: 'monthly_6', buyer });
    const { plan_id: planId } = order;
    const own = { orderId: order.id, merchantId: shop.merchantId };
    await shop.inTx((tx) => capture(tx, { ...own, reference: 'first', amount: 80_000n }));
    await world
      .db('orders')
      .where({ id: order.id })
      .update({ expires_at: new Date('2026-08-01') });
    await shop.advance(40);
    const before = await totalsOf(shop);
    const held = await ownedBy(shop, from);
    const { principal = 0n, funder: payable = 0n, interest } = held;
    const receipts = await shop.inTx((tx) => listReceipts(tx, planId), 'read');

    const request = { reference: 'sale-1', planIds: [planId], fromFunderId: from, toFunderId: to };
    const [answer] = await transfer(shop, { ...request, priceBasisPoints: 9_550 });
    const price = (principal * 955n + 500n) / 1_000n;
    expect(answer).toMatchObject({
      outcome: 'transferred',
      transfer: { reserved: 40_000n, principal, price },
    });
    expect(await ownedBy(shop, from)).toEqual({ funder_due: held.funder_due, funder: payable + price });
    expect(await ownedBy(shop, to)).toEqual({
      principal,
      participation: principal,
      ...(interest && { interest, accrued: interest }),
      funder_due: price,
    });
    expect(await totalsOf(shop)).toEqual({
      ...before,
      funder: (before.funder ?? 0n) - price,
      funder_due: (before.funder_due ?? 0n) + price,
    });
    expect([await takenSlots(shop, from), await takenSlots(shop, to)]).toEqual([0n, principal + 40_000n]);
    await shop.expectSoundBooks();

    // Told again it is the same one.
    expect(await transfer(shop, { ...request, priceBasisPoints: 9_550 })).toEqual([answer]);
    expect((await refusalFrom(transfer(shop, { ...request, priceBasisPoints: 1 }))).code).toBe(
      'state_conflict',
    );
    expect(await transfer(shop, { ...request, reference: 'sale-2', priceBasisPoints: 0 })).toEqual([
      { planId, outcome: 'refused', code: 'not_carried' },
    ]);

    // The shopper is told whose it is, and what was agreed stays.
    expect(await eventsOf(shop, 'plan.owner_changed')).toMatchObject([
      { object_id: planId, data: { owner: 'Harbour Credit' } },
    ]);
    expect(await shop.inTx((tx) => listReceipts(tx, planId), 'read')).toEqual(receipts);
    const streams = await world
      .db('events')
      .where({ type: 'plan.transferred', object_id: planId })
      .pluck('stream');
    expect(new Set(streams)).toEqual(new Set([from, to]));

    // A capture of the rest, a repayment, a chargeback of one that was paid before, and a refund are the new owner's.
    await shop.inTx((tx) => capture(tx, { ...own, reference: 'second', amount: 40_000n }));
    await shop.advance(31);
    await shop.expectSoundBooks();
    const first = await world
      .db('repayments')
      .where({ plan_id: planId, status: 'succeeded' })
      .orderBy('id')
      .first();
    await shop.inTx((tx) =>
      chargeBackCollection(tx, {
        repaymentId: first.id,
        reference: 'cb-1',
        reason: 'fraudulent',
        fee: 1500n,
      }),
    );
    await shop.expectSoundBooks();
    await shop.inTx((tx) => refund(tx, { ...own, reference: 'half', amount: 60_000n }));
    await world.runAttempts();
    await shop.expectSoundBooks();
    const plan = await shop.inTx((tx) => findPlan(tx, { planId }), 'read');
    const { total } = await shop.inTx((tx) => payoffOf(tx, plan), 'read');
    await shop.inTx((tx) => payNow(tx, { planId, shopperId: buyer.shopperId, amount: total }));
    await world.runAttempts();
    await shop.expectSoundBooks();
    expect(await shop.inTx((tx) => findPlan(tx, { planId }), 'read')).toMatchObject({
      status: 'paid',
      funderId: to,
    });
    expect(await lineOf(shop, buyer.shopperId)).toEqual({ held: 0n, used: 0n });
    const { principal: left, participation, interest: open, accrued } = await ownedBy(shop, to);
    expect([left, participation, open, accrued]).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('that was charged off is recovered for the new owner, by shares where only one of two has sold', async () => {
    const { shop, funders } = await openJointShop(world, [7000, 3000]);
    const [lead = '', second = '', third = ''] = funders;
    const buyer = await newBuyer(shop, 'declined');
    const order = await authorizedOrder(shop, { amount: 120_000, plan: 'monthly_6', buyer });
    const { plan_id: planId } = order;
    await ship(shop, order.id, 120_000);
    const sale = { planIds: [planId], fromFunderId: second, priceBasisPoints: 9_000 };
    expect(await transfer(shop, { ...sale, reference: 'to-lead', toFunderId: lead })).toEqual([
      { planId, outcome: 'refused', code: 'carried_already' },
    ]);
    await transfer(shop, { ...sale, reference: 'alive', toFunderId: third });
    expect(await shop.inTx((tx) => findPlan(tx, { planId }), 'read')).toMatchObject({
      funderId: lead,
      coFunderIds: [third],
    });
    await shop.expectSoundBooks();
    await shop.advance(155);
    const [answer] = await transfer(shop, {
      ...sale,
      fromFunderId: third,
      reference: 'dead',
      toFunderId: second,
    });
    expect(answer).toMatchObject({ outcome: 'transferred', transfer: { principal: 0n, price: 0n } });
    const late = {
      shop,
      buyer,
      planId,
      orderId: order.id,
      row: () => world.db('plans').where({ id: planId }).first(),
    };
    await swapCard(late, 'ok');
    const { recoverable_amount: amount, covered_amount: covered } = await late.row();
    const before = (await ownedBy(shop, second)).funder ?? 0n;
    const leads = (await ownedBy(shop, lead)).funder ?? 0n;
    const payment = await shop.inTx((tx) => payNow(tx, { planId, shopperId: buyer.shopperId, amount }));
    expect(payment.outcome).toBe('started');
    await world.runAttempts();
    const [gained, gainedByLead] = [
      ((await ownedBy(shop, second)).funder ?? 0n) - before,
      ((await ownedBy(shop, lead)).funder ?? 0n) - leads,
    ];
    expect(gained + gainedByLead).toBe(amount - covered);
    const gap = gained * 10n - BigInt(amount - covered) * 3n;
    expect(gap > -50n && gap < 50n).toBe(true);
    await shop.expectSoundBooks();

    await world.db.raw('select purge_sandbox(?)', [shop.environmentId]);
    for (const table of ['hold_shares', 'ownership_transfers'])
      expect(await world.db(table).where({ environment_id: shop.environmentId })).toEqual([]);
  });

  it('goes over whole or not at all beside captures of the same order, and a list may be run twice at once', async () => {
    const { shop, funders } = await openJointShop(world, [10_000]);
    const [from = '', to = ''] = funders;
    const orders = [];
    for (const amount of [9_999, 10_001, 20_000, 30_003]) {
      orders.push(await authorizedOrder(shop, { amount, plan: 'pay_in_4', buyer: await newBuyer(shop) }));
    }
    const planIds = orders.map(({ plan_id: planId }) => planId);
    const request = { reference: 'list', fromFunderId: from, toFunderId: to, priceBasisPoints: 9_875 };
    const half = (amount: number): bigint => BigInt(amount) / 2n;
    const captures = orders.map(({ id: orderId, authorized_amount: amount }) =>
      shop.inTx((tx) =>
        capture(tx, { orderId, merchantId: shop.merchantId, reference: 'half', amount: half(amount) }),
      ),
    );
    const lists = [planIds, planIds.toReversed()].map((list) =>
      transfer(shop, { ...request, planIds: list }),
    );
    const [one = [], other = []] = await Promise.all([Promise.all(lists), ...captures]).then(
      ([both]) => both,
    );
    expect(one.toReversed()).toEqual(other);
    expect(one.map(({ outcome }) => outcome)).toEqual(planIds.map(() => 'transferred'));
    const prices = one.map((answer) => (answer.outcome === 'transferred' ? answer.transfer : undefined));
    const principal = prices.reduce((sum, item) => sum + (item?.principal ?? 0n), 0n);
    const price = prices.reduce((sum, item) => sum + (item?.price ?? 0n), 0n);
    expect(Math.abs(Number(price * 10_000n - principal * 9_875n))).toBeLessThanOrEqual(5_000);
    await world.runAttempts();
    await shop.expectSoundBooks();
    expect(await ownedBy(shop, to)).toMatchObject({ principal: expect.anything() });
    expect(await takenSlots(shop, from)).toBe(0n);
    const missing = await transfer(shop, { ...request, planIds: ['pln_00000000000000000000000000000000'] });
    expect(missing).toMatchObject([{ outcome: 'refused', code: 'not_found' }]);
  });
});
