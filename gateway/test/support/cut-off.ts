import { claimSession } from '../../src/checkout/claim.ts';
import { makeKnownShopper } from '../../src/jobs/scenarios/known-shopper.ts';
import { decideAndConfirm } from '../../src/jobs/scenarios/test-shopper.ts';
import { findTestPerson } from '../../src/shoppers/sandbox-identity.ts';
import type { Shop } from './shop.ts';
import { addMethod, openCheckout } from './walk.ts';

/**
 * Reserves a plan of 50.00 for a test person as a confirmation does, and then nothing: the process that would ask the
 * funders is gone. Returns the session's id.
 */
export async function cutOff(shop: Shop, testPerson: string): Promise<string> {
  const { id: sessionId } = await openCheckout(shop, 5_000);
  const person = findTestPerson(testPerson);
  if (!person) throw new Error('there is no such person');
  const shopperId = await shop.inTx((tx) => makeKnownShopper(tx, person, '2026-03-01'));
  const paymentMethodId = await addMethod(shop, shopperId, 'ok');
  await shop.inTx(async (tx) => {
    await claimSession(tx, { sessionId, shopperId });
    return decideAndConfirm(tx, { sessionId, shopperId, planCode: 'pay_in_4', paymentMethodId });
  });
  return sessionId;
}
