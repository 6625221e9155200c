import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { addDays, daysBetween } from '../src/lib/dates.ts';
import { sum } from '../src/lib/money.ts';
import { interestOn } from '../src/plans/day-count.ts';
import { allocateOn, type PlanPosition, positionOn } from '../src/plans/position.ts';
import { refundEffect } from '../src/plans/refund-effect.ts';
import { type PlanEntry, type ScheduledInstallment, scheduleOf } from '../src/plans/schedule.ts';
import type { PlanSnapshot } from '../src/plans/snapshot.ts';
import {
  capturedOf,
  monthlyPlans,
  plansOfAnyOrder,
  play,
  type Step,
  wishes,
} from './support/plan-history.ts';
import { capture, repayment } from './support/plans.ts';
import { propertyTimeoutMs, runs } from './support/runs.ts';

vi.setConfig({ testTimeout: propertyTimeoutMs });

const paidSum = (installments: readonly ScheduledInstallment[]) => ({
  principal: sum(installments.map((item) => item.paidPrincipal)),
  interest: sum(installments.map((item) => item.paidInterest)),
  fee: sum(installments.map((item) => item.paidFee)),
});

const stands = (item: ScheduledInstallment): boolean =>
  item.paidPrincipal >= 0n &&
  item.paidPrincipal <= item.principal &&
  item.paidInterest >= 0n &&
  item.paidInterest <= item.interest &&
  item.paidFee >= 0n &&
  item.paidFee <= item.fee &&
  item.amount === item.principal + item.interest + item.fee &&
  item.paidAmount === item.paidPrincipal + item.paidInterest + item.paidFee;

/** What came in and went out so far, told by the entries and what was said of them before they were entered. */
type Books = Record<'captured' | 'principalOff' | 'interestOff' | 'returned' | 'fees' | 'repaid', bigint>;

const emptyBooks = (): Books => ({
  captured: 0n,
  principalOff: 0n,
  interestOff: 0n,
  returned: 0n,
  fees: 0n,
  repaid: 0n,
});

function enterInBooks(books: Books, snapshot: PlanSnapshot, { entry, logBefore }: Step): void {
  if (entry.kind === 'capture') books.captured += entry.amount;
  if (entry.kind === 'late_fee') books.fees += entry.amount;
  if (entry.kind === 'fee_waived') books.fees -= entry.amount;
  if (entry.kind === 'repayment') books.repaid += entry.amount - allocateOn(snapshot, logBefore, entry).left;
  if (entry.kind !== 'refund') return;
  const effect = refundEffect(snapshot, logBefore, entry);
  const { interestReturned, interestOff, interestToPrincipal, interestToShopper } = effect;
  expect(interestOff + interestToPrincipal + interestToShopper).toBe(interestReturned);
  expect(effect.moneyBack).toBe(entry.amount - effect.principalOff + interestToShopper);
  books.principalOff += effect.principalOff + interestToPrincipal;
  books.interestOff += interestOff;
  books.returned += interestReturned;
}

/** The two sides that have to be equal: what arose, and where it is now. */
function sidesOf(books: Books, position: PlanPosition): { arose: bigint[]; is: bigint[] } {
  const { installments } = position;
  const paid = paidSum(installments);
  const principal = sum(installments.map((item) => item.principal));
  return {
    arose: [
      books.captured,
      books.captured - books.principalOff,
      position.earned.interest,
      books.fees,
      books.repaid,
      books.returned,
      books.captured + position.earned.interest + books.fees,
    ],
    is: [
      position.principal + paid.principal + books.principalOff,
      principal,
      position.interest + paid.interest + books.interestOff,
      position.fee + paid.fee,
      paid.principal + paid.interest + paid.fee,
      position.returnedInterest,
      position.total + books.repaid + books.principalOff + books.interestOff,
    ],
  };
}

