import type { Axis } from './bins.ts';
import type { Ridge } from './cuts.ts';
import { type BinnedRows, growStep, type Side, sidesOf, type Step } from './grow.ts';
import { type Random, seededRandom } from './random.ts';
import { addStep, createTables, joinTables, type PairOfAxes, type Tables } from './tables.ts';

export type Boosting = Ridge & {
  learningRate: number;
  updates: number;
  /** The percentage of the characteristics that each update draws and chooses among. */
  drawnPercent: number;
  /** After so many updates each the tables are kept, so that one can go back to the best. */
  keepEvery: number;
};

/** The tables as they were after a number of updates (see `joinTables`), and the scores of the rows held out. */
export type Checkpoint = { tables: Float64Array; heldScores: Float64Array };

export type Boosted = {
  checkpoints: Checkpoint[];
  /** What cuts of characteristic b below one of characteristic a gained in all, at a x axes + b. */
  gains: Float64Array;
};

/** Rows that a model learns from, rows that it is checked on, and the pairs it may use: any when null. */
export type BoostInput = {
  axes: readonly Axis[];
  bad: Uint8Array;
  training: Int32Array;
  held: Int32Array;
  pairs: readonly PairOfAxes[] | null;
  boosting: Boosting;
  /** Of the characteristics that the updates draw. */
  seed: number;
};

/**
 * Boosts tables of single characteristics and of pairs (GA2M, Lou et al. 2013) by small steps on the log loss. Each step
 * takes the characteristic that gains most, as the greedy variant of EBM does (Nori et al. 2019), instead of each in
 * turn; so characteristics that say the same thing do not all learn it, and its noise. Every step keeps the directions,
 * and a sum of such steps does too. Without a list of pairs nothing is kept but what each pair gained.
 */
export function boost(input: BoostInput): Boosted {
  const { axes, boosting, pairs } = input;
  const random = seededRandom(input.seed);
  const training = startRows(input, input.training);
  const held = startRows(input, input.held);
  const mayPair = pairTest(axes.length, pairs);
  const tables = createTables(axes, pairs ?? [], startOf(input.bad, input.training));
  const gains = new Float64Array(axes.length * axes.length);
  const checkpoints: Checkpoint[] = [];
  for (let update = 1; update <= boosting.updates; update++) {
    const step = growStep(training, draw(axes.length, boosting.drawnPercent, random), mayPair, boosting);
    if (step) {
      countGains(gains, step, axes.length);
      move(training, step, boosting.learningRate);
      weigh(training);
      if (pairs === null) continue;
      move(held, step, boosting.learningRate);
      addStep(tables, step, boosting.learningRate);
    }
    if (update % boosting.keepEvery === 0) checkpoints.push(keep(tables, held));
  }
  return { checkpoints, gains };
}

/** The log odds of a bad outcome among rows. */
function startOf(bad: Uint8Array, rows: Int32Array): number {
  const bads = rows.reduce((total, row) => total + (bad[row] ?? 0), 0);
  return Math.log(bads / (rows.length - bads));
}

function draw(count: number, percent: number, random: Random): number[] {
  return Array.from({ length: count }, (_, axis) => axis).filter(() => random.below(100) < percent);
}

function pairTest(
  count: number,
  pairs: readonly PairOfAxes[] | null,
): (axis: number, partner: number) => boolean {
  if (pairs === null) return (axis, partner) => axis !== partner;
  const allowed = new Uint8Array(count * count);
  for (const [a, b] of pairs) {
    allowed[a * count + b] = 1;
    allowed[b * count + a] = 1;
  }
  return (axis, partner) => allowed[axis * count + partner] === 1;
}

type ScoredRows = BinnedRows & { scores: Float64Array; bad: Uint8Array };

function startRows({ axes, bad, training }: BoostInput, rows: Int32Array): ScoredRows {
  const scored: ScoredRows = {
    axes,
    columns: axes.map(({ bins }) => Uint8Array.from(rows, (row) => bins[row]!)),
    scores: new Float64Array(rows.length).fill(startOf(bad, training)),
    bad: Uint8Array.from(rows, (row) => bad[row] ?? 0),
    gradients: new Float64Array(rows.length),
    hessians: new Float64Array(rows.length),
  };
  weigh(scored);
  return scored;
}

/** Sets the gradients and Hessians of the log loss by the scores. */
function weigh({ scores, bad, gradients, hessians }: ScoredRows): void {
  for (let row = 0; row < scores.length; row++) {
    const pd = 1 / (1 + Math.exp(-scores[row]!));
    gradients[row] = pd - bad[row]!;
    hessians[row] = pd * (1 - pd);
  }
}

/** Moves the scores of all rows by a step. */
function move(rows: ScoredRows, step: Step, rate: number): void {
  const first = sidesOf(step.cut, rows.axes[step.axis]!.regular);
  const bins = rows.columns[step.axis]!;
  const moves = [step.below, step.above].map((side) => moveOf(rows, side, step.axis));
  for (let row = 0; row < rows.scores.length; row++) {
    const one = moves[first[bins[row]!]!]!;
    rows.scores[row]! += rate * (one.sides[one.bins[row]!] ? one.high : one.low);
  }
}

type Move = { bins: Uint8Array; sides: Uint8Array; low: number; high: number };

function moveOf({ axes, columns }: BinnedRows, side: Side, axis: number): Move {
  const place = side.partner ?? axis;
  const bins = columns[place]!;
  const { regular } = axes[place]!;
  if (side.partner === undefined)
    return { bins, sides: new Uint8Array(regular + 2), low: side.step, high: side.step };
  const { low, high } = side.cut;
  return { bins, sides: sidesOf(side.cut, regular), low, high };
}

function countGains(gains: Float64Array, { axis, below, above }: Step, axes: number): void {
  for (const side of [below, above])
    if (side.partner !== undefined) gains[axis * axes + side.partner]! += side.gain;
}

function keep(tables: Tables, held: ScoredRows): Checkpoint {
  return { tables: joinTables(tables), heldScores: held.scores.slice() };
}
