import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import { findPaymentMethod } from '../processor/payment-methods.ts';
import { claimOn } from './guarantors/claims.ts';
import { lockPlan, type Plan } from './plans.ts';

/** Whether anything may still come in on a plan: of one that was charged off, what its shopper pays themselves. */
export function isOpen({ status }: Pick<Plan, 'status'>): boolean {
  return status === 'pending' || status === 'active' || status === 'charged_off';
}

/**
 * From now on a plan's installments are collected from another of the shopper's cards or bank accounts. A collection that is
 * under way goes on with the method that it was started with.
 *
 * @throws GatewayError `not_found` when the plan or the method is not this shopper's, `state_conflict` when nothing is
 *   collected on the plan any more, not even for a friend who has paid it.
 */
export async function changePaymentMethod(
  tx: Tx,
  input: { planId: string; shopperId: string; paymentMethodId: string },
): Promise<void> {
  const { planId, shopperId, paymentMethodId } = input;
  const plan = await lockPlan(tx, planId);
  if (plan.shopperId !== shopperId) {
    throw new GatewayError('not_found', { detail: 'There is no such plan.' });
  }
  if (!isOpen(plan) && (await claimOn(tx, plan.id)) === 0n) {
    throw new GatewayError('state_conflict', {
      detail: `Nothing is collected on a plan that is ${plan.status}.`,
    });
  }
  const method = await findPaymentMethod(tx, { id: paymentMethodId, shopperId, orBankAccount: true });
  await tx
    .sql('plans')
    .where({ environment_id: tx.environment.id, id: plan.id })
    .update({ payment_method_id: method.id });
}
