import { randomUUID } from 'node:crypto';
import type { Order } from '@morrow/sdk-js/server';
import { createRandom, type Random } from '../../bench/decade/random.ts';
import { GatewayError } from '../../gateway/src/lib/errors.ts';
import { payNow } from '../../gateway/src/repayments/pay.ts';
import { ask, type Tally, Unanswered } from './ask.ts';
import type { Answered, Ask, Step } from './model.ts';
import { agree, asShopper, currency, debtorOf, type Shop } from './shops.ts';
import type { World } from './world.ts';

/** What became of one order, as its merchant was told. */
export type Told = { shop: Shop; reference: string; order: Order | undefined; steps: Step[] };

/** Everything that was asked and answered in a run. */
export type Record = {
  tally: Tally;
  orders: Told[];
  /** Repayments that shoppers were told to be under way. */
  repayments: { shop: Shop; id: string; amount: bigint }[];
  clockMoves: number;
  /** What nobody answered to the end. */
  unanswered: string[];
};

export type Load = {
  world: World;
  record: Record;
  /** Whether to begin anything new. */
  isOver(): boolean;
  /** When to give up, by performance.now(). */
  deadline: () => number;
};

const plans = [
  [2, 'pay_in_4'],
  [2, 'pay_in_3'],
  [1, 'pay_after'],
] as const;

/** One shopper after the other buys in a shop, until the load is over. */
export async function trade(load: Load, shop: Shop, seed: number): Promise<void> {
  const random = createRandom(seed);
  let agreement: string | undefined;
  while (!load.isOver()) {
    try {
      const told = await buy(load, shop, random, agreement);
      if (told?.order) {
        await live(load, told, random);
        agreement ??= await makeAgreement(load, shop, told.order);
      }
      if (random.next() < 0.08) await moveClock(load, shop, random.between(1, 14));
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      load.record.unanswered.push(`shop ${shop.number}: ${error.message}`);
    }
  }
}

/** Sends one request until it is answered, under one key. */
function send<Answer>(load: Load, work: (options: { idempotencyKey: string }) => Promise<Answer>) {
  const options = { idempotencyKey: randomUUID() };
  return ask(load.record.tally, load.deadline, () => work(options));
}

/** An order by a checkout, or now and then by an agreement; undefined where it was not even begun. */
async function buy(
  load: Load,
  shop: Shop,
  random: Random,
  agreement: string | undefined,
): Promise<Told | undefined> {
  const reference = `order-${randomUUID()}`;
  if (agreement !== undefined && random.next() < 0.35) {
    const amount = 100 * random.between(10, 40);
    const input = { merchant_reference: reference, amount, currency };
    const told: Told = { shop, reference, order: undefined, steps: [] };
    load.record.orders.push(told);
    const { answer } = await send(load, (key) => shop.morrow.agreements.authorize(agreement, input, key));
    // A ceiling of the agreement is nothing that the model knows; a refused order must not be there, and that is all.
    if (answer) keep(told, answer, amount);
    return told;
  }
  const amount = 100 * random.between(40, 300);
  const confirmed = await checkout(load, shop, random, reference, amount);
  if (confirmed === undefined) return undefined;
  const told: Told = { shop, reference, order: undefined, steps: [] };
  load.record.orders.push(told);
  const input = { checkout_token: confirmed, merchant_reference: reference, amount, currency };
  // Two tabs come back from the checkout at once.
  const tabs = random.next() < 0.2 ? 2 : 1;
  const outcomes = await Promise.all(
    Array.from({ length: tabs }, () => send(load, (key) => shop.morrow.orders.authorize(input, key))),
  );
  const order = outcomes.find(({ answer }) => answer)?.answer;
  told.order = order;
  told.steps.push({
    asked: outcomes.map(({ code }) => ({ op: 'authorize', amount, outcome: code ?? 'done' })),
    clock: { ...shop.clock },
  });
  return told;
}

function keep(told: Told, order: Order, amount: number): void {
  told.order = order;
  told.steps.push({ asked: [{ op: 'authorize', amount, outcome: 'done' }], clock: { ...told.shop.clock } });
}

/** A confirmed checkout's token; undefined where the shopper got none. */
async function checkout(
  load: Load,
  shop: Shop,
  random: Random,
  reference: string,
  amount: number,
): Promise<string | undefined> {
  const { morrow } = shop;
  const opened = await send(load, (key) =>
    morrow.checkoutSessions.create(
      {
        merchant_reference: reference,
        amount,
        currency,
        lines: [{ name: 'Tea set', quantity: 1, unit_amount: amount, amount }],
        return_url: 'https://shop.example/return',
      },
      key,
    ),
  );
  if (!opened.answer) return undefined;
  const { id } = opened.answer;
  shop.people += 1;
  const choice = { plan_code: random.pick(plans), test_person: `good-${shop.people}` };
  await send(load, (key) => morrow.sandbox.confirmSession(id, choice, key));
  const { answer } = await send(load, (key) => morrow.checkoutSessions.get(id, key));
  return answer?.checkout_token;
}

