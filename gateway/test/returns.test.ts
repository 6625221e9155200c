import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderJson } from '../src/api/resources/order.ts';
import type { ReturnJson } from '../src/api/resources/return.ts';
import { closeBusinessDay } from '../src/jobs/close-business-day.ts';
import { addDays } from '../src/lib/dates.ts';
import { newId } from '../src/lib/ids.ts';
import { releaseReturn, withdrawReturn } from '../src/orders/returns-answer.ts';
import { findOrder } from '../src/orders/orders.ts';
import { declareReturn, mayShopperDeclare } from '../src/orders/returns-declare.ts';
import { listReturnsOf } from '../src/orders/returns.ts';
import { pausePlan, resumePlan } from '../src/repayments/pause.ts';
import { payNow } from '../src/repayments/pay.ts';
import { refusalFrom } from './support/refusal.ts';
import { openShop, type Shop } from './support/shop.ts';
import {
  authorizedOrder,
  type Buyer,
  installmentsOf,
  newBuyer,
  type Purchase,
  ship,
} from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

// Amounts are cents. Orders are captured on 1 March and fall due every two weeks.

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

type Bought = { shop: Shop; buyer: Buyer; order: OrderJson };

async function bought(purchase: Partial<Purchase> & { method?: 'ok' | 'declined' } = {}): Promise<Bought> {
  const shop = await openShop(world, { fee_basis_points: 300, fee_fixed: 100 });
  const buyer = await newBuyer(shop, purchase.method);
  const order = await authorizedOrder(shop, { amount: 10_000, plan: 'pay_in_4', buyer, ...purchase });
  await ship(shop, order.id, order.authorized_amount);
  return { shop, buyer, order };
}

const declare = ({ shop, order }: Bought, amount = 4000, reference = 'rma-1'): Promise<ReturnJson> =>
  shop.post(`/v1/orders/${order.id}/returns`, { reference, amount, reason: 'damaged' });
const declareByShopper = ({ shop, order, buyer }: Bought, amount = 4000n) =>
  shop.inTx((tx) =>
    declareReturn(tx, {
      by: 'shopper',
      shopperId: buyer.shopperId,
      orderId: order.id,
      amount,
      reason: 'changed_mind',
      items: [{ name: 'Tea', quantity: 1, amount: 4000 }],
    }),
  );
const read = ({ shop }: Bought, { id }: { id: string }): Promise<ReturnJson> => shop.get(`/v1/returns/${id}`);
const installments = async ({ shop, order }: Bought) =>
  (await installmentsOf(shop, order.plan_id)).map(({ dueDate, amount, status, pausedUntil }) => ({
    dueDate,
    amount: Number(amount),
    status,
    pausedUntil,
  }));
const datesOf = async (one: Bought) => (await installments(one)).map(({ dueDate }) => dueDate);
const agreedDates = ['2026-03-01', '2026-03-15', '2026-03-29', '2026-04-12'];
const laterBy = (days: number) =>
  agreedDates.map((date, index) => (index === 0 ? date : addDays(date, days)));

/** What the feed of the merchant, and of the shopper, says of returns. */
async function eventsOf({ shop }: Bought, stream: string): Promise<string[]> {
  const rows = await world
    .db('events')
    .where({ environment_id: shop.environmentId, stream })
    .whereLike('type', 'return.%')
    .orderBy('id')
    .select<{ type: string }[]>('type');
  return rows.map(({ type }) => type);
}

const repaymentsOf = async ({ order }: Bought): Promise<string[]> =>
  (await world.db('repayments').where({ plan_id: order.plan_id }).orderBy('id').select('status')).map(
    ({ status }: { status: string }) => status,
  );

