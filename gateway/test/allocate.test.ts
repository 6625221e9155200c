import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays } from '../src/lib/dates.ts';
import { allocate } from '../src/repayments/allocate.ts';

const installments = [
  { number: 1, dueDate: '2027-03-01', amount: 2500n, paidAmount: 2500n },
  { number: 2, dueDate: '2027-03-15', amount: 2500n, paidAmount: 1000n },
  { number: 3, dueDate: '2027-03-29', amount: 0n, paidAmount: 0n },
  { number: 4, dueDate: '2027-04-12', amount: 2500n, paidAmount: 0n },
];

describe('allocating a repayment', () => {
  it('pays what is past due, then what is due, then what is ahead', () => {
    expect(allocate({ amount: 1000n, installments })).toEqual({
      parts: [{ number: 2, amount: 1000n }],
      left: 0n,
    });
    expect(allocate({ amount: 1501n, installments })).toEqual({
      parts: [
        { number: 2, amount: 1500n },
        { number: 4, amount: 1n },
      ],
      left: 0n,
    });
  });

  it('leaves what is not owed', () => {
    expect(allocate({ amount: 5000n, installments })).toEqual({
      parts: [
        { number: 2, amount: 1500n },
        { number: 4, amount: 2500n },
      ],
      left: 1000n,
    });
    expect(allocate({ amount: 5n, installments: [] })).toEqual({ parts: [], left: 5n });
  });

  it('goes by the due date, not by the order in which the installments come', () => {
    expect(allocate({ amount: 2000n, installments: installments.toReversed() })).toEqual(
      allocate({ amount: 2000n, installments }),
    );
  });

  it('refuses an amount that is not positive', () => {
    expect(() => allocate({ amount: 0n, installments })).toThrow(RangeError);
    expect(() => allocate({ amount: -1n, installments })).toThrow(RangeError);
  });

  it('accounts for every minor unit, never overpays, and skips nothing that is earlier', () => {
    const some = fc
      .array(
        fc.record({
          wait: fc.integer({ min: 0, max: 40 }),
          amount: fc.bigInt({ min: 0n, max: 5000n }),
          percent: fc.bigInt({ min: 0n, max: 100n }),
        }),
        { maxLength: 8 },
      )
      .map((list) => {
        let dueDate = '2027-01-31';
        return list.map(({ wait, amount, percent }, index) => {
          dueDate = addDays(dueDate, wait);
          return { number: index + 1, dueDate, amount, paidAmount: (amount * percent) / 100n };
        });
      });
    fc.assert(
      fc.property(some, fc.bigInt({ min: 1n, max: 30_000n }), (installments, amount) => {
        const { parts, left } = allocate({ amount, installments });
        expect(parts.reduce((total, part) => total + part.amount, left)).toBe(amount);
        const after = installments.map((installment) => {
          const part = parts.find(({ number }) => number === installment.number)?.amount ?? 0n;
          return { ...installment, owed: installment.amount - installment.paidAmount - part, part };
        });
        expect(after.every(({ owed }) => owed >= 0n)).toBe(true);
        const lastPaid = after.findLastIndex(({ part }) => part > 0n);
        expect(after.slice(0, Math.max(lastPaid, 0)).every(({ owed }) => owed === 0n)).toBe(true);
        if (left > 0n) expect(after.every(({ owed }) => owed === 0n)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
