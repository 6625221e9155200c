/** How the days of a period become a part of a year: 30E/360, actual/365 (fixed), actual/actual (ISDA 2006). */
export type DayCount = '30/360' | 'actual/365' | 'actual/actual';

export const dayCounts = ['30/360', 'actual/365', 'actual/actual'] as const satisfies DayCount[];

export const interestMethods = ['annuity', 'equal_principal'] as const;

/** What a plan costs. Rates are millionths a year: 72_000 is 7.2 %. */
export type InterestTerms = {
  /** What the funder earns. */
  annual_rate_ppm: number;
  /** What the shopper pays of it, 0 to the whole; the merchant pays the rest as a subsidy. */
  shopper_rate_ppm: number;
  method: (typeof interestMethods)[number];
  day_count: DayCount;
};
