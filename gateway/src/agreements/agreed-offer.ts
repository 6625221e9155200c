import { sessionOffers } from '../checkout/session-offers.ts';
import type { Tx } from '../lib/tx.ts';
import type { Merchant } from '../merchants/merchants.ts';
import type { PlanOffer } from '../plans/offers.ts';
import type { Agreement } from './agreements.ts';

/**
 * The one plan that an agreement's orders have, as the checkout would offer it: one payment after the agreed delay.
 * Undefined where what the merchant sells cannot be paid so, or not in this amount.
 */
export function agreedOffer(
  tx: Tx,
  input: Pick<Agreement, 'currency' | 'chargeAfterDays'> & { merchant: Merchant; amount: bigint },
): PlanOffer | undefined {
  const { currency, chargeAfterDays: payAfterDays, merchant, amount } = input;
  const session = { amount, currency, channel: 'online', payAfterDays, repaymentDay: null } as const;
  return sessionOffers(tx, { session, merchant, annualRatePpm: null }).find(
    ({ code }) => code === 'pay_after',
  );
}
