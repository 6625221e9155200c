import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { addDays, addOffset, type Offset } from '../src/lib/dates.ts';
import { minOf, sum } from '../src/lib/money.ts';
import { capturePartsOf } from '../src/plans/capture-parts.ts';
import { offersFor } from '../src/plans/offers.ts';
import { allocateOn } from '../src/plans/position.ts';
import { refundEffect } from '../src/plans/refund-effect.ts';
import { owedOf, type PlanEntry, type ScheduledInstallment, scheduleOf } from '../src/plans/schedule.ts';
import { makeSnapshot, type PlanSnapshot } from '../src/plans/snapshot.ts';
import { propertyTimeoutMs, runs } from './support/runs.ts';

vi.setConfig({ testTimeout: propertyTimeoutMs });

const snapshots: fc.Arbitrary<PlanSnapshot> = fc
  .record({
    // Small amounts are where rounding hurts; large ones are what people buy.
    amount: fc.oneof(fc.bigInt({ min: 1n, max: 60n }), fc.bigInt({ min: 1n, max: 20_000_000n })),
    currency: fc.constantFrom('CNY', 'JPY', 'KWD'),
    firstPart: fc.constantFrom<('capture' | 'checkout')[]>('capture', 'checkout'),
    payAfterDays: fc.constantFrom<(0 | 14 | 30)[]>(0, 14, 30),
    agreedOn: fc.integer({ min: 0, max: 1500 }).map((days) => addDays('2026-12-01', days)),
    refundPolicy: fc.constantFrom<('from_last' | 'pro_rata')[]>('from_last', 'pro_rata'),
    which: fc.nat({ max: 2 }),
  })
  .map(({ which, agreedOn, refundPolicy, ...order }) => {
    const offers = offersFor({ ...order, shippedOn: agreedOn });
    const offer = offers[which % offers.length];
    if (!offer) throw new Error('nothing is offered');
    const party = { id: 'x_1', name: 'X' };
    return makeSnapshot({ offer, merchant: party, funder: party, termsVersion: '1', agreedOn, refundPolicy });
  });

const wishes = fc.array(
  fc.record({
    kind: fc.constantFrom<('capture' | 'refund' | 'repayment')[]>(
      'capture',
      'capture',
      'refund',
      'repayment',
      'repayment',
    ),
    percent: fc.bigInt({ min: 1n, max: 130n }),
    waitDays: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40 })),
  }),
  { maxLength: 12 },
);

/** Turns wishes into a log that can be: it starts with a capture, and captures stay within what is financed. */
const histories = fc
  .tuple(snapshots, fc.bigInt({ min: 1n, max: 100n }), wishes)
  .map(([snapshot, percent, list]) => {
    const financed = BigInt(snapshot.financed);
    const part = (of: bigint, share: bigint) => (of * share) / 100n + 1n;
    let onDate = addDays(snapshot.agreed_on, 3);
    const log: PlanEntry[] = [{ kind: 'capture', amount: minOf(part(financed, percent), financed), onDate }];
    for (const { kind, percent, waitDays } of list) {
      onDate = addDays(onDate, waitDays);
      const captured = sum(log.filter((entry) => entry.kind === 'capture').map(({ amount }) => amount));
      const limit = kind === 'capture' ? financed - captured : 2n * captured;
      const amount = minOf(part(kind === 'capture' ? limit : captured, percent), limit);
      if (amount > 0n) log.push({ kind, amount, onDate });
    }
    return { snapshot, log };
  });

function everyPrefix(
  { snapshot, log }: { snapshot: PlanSnapshot; log: PlanEntry[] },
  check: (step: {
    entry: PlanEntry;
    before: ScheduledInstallment[];
    after: ScheduledInstallment[];
    log: PlanEntry[];
  }) => void,
): void {
  let before: ScheduledInstallment[] = [];
  for (const [index, entry] of log.entries()) {
    const after = scheduleOf(snapshot, log.slice(0, index + 1));
    check({ entry, before, after, log: log.slice(0, index + 1) });
    before = after;
  }
}

/** The dates after the last agreed installment, in steps of the cadence, until `end`. */
function cadenceDates(snapshot: PlanSnapshot, started: string, end: string): string[] {
  const last: Offset = snapshot.installments.at(-1)?.offset ?? {};
  const cadence: Offset = snapshot.cadence;
  const dates: string[] = [];
  for (let times = 1; (dates.at(-1) ?? '') < end; times += 1) {
    const months = (last.months ?? 0) + times * (cadence.months ?? 0);
    const days = (last.days ?? 0) + times * (cadence.days ?? 0);
    dates.push(addOffset(started, { months, days }));
  }
  return dates;
}