/** What happens to an order: shipments, returns, payments, one after the other and some at the same time. */
async function live(load: Load, told: Told, random: Random): Promise<void> {
  const { order } = told;
  if (!order) return;
  const part = (): number => random.between(1, Math.ceil(order.authorized_amount * 0.7));
  const capture = (): Ask => ({ op: 'capture', amount: part(), final: random.next() < 0.3 });
  const refund = (): Ask => ({ op: 'refund', amount: part() });
  const moves = [
    [4, () => [capture()]],
    [3, () => [refund()]],
    [1, (): Ask[] => [{ op: 'void' }]],
    [2, () => [capture(), capture()]],
    [2, (): Ask[] => [capture(), { op: 'void' }]],
    [2, () => [refund(), refund()]],
    [2, () => [capture(), refund()]],
    [0.5, (): Ask[] => [{ op: 'reverse' }]],
    [2, () => []],
  ] as const;
  await step(load, told, [{ op: 'capture', amount: part(), final: false }], false);
  for (let count = random.between(0, 4); count > 0; count -= 1) {
    await step(load, told, random.pick(moves)(), random.next() < 0.4);
  }
}

/** Asks these things of the order at once, and lets its shopper pay at the same time. */
async function step(load: Load, told: Told, asked: readonly Ask[], pays: boolean): Promise<void> {
  const { shop, order } = told;
  if (!order) return;
  const { least } = shop.clock;
  const answered = await Promise.all([
    ...asked.map(async (one): Promise<Answered> => {
      const { code } = await send(load, (key) => request(told, order.id, one, key));
      return { ...one, outcome: code ?? 'done' };
    }),
    ...(pays ? [repay(load, shop, order).then(() => undefined)] : []),
  ]);
  const known = answered.filter((one) => one !== undefined);
  // How far the clock went meanwhile is known only now.
  if (known.length > 0) told.steps.push({ asked: known, clock: { least, most: shop.clock.most } });
}

function request(
  { shop: { morrow }, reference: merchantReference }: Told,
  orderId: string,
  asked: Ask,
  key: { idempotencyKey: string },
): Promise<unknown> {
  const reference = key.idempotencyKey;
  switch (asked.op) {
    case 'capture':
      return morrow.orders.capture(orderId, { reference, amount: asked.amount, final: asked.final }, key);
    case 'refund':
      return morrow.orders.refund(orderId, { reference, amount: asked.amount }, key);
    case 'void':
      return morrow.orders.void(orderId, key);
    case 'reverse':
      return morrow.orders.reverse({ merchant_reference: merchantReference }, key);
    case 'authorize':
    default:
      throw new Error('an order is authorized once');
  }
}

/** The shopper pays a part of what is owed. Who gets no answer does not know, and looks again another day. */
async function repay({ world, record }: Load, shop: Shop, order: Order): Promise<void> {
  try {
    const { shopperId } = await debtorOf(world, shop, order.plan_id);
    const payment = await asShopper(world, shop, shopperId, (tx) =>
      payNow(tx, { planId: order.plan_id, shopperId, amount: 500n }),
    );
    if (payment.outcome === 'started')
      record.repayments.push({ shop, id: payment.repaymentId, amount: payment.amount });
  } catch (error) {
    // The database is away, or the clock is moving.
    if (error instanceof GatewayError && error.code !== 'clock_moving') throw error;
  }
}

async function makeAgreement(load: Load, shop: Shop, order: Order): Promise<string | undefined> {
  const { answer } = await send(load, (key) =>
    shop.morrow.agreements.create(
      {
        merchant_reference: `agreement-${randomUUID()}`,
        description: 'Bicycles by the hour',
        currency,
        order_ceiling: 20_000,
        day_ceiling: 40_000,
        month_ceiling: 60_000,
        charge_after_days: 0,
        return_url: 'https://shop.example/agreed',
      },
      key,
    ),
  );
  if (!answer) return undefined;
  try {
    await agree(load.world, shop, answer.id, await debtorOf(load.world, shop, order.plan_id));
    return answer.id;
  } catch {
    // The shopper may try with the next order.
    return undefined;
  }
}

/** Moves a shop's clock so many days beyond where it was sent last. */
export async function moveClock(load: Load, shop: Shop, days: number): Promise<void> {
  const to = shop.clock.most + days * 86_400_000;
  shop.clock.most = to;
  const { answer } = await send(load, (key) =>
    shop.morrow.sandbox.advanceClock({ to: new Date(to).toISOString() }, key),
  );
  if (!answer) return;
  shop.clock.least = Math.max(shop.clock.least, Date.parse(answer.clock.now));
  load.record.clockMoves += 1;
}
