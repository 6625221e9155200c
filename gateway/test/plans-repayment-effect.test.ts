import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays } from '../src/lib/dates.ts';
import { positionOn } from '../src/plans/position.ts';
import { repaymentEffect } from '../src/plans/repayment-effect.ts';
import { owedOf } from '../src/plans/schedule.ts';
import { capture, monthlyPlan, repayment } from './support/plans.ts';
import { propertyTimeoutMs, runs } from './support/runs.ts';

// money.md rule 6: 1,200.00 at 12 % nominal over 6 months, 30/360; amounts are cents.

describe('what a repayment would do', { timeout: propertyTimeoutMs }, () => {
  const snapshot = monthlyPlan();
  const start = '2027-01-10';

  it('is what it does, however much is paid and when', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ days: fc.integer({ min: 0, max: 90 }), share: fc.integer({ min: 1, max: 100 }) }),
          {
            minLength: 1,
            maxLength: 6,
          },
        ),
        (payments) => {
          const log = [capture(120_000n, start)];
          let onDate = start;
          for (const { days, share } of payments) {
            onDate = addDays(onDate, days);
            const { total } = positionOn(snapshot, log, onDate);
            const amount = (total * BigInt(share)) / 100n;
            if (amount === 0n) return;
            const effect = repaymentEffect(snapshot, log, { amount, onDate });
            log.push(repayment(amount, onDate));
            const after = positionOn(snapshot, log, onDate);
            expect(effect.after).toEqual(after.installments);
            expect(effect.left).toBe(0n);
            expect(effect.fee + effect.interest + effect.principal).toBe(amount);
            expect(after.total).toBe(total - amount);
            expect(owedOf(effect.before) - owedOf(effect.after)).toBe(amount + effect.interestSaved);
            // It splits one segment of interest, and two roundings may exceed one by a minor unit.
            expect(effect.interestSaved).toBeGreaterThanOrEqual(-1n);
          }
        },
      ),
      runs(),
    );
  });

  it('ten days into the third month: 810.62 ends everything and saves 17.61', () => {
    const log = [
      capture(120_000n, start),
      repayment(20_706n, '2027-02-10'),
      repayment(20_706n, '2027-03-10'),
    ];
    const effect = repaymentEffect(snapshot, log, { amount: 81_062n, onDate: '2027-03-20' });
    expect(effect).toMatchObject({
      principal: 80_793n,
      interest: 269n,
      fee: 0n,
      left: 0n,
      interestSaved: 1_761n,
    });
    expect(owedOf(effect.after)).toBe(0n);
  });

  it('leaves over what is more than is owed, and needs a plan that has begun', () => {
    const log = [capture(120_000n, start)];
    expect(repaymentEffect(snapshot, log, { amount: 120_001n, onDate: start })).toMatchObject({
      principal: 120_000n,
      left: 1n,
    });
    expect(() => repaymentEffect(snapshot, [], { amount: 1n, onDate: start })).toThrow(RangeError);
    expect(() => repaymentEffect(snapshot, log, { amount: 0n, onDate: start })).toThrow(RangeError);
  });
});
