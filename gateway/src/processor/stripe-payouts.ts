import { Stripe } from 'stripe';
import { toJsonAmount } from '../lib/money.ts';
import type { Outcome, TargetRequest } from './port.ts';
import { outcomeOfError } from './stripe-outcomes.ts';

type Listed = { limit: number; created: { gte: number } };

/**
 * Pays a merchant in two steps: a transfer makes money of our balance that of the merchant's connected account, and a
 * payout sends it on to the merchant's bank (the account's own schedule of payouts is manual). Both have keys of the
 * attempt, so repeating has no second effect. The transfer is the reference: our books at Stripe show it.
 */
export async function payOut(stripe: Stripe, request: TargetRequest): Promise<Outcome> {
  const transfer = await stripe.transfers.create(
    { ...moneyOf(request), destination: request.target, metadata: metadataOf(request) },
    { idempotencyKey: request.attemptId },
  );
  return sendOn(stripe, request, transfer);
}

/**
 * What became of an attempt to pay out: `not_found` while nothing has left our balance. Where the transfer was made and
 * the payout was not, it goes on from there.
 */
export async function lookUpPayout(
  stripe: Stripe,
  asked: TargetRequest,
  page: Listed,
): Promise<Outcome | 'not_found'> {
  const transfer = await ownOf(asked, stripe.transfers.list({ destination: asked.target, ...page }));
  if (!transfer) return 'not_found';
  const payout = await ownOf(asked, stripe.payouts.list(page, { stripeAccount: asked.target }));
  if (payout) return outcomeOf(stripe, asked, { transfer, payout });
  // It was called back, because its payout was refused.
  if (transfer.reversed) return { status: 'failed', code: 'payout_refused' };
  return sendOn(stripe, asked, transfer);
}

async function sendOn(stripe: Stripe, request: TargetRequest, transfer: Stripe.Transfer): Promise<Outcome> {
  try {
    const payout = await stripe.payouts.create(
      { ...moneyOf(request), metadata: metadataOf(request) },
      { stripeAccount: request.target, idempotencyKey: `${request.attemptId}:payout` },
    );
    return await outcomeOf(stripe, request, { transfer, payout });
  } catch (error) {
    const outcome = outcomeOfError(error);
    if (outcome.status === 'failed') await callBack(stripe, request, transfer.id);
    return outcome;
  }
}

async function outcomeOf(
  stripe: Stripe,
  request: TargetRequest,
  { transfer, payout }: { transfer: Stripe.Transfer; payout: Stripe.Payout },
): Promise<Outcome> {
  if (payout.status === 'paid') return { status: 'succeeded', reference: transfer.id };
  if (payout.status !== 'failed' && payout.status !== 'canceled') {
    return { status: 'unknown', reference: transfer.id };
  }
  // A payout that fails leaves the money on the merchant's account, where a second transfer would be added to it.
  if (!transfer.reversed) await callBack(stripe, request, transfer.id);
  return { status: 'failed', code: payout.failure_code ?? payout.status };
}

/** Calls the whole of an earlier transfer back from the merchant's account; one that is back already is so. */
export async function recallPayout(stripe: Stripe, request: TargetRequest): Promise<Outcome> {
  try {
    await callBack(stripe, request, request.target);
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
    if (!(await stripe.transfers.retrieve(request.target)).reversed) throw error;
  }
  return { status: 'succeeded', reference: request.target };
}

export async function lookUpRecall(stripe: Stripe, asked: TargetRequest): Promise<Outcome | 'not_found'> {
  const transfer = await stripe.transfers.retrieve(asked.target);
  return transfer.reversed ? { status: 'succeeded', reference: transfer.id } : 'not_found';
}

async function callBack(stripe: Stripe, request: TargetRequest, transferId: string): Promise<void> {
  await stripe.transfers.createReversal(
    transferId,
    { amount: toJsonAmount(request.amount), metadata: metadataOf(request) },
    { idempotencyKey: `${request.attemptId}:reversal` },
  );
}

function moneyOf({ amount, currency }: TargetRequest): { amount: number; currency: string } {
  return { amount: toJsonAmount(amount), currency: currency.toLowerCase() };
}

function metadataOf(request: TargetRequest): Record<string, string> {
  return { attempt_id: request.attemptId, environment_id: request.environmentId };
}

async function ownOf<T extends { metadata?: Stripe.Metadata | null }>(
  asked: TargetRequest,
  list: AsyncIterable<T>,
): Promise<T | undefined> {
  for await (const object of list) {
    if (object.metadata?.attempt_id === asked.attemptId) return object;
  }
  return undefined;
}
