import { uuidv7obj } from 'uuidv7';
import { z } from 'zod';
import { payoutTestAccounts } from '../test-methods.ts';
import { type Call, invalidRequest, missing } from './answers.ts';
import { bookTransferBack } from './balance.ts';
import { newPayout } from './objects.ts';
import { Amount, Currency, Metadata, pageOf, pageQuery, read } from './params.ts';
import type { MockPayout, Store } from './store.ts';

const PayoutParams = z.strictObject({ amount: Amount, currency: Currency, metadata: Metadata });
const ReversalParams = z.strictObject({ amount: Amount, metadata: Metadata });

/** Sends the money of a merchant's account on to its bank; how that goes is decided by the account's name. */
export async function createPayout({ request, store }: Call): Promise<unknown> {
  const { account } = request;
  if (account === undefined) throw invalidRequest('Name the account in Stripe-Account.');
  const params = read(PayoutParams, request.body);
  const slow = account === payoutTestAccounts.slow || account === payoutTestAccounts.refused;
  const payout = newPayout({
    ...params,
    account,
    created: request.now,
    status: slow ? 'pending' : 'paid',
  });
  await store.save('payout', payout);
  if (account === payoutTestAccounts.returned) await comeBack(store, payout, request.now);
  return payout;
}

/** The bank keeps it a while, and the processor says that it was paid: only the balance tells that it came back. */
async function comeBack(store: Store, { metadata }: MockPayout, now: number): Promise<void> {
  const attemptId = metadata?.attempt_id;
  if (attemptId === undefined) return;
  const [transfer] = await store.list('transfer', { metadata: { attempt_id: attemptId } });
  if (!transfer) return;
  await store.save('transfer', { ...transfer, amount_reversed: transfer.amount, reversed: true });
  await bookTransferBack(store, transfer, now);
}

/** An account's payouts. One that takes time is a step farther at each look. */
export async function listPayouts({ request, store }: Call): Promise<unknown> {
  const query = read(z.strictObject(pageQuery), request.query);
  const { account } = request;
  if (account === undefined) throw invalidRequest('Name the account in Stripe-Account.');
  const payouts: MockPayout[] = [];
  for (const payout of await store.list('payout', { account })) {
    const next = stepFarther(payout);
    if (next !== payout) await store.save('payout', next);
    payouts.push(next);
  }
  return pageOf(request.path, payouts, query);
}

function stepFarther(payout: MockPayout): MockPayout {
  if (payout.status === 'pending') return { ...payout, status: 'in_transit' };
  if (payout.status !== 'in_transit') return payout;
  return payout.account === payoutTestAccounts.refused
    ? {
        ...payout,
        status: 'failed',
        failure_code: 'account_closed',
        failure_message: 'The account is closed.',
      }
    : { ...payout, status: 'paid' };
}

export async function retrieveTransfer({ ids: [id = ''], store }: Call): Promise<unknown> {
  const transfer = await store.find('transfer', id);
  if (!transfer) throw missing('transfer', id);
  return transfer;
}

/** Takes a transfer back to our balance, whole; twice is refused. */
export async function createReversal({ request, ids: [id = ''], store }: Call): Promise<unknown> {
  const params = read(ReversalParams, request.body);
  const transfer = await store.find('transfer', id);
  if (!transfer) throw missing('transfer', id);
  if (transfer.reversed || params.amount !== transfer.amount) {
    throw invalidRequest(`The transfer ${id} cannot be reversed by ${params.amount}.`, undefined, 'amount');
  }
  await store.save('transfer', { ...transfer, amount_reversed: transfer.amount, reversed: true });
  await bookTransferBack(store, transfer, request.now);
  return {
    id: `trr_${uuidv7obj().toHex()}`,
    object: 'transfer_reversal',
    amount: params.amount,
    balance_transaction: null,
    created: request.now,
    currency: transfer.currency,
    destination_payment_refund: null,
    metadata: params.metadata,
    source_refund: null,
    transfer: transfer.id,
  };
}
