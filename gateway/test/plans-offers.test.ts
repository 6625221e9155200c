import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addOffset, type CalendarDate } from '../src/lib/dates.ts';
import { offersFor, type PlanCode, type PlanOffer } from '../src/plans/offers.ts';
import { programmeCodes, programmeOf } from '../src/plans/programmes.ts';

const order = { amount: 10_000n, currency: 'CNY', shippedOn: '2027-01-31', firstPart: 'capture' } as const;

function offerOf(code: PlanCode, change: Partial<Parameters<typeof offersFor>[0]> = {}): PlanOffer {
  const offer = offersFor({ ...order, ...change }).find((candidate) => candidate.code === code);
  if (!offer) throw new Error(`${code} is not offered`);
  return offer;
}

function calendarOf(offer: PlanOffer): [number, CalendarDate, bigint][] {
  return offer.installments.map(({ number, dueDate, amount }) => [number, dueDate, amount]);
}

describe('what is offered', () => {
  it('is one payment later, three monthly parts and four parts every two weeks', () => {
    expect(offersFor(order).map(({ code }) => code)).toEqual(['pay_after', 'pay_in_3', 'pay_in_4']);
  });

  it('pay_in_4 asks for a quarter at the capture and then every two weeks', () => {
    const offer = offerOf('pay_in_4');
    expect(calendarOf(offer)).toEqual([
      [1, '2027-01-31', 2500n],
      [2, '2027-02-14', 2500n],
      [3, '2027-02-28', 2500n],
      [4, '2027-03-14', 2500n],
    ]);
    expect(offer).toMatchObject({
      downPayment: 0n,
      financed: 10_000n,
      amount: 10_000n,
      cadence: { days: 14 },
    });
  });

  it('pay_in_4 with the first part at the checkout finances three quarters, due at 14, 28 and 42 days', () => {
    const offer = offerOf('pay_in_4', { firstPart: 'checkout' });
    expect(offer.downPayment).toBe(2500n);
    expect(offer.financed).toBe(7500n);
    expect(offer.installments.map(({ offset }) => offset)).toEqual([
      { days: 14 },
      { days: 28 },
      { days: 42 },
    ]);
    expect(calendarOf(offer)).toEqual([
      [1, '2027-02-14', 2500n],
      [2, '2027-02-28', 2500n],
      [3, '2027-03-14', 2500n],
    ]);
  });

  it('pay_in_3 is monthly, from the day of the capture, clamped to the end of a month; the last takes the remainder', () => {
    expect(calendarOf(offerOf('pay_in_3'))).toEqual([
      [1, '2027-01-31', 3333n],
      [2, '2027-02-28', 3333n],
      [3, '2027-03-31', 3334n],
    ]);
    expect(offerOf('pay_in_3', { firstPart: 'checkout' })).toMatchObject({
      downPayment: 3333n,
      financed: 6667n,
    });
  });

  it('pay_after is one payment, 30 days after the capture unless told otherwise, and never has a down payment', () => {
    expect(calendarOf(offerOf('pay_after'))).toEqual([[1, '2027-03-02', 10_000n]]);
    expect(calendarOf(offerOf('pay_after', { payAfterDays: 14 }))).toEqual([[1, '2027-02-14', 10_000n]]);
    expect(calendarOf(offerOf('pay_after', { payAfterDays: 0 }))).toEqual([[1, '2027-01-31', 10_000n]]);
    expect(offerOf('pay_after', { firstPart: 'checkout' })).toMatchObject({
      downPayment: 0n,
      financed: 10_000n,
    });
  });

  it('has a step for what a late capture adds, also where there is only one payment', () => {
    expect(offerOf('pay_in_3').cadence).toEqual({ months: 1 });
    expect(offerOf('pay_after').cadence).toEqual({ days: 30 });
    expect(offerOf('pay_after', { payAfterDays: 0 }).cadence).toEqual({ days: 1 });
  });

  it('costs nothing', () => {
    expect(offersFor(order).map(({ financeCharge }) => financeCharge)).toEqual([0n, 0n, 0n]);
  });

  it('leaves out a plan that would ask for a part of nothing', () => {
    const codes = (amount: bigint) => offersFor({ ...order, amount }).map(({ code }) => code);
    expect(codes(0n)).toEqual([]);
    expect(codes(1n)).toEqual(['pay_after']);
    expect(codes(2n)).toEqual(['pay_after']);
    expect(codes(3n)).toEqual(['pay_after', 'pay_in_3']);
    expect(codes(4n)).toEqual(['pay_after', 'pay_in_3', 'pay_in_4']);
    // 1.5 rounds to 2, so three parts take all six.
    expect(codes(6n)).toEqual(['pay_after', 'pay_in_3']);
    expect(codes(7n)).toEqual(['pay_after', 'pay_in_3', 'pay_in_4']);
  });

  it('always adds up to the order, part by positive part, on ascending dates that follow from the offsets', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 10_000_000_000n }),
        fc.constantFrom('capture', 'checkout'),
        fc.constantFrom(0, 14, 30),
        (amount, firstPart, payAfterDays) => {
          const offers = offersFor({ ...order, amount, firstPart, payAfterDays });
          if (amount > 6n) expect(offers).toHaveLength(3);
          for (const offer of offers) {
            const amounts = offer.installments.map((part) => part.amount);
            expect(amounts.reduce((a, b) => a + b, 0n)).toBe(offer.financed);
            expect(offer.downPayment + offer.financed).toBe(amount);
            expect(amounts.every((part) => part > 0n)).toBe(true);
            expect(offer.downPayment > 0n).toBe(firstPart === 'checkout' && offer.code !== 'pay_after');
            const dates = offer.installments.map(({ dueDate }) => dueDate);
            expect(dates).toEqual(offer.installments.map(({ offset }) => addOffset(order.shippedOn, offset)));
            expect(dates).toEqual([...new Set(dates)].toSorted());
            expect(offer.installments.map(({ number }) => number)).toEqual(
              dates.map((_, index) => index + 1),
            );
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('the programme of a purchase', () => {
  it('is that of the counter in a shop, else that of what the merchant sells, else retail', () => {
    const code = (category: string, channel: 'online' | 'in_store') =>
      programmeOf({ category }, channel).code;
    expect(programmeCodes.map((category) => code(category, 'online'))).toEqual(programmeCodes);
    expect(code('dining', 'in_store')).toBe('in_store');
    expect(code('anything else', 'online')).toBe('retail');
  });
});
