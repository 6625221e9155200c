import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { addDays } from '../src/lib/dates.ts';
import { allocate, type Allocation, cells, type PayableInstallment } from '../src/plans/allocation.ts';
import { propertyTimeoutMs, runs } from './support/runs.ts';

vi.setConfig({ testTimeout: propertyTimeoutMs });

const onDate = '2027-03-29';
const owed = { fee: 10n, interest: 20n, principal: 100n };
const installments = [
  { number: 1, dueDate: '2027-03-01', fee: 0n, interest: 0n, principal: 0n },
  { number: 2, dueDate: '2027-03-15', ...owed },
  { number: 3, dueDate: '2027-03-22', ...owed },
  { number: 4, dueDate: '2027-03-29', ...owed },
  { number: 5, dueDate: '2027-04-12', ...owed },
];

const totalOf = ({ parts }: Allocation) =>
  parts.reduce((total, { fee, interest, principal }) => total + fee + interest + principal, 0n);

describe('allocating a repayment', () => {
  it('pays what is past due, then what is due, then what is ahead; of each the fee, the interest, the principal', () => {
    const after = (amount: bigint) =>
      allocate({ amount, onDate, installments }).parts.map(({ number, fee, interest, principal }) => [
        number,
        fee,
        interest,
        principal,
      ]);
    // The fees of both that are past due come before the interest of either.
    expect(after(15n)).toEqual([
      [2, 10n, 0n, 0n],
      [3, 5n, 0n, 0n],
    ]);
    expect(after(45n)).toEqual([
      [2, 10n, 20n, 0n],
      [3, 10n, 5n, 0n],
    ]);
    expect(after(160n)).toEqual([
      [2, 10n, 20n, 100n],
      [3, 10n, 20n, 0n],
    ]);
    expect(after(265n)).toEqual([
      [2, 10n, 20n, 100n],
      [3, 10n, 20n, 100n],
      [4, 5n, 0n, 0n],
    ]);
    expect(after(395n)).toEqual([
      [2, 10n, 20n, 100n],
      [3, 10n, 20n, 100n],
      [4, 10n, 20n, 100n],
      [5, 5n, 0n, 0n],
    ]);
  });

  it('follows another order where one was agreed', () => {
    const principalFirst = cells.toSorted((a, b) =>
      a.endsWith('principal') === b.endsWith('principal') ? 0 : a.endsWith('principal') ? -1 : 1,
    );
    expect(allocate({ amount: 205n, onDate, installments, order: principalFirst }).parts).toEqual([
      { number: 2, fee: 0n, interest: 0n, principal: 100n },
      { number: 3, fee: 0n, interest: 0n, principal: 100n },
      { number: 4, fee: 0n, interest: 0n, principal: 5n },
    ]);
    expect(allocate({ amount: 5n, onDate, installments, order: cells.toReversed() }).parts).toEqual([
      { number: 5, fee: 0n, interest: 0n, principal: 5n },
    ]);
  });

  it('leaves what is not owed', () => {
    expect(allocate({ amount: 600n, onDate, installments }).left).toBe(80n);
    expect(allocate({ amount: 5n, onDate, installments: [] })).toEqual({ parts: [], left: 5n });
  });

  it('goes by the due date, not by the order in which the installments come', () => {
    expect(allocate({ amount: 200n, onDate, installments: installments.toReversed() })).toEqual(
      allocate({ amount: 200n, onDate, installments }),
    );
  });

  it('refuses an amount that is not positive', () => {
    expect(() => allocate({ amount: 0n, onDate, installments })).toThrow(RangeError);
    expect(() => allocate({ amount: -1n, onDate, installments })).toThrow(RangeError);
  });
});

const debts: fc.Arbitrary<PayableInstallment[]> = fc
  .array(
    fc.record({
      wait: fc.integer({ min: 0, max: 40 }),
      fee: fc.bigInt({ min: 0n, max: 50n }),
      interest: fc.bigInt({ min: 0n, max: 500n }),
      principal: fc.bigInt({ min: 0n, max: 5000n }),
    }),
    { maxLength: 8 },
  )
  .map((list) => {
    let dueDate = '2027-01-31';
    return list.map(({ wait, ...parts }, index) => {
      dueDate = addDays(dueDate, wait);
      return { number: index + 1, dueDate, ...parts };
    });
  });
const orders = fc.shuffledSubarray([...cells], { minLength: cells.length });
const amounts = fc.bigInt({ min: 1n, max: 30_000n });

const kindOf = ({ dueDate }: PayableInstallment) =>
  dueDate < onDate ? 'past_due' : dueDate === onDate ? 'due' : 'in_advance';

describe('under every order of the nine kinds of debt', () => {
  it('each minor unit is accounted for, and nothing is paid that is not owed', () => {
    fc.assert(
      fc.property(debts, amounts, orders, (installments, amount, order) => {
        const result = allocate({ amount, onDate, installments, order });
        const debt = totalOf({ parts: installments, left: 0n });
        expect(totalOf(result) + result.left).toBe(amount);
        expect(result.left).toBe(amount > debt ? amount - debt : 0n);
        const wrong = result.parts.filter(({ number, fee, interest, principal }) => {
          const owing = installments[number - 1] ?? { fee: -1n, interest: -1n, principal: -1n };
          const within = fee >= 0n && interest >= 0n && principal >= 0n && fee + interest + principal > 0n;
          return !within || fee > owing.fee || interest > owing.interest || principal > owing.principal;
        });
        expect(wrong).toEqual([]);
      }),
      runs(),
    );
  });

  it('nothing is paid while something stands open that comes before it', () => {
    fc.assert(
      fc.property(debts, amounts, orders, (installments, amount, order) => {
        const { parts } = allocate({ amount, onDate, installments, order });
        const queue = order.flatMap((cell) =>
          installments.flatMap((item) => {
            const part = (['fee', 'interest', 'principal'] as const).find(
              (name) => cell === `${kindOf(item)}_${name}`,
            );
            const paid = parts.find(({ number }) => number === item.number);
            return part ? [{ owed: item[part], paid: paid?.[part] ?? 0n }] : [];
          }),
        );
        const lastPaid = queue.findLastIndex(({ paid }) => paid > 0n);
        expect(queue.slice(0, Math.max(lastPaid, 0)).every(({ owed, paid }) => owed === paid)).toBe(true);
      }),
      runs(),
    );
  });
});
