import type { Assessment } from './assessments.ts';
import { type PayScore, scoreFrom } from './score-now.ts';
import type { Reason } from './score.ts';

/** The first thing in which a stored decision and its replay are not the same. */
export type Difference = { what: string; stored: string; replayed: string };

export type Replay =
  | { outcome: 'reproduced'; score: PayScore }
  | { outcome: 'differs'; score: PayScore; first: Difference }
  /** The decision was made before it was kept which tables it was made by. */
  | { outcome: 'not_kept' };

/** Makes the score of a stored decision again, from its inputs and the tables of this version, and compares the two. */
export function replay(assessment: Assessment): Replay {
  if (assessment.modelHash === null) return { outcome: 'not_kept' };
  const score = scoreFrom(assessment.inputs);
  const first = firstDifference(assessment, score);
  return first ? { outcome: 'differs', score, first } : { outcome: 'reproduced', score };
}

function firstDifference(stored: Assessment, replayed: PayScore): Difference | undefined {
  const pairs: [what: string, stored: unknown, replayed: unknown][] = [
    ['model', stored.model, replayed.model],
    ['hash of the tables', stored.modelHash, replayed.modelHash],
    ...reasonPairs(stored.reasons, replayed.reasons),
    ['score', stored.score, replayed.score],
    ['pd', stored.pd, replayed.pd],
    ['contradiction', textOf(stored.guards.history ?? null), textOf(replayed.refused)],
  ];
  const pair = pairs.find(([, one, other]) => one !== other);
  return pair && { what: pair[0], stored: String(pair[1]), replayed: String(pair[2]) };
}

function reasonPairs(
  stored: readonly Reason[],
  replayed: readonly Reason[],
): [what: string, stored: unknown, replayed: unknown][] {
  const codes = new Set([...stored, ...replayed].map(({ code }) => code));
  const said = (reasons: readonly Reason[], wanted: string): string => {
    const found = reasons.find(({ code }) => code === wanted);
    return found ? `${found.points} points for ${String(found.value)}` : 'no reason';
  };
  return [...codes].map((code) => [`points of ${code}`, said(stored, code), said(replayed, code)]);
}

/** The stored one has been JSON in between, which keeps no order of members. */
function textOf(fault: unknown): string {
  if (fault === null || typeof fault !== 'object') return String(fault);
  return JSON.stringify(Object.entries(fault).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
