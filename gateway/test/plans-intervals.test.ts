import * as fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it, test } from 'vitest';
import { addDays, addOffset, daysBetween } from '../src/lib/dates.ts';
import {
  euInterval,
  type EuPeriod,
  euPeriodOf,
  singlePaymentPeriods,
  type UnitPeriod,
  unitPeriodOf,
  unitPeriodsBetween,
  unitPeriodsPerYear,
} from '../src/plans/intervals.ts';
import { runs } from './support/runs.ts';
import eu from './vectors/apr-eu.json' with { type: 'json' };
import us from './vectors/apr-us-reg-z-appendix-j.json' with { type: 'json' };

/** Room for 10,000 tries on a busy machine. */
const propertyMs = 180_000;

const dates = fc.integer({ min: 0, max: 30_000 }).map((days) => addDays('2000-01-01', days));

describe('the time between two dates by the EU’s remark (c)', () => {
  test.each(eu.interval_measurement)('$id', ({ start, end, regular_period: period, ...expected }) => {
    const interval = euInterval(start, end, period as EuPeriod);
    expect(interval.periods).toBe(expected.periods);
    expect(interval.periodsPerYear).toBe(expected.periods_per_year);
    expect(interval.days).toBe(expected.days);
    expect(interval.daysInYear).toBe(expected.days_in_year);
    // Published with nine decimals.
    expect(interval.years.toFixed(9)).toBe(expected.years.toFixed(9));
  });

  test.each<[string, string, EuPeriod, number]>([
    ['2026-01-15', '2026-01-15', 'month', 0],
    ['2026-01-15', '2027-01-15', 'month', 1],
    ['2026-01-15', '2027-01-15', 'year', 1],
    ['2026-01-01', '2026-01-15', 'week', 2 / 52],
    ['2026-01-01', '2026-01-17', 'week', 2 / 52 + 2 / 365],
    // 31 January to 28 February is a month: its day does not exist.
    ['2026-01-31', '2026-02-28', 'month', 1 / 12],
    ['2026-01-29', '2026-02-28', 'month', 1 / 12],
    ['2026-01-28', '2026-02-28', 'month', 1 / 12],
    ['2026-01-31', '2026-03-31', 'month', 2 / 12],
    ['2026-02-28', '2026-03-31', 'month', 1 / 12],
    ['2024-02-29', '2025-02-28', 'year', 1],
    // The days end on 29 February: the year before it has 366 of them.
    ['2024-02-01', '2024-02-29', 'year', 28 / 366],
    ['2025-02-01', '2025-03-01', 'year', 28 / 365],
  ])('%s to %s in %ss', (from, to, period, years) => {
    expect(euInterval(from, to, period).years).toBeCloseTo(years, 14);
  });

  it(
    'tells a plan’s calendar in whole periods',
    () => {
      fc.assert(
        fc.property(dates, fc.integer({ min: 0, max: 120 }), (from, count) => {
          const months = euInterval(from, addOffset(from, { months: count }), 'month');
          expect(months).toMatchObject({ periods: count, days: 0, years: count / 12 });
          const weeks = euInterval(from, addDays(from, 7 * count), 'week');
          expect(weeks).toMatchObject({ periods: count, days: 0, years: count / 52 });
        }),
        runs(),
      );
    },
    propertyMs,
  );

  it(
    'never gets shorter with a later date, and stays near the calendar',
    () => {
      fc.assert(
        fc.property(
          dates,
          fc.integer({ min: 0, max: 4_000 }),
          fc.constantFrom<EuPeriod[]>('year', 'month'),
          (from, days, period) => {
            const years = (more: number) => euInterval(from, addDays(from, days + more), period).years;
            // Equal months are not as long as those of the calendar: the end of one may be a day early or late.
            expect(years(1)).toBeGreaterThan(years(0) - 3.1 / 365);
            expect(Math.abs(years(0) - days / 365.25)).toBeLessThan(4 / 365);
          },
        ),
        runs(),
      );
    },
    propertyMs,
  );

  it(
    'counts as many periods, and then days, as Temporal does',
    () => {
      const any = fc.constantFrom<EuPeriod[]>('year', 'month');
      fc.assert(
        fc.property(dates, fc.integer({ min: 0, max: 4_000 }), any, (from, more, period) => {
          const size = period === 'year' ? 12 : 1;
          const first = Temporal.PlainDate.from(from);
          const last = first.add({ days: more });
          const { periods, days, daysInYear } = euInterval(from, last.toString(), period);
          const back = (count: number) => last.subtract({ months: count * size });
          const end = first.add({ days });
          const isWhole = days === 0 && first.add({ months: periods * size }).equals(last);
          expect(isWhole || end.equals(back(periods))).toBe(true);
          expect(Temporal.PlainDate.compare(back(periods + 1), first)).toBe(-1);
          expect(daysInYear).toBe(end.subtract({ years: 1 }).until(end).days);
        }),
        runs(),
      );
    },
    propertyMs,
  );

  it('refuses dates that are not there or run backwards', () => {
    expect(() => euInterval('2026-02-30', '2026-03-01', 'month')).toThrow(RangeError);
    expect(() => euInterval('2026-03-01', '2026-02-28', 'month')).toThrow(/lies before/);
  });

  it('chooses the period in which a plan’s steps are whole', () => {
    expect(euPeriodOf({ months: 1 })).toBe('month');
    expect(euPeriodOf({ days: 14 })).toBe('week');
    expect(euPeriodOf({ days: 30 })).toBe('year');
  });
});

