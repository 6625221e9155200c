import { describe, expect, it } from 'vitest';
import { addDays } from '../src/lib/dates.ts';
import { capturePartsOf } from '../src/plans/capture-parts.ts';
import { offersFor, type PlanCode } from '../src/plans/offers.ts';
import { refundEffect } from '../src/plans/refund-effect.ts';
import { owedOf, type PlanEntry, scheduleOf } from '../src/plans/schedule.ts';
import { makeSnapshot, type PlanSnapshot } from '../src/plans/snapshot.ts';
import { spreadProRata } from '../src/plans/spread.ts';

function plan(
  code: PlanCode,
  amount: bigint,
  options: { firstPart?: 'capture' | 'checkout'; refundPolicy?: 'pro_rata'; payAfterDays?: 0 | 14 | 30 } = {},
): PlanSnapshot {
  const { firstPart = 'capture', payAfterDays, refundPolicy } = options;
  const offer = offersFor({ amount, currency: 'CNY', shippedOn: '2027-01-01', firstPart, payAfterDays }).find(
    (candidate) => candidate.code === code,
  );
  if (!offer) throw new Error(`${code} is not offered`);
  const party = { id: 'x_1', name: 'X' };
  return makeSnapshot({
    offer,
    merchant: party,
    funder: party,
    termsVersion: '1',
    agreedOn: '2027-01-01',
    refundPolicy,
  });
}

const entry =
  (kind: 'capture' | 'refund' | 'repayment') =>
  (amount: bigint, onDate: string): PlanEntry => ({ kind, amount, onDate });
const capture = entry('capture');
const refund = entry('refund');
const repayment = entry('repayment');

/** Without interest and fees an installment is its principal. */
const due = (number: number, dueDate: string, amount: bigint) => ({
  number,
  dueDate,
  principal: amount,
  interest: 0n,
  fee: 0n,
  paidPrincipal: 0n,
  paidInterest: 0n,
  paidFee: 0n,
  amount,
  paidAmount: 0n,
});
const splitOf = (snapshot: PlanSnapshot, log: PlanEntry[], amount: bigint) => {
  const onDate = log.at(-1)?.onDate ?? '';
  const { interestReturned, principalOff, moneyBack } = refundEffect(snapshot, log, { amount, onDate });
  return { interestReturned, principalOff, moneyBack };
};

const amountsOf = (snapshot: PlanSnapshot, log: PlanEntry[]) =>
  scheduleOf(snapshot, log).map(({ amount }) => amount);
const paidOf = (snapshot: PlanSnapshot, log: PlanEntry[]) =>
  scheduleOf(snapshot, log).map(({ paidAmount }) => paidAmount);
const datesOf = (snapshot: PlanSnapshot, log: PlanEntry[]) =>
  scheduleOf(snapshot, log).map(({ dueDate }) => dueDate);

describe('the calendar', () => {
  it('has no installments before the first capture', () => {
    expect(scheduleOf(plan('pay_in_4', 10_000n), [])).toEqual([]);
  });

  it('starts at the first capture, not at the agreement', () => {
    expect(scheduleOf(plan('pay_in_4', 10_000n), [capture(10_000n, '2027-03-10')])).toEqual([
      due(1, '2027-03-10', 2500n),
      due(2, '2027-03-24', 2500n),
      due(3, '2027-04-07', 2500n),
      due(4, '2027-04-21', 2500n),
    ]);
  });

  it('counts months from the first capture, so that the end of a month does not wander', () => {
    const snapshot = plan('pay_in_3', 9000n);
    const log = [capture(3000n, '2027-01-31'), capture(6000n, '2027-03-31')];
    expect(datesOf(snapshot, log)).toEqual([
      '2027-01-31',
      '2027-02-28',
      '2027-03-31',
      '2027-04-30',
      '2027-05-31',
    ]);
    expect(amountsOf(snapshot, log)).toEqual([1000n, 1000n, 1000n, 3000n, 3000n]);
  });
});

