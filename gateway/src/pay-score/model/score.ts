import type { Characteristics, CharacteristicValue } from './derive.ts';
import type { Binding, ModelContent } from './schema.ts';

/** One reason of a score: `base`, a characteristic, two of them as `first*second`, or `bounds` for the ends of the scale. */
export type Points = { code: string; points: number };

/** `points` sum to `score` exactly, in whole numbers; `pd` follows from the score and the binding alone. */
export type ScoreResult = { pd: number; score: number; points: Points[] };

/** The part of a model that scores. */
export type ScoringTables = Pick<ModelContent, 'scale' | 'base' | 'characteristics' | 'pairs' | 'bindings'>;

/** A model's tables, laid out for look-ups. */
export type PayScoreModel = {
  tables: ScoringTables;
  characteristics: readonly { code: string; cuts: Float64Array; points: readonly (number | null)[] }[];
  pairs: readonly {
    code: string;
    first: PairIndex;
    second: PairIndex;
    points: Int32Array;
  }[];
};

/** `at` is the characteristic's place among `characteristics`. */
type PairIndex = { at: number; cuts: Float64Array };

/** What cannot be scored: a value that is no number, or a case that the training data does not have. */
export class CharacteristicRefused extends Error {
  readonly code: string;

  constructor(code: string, reason: string) {
    super(`${code} ${reason}`);
    this.name = 'CharacteristicRefused';
    this.code = code;
  }
}

/** Lays tables out for scoring. Those of a file are checked first: see `loadModel`. */
export function compileModel(tables: ScoringTables): PayScoreModel {
  const places = new Map(tables.characteristics.map(({ code }, index) => [code, index]));
  return {
    tables,
    characteristics: tables.characteristics.map(({ code, cuts, points, none, missing }) => ({
      code,
      cuts: Float64Array.from(cuts),
      points: [...points, none, missing],
    })),
    pairs: tables.pairs.map(({ first, second, points }) => ({
      code: `${first.code}*${second.code}`,
      first: { at: places.get(first.code) ?? 0, cuts: Float64Array.from(first.cuts) },
      second: { at: places.get(second.code) ?? 0, cuts: Float64Array.from(second.cuts) },
      points: Int32Array.from(points.flat()),
    })),
  };
}

/** The bin of a value: as many cuts as are at or below it; none and missing come after the last bin. */
export function binOf(cuts: Float64Array, value: CharacteristicValue): number {
  if (value === null) return cuts.length + 2;
  if (value === 'none') return cuts.length + 1;
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cuts[middle] ?? Infinity) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Scores derived characteristics: a few table look-ups, no input or output. The score lies within the model's scale,
 * more is better, and is the sum of `points` exactly. `binding` carries the pd over to a book (the trained one unless
 * given). Throws CharacteristicRefused for what the tables cannot judge.
 */
export function scoreWith(
  model: PayScoreModel,
  characteristics: Characteristics,
  binding: Binding = model.tables.bindings.trained,
): ScoreResult {
  const { scale, base } = model.tables;
  const points: Points[] = [{ code: 'base', points: base }];
  const values: CharacteristicValue[] = [];
  let total = base;
  for (const table of model.characteristics) {
    const value = readValue(table.code, characteristics[table.code]);
    const given = table.points[binOf(table.cuts, value)] ?? null;
    if (given === null)
      throw new CharacteristicRefused(table.code, 'is unknown, which the model was not trained for');
    values.push(value);
    points.push({ code: table.code, points: given });
    total += given;
  }
  for (const pair of model.pairs) {
    const row = binOf(pair.first.cuts, values[pair.first.at] ?? null);
    const column = binOf(pair.second.cuts, values[pair.second.at] ?? null);
    const given = pair.points[row * (pair.second.cuts.length + 3) + column] ?? 0;
    points.push({ code: pair.code, points: given });
    total += given;
  }
  const score = Math.min(Math.max(total, scale.least), scale.most);
  if (score !== total) points.push({ code: 'bounds', points: score - total });
  const trainedLogit = ((scale.even_odds - score) * Math.LN2) / scale.points_to_double;
  return { pd: 1 / (1 + Math.exp(-(binding.a + binding.b * trainedLogit))), score, points };
}

function readValue(code: string, value: CharacteristicValue | undefined): CharacteristicValue {
  if (value === undefined) throw new CharacteristicRefused(code, 'is not given');
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new CharacteristicRefused(code, 'is not a finite number');
  return value;
}
