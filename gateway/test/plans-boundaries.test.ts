import { describe, expect, it } from 'vitest';
import { addDays } from '../src/lib/dates.ts';
import { sum } from '../src/lib/money.ts';
import { cells } from '../src/plans/allocation.ts';
import { fitsRules } from '../src/plans/ceilings.ts';
import { delinquencyOf } from '../src/plans/delinquency.ts';
import { marketRules } from '../src/plans/market-rules.ts';
import { offersFor } from '../src/plans/offers.ts';
import { allocateOn, positionOn } from '../src/plans/position.ts';
import { owedOf, type PlanEntry, scheduleOf } from '../src/plans/schedule.ts';
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

/** Amounts are minor units; due on the tenth of February to July 2027 unless told otherwise. */
const start = capture(120_000n, '2027-01-10');
const takenBack = (entry: number, amount: bigint, onDate: string): PlanEntry => ({
  kind: 'charge_back',
  entry,
  amount,
  onDate,
});
const hardship = (
  onDate: string,
  change: Partial<Extract<PlanEntry, { kind: 'hardship' }>> = {},
): PlanEntry => ({
  kind: 'hardship',
  onDate,
  periods: 3,
  startsOn: '2027-05-01',
  shopperRatePpm: 0,
  ...change,
});
const interestOf = (snapshot: ReturnType<typeof monthlyPlan>, log: readonly PlanEntry[]) =>
  scheduleOf(snapshot, log).map(({ interest }) => interest);

describe('interest is rounded once for each balance in each period', () => {
  const days = Array.from({ length: 27 }, (_, index) => addDays('2027-02-11', index));
  const plans = [119_999n, 98_765n, 31_415n].map((amount) => ({
    amount,
    snapshot: monthlyPlan({ amount, terms: { annual_rate_ppm: 156_780, shopper_rate_ppm: 156_780 } }),
  }));

  it('so a payment of what is due, on whatever day, leaves what later periods ask as it was', () => {
    for (const { amount, snapshot } of plans) {
      const log = [capture(amount, '2027-01-10')];
      const [due = 0n] = unpaidOf(snapshot, log);
      for (const day of ['2027-02-10', ...days])
        expect(interestOf(snapshot, [...log, repayment(due, day)]), day).toEqual(interestOf(snapshot, log));
    }
  });

  it('so a payment of what was due that is taken back leaves them as they were, too', () => {
    for (const { amount, snapshot } of plans) {
      const log = [capture(amount, '2027-01-10')];
      const [due = 0n] = unpaidOf(snapshot, log);
      for (const day of days)
        expect(
          interestOf(snapshot, [...log, repayment(due, '2027-02-10'), takenBack(2, due, day)]),
          day,
        ).toEqual(interestOf(snapshot, log));
    }
  });

  it('so interest that is paid before its date, and taken back, leaves them as they were', () => {
    for (const { amount, snapshot } of plans) {
      const log = [capture(amount, '2027-01-10')];
      for (const day of days) {
        const [due = 0n] = unpaidOf(snapshot, log);
        const paid = [...log, repayment(due, '2027-02-10'), repayment(1n, day)];
        expect(allocateOn(snapshot, paid.slice(0, -1), { amount: 1n, onDate: day }).parts).toMatchObject([
          { interest: 1n, principal: 0n },
        ]);
        expect(interestOf(snapshot, [...paid, takenBack(3, 1n, day)]), day).toEqual(
          interestOf(snapshot, log),
        );
      }
    }
  });
});

describe('what a late capture appends', () => {
  it('asks no more than the regular amount with its interest in it, where amounts are level', () => {
    const snapshot = monthlyPlan();
    const log = [capture(40_000n, '2027-01-10'), capture(80_000n, '2027-07-09')];
    const appended = scheduleOf(snapshot, log).slice(6);
    // The installment of the next day is filled up, and what does not fit goes a month on, and on.
    expect(appended.map(({ dueDate }) => dueDate)).toEqual([
      '2027-08-10',
      '2027-09-10',
      '2027-10-10',
      '2027-11-10',
    ]);
    expect(appended.slice(0, -1).map(({ amount }) => amount)).toEqual([20_706n, 20_706n, 20_706n]);
    expect(appended.every(({ interest, amount }) => interest > 0n && amount <= 20_706n)).toBe(true);
    expect(sum(scheduleOf(snapshot, log).map(({ principal }) => principal))).toBe(120_000n);
  });

  it('asks no more than the regular principal, and interest beside it, where that is equal', () => {
    const snapshot = monthlyPlan({ terms: { method: 'equal_principal' } });
    const log = [capture(40_000n, '2027-01-10'), capture(80_000n, '2027-07-09')];
    const appended = scheduleOf(snapshot, log).slice(6);
    expect(appended.slice(0, -1).map(({ principal }) => principal)).toEqual([20_000n, 20_000n, 20_000n]);
    expect(appended.every(({ interest }) => interest > 0n)).toBe(true);
  });
});

