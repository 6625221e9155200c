import { payoutsStopped } from '../ledger/alarms.ts';
import { addDays, addMs, dateIn, dayMs, hourMs, startOf } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import type { Merchant } from '../merchants/merchants.ts';
import type { HoldReason } from './payouts.ts';
import { isRefundedTooMuch, readRefundShare } from './refund-share.ts';
import type { SettlementTerms } from './terms.ts';

/** For so long after a merchant's bank account was changed nothing is sent there: whoever changed it may not be theirs. */
const accountHoldMs = 72 * hourMs;

/** Why a payout must not be sent now; `until` where the reason ends by itself, by business time. */
export type Hold = { reason: HoldReason; until: Date | null };

/** Why `amount` must not be sent to the merchant now; of several reasons the gravest. Undefined when it may be. */
export async function reasonToHold(
  tx: Tx,
  input: { merchant: Merchant; currency: string; terms: SettlementTerms; amount: bigint },
): Promise<Hold | undefined> {
  const { merchant, currency, terms, amount } = input;
  if (await payoutsStopped(tx, merchant.id)) return { reason: 'books_alarm', until: null };
  if (merchant.status === 'suspended') return { reason: 'merchant_suspended', until: null };
  const share = await readRefundShare(tx, { merchant, currency });
  if (isRefundedTooMuch(share, terms)) return { reason: 'refund_ratio', until: tomorrowAt(tx, merchant) };
  const accountFrom = accountHeldUntil(tx, merchant);
  if (accountFrom) return { reason: 'bank_account_changed', until: accountFrom };
  const firstAt = addMs(merchant.createdAt, terms.firstPayoutDelayDays * dayMs);
  if (firstAt > tx.now) return { reason: 'first_payout', until: firstAt };
  if (terms.payoutCap !== null && amount > terms.payoutCap) return { reason: 'above_cap', until: null };
  return undefined;
}

/** The share is another on each date, so a hold by it is looked at again when the next one begins. */
function tomorrowAt({ now }: Tx, { timeZone }: Merchant): Date {
  return startOf(addDays(dateIn(timeZone, now), 1), timeZone);
}

/** Until when payouts are held because the merchant's bank account was changed, by business time; undefined when not. */
export function accountHeldUntil(
  tx: Pick<Tx, 'now'>,
  { payoutAccountChangedAt: changedAt }: Pick<Merchant, 'payoutAccountChangedAt'>,
): Date | undefined {
  const until = changedAt ? addMs(changedAt, accountHoldMs) : undefined;
  return until && until > tx.now ? until : undefined;
}