describe('a declared return', () => {
  it('stops the dues until it is answered, and tells both sides', async () => {
    const one = await bought();
    await one.shop.advance(10);
    const declared = await declare(one);
    expect(declared).toMatchObject({
      status: 'declared',
      declared_by: 'merchant',
      reference: 'rma-1',
      amount: 4000,
      reason: 'damaged',
      // 11 March and 14 days, when that date begins in Shanghai.
      respond_by: '2026-03-24T16:00:00.000Z',
      allowed_actions: ['accept', 'reject'],
      refund_id: null,
    });
    // The next one would have fallen due on the 15th.
    await one.shop.advance(8);
    expect(await installments(one)).toMatchObject([
      { status: 'paid', pausedUntil: undefined },
      { status: 'scheduled', pausedUntil: '2026-03-25', dueDate: '2026-03-29' },
      { status: 'scheduled', pausedUntil: '2026-03-25' },
      { status: 'scheduled', pausedUntil: '2026-03-25' },
    ]);
    expect(await repaymentsOf(one)).toEqual(['succeeded']);
    for (const stream of [one.shop.merchantId, one.buyer.shopperId])
      expect(await eventsOf(one, stream)).toEqual(['return.declared']);
    await one.shop.expectSoundBooks();
  });

  it('is accepted by a refund in the same step, and the dues go on later by the days that they stood still', async () => {
    const one = await bought();
    await one.shop.advance(10);
    const { id } = await declare(one);
    await one.shop.advance(8);
    const path = `/v1/returns/${id}/accept`;
    const accepted = await one.shop.post<ReturnJson>(path, { reference: 'refund-1', amount: 3000 });
    expect(accepted).toMatchObject({ status: 'accepted', allowed_actions: [], version: 2 });
    const refunds = await one.shop.get<{ data: { id: string; amount: number }[] }>(
      `/v1/orders/${one.order.id}/refunds`,
    );
    expect(refunds.data).toMatchObject([{ id: accepted.refund_id, amount: 3000, reference: 'refund-1' }]);
    expect(await installments(one)).toMatchObject([
      { amount: 2500, status: 'paid' },
      { amount: 2500, status: 'scheduled' },
      { amount: 2000, status: 'scheduled' },
      { amount: 0, status: 'canceled' },
    ]);
    expect((await datesOf(one)).slice(0, 3)).toEqual(laterBy(8).slice(0, 3));
    expect((await installments(one)).every(({ pausedUntil }) => pausedUntil === undefined)).toBe(true);
    await one.shop.advance(40);
    expect(await one.shop.get(`/v1/plans/${one.order.plan_id}`)).toMatchObject({ status: 'paid' });
    expect(await eventsOf(one, one.buyer.shopperId)).toEqual(['return.declared', 'return.accepted']);
    await one.shop.expectSoundBooks();
  });

  it('is rejected with a reason, and the dues go on', async () => {
    const one = await bought();
    await one.shop.advance(10);
    const { id } = await declare(one);
    await one.shop.advance(5);
    const rejected = await one.shop.post(`/v1/returns/${id}/reject`, { reason: 'not_received' });
    expect(rejected).toMatchObject({ status: 'rejected', rejection: 'not_received', refund_id: null });
    expect(await datesOf(one)).toEqual(laterBy(5));
    expect(await eventsOf(one, one.shop.merchantId)).toEqual(['return.declared', 'return.rejected']);
  });

  it('leaves the dates where they are when none of them falls into it', async () => {
    const one = await bought();
    await one.shop.advance(1);
    const { id } = await declare(one);
    await one.shop.advance(3);
    await one.shop.post(`/v1/returns/${id}/reject`, { reason: 'other' });
    expect(await datesOf(one)).toEqual(agreedDates);
  });

  it('is withdrawn by its shopper, and what is due on that day is collected on that day', async () => {
    const one = await bought();
    await one.shop.advance(14 - 1);
    const { id } = await declareByShopper(one);
    // The second payment was to come tomorrow. Paused today, it comes tomorrow.
    await one.shop.inTx((tx) => withdrawReturn(tx, { returnId: id, shopperId: one.buyer.shopperId }));
    expect(await datesOf(one)).toEqual(agreedDates);
    await one.shop.advance(1);
    expect(await repaymentsOf(one)).toEqual(['succeeded', 'succeeded']);

    const other = await bought({ method: 'declined' });
    await other.shop.advance(14);
    const again = await declareByShopper(other);
    await other.shop.advance(2);
    const failed = await repaymentsOf(other);
    await other.shop.inTx((tx) =>
      withdrawReturn(tx, { returnId: again.id, shopperId: other.buyer.shopperId }),
    );
    // The first payment is overdue by the 14 days that count, and the second is due today.
    expect(await installments(other)).toMatchObject([
      { dueDate: '2026-03-03', status: 'overdue' },
      { dueDate: '2026-03-17', status: 'due' },
      { dueDate: '2026-03-31', status: 'scheduled' },
      { dueDate: '2026-04-14', status: 'scheduled' },
    ]);
    expect(await repaymentsOf(other)).toEqual([...failed, 'pending']);
    await world.runAttempts();
    await other.shop.expectSoundBooks();
  });

  it('lets the days past due stand still', async () => {
    const one = await bought({ method: 'declined' });
    await one.shop.advance(2);
    const { id } = await declare(one);
    expect((await installments(one))[0]).toMatchObject({ dueDate: '2026-03-15', status: 'scheduled' });
    await one.shop.advance(6);
    await one.shop.post(`/v1/returns/${id}/reject`, { reason: 'too_late' });
    const plan = await one.shop.get<{ installments: object[] }>(`/v1/plans/${one.order.plan_id}`);
    expect(plan.installments[0]).toMatchObject({ status: 'overdue', days_past_due: 2 });
  });

  it('needs no debt: what was paid goes back when it is accepted', async () => {
    const one = await bought();
    await one.shop.advance(50);
    expect(await one.shop.get(`/v1/plans/${one.order.plan_id}`)).toMatchObject({ status: 'paid' });
    const { id } = await declare(one);
    expect(await datesOf(one)).toEqual(agreedDates);
    await one.shop.post(`/v1/returns/${id}/accept`, { reference: 'refund-1', amount: 4000 });
    await world.runAttempts();
    expect(await one.shop.get(`/v1/orders/${one.order.id}/refunds`)).toMatchObject({
      data: [{ debt_amount: 0, money_back_amount: 4000, status: 'succeeded' }],
    });
    await one.shop.expectSoundBooks();
  });

  it('is listed for its merchant, by order and by state', async () => {
    const one = await bought();
    const { id } = await declare(one);
    const ids = async (query: string) =>
      (await one.shop.get<{ data: ReturnJson[] }>(`/v1/returns${query}`)).data.map((found) => found.id);
    expect(await ids('')).toEqual([id]);
    expect(await ids(`?order_id=${one.order.id}&status=declared`)).toEqual([id]);
    expect(await ids('?status=accepted')).toEqual([]);
    expect(await ids(`?order_id=${newId('ord')}`)).toEqual([]);
  });
});

