import { createHash } from 'node:crypto';
import { canonicalJson } from '../lib/canonical-json.ts';
import { bureauBands, type Evidence } from '../shoppers/evidence-port.ts';
import type { Characteristics } from './characteristics.ts';

/** The scorecard of a shopper's own history. Its name is stored with each assessment, so that a decision can be replayed. */
export const scorecard = 'own-history-2';

/** Where everyone starts: neither a merit nor a mark. */
const basePoints = 540;

/** The ends of the scale. */
const leastScore = 300;
const mostScore = 850;

/** The codes of this scorecard's reasons; the full model's are those of its tables (model/derive.ts). */
export type ReasonCode =
  | 'base'
  | 'repaid_installments'
  | 'paid_on_time'
  | 'days_past_due'
  | 'tenure'
  | 'open_plans'
  | 'utilisation'
  | 'paid_early'
  | 'phone_tenure'
  | 'bureau';

/**
 * The points that one characteristic adds; the points of all reasons sum to the score exactly. The code is a ReasonCode,
 * a characteristic of the full model, two of them as `first*second`, or `bounds`. `value` is what was measured: 'none'
 * where there was nothing to measure, null where it is not known and for what is no measure of its own; of a credit
 * bureau's bands, A is 1.
 */
export type Reason = { code: string; value: number | 'none' | null; points: number };

export type Score = { score: number; reasons: Reason[] };

/** The first row whose bound the value does not exceed gives the points. */
type Band = readonly [atMost: number, points: number];

const repaidBands: readonly Band[] = [
  [0, 0],
  [2, 15],
  [5, 35],
  [11, 60],
  [Infinity, 85],
];
const onTimeBands: readonly Band[] = [
  [49, -80],
  [79, -45],
  [94, -10],
  [100, 50],
];
const pastDueBands: readonly Band[] = [
  [0, 0],
  [3, -20],
  [30, -70],
  [Infinity, -100],
];
const tenureBands: readonly Band[] = [
  [29, 0],
  [89, 10],
  [364, 25],
  [Infinity, 45],
];
const openPlansBands: readonly Band[] = [
  [2, 0],
  [4, -10],
  [Infinity, -30],
];
const utilisationBands: readonly Band[] = [
  [29, 20],
  [70, 0],
  [Infinity, -25],
];
const earlyBands: readonly Band[] = [
  [0, 0],
  [Infinity, 10],
];
/** Months for which the phone has been in the shopper's name. */
const phoneTenureBands: readonly Band[] = [
  [5, 0],
  [23, 10],
  [59, 15],
  [Infinity, 20],
];
/** From A, which is 1, to E. */
const bureauBandPoints: readonly Band[] = [
  [1, 30],
  [2, 15],
  [3, 0],
  [4, -25],
  [Infinity, -50],
];

/** All that this scorecard gives points by; what its hash is taken of. */
const scorecardTables = {
  base: basePoints,
  repaid_installments: repaidBands.map(finite),
  paid_on_time: onTimeBands.map(finite),
  days_past_due: pastDueBands.map(finite),
  tenure: tenureBands.map(finite),
  open_plans: openPlansBands.map(finite),
  utilisation: utilisationBands.map(finite),
  paid_early: earlyBands.map(finite),
  phone_tenure: phoneTenureBands.map(finite),
  bureau: bureauBandPoints.map(finite),
};

/** The sha256 of the scorecard's tables. */
export const scorecardHash = createHash('sha256')
  .update(canonicalJson(scorecardTables), 'utf8')
  .digest('hex');

/** JSON knows no infinity. */
function finite([atMost, points]: Band): [atMost: number | null, points: number] {
  return [Number.isFinite(atMost) ? atMost : null, points];
}

function pointsOf(bands: readonly Band[], value: number | null): number {
  if (value === null) return 0;
  return bands.find(([atMost]) => value <= atMost)?.[1] ?? 0;
}

/**
 * The pay score, 300 to 850, more is better: a sum of points, one reason each. What a shopper has no history of adds
 * nothing, so a new shopper stands at the base; so does what nobody outside was asked about. `bounds` is a reason only
 * where the sum lies beyond the ends of the scale.
 */
export function scoreOf(facts: Characteristics, evidence: Evidence | null = null): Score {
  const onTimePercent =
    facts.dueInstallments === 0 ? null : Math.floor((facts.paidOnTime * 100) / facts.dueInstallments);
  const bureau = evidence?.bureauBand ? bureauBands.indexOf(evidence.bureauBand) + 1 : null;
  const reasons: Reason[] = [
    { code: 'base', value: null, points: basePoints },
    reason('repaid_installments', repaidBands, facts.repaidInstallments),
    reason('paid_on_time', onTimeBands, onTimePercent),
    reason('days_past_due', pastDueBands, facts.daysPastDue),
    reason('tenure', tenureBands, facts.tenureDays),
    reason('open_plans', openPlansBands, facts.openPlans),
    reason('utilisation', utilisationBands, facts.utilisationPercent),
    reason('paid_early', earlyBands, facts.paidEarly),
    reason('phone_tenure', phoneTenureBands, evidence?.phoneTenureMonths ?? null),
    reason('bureau', bureauBandPoints, bureau),
  ];
  const total = reasons.reduce((sum, { points }) => sum + points, 0);
  const score = Math.min(Math.max(total, leastScore), mostScore);
  if (score !== total) reasons.push({ code: 'bounds', value: null, points: score - total });
  return { score, reasons };
}

function reason(code: ReasonCode, bands: readonly Band[], value: number | null): Reason {
  return { code, value, points: pointsOf(bands, value) };
}
