import { type CheckoutSession, MorrowError, type Order } from '@morrow/sdk-js/server';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { debtFaults } from '../../scripts/chaos/debt.ts';
import {
  collect,
  confirmedSession,
  eventually,
  expectSoundBooks,
  type Merchant,
  openMerchant,
  openProcesses,
  orderOf,
  type Processes,
} from './support/processes.ts';

// Whole processes start and end here.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

/** What a shopper whom nobody knows may owe at first. */
const firstLimit = 200_000;

let processes: Processes;
let merchant: Merchant;
let person = 1_000;

beforeAll(async () => {
  processes = await openProcesses();
  merchant = await openMerchant(processes.gateways);
});
afterAll(() => processes?.close());

/** Does each at one of the two processes, all at the same moment; of each `done`, or the code of its refusal. */
async function atOnce(
  works: readonly ((morrow: Merchant['morrow']) => Promise<unknown>)[],
): Promise<string[]> {
  const places = processes.gateways.map((gateway) => merchant.at(gateway).morrow);
  return Promise.all(
    works.map(async (work, index) => {
      try {
        await work(places[index % places.length]!);
        return 'done';
      } catch (error) {
        if (error instanceof MorrowError) return error.code;
        throw error;
      }
    }),
  );
}

/** Asks again while the clock is on its way, which takes nothing meanwhile. */
async function untilTaken(work: () => Promise<unknown>): Promise<void> {
  const outcomes = await eventually(
    () => atOnce([work]),
    ([outcome]) => outcome !== 'clock_moving',
    90_000,
  );
  expect(outcomes).toEqual(['done']);
}

