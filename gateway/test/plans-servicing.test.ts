import { describe, expect, it } from 'vitest';
import { sum } from '../src/lib/money.ts';
import { cells } from '../src/plans/allocation.ts';
import { allocateOn, positionOn } from '../src/plans/position.ts';
import { owedOf, type PlanEntry, scheduleOf } from '../src/plans/schedule.ts';
import { daysPastDue } from '../src/plans/status.ts';
import {
  capture,
  datesOf,
  monthlyPlan,
  pause,
  refund,
  repayment,
  resume,
  unpaidOf,
} from './support/plans.ts';

const snapshot = monthlyPlan();
const start = capture(120_000n, '2027-01-10');
const agreedDates = ['2027-02-10', '2027-03-10', '2027-04-10', '2027-05-10', '2027-06-10', '2027-07-10'];

const lateFee = (amount: bigint, number: number, onDate: string): PlanEntry => ({
  kind: 'late_fee',
  amount,
  number,
  onDate,
});
const waived = (amount: bigint, number: number, onDate: string): PlanEntry => ({
  kind: 'fee_waived',
  amount,
  number,
  onDate,
});
const reschedule = (onDate: string, number: number, dueDate: string): PlanEntry => ({
  kind: 'reschedule',
  onDate,
  number,
  dueDate,
});
const hardship = (
  onDate: string,
  change: Partial<Extract<PlanEntry, { kind: 'hardship' }>> = {},
): PlanEntry => ({
  kind: 'hardship',
  onDate,
  periods: 12,
  startsOn: '2027-05-01',
  shopperRatePpm: 0,
  ...change,
});
const chargeOff = (onDate: string): PlanEntry => ({ kind: 'charge_off', onDate });

describe('a late fee', () => {
  const log = [start, lateFee(1500n, 1, '2027-02-14')];

  it('is on its installment and bears nothing', () => {
    expect(scheduleOf(snapshot, log)[0]).toMatchObject({ fee: 1500n, amount: 22_206n, principal: 19_506n });
    expect(positionOn(snapshot, log, '2027-08-10')).toMatchObject({
      fee: 1500n,
      earned: { interest: 4235n },
    });
  });

  it('is paid before interest and principal, unless another order was agreed', () => {
    expect(allocateOn(snapshot, log, { amount: 2000n, onDate: '2027-02-15' }).parts).toEqual([
      { number: 1, fee: 1500n, interest: 500n, principal: 0n },
    ]);
    const feesLast = [
      ...cells.filter((cell) => !cell.endsWith('fee')),
      ...cells.filter((cell) => cell.endsWith('fee')),
    ];
    const other = monthlyPlan({ allocation: feesLast });
    expect(allocateOn(other, log, { amount: 20_806n, onDate: '2027-02-15' }).parts).toEqual([
      // Five days into the second period 1,004.94 have borne 1.67.
      { number: 1, fee: 0n, interest: 1200n, principal: 19_506n },
      { number: 2, fee: 0n, interest: 100n, principal: 0n },
    ]);
  });

  it('can be waived as far as it is not paid', () => {
    expect(scheduleOf(snapshot, [...log, waived(1000n, 1, '2027-02-15')])[0]?.fee).toBe(500n);
    const paid = [...log, repayment(600n, '2027-02-15')];
    expect(() => scheduleOf(snapshot, [...paid, waived(1000n, 1, '2027-02-15')])).toThrow(
      '1000 waived of a fee of 900',
    );
    expect(scheduleOf(snapshot, [...paid, waived(900n, 1, '2027-02-15')])[0]).toMatchObject({
      fee: 600n,
      paidFee: 600n,
    });
  });

  it('stays when the goods are refunded', () => {
    const after = [...log, refund(120_000n, '2027-02-15')];
    expect(positionOn(snapshot, after, '2027-02-15')).toMatchObject({
      principal: 0n,
      interest: 0n,
      fee: 1500n,
    });
  });

  it('needs an installment to stand on', () => {
    expect(() => scheduleOf(snapshot, [start, lateFee(1n, 7, '2027-02-14')])).toThrow('no installment 7');
  });
});

