import type { Facts } from './facts.ts';
import { measureKey, measureOf, stopsEarly } from './measures.ts';
import type { Rule, RuleOf, RuleSet } from './rules.ts';

export type Action = 'pass' | 'challenge' | 'refuse';

/** A rule that found something. `found` and `bound` are figures; what they count, the rule says. */
export type Hit = {
  rule: string;
  kind: Rule['kind'];
  adds: 'challenge' | 'refuse' | number;
  found: number | null;
  bound: number | null;
  reason: string;
  /** The allow list because of which it does not count. */
  silencedBy: string | null;
};

export type Verdict = {
  action: Action;
  /** The sum of the points of what counts. */
  points: number;
  hits: Hit[];
  /** The rules that could not look, because something is not known. */
  notKnown: string[];
};

/**
 * Judges facts by rules, in their order. Each hit that counts can only make the action harder: the hardest of what hits
 * ask for, and of what their points come to. Only an allow list takes a hit away, and only of the rules it names.
 */
export function evaluate(set: RuleSet, facts: Facts): Verdict {
  const applying = set.rules.filter((rule) => appliesTo(rule, facts));
  const silencedBy = silences(applying, facts);
  const hits: Hit[] = [];
  const notKnown: string[] = [];
  for (const rule of applying) {
    if (rule.kind === 'allow_list') continue;
    const found = look(rule, facts);
    if (found === 'not_known') notKnown.push(rule.id);
    else if (found) hits.push(hitOf(rule, found, silencedBy.get(rule.id) ?? null));
  }
  const counts = hits.filter((hit) => hit.silencedBy === null);
  const points = counts.reduce((sum, { adds }) => sum + (typeof adds === 'number' ? adds : 0), 0);
  const asksFor = (action: 'challenge' | 'refuse', from: number): boolean =>
    points >= from || counts.some(({ adds }) => adds === action);
  const action = asksFor('refuse', set.refuseFrom)
    ? 'refuse'
    : asksFor('challenge', set.challengeFrom)
      ? 'challenge'
      : 'pass';
  return { action, points, hits, notKnown };
}

function appliesTo({ on, hours }: Rule, { kind, hour }: Facts): boolean {
  if (on && !on.includes(kind)) return false;
  if (!hours) return true;
  const { from, to } = hours;
  return from <= to ? hour >= from && hour <= to : hour >= from || hour <= to;
}

function silences(rules: readonly Rule[], { listed }: Facts): Map<string, string> {
  const allows = rules.filter((rule) => rule.kind === 'allow_list');
  const holding = allows.filter(({ of }) =>
    listed.some((entry) => entry.list === 'allow' && of.includes(entry.of)),
  );
  return new Map(holding.flatMap(({ id, silences }) => silences.map((silenced) => [silenced, id] as const)));
}

type HittingRule = Exclude<Rule, { kind: 'allow_list' }>;

/** What a rule found: the figure, the bound that it passes, and words for both. */
type Found = { found: number | null; bound: number | null; reason: string };
type Look = Found | 'not_known' | undefined;

function hitOf({ id, kind, action }: HittingRule, found: Found, silencedBy: string | null): Hit {
  return { rule: id, kind, adds: typeof action === 'string' ? action : action.points, ...found, silencedBy };
}

/** How each kind of rule looks at facts. */
const looks: { [K in HittingRule['kind']]: (rule: RuleOf<K>, facts: Facts) => Look } = {
  velocity: lookAtVelocity,
  mismatch: lookAtMismatch,
  travel: lookAtTravel,
  deny_list: lookAtList,
  amount: lookAtAmount,
  bust_out: lookAtBustOut,
  merchant_link: lookAtLinks,
};

function look(rule: HittingRule, facts: Facts): Look {
  // TypeScript does not see that the function is the one for this very rule.
  const lookAt = looks[rule.kind] as (rule: HittingRule, facts: Facts) => Look;
  return lookAt(rule, facts);
}

const perWords = {
  shopper: 'of one shopper',
  phone: 'of one phone',
  device: 'of one device',
  address: 'of one address',
  card: 'of one card',
  merchant: 'of one merchant',
  shopper_at_merchant: 'of one shopper at one merchant',
} as const;

