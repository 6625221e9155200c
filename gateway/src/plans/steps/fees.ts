import { type PlanState, slotOf, unpaidFee } from '../state.ts';

/** Throws a RangeError after a hardship arrangement, which promises that there are none. */
export function chargeLateFee(
  state: PlanState,
  { number, amount }: { number: number; amount: bigint },
): void {
  if (state.hardship) throw new RangeError('there are no late fees after a hardship arrangement');
  slotOf(state, number).fee += amount;
}

/** Takes back a fee that is not paid; a RangeError when less of it is unpaid. */
export function waiveFee(state: PlanState, { number, amount }: { number: number; amount: bigint }): void {
  const slot = slotOf(state, number);
  if (amount > unpaidFee(slot)) throw new RangeError(`${amount} waived of a fee of ${unpaidFee(slot)}`);
  slot.fee -= amount;
}
