import { maxOf, minOf, splitEqually, sum } from '../lib/money.ts';
import { growthOf, levelPayment, presentValue, timesHalfEven } from './annuity.ts';
import { interestOn, unitsWithin } from './day-count.ts';
import { interestBySlot, segmentsAhead } from './segments.ts';
import { fillInOrder, spreadProRata } from './spread.ts';
import {
  type Debt,
  isLevel,
  type PlanState,
  principalOf,
  type Slot,
  slotsAfter,
  unpaidInterest,
  unpaidPrincipal,
} from './state.ts';

/** Spreads `amount` of new principal over `slots` that hold none, level or in equal parts as the terms say. */
export function spreadNew(debt: Debt, slots: readonly Slot[], amount: bigint): void {
  if (!isLevel(debt.terms)) {
    const parts = splitEqually(amount, slots.length);
    for (const [index, slot] of slots.entries()) slot.principal = parts[index] ?? 0n;
    return;
  }
  const growth = growthOf(
    debt.terms,
    slots.map((slot) => unitsAhead(debt, slot)),
  );
  const level = timesHalfEven(1n, levelPayment(amount, growth));
  fillLevel(debt, { slots, amount, limits: slots.map(() => level), restTo: 'last' });
}

/**
 * Puts `amount` of principal that is not yet due into `slots`, the earliest first, instead of what is unpaid in them:
 * each asks, with the interest on what is still ahead, for at most its limit of what is not paid. The rest goes to the
 * last one that has a limit, or is returned.
 */
export function fillLevel(
  state: Debt,
  input: { slots: readonly Slot[]; amount: bigint; limits: readonly bigint[]; restTo: 'last' | 'caller' },
): bigint {
  const { slots, limits, restTo } = input;
  const { shopper_rate_ppm: rate, day_count: dayCount } = state.terms;
  const limited = limits.findLastIndex((limit) => limit > 0n);
  const last = limited === -1 ? limits.length - 1 : limited;
  let left = input.amount;
  let unasked = 0n;
  for (const [index, slot] of slots.entries()) {
    unasked += interestOn(left, rate, unitsAhead(state, slot), dayCount);
    const room = (limits[index] ?? 0n) - unpaidInterest(slot) - unasked;
    const part = restTo === 'last' && index === last ? left : minOf(left, maxOf(room, 0n));
    slot.principal = slot.paidPrincipal + part;
    left -= part;
    if (part > 0n) unasked = 0n;
  }
  return left;
}

/** Lowers the unpaid principal to `kept`, by the refund policy of the plan. `asked` is what each installment asked. */
export function keepPrincipal(state: PlanState, kept: bigint, asked: ReadonlyMap<number, bigint>): void {
  const { slots } = state;
  const owed = slots.map(unpaidPrincipal);
  const proRata = state.snapshot.refund_policy === 'pro_rata';
  const open = slotsAfter(state, state.earnedUntil);
  if (!isLevel(state.terms) || principalOf(open) === 0n) {
    const parts = proRata && sum(owed) > 0n ? spreadProRata(kept, owed) : fillInOrder(kept, owed).parts;
    for (const [index, slot] of slots.entries()) slot.principal = slot.paidPrincipal + (parts[index] ?? 0n);
    return;
  }
  const limits = proRata ? scaledLimits(state, kept, asked) : asked;
  let left = kept;
  for (const slot of slots.filter((slot) => !open.includes(slot))) {
    const part = minOf(left, unpaidPrincipal(slot), limits.get(slot.number) ?? 0n);
    slot.principal = slot.paidPrincipal + part;
    left -= part;
  }
  const limitsOfOpen = open.map(({ number }) => limits.get(number) ?? 0n);
  fillLevel(state, { slots: open, amount: left, limits: limitsOfOpen, restTo: 'last' });
}

/**
 * What each installment asks of its unpaid amount, principal and interest. What is past its agreed date counts with its
 * principal only: the interest on it is earned, and is not spread again.
 */
export function askedBySlot(state: Debt): Map<number, bigint> {
  const ahead = interestBySlot(segmentsAhead(state));
  return new Map(
    state.slots.map((slot) => {
      const open = slot.period.until > state.earnedUntil;
      const interest = open ? unpaidInterest(slot) + (ahead.get(slot.number) ?? 0n) : 0n;
      return [slot.number, unpaidPrincipal(slot) + interest];
    }),
  );
}

/** The same parts of a new level: all amounts times the one factor by which they repay `kept` and what is earned. */
function scaledLimits(
  state: PlanState,
  kept: bigint,
  asked: ReadonlyMap<number, bigint>,
): ReadonlyMap<number, bigint> {
  const { slots } = state;
  const open = new Set(slotsAfter(state, state.earnedUntil));
  const growth = growthOf(
    state.terms,
    slots.map((slot) => (open.has(slot) ? unitsAhead(state, slot) : 0)),
  );
  const amounts = slots.map(({ number }) => asked.get(number) ?? 0n);
  const earned = slots.map((slot) => (open.has(slot) ? unpaidInterest(slot) : 0n));
  const before = presentValue(amounts, growth);
  const debt = presentValue(earned, growth);
  if (before.numerator === 0n) return asked;
  const factor = {
    numerator: kept * debt.denominator + debt.numerator,
    denominator: before.numerator,
  };
  return new Map(slots.map(({ number }, index) => [number, timesHalfEven(amounts[index] ?? 0n, factor)]));
}

/** How much of the year is left of an installment's period. */
function unitsAhead(state: Debt, { period }: Slot): number {
  const from = period.from > state.earnedUntil ? period.from : state.earnedUntil;
  return unitsWithin(state.terms.day_count, period, { from, to: period.until });
}
