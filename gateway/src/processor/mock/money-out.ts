import { z } from 'zod';
import { failingPayoutAccount } from '../test-methods.ts';
import { type Call, invalidRequest, missing } from './answers.ts';
import { bookRefund, bookTransfer } from './balance.ts';
import { newRefund, newTransfer } from './objects.ts';
import { Amount, Currency, listQuery, Metadata, pageOf, read } from './params.ts';

const RefundParams = z.strictObject({ payment_intent: z.string(), amount: Amount, metadata: Metadata });
const TransferParams = z.strictObject({
  amount: Amount,
  currency: Currency,
  destination: z.string().regex(/^acct_/),
  metadata: Metadata,
});

/** Returns money that an intent has received, and never more than it has. */
export async function createRefund({ request, store }: Call): Promise<unknown> {
  const params = read(RefundParams, request.body);
  const intent = await store.find('payment_intent', params.payment_intent);
  if (!intent) throw missing('payment_intent', params.payment_intent);
  const earlier = await store.list('refund', { payment_intent: intent.id });
  const left = intent.amount_received - earlier.reduce((total, refund) => total + refund.amount, 0);
  if (left === 0)
    throw invalidRequest('Nothing of this charge is left to refund.', 'charge_already_refunded');
  if (params.amount > left) {
    throw invalidRequest(
      `${params.amount} is more than the ${left} left on the charge.`,
      undefined,
      'amount',
    );
  }
  const refund = newRefund({
    created: request.now,
    amount: params.amount,
    intent,
    metadata: params.metadata,
  });
  await store.save('refund', refund);
  await bookRefund(store, refund, request.now);
  return refund;
}

export async function listRefunds({ request, store }: Call): Promise<unknown> {
  const query = read(listQuery('payment_intent'), request.query);
  return pageOf(request.path, await store.list('refund', { payment_intent: query.payment_intent }), query);
}

/** Moves money to a connected account; the mock's balance is never short. */
export async function createTransfer({ request, store }: Call): Promise<unknown> {
  const params = read(TransferParams, request.body);
  if (params.destination === failingPayoutAccount) {
    throw invalidRequest(
      'Your destination account needs to have the transfers capability enabled.',
      'insufficient_capabilities_for_transfer',
      'destination',
    );
  }
  const transfer = newTransfer({ ...params, created: request.now });
  await store.save('transfer', transfer);
  await bookTransfer(store, transfer, request.now);
  return transfer;
}

export async function listTransfers({ request, store }: Call): Promise<unknown> {
  const query = read(listQuery('destination'), request.query);
  return pageOf(request.path, await store.list('transfer', { destination: query.destination }), query);
}
