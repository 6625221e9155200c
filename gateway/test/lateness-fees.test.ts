import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flowsSoFar, lateFeesOn } from '../src/plans/late-fee.ts';
import { roomUnder } from '../src/plans/markets.ts';
import type { PlanEntry } from '../src/plans/schedule.ts';
import { snapshotOf } from './support/lateness-plans.ts';
import { eventsOf, late, swapCard } from './support/lateness.ts';
import { installmentsOf } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const captured = (amount: bigint): PlanEntry[] => [{ kind: 'capture', amount, onDate: '2026-03-01' }];

describe('a late fee', () => {
  const snapshot = snapshotOf({ lateFee: { amount: 1_000, grace_days: 3, most_percent: 10 }, market: 'EU' });
  const [first] = snapshot.installments;
  const due = first?.due_date ?? '';

  it('is the agreed amount, once the days of grace are over and not before', () => {
    const log = captured(BigInt(snapshot.financed));
    expect(lateFeesOn(snapshot, log, plus(due, 3))).toEqual([]);
    expect(lateFeesOn(snapshot, log, plus(due, 4))).toEqual([{ number: 1, amount: 1_000n }]);
  });

  it('is at most the agreed part of the installment', () => {
    const small = snapshotOf({ lateFee: { amount: 5_000, grace_days: 3, most_percent: 10 }, market: 'EU' });
    const [fee] = lateFeesOn(small, captured(BigInt(small.financed)), plus(due, 4));
    expect(fee?.amount).toBe(BigInt(Math.round((small.installments[0]?.amount ?? 0) / 10)));
  });

  it('is charged once for each missed installment, whatever becomes of it', () => {
    const log = captured(BigInt(snapshot.financed));
    const fee: PlanEntry = { kind: 'late_fee', number: 1, amount: 1_000n, onDate: plus(due, 4) };
    const waived: PlanEntry = { kind: 'fee_waived', number: 1, amount: 1_000n, onDate: plus(due, 5) };
    expect(lateFeesOn(snapshot, [...log, fee], plus(due, 20))).toEqual([]);
    expect(lateFeesOn(snapshot, [...log, fee, waived], plus(due, 20))).toEqual([]);
    expect(lateFeesOn(snapshot, [...log, fee], plus(due, 40))).toMatchObject([{ number: 2 }]);
  });

  it('is none without terms, in a pause, after easier terms and after a charge-off', () => {
    const log = captured(BigInt(snapshot.financed));
    const on = plus(due, 10);
    const after = (entry: PlanEntry) => lateFeesOn(snapshot, [...log, entry], plus(due, 60));
    expect(lateFeesOn(snapshotOf({ market: 'EU' }), log, on)).toEqual([]);
    expect(after({ kind: 'pause', until: plus(due, 90), onDate: on })).toEqual([]);
    expect(
      after({ kind: 'hardship', periods: 6, startsOn: plus(due, 30), shopperRatePpm: 0, onDate: on }),
    ).toEqual([]);
    expect(after({ kind: 'charge_off', onDate: on })).toEqual([]);
  });

  it('is none for what is paid or was canceled by a refund, however long ago that fell due', () => {
    const log = captured(BigInt(snapshot.financed));
    const amount = BigInt(first?.amount ?? 0);
    const paid: PlanEntry = { kind: 'repayment', amount, onDate: due };
    expect(lateFeesOn(snapshot, [...log, paid], plus(due, 20))).toEqual([]);
    const goods: PlanEntry = { kind: 'refund', amount: BigInt(snapshot.financed), onDate: '2026-03-01' };
    expect(lateFeesOn(snapshot, [...log, goods], plus(due, 90))).toEqual([]);
  });

  it('follows the EU’s rules, which know no ceiling, for a plan from before there were markets', () => {
    const fee = (market: 'EU' | 'CN' | undefined) => {
      const lateFee = { amount: 5_000, grace_days: 3, most_percent: 100 };
      const { market: _, ...before } = snapshotOf({ lateFee, market: 'EU' });
      const agreed = market ? { ...before, market } : before;
      return lateFeesOn(agreed, captured(BigInt(agreed.financed)), plus(due, 4));
    };
    expect(fee(undefined)).toEqual(fee('EU'));
    expect(fee('CN')).not.toEqual(fee('EU'));
  });

  it('is reckoned from the flows of the plan, of which there are none before its goods', () => {
    expect(flowsSoFar(snapshot, [], due)).toEqual([]);
    const [given, ...asked] = flowsSoFar(snapshot, captured(BigInt(snapshot.financed)), '2026-03-01');
    expect(given).toEqual({ amount: BigInt(snapshot.financed), years: 0 });
    expect(asked.map(({ amount }) => Number(-amount))).toEqual(
      snapshot.installments.map((one) => one.amount),
    );
  });

  it('never takes all costs together above 24 % a year where that is the ceiling', () => {
    const dear = snapshotOf({
      lateFee: { amount: 1_000_000, grace_days: 3, most_percent: 100 },
      market: 'CN',
      ratePpm: 180_000,
    });
    const log = captured(BigInt(dear.financed));
    const onDate = plus(due, 4);
    const [fee] = lateFeesOn(dear, log, onDate);
    const charged = [...log, { kind: 'late_fee' as const, number: 1, amount: fee?.amount ?? 0n, onDate }];
    expect(fee?.amount).toBeGreaterThan(0n);
    expect(fee?.amount).toBeLessThan(BigInt(dear.installments[0]?.amount ?? 0));
    const years = 35 / 365;
    expect(roomUnder(24, flowsSoFar(dear, charged, onDate), years)).toBeLessThanOrEqual(1n);
    // What the first one took is not there for the next.
    expect(lateFeesOn(dear, charged, onDate)).toEqual([]);
  });

  it('is none where there is no room left under the ceiling', () => {
    const full = snapshotOf({
      lateFee: { amount: 1_000, grace_days: 3, most_percent: 5 },
      market: 'CN',
      ratePpm: 240_000,
    });
    expect(lateFeesOn(full, captured(BigInt(full.financed)), plus(due, 4))).toEqual([]);
  });
});

