import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderJson } from '../../src/api/resources/order.ts';
import { readFeed } from '../../src/events/feed.ts';
import { type AccountBalance, accountsOf } from '../../src/ledger/balances.ts';
import { newId } from '../../src/lib/ids.ts';
import { openShop, type Shop } from '../support/shop.ts';
import { confirmedSession, newBuyer, orderBody, ship } from '../support/walk.ts';
import { openWorld, type World } from '../support/world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

type Plan = {
  status: string;
  installments: { number: number; amount: number; paid_amount: number; status: string; due_date: string }[];
};
type Payout = { id: string; amount: number; status: string };
type Line = { kind: string; amount: number };
type Event = {
  type: string;
  sequence: number;
  object_id: string;
  object_version: number;
  occurred_at: string;
};
type Page<T> = { data: T[]; next_cursor: string | null };
type TrialBalance = {
  accounts: { code: string; class: string; currency: string; debit: number; credit: number }[];
  invariants: { name: string; checked: number; broken: number }[];
};

const total = (amounts: number[]) => amounts.reduce((sum, amount) => sum + amount, 0);

async function eventsOf(shop: Shop): Promise<Event[]> {
  await world.sequence();
  const events: Event[] = [];
  for (;;) {
    const { data } = await shop.get<{ data: Event[] }>(`/v1/events?after=${events.length}&limit=100`);
    if (data.length === 0) return events;
    events.push(...data);
  }
}

/** Numbered 1, 2, 3 …, in the order of business time, and never an older version of an object after a newer one. */
function expectInOrder(
  events: { sequence: number | bigint; at: string; objectId: string; version: number }[],
): void {
  expect(events.map(({ sequence }) => Number(sequence))).toEqual(events.map((_, index) => index + 1));
  const times = events.map(({ at }) => at);
  expect(times).toEqual(times.toSorted());
  const seen = new Map<string, number>();
  for (const { objectId, version } of events) {
    expect(version, objectId).toBeGreaterThanOrEqual(seen.get(objectId) ?? 1);
    seen.set(objectId, version);
  }
}

const owedTo = (accounts: AccountBalance[]) =>
  accounts.filter(({ posted, pending }) => posted !== 0n || pending !== 0n);

// The first amounts divide by neither 3 nor 4. The fees are 3 % and a fixed part.
const currencies = [
  { currency: 'CNY', amount: 10_001, fee_fixed: 100 },
  { currency: 'JPY', amount: 9_999, fee_fixed: 30 },
  { currency: 'KWD', amount: 30_003, fee_fixed: 50 },
];
const plans = [
  { plan: 'pay_after', firstPart: 'capture' },
  { plan: 'pay_in_3', firstPart: 'capture' },
  { plan: 'pay_in_3', firstPart: 'checkout' },
  { plan: 'pay_in_4', firstPart: 'capture' },
  { plan: 'pay_in_4', firstPart: 'checkout' },
] as const;
// Minor units are the same on each way; one with a down payment and one without show them.
const cases = currencies.flatMap((money) =>
  plans
    .filter((_, index) => money.currency === 'CNY' || index === 1 || index === 4)
    .map((way) => ({ ...money, ...way })),
);

