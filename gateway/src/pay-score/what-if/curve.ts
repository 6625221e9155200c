import type { Decided, OtherPolicy } from './decided.ts';
import { whatIf } from './what-if.ts';

/** What one cut would do in all: shares between 0 and 1; `late` is null where no debt is left. */
export type CurvePoint = { cut: number; approved: number; late: number | null };

const step = 10;
const lowest = 300;
const highest = 850;

/** Approvals, and how much of the kept debts was late, at every tenth cut; the rest of the policy stays. */
export function cutCurve(decisions: readonly Decided[], policy: OtherPolicy): CurvePoint[] {
  const cuts = Array.from({ length: (highest - lowest) / step + 1 }, (_, index) => lowest + index * step);
  return cuts.map((cut) => {
    const [all] = whatIf(
      decisions.map((decided) => ({ ...decided, month: '' })),
      { ...policy, cut },
    );
    const { kept, newlyApproved, decisions: count } = all!;
    return {
      cut,
      approved: count === 0 ? 0 : (kept.count + newlyApproved.count) / count,
      late: kept.debt === 0n ? null : Number(kept.late) / Number(kept.debt),
    };
  });
}
