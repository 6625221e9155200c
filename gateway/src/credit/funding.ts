import type { Funder } from './funders.ts';

/**
 * What one funder carries of a plan, in hundredths of a percent. `firstRoom` is what its slot for this shopper has room
 * for, where that was just read.
 */
export type FundingShare = { funder: Funder; basisPoints: number; firstRoom?: bigint | undefined };

/**
 * Who carries a plan: one funder whole, or several by their shares, which make 10,000. The first is the lead: the
 * shopper is shown its name, and its rate is the plan's.
 */
export type Funding = { lead: Funder; shares: readonly FundingShare[] };

/** One funder carries all. */
export function fundedBy(funder: Funder): Funding {
  return { lead: funder, shares: [{ funder, basisPoints: 10_000 }] };
}
