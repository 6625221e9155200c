import type Stripe from 'stripe';
import { z } from 'zod';
import type { Fault } from '../../faults/faults.ts';
import type { TestMethodName } from '../test-methods.ts';
import { type Call, invalidRequest, missing, MockRefusal, MockSilence } from './answers.ts';
import { bookCharge } from './balance.ts';
import { followDebit, startDebit } from './debits.ts';
import { newChargeId, newPaymentIntent } from './objects.ts';
import { Amount, Currency, listQuery, Metadata, pageOf, read } from './params.ts';
import type { Store } from './store.ts';

const CreateParams = z.strictObject({
  amount: Amount,
  currency: Currency,
  customer: z.string(),
  payment_method: z.string(),
  allowed_payment_method_types: z.strictObject({ 0: z.enum(['card', 'us_bank_account']) }),
  capture_method: z.enum(['automatic', 'manual']),
  confirm: z.literal('true'),
  off_session: z.literal('true'),
  metadata: Metadata,
  payment_method_options: z
    .strictObject({ card: z.strictObject({ request_multicapture: z.literal('if_available') }) })
    .optional(),
});

const CaptureParams = z.strictObject({
  amount_to_capture: Amount.optional(),
  final_capture: z.enum(['true', 'false']).default('true'),
  metadata: Metadata,
});

/** Creates and confirms a payment intent; how that ends is decided by faults and by the test method it is paid with. */
export async function createPaymentIntent(call: Call): Promise<unknown> {
  const { request, store } = call;
  const params = read(CreateParams, request.body);
  const method = await store.find('payment_method', params.payment_method);
  if (method?.customer !== params.customer) throw missing('PaymentMethod', params.payment_method);
  const type = params.allowed_payment_method_types[0];
  if (method.type !== type || (type !== 'card' && params.capture_method === 'manual')) {
    throw invalidRequest(
      `A ${method.type} cannot be paid with so.`,
      'payment_intent_incompatible_payment_method',
    );
  }
  const behaviour = method.metadata?.test_method as TestMethodName;
  const fault = await faultOf(call, params.metadata, method);
  if (fault?.kind === 'processor_timeout' || (behaviour === 'timeout' && !call.repeated))
    throw new MockSilence();
  const intent = newPaymentIntent({
    created: request.now,
    amount: params.amount,
    currency: params.currency,
    customer: params.customer,
    paymentMethod: method.id,
    type,
    captureMethod: params.capture_method,
    metadata: params.metadata,
  });
  const decline = arrangedDecline(fault) ?? (type === 'card' ? declineOf(behaviour, method) : undefined);
  if (decline) {
    await store.save('payment_method', { ...method, metadata: { ...method.metadata, used: 'true' } });
    await refuse(store, intent, method, decline);
  }
  if (behaviour === 'answer_lost' || fault?.kind === 'processor_late_answer') call.loseAnswer();
  if (type !== 'card') return startDebit(store, intent, method);
  const paid: Stripe.PaymentIntent = {
    ...intent,
    latest_charge: newChargeId(),
    ...(params.capture_method === 'manual'
      ? { status: 'requires_capture', amount_capturable: intent.amount }
      : { status: 'succeeded', amount_received: intent.amount }),
  };
  await store.save('payment_intent', paid);
  if (paid.amount_received > 0) await bookCharge(store, paid, paid.amount_received, request.now);
  return paid;
}

/** A sandbox's payments name it; those of another tester of the mock need not. */
async function faultOf(
  { store }: Call,
  metadata: Record<string, string>,
  method: Stripe.PaymentMethod,
): Promise<Fault | undefined> {
  const environmentId = metadata.environment_id;
  return environmentId === undefined ? undefined : store.takeFault({ environmentId, method: method.id });
}

function arrangedDecline(fault: Fault | undefined): Decline | undefined {
  if (fault?.kind === 'card_expires') return declines.expired_card;
  if (fault?.kind !== 'card_declines' || fault.declineCode === null) return undefined;
  if (fault.declineCode === 'expired_card') return declines.expired_card;
  return { code: 'card_declined', decline_code: fault.declineCode, message: 'Your card was declined.' };
}

type Decline = { code: 'card_declined' | 'expired_card'; decline_code: string; message: string };

