import { describe, expect, it } from 'vitest';
import { sum } from '../src/lib/money.ts';
import { cells } from '../src/plans/allocation.ts';
import { allocateOn, positionOn } from '../src/plans/position.ts';
import { projectSchedule } from '../src/plans/projection.ts';
import { refundEffect } from '../src/plans/refund-effect.ts';
import { owedOf, type PlanEntry, scheduleOf } from '../src/plans/schedule.ts';
import type { PlanSnapshot } from '../src/plans/snapshot.ts';
import type { InterestTerms } from '../src/plans/terms.ts';
import { capture, datesOf, monthlyPlan, refund, repayment, unpaidOf } from './support/plans.ts';

const start = capture(120_000n, '2027-01-10');
/** The first `count` installments of 207.06, each paid on its date. */
const paid = (count: number): PlanEntry[] => [
  start,
  ...['2027-02-10', '2027-03-10', '2027-04-10', '2027-05-10', '2027-06-10']
    .slice(0, count)
    .map((onDate) => repayment(20_706n, onDate)),
];

function termsAt(ratePpm: number, change: Partial<InterestTerms> = {}): InterestTerms {
  return {
    annual_rate_ppm: ratePpm,
    shopper_rate_ppm: ratePpm,
    method: 'annuity',
    day_count: '30/360',
    ...change,
  };
}