describe('a plan with interest whose payment is missed', { timeout: 120_000 }, () => {
  it('is charged one fee after the notice and the grace, which is collected with the rest', async () => {
    const plan = await late(world, { plan: 'monthly_6', amount: 120_000 });
    const { shop, planId } = plan;
    // Captured on 1 March, first due on 1 April.
    await shop.advance(31 + 3);
    expect((await installmentsOf(shop, planId))[0]).toMatchObject({ status: 'overdue', fee: 0n });
    await shop.advance(1);
    const [charged] = await installmentsOf(shop, planId);
    const asked = (charged?.principal ?? 0n) + (charged?.interest ?? 0n);
    expect(charged?.fee).toBe(1_000n);
    expect(charged?.fee).toBeLessThan(asked / 20n);
    expect(await eventsOf(shop, 'late_fee.charged')).toMatchObject([
      { object_id: charged?.id, data: { number: 1, amount: 1_000, plan_id: planId } },
    ]);
    await shop.expectSoundBooks();
    await swapCard(plan, 'ok');
    await shop.advance(4);
    const [paid] = await installmentsOf(shop, planId);
    expect(paid).toMatchObject({ status: 'paid', paidFee: 1_000n });
    await shop.expectSoundBooks();
  });

  it('is charged nothing when it is paid within the grace', async () => {
    const plan = await late(world, { plan: 'monthly_6', amount: 120_000 });
    const { shop, planId } = plan;
    await shop.advance(31 + 2);
    await swapCard(plan, 'ok');
    await shop.advance(10);
    expect((await installmentsOf(shop, planId))[0]).toMatchObject({ status: 'paid', fee: 0n });
    expect(await eventsOf(shop, 'late_fee.charged')).toEqual([]);
  });

  it('is let off its fee by the lender, which is then not charged again', async () => {
    const plan = await late(world, { plan: 'monthly_6', amount: 120_000 });
    const { shop, planId } = plan;
    await shop.advance(31 + 5);
    const waive = `/v1/sandbox/plans/${planId}/late-fee-waiver`;
    expect(await shop.post(waive, { installment: 1 })).toMatchObject({ late_fees: 0, bucket: '4_30' });
    expect(await shop.refusal('POST', waive, { installment: 1 })).toMatchObject({ code: 'state_conflict' });
    expect(await shop.refusal('POST', waive, { installment: 9 })).toMatchObject({ code: 'not_found' });
    await shop.advance(5);
    expect((await installmentsOf(shop, planId))[0]).toMatchObject({ fee: 0n });
    expect(await eventsOf(shop, 'late_fee.waived')).toHaveLength(1);
    await shop.expectSoundBooks();
  });

  it('is charged no fee before somebody was told of the missed payment', async () => {
    const plan = await late(world, { plan: 'monthly_6', amount: 120_000 });
    const { shop, planId } = plan;
    await shop.advance(31);
    // Nobody swept for a week: the notice comes first, and the fee on a later date.
    const at = (date: string) =>
      world
        .db('environments')
        .where({ id: shop.environmentId })
        .update({ clock_at: new Date(`${date}T01:00:00Z`) });
    await at('2026-04-08');
    await shop.advance(0.1);
    expect((await installmentsOf(shop, planId))[0]).toMatchObject({ status: 'overdue', fee: 0n });
    await shop.advance(1);
    expect((await installmentsOf(shop, planId))[0]).toMatchObject({ fee: 1_000n });
  });

  it('is free of late fees where the plan costs nothing', async () => {
    const { shop, planId } = await late(world);
    await shop.advance(10);
    expect((await installmentsOf(shop, planId))[0]).toMatchObject({ status: 'overdue', fee: 0n });
  });
});

function plus(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
