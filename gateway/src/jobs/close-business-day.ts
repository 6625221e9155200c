import type { Knex } from 'knex';
import { nextReviewAt } from '../agreements/next-review.ts';
import { findAgreementsToReview, reviewAgreement } from '../agreements/review.ts';
import { findDisputesToMove, moveDispute, nextDisputeAt } from '../disputes/sweep.ts';
import { findToSum, nextSumAt, passSum } from '../credit/placements.ts';
import { findUnwatched, watchDate } from '../fraud/watch/watch.ts';
import type { TxHost, TxOptions, Tx } from '../lib/tx.ts';
import { transact } from '../lib/tx.ts';
import type { UpcomingSql } from '../lib/upcoming.ts';
import { findExpiringOrders, tellExpiring } from '../orders/expiring.ts';
import { nextExpiryAt, nextExpiryNoticeAt } from '../orders/next-expiry.ts';
import { findUnansweredReturns, nextReleaseAt, releaseReturn } from '../orders/returns-answer.ts';
import { giveUpPlan } from '../orders/charge-off.ts';
import { expireOrder, findExpiredOrders } from '../orders/void.ts';
import { closeMonth, findUnaccrued } from '../repayments/accrue.ts';
import { findDueDebits, nextDueDebitAt } from '../processor/mock/due-debits.ts';
import { findPlansToGiveUp, nextChargeOffAt } from '../repayments/charge-off.ts';
import { findDelinquent, nextDelinquencyAt, reviewLateness } from '../repayments/delinquency.ts';
import { fallDue, findDuePlans } from '../repayments/due.ts';
import { endPause, findEndedPauses, nextPauseEndAt } from '../repayments/hardship.ts';
import { nextCallAt } from '../repayments/guarantors/late.ts';
import {
  anyGuarantee,
  findGuaranteeWork,
  nextGuaranteeAt,
  passGuaranteeWork,
} from '../repayments/guarantors/sweep.ts';
import { closeMonths, findMonthsToClose, nextMonthCloseAt } from '../repayments/close-months.ts';
import { chargeLateFees, findPlansToCharge, nextLateFeeAt } from '../repayments/late-fees.ts';
import { nextDueAt, nextMonthEndAt } from '../repayments/next-due.ts';
import { breakPromise, findBrokenPromises, nextPromiseAt } from '../repayments/promises-end.ts';
import { findPlansToRemind, nextReminderAt, remind } from '../repayments/reminders.ts';
import { nextCloseAt } from '../settlement/next-close.ts';
import { closeSettlement, findUnsettled } from '../settlement/close.ts';
import { endHold, findEndedHolds, nextHoldEndAt } from '../settlement/release-payout.ts';
import { findReservesToRelease, nextReserveReleaseAt, releaseReserve } from '../settlement/reserves.ts';
import { nextLimitReviewAt } from '../standing/next-review.ts';
import { findLinesToReview, reviewLine } from '../standing/review.ts';
import { passDueDebit } from './bank-debits.ts';

/**
 * What business time does by itself to each object that it finds. All read `tx.now`; `pass` may run twice. `nextAt` is
 * the earliest instant after `tx.now` at which `pass` may change anything, if nobody does anything until then: a
 * sandbox's clock passes the dates before it without asking. Null stops no clock.
 */
type Sweep<Found> = {
  kind: BusinessEventKind;
  find: (tx: Tx) => Promise<Found[]>;
  pass: (tx: Tx, found: Found) => Promise<void>;
  nextAt: ((tx: Tx) => UpcomingSql) | null;
  /** What of it only code can tell, and SQL of whether there is anything to ask it about. */
  byCode?: { isAsked: (tx: Tx) => Knex.Raw; nextAt: (tx: Tx) => Promise<Date | undefined> };
};