describe('a pause', () => {
  it('moves all unpaid due dates by its length when one would fall in it, and costs nothing', () => {
    const log = [start, repayment(20_706n, '2027-02-10'), pause('2027-03-01', '2027-03-15')];
    const schedule = scheduleOf(snapshot, log);
    expect(schedule.map(({ dueDate }) => dueDate)).toEqual([
      '2027-02-10',
      '2027-03-24',
      '2027-04-24',
      '2027-05-24',
      '2027-06-24',
      '2027-07-24',
    ]);
    expect(schedule.map(({ pausedUntil }) => pausedUntil)).toEqual([
      undefined,
      ...Array.from({ length: 5 }, () => '2027-03-15'),
    ]);
    expect(sum(schedule.map(({ interest }) => interest))).toBe(4235n);
    expect(positionOn(snapshot, log, '2027-03-20').earned.interest).toBe(1200n + 1005n + 269n);
  });

  it('moves nothing when no due date falls in it', () => {
    const log = [start, repayment(20_706n, '2027-02-10'), pause('2027-02-11', '2027-03-10')];
    expect(datesOf(snapshot, log)).toEqual(agreedDates);
    expect(datesOf(snapshot, [...log, resume('2027-03-10')])).toEqual(agreedDates);
  });

  it('ends when it ends, not when it was expected to', () => {
    const log = [start, repayment(20_706n, '2027-02-10'), pause('2027-03-01', '2027-03-31')];
    const early = scheduleOf(snapshot, [...log, resume('2027-03-12')]);
    expect(early.map(({ dueDate }) => dueDate).slice(0, 3)).toEqual([
      '2027-02-10',
      '2027-03-21',
      '2027-04-21',
    ]);
    expect(early.some(({ pausedUntil }) => pausedUntil)).toBe(false);
    const beforeTheDue = datesOf(snapshot, [...log, resume('2027-03-10')]);
    expect(beforeTheDue).toEqual(agreedDates);
    expect(datesOf(snapshot, [...log, resume('2027-04-10')])[1]).toBe('2027-04-19');
    expect(datesOf(snapshot, [...log, pause('2027-03-05', '2027-03-11')])[1]).toBe('2027-03-20');
  });

  it('lets days past due stand still', () => {
    const overdue = [start, pause('2027-02-15', '2027-02-25')];
    expect(daysPastDue(scheduleOf(snapshot, [start]), '2027-02-15')).toBe(5);
    const resumed = scheduleOf(snapshot, [...overdue, resume('2027-02-25')]);
    expect(resumed[0]?.dueDate).toBe('2027-02-20');
    expect(daysPastDue(resumed, '2027-02-25')).toBe(5);
  });

  it('keeps the dates moved when what would have fallen due in it is paid', () => {
    const log = [start, pause('2027-02-01', '2027-03-01'), repayment(20_706n, '2027-02-10')];
    expect(datesOf(snapshot, [...log, resume('2027-03-01')])[1]).toBe('2027-04-07');
  });

  it('moves what a capture appends as well', () => {
    const log = [
      capture(60_000n, '2027-01-10'),
      pause('2027-02-01', '2027-03-01'),
      capture(60_000n, '2027-07-10'),
      resume('2027-07-11'),
    ];
    // From 1 February to 11 July are 160 days.
    expect(datesOf(snapshot, log).slice(5)).toEqual(['2027-12-17', '2028-01-17', '2028-02-17', '2028-03-18']);
  });

  it('moves what a refund canceled for the time being, so that the dates stay in order', () => {
    const log = [start, refund(30_000n, '2027-01-11'), pause('2027-02-01', '2027-03-01')];
    expect(unpaidOf(snapshot, log)[5]).toBe(0n);
    expect(datesOf(snapshot, log).slice(4)).toEqual(['2027-07-08', '2027-08-07']);
  });

  it('that is over has moved what is appended later, too', () => {
    const log = [
      capture(60_000n, '2027-01-10'),
      pause('2027-02-01', '2027-03-01'),
      resume('2027-03-01'),
      capture(60_000n, '2027-07-10'),
    ];
    expect(datesOf(snapshot, log).slice(5, 7)).toEqual(['2027-08-07', '2027-09-07']);
  });

  it('cannot end before it begins, nor without one', () => {
    expect(() => scheduleOf(snapshot, [start, pause('2027-02-01', '2027-01-31')])).toThrow(RangeError);
    expect(() => scheduleOf(snapshot, [start, resume('2027-02-01')])).toThrow('not paused');
  });

  it('moves an installment as well that owes nothing any more but a fee', () => {
    const log = [
      start,
      repayment(20_706n, '2027-02-10'),
      lateFee(500n, 1, '2027-02-14'),
      pause('2027-02-15', '2027-03-15'),
    ];
    expect(scheduleOf(snapshot, log)[0]).toMatchObject({ dueDate: '2027-03-10', pausedUntil: '2027-03-15' });
  });
});

