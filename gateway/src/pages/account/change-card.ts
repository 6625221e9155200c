import { GatewayError } from '../../lib/errors.ts';
import { changePaymentMethod } from '../../repayments/methods.ts';
import { findPlan, lockPlan } from '../../repayments/plans.ts';
import type { Result } from '../answer-form.ts';
import { field } from '../forms.ts';
import { say } from '../memory.ts';
import { inVisit } from '../page-visit.ts';
import { chooseMethod } from '../payment-method.ts';
import { readPaymentMethod } from '../../processor/payment-methods.ts';
import { keepMethod } from '../../processor/test-cards.ts';
import type { AccountAction } from './action.ts';
import { planIdOf } from './plan-id.ts';

/** Collects a plan from another card or bank account from now on. A new card is saved at the processor first. */
export async function changeCard({ context, visit, req }: AccountAction): Promise<Result> {
  const planId = planIdOf(req);
  const shopperId = visit.shopper.id;
  // Nothing is saved for a plan that is somebody else's.
  await inVisit(context, visit, (tx) => findPlan(tx, { planId, shopperId }), 'read');
  const chosen = await chooseMethod(context, visit, {
    shopperId,
    value: field(req, 'method'),
    orBankAccount: true,
  });
  if (!chosen) return { memory: say(visit, 'method_missing') };
  try {
    const kind = await inVisit(context, visit, async (tx) => {
      // The same form in another tab waits here, and finds the card that this one keeps.
      await lockPlan(tx, planId);
      const paymentMethodId = await keepMethod(tx, shopperId, chosen);
      await changePaymentMethod(tx, { planId, shopperId, paymentMethodId });
      return (await readPaymentMethod(tx, paymentMethodId)).kind;
    });
    return { memory: say(visit, kind === 'card' ? 'method_changed' : 'bank_chosen') };
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'state_conflict')
      return { memory: say(visit, 'plan_over') };
    throw error;
  }
}
