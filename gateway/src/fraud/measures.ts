import type { Counted, CountedPer, Rule, RuleOf, RuleSet } from './rules.ts';

/** One figure that rules need of what was seen before. */
export type Measure =
  | {
      of: Counted;
      per: CountedPer;
      minutes: number;
      newShoppers: boolean;
      currency: string | null;
      /** Nobody asks for more than this many; left out where all are counted. */
      enough?: number;
    }
  /** The lowest use of the shopper's line in percent. */
  | { of: 'lowest_use'; minutes: number };

export function measureOf(rule: Rule): Measure | undefined {
  if (rule.kind === 'bust_out') return { of: 'lowest_use', minutes: rule.minutes };
  if (rule.kind !== 'velocity') return undefined;
  const { count, per, minutes, newShoppers = false, currency = null, over } = rule;
  const measure = { of: count, per, minutes, newShoppers, currency };
  return stopsEarly(rule) ? { ...measure, enough: over + 1 } : measure;
}

/**
 * Whether counting stops once the rule is known to hit. A merchant is the only one with sightings without end: without
 * it, every decision at a busy merchant would read all of those before it.
 */
export function stopsEarly({ count, per }: RuleOf<'velocity'>): boolean {
  return per === 'merchant' && count !== 'amount' && count !== 'declines';
}

/** Names a measure; rules that ask for the same one share it. */
export function measureKey(measure: Measure): string {
  if (measure.of === 'lowest_use') return `lowest_use/${measure.minutes}`;
  const { of, per, minutes, newShoppers, currency } = measure;
  return [of, per, minutes, ...(newShoppers ? ['new'] : []), ...(currency ? [currency] : [])].join('/');
}

/** Every measure that these rules need, each once. */
export function measuresOf(...sets: readonly RuleSet[]): Measure[] {
  const byKey = new Map<string, Measure>();
  for (const rule of sets.flatMap(({ rules }) => rules)) {
    const measure = measureOf(rule);
    if (!measure) continue;
    const key = measureKey(measure);
    byKey.set(key, enoughForBoth(measure, byKey.get(key)));
  }
  return [...byKey.values()];
}

function enoughForBoth(measure: Measure, other: Measure | undefined): Measure {
  if (measure.of === 'lowest_use' || measure.enough === undefined) return measure;
  const others = other && other.of !== 'lowest_use' ? other.enough : undefined;
  return { ...measure, enough: Math.max(measure.enough, others ?? 0) };
}
