import { describe, expect, it } from 'vitest';
import { flowsSoFar } from '../src/plans/late-fee.ts';
import { positionOn } from '../src/plans/position.ts';
import type { PlanEntry } from '../src/plans/schedule.ts';
import { capture, datesOf, monthlyPlan, repayment, unpaidOf } from './support/plans.ts';

/** 1,200.00 in six parts from 10 February; amounts are minor units. */
const free = monthlyPlan({ terms: { annual_rate_ppm: 0, shopper_rate_ppm: 0 } });
const start = capture(120_000n, '2027-01-10');
const agreed = datesOf(free, [start]);
const untouched = [20_000n, 20_000n, 20_000n, 20_000n, 20_000n, 20_000n];

const takenBack = (entry: number, amount: bigint, onDate: string): PlanEntry => ({
  kind: 'charge_back',
  entry,
  amount,
  onDate,
});

describe('a repayment that is taken back', () => {
  it('is owed again where it was paid, and ahead of the dates nothing else changes', () => {
    const log = [start, repayment(25_000n, '2027-02-05')];
    expect(unpaidOf(free, log)).toEqual([0n, 15_000n, ...untouched.slice(2)]);
    const after = [...log, takenBack(2, 25_000n, '2027-02-08')];
    expect(unpaidOf(free, after)).toEqual(untouched);
    expect(datesOf(free, after)).toEqual(agreed);
  });

  it('leaves what was paid after it where that went', () => {
    const log = [start, repayment(20_000n, '2027-02-05'), repayment(20_000n, '2027-02-06')];
    expect(unpaidOf(free, [...log, takenBack(2, 20_000n, '2027-02-07')])).toEqual([
      20_000n,
      0n,
      ...untouched.slice(2),
    ]);
  });

  it('lets what was paid in full fall due on the day, where its own date has passed', () => {
    const log = [start, repayment(20_000n, '2027-02-05')];
    const firstDue = (onDate: string) => datesOf(free, [...log, takenBack(2, 20_000n, onDate)])[0];
    expect(firstDue('2027-02-09')).toBe('2027-02-10');
    expect(firstDue('2027-02-10')).toBe('2027-02-10');
    expect(firstDue('2027-02-11')).toBe('2027-02-11');
    expect(datesOf(free, [...log, takenBack(2, 20_000n, '2027-02-20')]).slice(1)).toEqual(agreed.slice(1));
  });

  it('leaves the date of what had not been paid in full', () => {
    const log = [start, repayment(5_000n, '2027-02-05'), takenBack(2, 5_000n, '2027-02-20')];
    expect(datesOf(free, log)).toEqual(agreed);
  });

  it('falls due after a pause that is on', () => {
    const log: PlanEntry[] = [
      start,
      repayment(20_000n, '2027-02-05'),
      { kind: 'pause', onDate: '2027-02-15', until: '2027-03-15' },
      takenBack(2, 20_000n, '2027-02-20'),
    ];
    expect(datesOf(free, log).slice(0, 2)).toEqual(['2027-03-15', '2027-04-07']);
    const resumed = datesOf(free, [...log, { kind: 'resume', onDate: '2027-03-01' }]);
    expect(resumed.slice(0, 2)).toEqual(['2027-03-01', '2027-03-24']);
  });

  it('bears interest again from the day, and none for the days on which it stood as paid', () => {
    // 30/360 at 12 %: 40 a day on all of it. Ten days of it are paid with it, five are not asked for.
    const bearing = monthlyPlan();
    const paid = [start, repayment(120_400n, '2027-01-20')];
    expect(positionOn(bearing, paid, '2027-02-10')).toMatchObject({ principal: 0n, interest: 0n });
    const log = [...paid, takenBack(2, 120_400n, '2027-01-25')];
    expect(positionOn(bearing, log, '2027-01-25')).toMatchObject({ principal: 120_000n, interest: 400n });
    expect(positionOn(bearing, log, '2027-02-10').earned.interest).toBe(1000n);
  });

  it('is refused a second time, in part, and where nothing was paid', () => {
    const log = [start, repayment(20_000n, '2027-02-05')];
    const refused = (...more: PlanEntry[]) => expect(() => unpaidOf(free, [...log, ...more]));
    const again = takenBack(2, 20_000n, '2027-02-07');
    refused(again, again).toThrow('entry 2 paid nothing that could be taken back');
    refused(takenBack(1, 120_000n, '2027-02-07')).toThrow('entry 1 paid nothing that could be taken back');
    refused(takenBack(2, 19_999n, '2027-02-07')).toThrow('19999 taken back of entry 2, which paid 20000');
  });

  it('is given again in the flows of which the yearly cost is reckoned, and still to be paid', () => {
    const log = [start, repayment(20_000n, '2027-02-10'), takenBack(2, 20_000n, '2027-02-20')];
    const flows = flowsSoFar(free, log, '2027-02-25').map(({ amount }) => amount);
    expect(flows).toEqual([120_000n, -20_000n, 20_000n, ...untouched.map((part) => -part)]);
  });
});