describe('a return that nobody answers', () => {
  it('is released after 14 days: the dues go on, all later by that long', async () => {
    const one = await bought();
    await one.shop.advance(10);
    const declared = await declareByShopper(one);
    await one.shop.advance(13);
    expect(await read(one, declared)).toMatchObject({ status: 'declared' });
    await one.shop.advance(1);
    expect(await read(one, declared)).toMatchObject({
      status: 'released',
      declared_by: 'shopper',
      reference: null,
      items: [{ name: 'Tea', quantity: 1, amount: 4000 }],
      allowed_actions: [],
    });
    expect(await datesOf(one)).toEqual(laterBy(14));
    expect(await eventsOf(one, one.shop.merchantId)).toEqual(['return.declared', 'return.released']);
    await one.shop.advance(4);
    expect(await repaymentsOf(one)).toEqual(['succeeded', 'succeeded']);
    await one.shop.expectSoundBooks();
  });

  it('is released once by two processes and by a sweep that runs twice', async () => {
    const one = await bought();
    await one.shop.advance(10);
    const { id } = await declare(one);
    await world
      .db('environments')
      .where({ id: one.shop.environmentId })
      .update({ clock_at: new Date('2026-03-26T01:00:00Z') });
    const close = () =>
      closeBusinessDay(world.context, { environmentId: one.shop.environmentId, access: 'write' });
    await Promise.all([close(), close()]);
    await close();
    await one.shop.inTx((tx) => releaseReturn(tx, id));
    expect(await eventsOf(one, one.buyer.shopperId)).toEqual(['return.declared', 'return.released']);
    // The sweep came a day late, and the pause lasted until then.
    expect(await datesOf(one)).toEqual(laterBy(15));
  });

  it('is the next thing that happens to a sandbox', async () => {
    const one = await bought();
    await one.shop.advance(10);
    await declare(one);
    const kinds: unknown[] = [];
    for (let step = 0; step < 20; step += 1) {
      const { clock } = await one.shop.get<{ clock: { next_event: { at: string; kinds: string[] } | null } }>(
        '/v1/sandbox',
      );
      if (!clock.next_event) break;
      if (clock.next_event.kinds.includes('return_release')) {
        kinds.push(clock.next_event.at);
        break;
      }
      await one.shop.post('/v1/sandbox/clock/advance', { to: clock.next_event.at });
    }
    expect(kinds).toEqual(['2026-03-24T16:00:00.000Z']);
  });
});