describe('1,200.00 at 12 % nominal over 6 months', () => {
  const snapshot = monthlyPlan();

  it('is 207.06 five times and 207.05, with 42.35 of interest', () => {
    expect(snapshot.installments.map(({ amount }) => amount)).toEqual([
      20_706, 20_706, 20_706, 20_706, 20_706, 20_705,
    ]);
    expect(snapshot.finance_charge).toBe(4235);
    expect(
      scheduleOf(snapshot, [start]).map(({ dueDate, principal, interest }) => [dueDate, principal, interest]),
    ).toEqual([
      ['2027-02-10', 19_506n, 1200n],
      ['2027-03-10', 19_701n, 1005n],
      ['2027-04-10', 19_898n, 808n],
      ['2027-05-10', 20_097n, 609n],
      ['2027-06-10', 20_298n, 408n],
      ['2027-07-10', 20_500n, 205n],
    ]);
  });

  it('paid off 10 days into period 3 costs 807.93 and 2.69 for the days', () => {
    expect(positionOn(snapshot, paid(2), '2027-03-20')).toMatchObject({
      principal: 80_793n,
      interest: 269n,
      fee: 0n,
      total: 81_062n,
      earned: { interest: 1200n + 1005n + 269n, subsidised: 0n },
    });
    expect(allocateOn(snapshot, paid(2), { amount: 81_063n, onDate: '2027-03-20' }).left).toBe(1n);
    const end = [...paid(2), repayment(81_062n, '2027-03-20')];
    expect(owedOf(scheduleOf(snapshot, end))).toBe(0n);
    expect(positionOn(snapshot, end, '2028-01-01')).toMatchObject({ total: 0n, earned: { interest: 2474n } });
  });

  it('after a refund of 300 with two paid owes 501.93: from the last 207.06, 207.06, 96.79', () => {
    const effect = refundEffect(snapshot, paid(2), { amount: 30_000n, onDate: '2027-03-10' });
    expect(effect).toMatchObject({
      interestReturned: 600n,
      interestOff: 0n,
      interestToPrincipal: 600n,
      interestToShopper: 0n,
      principalOff: 30_000n,
      moneyBack: 0n,
    });
    const after = [...paid(2), refund(30_000n, '2027-03-10')];
    expect(positionOn(snapshot, after, '2027-03-10')).toMatchObject({
      total: 50_193n,
      returnedInterest: 600n,
    });
    expect(unpaidOf(snapshot, after)).toEqual([0n, 0n, 20_706n, 20_706n, 9679n, 0n]);
    expect(effect.after).toEqual(scheduleOf(snapshot, after));
    expect(effect.before).toEqual(scheduleOf(snapshot, paid(2)));
  });

  it('and pro rata 128.64 four times, of which the last takes what is left', () => {
    const after = [...paid(2), refund(30_000n, '2027-03-10')];
    expect(unpaidOf(monthlyPlan({ refundPolicy: 'pro_rata' }), after)).toEqual([
      0n,
      0n,
      12_864n,
      12_864n,
      12_864n,
      12_861n,
    ]);
  });

  it('after a refund of 300 with five paid cancels 205.00 and gives 110.00 back', () => {
    expect(refundEffect(snapshot, paid(5), { amount: 30_000n, onDate: '2027-06-10' })).toMatchObject({
      interestReturned: 1500n,
      interestOff: 0n,
      interestToPrincipal: 0n,
      interestToShopper: 1500n,
      principalOff: 20_500n,
      moneyBack: 11_000n,
    });
    const after = [...paid(5), refund(30_000n, '2027-06-10')];
    expect(owedOf(scheduleOf(snapshot, after))).toBe(0n);
  });

  it('after a full refund with two paid gives back exactly what was paid', () => {
    const effect = refundEffect(snapshot, paid(2), { amount: 120_000n, onDate: '2027-03-10' });
    expect(effect).toMatchObject({ interestReturned: 2205n, principalOff: 80_793n, moneyBack: 2n * 20_706n });
    expect(owedOf(effect.after)).toBe(0n);
  });

  it('does not return the same interest twice: two refunds of a half are one of the whole', () => {
    const half = refundEffect(snapshot, paid(2), { amount: 60_000n, onDate: '2027-03-10' });
    const log = [...paid(2), refund(60_000n, '2027-03-10')];
    const rest = refundEffect(snapshot, log, { amount: 60_000n, onDate: '2027-03-10' });
    expect(half.interestReturned).toBe(1200n);
    expect(rest.interestReturned).toBe(1005n);
    expect(half.moneyBack + rest.moneyBack).toBe(2n * 20_706n);
  });

  it('refunded in the middle of a period first cancels the interest that is not paid', () => {
    const effect = refundEffect(snapshot, paid(2), { amount: 30_000n, onDate: '2027-03-20' });
    // 3.00 for each of two periods and 1.00 for ten days, of which 2.69 stands open.
    expect(effect).toMatchObject({
      interestReturned: 700n,
      interestOff: 269n,
      interestToPrincipal: 431n,
      principalOff: 30_000n,
    });
    const after = [...paid(2), refund(30_000n, '2027-03-20')];
    expect(positionOn(snapshot, after, '2027-03-20').total).toBe(81_062n - 30_000n - 700n);
    expect(unpaidOf(snapshot, after).slice(2, 4)).toEqual([20_706n, 20_706n]);
    const proRata = unpaidOf(monthlyPlan({ refundPolicy: 'pro_rata' }), after).slice(2);
    expect(new Set(proRata.slice(0, 3)).size).toBe(1);
    expect((proRata[0] ?? 0n) - (proRata[3] ?? 0n)).toBeLessThan(5n);
  });

  it('of a little pro rata in the middle of a period gives a level that has what is earned in it', () => {
    const log = [...paid(2), refund(1000n, '2027-03-20')];
    const amounts = unpaidOf(monthlyPlan({ refundPolicy: 'pro_rata' }), log).slice(2);
    expect(positionOn(snapshot, log, '2027-03-20').interest).toBe(269n - 23n);
    expect(amounts.slice(0, 3)).toEqual([amounts[0], amounts[0], amounts[0]]);
    expect((amounts[3] ?? 0n) - (amounts[0] ?? 0n)).toBeLessThan(5n);
    expect((amounts[0] ?? 0n) - (amounts[3] ?? 0n)).toBeLessThan(5n);
  });

  it('from the last leaves the next amount as it is, also where interest of a prepaid period falls due with it', () => {
    const prepaid = [start, repayment(20_706n, '2027-01-30')];
    const before = unpaidOf(snapshot, prepaid);
    const after = unpaidOf(snapshot, [...prepaid, refund(30_000n, '2027-02-01')]);
    expect(after.slice(0, 4)).toEqual(before.slice(0, 4));
  });
});