function counted(outcomes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

async function authorized(amount = 40_000): Promise<Order> {
  person += 1;
  return merchant.morrow.orders.authorize(
    orderOf(await confirmedSession(merchant.morrow, { person, amount })),
  );
}

const newSession = (reference: string, amount: number) =>
  merchant.morrow.checkoutSessions.create({
    merchant_reference: reference,
    amount,
    currency: 'CNY',
    lines: [{ name: 'Tea set', quantity: 1, unit_amount: amount, amount }],
    return_url: 'https://shop.example/return',
  });

/** What one test person's line holds and has used, and its limit. */
async function lineOf(sessionId: string): Promise<{ limit: number; held: number; used: number }> {
  const { rows } = await processes.db.raw<{ rows: { limit: number; held: number; used: number }[] }>(
    `select l.limit_amount::int as limit, l.held::int as held, l.used::int as used
     from credit_lines l join checkout_sessions s on s.environment_id = l.environment_id and s.shopper_id = l.shopper_id
     where s.id = ?`,
    [sessionId],
  );
  return rows[0]!;
}

describe('through two processes at the same moment', () => {
  it('fifty orders of one shopper fill the limit to the cent and never exceed it', async () => {
    const sessions: CheckoutSession[] = [];
    for (let ten = 0; ten < 5; ten += 1)
      sessions.push(
        ...(await Promise.all(
          Array.from({ length: 10 }, (_, index) => newSession(`race-${10 * ten + index}`, 40_000)),
        )),
      );
    const choice = { plan_code: 'pay_in_4', test_person: 'good-50' } as const;
    // The card is saved before the race, which is about the limit and not about the processor.
    const before = await newSession('before', 1_000);
    await merchant.morrow.sandbox.confirmSession(before.id, choice);
    await merchant.morrow.checkoutSessions.cancel(before.id);
    const outcomes = await atOnce(
      sessions.map(({ id }) => async (morrow) => {
        await morrow.sandbox.confirmSession(id, choice);
        const { checkout_token: token } = await morrow.checkoutSessions.get(id);
        const reference = sessions.find((one) => one.id === id)!.merchant_reference;
        await morrow.orders.authorize({
          checkout_token: token!,
          merchant_reference: reference,
          amount: 40_000,
          currency: 'CNY',
        });
      }),
    );
    const { done, ...refused } = counted(outcomes);
    expect(done).toBe(firstLimit / 40_000);
    expect(
      Object.keys(refused).filter((code) => !/^(limit_exceeded|authorization_declined)$/.test(code)),
    ).toEqual([]);
    const orders = (await collect(merchant.morrow.orders.list())).filter((order) =>
      order.merchant_reference.startsWith('race-'),
    );
    expect(orders).toHaveLength(5);
    expect(await lineOf(sessions[0]!.id)).toEqual({ limit: firstLimit, held: firstLimit, used: 0 });
    // What one of them gives back is there for the next, and not a cent more.
    await merchant.morrow.orders.void(orders[0]!.id);
    const [more, exactly] = [await newSession('more', 40_001), await newSession('exactly', 40_000)];
    await expect(merchant.morrow.sandbox.confirmSession(more.id, choice)).rejects.toThrow();
    await merchant.morrow.sandbox.confirmSession(exactly.id, choice);
    expect(await lineOf(exactly.id)).toMatchObject({ held: firstLimit });
    await expectSoundBooks(merchant.morrow);
  });

  it('one checkout that two tabs confirm is confirmed once, and is one order', async () => {
    for (let round = 0; round < 2; round += 1) {
      const { id, merchant_reference: reference } = await newSession(`tabs-${round}`, 20_000);
      person += 1;
      const choice = { plan_code: 'pay_in_4', test_person: `good-${person}` } as const;
      const outcomes = await atOnce(
        [1, 2, 3, 4].map(() => (morrow) => morrow.sandbox.confirmSession(id, choice)),
      );
      expect(outcomes).toContain('done');
      expect(await lineOf(id)).toMatchObject({ held: 20_000, used: 0 });
      const { checkout_token: token } = await merchant.morrow.checkoutSessions.get(id);
      const body = {
        checkout_token: token!,
        merchant_reference: reference,
        amount: 20_000,
        currency: 'CNY',
      } as const;
      const tabs = await atOnce([1, 2].map(() => (morrow) => morrow.orders.authorize(body)));
      expect(counted(tabs)).toEqual({ done: 1, checkout_token_used: 1 });
    }
  });

  it('two shipments of most of an order, one is captured', async () => {
    for (let round = 0; round < 2; round += 1) {
      const { id } = await authorized();
      const outcomes = await atOnce(
        ['a', 'b'].map((reference) => (morrow) => morrow.orders.capture(id, { reference, amount: 30_000 })),
      );
      expect(counted(outcomes)).toEqual({ done: 1, capture_exceeds_authorized: 1 });
      expect(await merchant.morrow.orders.get(id)).toMatchObject({ captured_amount: 30_000 });
    }
  });

  it('a shipment and a void: whichever was first is the whole truth', async () => {
    const ends = new Set<string>();
    for (let round = 0; round < 3; round += 1) {
      const { id } = await authorized();
      const works = [
        (morrow: Merchant['morrow']) => morrow.orders.capture(id, { reference: 'a', amount: 30_000 }),
        (morrow: Merchant['morrow']) => morrow.orders.void(id),
      ];
      const outcomes = await atOnce(round % 2 === 0 ? works : works.toReversed());
      const [captured, voided] = round % 2 === 0 ? outcomes : outcomes.toReversed();
      const order = await merchant.morrow.orders.get(id);
      // A part that was shipped may be followed by the void of the rest, but nothing is shipped after a void.
      expect([captured, voided]).toEqual(captured === 'done' ? ['done', 'done'] : ['state_conflict', 'done']);
      expect(order).toMatchObject(
        captured === 'done'
          ? { status: 'captured', captured_amount: 30_000, voided_amount: 10_000 }
          : { status: 'voided', captured_amount: 0, voided_amount: 40_000 },
      );
      ends.add(order.status);
    }
    expect(ends.size).toBeGreaterThan(0);
    await expectSoundBooks(merchant.morrow);
  });

  it('refunds while the first part is being charged leave neither side a cent of the other', async () => {
    const orders = await Promise.all(Array.from({ length: 4 }, () => authorized()));
    await Promise.all(
      orders.map(async ({ id }) => {
        await merchant.morrow.orders.capture(id, { reference: 'a', amount: 40_000 });
        // The charge for the first quarter is on its way now.
        const outcomes = await atOnce(
          ['b', 'c'].map((reference) => (morrow) => morrow.orders.refund(id, { reference, amount: 38_000 })),
        );
        expect(counted(outcomes)).toEqual({ done: 1, refund_exceeds_refundable: 1 });
      }),
    );
    for (const { id, plan_id: planId } of orders) {
      const { order, refunds, plan, taken } = await settled(id, planId);
      // Whichever came first: goods for 2000 were kept, and were paid by the first part.
      expect(taken).toBe(2_000);
      expect(debtFaults({ order, refunds, plan, taken })).toEqual([]);
    }
    await expectSoundBooks(merchant.morrow);
  });

  it('a refund after the first part was charged leaves the plan as paid, and sends back what is not owed', async () => {
    const { id, plan_id: planId } = await authorized();
    await merchant.morrow.orders.capture(id, { reference: 'a', amount: 40_000 });
    await eventually(
      () => takenFor(planId),
      ({ taken, open }) => taken === 10_000 && open === 0,
    );
    await merchant.morrow.orders.refund(id, { reference: 'b', amount: 38_000 });
    const { order, refunds, plan, taken } = await settled(id, planId);
    expect(refunds).toMatchObject([{ debt_amount: 30_000, money_back_amount: 8_000 }]);
    expect(plan.installments.map(({ amount, paid_amount }) => [amount, paid_amount])).toEqual([
      [10_000, 10_000],
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
    expect(taken).toBe(2_000);
    expect(debtFaults({ order, refunds, plan, taken })).toEqual([]);
    // A cent too much on either side is found.
    expect(debtFaults({ order, refunds, plan, taken: taken + 1 })).toHaveLength(1);
  });

  it('two sweeps over the same dates, and a refund in the midst of them, collect each part once', async () => {
    const orders = await Promise.all([authorized(), authorized()]);
    for (const { id } of orders) await merchant.morrow.orders.capture(id, { reference: 'a', amount: 40_000 });
    const { clock } = await merchant.morrow.sandbox.get();
    // Longer than one request walks: the workers of both processes go on with it.
    const to = new Date(Date.parse(clock.now) + 43 * 86_400_000).toISOString();
    const [refunded, whole] = orders;
    await Promise.all([
      atOnce([1, 2].map(() => (morrow) => morrow.sandbox.advanceClock({ to }))),
      untilTaken(() => merchant.morrow.orders.refund(refunded.id, { reference: 'b', amount: 25_000 })),
    ]);
    await eventually(
      () => merchant.morrow.sandbox.get(),
      (sandbox) => sandbox.clock.now === to && !sandbox.clock.moving,
      90_000,
    );
    const after = await settled(refunded.id, refunded.plan_id);
    expect(after.taken).toBe(15_000);
    expect(debtFaults(after)).toEqual([]);
    expect(await takenFor(whole.plan_id)).toEqual({ taken: 40_000, open: 0 });
    const repayments = await processes
      .db('repayments')
      .where({ plan_id: whole.plan_id })
      .select<{ status: string; amount: bigint }[]>('status', 'amount');
    expect(repayments).toEqual(Array.from({ length: 4 }, () => ({ status: 'succeeded', amount: 10_000n })));
    await expectSoundBooks(merchant.morrow);
  });

  it('nothing of all this was a fault to either process', () => {
    expect(processes.gateways.map(({ errors }) => errors)).toEqual([[], []]);
  });
});

/** An order whose refunds and charges are over. */
async function settled(orderId: string, planId: string) {
  const { morrow } = merchant;
  const refunds = await eventually(
    () => collect(morrow.orders.refunds(orderId)),
    ([refund]) => refund?.status === 'succeeded',
  );
  const { taken } = await eventually(
    () => takenFor(planId),
    ({ open }) => open === 0,
  );
  return { order: await morrow.orders.get(orderId), refunds, plan: await morrow.plans.get(planId), taken };
}

/** What the processor took for a plan and did not send back, and how many of its questions are open. */
async function takenFor(planId: string): Promise<{ taken: number; open: number }> {
  const { rows } = await processes.db.raw<{ rows: { taken: number; open: number }[] }>(
    `with asked as (
       select a.* from processor_attempts a join repayments r on r.id = a.subject_id where r.plan_id = :plan),
     intents as (
       select o.id, (o.object->>'amount_received')::int as amount from mock_processor.objects o
       join asked on asked.id = o.object->'metadata'->>'attempt_id' where o.kind = 'payment_intent')
     select (select coalesce(sum(amount), 0) from intents)::int
       - (select coalesce(sum((o.object->>'amount')::int), 0) from mock_processor.objects o
          where o.kind = 'refund' and o.object->>'payment_intent' in (select id from intents))::int as taken,
       (select count(*) from asked where status in ('pending', 'unknown'))::int as open`,
    { plan: planId },
  );
  return rows[0]!;
}
