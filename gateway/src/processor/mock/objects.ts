import type Stripe from 'stripe';
import { uuidv7obj } from 'uuidv7';
import type { MethodKind } from '../port.ts';

// Each builder takes what a request decides; the rest is what Stripe leaves empty.

export function newMockId(prefix: string): string {
  return `${prefix}_${uuidv7obj().toHex()}`;
}

export function newCustomer(input: { created: number; metadata: Record<string, string> }) {
  return {
    id: newMockId('cus'),
    object: 'customer',
    balance: 0,
    created: input.created,
    default_source: null,
    description: null,
    email: null,
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    metadata: input.metadata,
    shipping: null,
  } satisfies Stripe.Customer;
}

export function newPaymentMethod(input: {
  created: number;
  customer: string;
  brand: string;
  last4: string;
  testMethod: string;
}) {
  return {
    id: newMockId('pm'),
    object: 'payment_method',
    billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
    card: {
      brand: input.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
      country: 'CN',
      display_brand: input.brand,
      exp_month: 12,
      exp_year: 2034,
      // The same for the same number, whoever saves it.
      fingerprint: `mock${input.brand}${input.last4}`,
      funding: 'credit',
      generated_from: null,
      last4: input.last4,
      networks: { available: [input.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: input.created,
    customer: input.customer,
    customer_account: null,
    livemode: false,
    metadata: { test_method: input.testMethod },
    type: 'card',
  } satisfies Stripe.PaymentMethod;
}

/** A bank account, which belongs to nobody yet. */
export function newBankMethod(input: {
  created: number;
  holder: string;
  number: string;
  bank: { name: string; code: string };
  testMethod: string;
}) {
  return {
    id: newMockId('pm'),
    object: 'payment_method',
    billing_details: { address: null, email: null, name: input.holder, phone: null, tax_id: null },
    created: input.created,
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: { test_method: input.testMethod },
    type: 'us_bank_account',
    us_bank_account: {
      account_holder_type: 'individual',
      account_type: 'checking',
      bank_name: input.bank.name,
      financial_connections_account: null,
      // The same for the same number, whoever saves it.
      fingerprint: `mockbank${input.number}`,
      last4: input.number.slice(-4),
      networks: null,
      routing_number: input.bank.code,
      status_details: null,
    },
  } satisfies Stripe.PaymentMethod;
}

export function newPaymentIntent(input: {
  created: number;
  amount: number;
  currency: string;
  customer: string;
  paymentMethod: string;
  type: MethodKind;
  captureMethod: 'automatic' | 'manual';
  metadata: Record<string, string>;
}): Stripe.PaymentIntent {
  const id = newMockId('pi');
  return {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount: input.amount,
    amount_capturable: 0,
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: input.captureMethod,
    client_secret: `${id}_secret_${newMockId('mock')}`,
    confirmation_method: 'automatic',
    created: input.created,
    currency: input.currency,
    customer: input.customer,
    customer_account: null,
    description: null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: input.metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: input.paymentMethod,
    payment_method_configuration_details: null,
    payment_method_options: null,
    payment_method_types: [input.type],
    payment_record: null,
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'requires_confirmation',
    transfer_group: null,
  } satisfies Stripe.PaymentIntent;
}

export function newRefund(input: {
  created: number;
  amount: number;
  intent: Stripe.PaymentIntent;
  metadata: Record<string, string>;
}) {
  return {
    id: newMockId('re'),
    object: 'refund',
    amount: input.amount,
    balance_transaction: null,
    charge: input.intent.latest_charge,
    created: input.created,
    currency: input.intent.currency,
    customer: input.intent.customer,
    customer_account: null,
    metadata: input.metadata,
    payment_intent: input.intent.id,
    payment_method: input.intent.payment_method,
    reason: null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: 'succeeded',
    transfer_reversal: null,
  } satisfies Stripe.Refund;
}

export function newTransfer(input: {
  created: number;
  amount: number;
  currency: string;
  destination: string;
  metadata: Record<string, string>;
}) {
  const id = newMockId('tr');
  return {
    id,
    object: 'transfer',
    amount: input.amount,
    amount_reversed: 0,
    balance_transaction: null,
    created: input.created,
    currency: input.currency,
    description: null,
    destination: input.destination,
    livemode: false,
    metadata: input.metadata,
    reversals: { object: 'list', data: [], has_more: false, url: `/v1/transfers/${id}/reversals` },
    reversed: false,
    source_transaction: null,
    transfer_group: null,
  } satisfies Stripe.Transfer;
}

export function newPayout(input: {
  created: number;
  amount: number;
  currency: string;
  account: string;
  status: 'pending' | 'paid';
  metadata: Record<string, string>;
}) {
  return {
    id: newMockId('po'),
    object: 'payout',
    account: input.account,
    amount: input.amount,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: input.created,
    automatic: false,
    balance_transaction: null,
    created: input.created,
    currency: input.currency,
    description: null,
    destination: newMockId('ba'),
    failure_balance_transaction: null,
    failure_code: null as string | null,
    failure_message: null as string | null,
    livemode: false,
    metadata: input.metadata,
    method: 'standard',
    original_payout: null,
    payout_method: null,
    reconciliation_status: 'not_applicable',
    reversed_by: null,
    source_type: 'card',
    statement_descriptor: null,
    status: input.status as string,
    trace_id: null,
    type: 'bank_account',
  } satisfies Stripe.Payout & { account: string };
}

export const newChargeId = (): string => newMockId('ch');