describe('a later capture', () => {
  const snapshot = plan('pay_in_4', 10_000n);
  const first = capture(6000n, '2027-03-01');

  it('of a part is spread over all installments: 60 of 100 is 15/15/15/15', () => {
    expect(amountsOf(snapshot, [first])).toEqual([1500n, 1500n, 1500n, 1500n]);
  });

  it('fills what is not yet due and appends the rest: 40 after two fell due is 15, 15, 25, 25, 20', () => {
    const log = [first, capture(4000n, '2027-03-20')];
    expect(amountsOf(snapshot, log)).toEqual([1500n, 1500n, 2500n, 2500n, 2000n]);
    expect(datesOf(snapshot, log)).toEqual([
      '2027-03-01',
      '2027-03-15',
      '2027-03-29',
      '2027-04-12',
      '2027-04-26',
    ]);
  });

  it('leaves an installment alone that is due on the same day', () => {
    expect(amountsOf(snapshot, [first, capture(4000n, '2027-03-14')])).toEqual([
      1500n,
      2500n,
      2500n,
      2500n,
      1000n,
    ]);
    expect(amountsOf(snapshot, [first, capture(4000n, '2027-03-15')])).toEqual([
      1500n,
      1500n,
      2500n,
      2500n,
      2000n,
    ]);
    expect(amountsOf(snapshot, [first, capture(4000n, '2027-03-01')])).toEqual([
      1500n,
      2500n,
      2500n,
      2500n,
      1000n,
    ]);
  });

  it('appends as many as it takes, none above the agreed amount', () => {
    const log = [capture(2000n, '2027-03-01'), capture(8000n, '2027-04-12')];
    expect(amountsOf(snapshot, log)).toEqual([500n, 500n, 500n, 500n, 2500n, 2500n, 2500n, 500n]);
  });

  it('leaves out dates of the cadence that have passed', () => {
    const log = [first, capture(4000n, '2027-05-11')];
    // 26 April and 10 May lie behind; 24 May is the next.
    expect(datesOf(snapshot, log).slice(4)).toEqual(['2027-05-24', '2027-06-07']);
    expect(amountsOf(snapshot, log).slice(4)).toEqual([2500n, 1500n]);
  });

  it('fills an appended installment too', () => {
    const log = [first, capture(3000n, '2027-04-12'), capture(1000n, '2027-04-13')];
    expect(amountsOf(snapshot, log)).toEqual([1500n, 1500n, 1500n, 1500n, 2500n, 1500n]);
  });

  it('of pay_after joins the one payment until it is due, and then follows after the same term', () => {
    const payAfter = plan('pay_after', 10_000n);
    expect(amountsOf(payAfter, [first, capture(4000n, '2027-03-30')])).toEqual([10_000n]);
    const late = [first, capture(4000n, '2027-03-31')];
    expect(amountsOf(payAfter, late)).toEqual([6000n, 4000n]);
    expect(datesOf(payAfter, late)).toEqual(['2027-03-31', '2027-04-30']);
  });

  it('of a plan that is paid at the capture is due the next day', () => {
    const atOnce = plan('pay_after', 10_000n, { payAfterDays: 0 });
    expect(datesOf(atOnce, [first, capture(4000n, '2027-03-09')])).toEqual(['2027-03-01', '2027-03-10']);
  });

  it('takes up again what a refund had canceled, before anything is appended', () => {
    const log = [first, refund(2000n, '2027-03-02')];
    expect(amountsOf(snapshot, log)).toEqual([1500n, 1500n, 1000n, 0n]);
    expect(amountsOf(snapshot, [...log, capture(4000n, '2027-03-03')])).toEqual([1500n, 2500n, 2500n, 1500n]);
  });

  it('after everything was refunded uses the dates that are left', () => {
    const log = [first, repayment(3000n, '2027-03-15'), refund(6000n, '2027-03-16')];
    expect(amountsOf(snapshot, log)).toEqual([1500n, 1500n, 0n, 0n]);
    expect(amountsOf(snapshot, [...log, capture(4000n, '2027-03-17')])).toEqual([1500n, 1500n, 2500n, 1500n]);
  });

  it('adds to an installment that was paid ahead of its date, and keeps what was paid', () => {
    const log = [first, repayment(6000n, '2027-03-02'), capture(4000n, '2027-03-03')];
    expect(amountsOf(snapshot, log)).toEqual([1500n, 2500n, 2500n, 2500n, 1000n]);
    expect(paidOf(snapshot, log)).toEqual([1500n, 1500n, 1500n, 1500n, 0n]);
  });
});

