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

/** The measure that a rule looks at; the same one each time, because every decision asks for all of them. */
export function measureOf(rule: Rule): Measure | undefined {
  if (!ofRules.has(rule)) ofRules.set(rule, newMeasureOf(rule));
  return ofRules.get(rule);
}

const ofRules = new WeakMap<Rule, Measure | undefined>();

function newMeasureOf(rule: Rule): Measure | undefined {
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
  return per === 'merchant' && !countedOneByOne.has(count);
}

/** What is looked for behind each sighting. */
const countedOneByOne: ReadonlySet<Counted> = new Set(['amount', 'declines', 'refunded', 'unfounded']);

/** Names a measure; rules that ask for the same one share it. */
export function measureKey(measure: Measure): string {
  const key = keys.get(measure) ?? newKey(measure);
  keys.set(measure, key);
  return key;
}

const keys = new WeakMap<Measure, string>();

function newKey(measure: Measure): string {
  if (measure.of === 'lowest_use') return `lowest_use/${measure.minutes}`;
  const { of, per, minutes, newShoppers, currency } = measure;
  return [of, per, minutes, ...(newShoppers ? ['new'] : []), ...(currency ? [currency] : [])].join('/');
}

const remembered = new WeakMap<RuleSet, readonly Measure[]>();

/** The measures of rules that many decisions are made by, worked out once: the same array each time. */
export function measuresInForce(set: RuleSet): readonly Measure[] {
  const measures = remembered.get(set) ?? measuresOf(set);
  remembered.set(set, measures);
  return measures;
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
