import * as fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  addMs,
  addOffset,
  dateIn,
  dayMs,
  daysBetween,
  hourMs,
  isTimeZone,
  minuteMs,
  startOf,
} from '../src/lib/dates.ts';

const runs = { numRuns: 1000 };
const date = fc
  .date({ min: new Date('2000-01-01T00:00:00Z'), max: new Date('2099-12-31T00:00:00Z'), noInvalidDate: true })
  .map((instant) => instant.toISOString().slice(0, 10));
const zone = fc.constantFrom(
  'UTC',
  'Asia/Shanghai',
  'America/New_York',
  'Pacific/Auckland',
  'Asia/Kolkata',
  'America/Sao_Paulo',
);

describe('adding an offset', () => {
  it('keeps the day of the month and clamps it to the end of a shorter one', () => {
    expect(addOffset('2027-01-31', { months: 1 })).toBe('2027-02-28');
    expect(addOffset('2028-01-31', { months: 1 })).toBe('2028-02-29');
    expect(addOffset('2027-03-31', { months: 1 })).toBe('2027-04-30');
    expect(addOffset('2027-01-31', { months: 2 })).toBe('2027-03-31');
    expect(addOffset('2026-11-30', { months: 3 })).toBe('2027-02-28');
    expect(addOffset('2028-02-29', { months: 12 })).toBe('2029-02-28');
  });

  it('counts days across months, years and leap days', () => {
    expect(addOffset('2026-12-25', { days: 14 })).toBe('2027-01-08');
    expect(addOffset('2028-02-15', { days: 14 })).toBe('2028-02-29');
    expect(addOffset('2027-02-15', { days: 14 })).toBe('2027-03-01');
    expect(addDays('2027-03-01', -1)).toBe('2027-02-28');
  });

  it('is no change when the offset is nothing', () => {
    for (const offset of [{}, { days: 0 }, { months: 0 }, { months: 0, days: 0 }]) {
      expect(addOffset('2027-01-31', offset)).toBe('2027-01-31');
    }
  });

  it('agrees with Temporal', () => {
    const offsets = fc
      .record({ months: fc.nat({ max: 60 }), days: fc.nat({ max: 800 }), sign: fc.constantFrom(1, -1) })
      .map(({ months, days, sign }) => ({ months: sign * months, days: sign * days }));
    fc.assert(
      fc.property(date, date, offsets, (from, to, offset) => {
        const start = Temporal.PlainDate.from(from);
        expect(addOffset(from, offset)).toBe(start.add(offset).toString());
        expect(daysBetween(from, to)).toBe(start.until(to, { largestUnit: 'days' }).days);
      }),
      runs,
    );
  });

  it('refuses what is not a date', () => {
    for (const text of [
      '2027-02-29',
      '2027-13-01',
      '2027-00-10',
      '2027-01-00',
      '2027-1-001',
      'tomorrow',
      '',
    ]) {
      expect(() => addOffset(text, { days: 1 })).toThrow(RangeError);
    }
  });

  it('of months stays in the month that it names and never passes the anchor day', () => {
    fc.assert(
      fc.property(date, fc.integer({ min: 0, max: 60 }), (anchor, months) => {
        const moved = addOffset(anchor, { months });
        const monthsOf = (text: string) => Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7));
        expect(monthsOf(moved) - monthsOf(anchor)).toBe(months);
        expect(Number(moved.slice(8))).toBeLessThanOrEqual(Number(anchor.slice(8)));
        const clamped = Number(moved.slice(8)) < Number(anchor.slice(8));
        if (clamped) expect(addDays(moved, 1).slice(8)).toBe('01');
      }),
      runs,
    );
  });
});

describe('days between dates', () => {
  it('counts forwards and backwards', () => {
    expect(daysBetween('2027-02-28', '2027-03-01')).toBe(1);
    expect(daysBetween('2028-02-28', '2028-03-01')).toBe(2);
    expect(daysBetween('2027-03-01', '2027-02-28')).toBe(-1);
    expect(daysBetween('2027-03-01', '2027-03-01')).toBe(0);
    expect(daysBetween('2027-01-01', '2028-01-01')).toBe(365);
  });

  it('is the inverse of adding days', () => {
    fc.assert(
      fc.property(date, fc.integer({ min: -3000, max: 3000 }), (from, days) => {
        expect(daysBetween(from, addDays(from, days))).toBe(days);
      }),
      runs,
    );
  });
});

describe('the calendar date of an instant', () => {
  it('is the one on the wall of the time zone', () => {
    const instant = new Date('2026-12-31T16:00:00Z');
    expect(dateIn('Asia/Shanghai', instant)).toBe('2027-01-01');
    expect(dateIn('UTC', instant)).toBe('2026-12-31');
    expect(dateIn('Asia/Shanghai', new Date('2026-12-31T15:59:59.999Z'))).toBe('2026-12-31');
    expect(dateIn('America/Los_Angeles', new Date('2027-01-01T07:59:59Z'))).toBe('2026-12-31');
  });

  it('begins at its first instant, also where midnight is skipped or the day is short', () => {
    expect(startOf('2027-01-01', 'Asia/Shanghai')).toEqual(new Date('2026-12-31T16:00:00Z'));
    expect(startOf('2026-03-29', 'Europe/Berlin')).toEqual(new Date('2026-03-28T23:00:00Z'));
    expect(startOf('2026-03-30', 'Europe/Berlin')).toEqual(new Date('2026-03-29T22:00:00Z'));
    // São Paulo went from 23:59:59 to 01:00 that night.
    expect(startOf('2018-11-04', 'America/Sao_Paulo')).toEqual(new Date('2018-11-04T03:00:00Z'));
  });

  it('holds from its start to just before the next one', () => {
    fc.assert(
      fc.property(date, zone, (day, timeZone) => {
        const start = startOf(day, timeZone);
        expect(dateIn(timeZone, start)).toBe(day);
        expect(dateIn(timeZone, addMs(start, -1))).toBe(addDays(day, -1));
        expect(dateIn(timeZone, addMs(startOf(addDays(day, 1), timeZone), -1))).toBe(day);
      }),
      runs,
    );
  });
});

describe('durations and time zones', () => {
  it('adds milliseconds without touching the instant that it was given', () => {
    const instant = new Date('2027-01-01T00:00:00Z');
    expect(addMs(instant, dayMs + hourMs + minuteMs)).toEqual(new Date('2027-01-02T01:01:00Z'));
    expect(instant).toEqual(new Date('2027-01-01T00:00:00Z'));
  });

  it('knows the zones of the IANA database and nothing else', () => {
    for (const name of ['UTC', 'Asia/Shanghai', 'Europe/Berlin']) expect(isTimeZone(name)).toBe(true);
    for (const name of ['', 'Asia/Atlantis', 'Shanghai', '2027-01-01']) expect(isTimeZone(name)).toBe(false);
  });
});
