import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderJson } from '../src/api/resources/order.ts';
import { closeBusinessDay } from '../src/jobs/close-business-day.ts';
import { finishAttempt } from '../src/jobs/finish-attempt.ts';
import { newId } from '../src/lib/ids.ts';
import { carryOut } from '../src/processor/carry-out.ts';
import type { Processor } from '../src/processor/port.ts';
import { type Answer, openShop, type Shop } from './support/shop.ts';
import {
  agree,
  authorizedOrder,
  claimAndDecide,
  confirmedSession,
  lineOf,
  newBuyer,
  openCheckout,
  orderBody,
  ship,
  takenFor,
} from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let shop: Shop;

beforeAll(async () => {
  world = await openWorld();
  shop = await openShop(world);
});
afterAll(() => world.close());

/** Sends the same number of requests at once; the answers, counted by their code or, when they succeed, status. */
async function atOnce(count: number, send: (index: number) => Promise<Answer>): Promise<Answer[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => send(index)));
}

function outcomesOf(answers: Answer[]): Record<string, number> {
  const outcomes: Record<string, number> = {};
  for (const { status, body } of answers) {
    const outcome = status < 300 ? String(status) : (body as { code: string }).code;
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  return outcomes;
}

describe('at once', () => {
  it('twenty authorizations of one token make one order, whose id all others are told', async () => {
    const session = await confirmedSession(shop, { amount: 5000 });
    const answers = await atOnce(20, () => shop.send('POST', '/v1/orders', orderBody(session)));
    expect(outcomesOf(answers)).toEqual({ '201': 1, checkout_token_used: 19 });
    const ids = answers.map(
      ({ body }) =>
        (body as { id?: string; order_id?: string }).id ?? (body as { order_id: string }).order_id,
    );
    expect(new Set(ids).size).toBe(1);
    const orders = await shop.get<{ data: unknown[] }>(
      `/v1/orders?merchant_reference=${session.merchant_reference}`,
    );
    expect(orders.data).toHaveLength(1);
  });

  it('ten authorizations under one key make one order, and no other answer than its', async () => {
    const session = await confirmedSession(shop, { amount: 5000 });
    const options = { idempotencyKey: newId('req') };
    const answers = await atOnce(10, () => shop.send('POST', '/v1/orders', orderBody(session), options));
    const made = answers.filter(({ status }) => status === 201);
    expect(new Set(made.map(({ body }) => (body as OrderJson).id)).size).toBe(1);
    const { '201': done = 0, idempotency_in_progress: waiting = 0, ...others } = outcomesOf(answers);
    expect(others).toEqual({});
    expect(done + waiting).toBe(10);
  });

  it('ten captures of the whole capture it once', async () => {
    const { id } = await authorizedOrder(shop, { amount: 5000, plan: 'pay_after' });
    const answers = await atOnce(10, (index) =>
      shop.send('POST', `/v1/orders/${id}/captures`, { reference: `parcel-${index}`, amount: 5000 }),
    );
    expect(outcomesOf(answers)).toEqual({ '201': 1, capture_exceeds_authorized: 9 });
    await shop.expectSoundBooks();
  });

  it('ten captures of a quarter under one reference capture one quarter', async () => {
    const { id } = await authorizedOrder(shop, { amount: 8000, plan: 'pay_after' });
    const body = { reference: 'parcel', amount: 2000 };
    const answers = await atOnce(10, () => shop.send('POST', `/v1/orders/${id}/captures`, body));
    expect(outcomesOf(answers)).toEqual({ '201': 1, capture_reference_in_use: 9 });
    expect(await shop.get(`/v1/orders/${id}`)).toMatchObject({ captured_amount: 2000 });
  });

  it('ten refunds of most of it refund it once', async () => {
    const { id } = await authorizedOrder(shop, { amount: 5000, plan: 'pay_after' });
    await ship(shop, id, 5000);
    const answers = await atOnce(10, (index) =>
      shop.send('POST', `/v1/orders/${id}/refunds`, { reference: `return-${index}`, amount: 3000 }),
    );
    expect(outcomesOf(answers)).toEqual({ '201': 1, refund_exceeds_refundable: 9 });
    await shop.expectSoundBooks();
  });

  it('a capture and a void leave the order to one of them', async () => {
    for (let round = 0; round < 8; round += 1) {
      const { id } = await authorizedOrder(shop, { amount: 5000, plan: 'pay_after' });
      const [captured, voided] = await Promise.all([
        shop.send('POST', `/v1/orders/${id}/captures`, { reference: 'a', amount: 5000 }),
        shop.send('POST', `/v1/orders/${id}/void`),
      ]);
      const statuses = [captured.status, voided.status];
      expect([
        [201, 409],
        [409, 200],
      ]).toContainEqual(statuses);
      const expected = captured.status === 201 ? 'captured' : 'voided';
      expect(await shop.get(`/v1/orders/${id}`)).toMatchObject({ status: expected });
    }
    await shop.expectSoundBooks();
  });

  it('an authorization and the reversal of its reference leave nothing that could be captured', async () => {
    for (let round = 0; round < 8; round += 1) {
      const reference = newId('req');
      const session = await confirmedSession(shop, { amount: 5000, reference });
      const [authorized, reversed] = await Promise.all([
        shop.send('POST', '/v1/orders', orderBody(session)),
        shop.send('POST', '/v1/orders/reversal', { merchant_reference: reference }),
      ]);
      expect(reversed.status).toBe(200);
      const { data } = await shop.get<{ data: OrderJson[] }>(`/v1/orders?merchant_reference=${reference}`);
      expect(data.map(({ status }) => status)).toEqual(authorized.status === 201 ? ['voided'] : []);
    }
  });

  it("twenty confirmations of one shopper never hold more than the shopper's limit", async () => {
    const buyer = await newBuyer(shop);
    const sessions = [];
    for (let index = 0; index < 20; index += 1) sessions.push((await openCheckout(shop, 33_333)).id);
    // Each is offered while nothing is held yet. A new shopper has 2,000.00, which is six times 333.33.
    for (const id of sessions) await claimAndDecide(shop, id, buyer.shopperId);
    const tabs = await Promise.allSettled(sessions.map((id) => agree(shop, id, buyer, 'pay_in_4')));
    const refused = tabs.flatMap((tab) =>
      tab.status === 'rejected' ? [(tab.reason as { code: string }).code] : [],
    );
    expect(refused).toEqual(Array.from({ length: 14 }, () => 'limit_exceeded'));
    expect(await lineOf(shop, buyer.shopperId)).toEqual({ held: 6n * 33_333n, used: 0n });
    await shop.expectSoundBooks();
  });

  it('two sweeps collect once, close one settlement, and pay it out once', async () => {
    const two = await openShop(world);
    const orders = [];
    for (let index = 0; index < 4; index += 1) {
      const order = await authorizedOrder(two, { amount: 8000, plan: 'pay_in_4' });
      await ship(two, order.id, 4000);
      orders.push(order);
    }
    // The second installments fall due and the rests expire, with all lines of the first day waiting.
    await world
      .db('environments')
      .where({ id: two.environmentId })
      .update({ clock_at: '2026-03-15T01:00:00Z' });
    const close = () =>
      closeBusinessDay(world.context, { environmentId: two.environmentId, access: 'write' });
    await Promise.all([close(), close(), close()]);
    await Promise.all([world.runAttempts(), world.runAttempts()]);
    await Promise.all([close(), close()]);
    await world.runAttempts();

    const repayments = await world
      .db('repayments')
      .where({ environment_id: two.environmentId })
      .select('plan_id');
    expect(repayments).toHaveLength(2 * orders.length);
    const { data: settlements } = await two.get<{ data: { net: number }[] }>('/v1/settlements');
    expect(settlements.map(({ net }) => net)).toEqual([4 * (4000 - 120 - 100)]);
    expect(await two.get('/v1/payouts')).toMatchObject({
      data: [{ amount: settlements[0]?.net, status: 'paid' }],
    });
    for (const { id } of orders) {
      expect(await two.get(`/v1/orders/${id}`)).toMatchObject({
        status: 'captured',
        voided_amount: 4000,
        version: 3,
      });
    }
    expect(world.errors).toEqual([]);
    await two.expectSoundBooks();
  });
});

describe('a refund while an installment is being charged', () => {
  /** The world's context with a processor at whose charges something else happens. */
  const during = (change: (charge: Processor['charge']) => Processor['charge']) => ({
    ...world.context,
    processorFor: () => {
      const sandbox = world.context.processorFor('sandbox');
      return { ...sandbox, charge: change((request) => sandbox.charge(request)) };
    },
  });

  it.each([
    ['before the card is charged', 'before'],
    ['after the card was charged', 'after'],
  ])('%s sends the overpayment back, and no money is lost', async (_, when) => {
    const two = await openShop(world);
    const buyer = await newBuyer(two);
    const order = await authorizedOrder(two, { amount: 8000, plan: 'pay_after', buyer });
    await ship(two, order.id, 8000);
    // On the 30th day the whole debt falls due and is about to be charged.
    await world
      .db('environments')
      .where({ id: two.environmentId })
      .update({ clock_at: '2026-03-31T01:00:00Z' });
    await closeBusinessDay(world.context, { environmentId: two.environmentId, access: 'write' });
    const [repayment] = await world.db('repayments').where({ plan_id: order.plan_id, status: 'pending' });
    const [attempt] = await world.db('processor_attempts').where({ subject_id: repayment.id });
    const refund = () => two.post(`/v1/orders/${order.id}/refunds`, { reference: 'return', amount: 5000 });
    const host = during((charge) => async (request) => {
      if (when === 'before') await refund();
      const outcome = await charge(request);
      if (when === 'after') await refund();
      return outcome;
    });
    const input = { environmentId: two.environmentId, attemptId: attempt.id };
    expect(await carryOut(host, input, finishAttempt)).toMatchObject({ status: 'succeeded' });
    await world.runAttempts();

    expect(await takenFor(two, repayment.id)).toEqual({ held: 0, taken: 8000, sentBack: 5000 });
    expect(await lineOf(two, buyer.shopperId)).toEqual({ held: 0n, used: 0n });
    expect(await two.get(`/v1/plans/${order.plan_id}`)).toMatchObject({
      status: 'paid',
      installments: [{ amount: 3000, paid_amount: 3000, status: 'paid' }],
    });
    const books = await two.get<{ accounts: { code: string; debit: number; credit: number }[] }>(
      '/v1/sandbox/trial-balance',
    );
    const open = books.accounts.filter(({ debit, credit }) => debit !== credit).map(({ code }) => code);
    expect(open).not.toEqual(expect.arrayContaining(['unapplied']));
    expect(open).not.toEqual(expect.arrayContaining(['shopper']));
    await two.expectSoundBooks();
  });
});
