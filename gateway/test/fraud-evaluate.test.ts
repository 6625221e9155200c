import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultRulesOf } from '../src/fraud/default-rules.ts';
import { type Action, evaluate } from '../src/fraud/evaluate.ts';
import type { Facts } from '../src/fraud/facts.ts';
import { measureKey, measureOf } from '../src/fraud/measures.ts';
import { leastKmBetween } from '../src/fraud/places.ts';
import { decisionKinds } from '../src/fraud/rule-parts.ts';
import {
  hashRuleSet,
  listKeys,
  parseRuleSet,
  readRuleSet,
  type Rule,
  RulesRefused,
} from '../src/fraud/rules.ts';
import { linkKinds } from '../src/shoppers/links/links.ts';
import { calm, setOf, velocityRule } from './support/fraud.ts';

const hardness: Record<Action, number> = { pass: 0, challenge: 1, refuse: 2 };
const actionOf = (rules: Rule[], facts: Partial<Facts>): Action =>
  evaluate(setOf(...rules), { ...calm, ...facts }).action;

const why = 'a test';
const action = fc.oneof(
  fc.constantFrom('challenge' as const, 'refuse' as const),
  fc.record({ points: fc.integer({ min: 1, max: 120 }) }),
);
const hitting: fc.Arbitrary<Rule> = fc
  .tuple(
    action,
    fc.constantFrom<Rule[]>(
      velocityRule(),
      velocityRule({ count: 'shoppers', over: 0 }),
      { id: 'm', kind: 'mismatch', why, between: 'address_market', action: 'refuse' },
      { id: 't', kind: 'travel', why, fasterThanKmh: 900, action: 'refuse' },
      { id: 'd', kind: 'deny_list', why, of: [...listKeys], action: 'refuse' },
      { id: 'l', kind: 'merchant_link', why, of: [...linkKinds], action: 'refuse' },
      { id: 'a', kind: 'amount', why, deviations: 2, atLeastOrders: 30, action: 'refuse' },
      {
        id: 'b',
        kind: 'bust_out',
        why,
        toPercent: 80,
        risePercent: 50,
        minutes: 60,
        from: 'new_device',
        action: 'refuse',
      },
    ),
  )
  .map(([given, rule]) => ({ ...rule, action: given }) as Rule);