describe('a refund while a return is open', () => {
  it('answers it when it is for as much, or for all that was left', async () => {
    const whole = await bought();
    const first = await declare(whole, 4000);
    await whole.shop.post(`/v1/orders/${whole.order.id}/refunds`, { reference: 'r-1', amount: 4000 });
    expect(await read(whole, first)).toMatchObject({ status: 'accepted' });

    const reversed = await bought();
    const second = await declare(reversed, 4000);
    await reversed.shop.post('/v1/orders/reversal', {
      merchant_reference: reversed.order.merchant_reference,
    });
    expect(await read(reversed, second)).toMatchObject({ status: 'accepted' });
    await world.runAttempts();
    for (const { shop } of [whole, reversed]) await shop.expectSoundBooks();
  });

  it('leaves it open when it is smaller', async () => {
    const one = await bought();
    const declared = await declare(one, 4000);
    await one.shop.post(`/v1/orders/${one.order.id}/refunds`, { reference: 'r-1', amount: 1000 });
    expect(await read(one, declared)).toMatchObject({ status: 'declared' });
    await one.shop.post(`/v1/returns/${declared.id}/accept`, { reference: 'r-2', amount: 4000 });
    expect(await read(one, declared)).toMatchObject({ status: 'accepted' });
    await one.shop.expectSoundBooks();
  });

  it('is answered by the last of smaller ones, which leaves nothing to refund', async () => {
    const one = await bought();
    const declared = await declare(one, 4000);
    for (const reference of ['r-1', 'r-2', 'r-3']) {
      await one.shop.post(`/v1/orders/${one.order.id}/refunds`, { reference, amount: 3000 });
      expect(await read(one, declared)).toMatchObject({ status: 'declared' });
    }
    await one.shop.post(`/v1/orders/${one.order.id}/refunds`, { reference: 'r-4', amount: 1000 });
    expect(await read(one, declared)).toMatchObject({ status: 'accepted' });
  });
});

describe('the button for a return', () => {
  it('is there while its shopper may declare one', async () => {
    const one = await bought();
    const isOffered = (orderId: string) =>
      one.shop.inTx(async (tx) =>
        mayShopperDeclare(await findOrder(tx, { orderId }), await listReturnsOf(tx, orderId)),
      );
    expect(await isOffered(one.order.id)).toBe(true);
    const { id } = await declareByShopper(one);
    expect(await isOffered(one.order.id)).toBe(false);
    await one.shop.post(`/v1/returns/${id}/accept`, { reference: 'r-1', amount: 4000 });
    expect(await isOffered(one.order.id)).toBe(true);
    const again = await declareByShopper(one, 1000n);
    await one.shop.post(`/v1/returns/${again.id}/reject`, { reason: 'other' });
    expect(await isOffered(one.order.id)).toBe(false);
    const fresh = await authorizedOrder(one.shop, { amount: 5000 });
    expect(await isOffered(fresh.id)).toBe(false);
  });
});

