import type { CalendarDate } from '../../lib/dates.ts';
import { type Allocation, allocate } from '../allocation.ts';
import { endSegment, interestBySlot, segmentsAhead } from '../segments.ts';
import {
  dueDateOfSlot,
  type PlanState,
  slotOf,
  unpaidFee,
  unpaidInterest,
  unpaidPrincipal,
} from '../state.ts';

/** What a repayment would pay on `onDate`, in the plan's order of allocation: of the interest only what is earned. */
export function allocationOf(
  state: PlanState,
  { amount, onDate }: { amount: bigint; onDate: CalendarDate },
): Allocation {
  const earning = interestBySlot(segmentsAhead(state, onDate));
  const installments = state.slots.map((slot) => ({
    number: slot.number,
    dueDate: dueDateOfSlot(slot),
    fee: unpaidFee(slot),
    interest: unpaidInterest(slot) + (earning.get(slot.number) ?? 0n),
    principal: unpaidPrincipal(slot),
  }));
  return allocate({ amount, onDate, installments, order: state.snapshot.allocation });
}

/** Pays what is owed. Principal that is paid before its agreed date bears interest until then only. */
export function repay(
  state: PlanState,
  entry: { amount: bigint; onDate: CalendarDate },
  place: number,
): void {
  const { parts } = allocationOf(state, entry);
  state.repaid.set(place, parts);
  const prepays = parts.some(
    ({ number, principal }) => principal > 0n && slotOf(state, number).period.until > entry.onDate,
  );
  if (prepays) endSegment(state, entry.onDate);
  for (const { number, fee, interest, principal } of parts) {
    const slot = slotOf(state, number);
    slot.paidFee += fee;
    slot.paidInterest += interest;
    slot.paidPrincipal += principal;
  }
}
