import type Stripe from 'stripe';
import { uuidv7obj } from 'uuidv7';
import { z } from 'zod';
import type { TestMethodName } from '../test-methods.ts';
import { type Call, missing, MockSilence } from './answers.ts';
import { Currency, listQuery, Metadata, read } from './params.ts';

type OutboundPayment = Stripe.V2.MoneyManagement.OutboundPayment;

const CreateParams = z.strictObject({
  amount: z.strictObject({ value: z.int().positive(), currency: Currency }),
  from: z.strictObject({ financial_account: z.string().regex(/^fa_/), currency: Currency }),
  to: z.strictObject({ recipient: z.string(), payout_method: z.string(), currency: Currency }),
  metadata: Metadata,
});

/** Cards that take no money; every other test method takes it, also one that has none to give. */
const failures: { [name in TestMethodName]?: string } = {
  declined: 'payout_method_declined',
  expired_card: 'payout_method_expired',
};

/** Sends money to a saved method at once; how that ends is decided by the test method. */
export async function createOutboundPayment(call: Call): Promise<unknown> {
  const { request, store } = call;
  const { amount, from, to, metadata } = read(CreateParams, request.body);
  const method = await store.find('payment_method', to.payout_method);
  if (method?.customer !== to.recipient) throw missing('PayoutMethod', to.payout_method);
  const behaviour = method.metadata?.test_method as TestMethodName;
  if (behaviour === 'timeout' && !call.repeated) throw new MockSilence();
  if (behaviour === 'answer_lost') call.loseAnswer();
  const reason = failures[behaviour];
  const payment: OutboundPayment = {
    id: `obp_${uuidv7obj().toHex()}`,
    object: 'v2.money_management.outbound_payment',
    amount,
    cancelable: false,
    created: new Date(request.now * 1000).toISOString(),
    from: { debited: amount, financial_account: from.financial_account },
    livemode: false,
    metadata,
    recipient_notification: { setting: 'none' },
    statement_descriptor: 'MORROW',
    ...(reason === undefined
      ? { status: 'posted' }
      : { status: 'failed', status_details: { failed: { reason } } }),
    to: { credited: amount, payout_method: to.payout_method, recipient: to.recipient },
  };
  await store.save('outbound_payment', payment);
  return payment;
}

/** All of a recipient's payments at once: in a sandbox they are few. */
export async function listOutboundPayments({ request, store }: Call): Promise<unknown> {
  const { recipient, created } = read(listQuery('recipient'), request.query);
  const payments = await store.list('outbound_payment', { to: { recipient } });
  const since = (created?.gte ?? 0) * 1000;
  const data = payments.filter((payment) => Date.parse(payment.created) >= since);
  return { data, next_page_url: null, previous_page_url: null };
}