const maybe = <T>(some: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(some, { nil: null });
const country = maybe(fc.constantFrom('CN', 'US', 'FR'));
const count = maybe(fc.integer({ min: 0, max: 12 }));
const facts: fc.Arbitrary<Facts> = fc.record({
  kind: fc.constantFrom(...decisionKinds),
  amount: fc.integer({ min: 1, max: 10_000_000 }),
  currency: fc.constantFrom('CNY', 'EUR'),
  hour: fc.integer({ min: 0, max: 23 }),
  country,
  cardCountry: country,
  market: country,
  home: country,
  isNewShopper: fc.boolean(),
  newDevice: maybe(fc.boolean()),
  newAddress: maybe(fc.boolean()),
  useAfter: maybe(fc.integer({ min: 0, max: 200 })),
  travel: maybe(
    fc.record({ km: fc.integer({ min: 0, max: 19_000 }), minutes: fc.integer({ min: 0, max: 4000 }) }),
  ),
  canTravel: fc.boolean(),
  norm: maybe(
    fc.record({
      median: fc.double({ min: 0, max: 16, noNaN: true }),
      spread: fc.double({ min: 0, max: 3, noNaN: true }),
      orders: fc.integer({ min: 1, max: 500 }),
    }),
  ),
  listed: fc.array(
    fc.record({ list: fc.constantFrom('allow' as const, 'deny' as const), of: fc.constantFrom(...listKeys) }),
  ),
  links: maybe(fc.subarray([...linkKinds])),
  measures: fc.record({ 'purchases/device/60': count, 'shoppers/device/60': count, 'lowest_use/60': count }),
});
const named = (rules: Rule[]): Rule[] => rules.map((rule, index) => ({ ...rule, id: `r${index}` }));

describe('rules and facts', () => {
  it('never soften by one more rule, whatever there is already', () => {
    fc.assert(
      fc.property(fc.array(hitting, { maxLength: 6 }), hitting, facts, (rules, another, given) => {
        const before = evaluate(setOf(...named(rules)), given);
        const after = evaluate(setOf(...named([...rules, another])), given);
        return hardness[after.action] >= hardness[before.action] && after.points >= before.points;
      }),
    );
  });

  it('are softened by an allow list only where it is named, and for who is on it', () => {
    const allow = (silences: string[]): Rule => ({
      id: 'allow',
      kind: 'allow_list',
      why,
      of: ['device'],
      silences,
    });
    fc.assert(
      fc.property(fc.array(hitting, { minLength: 1, maxLength: 5 }), facts, (some, given) => {
        const rules = named(some);
        const [first] = rules;
        const allowed = evaluate(setOf(...rules, allow(['r0'])), given);
        const without = evaluate(setOf(...rules), given);
        const isListed = given.listed.some(({ list, of }) => list === 'allow' && of === 'device');
        const counting = evaluate(setOf(...rules.slice(1)), given);
        expect(allowed.action).toBe(isListed ? counting.action : without.action);
        // What was silenced is still told, with what silenced it.
        expect(allowed.hits.map(({ rule }) => rule)).toEqual(without.hits.map(({ rule }) => rule));
        const silenced = allowed.hits.filter(({ silencedBy }) => silencedBy !== null).map(({ rule }) => rule);
        expect(silenced.every((rule) => isListed && rule === first?.id)).toBe(true);
      }),
    );
  });

  it('give a reason for each hit, and name the rules that could not look', () => {
    fc.assert(
      fc.property(fc.array(hitting, { maxLength: 6 }), facts, (rules, given) => {
        const { hits, notKnown } = evaluate(setOf(...named(rules)), given);
        expect(hits.every(({ reason }) => reason.length > 5)).toBe(true);
        expect(hits.filter(({ rule }) => notKnown.includes(rule))).toEqual([]);
      }),
    );
    expect(evaluate(setOf(velocityRule()), calm)).toMatchObject({ action: 'pass', notKnown: ['velocity'] });
  });
});

describe('a velocity rule', () => {
  const at = (count: number): Partial<Facts> => ({ measures: { 'purchases/device/60': count } });

  it('hits above its bound and not at it', () => {
    expect(actionOf([velocityRule()], at(5))).toBe('pass');
    expect(actionOf([velocityRule()], at(6))).toBe('challenge');
    const [hit] = evaluate(setOf(velocityRule()), { ...calm, ...at(6) }).hits;
    expect(hit).toMatchObject({ rule: 'velocity', found: 6, bound: 5, adds: 'challenge' });
    expect(hit?.reason).toBe('6 purchases of one device in 60 minutes, more than 5');
  });

  it('looks at amounts in its own currency, and at new shoppers only when asked so', () => {
    const amount = velocityRule({ count: 'amount', currency: 'CNY', per: 'shopper', over: 100 });
    const measures = { 'amount/shopper/60/CNY': 101 };
    expect(actionOf([amount], { measures })).toBe('challenge');
    expect(actionOf([amount], { measures, currency: 'EUR' })).toBe('pass');
    const strangers = velocityRule({ per: 'merchant', newShoppers: true, over: 3 });
    const many = { measures: { 'purchases/merchant/60/new': 4 } };
    expect(actionOf([strangers], { ...many, isNewShopper: true })).toBe('challenge');
    expect(actionOf([strangers], { ...many, isNewShopper: false })).toBe('pass');
  });
});

describe('points', () => {
  const rule = (id: string, points: number): Rule => ({
    ...velocityRule({ over: 0 }),
    id,
    action: { points },
  });
  const measures = { 'purchases/device/60': 1 };

  it('add up to a challenge and to a refusal, each from its bound on', () => {
    expect(actionOf([rule('a', 49)], { measures })).toBe('pass');
    expect(actionOf([rule('a', 49), rule('b', 1)], { measures })).toBe('challenge');
    expect(actionOf([rule('a', 50), rule('b', 49)], { measures })).toBe('challenge');
    expect(actionOf([rule('a', 50), rule('b', 50)], { measures })).toBe('refuse');
  });
});

describe('the other kinds of rules', () => {
  it('a mismatch needs both countries, and says not which they are', () => {
    const rule: Rule = { id: 'm', kind: 'mismatch', why, between: 'address_identity', action: 'challenge' };
    expect(actionOf([rule], { country: 'US', home: 'CN' })).toBe('challenge');
    expect(actionOf([rule], { country: 'CN', home: 'CN' })).toBe('pass');
    const unknown = evaluate(setOf(rule), { ...calm, country: null });
    expect(unknown).toMatchObject({ action: 'pass', notKnown: ['m'] });
    expect(evaluate(setOf(rule), { ...calm, country: 'US' }).hits[0]?.reason).not.toMatch(/US|CN/);
  });

  it('travel hits above its speed, also between two visits at one moment', () => {
    const rule: Rule = { id: 't', kind: 'travel', why, fasterThanKmh: 900, action: 'challenge' };
    expect(actionOf([rule], { travel: { km: 900, minutes: 60 } })).toBe('pass');
    expect(actionOf([rule], { travel: { km: 901, minutes: 60 } })).toBe('challenge');
    expect(actionOf([rule], { travel: { km: 16, minutes: 0 } })).toBe('challenge');
    expect(actionOf([rule], { travel: { km: 0, minutes: 0 } })).toBe('pass');
    expect(evaluate(setOf(rule), { ...calm, canTravel: false }).notKnown).toEqual(['t']);
  });

  it('a deny list hits for what it is about', () => {
    const rule: Rule = { id: 'd', kind: 'deny_list', why, of: ['phone', 'card'], action: 'refuse' };
    expect(actionOf([rule], { listed: [{ list: 'deny', of: 'card' }] })).toBe('refuse');
    expect(actionOf([rule], { listed: [{ list: 'deny', of: 'device' }] })).toBe('pass');
    expect(actionOf([rule], { listed: [{ list: 'allow', of: 'card' }] })).toBe('pass');
  });

  it('an amount is judged by the merchant’s own norm, once it has one', () => {
    const rule: Rule = {
      id: 'a',
      kind: 'amount',
      why,
      deviations: 6,
      atLeastOrders: 30,
      action: 'challenge',
    };
    // Median 100.00 and a spread of 0.3: six deviations are exp(6 × 1.4826 × 0.3) = 14.4 times the median.
    expect(actionOf([rule], { amount: 140_000 })).toBe('pass');
    expect(actionOf([rule], { amount: 150_000 })).toBe('challenge');
    const young = { ...calm, amount: 10_000_000, norm: { median: 9, spread: 0.1, orders: 29 } };
    expect(evaluate(setOf(rule), young)).toMatchObject({ action: 'pass', notKnown: ['a'] });
    // Where all orders are equal, twice as much is not yet unusual.
    const equal = { norm: { median: Math.log(10_000), spread: 0, orders: 100 } };
    expect(actionOf([rule], { ...equal, amount: 20_000 })).toBe('pass');
    expect(actionOf([rule], { ...equal, amount: 30_000 })).toBe('challenge');
  });

  it('a bust-out needs a high use, a jump, and somewhere new', () => {
    const rule: Rule = {
      id: 'b',
      kind: 'bust_out',
      why,
      action: 'challenge',
      toPercent: 80,
      risePercent: 60,
      minutes: 60,
      from: 'new_device_or_address',
    };
    const jump = { useAfter: 80, measures: { 'lowest_use/60': 20 }, newDevice: true };
    expect(actionOf([rule], jump)).toBe('challenge');
    expect(actionOf([rule], { ...jump, newDevice: false })).toBe('pass');
    expect(actionOf([rule], { ...jump, newDevice: null, newAddress: true })).toBe('challenge');
    expect(actionOf([rule], { ...jump, useAfter: 79 })).toBe('pass');
    expect(actionOf([rule], { ...jump, measures: { 'lowest_use/60': 21 } })).toBe('pass');
    const blind = { ...calm, ...jump, newDevice: null, newAddress: null };
    expect(evaluate(setOf(rule), blind).notKnown).toEqual(['b']);
  });

  it('looks in its hours only, also over midnight, and at its kinds of decision only', () => {
    const night = velocityRule({ over: 0, hours: { from: 22, to: 5 }, on: ['checkout', 'draw'] });
    const measures = { [measureKey(measureOf(night) ?? { of: 'lowest_use', minutes: 1 })]: 1 };
    const hits = [21, 22, 23, 0, 5, 6].filter(
      (hour) => actionOf([night], { hour, measures }) === 'challenge',
    );
    expect(hits).toEqual([22, 23, 0, 5]);
    expect(actionOf([night], { hour: 0, measures, kind: 'agreement' })).toBe('pass');
  });
});

describe('rules as data', () => {
  const faultsOf = (data: unknown): string[] => {
    try {
      readRuleSet(data);
      return [];
    } catch (error) {
      if (!(error instanceof RulesRefused)) throw error;
      return error.faults.map(({ at }) => at);
    }
  };
  const broken: [string, unknown, string][] = [
    ['an unknown field', { ...setOf(velocityRule()), surprise: 1 }, 'the whole'],
    ['an unknown kind', setOf({ ...velocityRule(), kind: 'magic' } as never), 'rules[0].kind'],
    ['an unknown field of a rule', setOf({ ...velocityRule(), most: 5 } as never), 'rules[0]'],
    ['two rules of one name', setOf(velocityRule(), velocityRule()), 'rules[1].id'],
    ['a window longer than what is kept', setOf(velocityRule({ minutes: 129_601 })), 'rules[0].minutes'],
    ['points that would soften', setOf(velocityRule({ action: { points: -5 } })), 'rules[0].action.points'],
    ['shoppers per shopper', setOf(velocityRule({ count: 'shoppers', per: 'shopper' })), 'rules[0].count'],
    ['amounts without a currency', setOf(velocityRule({ count: 'amount' })), 'rules[0].currency'],
    ['a currency of nothing', setOf(velocityRule({ currency: 'CNY' })), 'rules[0].currency'],
    ['devices of agreements', setOf(velocityRule({ on: ['agreement'] })), 'rules[0].on'],
    ['a refusal before the challenge', { ...setOf(), refuseFrom: 10 }, 'refuseFrom'],
    [
      'an allow list of a rule that is not there',
      setOf({ id: 'a', kind: 'allow_list', why, of: ['card'], silences: ['nobody'] }),
      'rules[0].silences[0]',
    ],
    [
      'a rise that can never be',
      setOf({
        id: 'b',
        kind: 'bust_out',
        why,
        minutes: 5,
        from: 'new_device',
        action: 'refuse',
        toPercent: 50,
        risePercent: 60,
      }),
      'rules[0].risePercent',
    ],
  ];

  it.each(broken)('are refused with the place of the fault: %s', (_, data, place) => {
    expect(faultsOf(data)).toContain(place);
  });

  it('are refused when they are no JSON, and name every fault at once', () => {
    expect(() => parseRuleSet('{"name":')).toThrow(/the file: is not JSON/);
    expect(faultsOf(setOf(velocityRule({ minutes: 0, over: -1 })))).toEqual([
      'rules[0].minutes',
      'rules[0].over',
    ]);
  });

  it('have a hash of their content, whatever the order of its keys', () => {
    const set = setOf(velocityRule());
    const turned = parseRuleSet(JSON.stringify(Object.fromEntries(Object.entries(set).toReversed())));
    expect(hashRuleSet(turned)).toBe(hashRuleSet(set));
    expect(hashRuleSet(setOf(velocityRule({ over: 6 })))).not.toBe(hashRuleSet(set));
  });

  it('of version 1 are the same in a sandbox but for wider bounds, and a code for a country that does not fit', () => {
    const [live, sandbox] = [defaultRulesOf({ kind: 'live' }).set, defaultRulesOf({ kind: 'sandbox' }).set];
    expect(sandbox.rules.map(({ id }) => id)).toEqual(live.rules.map(({ id }) => id));
    for (const [index, rule] of live.rules.entries()) {
      const other = sandbox.rules[index];
      if (rule.kind === 'velocity') expect(other).toEqual({ ...rule, over: rule.over * 200 });
      else if (rule.id === 'address_not_market') expect(other).toEqual({ ...rule, action: 'challenge' });
      else if (rule.id.startsWith('shop_device')) expect(other).toEqual({ ...rule, action: { points: 10 } });
      else expect(other).toEqual(rule);
    }
    expect(evaluate(live, calm)).toMatchObject({ action: 'pass', hits: [] });
  });
});

describe('distances', () => {
  it('are nothing between neighbours and long between far countries', () => {
    const neighbours = ['CN RU', 'CN KP', 'US CA', 'FR ES', 'DE PL', 'BR AR', 'SG MY', 'HK CN', 'CL AR'];
    for (const pair of neighbours) {
      const [from = '', to = ''] = pair.split(' ');
      expect(leastKmBetween(from, to), pair).toBe(0);
    }
    expect(leastKmBetween('CN', 'FR')).toBeGreaterThan(4000);
    expect(leastKmBetween('CN', 'BR')).toBeGreaterThan(10_000);
    expect(leastKmBetween('CN', 'CN')).toBe(0);
    expect(leastKmBetween('CN', 'ZZ')).toBe(0);
  });

  it('are the same both ways', () => {
    const code = fc.constantFrom('CN', 'US', 'BR', 'FR', 'AU', 'ZA', 'JP', 'FJ', 'KI');
    fc.assert(fc.property(code, code, (a, b) => leastKmBetween(a, b) === leastKmBetween(b, a)));
  });
});
