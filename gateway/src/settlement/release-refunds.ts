import { dateIn } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import { lockMerchant } from '../merchants/merchants.ts';
import { lockPayout, type PayoutRow } from './payouts.ts';
import { isRefundedTooMuch, readRefundShare } from './refund-share.ts';
import { judgeHeld } from './release-payout.ts';
import { termsOn } from './terms.ts';

/**
 * An operator has looked at a merchant's refunds and lets its payouts go, with the reason: what was refunded up to this date
 * of the merchant's calendar holds nothing again. Payouts that wait for this are judged anew at once, by all the rest.
 * Errors: `not_found`; `state_conflict` where its refunds hold nothing.
 */
export async function releaseRefunds(
  tx: Tx,
  input: { merchantId: string; operatorId: string; reason: string },
): Promise<void> {
  const merchant = await lockMerchant(tx, input.merchantId);
  const { id: merchantId, currency } = merchant;
  const today = dateIn(merchant.timeZone, tx.now);
  const terms = await termsOn(tx, { merchant, currency, date: today });
  const share = await readRefundShare(tx, { merchant, currency });
  if (!isRefundedTooMuch(share, terms)) {
    throw new GatewayError('state_conflict', { detail: 'The refunds of this merchant hold no payout.' });
  }
  await tx.sql('refund_releases').insert({
    environment_id: tx.environment.id,
    merchant_id: merchantId,
    currency,
    released_on: today,
    released_at: tx.now,
    released_by: input.operatorId,
    reason: input.reason,
    captured: share.captured,
    refunded: share.refunded,
  });
  const held = await tx
    .sql<PayoutRow>('payouts')
    .where({ environment_id: tx.environment.id, status: 'held', hold_reason: 'refund_ratio' })
    .where({ merchant_id: merchantId, currency })
    .orderBy('id')
    .pluck('id');
  for (const payoutId of held) {
    const payout = await lockPayout(tx, payoutId);
    if (payout.status === 'held' && payout.holdReason === 'refund_ratio') await judgeHeld(tx, payout);
  }
}
