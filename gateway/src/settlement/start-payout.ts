import { post } from '../ledger/post.ts';
import { payoutRetried, settlementClosed } from '../ledger/postings.ts';
import { addMs, dateIn, hourMs } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import { findMerchant, type Merchant } from '../merchants/merchants.ts';
import { startAttempt } from '../processor/attempts.ts';
import { type Hold, reasonToHold } from './holds.ts';
import { type Payout, recordPayoutEvent, storePayout, updatePayout } from './payouts.ts';
import { type SettlementTerms, termsOn } from './terms.ts';

/** A bank transfer that fails or comes back is tried again so often, a day apart. */
const maxPayouts = 5;

/**
 * Sets a closed settlement's positive net apart for its merchant, and asks the processor to send it to the merchant's
 * bank; held where something speaks against it.
 */
export async function startPayout(
  tx: Tx,
  input: {
    settlementId: string;
    merchant: Merchant;
    currency: string;
    amount: bigint;
    terms: SettlementTerms;
  },
): Promise<void> {
  const { merchant, terms, amount } = input;
  const payout = await storePayout(tx, { ...input, merchantId: merchant.id });
  await post(
    tx,
    settlementClosed({
      merchantId: merchant.id,
      payoutId: payout.id,
      net: amount,
      currency: input.currency,
      subjectId: input.settlementId,
    }),
  );
  const hold = await reasonToHold(tx, { merchant, currency: input.currency, terms, amount });
  if (hold) await holdPayout(tx, payout, hold);
  else await sendPayout(tx, payout, merchant.payoutAccount, tx.wallNow);
}

/** A payout that failed or came back is tried again as a new one, which takes over its money, until it was enough. */
export async function retryPayout(tx: Tx, over: Payout): Promise<void> {
  const tries = await tx
    .sql('payouts')
    .where({ environment_id: tx.environment.id, settlement_id: over.settlementId })
    .select('id');
  if (tries.length >= maxPayouts) return;
  const next = await storePayout(tx, over);
  await post(
    tx,
    payoutRetried({
      fromPayoutId: over.id,
      toPayoutId: next.id,
      amount: next.amount,
      currency: next.currency,
      subjectId: next.id,
    }),
  );
  const { merchant, hold } = await judge(tx, next);
  if (hold) await holdPayout(tx, next, hold);
  // The account is read anew: the merchant may have mended it since.
  else await sendPayout(tx, next, merchant.payoutAccount, addMs(tx.wallNow, 24 * hourMs));
}

/** What speaks against sending a payout now, and the merchant as it is now. */
export async function judge(
  tx: Tx,
  { merchantId, currency, amount }: Payout,
): Promise<{ merchant: Merchant; hold: Hold | undefined }> {
  const merchant = await findMerchant(tx, merchantId);
  const date = dateIn(merchant.timeZone, tx.now);
  const terms = await termsOn(tx, { merchant, currency, date });
  return { merchant, hold: await reasonToHold(tx, { merchant, currency, terms, amount }) };
}

/** Holds it, and tells its merchant; that its merchant's refunds hold it for another date is told nobody. */
export async function holdPayout(tx: Tx, payout: Payout, { reason, until }: Hold): Promise<Payout> {
  const isKnown = payout.status === 'held' && payout.holdReason === reason && reason === 'refund_ratio';
  if (isKnown) return updatePayout(tx, payout, { hold_until: until });
  const held = await updatePayout(tx, payout, {
    status: 'held',
    hold_reason: reason,
    hold_until: until,
    approved_by: null,
    approved_at: null,
    released_by: null,
    released_at: null,
  });
  await recordPayoutEvent(tx, 'payout.held', held);
  return held;
}

/** Asks the processor for it, under an attempt of its own, not before `nextTryAt` by the wall's clock. */
export async function sendPayout(tx: Tx, payout: Payout, account: string, nextTryAt: Date): Promise<void> {
  await startAttempt(tx, {
    purpose: 'payout',
    subjectId: payout.id,
    amount: payout.amount,
    currency: payout.currency,
    target: account,
    nextTryAt,
  });
}