describe('any interleaving of captures, refunds, repayments, fees, pauses and arrangements', () => {
  it('keeps 0 ≤ paid ≤ amount and conserves money: captured + earned + fees = paid + owed + refunded', () => {
    fc.assert(
      fc.property(plansOfAnyOrder, wishes, (snapshot, list) => {
        const books = emptyBooks();
        play(snapshot, list, (step) => {
          enterInBooks(books, snapshot, step);
          const { arose, is } = sidesOf(books, step.after);
          expect(is).toEqual(arose);
          expect(step.after.installments.filter((item) => !stands(item))).toEqual([]);
        });
      }),
      runs(),
    );
  });

  it('never lets what is earned fall, and never returns more of it than was ever earned', () => {
    fc.assert(
      fc.property(plansOfAnyOrder, wishes, fc.array(fc.nat({ max: 500 })), (snapshot, list, days) => {
        const log = play(snapshot, list, ({ before, after, logBefore }) => {
          // An entry changes only what will be earned.
          if (logBefore.length > 0) expect(after.earned).toEqual(before.earned);
          expect(after.returnedInterest >= before.returnedInterest).toBe(true);
          expect(after.returnedInterest <= after.earned.interest).toBe(true);
          expect(after.expectedSubsidy >= after.earned.subsidised).toBe(true);
        });
        const dates = days.toSorted((a, b) => a - b).map((day) => addDays(snapshot.agreed_on, day));
        const earned = dates.map((date) => positionOn(snapshot, log, date).earned);
        const falls = earned.filter(({ interest, subsidised }, index) => {
          const earlier = earned[index - 1] ?? { interest: 0n, subsidised: 0n };
          return interest < earlier.interest || subsidised < earlier.subsidised;
        });
        expect(falls).toEqual([]);
      }),
      runs(),
    );
  });

  it('paid off on any day costs the principal and the interest of the days used, and leaves zero for ever', () => {
    fc.assert(
      fc.property(plansOfAnyOrder, wishes, fc.nat({ max: 400 }), (snapshot, list, wait) => {
        const log = play(
          snapshot,
          list.filter(({ kind }) => kind !== 'charge_off'),
        );
        const onDate = addDays(log.at(-1)?.onDate ?? '', wait);
        const { total, earned } = positionOn(snapshot, log, onDate);
        if (total === 0n) return;
        expect(allocateOn(snapshot, log, { amount: total, onDate }).left).toBe(0n);
        const end = [...log, repayment(total, onDate)];
        const later = positionOn(snapshot, end, addDays(onDate, 1000));
        expect(later).toMatchObject({ total: 0n, earned });
        expect(later.installments.every(({ amount, paidAmount }) => amount === paidAmount)).toBe(true);
      }),
      runs(),
    );
  });

  it('ends at exactly zero when each installment is paid as scheduled', () => {
    fc.assert(
      fc.property(monthlyPlans, wishes, (snapshot, list) => {
        const log = play(
          snapshot,
          list.filter(({ kind }) => kind !== 'charge_off'),
        );
        const today = log.at(-1)?.onDate ?? '';
        const dues = scheduleOf(snapshot, log)
          .filter(({ amount, paidAmount }) => amount > paidAmount)
          .map(({ amount, paidAmount, dueDate }) =>
            repayment(amount - paidAmount, dueDate > today ? dueDate : today),
          )
          .toSorted((a, b) => daysBetween(b.onDate, a.onDate));
        const end = scheduleOf(snapshot, [...log, ...dues]);
        expect(end.filter(({ amount, paidAmount }) => amount !== paidAmount)).toEqual([]);
        const total = (parts: readonly ScheduledInstallment[]) =>
          sum(parts.map(({ paidAmount }) => paidAmount));
        const paid = sum(dues.map((due) => ('amount' in due ? due.amount : 0n)));
        expect(total(end) - total(scheduleOf(snapshot, log))).toBe(paid);
      }),
      runs(),
    );
  });

  it('at a rate of zero is what it is without interest, whatever the method and the day count', () => {
    fc.assert(
      fc.property(monthlyPlans, wishes, (snapshot, list) => {
        const terms = { annual_rate_ppm: 0, shopper_rate_ppm: 0 };
        const financed = BigInt(snapshot.financed);
        const equal = monthlyZero(snapshot, financed);
        const zero: PlanSnapshot = { ...equal, interest: { ...equal.interest, ...terms } as never };
        const { interest: _, ...free } = equal;
        const log = play(zero, list);
        expect(scheduleOf(zero, log)).toEqual(scheduleOf(free, log));
      }),
      runs(),
    );
  });
});

/** The plan with its amount in equal parts, as a zero rate asks for. */
function monthlyZero(snapshot: PlanSnapshot, financed: bigint): PlanSnapshot {
  const count = BigInt(snapshot.installments.length);
  const part = financed / count;
  return {
    ...snapshot,
    installments: snapshot.installments.map((item, index) => {
      const amount = Number(BigInt(index) === count - 1n ? financed - part * (count - 1n) : part);
      return { ...item, amount, principal: amount, interest: 0 };
    }),
  };
}

const wholePlan = (snapshot: PlanSnapshot): PlanEntry[] => [
  capture(BigInt(snapshot.financed), snapshot.agreed_on),
];

