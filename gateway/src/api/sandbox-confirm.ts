import { z } from 'zod';
import { askFunders, coveredByConsents } from '../checkout/ask-funders.ts';
import { finishDownHold } from '../checkout/confirm.ts';
import { findSession } from '../checkout/sessions.ts';
import { isBeingConfirmed } from '../checkout/state.ts';
import type { Context } from '../context.ts';
import { defineRoute, type RequestMerchant } from '../http/route.ts';
import { idOf } from '../http/schemas.ts';
import { chooseCard, claimAs, decideAndConfirm } from '../jobs/scenarios/test-shopper.ts';
import { GatewayError } from '../lib/errors.ts';
import { type Tx, transact } from '../lib/tx.ts';
import { orderPlanCodes } from '../plans/offers.ts';
import { carryOut } from '../processor/carry-out.ts';
import { keepMethod } from '../processor/test-cards.ts';
import { testMethods, type TestMethodName } from '../processor/test-methods.ts';
import { findTestPerson } from '../shoppers/sandbox-identity.ts';
import { CheckoutSessionJson, sessionExample, sessionJson } from './resources/checkout-session.ts';

const methodNames = testMethods.map(({ name }) => name) as [TestMethodName, ...TestMethodName[]];

/** Confirms a session as a test person would on the hosted page, for a merchant's own automatic tests. */
export const confirmRoute = defineRoute({
  method: 'post',
  path: '/v1/sandbox/checkout-sessions/{session_id}/confirm',
  operationId: 'confirmSandboxSession',
  summary: 'Confirm a session as a test person',
  description:
    'Does what the hosted page does for a person whose identity is known, without a browser: for ' +
    'your own automatic tests. The session is confirmed and carries its checkout token; a ' +
    'declining person or card gets the 402 that a shopper would see as a page.',
  tags: ['Sandbox'],
  auth: 'merchant',
  scope: 'sandbox',
  params: z.object({ session_id: idOf('cs') }),
  body: z.strictObject({
    plan_code: z.enum(orderPlanCodes),
    test_person: z
      .string()
      .regex(/^good(-\d{1,6})?$/)
      .default('good-1'),
    test_method: z.enum(methodNames).default('ok'),
  }),
  bodyExample: { plan_code: 'pay_in_4' },
  success: {
    status: 200,
    description: 'The session is confirmed and carries its token.',
    schema: CheckoutSessionJson,
    example: {
      ...sessionExample,
      status: 'confirmed',
      plan_code: 'pay_in_4',
      allowed_actions: ['authorize', 'cancel'],
    },
  },
  problems: [
    'not_found',
    'authorization_declined',
    'payment_declined',
    'checkout_session_expired',
    'state_conflict',
    'funder_unavailable',
  ],
  async run(context, { params, body, merchant }) {
    const person = findTestPerson(body.test_person);
    if (!person) throw new GatewayError('not_found', { detail: 'There is no such test person.' });
    const { environmentId, id: merchantId } = merchant;
    const sessionId = params.session_id;
    const inTx = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => asMerchant(context, merchant, work);
    const shopperId = await inTx((tx) => claimAs(tx, { sessionId, merchantId, person }));
    const name = body.test_method;
    const card = await chooseCard(context, inTx, { environmentId, shopperId, name });
    const paymentMethodId = await inTx((tx) => keepMethod(tx, shopperId, card));
    const input = { sessionId, shopperId, planCode: body.plan_code, paymentMethodId };
    const confirmed = await inTx((tx) => decideAndConfirm(tx, input));
    if ('declineCode' in confirmed) {
      const extra = { decline_code: confirmed.declineCode };
      const detail = 'The test person may not pay this later.';
      return { problem: new GatewayError('authorization_declined', { detail, extra }) };
    }
    const asked = confirmed.asksFunders
      ? await askFunders(context, { environmentId, sessionId, covers: coveredByConsents(shopperId) })
      : undefined;
    if (asked?.outcome === 'passed_on') {
      const detail = 'No funder took this plan on the terms that the test person agreed to.';
      throw new GatewayError('funder_unavailable', { detail, retryAfterSeconds: 60 });
    }
    const { downAttemptId: attemptId } = asked?.outcome === 'accepted' ? asked.confirmation : confirmed;
    if (attemptId) {
      await carryOut(context, { environmentId: merchant.environmentId, attemptId }, finishDownHold);
    }
    return inTx(async (tx) => {
      const session = await findSession(tx, { sessionId, merchantId: merchant.id });
      if (session.status === 'open' && !isBeingConfirmed(session)) {
        return {
          problem: new GatewayError('payment_declined', { detail: 'The down payment was declined.' }),
        };
      }
      return sessionJson(tx, session);
    });
  },
});

function asMerchant<T>(
  context: Context,
  merchant: RequestMerchant,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const actor = { kind: 'merchant', id: merchant.id, kid: merchant.kid } as const;
  return transact(context, { environmentId: merchant.environmentId, actor }, work);
}