describe('an order walks from its session to the last repayment', () => {
  it.each(cases)(
    '$plan in $currency, first part at $firstPart',
    async ({ plan, firstPart, amount, ...money }) => {
      const shop = await openShop(world, { ...money, first_part: firstPart });
      const buyer = await newBuyer(shop);
      const session = await confirmedSession(shop, { amount, plan, buyer });
      expect(session).toMatchObject({
        status: 'confirmed',
        plan_code: plan,
        allowed_actions: ['authorize', 'cancel'],
      });
      const authorized = await shop.post<OrderJson>('/v1/orders', orderBody(session));
      expect(authorized).toMatchObject({
        status: 'authorized',
        authorized_amount: amount,
        capturable_amount: amount,
      });
      const orderPath = `/v1/orders/${authorized.id}`;

      const first = Math.round(amount * 0.6);
      await ship(shop, authorized.id, first);
      expect(await shop.get(orderPath)).toMatchObject({
        status: 'partially_captured',
        captured_amount: first,
      });
      await shop.advance(2);
      await ship(shop, authorized.id, amount - first);
      expect(await shop.get(orderPath)).toMatchObject({ status: 'captured', capturable_amount: 0 });
      const refunded = Math.round(amount * 0.3);
      await shop.post(`${orderPath}/refunds`, { reference: newId('req'), amount: refunded });
      await world.runAttempts();
      await shop.advance(124);

      expect(world.errors).toEqual([]);
      const order = await shop.get<OrderJson>(orderPath);
      expect(order).toMatchObject({ captured_amount: amount, refunded_amount: refunded, voided_amount: 0 });

      const after = await shop.get<Plan>(`/v1/plans/${authorized.plan_id}`);
      expect(after.status).toBe('paid');
      for (const { amount: due, paid_amount: paid, status } of after.installments) {
        expect({ paid, status }).toEqual({ paid: due, status: due === 0 ? 'canceled' : 'paid' });
      }

      // The shopper paid exactly what was kept of the goods.
      const down = firstPart === 'checkout' ? await downOf(authorized.id) : 0;
      const { data: refunds } = await shop.get<{
        data: { money_back_amount: number; fee_returned: number }[];
      }>(`${orderPath}/refunds`);
      const back = total(refunds.map((refund) => refund.money_back_amount));
      expect(total(after.installments.map((item) => item.paid_amount)) + down - back).toBe(amount - refunded);

      // The merchant got exactly that, less the fees, and nothing stays with us.
      const { data: captures } = await shop.get<{ data: { merchant_fee: number }[] }>(
        `${orderPath}/captures`,
      );
      const fees =
        total(captures.map((capture) => capture.merchant_fee)) - total(refunds.map((r) => r.fee_returned));
      const { data: payouts } = await shop.get<Page<Payout>>('/v1/payouts');
      expect(new Set(payouts.map(({ status }) => status))).toEqual(new Set(['paid']));
      expect(total(payouts.map((payout) => payout.amount))).toBe(amount - refunded - fees);
      for (const payout of payouts) {
        const { data: lines } = await shop.get<Page<Line>>(`/v1/payouts/${payout.id}/lines`);
        expect(total(lines.map((line) => line.amount))).toBe(payout.amount);
      }
      for (const owner of [
        shop.merchantId,
        buyer.shopperId,
        authorized.id,
        authorized.plan_id,
        ...payouts.map((p) => p.id),
      ]) {
        expect(owedTo(await shop.inTx((tx) => accountsOf(tx, owner), 'read'))).toEqual([]);
      }

      await expectBalanced(shop);
      const events = await eventsOf(shop);
      expectInOrder(
        events.map((event) => ({
          sequence: event.sequence,
          at: event.occurred_at,
          objectId: event.object_id,
          version: event.object_version,
        })),
      );
      expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(expectedTypes));
      const own = await shop.inTx(
        (tx) => readFeed(tx, { stream: buyer.shopperId, after: 0n, limit: 100 }),
        'read',
      );
      expectInOrder(
        own.map((event) => ({
          sequence: event.sequence,
          at: event.occurredAt.toISOString(),
          objectId: event.objectId,
          version: event.objectVersion,
        })),
      );
    },
  );
});

const expectedTypes = [
  'checkout_session.confirmed',
  'checkout_session.completed',
  'order.authorized',
  'order.partially_captured',
  'order.captured',
  'plan.active',
  'refund.created',
  'refund.succeeded',
  'installment.due',
  'installment.paid',
  'repayment.succeeded',
  'settlement.closed',
  'payout.created',
  'payout.paid',
  'plan.paid',
];

async function downOf(orderId: string): Promise<number> {
  const row = await world
    .db('orders')
    .where({ id: orderId })
    .first<{ captured_down: bigint }>('captured_down');
  return Number(row?.captured_down);
}

async function expectBalanced(shop: Shop): Promise<void> {
  const { accounts, invariants } = await shop.get<TrialBalance>('/v1/sandbox/trial-balance');
  expect(total(accounts.map(({ debit }) => debit))).toBe(total(accounts.map(({ credit }) => credit)));
  expect(new Set(accounts.map(({ currency }) => currency))).toEqual(new Set([shop.currency]));
  expect(invariants.filter(({ broken }) => broken > 0)).toEqual([]);
  // One funder carries it, no cash is drawn, nothing is held back, no bank tells of it, and the books are too short for checkpoints; whatever
  // else can be checked was checked on something.
  const unchecked = invariants.filter(({ checked }) => checked === 0).map(({ name }) => name);
  expect(unchecked).toEqual([
    'hold_is_its_shares',
    'draw_is_zero_once_ended',
    'draw_is_sent_once',
    'calls_are_within_cap',
    'called_is_allocated',
    'returned_to_guarantor_is_posted',
    'guarantees_are_stars',
    'reserve_is_unreleased',
    'outside_records_are_posted',
    'suspense_is_unmatched_lines',
    'checkpoint_is_sum',
    'trial_balance_is_sum',
  ]);
  // What we owe and are owed for this order is settled; what is between us and funders, bank and processor stays.
  const open = accounts.filter(({ debit, credit }) => debit !== credit).map(({ code }) => code);
  expect(open.filter((code) => settledCodes.includes(code))).toEqual([]);
}

const settledCodes = ['principal', 'participation', 'merchant', 'payout', 'unapplied', 'shopper', 'down'];