describe('what cannot be', () => {
  it('is a return of more than can be refunded, of nothing that shipped, or of what is voided', async () => {
    const one = await bought();
    const path = `/v1/orders/${one.order.id}/returns`;
    const body = { reference: 'rma-1', amount: 10_001, reason: 'other' };
    expect(await one.shop.refusal('POST', path, body)).toMatchObject({ code: 'refund_exceeds_refundable' });
    expect(await one.shop.refusal('POST', path, { ...body, amount: 0 })).toMatchObject({
      code: 'amount_invalid',
    });
    expect(await one.shop.refusal('POST', path, { ...body, reason: 'bored' })).toMatchObject({
      code: 'validation_failed',
    });
    const fresh = await authorizedOrder(one.shop, { amount: 5000 });
    const returns = `/v1/orders/${fresh.id}/returns`;
    expect(await one.shop.refusal('POST', returns, { ...body, amount: 1 })).toMatchObject({
      code: 'state_conflict',
    });
    await one.shop.post(`/v1/orders/${fresh.id}/void`);
    expect(await one.shop.refusal('POST', returns, { ...body, amount: 1 })).toMatchObject({
      code: 'state_conflict',
    });
  });

  it('is a second return while one is open, or one reference twice', async () => {
    const one = await bought();
    const path = `/v1/orders/${one.order.id}/returns`;
    const { id } = await declare(one);
    const again = { reference: 'rma-2', amount: 100, reason: 'other' };
    expect(await one.shop.refusal('POST', path, again)).toMatchObject({ code: 'return_open', return_id: id });
    await one.shop.post(`/v1/returns/${id}/reject`, { reason: 'other' });
    expect(await one.shop.refusal('POST', path, { ...again, reference: 'rma-1' })).toMatchObject({
      code: 'return_reference_in_use',
      return_id: id,
    });
    expect(await declare(one, 100, 'rma-2')).toMatchObject({ status: 'declared' });
  });

  it('is an answer after the answer, after the release, or in the moment of it', async () => {
    const one = await bought();
    await one.shop.advance(10);
    const { id } = await declareByShopper(one);
    const accept = `/v1/returns/${id}/accept`;
    const reject = `/v1/returns/${id}/reject`;
    const refundBody = { reference: 'r-1', amount: 4000 };
    expect(await one.shop.refusal('POST', accept, { ...refundBody, amount: 10_001 })).toMatchObject({
      code: 'refund_exceeds_refundable',
    });
    // The time is over although no sweep has come by.
    await world
      .db('environments')
      .where({ id: one.shop.environmentId })
      .update({ clock_at: new Date('2026-03-24T16:00:00Z') });
    expect(await read(one, { id })).toMatchObject({ status: 'declared', allowed_actions: [] });
    expect(await one.shop.refusal('POST', accept, refundBody)).toMatchObject({
      code: 'state_conflict',
      detail: 'The return was to be answered by 2026-03-24T16:00:00.000Z.',
    });
    await one.shop.inTx((tx) => releaseReturn(tx, id));
    for (const [path, body, action] of [
      [accept, refundBody, 'accept'],
      [reject, { reason: 'other' }, 'reject'],
    ] as const)
      expect(await one.shop.refusal('POST', path, body)).toMatchObject({
        code: 'state_conflict',
        detail: `The return is released; ${action} is not possible.`,
      });
    expect(await refusalFrom(declareByShopper(one, 1000n))).toMatchObject({ code: 'state_conflict' });
    // Nothing of the refused acceptance stayed.
    expect(await one.shop.get(`/v1/orders/${one.order.id}/refunds`)).toEqual({ data: [] });
    const withdrawn = one.shop.inTx((tx) =>
      withdrawReturn(tx, { returnId: id, shopperId: one.buyer.shopperId }),
    );
    expect(await refusalFrom(withdrawn)).toMatchObject({ code: 'state_conflict' });
  });

  it('is a withdrawal after the acceptance, or another declaration of a shopper who was refused', async () => {
    const one = await bought();
    const accepted = await declareByShopper(one, 1000n);
    await one.shop.post(`/v1/returns/${accepted.id}/accept`, { reference: 'r-1', amount: 1000 });
    const withdraw = one.shop.inTx((tx) =>
      withdrawReturn(tx, { returnId: accepted.id, shopperId: one.buyer.shopperId }),
    );
    expect(await refusalFrom(withdraw)).toMatchObject({ code: 'state_conflict' });
    const rejected = await declareByShopper(one, 1000n);
    await one.shop.post(`/v1/returns/${rejected.id}/reject`, { reason: 'used_or_damaged' });
    expect(await refusalFrom(declareByShopper(one, 1000n))).toMatchObject({ code: 'state_conflict' });
    // The shop itself may still say that something comes back.
    expect(await declare(one, 1000)).toMatchObject({ status: 'declared' });
  });

  it('is a pause for ever: an order has at most five returns', async () => {
    const one = await bought();
    for (let number = 1; number <= 5; number += 1) {
      const { id } = await declareByShopper(one, 100n);
      await one.shop.inTx((tx) => withdrawReturn(tx, { returnId: id, shopperId: one.buyer.shopperId }));
    }
    expect(await refusalFrom(declareByShopper(one, 100n))).toMatchObject({ code: 'state_conflict' });
  });

  it('is anything with what belongs to others', async () => {
    const one = await bought();
    const other = await bought();
    const { id } = await declare(one);
    const body = { reference: 'x', amount: 100, reason: 'other' };
    for (const [method, path, sent] of [
      ['GET', `/v1/returns/${id}`, undefined],
      ['POST', `/v1/returns/${id}/accept`, { reference: 'x', amount: 100 }],
      ['POST', `/v1/returns/${id}/reject`, { reason: 'other' }],
      ['POST', `/v1/orders/${one.order.id}/returns`, body],
      ['POST', `/v1/returns/${newId('ret')}/reject`, { reason: 'other' }],
    ] as const)
      expect(await other.shop.refusal(method, path, sent)).toMatchObject({ status: 404 });
    const stranger = await newBuyer(one.shop);
    const withdraw = one.shop.inTx((tx) =>
      withdrawReturn(tx, { returnId: id, shopperId: stranger.shopperId }),
    );
    expect(await refusalFrom(withdraw)).toMatchObject({ code: 'not_found' });
    expect(await refusalFrom(declareByShopper({ ...one, buyer: stranger }))).toMatchObject({
      code: 'not_found',
    });
    expect(await other.shop.get('/v1/returns')).toMatchObject({ data: [] });
  });
});

