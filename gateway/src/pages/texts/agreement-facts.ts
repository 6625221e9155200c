import type { DayCount } from '../../plans/terms.ts';

/** What the agreement's text is filled with: formatted amounts and dates, and names. */
export type AgreementFacts = {
  /** Empty for a cash draw, whose text names none. */
  shop: string;
  funder: string;
  /** Those who carry it together with the funder; undefined where that one carries all. */
  coFunders: string | undefined;
  total: string;
  financed: string;
  /** Undefined when there is no down payment. */
  down: string | undefined;
  zero: string;
  /** What paying later costs the shopper, and what is paid in all. */
  charge: string;
  payable: string;
  /** Undefined for a plan that never bears any. `isFree`: the shop pays it all; `isShared`: the shop pays a part. */
  interest: { rate: string; isFree: boolean; isShared: boolean; dayCount: DayCount } | undefined;
  isForAdults: boolean;
  lateFee: { amount: string; graceDays: number; mostPercent: number } | undefined;
  payments: { date: string; amount: string }[];
  refundPolicy: 'from_last' | 'pro_rata';
  termsVersion: string;
  agreedOn: string;
};

export type AgreementSection = { heading: string; paragraphs: string[] };
