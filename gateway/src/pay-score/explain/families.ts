import type { Reason } from '../score.ts';

/**
 * What a shopper is told about, instead of more than a hundred reasons: paying late or on time; what was repaid; how much
 * of the limit is used; how long and how well we know each other; what is being bought; what others said with consent.
 */
export const families = ['base', 'lateness', 'payments', 'use', 'history', 'purchases', 'evidence'] as const;

export type Family = (typeof families)[number];

/** A family with the points of all its reasons. */
export type FamilyPoints = { family: Family; points: number };

/** The codes of each family; one with a month, as `late_1`, stands without it. */
const codesOf: Readonly<Record<Family, readonly string[]>> = {
  base: ['base', 'bounds'],
  lateness: [
    'paid_on_time',
    'days_past_due',
    'late',
    'late_max',
    'late_sum',
    'late_months',
    'months_since_late',
  ],
  payments: [
    'repaid_installments',
    'paid_early',
    'months_in_full',
    'months_carried',
    'months_unpaid',
    'paid',
    'paid_mean',
    'paid_max',
    'paid_min',
    'paid_of_limit',
    'payment_ratio',
    'payment_ratio_mean',
    'payment_ratio_total',
  ],
  use: [
    'utilisation',
    'utilisation_mean',
    'utilisation_max',
    'utilisation_spread',
    'utilisation_trend',
    'utilisation_change',
    'headroom',
    'billed',
    'billed_mean',
  ],
  // What is not known of a short history counts in the characteristic that misses it; of these, `standing` misses most.
  history: ['tenure', 'standing', 'months_idle'],
  purchases: ['open_plans', 'spend', 'spend_mean', 'spend_of_limit', 'spend_of_limit_mean'],
  evidence: ['phone_tenure', 'bureau'],
};

const familyOfStem = new Map(
  families.flatMap((family) => codesOf[family].map((code) => [code, family] as const)),
);

/** The family of one reason's code, or of one side of a pair; undefined for a code that is not known here. */
export function familyOf(code: string): Family | undefined {
  return familyOfStem.get(code) ?? familyOfStem.get(code.replace(/_\d+$/, ''));
}

/**
 * The points of a score by family, in the order of `families`; they sum to the score exactly. Two characteristics that
 * count together (`first*second`) belong to both their families by half; what of a half point is left over goes to the
 * families of the largest remainders, the earlier first among equals. What a later version counted, and this one does not
 * know, belongs to the base.
 */
export function familiesOf(reasons: readonly Pick<Reason, 'code' | 'points'>[]): FamilyPoints[] {
  const halves = new Map<Family, number>();
  for (const { code, points } of reasons) {
    const [first = code, second = first] = code.split('*');
    for (const side of [first, second]) {
      const family = familyOf(side) ?? 'base';
      halves.set(family, (halves.get(family) ?? 0) + points);
    }
  }
  const present = families.filter((family) => halves.has(family));
  const odd = present.filter((family) => (halves.get(family) ?? 0) % 2 !== 0);
  const up = new Set(odd.slice(0, odd.length / 2));
  return present.map((family) => ({
    family,
    points: Math.floor((halves.get(family) ?? 0) / 2) + (up.has(family) ? 1 : 0),
  }));
}