describe('the agreed schedule', () => {
  it('is what a single capture of everything gives on the day of the agreement', () => {
    fc.assert(
      fc.property(monthlyPlans, (snapshot) => {
        expect(
          scheduleOf(snapshot, wholePlan(snapshot)).map((item) => [
            item.dueDate,
            Number(item.principal),
            Number(item.interest),
          ]),
        ).toEqual(snapshot.installments.map((item) => [item.due_date, item.principal, item.interest]));
        expect(positionOn(snapshot, wholePlan(snapshot), snapshot.agreed_on).expectedSubsidy).toBe(
          BigInt(snapshot.subsidy ?? -1),
        );
      }),
      runs(),
    );
  });

  it('of an annuity is level but for the last, which differs by less than a minor unit for each period', () => {
    fc.assert(
      fc.property(monthlyPlans, (snapshot) => {
        const { interest, installments } = snapshot;
        if (interest?.method !== 'annuity') return;
        const level = installments[0]?.amount ?? 0;
        const last = installments.at(-1)?.amount ?? 0;
        expect(installments.slice(0, -1).every(({ amount }) => amount === level)).toBe(true);
        expect(Math.abs(last - level)).toBeLessThanOrEqual(2 * installments.length);
      }),
      runs(),
    );
  });

  it('does not depend on whether one capture or two on one day make it', () => {
    fc.assert(
      fc.property(monthlyPlans, fc.bigInt({ min: 1n, max: 99n }), (snapshot, percent) => {
        const financed = BigInt(snapshot.financed);
        const part = (financed * percent) / 100n + 1n;
        const log = [capture(part, snapshot.agreed_on), capture(financed - part, snapshot.agreed_on)];
        if (part >= financed) return;
        expect(scheduleOf(snapshot, log)).toEqual(scheduleOf(snapshot, wholePlan(snapshot)));
        expect(capturedOf(log)).toBe(financed);
      }),
      runs(),
    );
  });
});

describe('interest', () => {
  it('by actual/365 is the exact sum over the days, to within half a minor unit for each period', () => {
    fc.assert(
      fc.property(monthlyPlans, fc.nat({ max: 1200 }), (snapshot, day) => {
        const terms = { ...snapshot.interest, day_count: 'actual/365' } as PlanSnapshot['interest'];
        const plan: PlanSnapshot = { ...snapshot, interest: terms };
        const log = wholePlan(plan);
        const { installments, earned } = positionOn(plan, log, addDays(plan.agreed_on, day));
        const daily = (until: number) =>
          sum(
            installments.map(({ principal, dueDate }) => {
              const term = Math.min(daysBetween(plan.agreed_on, dueDate), until);
              return principal * BigInt(term);
            }),
          ) * BigInt(terms?.shopper_rate_ppm ?? 0);
        const scale = 365_000_000n;
        const off = earned.interest * scale - daily(day);
        const bound = (scale * BigInt(installments.length)) / 2n;
        expect(off <= bound && off >= -bound).toBe(true);
      }),
      runs(),
    );
  });

  it('that a refund returns is what the refunded amount bore in each period that is over', () => {
    fc.assert(
      fc.property(monthlyPlans, fc.nat(), fc.bigInt({ min: 1n, max: 100n }), (snapshot, seed, percent) => {
        const plan = { ...snapshot, repayment_day: undefined };
        const terms = { ...plan.interest, day_count: '30/360' } as NonNullable<PlanSnapshot['interest']>;
        const monthly: PlanSnapshot = { ...plan, interest: terms };
        const schedule = scheduleOf(monthly, wholePlan(monthly));
        const count = seed % (schedule.length + 1);
        const paid = schedule.slice(0, count);
        const log = [...wholePlan(monthly), ...paid.map(({ amount, dueDate }) => repayment(amount, dueDate))];
        const financed = BigInt(monthly.financed);
        const amount = (financed * percent) / 100n + 1n;
        const onDate = paid.at(-1)?.dueDate ?? monthly.agreed_on;
        let balance = financed;
        let expected = 0n;
        for (const { principal } of paid) {
          const goods = amount < balance ? amount : balance;
          expected += interestOn(goods, terms.shopper_rate_ppm, 30, '30/360');
          balance -= principal;
        }
        const effect = refundEffect(monthly, log, { amount, onDate });
        expect(effect.interestReturned).toBe(expected);
        const cash = amount + expected - balance;
        expect(effect.moneyBack).toBe(cash > 0n ? cash : 0n);
      }),
      runs(),
    );
  });
});