describe('a new due date', () => {
  it('is for one installment and costs nothing', () => {
    const log = [start, reschedule('2027-02-12', 1, '2027-02-25')];
    const schedule = scheduleOf(snapshot, log);
    expect(schedule.map(({ dueDate }) => dueDate)).toEqual(['2027-02-25', ...agreedDates.slice(1)]);
    expect(sum(schedule.map(({ interest }) => interest))).toBe(4235n);
    expect(daysPastDue(schedule, '2027-02-25')).toBe(0);
    // On the new date it is due, and not the interest of the next period.
    expect(allocateOn(snapshot, log, { amount: 20_706n, onDate: '2027-02-25' }).parts).toEqual([
      { number: 1, fee: 0n, interest: 1200n, principal: 19_506n },
    ]);
  });

  it('that was chosen is not moved by the pause that is on', () => {
    const log = [
      start,
      pause('2027-02-01', '2027-03-01'),
      reschedule('2027-02-05', 1, '2027-03-20'),
      resume('2027-03-01'),
    ];
    expect(datesOf(snapshot, log).slice(0, 2)).toEqual(['2027-03-20', '2027-04-07']);
  });

  it('is later, and for what is owed', () => {
    expect(() => scheduleOf(snapshot, [start, reschedule('2027-01-11', 1, '2027-02-10')])).toThrow(
      'not later',
    );
    const paid = [start, repayment(20_706n, '2027-02-10')];
    expect(() => scheduleOf(snapshot, [...paid, reschedule('2027-02-11', 1, '2027-02-20')])).toThrow(
      'owes nothing',
    );
  });
});

describe('a hardship arrangement', () => {
  const late = [start, repayment(10_000n, '2027-02-10'), lateFee(1500n, 1, '2027-02-14')];
  // 12.00 of interest was paid with the hundred; 10.05 and 2.69 of it are open 40 days later.
  const log = [...late, hardship('2027-03-20')];

  it('spreads what is unpaid over new installments; the old ones keep what was paid', () => {
    const schedule = scheduleOf(snapshot, log);
    expect(schedule.slice(0, 6).map(({ amount, paidAmount }) => [amount, paidAmount])).toEqual([
      [10_000n, 10_000n],
      [0n, 0n],
      [0n, 0n],
      [0n, 0n],
      [0n, 0n],
      [0n, 0n],
    ]);
    const fresh = schedule.slice(6);
    expect(fresh.map(({ dueDate }) => dueDate).slice(0, 3)).toEqual([
      '2027-05-01',
      '2027-06-01',
      '2027-07-01',
    ]);
    expect(fresh.map(({ number }) => number)).toEqual([7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]);
    expect(sum(fresh.map(({ principal }) => principal))).toBe(120_000n - 8800n);
    expect(fresh[0]).toMatchObject({ fee: 1500n, interest: 1005n + 269n, principal: 9267n });
    expect(fresh.slice(1).every(({ fee, interest }) => fee === 0n && interest === 0n)).toBe(true);
  });

  it('neither loses nor adds anything on its day', () => {
    const before = positionOn(snapshot, late, '2027-03-20');
    const after = positionOn(snapshot, log, '2027-03-20');
    expect(after).toMatchObject({ total: before.total, earned: before.earned });
    expect(positionOn(snapshot, log, '2029-01-01').total).toBe(before.total);
  });

  it('may bear interest at a lower rate, which the merchant pays no part of', () => {
    const shared = monthlyPlan({ terms: { shopper_rate_ppm: 60_000 } });
    const arranged = [
      start,
      hardship('2027-02-10', { shopperRatePpm: 30_000, startsOn: '2027-03-10', periods: 3 }),
    ];
    const fresh = scheduleOf(shared, arranged).slice(6);
    expect(new Set(fresh.slice(1).map(({ amount }) => amount)).size).toBeLessThanOrEqual(2);
    // 1,200.00 for a month at 3 %, beside the 6.00 that were earned before.
    expect(fresh[0]?.interest).toBe(600n + 300n);
    expect(positionOn(shared, arranged, '2028-01-01')).toMatchObject({
      earned: { subsidised: 600n },
      expectedSubsidy: 600n,
    });
  });

  it('ends late fees, and a rate above the agreed one is none', () => {
    expect(() => scheduleOf(snapshot, [...log, lateFee(100n, 7, '2027-06-01')])).toThrow('no late fees');
    expect(() => scheduleOf(snapshot, [start, hardship('2027-02-01', { shopperRatePpm: 120_001 })])).toThrow(
      'where 120000 was agreed',
    );
    expect(() => scheduleOf(snapshot, [start, hardship('2027-05-01')])).toThrow(RangeError);
    expect(() => scheduleOf(snapshot, [start, hardship('2027-02-01', { periods: 0 })])).toThrow(RangeError);
    const paid = [start, repayment(120_000n, '2027-01-10')];
    expect(() => scheduleOf(snapshot, [...paid, hardship('2027-02-01')])).toThrow('nothing to spread');
  });

  it('ends a pause, and its dates are as they were arranged', () => {
    const paused = [
      start,
      pause('2027-02-01', '2027-02-20'),
      resume('2027-02-20'),
      pause('2027-03-01', '2027-06-01'),
    ];
    const arranged = [...paused, hardship('2027-03-10', { periods: 1 })];
    const schedule = scheduleOf(snapshot, arranged);
    expect(schedule.some(({ pausedUntil }) => pausedUntil)).toBe(false);
    expect(schedule[6]?.dueDate).toBe('2027-05-01');
    expect(() => scheduleOf(snapshot, [...arranged, resume('2027-03-11')])).toThrow('not paused');
    const partly = [capture(60_000n, '2027-01-10'), ...arranged.slice(1), capture(100n, '2027-03-11')];
    expect(datesOf(snapshot, partly).slice(6)).toEqual(['2027-05-01', '2027-06-01']);
  });

  it('is paid to the end like any plan', () => {
    const fresh = scheduleOf(snapshot, log).slice(6);
    const paid = fresh.map(({ amount, dueDate }) => repayment(amount, dueDate));
    expect(owedOf(scheduleOf(snapshot, [...log, ...paid]))).toBe(0n);
  });

  it('a capture after it is appended', () => {
    const partly = [
      capture(60_000n, '2027-01-10'),
      hardship('2027-02-20', { periods: 2, startsOn: '2027-03-20' }),
    ];
    const after = scheduleOf(snapshot, [...partly, capture(30_000n, '2027-02-25')]);
    expect(after.slice(6).map(({ dueDate, principal }) => [dueDate, principal])).toEqual([
      ['2027-03-20', 30_000n],
      ['2027-04-20', 30_000n],
      ['2027-05-20', 20_706n],
      ['2027-06-20', 9294n],
    ]);
  });
});