/** What the next business event of a sandbox can be. */
export const businessEventKinds = [
  'authorization_expiry',
  'expiry_notice',
  'return_release',
  'dispute',
  'pause_end',
  'bank_debit',
  'installment',
  'promise_end',
  'delinquency',
  'late_fee',
  'reminder',
  'guarantee',
  'charge_off',
  'agreement_review',
  'month_end',
  'score_month',
  'limit_review',
  'reserve_release',
  'settlement',
  'payout_hold_end',
  'fraud_watch',
  'funder_sums',
] as const;

export type BusinessEventKind = (typeof businessEventKinds)[number];

type PreparedSweep = Omit<Sweep<unknown>, 'find' | 'pass'> & {
  /** Looks for objects, and returns what passes them all; undefined when there are none. */
  look: (tx: Tx) => Promise<Work | undefined>;
};

type Work = (host: TxHost, options: TxOptions, signal?: AbortSignal) => Promise<void>;

/** In the order in which they run. */
const sweeps: readonly PreparedSweep[] = [
  prepare({
    kind: 'authorization_expiry',
    find: findExpiredOrders,
    pass: expireOrder,
    nextAt: nextExpiryAt,
  }),
  prepare({
    kind: 'expiry_notice',
    find: findExpiringOrders,
    pass: tellExpiring,
    nextAt: nextExpiryNoticeAt,
  }),
  prepare({
    kind: 'return_release',
    find: findUnansweredReturns,
    pass: releaseReturn,
    nextAt: nextReleaseAt,
  }),
  prepare({ kind: 'dispute', find: findDisputesToMove, pass: moveDispute, nextAt: nextDisputeAt }),
  prepare({ kind: 'pause_end', find: findEndedPauses, pass: endPause, nextAt: nextPauseEndAt }),
  prepare({ kind: 'bank_debit', find: findDueDebits, pass: passDueDebit, nextAt: nextDueDebitAt }),
  prepare({ kind: 'installment', find: findDuePlans, pass: fallDue, nextAt: nextDueAt }),
  prepare({ kind: 'promise_end', find: findBrokenPromises, pass: breakPromise, nextAt: nextPromiseAt }),
  prepare({ kind: 'delinquency', find: findDelinquent, pass: reviewLateness, nextAt: nextDelinquencyAt }),
  prepare({ kind: 'late_fee', find: findPlansToCharge, pass: chargeLateFees, nextAt: nextLateFeeAt }),
  prepare({ kind: 'reminder', find: findPlansToRemind, pass: remind, nextAt: nextReminderAt }),
  prepare({
    kind: 'guarantee',
    find: findGuaranteeWork,
    pass: passGuaranteeWork,
    nextAt: nextCallAt,
    byCode: { isAsked: anyGuarantee, nextAt: nextGuaranteeAt },
  }),
  prepare({ kind: 'charge_off', find: findPlansToGiveUp, pass: giveUpPlan, nextAt: nextChargeOffAt }),
  prepare({
    kind: 'agreement_review',
    find: findAgreementsToReview,
    pass: reviewAgreement,
    nextAt: nextReviewAt,
  }),
  prepare({ kind: 'month_end', find: findUnaccrued, pass: closeMonth, nextAt: nextMonthEndAt }),
  prepare({ kind: 'score_month', find: findMonthsToClose, pass: closeMonths, nextAt: nextMonthCloseAt }),
  prepare({
    kind: 'limit_review',
    find: findLinesToReview,
    pass: reviewLine,
    nextAt: nextLimitReviewAt,
  }),
  prepare({
    kind: 'reserve_release',
    find: findReservesToRelease,
    pass: releaseReserve,
    nextAt: nextReserveReleaseAt,
  }),
  prepare({ kind: 'settlement', find: findUnsettled, pass: closeSettlement, nextAt: nextCloseAt }),
  prepare({ kind: 'payout_hold_end', find: findEndedHolds, pass: endHold, nextAt: nextHoldEndAt }),
  // What is watched changes nothing for anybody: dates that a clock passes at once are watched when it next stands.
  prepare({ kind: 'fraud_watch', find: findUnwatched, pass: watchDate, nextAt: null }),
  prepare({ kind: 'funder_sums', find: findToSum, pass: passSum, nextAt: nextSumAt }),
];

