import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundOf, type Every, partitionName, rangeAt, rangesAhead } from '../src/partition-ranges.ts';

const dayMs = 86_400_000;
const every = fc.constantFrom<Every>('day', 'month');
/** From 1999 to 2101, so that 2000 is a leap year and 2100 is none. */
const instant = fc.date({
  min: new Date('1999-01-01T00:00:00Z'),
  max: new Date('2101-12-31T23:59:59.999Z'),
  noInvalidDate: true,
});

describe('the ranges of partitions', () => {
  it('hold the instant that they are of, and follow each other without a gap', () => {
    fc.assert(
      fc.property(every, instant, fc.integer({ min: 0, max: 40 }), (unit, at, ahead) => {
        const ranges = rangesAhead(unit, at, ahead);
        expect(ranges).toHaveLength(ahead + 1);
        const [first] = ranges;
        expect(first!.from.getTime()).toBeLessThanOrEqual(at.getTime());
        expect(first!.to.getTime()).toBeGreaterThan(at.getTime());
        for (const [index, range] of ranges.entries()) {
          const next = ranges[index + 1];
          if (next) expect(next.from).toEqual(range.to);
          // Asked from within, it is the same one.
          expect(rangeAt(unit, new Date(range.to.getTime() - 1))).toEqual(range);
          expect(rangeAt(unit, range.from)).toEqual(range);
        }
      }),
    );
  });

  it('are one day of UTC, or from the first of a month to the first of the next, in leap years too', () => {
    fc.assert(
      fc.property(instant, (at) => {
        const day = rangeAt('day', at);
        expect(day.to.getTime() - day.from.getTime()).toBe(dayMs);
        expect(day.from.toISOString()).toBe(`${at.toISOString().slice(0, 10)}T00:00:00.000Z`);
        const month = rangeAt('month', at);
        expect(month.from.toISOString()).toBe(`${at.toISOString().slice(0, 7)}-01T00:00:00.000Z`);
        // The last moment of a month is of the month, whatever its length.
        const last = new Date(month.to.getTime() - 1).toISOString();
        expect(last.slice(0, 7)).toBe(at.toISOString().slice(0, 7));
        expect(month.to.getUTCDate()).toBe(1);
      }),
    );
    const days = (year: number): number => {
      const { from, to } = rangeAt('month', new Date(Date.UTC(year, 1, 14)));
      return (to.getTime() - from.getTime()) / dayMs;
    };
    expect([2000, 2027, 2028, 2100].map(days)).toEqual([29, 28, 29, 28]);
  });

  it('have names of their own', () => {
    const names = rangesAhead('day', new Date('2028-02-27T12:00:00Z'), 3).map(({ from }) =>
      partitionName('t', 'day', from),
    );
    expect(names).toEqual(['t_20280227', 't_20280228', 't_20280229', 't_20280301']);
    expect(partitionName('t', 'month', rangeAt('month', new Date('2027-12-31T23:59:59Z'), 1).from)).toBe(
      't_202801',
    );
  });

  it('sort the ids that are made in them between their bounds', () => {
    fc.assert(
      fc.property(every, instant, fc.stringMatching(/^[0-9a-f]{20}$/), (unit, at, rest) => {
        const id = `${boundOf('dlv', at)}${rest}`;
        const { from, to } = rangeAt(unit, at);
        expect(boundOf('dlv', from) <= id && id < boundOf('dlv', to)).toBe(true);
      }),
    );
  });
});
