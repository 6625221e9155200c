import type { PlanEntry } from './entry.ts';
import { earnPeriods, endSegment } from './segments.ts';
import type { PlanSnapshot } from './snapshot.ts';
import type { PlanState } from './state.ts';
import { addCapture } from './steps/capture.ts';
import { takeBack } from './steps/charge-back.ts';
import { chargeLateFee, waiveFee } from './steps/fees.ts';
import { arrangeHardship } from './steps/hardship.ts';
import { pauseDues, resumeDues } from './steps/pause.ts';
import { refundGoods } from './steps/refund.ts';
import { repay } from './steps/repayment.ts';
import { rescheduleDue } from './steps/reschedule.ts';
import { startPlan } from './steps/start.ts';

/**
 * Reads a plan's log, the oldest entry first; undefined while nothing was captured. Throws a RangeError for a log that
 * cannot be: it starts with something else than a capture, goes back in time, an amount is not positive, more was
 * captured than is financed, it goes on after a charge-off, or a step refuses its entry.
 */
export function replay(snapshot: PlanSnapshot, log: readonly PlanEntry[]): PlanState | undefined {
  const [first, ...later] = log;
  if (!first) return undefined;
  for (const entry of log)
    if ('amount' in entry && entry.amount <= 0n) throw new RangeError(`a ${entry.kind} of ${entry.amount}`);
  if (first.kind !== 'capture') throw new RangeError(`a plan cannot start with a ${first.kind}`);
  if (first.amount > snapshot.financed)
    throw new RangeError(`captured ${first.amount} of ${snapshot.financed} financed`);
  const state = startPlan(snapshot, first);
  for (const [index, entry] of later.entries()) {
    comeTo(state, entry.onDate);
    enter(state, entry, index + 2);
  }
  return state;
}

/** The plan on a date that is not before its last entry: interest of the periods that are over by then is earned. */
export function comeTo(state: PlanState, onDate: PlanEntry['onDate']): void {
  if (onDate < state.enteredOn) throw new RangeError(`${onDate} is before ${state.enteredOn}`);
  state.enteredOn = onDate;
  earnPeriods(state, onDate);
}

/** `place` is the entry's in the log, counted from 1. */
function enter(state: PlanState, entry: PlanEntry, place: number): void {
  if (state.chargedOff) throw new RangeError(`a ${entry.kind} after the charge-off`);
  switch (entry.kind) {
    case 'capture':
      return addCapture(state, entry);
    case 'refund':
      return void refundGoods(state, entry);
    case 'repayment':
      return repay(state, entry, place);
    case 'charge_back':
      return takeBack(state, entry);
    case 'late_fee':
      return chargeLateFee(state, entry);
    case 'fee_waived':
      return waiveFee(state, entry);
    case 'pause':
      return pauseDues(state, entry);
    case 'resume':
      return resumeDues(state, entry);
    case 'reschedule':
      return rescheduleDue(state, entry);
    case 'hardship':
      return arrangeHardship(state, entry);
    case 'charge_off':
      endSegment(state, entry.onDate);
      state.terms = { ...state.terms, annual_rate_ppm: 0, shopper_rate_ppm: 0 };
      state.chargedOff = true;
  }
}