const insufficientFunds: Decline = {
  code: 'card_declined',
  decline_code: 'insufficient_funds',
  message: 'Your card has insufficient funds.',
};

const declines: { [name in TestMethodName]?: Decline } = {
  declined: { code: 'card_declined', decline_code: 'generic_decline', message: 'Your card was declined.' },
  expired_card: { code: 'expired_card', decline_code: 'expired_card', message: 'Your card has expired.' },
  insufficient_funds: insufficientFunds,
  insufficient_funds_once: insufficientFunds,
};

function declineOf(behaviour: TestMethodName, method: Stripe.PaymentMethod): Decline | undefined {
  const usedUp = behaviour === 'insufficient_funds_once' && method.metadata?.used;
  return usedUp ? undefined : declines[behaviour];
}

/** A declined intent exists, without money, and is part of the error that tells of it. */
async function refuse(
  store: Store,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  decline: Decline,
): Promise<never> {
  const error = { type: 'card_error' as const, ...decline, charge: newChargeId() };
  const declined: Stripe.PaymentIntent = {
    ...intent,
    status: 'requires_payment_method',
    latest_charge: error.charge,
    payment_method: null,
    last_payment_error: { ...error, payment_method: method },
  };
  await store.save('payment_intent', declined);
  throw new MockRefusal(402, { ...error, payment_intent: declined, payment_method: method });
}

export async function retrievePaymentIntent({ request, ids: [id = ''], store }: Call): Promise<unknown> {
  return followDebit(store, await found(store, id), request.now);
}

export async function listPaymentIntents({ request, store }: Call): Promise<unknown> {
  const query = read(listQuery('customer'), request.query);
  const intents: Stripe.PaymentIntent[] = [];
  for (const intent of await store.list('payment_intent', { customer: query.customer }))
    intents.push(await followDebit(store, intent, request.now));
  return pageOf(request.path, intents, query);
}

/** Takes a part of what is held; the rest stays held unless this is the final capture. */
export async function capturePaymentIntent({ request, ids: [id = ''], store }: Call): Promise<unknown> {
  const params = read(CaptureParams, request.body);
  const intent = await found(store, id);
  if (intent.status !== 'requires_capture') throw unexpectedState(intent, 'captured');
  const amount = params.amount_to_capture ?? intent.amount_capturable;
  if (amount > intent.amount_capturable) {
    throw invalidRequest(
      `${amount} is more than the remaining ${intent.amount_capturable}.`,
      'amount_too_large',
      'amount_to_capture',
    );
  }
  const rest = params.final_capture === 'true' ? 0 : intent.amount_capturable - amount;
  const captured: Stripe.PaymentIntent = {
    ...intent,
    amount_capturable: rest,
    amount_received: intent.amount_received + amount,
    status: rest > 0 ? 'requires_capture' : 'succeeded',
    metadata: { ...intent.metadata, ...params.metadata },
  };
  await store.save('payment_intent', captured);
  await bookCharge(store, captured, amount, request.now);
  return captured;
}

/** Lets go of what is held; an intent of which a part was captured has succeeded with that part. */
export async function cancelPaymentIntent({ request, ids: [id = ''], store }: Call): Promise<unknown> {
  read(z.strictObject({}), request.body);
  const intent = await found(store, id);
  if (intent.status === 'succeeded' || intent.status === 'canceled')
    throw unexpectedState(intent, 'canceled');
  const canceled: Stripe.PaymentIntent = {
    ...intent,
    amount_capturable: 0,
    ...(intent.amount_received > 0
      ? { status: 'succeeded' }
      : { status: 'canceled', canceled_at: request.now }),
  };
  await store.save('payment_intent', canceled);
  return canceled;
}

async function found(store: Store, id: string): Promise<Stripe.PaymentIntent> {
  const intent = await store.find('payment_intent', id);
  if (!intent) throw missing('payment_intent', id);
  return intent;
}

function unexpectedState(intent: Stripe.PaymentIntent, wanted: string): MockRefusal {
  return invalidRequest(
    `This PaymentIntent could not be ${wanted} because it has a status of ${intent.status}.`,
    'payment_intent_unexpected_state',
  );
}