describe('an arrangement for hardship', () => {
  const snapshot = monthlyPlan();
  const partly = capture(60_000n, '2027-01-10');
  const arranged = [partly, hardship('2027-03-20', { shopperRatePpm: 60_000 })];

  it('says what each installment may come to: a later capture fills none of them further', () => {
    const before = scheduleOf(snapshot, arranged).slice(6);
    const after = scheduleOf(snapshot, [...arranged, capture(60_000n, '2027-03-21')]).slice(6);
    expect(after.slice(0, 3).map(({ amount }) => amount)).toEqual(before.map(({ amount }) => amount));
    expect(after.length).toBeGreaterThan(3);
  });

  it('says what each may come to, with its interest: what a refund took from them is filled again', () => {
    const onDate = '2027-01-10';
    const log = [partly, hardship(onDate, { shopperRatePpm: 60_000, startsOn: '2027-02-10' })];
    const before = unpaidOf(snapshot, log);
    const refunded = [...log, refund(15_000n, onDate)];
    expect(unpaidOf(snapshot, refunded).slice(6, 8)).toEqual(before.slice(6, 8));
    expect(unpaidOf(snapshot, refunded).at(-1)).toBeLessThan(before.at(-1) ?? 0n);
    expect(unpaidOf(snapshot, [...refunded, capture(15_000n, onDate)])).toEqual(before);
  });

  it('forgets the days of the pauses before it: what is appended follows its own dates', () => {
    const log = [
      partly,
      pause('2027-02-01', '2027-02-20'),
      resume('2027-02-20'),
      hardship('2027-03-20', { periods: 2 }),
      capture(30_000n, '2027-03-21'),
    ];
    expect(datesOf(snapshot, log).slice(6, 9)).toEqual(['2027-05-01', '2027-06-01', '2027-07-01']);
  });
});

describe('a pause', () => {
  const free = monthlyPlan({ terms: { annual_rate_ppm: 0, shopper_rate_ppm: 0 } });
  const agreed = datesOf(free, [start]);

  it('moves what falls due the day before it ends, and nothing that falls due as it ends', () => {
    expect(datesOf(free, [start, pause('2027-02-01', '2027-02-10')])).toEqual(agreed);
    expect(datesOf(free, [start, pause('2027-02-01', '2027-02-11')])[0]).toBe('2027-02-20');
  });

  it('moves nothing where nothing is owed, however long it is', () => {
    const paid = [start, repayment(120_000n, '2027-01-10')];
    expect(datesOf(free, [...paid, pause('2027-02-01', '2028-02-01')])).toEqual(agreed);
  });

  it('leaves a date that is past and paid where it is, and moves a later one that is paid ahead', () => {
    const log = [start, repayment(60_000n, '2027-02-10'), pause('2027-03-10', '2027-05-20')];
    expect(datesOf(free, log).slice(0, 4)).toEqual(['2027-02-10', '2027-03-10', '2027-06-20', '2027-07-20']);
  });

  it('that is made longer counts from its first day', () => {
    const log = [start, pause('2027-02-01', '2027-02-05'), pause('2027-02-03', '2027-02-21')];
    expect(datesOf(free, log)[0]).toBe('2027-03-02');
  });

  it('takes in what is owed again, and moves all once that falls due in it', () => {
    // Nothing owed falls due before 10 April; the payment of the first one comes back.
    const log = [start, repayment(60_000n, '2027-02-01'), pause('2027-02-05', '2027-03-01')];
    expect(datesOf(free, log)).toEqual(agreed);
    const after = [...log, takenBack(2, 60_000n, '2027-02-06')];
    expect(datesOf(free, after).slice(0, 4)).toEqual([
      '2027-03-06',
      '2027-04-03',
      '2027-05-04',
      '2027-06-03',
    ]);
    expect(delinquencyOf(scheduleOf(free, after), '2027-03-20').days).toBe(0);
    expect(delinquencyOf(scheduleOf(free, [...after, resume('2027-03-01')]), '2027-03-20').days).toBe(14);
  });

  it('is told beside each installment that is unpaid, and beside no other', () => {
    const log = [start, repayment(30_000n, '2027-02-01'), pause('2027-02-05', '2027-03-05')];
    expect(scheduleOf(free, log).map(({ pausedUntil }) => pausedUntil)).toEqual([
      undefined,
      ...Array.from({ length: 5 }, () => '2027-03-05'),
    ]);
  });
});