describe('rounding a partial capture', () => {
  it('is half-even for each part, and the last takes what is left', () => {
    const snapshot = plan('pay_in_3', 10_000n);
    expect(amountsOf(snapshot, [capture(5000n, '2027-03-01')])).toEqual([1666n, 1666n, 1668n]);
    expect(amountsOf(snapshot, [capture(1n, '2027-03-01')])).toEqual([0n, 0n, 1n]);
    expect(amountsOf(plan('pay_in_4', 10_000n), [capture(2n, '2027-03-01')])).toEqual([0n, 0n, 0n, 2n]);
    expect(amountsOf(plan('pay_in_4', 10_000n), [capture(6n, '2027-03-01')])).toEqual([2n, 2n, 2n, 0n]);
  });

  it('never makes a part negative or larger than agreed', () => {
    // Half-even alone would give 1, 1, 1 and −1; and 1, 1, 1 and 2 where 1 was agreed.
    expect(spreadProRata(2n, [2n, 2n, 2n, 1n])).toEqual([1n, 1n, 0n, 0n]);
    expect(spreadProRata(5n, [2n, 2n, 2n, 1n])).toEqual([1n, 1n, 2n, 1n]);
  });

  it('refuses to spread what has no room', () => {
    expect(() => spreadProRata(8n, [2n, 2n, 2n, 1n])).toThrow(RangeError);
    expect(() => spreadProRata(-1n, [2n])).toThrow(RangeError);
  });
});

describe('a down payment', () => {
  const snapshot = plan('pay_in_4', 10_000n, { firstPart: 'checkout' });

  it('is taken pro rata: order 100, 25 down, capture 60 takes 15 and finances 45', () => {
    const parts = capturePartsOf(snapshot, { capturedBefore: 0n, amount: 6000n });
    expect(parts).toEqual({ down: 1500n, financed: 4500n });
    // Voiding the remaining 40 leaves 10 of the hold unused.
    expect(BigInt(snapshot.down_payment) - parts.down).toBe(1000n);
    expect(scheduleOf(snapshot, [capture(parts.financed, '2027-03-01')])).toEqual([
      due(1, '2027-03-15', 1500n),
      due(2, '2027-03-29', 1500n),
      due(3, '2027-04-12', 1500n),
    ]);
  });

  it('comes back beside the debt: an installment of 15 paid, refund 60 cancels 30 and returns 30', () => {
    const log = [capture(4500n, '2027-03-01'), repayment(1500n, '2027-03-15')];
    expect(owedOf(scheduleOf(snapshot, log))).toBe(3000n);
    expect(splitOf(snapshot, log, 6000n)).toEqual({
      interestReturned: 0n,
      principalOff: 3000n,
      moneyBack: 3000n,
    });
    expect(amountsOf(snapshot, [...log, refund(6000n, '2027-03-16')])).toEqual([1500n, 0n, 0n]);
  });

  it('cannot be split from a capture that is not possible', () => {
    expect(() => capturePartsOf(snapshot, { capturedBefore: 0n, amount: 0n })).toThrow(RangeError);
    expect(() => capturePartsOf(snapshot, { capturedBefore: -1n, amount: 1n })).toThrow(RangeError);
    expect(() => capturePartsOf(snapshot, { capturedBefore: 6000n, amount: 4001n })).toThrow(RangeError);
  });
});

