import type { DeclineCode } from '../assessments.ts';

/** A past decision, as far as another policy would look at it, and what became of it. Amounts are minor units. */
export type Decided = {
  /** Of the decision, `YYYY-MM` in the environment's calendar. */
  month: string;
  score: number;
  /** How likely a missed next month was by the model; null where the own-history scorecard decided. */
  pd: number | null;
  limit: bigint;
  available: bigint;
  amount: bigint;
  declineCode: DeclineCode | null;
  annualRatePpm: number | null;
  /** The installments of the plan that followed, and those of them four or more days late; null where none followed. */
  debt: bigint | null;
  late: bigint | null;
};

/** From a score on, a figure; the highest score first. Scores below them all have the last. */
export type Steps = readonly (readonly [fromScore: number, figure: number])[];

/** What would be changed. */
export type OtherPolicy = {
  /** Below it is declined. */
  cut: number;
  /** Percent of the limit that the shopper had. */
  limitPercent?: Steps | undefined;
  /** Millionths a year. */
  annualRatePpm?: Steps | undefined;
};
