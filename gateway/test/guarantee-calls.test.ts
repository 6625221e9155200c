import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listSuspensions } from '../src/credit/suspensions.ts';
import { findLine } from '../src/credit/lines.ts';
import { account } from '../src/ledger/accounts.ts';
import { balance } from '../src/ledger/balances.ts';
import { addDays } from '../src/lib/dates.ts';
import { notifyFromEvents } from '../src/notifications/notify.ts';
import { readCharacteristics } from '../src/pay-score/characteristics.ts';
import { targetLimitOf } from '../src/pay-score/policy.ts';
import { scoreNow } from '../src/pay-score/score-now.ts';
import { chargeBackCollection } from '../src/orders/charge-back.ts';
import { changeGuarantorCard } from '../src/repayments/guarantors/card.ts';
import { claimOn } from '../src/repayments/guarantors/claims.ts';
import { payNow } from '../src/repayments/pay.ts';
import { findPlan } from '../src/repayments/plans.ts';
import {
  accepted,
  active,
  buys,
  callsOf,
  end,
  type Friend,
  newFriend,
  openFriends,
  payWith,
  pledgesOf,
  readGuarantee,
} from './support/guarantees.ts';
import type { Shop } from './support/shop.ts';
import { addMethod, authorizedOrder, installmentsOf, ship, takenFor } from './support/walk.ts';
import type { TestMethodName } from '../src/processor/test-methods.ts';
import { openWorld, type World } from './support/world.ts';

// Amounts are cents. Four payments of 20.00, due on the day of the purchase and 14, 28 and 42 days later. By the 31st day
// past due three of them are late: 60.00.

let world: World;
let shop: Shop;
let guarantors: Friend[];
type Case = { id: string; guarantor: Friend; debtor: Friend; planId: string; orderId: string };

beforeAll(async () => {
  world = await openWorld();
  ({ shop, guarantors } = await openFriends(world, { guarantors: 4 }));
}, 300_000);
afterAll(() => world.close());

/** Somebody whose card is always declined, and whoever vouches for them with a card of this kind. */
async function lateUnder(index: number, cap: bigint, card?: TestMethodName): Promise<Case> {
  const guarantor = { ...guarantors[index]! };
  if (card) guarantor.paymentMethodId = await addMethod(shop, guarantor.shopperId, card);
  const debtor = await newFriend(shop, 'declined');
  const id = await accepted(shop, guarantor, debtor, { cap });
  return { id, guarantor, debtor, planId: '', orderId: '' };
}

async function messagesTo({ shopperId }: Friend): Promise<string[]> {
  await world.sequence();
  while ((await notifyFromEvents(world.context)) > 0);
  const rows = await world
    .db('messages')
    .where({ environment_id: shop.environmentId, shopper_id: shopperId })
    .orderBy('id')
    .pluck('template');
  return rows as string[];
}

const eventsOf = (type: string, objectId: string, stream: string) =>
  world
    .db('events')
    .where({ environment_id: shop.environmentId, type, object_id: objectId, stream })
    .orderBy('id')
    .select<{ data: Record<string, unknown> }[]>('data');

const scoreOf = ({ shopperId }: Friend) =>
  shop.inTx(
    async (tx) =>
      (await scoreNow(tx, { shopperId, currency: 'CNY', targetLimit: targetLimitOf('CNY') })).score,
    'read',
  );

const claimOf = (planId: string) => shop.inTx((tx) => claimOn(tx, planId), 'read');
const planOf = (planId: string) => shop.inTx((tx) => findPlan(tx, { planId }), 'read');

const owedTo = ({ shopperId }: Friend) =>
  shop.inTx((tx) => balance(tx, account('shopper', shopperId), 'CNY'), 'read');

async function reasonsOf({ shopperId }: Friend): Promise<string[]> {
  return shop.inTx(async (tx) => {
    const line = await findLine(tx, shopperId, 'CNY');
    return (await listSuspensions(tx, line?.id ?? '')).map(({ reason }) => reason);
  }, 'read');
}

