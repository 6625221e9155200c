import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, addOffset, daysBetween } from '../src/lib/dates.ts';
import { interestOn, type Period, unitsWithin, yearUnits } from '../src/plans/day-count.ts';
import { dayCounts } from '../src/plans/terms.ts';
import { runs } from './support/runs.ts';

const unitsOf = (dayCount: (typeof dayCounts)[number], from: string, to: string, wholeMonths?: number) =>
  unitsWithin(dayCount, { from, until: to, wholeMonths }, { from, to });

describe('the part of a year', () => {
  it('by 30/360 is a twelfth for a whole month, whatever its days', () => {
    expect(unitsOf('30/360', '2027-01-31', '2027-02-28', 1)).toBe(30);
    expect(unitsOf('30/360', '2027-02-28', '2027-03-31', 1)).toBe(30);
    expect(unitsOf('30/360', '2027-01-15', '2028-01-15', 12)).toBe(360);
  });

  it('by 30/360 counts the days of months of 30 for a part of one', () => {
    expect(unitsOf('30/360', '2027-03-10', '2027-03-20')).toBe(10);
    expect(unitsOf('30/360', '2027-01-31', '2027-02-28')).toBe(28);
    expect(unitsOf('30/360', '2027-01-30', '2027-01-31')).toBe(0);
    const period: Period = { from: '2027-02-28', until: '2027-03-31', wholeMonths: 1 };
    // 28 February to 30 March is 32 days of 30/360; the month has no more than 30.
    expect(unitsWithin('30/360', period, { from: '2027-02-28', to: '2027-03-30' })).toBe(30);
    expect(unitsWithin('30/360', period, { from: '2027-03-30', to: '2027-03-31' })).toBe(0);
  });

  it('by actual/365 is the days', () => {
    expect(unitsOf('actual/365', '2027-12-17', '2028-03-01', 2)).toBe(75);
    expect(yearUnits['actual/365']).toBe(365);
  });

  it('by actual/actual is 366ths in a leap year and 365ths in others', () => {
    expect(unitsOf('actual/actual', '2027-01-01', '2028-01-01')).toBe(yearUnits['actual/actual']);
    expect(unitsOf('actual/actual', '2028-01-01', '2029-01-01')).toBe(yearUnits['actual/actual']);
    expect(unitsOf('actual/actual', '2027-12-17', '2028-01-16')).toBe(15 * 366 + 15 * 365);
    expect(unitsOf('actual/actual', '2027-06-01', '2030-06-01')).toBe(3 * yearUnits['actual/actual']);
  });

  // ISDA, "EMU and market conventions: recent developments" (1998), section 4, first example: from 1 November 2003 to
  // 1 May 2004 are 61 days of 365 and 121 of 366.
  it('by actual/actual agrees with the example that ISDA gives', () => {
    expect(unitsOf('actual/actual', '2003-11-01', '2004-05-01')).toBe(61 * 366 + 121 * 365);
  });

  it('never falls with the date, and its parts add up', () => {
    const dates = fc.integer({ min: 0, max: 4000 }).map((days) => addDays('2026-01-01', days));
    fc.assert(
      fc.property(
        fc.constantFrom(...dayCounts),
        dates,
        fc.integer({ min: 1, max: 3 }),
        fc.boolean(),
        fc.nat(),
        (dayCount, from, months, whole, seed) => {
          const until = addOffset(from, { months });
          const period = { from, until, wholeMonths: whole ? months : undefined };
          const middle = addDays(from, seed % (daysBetween(from, until) + 1));
          const before = unitsWithin(dayCount, period, { from, to: middle });
          const after = unitsWithin(dayCount, period, { from: middle, to: until });
          expect(before >= 0 && after >= 0).toBe(true);
          expect(before + after).toBe(unitsWithin(dayCount, period, { from, to: until }));
        },
      ),
      runs(),
    );
  });
});

describe('interest', () => {
  it('is rounded half to even once', () => {
    expect(interestOn(80_793n, 120_000, 10, '30/360')).toBe(269n);
    // 0.5 and 1.5 minor units.
    expect(interestOn(50n, 120_000, 30, '30/360')).toBe(0n);
    expect(interestOn(150n, 120_000, 30, '30/360')).toBe(2n);
    expect(interestOn(10n ** 15n, 180_000, 30, '30/360')).toBe(15n * 10n ** 12n);
  });
});
