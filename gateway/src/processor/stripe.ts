import { Stripe } from 'stripe';
import { GatewayError } from '../lib/errors.ts';
import { toJsonAmount } from '../lib/money.ts';
import { DeadlinePassed, withDeadline } from './deadline.ts';
import type { Instruction, MethodRequest, Outcome, Processor, SavedMethod, TargetRequest } from './port.ts';
import { listBalance } from './stripe-balance.ts';
import { saveBankAccount, savedOnce } from './stripe-bank-accounts.ts';
import { createStripe } from './stripe-client.ts';
import { lookUpPayout, lookUpRecall, payOut, recallPayout } from './stripe-payouts.ts';
import {
  isDoubtful,
  outcomeOfError,
  outcomeOfIntent,
  outcomeOfOutbound,
  outcomeOfRefund,
} from './stripe-outcomes.ts';
import { testMethods } from './test-methods.ts';

export type StripeOptions = {
  secretKey: string;
  /** Where the API is, when not at Stripe. */
  host?: string;
  /** The time in which each operation has its outcome; two of them fit into the lease on an attempt. */
  timeoutMs: number;
  /** Further headers of each request. */
  headers?: (() => Record<string, string>) | undefined;
  /** Whether the named test methods can be saved. */
  testMethods: boolean;
  /** The account at Stripe from which shoppers are sent cash; without one no cash is sent. */
  financialAccount?: string | undefined;
  /** Whether each environment has books of its own at the processor, under an account with the environment's name. */
  accountPerEnvironment?: boolean;
};

/**
 * How far the processor's clock may be behind ours when what it made since an attempt began is listed. A whole day
 * lengthens the list of one customer or merchant but little.
 */
const skewSeconds = 86_400;

/** A processor that speaks Stripe's API through Stripe's SDK. */
export function createStripeProcessor(options: StripeOptions): Processor {
  const stripe = createStripe(options);
  const settle = async (work: Promise<Outcome>): Promise<Outcome> =>
    withDeadline(options.timeoutMs, work).catch(outcomeOfError);

  return {
    saveTestMethod: async (input) => {
      if (!options.testMethods) {
        throw new GatewayError('validation_failed', { detail: 'Test methods exist in sandboxes only.' });
      }
      return withDeadline(options.timeoutMs, saveTestMethod(stripe, input)).catch(refuseUnavailable);
    },
    saveBankAccount: (input) =>
      withDeadline(options.timeoutMs, saveBankAccount(stripe, input)).catch(refuseUnavailable),
    charge: (request) => settle(createIntent(stripe, request, 'automatic')),
    hold: async (request) =>
      request.kind === 'card'
        ? settle(createIntent(stripe, request, 'manual'))
        : { status: 'failed', code: 'bank_accounts_hold_nothing' },
    captureHold: (request) => settle(captureHold(stripe, request)),
    releaseHold: (request) => settle(releaseHold(stripe, request)),
    sendMoneyBack: (request) => settle(sendMoneyBack(stripe, request)),
    payOut: (request) => settle(payOut(stripe, request)),
    recallPayout: (request) => settle(recallPayout(stripe, request)),
    payToMethod: async (request) =>
      options.financialAccount === undefined
        ? { status: 'failed', code: 'payouts_not_set_up' }
        : settle(payToMethod(stripe, request, options.financialAccount)),
    lookUp: (instruction, startedAt) =>
      withDeadline(options.timeoutMs, lookUp(stripe, instruction, startedAt)).catch(outcomeOfError),
    listBalanceTransactions: async ({ environmentId, ...asked }) =>
      withDeadline(
        options.timeoutMs,
        listBalance(stripe, asked, {
          financialAccount: options.financialAccount,
          ...(options.accountPerEnvironment && { stripeAccount: environmentId }),
        }),
      ).catch(refuseUnavailable),
  };
}

async function saveTestMethod(
  stripe: Stripe,
  input: Parameters<Processor['saveTestMethod']>[0],
): Promise<SavedMethod> {
  const token = testMethods.find(({ name }) => name === input.name)?.token;
  if (!token) throw new Error(`there is no test method ${input.name}`);
  const customer =
    input.customer ??
    (
      await stripe.customers.create(
        { metadata: { environment_id: input.environmentId } },
        savedOnce(`${input.idempotencyKey}:customer`),
      )
    ).id;
  const method = await stripe.paymentMethods.attach(
    token,
    { customer },
    savedOnce(`${input.idempotencyKey}:method`),
  );
  if (!method.card) throw new Error(`the processor's method ${method.id} is not a card`);
  const { brand, last4, fingerprint, country } = method.card;
  return {
    kind: 'card',
    customer,
    method: method.id,
    brand,
    last4,
    fingerprint: fingerprint ?? undefined,
    country: country ?? undefined,
  };
}

function refuseUnavailable(error: unknown): never {
  if (!(error instanceof DeadlinePassed) && !isDoubtful(error)) throw error;
  throw new GatewayError('processor_unavailable', {
    detail: 'The payment processor does not answer.',
    retryAfterSeconds: 5,
  });
}

