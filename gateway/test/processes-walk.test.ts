import type { Installment, Morrow, Plan } from '@morrow/sdk-js/server';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  chargesOf,
  collect,
  confirmedSession,
  eventually,
  expectSoundBooks,
  openMerchant,
  openProcesses,
  orderOf,
  type Processes,
  readFeed,
} from './support/processes.ts';

// Whole processes start and end here.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

/** Two processes that do everything; and three of which two serve and one works. */
describe.each([[['all', 'all']], [['server', 'server', 'worker']]] as const)('%j on one database', (runs) => {
  let processes: Processes;

  beforeAll(async () => {
    processes = await openProcesses(runs);
  });
  afterAll(() => processes?.close());

  test('one order walks from checkout to the last repayment, each request at another process', async () => {
    const { gateways } = processes;
    const serving = gateways.filter((_, index) => runs[index] !== 'worker');
    const { morrow } = await openMerchant(serving);

    const session = await confirmedSession(morrow, { person: 1 });
    const order = await morrow.orders.authorize(orderOf(session));
    expect(order).toMatchObject({ status: 'authorized', authorized_amount: 120_000 });
    await morrow.orders.capture(order.id, { reference: 'shipment-1', amount: 80_000 });
    await morrow.orders.capture(order.id, { reference: 'shipment-2', amount: 30_000 });
    const voided = await morrow.orders.void(order.id);
    expect(voided).toMatchObject({ status: 'captured', captured_amount: 110_000, voided_amount: 10_000 });

    // The first installment is collected by a worker, without being asked to.
    const { plan_id: planId } = order;
    const active = await eventually(
      () => morrow.plans.get(planId),
      ({ installments: [first] }) => first?.status === 'paid',
    );
    expect(active.installments.map(stateOf)).toEqual(['paid', 'scheduled', 'scheduled', 'scheduled']);

    const refund = await morrow.orders.refund(order.id, { reference: 'return-1', amount: 10_000 });
    expect(refund).toMatchObject({ status: 'succeeded', debt_amount: 10_000, money_back_amount: 0 });

    const paid = await passUntilPaid(morrow, planId);
    expect(paid.installments.map(stateOf)).toEqual(['paid', 'paid', 'paid', 'paid']);
    // 1,100.00 were captured and 100.00 came back: the shopper paid the rest, to the cent.
    expect(total(paid.installments.map((item) => item.paid_amount))).toBe(100_000);

    const payouts = await collect(morrow.payouts.list());
    expect(payouts.map(({ status }) => status)).toEqual(payouts.map(() => 'paid'));
    for (const { amount, settlement_id: settlementId } of payouts) {
      const lines = await collect(morrow.settlements.lines(settlementId));
      expect(total(lines.map((line) => line.amount))).toBe(amount);
    }
    // Captures less 3 % and 1.00 of each, less the refund, of which 3 % come back.
    expect(total(payouts.map(({ amount }) => amount))).toBe(110_000 - 3_300 - 200 - 10_000 + 300);

    const events = await eventually(
      () => readFeed(morrow),
      (feed) => feed.some(({ type }) => type === 'plan.paid'),
    );
    expect(events.filter(({ type }) => type === 'plan.paid')).toMatchObject([{ object_id: planId }]);
    expect(events.filter(({ type }) => type === 'repayment.succeeded').length).toBe(4);
    await expectSoundBooks(morrow);
    expect(await chargesOf(processes)).toEqual(paid.installments.map((item) => item.paid_amount));
    expect(gateways.flatMap(({ errors }) => errors)).toEqual([]);
  });
});

const stateOf = ({ status }: Installment): string => status;
const total = (amounts: number[]): number => amounts.reduce((sum, amount) => sum + amount, 0);

/** Moves the clock to each due date in turn, until nothing is owed and the last settlement is closed. */
async function passUntilPaid(morrow: Morrow, planId: string): Promise<Plan> {
  for (let plan = await morrow.plans.get(planId); ; plan = await morrow.plans.get(planId)) {
    const next = plan.installments.find(({ status }) => status === 'scheduled');
    if (!next) return plan;
    await morrow.sandbox.advanceClock({ to: `${next.due_date}T12:00:00+08:00` });
  }
}
