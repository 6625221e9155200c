import type { CalendarDate } from '../lib/dates.ts';
import type { Market } from '../plans/markets.ts';

/** What a shopper may bind, by how far their limit has grown. */
export type Tier = {
  /** From this part of the target limit on, in percent. */
  fromPercent: bigint;
  /** So many purchases and draws may be open at once. */
  openOrders: number;
  /** After so many confirmed within a day there is a pause of a day. */
  confirmedInADay: number;
  /** Without a known income, so much of the target limit may fall due in the window, in thousandths. */
  withoutIncomePermille: bigint;
};

export type ProtectionRules = {
  version: string;
  /** Dues are looked at so many days ahead, and compared with so many months of income. */
  windowDays: number;
  windowMonths: bigint;
  /** The most of the income, in percent, that may be bound in the whole window and in one calendar month. */
  share: Record<'declared' | 'evidenced', { window: bigint; month: bigint }>;
  /** So long a declared income counts, in months. */
  declaredForMonths: number;
  /** From this part of the window's income on, in percent, the shopper is warned before they agree. */
  warnFromPercent: bigint;
  /** The largest first. */
  tiers: readonly Tier[];
  /** Where credit needs a look at the income at any amount, and from which date on. */
  incomeAlwaysNeeded: Partial<Record<Market, CalendarDate>>;
};

/**
 * The rules in force. A change of any figure is a new version, which is kept with each decision. UK: third-party deferral
 * needs an affordability check at any amount from 15 July 2026 (see docs/protection.md).
 */
export const protectionRules: ProtectionRules = {
  version: 'protection-2026-11-1',
  windowDays: 90,
  windowMonths: 3n,
  share: { declared: { window: 40n, month: 60n }, evidenced: { window: 50n, month: 75n } },
  declaredForMonths: 12,
  warnFromPercent: 25n,
  tiers: [
    { fromPercent: 75n, openOrders: 20, confirmedInADay: 12, withoutIncomePermille: 300n },
    { fromPercent: 40n, openOrders: 16, confirmedInADay: 10, withoutIncomePermille: 250n },
    { fromPercent: 20n, openOrders: 12, confirmedInADay: 8, withoutIncomePermille: 200n },
    { fromPercent: 0n, openOrders: 8, confirmedInADay: 6, withoutIncomePermille: 125n },
  ],
  incomeAlwaysNeeded: { UK: '2026-07-15' },
};

/** The tier of a line with this limit. */
export function tierOf(
  { limit, targetLimit }: { limit: bigint; targetLimit: bigint },
  { tiers }: ProtectionRules = protectionRules,
): Tier {
  const tier = tiers.find(({ fromPercent }) => limit * 100n >= targetLimit * fromPercent);
  if (!tier) throw new Error('the last tier begins at nothing');
  return tier;
}
