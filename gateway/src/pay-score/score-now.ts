import type { Tx } from '../lib/tx.ts';
import type { Evidence } from '../shoppers/evidence-port.ts';
import { readEvidence } from '../shoppers/evidence.ts';
import { type Binding, firstBinding } from './binding.ts';
import { type Characteristics, readCharacteristics } from './characteristics.ts';
import { fullModel, fullModelName } from './full-model.ts';
import { historyOf } from './history.ts';
import { type Characteristics as Derived, deriveCharacteristics } from './model/derive.ts';
import { type History, type HistoryFault, HistoryRefused } from './model/history.ts';
import { scoreWith } from './model/score.ts';
import { lastMonthEnd, readMonths } from './months.ts';
import { type Reason, type Score, scorecard, scorecardHash, scoreOf } from './score.ts';

/** Everything that a score was made of: `scoreFrom` makes the same score of it again. */
export type ScoreInputs = {
  ownHistory: Characteristics;
  /** The closed months in the money of the training data, for the full model; null while the file is thin. */
  history: History | null;
  /** How the trained tables are carried over to this book; null while the file is thin. */
  binding: Binding | null;
  /** What outside parties said with the shopper's consent; null where nobody was asked, and for the full model. */
  evidence: Evidence | null;
};

/** Which tables made a score. */
export type ScoredBy = 'own_history' | 'full_model';

/** A score with what is stored of it: by which model, and what went in. */
export type PayScore = Score & {
  scoredBy: ScoredBy;
  /** Why no score may be made of the months: they contradict each other. Then the points are those of own history. */
  refused: HistoryFault | null;
  /** The model's name; `modelHash` is the sha256 of its tables, so that a replay knows whether it has the same ones. */
  model: string;
  modelHash: string;
  /** How likely a missed next month is in this book; null where the model does not say. */
  pd: number | null;
  inputs: ScoreInputs;
};

/** From so many repaid installments on a file is no longer thin, if its months say anything. */
export const fullFileInstallments = 3;

/** The score that follows from these inputs; pure. Months that contradict each other leave it to own history. */
export function scoreFrom(inputs: ScoreInputs): PayScore {
  const { history, binding } = inputs;
  if (history === null || binding === null) return ownHistoryScore(inputs, null);
  try {
    return fullScore(inputs, deriveCharacteristics(history), binding);
  } catch (error) {
    if (error instanceof HistoryRefused) return ownHistoryScore(inputs, error.fault);
    throw error;
  }
}

function ownHistoryScore(inputs: ScoreInputs, refused: HistoryFault | null): PayScore {
  return {
    ...scoreOf(inputs.ownHistory, inputs.evidence),
    scoredBy: 'own_history',
    refused,
    model: scorecard,
    modelHash: scorecardHash,
    pd: null,
    inputs,
  };
}

/** Each characteristic is a reason, whatever its points; of two together only those that give any. */
function fullScore(inputs: ScoreInputs, derived: Derived, binding: Binding): PayScore {
  const { score, pd, points } = scoreWith(fullModel, derived, binding);
  const reasons: Reason[] = [];
  // After the base come the characteristics, then the pairs: nobody is asked for the value of a pair.
  const { length } = fullModel.characteristics;
  for (const [index, { code, points: given }] of points.entries()) {
    const isOne = index > 0 && index <= length;
    if (isOne) reasons.push({ code, value: derived[code] ?? null, points: given });
    else if (given !== 0) reasons.push({ code, value: null, points: given });
  }
  return {
    score,
    reasons,
    scoredBy: 'full_model',
    refused: null,
    model: fullModelName,
    modelHash: fullModel.file.sha256,
    pd,
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
  return scoreOfFile(tx, { ...input, file: await readThinFile(tx, input) });
}

/** What a thin file is scored by. */
export type ThinFile = { ownHistory: Characteristics; evidence: Evidence | null };

/** Asks together for what a score begins with, so that who locks the line can ask for it in the same round trip. */
export async function readThinFile(
  tx: Tx,
  input: { shopperId: string; currency: string },
): Promise<ThinFile> {
  const [ownHistory, evidence] = await Promise.all([
    readCharacteristics(tx, input),
    readEvidence(tx, input.shopperId),
  ]);
  return { ownHistory, evidence };
}

/** The score of a file that was just read: by its closed months, where these say enough. */
export async function scoreOfFile(
  tx: Tx,
  { file, ...input }: { shopperId: string; currency: string; targetLimit: bigint; file: ThinFile },
): Promise<PayScore> {
  const { ownHistory, evidence } = file;
  const months = ownHistory.repaidInstallments < fullFileInstallments ? null : await readHistory(tx, input);
  if (months) return scoreFrom({ ownHistory, ...months, evidence: null });
  return scoreFrom({ ownHistory, history: null, binding: null, evidence });
}

/** The closed months in the money of the training data; null while they say too little. */
export async function readHistory(
  tx: Tx,
  input: { shopperId: string; currency: string; targetLimit: bigint },
): Promise<{ history: History; binding: Binding } | null> {
  const { shopperId, currency, targetLimit } = input;
  const modelHash = fullModel.file.sha256;
  const known = await readMonths(tx, { shopperId, currency, modelHash, lastEnd: lastMonthEnd(tx) });
  const binding = known.binding ?? firstBinding(currency);
  const history = historyOf(known.months, { binding, targetLimit });
  return history && { history, binding };
}