// Apache Fineract (Apache-2.0), commit 4198b0bc, fineract-progressive-loan,
// ProgressiveEMICalculatorTest: testEMICalculation_disbursedAmt100_dayInYears360_daysInMonth30_repayEvery1Month and
// testEMICalculation_CheckEmiButNewEmiNotBetterThanOriginal.
const fineract = [
  {
    name: '100.00 at 9.4822 %, 30/360',
    terms: termsAt(94_822),
    rows: [
      [1713n, 79n, 1634n],
      [1713n, 66n, 1647n],
      [1713n, 53n, 1660n],
      [1713n, 40n, 1673n],
      [1713n, 27n, 1686n],
      [1713n, 13n, 1700n],
    ],
  },
  {
    name: '100.00 at 15.678 %, actual/365',
    terms: termsAt(156_780, { day_count: 'actual/365' }),
    rows: [
      [1743n, 133n, 1610n],
      [1743n, 105n, 1638n],
      [1743n, 90n, 1653n],
      [1743n, 66n, 1677n],
      [1743n, 46n, 1697n],
      [1747n, 22n, 1725n],
    ],
  },
];

describe('the schedules of Apache Fineract are reproduced to the cent', () => {
  for (const { name, terms, rows } of fineract) {
    it(name, () => {
      const schedule = projectSchedule({
        amount: 10_000n,
        terms,
        startsOn: '2024-01-01',
        periods: 6,
        cadence: { months: 1 },
      });
      expect(schedule.map(({ principal, interest }) => [principal + interest, interest, principal])).toEqual(
        rows,
      );
      expect(schedule.map(({ dueDate }) => dueDate)).toEqual([
        '2024-02-01',
        '2024-03-01',
        '2024-04-01',
        '2024-05-01',
        '2024-06-01',
        '2024-07-01',
      ]);
      const snapshot = monthlyPlan({ amount: 10_000n, terms, agreedOn: '2024-01-01' });
      const log = [capture(10_000n, '2024-01-01')];
      expect(
        scheduleOf(snapshot, log).map(({ amount, interest, principal }) => [amount, interest, principal]),
      ).toEqual(rows);
    });
  }
});

describe('equal principal', () => {
  it('is the same principal each month and interest that falls', () => {
    const snapshot = monthlyPlan({ terms: { method: 'equal_principal' } });
    expect(scheduleOf(snapshot, [start]).map(({ principal, interest }) => [principal, interest])).toEqual([
      [20_000n, 1200n],
      [20_000n, 1000n],
      [20_000n, 800n],
      [20_000n, 600n],
      [20_000n, 400n],
      [20_000n, 200n],
    ]);
    const refunded = scheduleOf(snapshot, [start, refund(30_000n, '2027-01-10')]);
    expect(refunded.map(({ principal }) => principal)).toEqual([
      20_000n,
      20_000n,
      20_000n,
      20_000n,
      10_000n,
      0n,
    ]);
  });
});

describe('a repayment day', () => {
  it('makes the first period irregular, and the level amount is from the exact days', () => {
    const snapshot = monthlyPlan({ repaymentDay: 5 });
    // 15 days after 10 January is the 25th: 5 February is the first repayment day, 25 days of 30/360 on.
    expect(datesOf(snapshot, [start]).slice(0, 2)).toEqual(['2027-02-05', '2027-03-05']);
    expect(scheduleOf(snapshot, [start]).map(({ interest }) => interest)[0]).toBe(1000n);
    const amounts = scheduleOf(snapshot, [start]).map(({ amount }) => amount);
    expect(amounts).toEqual([20_672n, 20_672n, 20_672n, 20_672n, 20_672n, 20_670n]);
  });

  it('is never sooner than 15 days after the first capture', () => {
    const snapshot = monthlyPlan({ repaymentDay: 20 });
    expect(datesOf(snapshot, [capture(1n, '2027-01-05')])[0]).toBe('2027-01-20');
    expect(datesOf(snapshot, [capture(1n, '2027-01-06')])[0]).toBe('2027-02-20');
    expect(datesOf(snapshot, [capture(1n, '2027-12-06')])[0]).toBe('2028-01-20');
  });
});

