import { createHash } from 'node:crypto';
import { canonicalJson } from '../lib/canonical-json.ts';
import type { Tx } from '../lib/tx.ts';
import { type Characteristics, readCharacteristics } from './characteristics.ts';
import { type Score, scorecard, scorecardTables, scoreOf } from './score.ts';

/** Everything that a score was made of: `scoreFrom` makes the same score of it again. */
export type ScoreInputs = { ownHistory: Characteristics };

/** A score with what is stored of it: by which model, and what went in. */
export type PayScore = Score & {
  /** The model's name; `modelHash` is the sha256 of its tables, so that a replay knows whether it has the same ones. */
  model: string;
  modelHash: string;
  /** How likely a missed next month is; null where the model does not say. */
  pd: number | null;
  inputs: ScoreInputs;
};

const scorecardHash = createHash('sha256').update(canonicalJson(scorecardTables), 'utf8').digest('hex');

/** The score that follows from these inputs; pure. */
export function scoreFrom(inputs: ScoreInputs): PayScore {
  return {
    ...scoreOf(inputs.ownHistory),
    model: scorecard,
    modelHash: scorecardHash,
    pd: null,
    inputs,
  };
}

/**
 * The score that a shopper has at this moment in one currency, with its reasons and what it was made of: what a decision
 * would begin with. Nothing is stored, because nothing is decided.
 */
export async function scoreNow(
  tx: Tx,
  input: { shopperId: string; currency: string; targetLimit: bigint },
): Promise<PayScore> {
  return scoreFrom({ ownHistory: await readCharacteristics(tx, input) });
}