describe('a charge-off', () => {
  it('is told beside each installment that it found unpaid, and beside no other', () => {
    const free = monthlyPlan({ terms: { annual_rate_ppm: 0, shopper_rate_ppm: 0 } });
    const log: PlanEntry[] = [
      start,
      repayment(30_000n, '2027-02-01'),
      { kind: 'charge_off', onDate: '2027-08-01' },
    ];
    expect(scheduleOf(free, log).map(({ chargedOff }) => chargedOff)).toEqual([
      undefined,
      true,
      true,
      true,
      true,
      true,
    ]);
    expect(owedOf(scheduleOf(free, log))).toBe(90_000n);
  });

  it('ends what the merchant pays of the interest as well', () => {
    const shared = monthlyPlan({ terms: { shopper_rate_ppm: 60_000 } });
    const gone: PlanEntry = { kind: 'charge_off', onDate: '2027-02-10' };
    const before = positionOn(shared, [start], '2027-02-10');
    expect(before.earned).toEqual({ interest: 600n, subsidised: 600n });
    expect(positionOn(shared, [start, gone], '2027-09-01')).toMatchObject({
      earned: before.earned,
      expectedSubsidy: 600n,
    });
  });
});

describe('what was paid ahead of its date', () => {
  it('was not late when a month’s interest is asked of the next installment', () => {
    const snapshot = monthlyPlan();
    const log = [start, repayment(20_706n, '2027-01-20')];
    const [first, second] = scheduleOf(snapshot, log);
    expect(first?.amount).toBe(first?.paidAmount);
    expect(delinquencyOf(scheduleOf(snapshot, log), '2027-02-20').days).toBe(0);
    expect(second?.interest).toBeGreaterThan(1005n);
  });
});

describe('an installment of which nothing is left but its interest', () => {
  const isPrincipal = (cell: string) => Number(!cell.endsWith('principal'));
  const snapshot = monthlyPlan({ allocation: cells.toSorted((a, b) => isPrincipal(a) - isPrincipal(b)) });
  const log = [start, repayment(19_506n, '2027-02-12')];

  it('is owed: it can get a later date, and a pause moves it', () => {
    expect(scheduleOf(snapshot, log)[0]).toMatchObject({
      principal: 19_506n,
      paidPrincipal: 19_506n,
      interest: 1200n,
      paidInterest: 0n,
    });
    const later: PlanEntry = { kind: 'reschedule', onDate: '2027-02-12', number: 1, dueDate: '2027-02-20' };
    expect(datesOf(snapshot, [...log, later])[0]).toBe('2027-02-20');
    expect(datesOf(snapshot, [...log, pause('2027-02-12', '2027-02-22')])[0]).toBe('2027-02-20');
  });
});

describe('the line of a consumer', () => {
  const [cn] = marketRules.CN;
  const offered = (amount: bigint, currency: string) => {
    const [offer] = offersFor({ amount, currency, shippedOn: '2027-01-10', firstPart: 'capture' });
    if (!offer) throw new Error('nothing is offered');
    return fitsRules(cn, offer, '2027-01-10');
  };

  it('holds ¥200,000 and not a fen more, and is one of yuan', () => {
    expect(offered(20_000_000n, 'CNY')).toBe(true);
    expect(offered(20_000_001n, 'CNY')).toBe(false);
    expect(offered(20_000_001n, 'USD')).toBe(true);
  });
});
