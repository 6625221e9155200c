import { type CalendarDate, type Offset } from '../../lib/dates.ts';
import { proportion } from '../../lib/money.ts';
import { dueDatesOf } from '../calendar.ts';
import { fillLevel, spreadNew } from '../placement.ts';
import { interestBySlot, segmentsAhead } from '../segments.ts';
import type { PlanSnapshot } from '../snapshot.ts';
import { spreadProRata } from '../spread.ts';
import { isLevel, type PlanState, type Slot, termsOf } from '../state.ts';

/**
 * The first capture starts the calendar. What is agreed are the offsets and, with interest, the terms: the level
 * amount follows from them and from the real dates, which is the one that was shown where the periods are as long.
 * A capture of a part is spread in proportion to the amounts that all of it would have.
 */
export function startPlan(
  snapshot: PlanSnapshot,
  { amount, onDate }: { amount: bigint; onDate: CalendarDate },
): PlanState {
  const { installments, repayment_day: repaymentDay } = snapshot;
  const offsets: Offset[] = installments.map(({ offset }) => offset);
  const slots = newSlots({ startsOn: onDate, offsets, repaymentDay, firstNumber: 1 });
  const state: PlanState = {
    snapshot,
    terms: termsOf(snapshot),
    calendar: { startsOn: onDate, first: offsets[0] ?? {}, repaymentDay },
    movedDays: 0,
    appendLimit: 0n,
    slots,
    captured: amount,
    enteredOn: onDate,
    earnedUntil: onDate,
    segments: [],
    repaid: new Map(),
    returnedInterest: 0n,
    pause: undefined,
    hardship: false,
    chargedOff: false,
  };
  if (isLevel(state.terms)) startLevel(state, amount);
  else startByPrincipal(state, amount);
  state.appendLimit = slots[0]?.limit ?? 0n;
  return state;
}

function startByPrincipal({ snapshot, slots }: PlanState, amount: bigint): void {
  const agreed = snapshot.installments.map((item) => BigInt(item.principal ?? item.amount));
  const parts = spreadProRata(amount, agreed);
  for (const [index, slot] of slots.entries()) {
    slot.limit = agreed[index] ?? 0n;
    slot.principal = parts[index] ?? 0n;
  }
}

function startLevel(state: PlanState, amount: bigint): void {
  const { slots } = state;
  const financed = BigInt(state.snapshot.financed);
  spreadNew(state, slots, financed);
  const interest = interestBySlot(segmentsAhead(state));
  for (const slot of slots) slot.limit = slot.principal + (interest.get(slot.number) ?? 0n);
  const limits = slots.map(({ limit }) => proportion(limit, amount, financed));
  fillLevel(state, { slots, amount, limits, restTo: 'last' });
}

/** Empty installments on the dates at `offsets`; the first interest period begins at `startsOn`. */
export function newSlots(input: {
  startsOn: CalendarDate;
  offsets: readonly Offset[];
  repaymentDay?: number | undefined;
  firstNumber: number;
}): Slot[] {
  const { startsOn, offsets, repaymentDay, firstNumber } = input;
  return dueDatesOf({ startsOn, offsets, repaymentDay }).map((dueDate, index, dates) =>
    emptySlot({
      number: firstNumber + index,
      offset: offsets[index] ?? {},
      period: {
        from: dates[index - 1] ?? startsOn,
        until: dueDate,
        wholeMonths:
          index === 0 && repaymentDay !== undefined
            ? undefined
            : wholeMonthsBetween(offsets[index - 1] ?? {}, offsets[index] ?? {}),
      },
    }),
  );
}

export function emptySlot({ number, offset, period }: Pick<Slot, 'number' | 'offset' | 'period'>): Slot {
  return {
    number,
    offset,
    period,
    dueOn: period.until,
    pausedDays: 0,
    limit: 0n,
    principal: 0n,
    paidPrincipal: 0n,
    earned: 0n,
    paidInterest: 0n,
    fee: 0n,
    paidFee: 0n,
    replaced: false,
  };
}

/** How many months two offsets are apart; undefined when days are between them. */
export function wholeMonthsBetween(from: Offset, to: Offset): number | undefined {
  if ((from.days ?? 0) !== (to.days ?? 0)) return undefined;
  return (to.months ?? 0) - (from.months ?? 0);
}