describe('interest that the merchant pays', () => {
  it('comes off what the shopper pays, and is earned in the same periods', () => {
    const snapshot = monthlyPlan({ terms: { shopper_rate_ppm: 40_000 } });
    const [first] = scheduleOf(snapshot, [start]);
    expect(first?.interest).toBe(400n);
    expect(positionOn(snapshot, [start], '2027-02-10').earned).toEqual({ interest: 400n, subsidised: 800n });
    expect(snapshot.subsidy).toBe(2807);
    expect(positionOn(snapshot, [start], '2027-01-10').expectedSubsidy).toBe(2807n);
  });

  it('all of it leaves the shopper with an interest-free plan', () => {
    const snapshot = monthlyPlan({ terms: { shopper_rate_ppm: 0 } });
    expect(snapshot.finance_charge).toBe(0);
    expect(unpaidOf(snapshot, [start])).toEqual([20_000n, 20_000n, 20_000n, 20_000n, 20_000n, 20_000n]);
    expect(positionOn(snapshot, [start], '2027-03-10')).toMatchObject({
      interest: 0n,
      earned: { interest: 0n, subsidised: 2200n },
      expectedSubsidy: 4200n,
    });
  });

  it('is expected only for what is not refunded or paid early; what is earned stays earned', () => {
    const snapshot = monthlyPlan({ terms: { shopper_rate_ppm: 0 } });
    const refunded = [start, refund(120_000n, '2027-03-10')];
    expect(positionOn(snapshot, refunded, '2027-03-10')).toMatchObject({
      expectedSubsidy: 2200n,
      earned: { subsidised: 2200n },
    });
    const prepaid = [start, repayment(120_000n, '2027-02-10')];
    expect(positionOn(snapshot, prepaid, '2027-05-10').expectedSubsidy).toBe(1200n);
  });
});

describe('captures in tranches', () => {
  const snapshot = monthlyPlan();

  it('of a part scale the schedule', () => {
    expect(unpaidOf(snapshot, [capture(60_000n, '2027-01-10')])).toEqual([
      10_353n,
      10_353n,
      10_353n,
      10_353n,
      10_353n,
      10_351n,
    ]);
  });

  it('on one day are the same as one capture', () => {
    const log = [capture(50_000n, '2027-01-10'), capture(70_000n, '2027-01-10')];
    expect(scheduleOf(snapshot, log)).toEqual(scheduleOf(snapshot, [start]));
  });

  it('bear interest from their own day and fill up to the agreed amount; what does not fit is appended', () => {
    const log = [
      capture(60_000n, '2027-01-10'),
      repayment(10_353n, '2027-02-10'),
      repayment(10_353n, '2027-03-10'),
      capture(60_000n, '2027-03-20'),
    ];
    const schedule = scheduleOf(snapshot, log);
    expect(schedule.map(({ amount }) => amount).slice(0, 6)).toEqual([
      10_353n,
      10_353n,
      20_706n,
      20_706n,
      20_706n,
      20_705n,
    ]);
    expect(schedule.slice(6).map(({ dueDate }) => dueDate)).toEqual(['2027-08-10']);
    expect(schedule.every(({ amount }) => amount <= 20_706n)).toBe(true);
    // 403.97 for ten days, then 1,003.97 for twenty.
    expect(schedule[2]?.interest).toBe(135n + 669n);
    expect(sum(schedule.map(({ principal }) => principal))).toBe(120_000n);
  });
});

