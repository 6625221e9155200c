import { addOffset, type CalendarDate, type Offset } from '../lib/dates.ts';
import { minOf, sum } from '../lib/money.ts';
import { allocateEarliestFirst } from './allocation.ts';
import type { PlanSnapshot } from './snapshot.ts';
import { fillInOrder, spreadProRata } from './spread.ts';

/**
 * Something that happened to a plan, on a business date of the merchant's calendar. A capture counts with its financed
 * part only, a refund with all that was refunded, a repayment with all that was received.
 */
export type PlanEntry = { kind: 'capture' | 'refund' | 'repayment'; amount: bigint; onDate: CalendarDate };

export type ScheduledInstallment = {
  number: number;
  dueDate: CalendarDate;
  /** What is to be paid at this date, in minor units; 0 when nothing is. */
  amount: bigint;
  /** How much of it is paid; between 0 and `amount`. */
  paidAmount: bigint;
};

type Slot = ScheduledInstallment & { offset: Offset; agreedAmount: bigint };

/**
 * Today's schedule: a pure function of what was agreed and of the log, oldest entry first (money.md rules 1, 2, 4, 5).
 *
 * - The first capture starts the calendar and is spread over the agreed installments in proportion to their amounts.
 * - A later capture fills the installments with a due date after its own date up to their agreed amounts, the earliest
 *   first. One that is due that day keeps its amount, because it is being collected. What does not fit is appended.
 * - A refund cancels debt, from the last installment or pro rata as agreed; see `splitRefund`.
 * - A repayment pays the earliest first; what is not owed is not in the schedule.
 *
 * A capture after a refund follows the same rule: the dates and amounts were agreed to, so an installment that a refund
 * shortened or canceled (or that was paid ahead of its date) takes up debt again until it is due, before any is appended.
 *
 * Installments keep their number and their due date for ever. Before the first capture there are none.
 * Throws a RangeError for a log that cannot be: it starts with something else than a capture, an amount is not
 * positive, or more was captured than is financed.
 */
export function scheduleOf(snapshot: PlanSnapshot, log: readonly PlanEntry[]): ScheduledInstallment[] {
  const [first, ...later] = log;
  if (!first) return [];
  requirePossible(snapshot, log);
  const slots = later.reduce(
    (slots, entry) => steps[entry.kind](snapshot, first.onDate, slots, entry),
    startCalendar(snapshot, first),
  );
  return slots.map(({ number, dueDate, amount, paidAmount }) => ({ number, dueDate, amount, paidAmount }));
}

/** What is still to be paid, in minor units. */
export function owedOf(installments: readonly Pick<ScheduledInstallment, 'amount' | 'paidAmount'>[]): bigint {
  return sum(installments.map(({ amount, paidAmount }) => amount - paidAmount));
}

/** How much of a refund of `amount` cancels debt, and how much goes back to the shopper (money.md rule 5). */
export function splitRefund(
  installments: readonly Pick<ScheduledInstallment, 'amount' | 'paidAmount'>[],
  amount: bigint,
): { debt: bigint; moneyBack: bigint } {
  const debt = minOf(amount, owedOf(installments));
  return { debt, moneyBack: amount - debt };
}

function requirePossible(snapshot: PlanSnapshot, log: readonly PlanEntry[]): void {
  if (log[0]?.kind !== 'capture') throw new RangeError(`a plan cannot start with a ${log[0]?.kind}`);
  const wrong = log.find((entry) => entry.amount <= 0n);
  if (wrong) throw new RangeError(`a ${wrong.kind} of ${wrong.amount}`);
  const captured = sum(log.filter((entry) => entry.kind === 'capture').map((entry) => entry.amount));
  if (captured > snapshot.financed)
    throw new RangeError(`captured ${captured} of ${snapshot.financed} financed`);
}

function startCalendar(snapshot: PlanSnapshot, capture: PlanEntry): Slot[] {
  const agreed = snapshot.installments.map(({ amount }) => BigInt(amount));
  const parts = spreadProRata(capture.amount, agreed);
  return snapshot.installments.map(({ number, offset }, index) => ({
    number,
    offset,
    dueDate: addOffset(capture.onDate, offset),
    agreedAmount: agreed[index] ?? 0n,
    amount: parts[index] ?? 0n,
    paidAmount: 0n,
  }));
}

type Step = (snapshot: PlanSnapshot, startedOn: CalendarDate, slots: Slot[], entry: PlanEntry) => Slot[];

const steps: Record<PlanEntry['kind'], Step> = {
  capture: addCapture,
  refund: (snapshot, _startedOn, slots, { amount }) =>
    cancelDebt(slots, splitRefund(slots, amount).debt, snapshot.refund_policy),
  repayment: (_snapshot, _startedOn, slots, { amount }) => pay(slots, amount),
};

function addCapture(
  snapshot: PlanSnapshot,
  startedOn: CalendarDate,
  slots: Slot[],
  capture: PlanEntry,
): Slot[] {
  const rooms = slots.map((slot) => (slot.dueDate > capture.onDate ? slot.agreedAmount - slot.amount : 0n));
  const { parts, left } = fillInOrder(capture.amount, rooms);
  const filled = slots.map((slot, index) => ({ ...slot, amount: slot.amount + (parts[index] ?? 0n) }));
  return appendDebt(snapshot, { slots: filled, amount: left, startedOn, after: capture.onDate });
}

/**
 * Appends installments at the plan's cadence until `amount` is placed, none above the regular agreed amount and none
 * due before the shopper could know of it: dates of the cadence that have passed are left out.
 */
function appendDebt(
  snapshot: PlanSnapshot,
  input: { slots: Slot[]; amount: bigint; startedOn: CalendarDate; after: CalendarDate },
): Slot[] {
  const slots = [...input.slots];
  const agreedAmount = BigInt(snapshot.installments[0]?.amount ?? 0);
  let { amount: left } = input;
  let offset: Offset = slots.at(-1)?.offset ?? {};
  while (left > 0n) {
    offset = addOffsets(offset, snapshot.cadence);
    const dueDate = addOffset(input.startedOn, offset);
    if (dueDate <= input.after) continue;
    const amount = minOf(left, agreedAmount);
    slots.push({ number: slots.length + 1, offset, dueDate, agreedAmount, amount, paidAmount: 0n });
    left -= amount;
  }
  return slots;
}

function cancelDebt(slots: Slot[], debt: bigint, policy: PlanSnapshot['refund_policy']): Slot[] {
  if (debt === 0n) return slots;
  const owed = slots.map((slot) => slot.amount - slot.paidAmount);
  const kept =
    policy === 'pro_rata' ? spreadProRata(sum(owed) - debt, owed) : fillInOrder(sum(owed) - debt, owed).parts;
  return slots.map((slot, index) => ({ ...slot, amount: slot.paidAmount + (kept[index] ?? 0n) }));
}

function pay(slots: Slot[], amount: bigint): Slot[] {
  const parts = new Map(allocateEarliestFirst(amount, slots).parts.map((part) => [part.number, part.amount]));
  return slots.map((slot) => ({ ...slot, paidAmount: slot.paidAmount + (parts.get(slot.number) ?? 0n) }));
}

/** Offsets count from the first capture, so that a month's end does not wander: 31 Jan, 28 Feb, 31 Mar. */
function addOffsets(a: Offset, b: Offset): Offset {
  return { months: (a.months ?? 0) + (b.months ?? 0), days: (a.days ?? 0) + (b.days ?? 0) };
}
