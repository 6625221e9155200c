import { MorrowError } from '@morrow/sdk-js/server';
import type { Morrow, Order, Sandbox } from '@morrow/sdk-js/server';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import {
  chargesOf,
  collect,
  confirmedSession,
  eventually,
  expectSoundBooks,
  type Merchant,
  openMerchant,
  openProcesses,
  orderOf,
  type Processes,
  readFeed,
} from './support/processes.ts';

// Whole processes start and end here.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

let processes: Processes;
let merchant: Merchant;
let person = 0;

beforeAll(async () => {
  processes = await openProcesses();
});
afterAll(() => processes?.close());

beforeEach(async () => {
  merchant = await openMerchant(processes.gateways);
});

/** The same done at both processes at once; of each what came, or the code of its refusal. */
async function twice<Answer>(work: (morrow: Morrow, place: number) => Promise<Answer>) {
  const places = processes.gateways.map((gateway) => merchant.at(gateway));
  const outcomes = await Promise.all(
    places.map(async ({ morrow }, place) => {
      try {
        return { answer: await work(morrow, place) };
      } catch (error) {
        if (error instanceof MorrowError) return { code: error.code };
        throw error;
      }
    }),
  );
  return { outcomes, replayed: places.flatMap((place) => place.replayed) };
}

const newSession = () => confirmedSession(merchant.morrow, { person: (person += 1), amount: 40_000 });

test('one key sent to both processes at once makes one order', async () => {
  const orders: Order[] = [];
  for (let round = 0; round < 8; round += 1) {
    const session = await newSession();
    const key = { idempotencyKey: `authorize-${session.id}` };
    const { outcomes, replayed } = await twice((morrow) => morrow.orders.authorize(orderOf(session), key));

    const refusals = outcomes.flatMap(({ code }) => code ?? []);
    expect(refusals).toEqual(refusals.map(() => 'idempotency_in_progress'));
    // Exactly one of the two did the work; the other was told to wait or got the first one's answer.
    expect(replayed.filter((again) => !again)).toHaveLength(1);
    const answers = outcomes.flatMap(({ answer }) => answer ?? []);
    expect(answers.length + refusals.length).toBe(2);

    for (const gateway of processes.gateways) {
      const late = merchant.at(gateway);
      expect(await late.morrow.orders.authorize(orderOf(session), key)).toEqual(answers[0]);
      expect(late.replayed).toEqual([true]);
    }
    orders.push(answers[0]!);
  }
  const known = await collect(merchant.morrow.orders.list());
  expect(known.map(({ id }) => id)).toEqual(orders.map(({ id }) => id));
  await expectSoundBooks(merchant.morrow);
});

test('one token spent at both processes at once under two keys makes one order', async () => {
  for (let round = 0; round < 8; round += 1) {
    const session = await newSession();
    const { outcomes } = await twice((morrow, place) =>
      morrow.orders.authorize(orderOf(session), { idempotencyKey: `${session.id}-${place}` }),
    );
    expect(outcomes.flatMap(({ code }) => code ?? [])).toEqual(['checkout_token_used']);
  }
  expect(await collect(merchant.morrow.orders.list())).toHaveLength(8);
  await expectSoundBooks(merchant.morrow);
});

test('one shipment captured at both processes at once is captured once', async () => {
  const order = await merchant.morrow.orders.authorize(orderOf(await newSession()));
  for (let round = 0; round < 8; round += 1) {
    const { outcomes } = await twice((morrow) =>
      morrow.orders.capture(order.id, { reference: `shipment-${round}`, amount: 5_000 }),
    );
    expect(outcomes.flatMap(({ code }) => code ?? [])).toEqual(['capture_reference_in_use']);
  }
  const captured = await merchant.morrow.orders.get(order.id);
  expect(captured).toMatchObject({ status: 'captured', captured_amount: 40_000, capturable_amount: 0 });
  await expectSoundBooks(merchant.morrow);
});

test.each([
  ['to one instant', ['2026-03-31T00:00:00.000Z', '2026-03-31T00:00:00.000Z']],
  ['to two instants', ['2026-03-31T00:00:00.000Z', '2026-03-30T00:00:00.000Z']],
])('one clock advanced %s through both processes collects what falls due once', async (_, instants) => {
  const { morrow } = merchant;
  const before = (await chargesOf(processes)).length;
  const sessions = [await newSession(), await newSession(), await newSession()];
  const orders = await Promise.all(sessions.map((session) => morrow.orders.authorize(orderOf(session))));
  for (const { id } of orders) await morrow.orders.capture(id, { reference: 'shipment-1', amount: 40_000 });

  const { outcomes } = await twice((client, place) => client.sandbox.advanceClock({ to: instants[place]! }));
  const arrived = outcomes.flatMap(({ answer }) => answer?.clock.now ?? []);
  const refused = outcomes.flatMap(({ code }) => code ?? []);
  expect(arrived.length).toBeGreaterThan(0);
  expect([...arrived, ...refused]).toHaveLength(2);
  expect(refused).toEqual(refused.map(() => expect.stringMatching(/^(clock_moving|validation_failed)$/)));

  const clock = await eventually(
    () => morrow.sandbox.get(),
    (sandbox: Sandbox) => !sandbox.clock.moving,
  );
  expect(arrived).toContain(clock.clock.now);
  // Pay in 4 collects every two weeks: on 1, 15 and 29 March.
  for (const { plan_id: planId } of orders) {
    const { installments } = await morrow.plans.get(planId);
    expect(installments.map(({ status }) => status)).toEqual(['paid', 'paid', 'paid', 'scheduled']);
  }
  const charges = (await chargesOf(processes)).slice(before);
  expect(charges).toEqual(Array.from({ length: 9 }, () => 10_000));
  await readFeed(morrow);
  await expectSoundBooks(morrow);
  expect(processes.gateways.flatMap(({ errors }) => errors)).toEqual([]);
});