describe('any interleaving of captures, refunds and repayments', () => {
  it('conserves money: captured = owed + repaid + canceled', () => {
    fc.assert(
      fc.property(histories, (history) => {
        let captured = 0n;
        let repaid = 0n;
        let canceled = 0n;
        everyPrefix(history, ({ entry, after, log }) => {
          if (entry.kind === 'capture') captured += entry.amount;
          if (entry.kind === 'refund') {
            const effect = refundEffect(history.snapshot, log.slice(0, -1), entry);
            expect(effect.principalOff + effect.moneyBack).toBe(entry.amount);
            expect(effect.interestReturned).toBe(0n);
            canceled += effect.principalOff;
          }
          if (entry.kind === 'repayment') {
            const { parts, left } = allocateOn(history.snapshot, log.slice(0, -1), entry);
            expect(sum(parts.map(({ principal }) => principal)) + left).toBe(entry.amount);
            repaid += entry.amount - left;
          }
          expect(owedOf(after) + repaid + canceled).toBe(captured);
          expect(sum(after.map(({ paidAmount }) => paidAmount))).toBe(repaid);
          expect(sum(after.map(({ amount }) => amount))).toBe(captured - canceled);
        });
      }),
      runs(),
    );
  });

  it('keeps 0 ≤ paid ≤ amount ≤ agreed for each installment, appended ones too', () => {
    fc.assert(
      fc.property(histories, ({ snapshot, log }) => {
        everyPrefix({ snapshot, log }, ({ after }) => {
          const wrong = after.filter(({ number, amount, paidAmount }) => {
            const agreed = snapshot.installments[number - 1] ?? snapshot.installments[0];
            return paidAmount < 0n || paidAmount > amount || amount > BigInt(agreed?.amount ?? 0);
          });
          expect(wrong).toEqual([]);
        });
      }),
      runs(),
    );
  });

  it('never changes a number or a due date, and keeps both in ascending order', () => {
    fc.assert(
      fc.property(histories, ({ snapshot, log }) => {
        const dated = (list: ScheduledInstallment[]) =>
          list.map(({ number, dueDate }) => ({ number, dueDate }));
        const started = log[0]?.onDate ?? '';
        everyPrefix({ snapshot, log }, ({ before, after }) => {
          expect(dated(after).slice(0, before.length)).toEqual(dated(before));
          expect(after.map(({ number }) => number)).toEqual(after.map((_, index) => index + 1));
          const dates = after.map(({ dueDate }) => dueDate);
          expect(dates).toEqual([...new Set(dates)].toSorted());
          expect(dates.slice(0, snapshot.installments.length)).toEqual(
            snapshot.installments.map(({ offset }) => addOffset(started, offset)),
          );
        });
      }),
      runs(),
    );
  });

  it('lets each kind of entry do only its own work', () => {
    fc.assert(
      fc.property(histories, (history) => {
        everyPrefix(history, ({ entry, before, after, log }) => {
          for (const [index, old] of before.entries()) {
            const now = after[index];
            if (!now) throw new Error(`installment ${old.number} is gone`);
            if (entry.kind === 'repayment') expect(now.amount).toBe(old.amount);
            else expect(now.paidAmount).toBe(old.paidAmount);
            if (entry.kind === 'repayment') expect(now.paidAmount >= old.paidAmount).toBe(true);
            if (entry.kind === 'refund') expect(now.amount <= old.amount).toBe(true);
            if (entry.kind === 'capture') expect(now.amount >= old.amount).toBe(true);
            if (entry.kind === 'capture' && old.dueDate <= entry.onDate) expect(now).toEqual(old);
          }
          const appended = after.slice(before.length);
          if (log.length > 1) expect(appended.every(({ dueDate }) => dueDate > entry.onDate)).toBe(true);
          if (entry.kind !== 'capture') expect(appended).toEqual([]);
          expect(log.length === 1 || appended.every(({ amount }) => amount > 0n)).toBe(true);
        });
      }),
      runs(),
    );
  });

  it('appends only when no date that is left has room, and on the dates of the cadence', () => {
    fc.assert(
      fc.property(histories, ({ snapshot, log }) => {
        const { installments } = snapshot;
        const started = log[0]?.onDate ?? '';
        everyPrefix({ snapshot, log }, ({ entry, before, after }) => {
          if (before.length === 0) return;
          const appended = after.slice(before.length);
          if (appended.length === 0) return;
          const dates = cadenceDates(snapshot, started, after.at(-1)?.dueDate ?? '');
          expect(appended.every(({ dueDate }) => dates.includes(dueDate))).toBe(true);
          const agreedOf = (number: number) =>
            BigInt((installments[number - 1] ?? installments[0])?.amount ?? 0);
          const open = after.slice(0, -1).filter(({ dueDate }) => dueDate > entry.onDate);
          expect(open.every(({ number, amount }) => amount === agreedOf(number))).toBe(true);
        });
      }),
      runs(),
    );
  });

  it('gives the same answer to the same question and leaves its inputs alone', () => {
    fc.assert(
      fc.property(histories, ({ snapshot, log }) => {
        const frozen = Object.freeze(log.map((entry) => Object.freeze({ ...entry })));
        const answer = scheduleOf(snapshot, frozen);
        expect(scheduleOf(snapshot, structuredClone(log))).toEqual(answer);
        expect(frozen).toEqual(log);
      }),
      runs(),
    );
  });

  it('ends at exactly zero when each installment is paid as scheduled', () => {
    fc.assert(
      fc.property(histories, ({ snapshot, log }) => {
        const today = log.at(-1)?.onDate ?? '';
        const dues = scheduleOf(snapshot, log).filter(({ amount, paidAmount }) => amount > paidAmount);
        const paid = dues.map<PlanEntry>(({ dueDate, amount, paidAmount }) => ({
          kind: 'repayment',
          amount: amount - paidAmount,
          onDate: dueDate > today ? dueDate : today,
        }));
        const end = scheduleOf(snapshot, [...log, ...paid]);
        expect(end.every(({ amount, paidAmount }) => amount === paidAmount)).toBe(true);
        for (const count of paid.keys())
          expect(owedOf(scheduleOf(snapshot, [...log, ...paid.slice(0, count)])) > 0n).toBe(true);
      }),
      runs(),
    );
  });
});