describe('what is paid ahead', () => {
  it('counts as part of the agreed amount when a later capture fills it up', () => {
    const snapshot = monthlyPlan();
    const log = [
      capture(60_000n, '2027-01-10'),
      repayment(10_353n, '2027-01-20'),
      capture(60_000n, '2027-01-21'),
    ];
    const schedule = scheduleOf(snapshot, log);
    expect(schedule.every(({ amount }) => amount <= 20_706n)).toBe(true);
    expect(schedule[0]).toMatchObject({ amount: 20_706n, paidAmount: 9953n });
  });

  it('is left alone by a refund that lowers what is overdue', () => {
    const snapshot = monthlyPlan({ refundPolicy: 'pro_rata', allocation: cells.toReversed() });
    const ahead = [start, repayment(60_895n, '2027-04-10')];
    expect(unpaidOf(snapshot, ahead).slice(3)).toEqual([0n, 0n, 0n]);
    for (let amount = 1000n; amount < 31_000n; amount += 997n) {
      const after = unpaidOf(snapshot, [...ahead, refund(amount, '2027-04-11')]);
      expect(after.slice(3)).toEqual([0n, 0n, 0n]);
    }
  });
});

describe('amounts that round to nothing', () => {
  it('end in the last installment', () => {
    const tiny = projectSchedule({
      amount: 1n,
      terms: termsAt(120_000),
      startsOn: '2027-01-10',
      periods: 3,
      cadence: { months: 1 },
    });
    expect(tiny.map(({ principal }) => principal)).toEqual([0n, 0n, 1n]);
  });

  it('do not keep a late capture from being placed', () => {
    const plan = monthlyPlan({ periods: 2, terms: { method: 'equal_principal' } });
    const [first, second] = plan.installments;
    if (!first || !second) throw new Error('two installments');
    const later: PlanSnapshot = {
      ...plan,
      installments: [
        { ...first, principal: 0, amount: 1200 },
        { ...second, principal: 120_000, amount: 120_600 },
      ],
    };
    const log = [capture(60_000n, '2027-01-10'), capture(60_000n, '2027-03-10')];
    expect(scheduleOf(later, log).map(({ principal }) => principal)).toEqual([0n, 60_000n, 60_000n]);
  });
});

describe('paying early and late', () => {
  const snapshot = monthlyPlan();

  it('in advance pays the interest earned until the day, then the principal of the earliest', () => {
    expect(allocateOn(snapshot, [start], { amount: 20_706n, onDate: '2027-01-30' }).parts).toEqual([
      { number: 1, fee: 0n, interest: 800n, principal: 19_506n },
      { number: 2, fee: 0n, interest: 0n, principal: 400n },
    ]);
  });

  it('an installment paid early is paid: what its period still earns falls due with the next', () => {
    const log = [start, repayment(20_706n, '2027-01-30')];
    const [first, second] = scheduleOf(snapshot, log);
    expect(first).toMatchObject({ amount: 20_306n, paidAmount: 20_306n });
    // 1,000.94 bears 3.34 in the ten days that are left and 10.01 in the next period.
    expect(second).toMatchObject({ interest: 334n + 1001n, principal: 19_701n, paidPrincipal: 400n });
  });

  it('overdue principal bears no interest', () => {
    expect(positionOn(snapshot, [start], '2027-07-10').earned.interest).toBe(4235n);
    expect(positionOn(snapshot, [start], '2029-07-10')).toMatchObject({
      total: 124_235n,
      earned: { interest: 4235n },
    });
  });

  it('pays what is earned of the interest more than once in a period without rounding it apart', () => {
    const log = [start, repayment(100n, '2027-01-13'), repayment(100n, '2027-01-16')];
    expect(scheduleOf(snapshot, log)[0]).toMatchObject({ interest: 1200n, paidInterest: 200n });
  });

  it('tells where it stood on a date before later entries', () => {
    expect(positionOn(snapshot, paid(2), '2027-02-15').principal).toBe(100_494n);
    expect(positionOn(snapshot, paid(2), '2027-01-09')).toMatchObject({ total: 0n, installments: [] });
  });
});
