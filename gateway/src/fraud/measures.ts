import type { Counted, CountedPer, Rule, RuleSet } from './rules.ts';

/** One figure that rules need of what was seen before. */
export type Measure =
  | {
      of: Counted;
      per: CountedPer;
      minutes: number;
      newShoppers: boolean;
      currency: string | null;
    }
  /** The lowest use of the shopper's line in percent. */
  | { of: 'lowest_use'; minutes: number };

export function measureOf(rule: Rule): Measure | undefined {
  if (rule.kind === 'bust_out') return { of: 'lowest_use', minutes: rule.minutes };
  if (rule.kind !== 'velocity') return undefined;
  const { count, per, minutes, newShoppers = false, currency = null } = rule;
  return { of: count, per, minutes, newShoppers, currency };
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
    if (measure) byKey.set(measureKey(measure), measure);
  }
  return [...byKey.values()];
}
