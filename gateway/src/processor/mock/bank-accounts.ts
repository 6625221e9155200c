import type Stripe from 'stripe';
import { z } from 'zod';
import { findTestBankAccount, testBank } from '../test-bank-accounts.ts';
import { type Call, invalidRequest, missing } from './answers.ts';
import { newBankMethod, newMockId } from './objects.ts';
import { Metadata, read } from './params.ts';

const MethodParams = z.strictObject({
  type: z.literal('us_bank_account'),
  us_bank_account: z.strictObject({
    account_holder_type: z.literal('individual'),
    account_number: z.string(),
    routing_number: z.literal(testBank.code),
  }),
  billing_details: z.strictObject({ name: z.string().min(1) }),
  metadata: Metadata,
});

const SetupParams = z.strictObject({
  customer: z.string(),
  payment_method: z.string(),
  allowed_payment_method_types: z.strictObject({ 0: z.literal('us_bank_account') }),
  confirm: z.literal('true'),
  usage: z.literal('off_session'),
  mandate_data: z.strictObject({
    customer_acceptance: z.strictObject({
      type: z.literal('online'),
      online: z.strictObject({ ip_address: z.string().min(1), user_agent: z.string().min(1) }),
    }),
  }),
  metadata: Metadata,
});

/** A test account as a payment method that belongs to nobody yet; how its debits go is in its number. */
export async function createBankMethod({ request, store }: Call): Promise<unknown> {
  const params = read(MethodParams, request.body);
  const { account_number: number } = params.us_bank_account;
  const known = findTestBankAccount(number);
  if (!known) throw invalidRequest('This is no test account.', 'account_number_invalid', 'us_bank_account');
  const method = newBankMethod({
    created: request.now,
    holder: params.billing_details.name,
    number,
    bank: testBank,
    testMethod: known.debit,
  });
  await store.save('payment_method', method);
  return method;
}

/** Confirming it makes the bank account the customer's, to be debited while they are away. */
export async function createSetupIntent({ request, store }: Call): Promise<unknown> {
  const params = read(SetupParams, request.body);
  const method = await store.find('payment_method', params.payment_method);
  if (method?.type !== 'us_bank_account') throw missing('PaymentMethod', params.payment_method);
  if (!(await store.find('customer', params.customer))) throw missing('customer', params.customer);
  await store.save('payment_method', { ...method, customer: params.customer });
  const id = newMockId('seti');
  const intent: Stripe.SetupIntent = {
    id,
    object: 'setup_intent',
    allowed_payment_method_types: ['us_bank_account'],
    application: null,
    automatic_payment_methods: null,
    cancellation_reason: null,
    client_secret: `${id}_secret_${newMockId('mock')}`,
    created: request.now,
    customer: params.customer,
    customer_account: null,
    description: null,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    managed_payments: null,
    mandate: newMockId('mandate'),
    metadata: params.metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: method.id,
    payment_method_configuration_details: null,
    payment_method_options: null,
    payment_method_types: ['us_bank_account'],
    single_use_mandate: null,
    status: 'succeeded',
    usage: 'off_session',
  };
  await store.save('setup_intent', intent);
  return intent;
}