describe('a refund', () => {
  const paidOne = [capture(10_000n, '2027-03-01'), repayment(2500n, '2027-03-01')];

  it('cancels from the last: three times 25 owed, refund 40 leaves 25, 10, 0', () => {
    const log = [...paidOne, refund(4000n, '2027-03-02')];
    expect(amountsOf(plan('pay_in_4', 10_000n), log)).toEqual([2500n, 2500n, 1000n, 0n]);
  });

  it('cancels pro rata where that was agreed: 11.67, 11.67, 11.66', () => {
    const log = [...paidOne, refund(4000n, '2027-03-02')];
    expect(amountsOf(plan('pay_in_4', 10_000n, { refundPolicy: 'pro_rata' }), log)).toEqual([
      2500n,
      1167n,
      1167n,
      1166n,
    ]);
  });

  it('greater than what is owed: 75 of 100 paid, refund 60 cancels 25, and 35 goes back', () => {
    const snapshot = plan('pay_in_4', 10_000n);
    const log = [capture(10_000n, '2027-03-01'), repayment(7500n, '2027-03-29')];
    expect(splitOf(snapshot, log, 6000n)).toEqual({
      interestReturned: 0n,
      principalOff: 2500n,
      moneyBack: 3500n,
    });
    const after = [...log, refund(6000n, '2027-03-30')];
    expect(amountsOf(snapshot, after)).toEqual([2500n, 2500n, 2500n, 0n]);
    expect(owedOf(scheduleOf(snapshot, after))).toBe(0n);
  });

  it('of a plan that is paid goes back whole and changes nothing', () => {
    for (const snapshot of [
      plan('pay_in_4', 10_000n),
      plan('pay_in_4', 10_000n, { refundPolicy: 'pro_rata' }),
    ]) {
      const log = [capture(10_000n, '2027-03-01'), repayment(10_000n, '2027-03-01')];
      expect(splitOf(snapshot, log, 6000n)).toEqual({
        interestReturned: 0n,
        principalOff: 0n,
        moneyBack: 6000n,
      });
      expect(scheduleOf(snapshot, [...log, refund(6000n, '2027-03-02')])).toEqual(scheduleOf(snapshot, log));
    }
  });

  it('never takes what was paid out of an installment', () => {
    const log = [capture(10_000n, '2027-03-01'), repayment(4000n, '2027-03-15'), refund(6000n, '2027-03-16')];
    const snapshot = plan('pay_in_4', 10_000n);
    expect(amountsOf(snapshot, log)).toEqual([2500n, 1500n, 0n, 0n]);
    expect(paidOf(snapshot, log)).toEqual([2500n, 1500n, 0n, 0n]);
  });
});

describe('a repayment', () => {
  it('pays the earliest first, and what is not owed is not in the schedule', () => {
    const snapshot = plan('pay_in_4', 10_000n);
    const log = [capture(10_000n, '2027-03-01'), repayment(6000n, '2027-03-01')];
    expect(paidOf(snapshot, log)).toEqual([2500n, 2500n, 1000n, 0n]);
    expect(paidOf(snapshot, [...log, repayment(9999n, '2027-03-02')])).toEqual([2500n, 2500n, 2500n, 2500n]);
  });
});

describe('a log that cannot be', () => {
  const snapshot = plan('pay_in_4', 10_000n, { firstPart: 'checkout' });
  const day = '2027-03-01';
  it('is refused', () => {
    expect(() => scheduleOf(snapshot, [refund(1n, day)])).toThrow('cannot start with a refund');
    expect(() => scheduleOf(snapshot, [repayment(1n, day)])).toThrow('cannot start with a repayment');
    expect(() => scheduleOf(snapshot, [capture(0n, day)])).toThrow('a capture of 0');
    expect(() => scheduleOf(snapshot, [capture(1n, day), refund(-1n, day)])).toThrow('a refund of -1');
    expect(() => scheduleOf(snapshot, [capture(7501n, day)])).toThrow('captured 7501 of 7500 financed');
    expect(() => scheduleOf(snapshot, [capture(7500n, day), capture(1n, addDays(day, 1))])).toThrow(
      RangeError,
    );
    expect(() => scheduleOf(snapshot, [capture(1n, day), refund(1n, addDays(day, -1))])).toThrow(
      '2027-02-28 is before 2027-03-01',
    );
  });
});
