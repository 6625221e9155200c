import { z } from 'zod';

/** The only layout of a model file that this code reads. */
export const modelVersion = 1;

const points = z.int().min(-10_000).max(10_000);
const cuts = z.array(z.number()).max(63);
const direction = z.enum(['rising', 'falling', 'free']);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const probability = z.number().min(0).max(1);

/**
 * Points of one characteristic. `cuts` rise strictly; a value falls into bin i when i cuts are at or below it. `none` and
 * `missing` stand beside the bins; null where the training data has no such case, so that it cannot be scored.
 */
const characteristic = z.strictObject({
  code: z.string(),
  /** How the risk moves with the value; points move against it. */
  risk: direction,
  cuts,
  points: z.array(points).min(1).max(64),
  none: points.nullable(),
  missing: points.nullable(),
});

const axis = z.strictObject({ code: z.string(), risk: direction, cuts });

/** Points of two characteristics together: a row a bin of `first`, then none and missing; columns likewise. */
const pair = z.strictObject({ first: axis, second: axis, points: z.array(z.array(points)) });

const measures = z.strictObject({
  auc: probability,
  ks: probability,
  log_loss: z.number().min(0),
  slope: z.number(),
  intercept: z.number(),
});

/** What cross-validation measured: models that never saw the rows they were measured on. */
const crossValidation = z.strictObject({
  folds: z.array(measures),
  mean: measures,
});

export const modelContent = z.strictObject({
  format: z.literal('morrow-pay-score'),
  version: z.literal(modelVersion),
  data: z.strictObject({
    sha256,
    rows: z.int().min(2),
    bad: z.int().min(1),
    /** Rows kept out of training, drawn with `seed`; a report can be made of them. */
    holdout: z.strictObject({ share: probability, seed: z.int() }).nullable(),
    excluded: z.array(z.string()),
    attribution: z.string(),
    license: z.string(),
  }),
  parameters: z.record(z.string(), z.number()),
  cross_validation: crossValidation.nullable(),
  scale: z.strictObject({
    least: z.int(),
    most: z.int(),
    /** The score at which a bad outcome is as likely as a good one, and the points that double the odds of a good one. */
    even_odds: z.int(),
    points_to_double: z.int().min(1),
  }),
  /** Slope and intercept that the out-of-fold predictions called for; the points contain them already. */
  calibration: z.strictObject({ slope: z.number(), intercept: z.number() }),
  /** logit pd = a + b x logit pd(trained), by book. */
  bindings: z.strictObject({
    trained: z.strictObject({ a: z.number(), b: z.number().positive() }),
    own_book: z.strictObject({ a: z.number(), b: z.number().positive() }),
  }),
  base: points,
  characteristics: z.array(characteristic).min(1),
  pairs: z.array(pair),
});

export const modelFile = modelContent.extend({ sha256 });

export type ModelContent = z.infer<typeof modelContent>;
export type ModelFile = z.infer<typeof modelFile>;
export type Binding = ModelContent['bindings']['trained'];
export type Measures = z.infer<typeof measures>;
export type CrossValidation = z.infer<typeof crossValidation>;
export type CharacteristicTable = z.infer<typeof characteristic>;
export type PairTable = z.infer<typeof pair>;
export type PairAxis = z.infer<typeof axis>;