function lookAtVelocity(rule: RuleOf<'velocity'>, facts: Facts): Look {
  if (rule.newShoppers && !facts.isNewShopper) return undefined;
  if (rule.currency !== undefined && rule.currency !== facts.currency) return undefined;
  const found = measured(rule, facts);
  if (found === null) return 'not_known';
  if (found <= rule.over) return undefined;
  const what = rule.count === 'amount' ? `${rule.currency} in minor units` : rule.count;
  const counted = `${stopsEarly(rule) ? 'at least ' : ''}${found}`;
  const reason = `${counted} ${what} ${perWords[rule.per]} in ${rule.minutes} minutes, more than ${rule.over}`;
  return { found, bound: rule.over, reason };
}

function measured(rule: Rule, { measures }: Facts): number | null {
  const measure = measureOf(rule);
  return (measure && measures[measureKey(measure)]) ?? null;
}

const countriesOf = {
  address_market: ['country', 'market'],
  address_identity: ['country', 'home'],
  card_market: ['cardCountry', 'market'],
  card_address: ['cardCountry', 'country'],
} as const;

/** Which countries these are is not repeated in the reason: it is kept longer than the address is. */
function lookAtMismatch({ between }: RuleOf<'mismatch'>, facts: Facts): Look {
  const [first, second] = countriesOf[between];
  const [one, other] = [facts[first], facts[second]];
  if (one === null || other === null) return 'not_known';
  if (one === other) return undefined;
  const reason = `the countries of ${between.split('_').join(' and ')} differ`;
  return { found: null, bound: null, reason };
}

function lookAtTravel({ fasterThanKmh }: RuleOf<'travel'>, facts: Facts): Look {
  if (!facts.canTravel) return 'not_known';
  if (!facts.travel || facts.travel.km === 0) return undefined;
  const { km, minutes } = facts.travel;
  // Two countries at one moment are as far apart as two a minute apart: faster than anything.
  const kmh = Math.round(km / (Math.max(minutes, 1) / 60));
  if (kmh <= fasterThanKmh) return undefined;
  const reason = `${km} km in ${minutes} minutes between two visits, faster than ${fasterThanKmh} km/h`;
  return { found: kmh, bound: fasterThanKmh, reason };
}

function lookAtList({ of }: RuleOf<'deny_list'>, { listed }: Facts): Look {
  const denied = listed.filter((entry) => entry.list === 'deny' && of.includes(entry.of));
  if (denied.length === 0) return undefined;
  const reason = `on the deny list: ${denied.map((entry) => entry.of).join(', ')}`;
  return { found: denied.length, bound: 0, reason };
}

function lookAtLinks({ of }: RuleOf<'merchant_link'>, { links }: Facts): Look {
  if (links === null) return 'not_known';
  const shared = links.filter((kind) => of.includes(kind));
  if (shared.length === 0) return undefined;
  const reason = `in common with the merchant: ${shared.join(', ')}`;
  return { found: shared.length, bound: 0, reason };
}

/** Amounts are judged by their logarithms: twice the median is as far above it as half of it is below. */
const leastSpread = 0.1;
/** What makes a median absolute deviation comparable with a standard deviation. */
const toDeviation = 1.4826;

function lookAtAmount({ deviations, atLeastOrders }: RuleOf<'amount'>, { amount, norm }: Facts): Look {
  if (!norm || norm.orders < atLeastOrders) return 'not_known';
  const spread = toDeviation * Math.max(norm.spread, leastSpread);
  const found = Math.round(((Math.log(amount) - norm.median) / spread) * 100) / 100;
  if (found <= deviations) return undefined;
  const reason = `the amount lies ${found} deviations above the merchant's median, more than ${deviations}`;
  return { found, bound: deviations, reason };
}

function lookAtBustOut(rule: RuleOf<'bust_out'>, facts: Facts): Look {
  const { useAfter } = facts;
  const lowest = measured(rule, facts);
  const isNew = newOf(rule, facts);
  if (useAfter === null || lowest === null || isNew === null) return 'not_known';
  if (!isNew || useAfter < rule.toPercent || useAfter - lowest < rule.risePercent) return undefined;
  const reason = `use of the line jumps from ${lowest} to ${useAfter} percent, from where the shopper was never seen`;
  return { found: useAfter - lowest, bound: rule.risePercent, reason };
}

function newOf({ from }: RuleOf<'bust_out'>, { newDevice, newAddress }: Facts): boolean | null {
  if (from === 'new_device') return newDevice;
  if (from === 'new_address') return newAddress;
  if (newDevice === null && newAddress === null) return null;
  return newDevice === true || newAddress === true;
}