describe('a covered plan that nobody pays', { timeout: 300_000 }, () => {
  let normal: Case;
  let capped: Case;
  let refused: Case;
  let expired: Case;
  let scoreBefore: number;

  beforeAll(async () => {
    normal = await lateUnder(0, 50_000n);
    capped = await lateUnder(1, 10_000n);
    refused = await lateUnder(2, 50_000n, 'declined');
    expired = await lateUnder(3, 50_000n, 'expired_card');
    // Less than what will be late is covered by this one.
    await world.db('guarantees').where({ id: capped.id }).update({ cap: 5_000n, pledged: 5_000n });
    await world
      .db('credit_lines')
      .where({ shopper_id: capped.guarantor.shopperId })
      .update({ pledged: 5_000n });
    await shop.advance(2);
    for (const one of [normal, capped, refused, expired])
      Object.assign(one, await buys(shop, one.debtor, 8000));
    await shop.expectSoundBooks();
  }, 300_000);

  it('is told to both sides on the 15th and the 25th day, with the date and the most that may be taken', async () => {
    await shop.advance(14);
    expect(await eventsOf('guarantee.warning', normal.id, normal.guarantor.shopperId)).toHaveLength(0);
    await shop.advance(1);
    const [first] = await eventsOf('guarantee.warning', normal.id, normal.guarantor.shopperId);
    expect(first?.data).toMatchObject({ role: 'guarantor', stage: 1, amount: 6_000 });
    await shop.advance(10);
    const warned = await eventsOf('guarantee.warning', normal.id, normal.guarantor.shopperId);
    expect(warned.map(({ data }) => data.stage)).toEqual([1, 2]);
    expect(warned[1]?.data).toMatchObject({ amount: 6_000, on: first?.data.on });
    const [told] = await eventsOf('guarantee.warning', capped.id, capped.debtor.shopperId);
    expect(told?.data).toMatchObject({ role: 'debtor', amount: 5_000 });
    expect(await callsOf(shop, normal.id)).toEqual([]);
    scoreBefore = await scoreOf(normal.guarantor);
  });

  it('is charged to the guarantor on the date that was named, and within the cap', async () => {
    await shop.advance(5);
    expect(await callsOf(shop, normal.id)).toEqual([]);
    await shop.advance(1);
    expect(await callsOf(shop, normal.id)).toMatchObject([
      { amount: 6_000n, status: 'succeeded', returned_amount: 0n },
    ]);
    expect(await callsOf(shop, capped.id)).toMatchObject([{ amount: 5_000n, status: 'succeeded' }]);
    const items = await installmentsOf(shop, normal.planId);
    expect(items.slice(0, 3).map(({ status }) => status)).toEqual(['paid', 'paid', 'paid']);
    expect(await readGuarantee(shop, normal.id)).toMatchObject({
      status: 'called',
      endedBy: 'call',
      calledAmount: 6_000n,
    });
    expect(await readGuarantee(shop, capped.id)).toMatchObject({ calledAmount: 5_000n });
    expect(await reasonsOf(normal.debtor)).toContain('friend_paid');
    expect((await pledgesOf(shop, normal.debtor)).guaranteed).toBe(0n);
    await shop.expectSoundBooks();
  });

  it('is told as what it is: paid by a friend, owed to a friend, and not as a payment that was received', async () => {
    const toGuarantor = (await messagesTo(normal.guarantor)).filter((template) =>
      /guarantee_/.test(template),
    );
    expect(toGuarantor).toEqual([
      'guarantee_offered',
      'guarantee_accepted',
      'guarantee_active',
      'guarantee_warning',
      'guarantee_warning',
      'guarantee_called',
    ]);
    const toDebtor = await messagesTo(normal.debtor);
    expect(toDebtor).toContain('guarantee_called_debtor');
    expect(toDebtor).not.toContain('repayment_succeeded');
    expect(toDebtor).not.toContain('line_restored');
  });

  it('never makes the guarantor late, and leaves their score as it was', async () => {
    await shop.advance(7);
    expect(await scoreOf(normal.guarantor)).toBe(scoreBefore);
    const tries = await callsOf(shop, refused.id);
    expect(tries.map(({ status }) => status)).toEqual(['failed', 'failed', 'failed', 'failed']);
    // A card that will never pay again is asked once.
    expect((await callsOf(shop, expired.id)).map(({ status }) => status)).toEqual(['failed']);
    expect(await messagesTo(refused.guarantor)).toContain('guarantee_call_failed');
    expect(await messagesTo(refused.debtor)).not.toContain('guarantee_call_failed');
    for (const { guarantor } of [refused, expired]) {
      expect(await scoreOf(guarantor)).toBe(scoreBefore);
      expect(await reasonsOf(guarantor)).toEqual([]);
    }
    const fees = await world
      .db('plan_entries as e')
      .join('plans as p', 'p.id', 'e.plan_id')
      .whereIn(
        'p.shopper_id',
        guarantors.map(({ shopperId }) => shopperId),
      )
      .where({ 'e.kind': 'late_fee' });
    expect(fees).toEqual([]);
  });

  it('is charged to another card of the guarantor as soon as there is one', async () => {
    const { shopperId } = expired.guarantor;
    const paymentMethodId = await addMethod(shop, shopperId, 'ok_unionpay');
    await shop.inTx((tx) => changeGuarantorCard(tx, { guaranteeId: expired.id, shopperId, paymentMethodId }));
    await shop.advance(1);
    expect((await callsOf(shop, expired.id)).map(({ status }) => status)).toEqual(['failed', 'succeeded']);
    await shop.expectSoundBooks();
  });

  it('is paid back to the guarantor first, by what the debtor pays and then with the next installment', async () => {
    const { planId, debtor, guarantor, id } = normal;
    expect(await claimOf(planId)).toBe(6_000n);
    await payWith(shop, { planId, shopperId: debtor.shopperId }, 'ok');
    await shop.advance(3);
    // The last 20.00 fall due, and are asked for together with what the friend has paid.
    const [last] = await world
      .db('repayments')
      .where({ environment_id: shop.environmentId, plan_id: planId, guarantee_id: null })
      .orderBy('id', 'desc')
      .limit(1);
    expect(last).toMatchObject({ status: 'succeeded', amount: 8_000n });
    expect(await claimOf(planId)).toBe(0n);
    expect((await callsOf(shop, id))[0]).toMatchObject({ amount: 6_000n, returned_amount: 6_000n });
    const [call] = await callsOf(shop, id);
    expect(await takenFor(shop, call?.id ?? '')).toMatchObject({ taken: 6_000, sentBack: 6_000 });
    expect(await owedTo(guarantor)).toBe(0n);
    expect((await planOf(planId)).status).toBe('paid');
    expect(await reasonsOf(debtor)).toEqual([]);
    expect(await messagesTo(guarantor)).toContain('guarantee_reimbursed');
    expect(await readGuarantee(shop, id)).toMatchObject({
      status: 'called',
      calledAmount: 6_000n,
      pledged: 0n,
    });
    await shop.expectSoundBooks();
  });

  it('pays the friend first also when the debtor pays a part, and the rest of a refund is the debtor’s', async () => {
    const { planId, debtor, guarantor, id, orderId } = expired;
    const claim = await claimOf(planId);
    expect(claim).toBe(6_000n);
    await payWith(shop, { planId, shopperId: debtor.shopperId }, 'ok');
    const paid = await shop.inTx((tx) => payNow(tx, { planId, shopperId: debtor.shopperId, amount: 1_500n }));
    expect(paid.outcome).toBe('started');
    await world.runAttempts();
    expect(await claimOf(planId)).toBe(claim - 1_500n);
    const before = (await installmentsOf(shop, planId)).reduce((sum, item) => sum + item.paidAmount, 0n);
    expect(before).toBe(claim);
    // The goods go back: the friend gets what is still owed to them, the debtor what they paid.
    await shop.post(`/v1/orders/${orderId}/refunds`, { reference: 'whole', amount: 8000 });
    await world.runAttempts();
    expect(await claimOf(planId)).toBe(0n);
    const calls = await callsOf(shop, id);
    const succeeded = calls.find(({ status }) => status === 'succeeded');
    expect(succeeded).toMatchObject({ returned_amount: succeeded?.amount });
    expect(await takenFor(shop, succeeded?.id ?? '')).toMatchObject({
      sentBack: Number(succeeded?.amount),
    });
    expect(await owedTo(guarantor)).toBe(0n);
    expect(await owedTo(debtor)).toBe(0n);
    const refund = await world.db('refunds').where({ order_id: orderId }).first();
    expect(refund.status).toBe('succeeded');
    expect(await messagesTo(debtor)).toContain('refund_made_friend');
    await shop.expectSoundBooks();
  });

  it('asks nothing of the guarantor beyond the cap, nor after the debt was written off', async () => {
    await shop.advance(110);
    expect((await planOf(capped.planId)).status).toBe('charged_off');
    expect((await planOf(refused.planId)).status).toBe('charged_off');
    expect(await callsOf(shop, capped.id)).toHaveLength(1);
    // What the friend paid is no merit of the debtor: not in the counts, and not in the months.
    const facts = await shop.inTx(
      (tx) => readCharacteristics(tx, { shopperId: capped.debtor.shopperId, currency: 'CNY' }),
      'read',
    );
    expect(facts).toMatchObject({ repaidInstallments: 0, paidOnTime: 0 });
    const months = await world
      .db('score_months')
      .where({ shopper_id: capped.debtor.shopperId })
      .pluck('paid');
    expect(months.length).toBeGreaterThan(1);
    expect(months.every((paid) => paid === 0n)).toBe(true);
    const tries = (await callsOf(shop, refused.id)).length;
    expect(tries).toBe(6);
    await shop.advance(31);
    expect(await callsOf(shop, refused.id)).toHaveLength(tries);
    expect(await readGuarantee(shop, refused.id)).toMatchObject({ calledAmount: 0n });
    await end(shop, refused.id, refused.guarantor);
    expect(await pledgesOf(shop, refused.guarantor)).toMatchObject({ pledged: 0n });
    // What the debtor pays at last goes to the friend before it goes to the funder.
    await payWith(shop, { planId: capped.planId, shopperId: capped.debtor.shopperId }, 'ok');
    await shop.inTx((tx) =>
      payNow(tx, { planId: capped.planId, shopperId: capped.debtor.shopperId, amount: 6_000n }),
    );
    await world.runAttempts();
    expect(await claimOf(capped.planId)).toBe(0n);
    expect((await planOf(capped.planId)).recovered).toBe(1_000n);
    await shop.expectSoundBooks();
    // Their bank takes it back: the friend keeps what they were paid back, which is our loss, and the rest is owed again.
    const [paid] = await world.db('repayments').where({
      environment_id: shop.environmentId,
      plan_id: capped.planId,
      amount: 6_000n,
      status: 'succeeded',
    });
    const taken = await shop.inTx((tx) =>
      chargeBackCollection(tx, { repaymentId: paid.id, reference: 'cb', reason: 'fraudulent', fee: 0n }),
    );
    expect(taken).toMatchObject({ amount: 6_000n, debt: 1_000n, lost: 5_000n });
    expect(await claimOf(capped.planId)).toBe(0n);
    expect(await planOf(capped.planId)).toMatchObject({ status: 'charged_off', recovered: 0n });
    await shop.expectSoundBooks();
    expect(world.errors).toEqual([]);
  });
});

