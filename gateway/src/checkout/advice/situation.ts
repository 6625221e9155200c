import type { DeclineCode } from '../../pay-score/assessments.ts';
import { fullFileInstallments, scoreFrom, type ScoreInputs } from '../../pay-score/score-now.ts';
import type { ProtectionFacts } from '../../protection/facts.ts';
import type { Standing } from '../../standing/standing.ts';

/** What advice may change of a decision before it asks the decision's own rules again. */
export type Situation = {
  /** What the purchase costs or the draw brings, in minor units. */
  amount: bigint;
  /** What of it is paid at once, in percent; null as the plans have it. */
  downPercent: number | null;
  standing: Standing;
  facts: ProtectionFacts;
};

/** The rules of a decision: why it would be declined, or null when it would be approved. Reads and writes nothing. */
export type Judge = (situation: Situation) => DeclineCode | null;

/** The closed months that judge a file from so many repaid installments on, while it is still thin. */
export type FullFile = Pick<ScoreInputs, 'history' | 'binding'> | null;

/** The inputs of a score after a change, by whichever tables would judge them then. */
export function inputsAfter(inputs: ScoreInputs, fullFile: FullFile): ScoreInputs {
  const isThin = inputs.history === null;
  const isFullThen = inputs.ownHistory.repaidInstallments >= fullFileInstallments;
  return isThin && isFullThen && fullFile ? { ...inputs, ...fullFile, evidence: null } : inputs;
}

/** The same shopper with a score of other inputs. */
export function rescored(standing: Standing, inputs: ScoreInputs): Standing {
  return { ...standing, facts: inputs.ownHistory, score: scoreFrom(inputs) };
}
