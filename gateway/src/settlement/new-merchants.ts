import { addDays, dateIn } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import type { Merchant } from '../merchants/merchants.ts';
import { flatTerms, setTerms } from './terms.ts';

/** For so many days a merchant counts as new. */
const newDays = 90;

/** Held back of each date's captures, for longer than most disputes take to come. */
const reserve = { basisPoints: 1000, days: 30 };

const firstPayoutDelayDays = 7;

/** A payout above this part of a month's expected sales waits for two people. */
const capPartOfMonth = 5n;

/** Expected sales are told in whole units of the currency, of which each has a hundred minor ones. */
const minorUnits = 100n;

/**
 * By these terms every merchant that goes live begins, so that nobody is paid for sales to themselves and gone: a rolling
 * reserve, a first payout that waits, and a cap on each. They end by themselves, at the merchant's flat fee.
 * `monthlyVolume` is what the business expects to sell in a month, in whole units of the merchant's currency.
 */
export async function agreeNewMerchantTerms(
  tx: Tx,
  { merchant, monthlyVolume }: { merchant: Merchant; monthlyVolume: bigint },
): Promise<void> {
  const today = dateIn(merchant.timeZone, tx.now);
  const { currency } = merchant;
  const flat = flatTerms(merchant);
  const payoutCap = (monthlyVolume * minorUnits) / capPartOfMonth;
  await setTerms(tx, {
    merchant,
    currency,
    terms: { ...flat, effectiveFrom: today, reserve, firstPayoutDelayDays, payoutCap },
  });
  await setTerms(tx, {
    merchant,
    currency,
    terms: { ...flat, effectiveFrom: addDays(today, newDays) },
  });
}