/**
 * Runs every sweep of an environment at its present business time. Live time runs it by cron, a sandbox when its clock
 * is advanced. Safe to repeat and to run in two processes at once. At the signal it stops between two objects.
 */
export async function closeBusinessDay(
  host: TxHost,
  input: {
    environmentId: string;
    access: NonNullable<TxOptions['access']>;
    signal?: AbortSignal | undefined;
  },
): Promise<void> {
  const { signal, ...environment } = input;
  const options: TxOptions = { ...environment, actor: { kind: 'system', id: 'close-business-day' } };
  for (let next = 0; next < sweeps.length;) {
    if (signal?.aborted) return;
    const from = next;
    const found = await transact(host, options, (tx) => lookFrom(tx, from));
    next = found.next;
    await found.work?.(host, options, signal);
  }
}

/** Sweeps that find nothing look in one transaction together: most have nothing to do on most dates. */
async function lookFrom(tx: Tx, first: number): Promise<{ work: Work | undefined; next: number }> {
  for (const [index, { look }] of sweeps.entries()) {
    const work = index < first ? undefined : await look(tx);
    if (work) return { work, next: index + 1 };
  }
  return { work: undefined, next: sweeps.length };
}

/** The next instant at which a sweep may change anything, and which ones may. */
export type BusinessEvent = { at: Date; kinds: BusinessEventKind[] };

/** The next business event after `tx.now`; undefined when nothing would ever happen by itself. */
export async function nextBusinessEvent(tx: Tx): Promise<BusinessEvent | undefined> {
  const upcoming = await readUpcoming(tx);
  const [first] = upcoming.toSorted((a, b) => a.at.getTime() - b.at.getTime());
  if (!first) return undefined;
  const together = upcoming.filter(({ at }) => at.getTime() === first.at.getTime()).map(({ kind }) => kind);
  return { at: first.at, kinds: businessEventKinds.filter((kind) => together.includes(kind)) };
}

type Upcoming = { kind: BusinessEventKind; at: Date };

/** When each sweep may next change anything, in one statement for all of them, because a clock asks at each of its steps. */
async function readUpcoming(tx: Tx): Promise<Upcoming[]> {
  const asked = sweeps.flatMap(({ kind, nextAt, byCode }) =>
    nextAt ? [{ kind, at: nextAt(tx), more: byCode?.isAsked(tx) ?? tx.sql.raw('false') }] : [],
  );
  const { rows } = await tx.sql.raw<{ rows: { kind: BusinessEventKind; at: Date | null; more: boolean }[] }>(
    asked.map(() => 'select ?::text as kind, (?)::timestamptz as at, (?) as more').join(' union all '),
    asked.flatMap(({ kind, at, more }) => [kind, at, more]),
  );
  const upcoming = rows.flatMap(({ kind, at }) => (at ? [{ kind, at }] : []));
  for (const { kind, byCode } of sweeps) {
    const isAsked = rows.some((row) => row.kind === kind && row.more);
    const at = byCode && isAsked ? await byCode.nextAt(tx) : undefined;
    if (at) upcoming.push({ kind, at });
  }
  return upcoming;
}

/**
 * Each object has a transaction of its own: nobody waits at the till while all shoppers' installments fall due, and one
 * that fails holds up no other. The first failure is thrown when all have been tried.
 */
function prepare<Found>({ find, pass, ...sweep }: Sweep<Found>): PreparedSweep {
  const passAll = async (all: readonly Found[], ...[host, options, signal]: Parameters<Work>) => {
    const failures: unknown[] = [];
    for (const found of all) {
      if (signal?.aborted) break;
      await transact(host, options, (tx) => pass(tx, found)).catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  };
  const look = async (tx: Tx): Promise<Work | undefined> => {
    const all = await find(tx);
    return all.length === 0 ? undefined : (...how) => passAll(all, ...how);
  };
  return { ...sweep, look };
}