/** The unit-periods of the examples by the names that the vectors give them. */
const units: Record<string, UnitPeriod> = {
  month: { months: 1 },
  'half month': { semimonths: 1 },
  '2 months': { months: 2 },
  '3 months': { months: 3 },
  week: { weeks: 1 },
  '2 weeks': { weeks: 2 },
  '4 weeks': { weeks: 4 },
};

describe('unit-periods by Regulation Z, Appendix J', () => {
  test.each(us.vectors)('$id: $description', (example) => {
    const unit = units[example.unit_period];
    if (!unit) throw new Error(`unknown unit-period ${example.unit_period}`);
    const [above = '', below = '1'] = example.odd_fraction.split('/');
    const { whole, fraction } = unitPeriodsBetween(example.advance_date, example.first_payment_date, unit);
    expect(whole).toBe(example.whole_unit_periods_to_first);
    expect(fraction).toBeCloseTo(Number(above) / Number(below), 14);
    expect(unitPeriodsPerYear(unit)).toBe(example.unit_periods_per_year);
  });

  test.each<[string, string, UnitPeriod, number, number]>([
    ['2026-01-10', '2026-01-10', { months: 1 }, 0, 0],
    ['2026-01-31', '2026-02-28', { months: 1 }, 1, 0],
    // 30 days before a full month are a month themselves.
    ['2026-01-01', '2026-03-31', { months: 1 }, 3, 0],
    ['2026-01-10', '2026-02-25', { semimonths: 1 }, 3, 0],
    ['2026-01-10', '2026-02-26', { semimonths: 1 }, 3, 1 / 15],
    ['2026-01-10', '2026-05-20', { months: 2 }, 2, 10 / 60],
    ['2026-01-10', '2026-01-25', { days: 1 }, 15, 0],
    ['2026-01-10', '2026-02-01', { weeks: 2 }, 1, 8 / 14],
    // (b)(5)(v): whole months over 12, otherwise days over 365.
    ['2026-01-17', '2027-07-17', { months: 12 }, 1, 6 / 12],
    ['2026-01-17', '2027-07-18', { months: 12 }, 1, 182 / 365],
    ['2026-01-17', '2028-01-17', { months: 12 }, 2, 0],
    ['2024-01-02', '2025-01-01', { months: 12 }, 1, 0],
  ])('%s to %s in %j', (from, to, unit, whole, fraction) => {
    const counted = unitPeriodsBetween(from, to, unit);
    expect(counted.whole).toBe(whole);
    expect(counted.fraction).toBeCloseTo(fraction, 14);
  });

  test.each<[string, string, number, number, number]>([
    // (b)(5)(vii): 365 over the days of the term; (vi): 12 over its months; (v): years.
    ['2026-01-03', '2026-09-15', 365 / 255, 1, 0],
    ['2026-07-15', '2027-01-15', 2, 1, 0],
    ['2026-01-31', '2026-02-28', 12, 1, 0],
    ['2026-01-17', '2027-01-17', 1, 1, 0],
    ['2026-01-17', '2027-07-17', 1, 1, 0.5],
  ])('one payment: %s to %s', (from, to, perYear, whole, fraction) => {
    expect(singlePaymentPeriods(from, to)).toEqual({ unitPeriodsPerYear: perYear, whole, fraction });
  });

  it(
    'counts a fraction below 1, and as many periods as a plan has',
    () => {
      const any = fc.constantFrom<UnitPeriod[]>({ months: 1 }, { semimonths: 1 }, { months: 5 }, { months: 12 }, { weeks: 3 }, { days: 1 }); // prettier-ignore
      fc.assert(
        fc.property(dates, fc.nat(4_000), any, (from, days, unit) => {
          const { whole, fraction } = unitPeriodsBetween(from, addDays(from, days), unit);
          expect(fraction).toBeGreaterThanOrEqual(0);
          expect(fraction).toBeLessThan(1);
          const counted = (whole + fraction) / unitPeriodsPerYear(unit);
          // 52 weeks are a day and a quarter short of a year, and so is 30 × 12.
          expect(Math.abs(counted - days / 365.25)).toBeLessThan(4 / 365 + days / 365 / 100);
        }),
        runs(),
      );
      fc.assert(
        fc.property(dates, fc.integer({ min: 1, max: 60 }), (from, count) => {
          const monthly = unitPeriodsBetween(from, addOffset(from, { months: count }), { months: 1 });
          expect(monthly).toEqual({ whole: count, fraction: 0 });
          expect(daysBetween(from, addDays(from, 14 * count))).toBe(14 * count);
          const biweekly = unitPeriodsBetween(from, addDays(from, 14 * count), unitPeriodOf({ days: 14 }));
          expect(biweekly).toEqual({ whole: count, fraction: 0 });
        }),
        runs(),
      );
    },
    propertyMs,
  );

  it('knows a plan’s unit-period by its cadence', () => {
    expect(unitPeriodOf({ months: 1 })).toEqual({ months: 1 });
    expect(unitPeriodOf({ days: 14 })).toEqual({ weeks: 2 });
    expect(unitPeriodOf({ days: 30 })).toEqual({ days: 1 });
  });

  it('refuses what is no unit-period and no term', () => {
    expect(() => unitPeriodsBetween('2026-01-01', '2026-02-01', { months: 13 })).toThrow(RangeError);
    expect(() => unitPeriodsPerYear({ weeks: 0 })).toThrow(RangeError);
    expect(() => unitPeriodsPerYear({ weeks: 1.5 })).toThrow(RangeError);
    expect(() => unitPeriodsBetween('2026-02-01', '2026-01-01', { days: 1 })).toThrow(/lies before/);
    expect(() => singlePaymentPeriods('2026-01-01', '2026-01-01')).toThrow(/no day/);
  });
});
