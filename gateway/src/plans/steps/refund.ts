import type { CalendarDate } from '../../lib/dates.ts';
import { minOf, sum } from '../../lib/money.ts';
import { interestOn } from '../day-count.ts';
import { askedBySlot, keepPrincipal } from '../placement.ts';
import { endSegment } from '../segments.ts';
import { type PlanState, principalOf, type Segment, type Slot, unpaidInterest } from '../state.ts';

/** What a refund of R does to a debt (money.md rules 4 to 6). Amounts are minor units. */
export type RefundParts = {
  /** The interest on the refunded goods until the date, which the shopper gets back: the next three together. */
  interestReturned: bigint;
  /** Cancels interest that is earned and not paid. */
  interestOff: bigint;
  /** Interest that was paid, given back by canceling principal. */
  interestToPrincipal: bigint;
  /** Interest that was paid, given back as money. */
  interestToShopper: bigint;
  /** What of R cancels principal. */
  principalOff: bigint;
  /** What the shopper gets in money: the rest of R and `interestToShopper`. */
  moneyBack: bigint;
};

/**
 * Refunded goods cost the shopper nothing: R cancels principal, and the interest that R bore so far cancels unpaid
 * interest, the oldest first, then principal; what is left of both is money. Fees stay: they are for lateness.
 */
export function refundGoods(
  state: PlanState,
  { amount, onDate }: { amount: bigint; onDate: CalendarDate },
): RefundParts {
  // Before the segment is split, because two roundings instead of one could move the agreed amounts by a minor unit.
  const asked = askedBySlot(state);
  endSegment(state, onDate);
  const owed = principalOf(state.slots);
  const interestReturned = sum(state.segments.map((segment) => returnInterest(segment, amount)));
  const interestOff = cancelInterest(state.slots, interestReturned);
  const principalOff = minOf(amount, owed);
  const interestToPrincipal = minOf(interestReturned - interestOff, owed - principalOff);
  const interestToShopper = interestReturned - interestOff - interestToPrincipal;
  keepPrincipal(state, owed - principalOff - interestToPrincipal, asked);
  state.returnedInterest += interestReturned;
  return {
    interestReturned,
    interestOff,
    interestToPrincipal,
    interestToShopper,
    principalOff,
    moneyBack: amount - principalOff + interestToShopper,
  };
}

/**
 * The interest that the refunded amount bore in a segment, as far as earlier refunds have not returned it: the
 * difference of what all of them together bore, which is never more than the segment's whole interest.
 */
function returnInterest(segment: Segment, amount: bigint): bigint {
  const { balance, terms, units } = segment;
  segment.refunded = minOf(balance, segment.refunded + amount);
  const borne = interestOn(segment.refunded, terms.shopper_rate_ppm, units, terms.day_count);
  const more = borne - segment.returned;
  segment.returned = borne;
  return more;
}

function cancelInterest(slots: readonly Slot[], amount: bigint): bigint {
  let left = amount;
  for (const slot of slots) {
    const off = minOf(left, unpaidInterest(slot));
    slot.earned -= off;
    left -= off;
  }
  return amount - left;
}