describe('a charge-off', () => {
  const log = [start, lateFee(1500n, 1, '2027-02-14'), chargeOff('2027-03-20')];

  it('leaves what was owed to be recovered, and nothing is earned after it', () => {
    const before = positionOn(snapshot, log.slice(0, -1), '2027-03-20');
    const { installments: _, expectedSubsidy: __, ...rest } = before;
    expect(positionOn(snapshot, log, '2027-03-20')).toMatchObject(rest);
    expect(positionOn(snapshot, log, '2029-01-01')).toMatchObject(rest);
    expect(owedOf(scheduleOf(snapshot, log))).toBe(before.total);
  });

  it('ends the log', () => {
    for (const entry of [
      repayment(1n, '2027-03-21'),
      capture(1n, '2027-03-21'),
      pause('2027-03-21', '2027-04-01'),
    ])
      expect(() => scheduleOf(snapshot, [...log, entry])).toThrow('after the charge-off');
  });
});

describe('an interest-free plan', () => {
  it('is serviced by the same rules', () => {
    const free = monthlyPlan({ terms: { annual_rate_ppm: 0, shopper_rate_ppm: 0 } });
    const log = [
      start,
      pause('2027-02-01', '2027-03-01'),
      resume('2027-03-01'),
      lateFee(500n, 1, '2027-03-20'),
    ];
    expect(unpaidOf(free, log)).toEqual([20_500n, 20_000n, 20_000n, 20_000n, 20_000n, 20_000n]);
    expect(datesOf(free, log)[0]).toBe('2027-03-10');
    const arranged = scheduleOf(free, [...log, hardship('2027-03-21', { periods: 7 })]).slice(6);
    expect(arranged.map(({ amount }) => amount)).toEqual([
      17_643n,
      17_143n,
      17_143n,
      17_143n,
      17_143n,
      17_143n,
      17_142n,
    ]);
  });
});