async function createIntent(
  stripe: Stripe,
  request: MethodRequest,
  captureMethod: 'automatic' | 'manual',
): Promise<Outcome> {
  const intent = await stripe.paymentIntents.create(
    {
      amount: toJsonAmount(request.amount),
      currency: request.currency.toLowerCase(),
      customer: request.customer,
      payment_method: request.method,
      allowed_payment_method_types: [request.kind],
      capture_method: captureMethod,
      confirm: true,
      off_session: true,
      metadata: metadataOf(request),
      ...(captureMethod === 'manual' && {
        payment_method_options: { card: { request_multicapture: 'if_available' as const } },
      }),
    },
    { idempotencyKey: request.attemptId },
  );
  return outcomeOfIntent(intent, captureMethod === 'manual' ? 'requires_capture' : 'succeeded');
}

/** Captures have no object of their own, so each leaves its attempt's id as a key in the metadata of the hold. */
async function captureHold(stripe: Stripe, request: TargetRequest): Promise<Outcome> {
  const intent = await stripe.paymentIntents.capture(
    request.target,
    {
      amount_to_capture: toJsonAmount(request.amount),
      final_capture: false,
      metadata: { [request.attemptId]: 'captured' },
    },
    { idempotencyKey: request.attemptId },
  );
  return { status: 'succeeded', reference: intent.id };
}

async function releaseHold(stripe: Stripe, request: TargetRequest): Promise<Outcome> {
  try {
    await stripe.paymentIntents.cancel(request.target, {}, { idempotencyKey: request.attemptId });
  } catch (error) {
    // A hold that was taken whole or has lapsed cannot be canceled and holds nothing, which is what was wanted.
    const over =
      error instanceof Stripe.errors.StripeInvalidRequestError &&
      error.code === 'payment_intent_unexpected_state';
    if (!over || !(await isReleased(stripe, request.target))) throw error;
  }
  return { status: 'succeeded', reference: request.target };
}

async function isReleased(stripe: Stripe, holdId: string): Promise<boolean> {
  const hold = await stripe.paymentIntents.retrieve(holdId);
  return hold.amount_capturable === 0 && (hold.status === 'canceled' || hold.status === 'succeeded');
}

async function sendMoneyBack(stripe: Stripe, request: TargetRequest): Promise<Outcome> {
  const refund = await stripe.refunds.create(
    { payment_intent: request.target, amount: toJsonAmount(request.amount), metadata: metadataOf(request) },
    { idempotencyKey: request.attemptId },
  );
  return outcomeOfRefund(refund);
}

/**
 * An outbound payment: what sends money to somebody who is not a merchant of ours. It is looked up until it has left or
 * has failed. The recipient is the shopper's customer, the payout method their saved method.
 */
async function payToMethod(
  stripe: Stripe,
  request: MethodRequest,
  financialAccount: string,
): Promise<Outcome> {
  const currency = request.currency.toLowerCase();
  const payment = await stripe.v2.moneyManagement.outboundPayments.create(
    {
      amount: { value: toJsonAmount(request.amount), currency },
      from: { financial_account: financialAccount, currency },
      to: { recipient: request.customer, payout_method: request.method, currency },
      metadata: metadataOf(request),
    },
    { idempotencyKey: request.attemptId },
  );
  return outcomeOfOutbound(payment);
}

function metadataOf(request: { attemptId: string; environmentId: string }): Record<string, string> {
  return { attempt_id: request.attemptId, environment_id: request.environmentId };
}

/**
 * Looks through the lists, which show an object as soon as it exists. Stripe's search, which could look for
 * metadata directly, may lag behind by minutes and would call a charge that was just made `not_found`.
 */
async function lookUp(stripe: Stripe, asked: Instruction, startedAt: Date): Promise<Outcome | 'not_found'> {
  const page = { limit: 100, created: { gte: Math.floor(startedAt.getTime() / 1000) - skewSeconds } };
  switch (asked.purpose) {
    case 'repayment':
    case 'down_hold': {
      const intent = await findOwn(asked, stripe.paymentIntents.list({ customer: asked.customer, ...page }));
      return intent
        ? outcomeOfIntent(intent, asked.purpose === 'repayment' ? 'succeeded' : 'requires_capture')
        : 'not_found';
    }
    case 'down_capture': {
      const hold = await stripe.paymentIntents.retrieve(asked.target);
      return asked.attemptId in hold.metadata ? { status: 'succeeded', reference: hold.id } : 'not_found';
    }
    case 'down_release':
      return (await isReleased(stripe, asked.target))
        ? { status: 'succeeded', reference: asked.target }
        : 'not_found';
    case 'money_back': {
      const refund = await findOwn(asked, stripe.refunds.list({ payment_intent: asked.target, ...page }));
      return refund ? outcomeOfRefund(refund) : 'not_found';
    }
    case 'draw_payout': {
      const { outboundPayments } = stripe.v2.moneyManagement;
      const payment = await findOwn(asked, outboundPayments.list({ recipient: asked.customer, ...page }));
      return payment ? outcomeOfOutbound(payment) : 'not_found';
    }
    case 'payout_recall':
      return lookUpRecall(stripe, asked);
    case 'payout':
    default:
      return lookUpPayout(stripe, asked, page);
  }
}

async function findOwn<T extends { metadata?: Stripe.Metadata | null }>(
  asked: { attemptId: string },
  list: AsyncIterable<T>,
): Promise<T | undefined> {
  for await (const object of list) {
    if (object.metadata?.attempt_id === asked.attemptId) return object;
  }
  return undefined;
}