describe('the agreed schedule', () => {
  it('is what a single capture of everything gives, on the dates that were shown if it ships that day', () => {
    fc.assert(
      fc.property(snapshots, (snapshot) => {
        const log: PlanEntry[] = [
          { kind: 'capture', amount: BigInt(snapshot.financed), onDate: snapshot.agreed_on },
        ];
        expect(scheduleOf(snapshot, log)).toEqual(
          snapshot.installments.map(({ number, due_date, amount }) => ({
            number,
            dueDate: due_date,
            principal: BigInt(amount),
            interest: 0n,
            fee: 0n,
            paidPrincipal: 0n,
            paidInterest: 0n,
            paidFee: 0n,
            amount: BigInt(amount),
            paidAmount: 0n,
          })),
        );
      }),
      runs(),
    );
  });
});

describe('refunds', () => {
  it('from the last: two at once are one of their sum, and nothing before a shortened installment changes', () => {
    fc.assert(
      fc.property(
        histories,
        fc.bigInt({ min: 1n, max: 10_000n }),
        fc.bigInt({ min: 1n, max: 10_000n }),
        (history, a, b) => {
          const { log } = history;
          const snapshot: PlanSnapshot = { ...history.snapshot, refund_policy: 'from_last' };
          const onDate = log.at(-1)?.onDate ?? '';
          const refund = (amount: bigint): PlanEntry => ({ kind: 'refund', amount, onDate });
          const before = scheduleOf(snapshot, log);
          const after = scheduleOf(snapshot, [...log, refund(a), refund(b)]);
          expect(after).toEqual(scheduleOf(snapshot, [...log, refund(a + b)]));
          const touched = after.findIndex(({ amount }, index) => amount !== before[index]?.amount);
          if (touched >= 0) {
            expect(after.slice(touched + 1).every(({ amount, paidAmount }) => amount === paidAmount)).toBe(
              true,
            );
          }
        },
      ),
      runs(),
    );
  });

  it('pro rata: every installment keeps its share of what is still owed, to within the rounding', () => {
    fc.assert(
      fc.property(histories, fc.bigInt({ min: 1n, max: 10_000n }), (history, amount) => {
        const { log } = history;
        const snapshot: PlanSnapshot = { ...history.snapshot, refund_policy: 'pro_rata' };
        const before = scheduleOf(snapshot, log);
        const owed = owedOf(before);
        const after = scheduleOf(snapshot, [
          ...log,
          { kind: 'refund', amount, onDate: log.at(-1)?.onDate ?? '' },
        ]);
        const slack = BigInt(before.length) * owed;
        for (const [index, old] of before.entries()) {
          const now = after[index];
          if (!now) throw new Error(`installment ${old.number} is gone`);
          const off = (now.amount - now.paidAmount) * owed - (old.amount - old.paidAmount) * owedOf(after);
          expect(off <= slack && off >= -slack).toBe(true);
        }
      }),
      runs(),
    );
  });
});

describe('down payments', () => {
  it('of any sequence of captures end at exactly what was agreed, each part between nothing and the capture', () => {
    fc.assert(
      fc.property(snapshots, fc.array(fc.bigInt({ min: 1n, max: 60n })), (snapshot, wanted) => {
        const total = BigInt(snapshot.amount);
        let capturedBefore = 0n;
        let down = 0n;
        const scale = total > 1000n ? total / 50n : 1n;
        for (const wish of [...wanted.map((amount) => amount * scale), total]) {
          const amount = minOf(wish, total - capturedBefore);
          if (amount === 0n) break;
          const parts = capturePartsOf(snapshot, { capturedBefore, amount });
          expect(parts.down >= 0n && parts.financed >= 0n).toBe(true);
          expect(parts.down + parts.financed).toBe(amount);
          capturedBefore += amount;
          down += parts.down;
        }
        expect(capturedBefore).toBe(total);
        expect(down).toBe(BigInt(snapshot.down_payment));
      }),
      runs(),
    );
  });
});