describe('a late fee of a covered plan', { timeout: 300_000 }, () => {
  it('is let go when the friend pays, who pays none of it', async () => {
    const { shop: own, guarantors: friends } = await openFriends(world);
    const debtor = await newFriend(own, 'declined');
    const id = await active(own, friends[0]!, debtor, { cap: 50_000n });
    const order = await authorizedOrder(own, { amount: 120_000, plan: 'monthly_6', buyer: debtor });
    await ship(own, order.id, 120_000);
    // The first installment falls due a month later; on the 31st day after that it is called.
    const [first] = await installmentsOf(own, order.plan_id);
    const daysUntil = async (date: string) =>
      Math.ceil((Date.parse(date) - (await own.inTx(async (tx) => tx.now, 'read')).getTime()) / 86_400_000);
    await own.advance((await daysUntil(first?.dueDate ?? '')) + 30);
    const before = await installmentsOf(own, order.plan_id);
    expect(before[0]).toMatchObject({ status: 'overdue', fee: 1_000n, paidFee: 0n });
    expect(await callsOf(own, id)).toEqual([]);
    await own.advance(1);
    const late = before.filter(({ dueDate }) => dueDate < addDays(first?.dueDate ?? '', 31));
    const asked = late.reduce((sum, { principal, interest }) => sum + principal + interest, 0n);
    expect(await callsOf(own, id)).toMatchObject([{ amount: asked, status: 'succeeded' }]);
    const after = await installmentsOf(own, order.plan_id);
    expect(after.slice(0, late.length).map(({ status, fee }) => ({ status, fee }))).toEqual(
      late.map(() => ({ status: 'paid', fee: 0n })),
    );
    const waived = await world
      .db('events')
      .where({ environment_id: own.environmentId, type: 'late_fee.waived', stream: debtor.shopperId });
    expect(waived.length).toBeGreaterThan(0);
    await own.expectSoundBooks();

    // The friend's bank takes it back: the debtor owes it to us again and nothing to the friend, whose card rests.
    const [call] = await callsOf(own, id);
    await own.inTx((tx) =>
      chargeBackCollection(tx, { repaymentId: call!.id, reference: 'cb', reason: 'fraudulent', fee: 0n }),
    );
    expect(await callsOf(own, id)).toMatchObject([{ status: 'charged_back', returned_amount: asked }]);
    expect(await own.inTx((tx) => claimOn(tx, order.plan_id), 'read')).toBe(0n);
    expect((await installmentsOf(own, order.plan_id))[0]).toMatchObject({ status: 'due', paidAmount: 0n });
    expect(await readGuarantee(own, id)).toMatchObject({ status: 'called', calledAmount: asked });
    await own.advance(2);
    expect(await callsOf(own, id)).toHaveLength(1);
    await own.expectSoundBooks();
  });

  it('leaves a debtor whose plan is all paid by the friend with a claim that is collected by itself', async () => {
    const { shop: own, guarantors: friends } = await openFriends(world);
    const debtor = await newFriend(own, 'declined');
    const id = await active(own, friends[0]!, debtor, { cap: 50_000n });
    const order = await authorizedOrder(own, { amount: 5000, plan: 'pay_after', buyer: debtor });
    await ship(own, order.id, 5000);
    const claim = () => own.inTx((tx) => claimOn(tx, order.plan_id), 'read');
    for (let day = 0; day < 70 && (await claim()) === 0n; day += 1) await own.advance(1);
    expect(await claim()).toBe(5_000n);
    expect((await own.inTx((tx) => findPlan(tx, { planId: order.plan_id }), 'read')).status).toBe('paid');
    // The debtor's card is asked for it on the days after, until it pays.
    await own.advance(2);
    expect(await claim()).toBe(5_000n);
    await payWith(own, { planId: order.plan_id, shopperId: debtor.shopperId }, 'ok');
    await own.advance(8);
    expect(await claim()).toBe(0n);
    expect(await callsOf(own, id)).toMatchObject([{ amount: 5_000n, returned_amount: 5_000n }]);
    const tries = await world
      .db('repayments')
      .where({ plan_id: order.plan_id, guarantee_id: null })
      .orderBy('id')
      .pluck('status');
    expect(tries.at(-1)).toBe('succeeded');
    await own.expectSoundBooks();
    await own.advance(31);
    expect(await callsOf(own, id)).toHaveLength(1);
    expect(world.errors).toEqual([]);
  });
});