describe('several pauses of one plan', () => {
  it('end with the last of them, and expect the latest date of those that are on', async () => {
    const one = await bought();
    await one.shop.advance(10);
    const { id } = await declare(one);
    const planId = one.order.plan_id;
    const sourceId = newId('dsp' as 'ret');
    await one.shop.inTx((tx) => pausePlan(tx, { planId, sourceId, until: '2026-03-20' }));
    const pausedUntil = async () => (await installments(one))[1]?.pausedUntil;
    expect(await pausedUntil()).toBe('2026-03-25');
    await one.shop.advance(2);
    await one.shop.post(`/v1/returns/${id}/reject`, { reason: 'other' });
    expect(await pausedUntil()).toBe('2026-03-20');
    await one.shop.advance(5);
    await one.shop.inTx((tx) => resumePlan(tx, { planId, sourceId }));
    await one.shop.inTx((tx) => resumePlan(tx, { planId, sourceId }));
    expect(await datesOf(one)).toEqual(laterBy(7));
  });
});

describe('at the same time', () => {
  it('an acceptance and a withdrawal: one of them is, and the books are sound', async () => {
    const one = await bought();
    await one.shop.advance(10);
    const { id } = await declareByShopper(one);
    const [accepted, withdrawn] = await Promise.allSettled([
      one.shop.post(`/v1/returns/${id}/accept`, { reference: 'r-1', amount: 4000 }),
      one.shop.inTx((tx) => withdrawReturn(tx, { returnId: id, shopperId: one.buyer.shopperId })),
    ]);
    expect([accepted, withdrawn].filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const { status } = await read(one, { id });
    expect(status).toBe(accepted.status === 'fulfilled' ? 'accepted' : 'withdrawn');
    await one.shop.expectSoundBooks();
  });

  it('two repayments and a refund on one plan: nothing is lost', async () => {
    for (const amount of [9000, 6000, 2000]) {
      const one = await bought();
      await one.shop.advance(5);
      const planId = one.order.plan_id;
      const pay = (paid: bigint) =>
        one.shop.inTx((tx) => payNow(tx, { planId, shopperId: one.buyer.shopperId, amount: paid }));
      await Promise.all([
        pay(7500n),
        pay(2500n),
        one.shop.post(`/v1/orders/${one.order.id}/refunds`, { reference: 'r-1', amount }),
        world.runAttempts(),
      ]);
      await Promise.all([world.runAttempts(), world.runAttempts()]);
      await one.shop.advance(60);
      await world.runAttempts();
      expect(await one.shop.get(`/v1/plans/${planId}`)).toMatchObject({ status: 'paid' });
      const { rows } = await world.db.raw<{ rows: { taken: string; back: string }[] }>(
        `select coalesce(sum(amount) filter (where purpose = 'repayment'), 0) as taken,
           coalesce(sum(amount) filter (where purpose = 'money_back'), 0) as back
         from processor_attempts where environment_id = ? and status = 'succeeded'`,
        [one.shop.environmentId],
      );
      // What the shopper paid and did not get back is what was not refunded.
      expect(Number(rows[0]?.taken) - Number(rows[0]?.back)).toBe(10_000 - amount);
      await one.shop.expectSoundBooks();
    }
    expect(world.errors).toEqual([]);
  });
});
