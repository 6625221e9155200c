import { z } from 'zod';
import { claimSession } from '../checkout/claim.ts';
import { type Confirmation, confirm, finishDownHold } from '../checkout/confirm.ts';
import { decide } from '../checkout/decide.ts';
import { findSession } from '../checkout/sessions.ts';
import type { Context } from '../context.ts';
import { type Declined, defineRoute, type RequestMerchant } from '../http/route.ts';
import { idOf } from '../http/schemas.ts';
import { dateIn } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import { type Tx, transact } from '../lib/tx.ts';
import { planCodes } from '../plans/offers.ts';
import { carryOut } from '../processor/carry-out.ts';
import { listPaymentMethods } from '../processor/payment-methods.ts';
import { chooseTestMethod, keepMethod } from '../processor/test-cards.ts';
import { testMethods, type TestMethodName } from '../processor/test-methods.ts';
import { findTestPerson, type TestPerson } from '../shoppers/sandbox-identity.ts';
import { makeKnownShopper } from './known-shopper.ts';
import { CheckoutSessionJson, sessionExample, sessionJson } from './resources/checkout-session.ts';

const methodNames = testMethods.map(({ name }) => name) as [TestMethodName, ...TestMethodName[]];

/** Confirms a session as a test person would on the hosted page, for a merchant's own automatic tests. */
export const confirmRoute = defineRoute({
  method: 'post',
  path: '/v1/sandbox/checkout-sessions/{session_id}/confirm',
  operationId: 'confirmSandboxSession',
  summary: 'Confirm a session as a test person',
  description: 'Does what the hosted page does for a person whose identity is known, without a browser.',
  tags: ['Sandbox'],
  auth: 'merchant',
  scope: 'sandbox',
  params: z.object({ session_id: idOf('cs') }),
  body: z.strictObject({
    plan_code: z.enum(planCodes),
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
  ],
  async run(context, { params, body, merchant }) {
    const person = findTestPerson(body.test_person);
    if (!person) throw new GatewayError('not_found', { detail: 'There is no such test person.' });
    const sessionId = params.session_id;
    const shopperId = await claimAs(context, merchant, { sessionId, person });
    const paymentMethodId = await saveMethod(context, merchant, { shopperId, name: body.test_method });
    const input = { sessionId, shopperId, planCode: body.plan_code, paymentMethodId };
    const confirmed = await asMerchant(context, merchant, (tx) => decideAndConfirm(tx, input));
    if ('problem' in confirmed) return confirmed;
    const { downAttemptId: attemptId } = confirmed;
    if (attemptId) {
      await carryOut(context, { environmentId: merchant.environmentId, attemptId }, finishDownHold);
    }
    return asMerchant(context, merchant, async (tx) => {
      const session = await findSession(tx, { sessionId, merchantId: merchant.id });
      if (session.status === 'open' && !session.downAttemptId) {
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

function claimAs(
  context: Context,
  merchant: RequestMerchant,
  input: { sessionId: string; person: TestPerson },
) {
  return asMerchant(context, merchant, async (tx) => {
    if (tx.environment.kind !== 'sandbox')
      throw new GatewayError('not_found', { detail: 'This works in sandboxes only.' });
    await findSession(tx, { sessionId: input.sessionId, merchantId: merchant.id });
    const shopperId = await makeKnownShopper(tx, input.person, dateIn(tx.environment.timeZone, tx.now));
    await claimSession(tx, { sessionId: input.sessionId, shopperId });
    return shopperId;
  });
}

async function saveMethod(
  context: Context,
  merchant: RequestMerchant,
  { shopperId, name }: { shopperId: string; name: TestMethodName },
): Promise<string> {
  const { environmentId } = merchant;
  const known = await asMerchant(context, merchant, (tx) => listPaymentMethods(tx, shopperId));
  const processor = context.processorFor('sandbox');
  const chosen = await chooseTestMethod(processor, { environmentId, shopperId, name, known });
  return asMerchant(context, merchant, (tx) => keepMethod(tx, shopperId, chosen));
}

/** A decline is an outcome: it is kept with its assessment. */
async function decideAndConfirm(
  tx: Tx,
  input: Parameters<typeof confirm>[1],
): Promise<Confirmation | Declined> {
  const session = await findSession(tx, { sessionId: input.sessionId });
  if (session.status === 'open' && !session.downAttemptId) {
    const { assessment } = await decide(tx, input);
    if (assessment.outcome === 'declined') {
      const extra = { decline_code: assessment.declineCode };
      const detail = 'The test person may not pay this later.';
      return { problem: new GatewayError('authorization_declined', { detail, extra }) };
    }
  }
  return confirm(tx, input);
}
