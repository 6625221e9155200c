import type { CalendarDate } from '../lib/dates.ts';
import { interestBySlot, segmentsAhead } from './segments.ts';
import {
  dueDateOfSlot,
  type PlanState,
  type Slot,
  unpaidFee,
  unpaidInterest,
  unpaidPrincipal,
} from './state.ts';

/** What is to be paid at one date. Amounts are minor units. */
export type ScheduledInstallment = {
  number: number;
  dueDate: CalendarDate;
  principal: bigint;
  /** What lies ahead is projected: what it will be when everything is paid on its date. */
  interest: bigint;
  fee: bigint;
  /** Each between 0 and its part. */
  paidPrincipal: bigint;
  paidInterest: bigint;
  paidFee: bigint;
  /** The sums of the three; an installment of 0 asks for nothing. */
  amount: bigint;
  paidAmount: bigint;
  /** While the dues are paused: the date from which, as far as is known, they fall due again. */
  pausedUntil?: CalendarDate;
  /** It was unpaid when the plan was charged off. */
  chargedOff?: true;
};

/** The installments of a plan as they stand. */
export function installmentsOf(state: PlanState): ScheduledInstallment[] {
  const ahead = interestBySlot(segmentsAhead(state));
  return state.slots.map((slot) => {
    const { number, principal, paidPrincipal, paidInterest, fee, paidFee } = slot;
    const interest = slot.earned + (ahead.get(number) ?? 0n);
    const amount = principal + interest + fee;
    const paidAmount = paidPrincipal + paidInterest + paidFee;
    return {
      number,
      dueDate: dueDateOfSlot(slot),
      principal,
      interest,
      fee,
      paidPrincipal,
      paidInterest,
      paidFee,
      amount,
      paidAmount,
      ...(state.pause && paidAmount < amount && { pausedUntil: state.pause.until }),
      ...(state.chargedOff && paidAmount < amount && { chargedOff: true as const }),
    };
  });
}

/** Whether anything of an installment is still to be paid; interest only lies ahead where principal does. */
export function owes(slot: Slot): boolean {
  return unpaidPrincipal(slot) > 0n || unpaidInterest(slot) > 0n || unpaidFee(slot) > 0n;
}
