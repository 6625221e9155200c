import * as fc from 'fast-check';
import { addDays, type CalendarDate } from '../../src/lib/dates.ts';
import { minOf, sum } from '../../src/lib/money.ts';
import { cells } from '../../src/plans/allocation.ts';
import { type PlanPosition, positionOn } from '../../src/plans/position.ts';
import type { PlanEntry } from '../../src/plans/schedule.ts';
import type { PlanSnapshot } from '../../src/plans/snapshot.ts';
import { dayCounts, interestMethods } from '../../src/plans/terms.ts';
import { monthlyPlan } from './plans.ts';

/** Plans by the month of every kind; small amounts are where rounding hurts. */
export const monthlyPlans: fc.Arbitrary<PlanSnapshot> = fc
  .record({
    amount: fc.oneof(fc.bigInt({ min: 1000n, max: 9999n }), fc.bigInt({ min: 10_000n, max: 20_000_000n })),
    periods: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 8 }) }, fc.constant(36)),
    rate: fc.constantFrom(0, 72_000, 120_000, 156_780, 180_000),
    shopperPercent: fc.constantFrom(100, 100, 50, 0),
    method: fc.constantFrom(...interestMethods),
    dayCount: fc.constantFrom(...dayCounts),
    repaymentDay: fc.option(fc.integer({ min: 1, max: 28 }), { nil: undefined, freq: 3 }),
    refundPolicy: fc.constantFrom('from_last' as const, 'pro_rata' as const),
    startDay: fc.integer({ min: 0, max: 800 }),
  })
  .map(({ rate, shopperPercent, method, dayCount, startDay, repaymentDay, ...wish }) =>
    monthlyPlan({
      ...wish,
      ...(repaymentDay !== undefined && { repaymentDay }),
      agreedOn: addDays('2027-01-01', startDay),
      terms: {
        annual_rate_ppm: rate,
        shopper_rate_ppm: (rate * shopperPercent) / 100,
        method,
        day_count: dayCount,
      },
    }),
  );

/** The same with an order of allocation of their own. */
export const plansOfAnyOrder: fc.Arbitrary<PlanSnapshot> = fc
  .tuple(monthlyPlans, fc.option(fc.shuffledSubarray([...cells], { minLength: cells.length })))
  .map(([snapshot, order]) => (order ? { ...snapshot, allocation: order } : snapshot));

/** What is taken back is walked in chargebacks-properties.test.ts: it has to be what was really paid. */
const kinds = [
  'capture',
  'refund',
  'repayment',
  'repayment',
  'repayment',
  'late_fee',
  'fee_waived',
  'pause',
  'resume',
  'reschedule',
  'hardship',
  'charge_off',
] as const satisfies PlanEntry['kind'][];

export type Wish = { kind: (typeof kinds)[number]; percent: bigint; waitDays: number; number: number };

export const wishes: fc.Arbitrary<Wish[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(...kinds),
    percent: fc.bigInt({ min: 1n, max: 120n }),
    waitDays: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 45 })),
    number: fc.nat({ max: 40 }),
  }),
  { maxLength: 7 },
);

export type Step = {
  entry: PlanEntry;
  /** Where the plan stood on the day of the entry, without it and with it. */
  before: PlanPosition;
  after: PlanPosition;
  logBefore: readonly PlanEntry[];
};

/** Turns wishes into a log that can be, entry by entry; what cannot be wished for at its time is left out. */
export function play(
  snapshot: PlanSnapshot,
  list: readonly Wish[],
  check?: (step: Step) => void,
): PlanEntry[] {
  const log: PlanEntry[] = [];
  let onDate = snapshot.agreed_on;
  const first: Wish = { kind: 'capture', percent: list[0]?.percent ?? 100n, waitDays: 3, number: 0 };
  for (const wish of [first, ...list]) {
    onDate = addDays(onDate, wish.waitDays);
    const before = positionOn(snapshot, log, onDate);
    const entry = entryFor(wish, { snapshot, log, before, onDate });
    if (!entry) continue;
    const logBefore = [...log];
    log.push(entry);
    check?.({ entry, before, after: positionOn(snapshot, log, onDate), logBefore });
  }
  return log;
}

export function capturedOf(log: readonly PlanEntry[]): bigint {
  return sum(log.map((entry) => (entry.kind === 'capture' ? entry.amount : 0n)));
}

type Moment = {
  snapshot: PlanSnapshot;
  log: readonly PlanEntry[];
  before: PlanPosition;
  onDate: CalendarDate;
};

function entryFor(wish: Wish, { snapshot, log, before, onDate }: Moment): PlanEntry | undefined {
  const { kind, percent } = wish;
  const has = (wanted: PlanEntry['kind']) => log.some((entry) => entry.kind === wanted);
  const share = (of: bigint) => (of * percent) / 100n + 1n;
  const item = before.installments[wish.number % Math.max(before.installments.length, 1)];
  const number = item?.number ?? 0;
  if (has('charge_off')) return undefined;
  switch (kind) {
    case 'capture': {
      const room = BigInt(snapshot.financed) - capturedOf(log);
      return room > 0n ? { kind, amount: minOf(share(room), room), onDate } : undefined;
    }
    case 'refund':
      return { kind, amount: share(capturedOf(log)), onDate };
    case 'repayment':
      return { kind, amount: share(wish.number > 20 ? before.total : (item?.amount ?? 0n)), onDate };
    case 'late_fee':
      return has('hardship') || !item ? undefined : { kind, amount: share(500n), number, onDate };
    case 'fee_waived': {
      const unpaid = item ? item.fee - item.paidFee : 0n;
      return unpaid > 0n ? { kind, amount: minOf(share(unpaid), unpaid), number, onDate } : undefined;
    }
    case 'pause':
      return { kind, until: addDays(onDate, wish.number), onDate };
    case 'resume': {
      const paused = log.findLast((entry) => ['pause', 'resume', 'hardship'].includes(entry.kind));
      return paused?.kind === 'pause' ? { kind, onDate } : undefined;
    }
    case 'reschedule': {
      const owes = item && item.principal > item.paidPrincipal;
      return owes ? { kind, number, dueDate: addDays(item.dueDate, wish.number + 1), onDate } : undefined;
    }
    case 'hardship':
      return before.total > 0n && !has('hardship')
        ? {
            kind,
            periods: (wish.number % 12) + 1,
            startsOn: addDays(onDate, Number(percent)),
            shopperRatePpm: wish.number < 20 ? 0 : (snapshot.interest?.shopper_rate_ppm ?? 0),
            onDate,
          }
        : undefined;
    case 'charge_off':
    default:
      return wish.number === 0 ? { kind: 'charge_off', onDate } : undefined;
  }
}
