import { type Allocation, allocateEarliestFirst, type PayableInstallment } from '../plans/allocation.ts';

/**
 * Splits a repayment of `amount` minor units over the installments of its plan: past due, then due, then in advance,
 * the earliest first. `left` is what is not owed and goes back to the shopper (the `overpayment` posting).
 * It is the rule by which the plan's schedule counts a repayment, so that the stored parts always add up to it.
 */
export function allocate(input: { amount: bigint; installments: readonly PayableInstallment[] }): Allocation {
  if (input.amount <= 0n) throw new RangeError(`a repayment of ${input.amount}`);
  return allocateEarliestFirst(input.amount, input.installments);
}
