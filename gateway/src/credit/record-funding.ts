import { toJsonAmount } from '../lib/money.ts';
import type { Concentration } from './placements.ts';
import type { DeskState, FundingAnswer, FundingPurpose, PlanToFund, Routing } from './routing.ts';

/**
 * What a decision keeps of its choice of a funder, as `guards.funding`: what was answered, and the figures it was answered
 * by, so that it can be shown and made again. Amounts are integers of minor units.
 */
export type FundingRecord = {
  /** One entry for each funder and answer, in the order in which they were asked, with the plans it is about. */
  asked: { funder: string; name: string; answer: FundingAnswer; plans: string[] }[];
  plans: { plan: string; amount: number; days: number; score: number | null }[];
  purpose: FundingPurpose;
  candidates: {
    funder: string;
    status: 'active' | 'paused';
    priority: number;
    /** The version of its terms, which stays readable; null where it had none. */
    terms: number | null;
    desk: DeskState;
    lends: boolean;
    capacity: number;
    room: number;
    leveraged_room: number;
    bound: Record<keyof Concentration, number>;
  }[];
};

/** Writes down what the funders were asked and what each answered. Pure. */
export function recordFunding(
  { purpose, candidates }: Routing,
  plans: readonly { asked: PlanToFund; answers: readonly { funderId: string; answer: FundingAnswer }[] }[],
): FundingRecord {
  return {
    asked: candidates.flatMap(({ funder }) => {
      const byAnswer = new Map<FundingAnswer, string[]>();
      for (const { asked, answers } of plans) {
        const answer = answers.find(({ funderId }) => funderId === funder.id)?.answer;
        if (answer) byAnswer.set(answer, [...(byAnswer.get(answer) ?? []), asked.plan]);
      }
      return [...byAnswer].map(([answer, named]) => ({
        funder: funder.id,
        name: funder.name,
        answer,
        plans: named,
      }));
    }),
    plans: plans.map(({ asked: { plan, amount, days, score } }) => ({
      plan,
      amount: toJsonAmount(amount),
      days,
      score,
    })),
    purpose,
    candidates: candidates.map((candidate) => ({
      funder: candidate.funder.id,
      status: candidate.funder.status,
      priority: candidate.priority,
      terms: candidate.version,
      desk: candidate.desk,
      lends: candidate.lends,
      capacity: toJsonAmount(candidate.capacity),
      room: toJsonAmount(candidate.room),
      leveraged_room: toJsonAmount(candidate.leveragedRoom),
      bound: {
        merchant: toJsonAmount(candidate.bound.merchant),
        category: toJsonAmount(candidate.bound.category),
        shopper: toJsonAmount(candidate.bound.shopper),
      },
    })),
  };
}
