import type { Characteristics } from './characteristics.ts';

/** The scorecard of a shopper's own history. Its name is stored with each assessment, so that a decision can be replayed. */
export const scorecard = 'own-history-1';

/** Where everyone starts: neither a merit nor a mark. */
const basePoints = 540;

export type ReasonCode =
  | 'base'
  | 'repaid_installments'
  | 'paid_on_time'
  | 'days_past_due'
  | 'tenure'
  | 'open_plans'
  | 'utilisation'
  | 'paid_early';

/** The points that one characteristic adds; the points of all reasons sum to the score exactly. */
export type Reason = { code: ReasonCode; value: number | null; points: number };

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

/** All that this scorecard gives points by; what its hash is taken of. */
export const scorecardTables = {
  base: basePoints,
  repaid_installments: repaidBands.map(finite),
  paid_on_time: onTimeBands.map(finite),
  days_past_due: pastDueBands.map(finite),
  tenure: tenureBands.map(finite),
  open_plans: openPlansBands.map(finite),
  utilisation: utilisationBands.map(finite),
  paid_early: earlyBands.map(finite),
};

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
 * nothing, so a new shopper stands at the base. The bands keep the sum within 305 and 750 without a clamp.
 */
export function scoreOf(facts: Characteristics): Score {
  const onTimePercent =
    facts.dueInstallments === 0 ? null : Math.floor((facts.paidOnTime * 100) / facts.dueInstallments);
  const reasons: Reason[] = [
    { code: 'base', value: null, points: basePoints },
    reason('repaid_installments', repaidBands, facts.repaidInstallments),
    reason('paid_on_time', onTimeBands, onTimePercent),
    reason('days_past_due', pastDueBands, facts.daysPastDue),
    reason('tenure', tenureBands, facts.tenureDays),
    reason('open_plans', openPlansBands, facts.openPlans),
    reason('utilisation', utilisationBands, facts.utilisationPercent),
    reason('paid_early', earlyBands, facts.paidEarly),
  ];
  return { score: reasons.reduce((total, { points }) => total + points, 0), reasons };
}

function reason(code: ReasonCode, bands: readonly Band[], value: number | null): Reason {
  return { code, value, points: pointsOf(bands, value) };
}
