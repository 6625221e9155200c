import { claimSession } from '../../src/checkout/claim.ts';
import { decide, type Decision } from '../../src/checkout/decide.ts';
import type { Facts } from '../../src/fraud/facts.ts';
import { activateRuleSet, createRuleSet } from '../../src/fraud/rule-sets.ts';
import type { Rule, RuleOf, RuleSet } from '../../src/fraud/rules.ts';
import type { ScreeningRecord } from '../../src/fraud/screen.ts';
import { type PlainVisit, seeVisit } from '../../src/fraud/signals.ts';
import type { Shop } from './shop.ts';
import { type Buyer, newBuyer, openCheckout } from './walk.ts';

/** A decision about which nothing is unusual and everything is known. */
export const calm: Facts = {
  kind: 'checkout',
  amount: 10_000,
  currency: 'CNY',
  hour: 12,
  country: 'CN',
  cardCountry: 'CN',
  market: 'CN',
  home: 'CN',
  isNewShopper: false,
  newDevice: false,
  newAddress: false,
  useAfter: 10,
  travel: null,
  canTravel: true,
  norm: { median: Math.log(10_000), spread: 0.3, orders: 100 },
  listed: [],
  links: [],
  measures: {},
};

export const velocityRule = (given: Partial<RuleOf<'velocity'>> = {}): RuleOf<'velocity'> => ({
  id: 'velocity',
  kind: 'velocity',
  why: 'a test',
  count: 'purchases',
  per: 'device',
  minutes: 60,
  over: 5,
  action: 'challenge',
  ...given,
});

export const setOf = (...rules: Rule[]): RuleSet => ({
  name: 'test',
  challengeFrom: 50,
  refuseFrom: 100,
  rules,
});

/** Puts rules in force in a shop's sandbox; returns their version. */
export async function enforce(shop: Pick<Shop, 'inTx'>, ...rules: Rule[]): Promise<number> {
  return shop.inTx(async (tx) => {
    const { version } = await createRuleSet(tx, { rules: setOf(...rules), createdBy: 'test' });
    await activateRuleSet(tx, { version, activatedBy: 'test' });
    return version;
  });
}

export type Seen = Partial<PlainVisit>;

/** A shopper looks at a cart from somewhere; what was decided and what was seen. */
export async function lookAt(
  shop: Shop,
  { buyer, amount = 5000, sessionId, ...seen }: Seen & { buyer?: Buyer; amount?: number; sessionId?: string },
): Promise<Decision & { checkoutId: string; record: ScreeningRecord }> {
  const { shopperId } = buyer ?? (await newBuyer(shop));
  const { id } = await openCheckout(shop, amount);
  return lookAgain(shop, { ...seen, sessionId, checkoutId: id, shopperId });
}

/** The same cart once more. */
export async function lookAgain(
  shop: Shop,
  { checkoutId, shopperId, ...seen }: Seen & { checkoutId: string; shopperId: string },
): Promise<Decision & { checkoutId: string; record: ScreeningRecord }> {
  const decision = await shop.inTx(async (tx) => {
    await claimSession(tx, { sessionId: checkoutId, shopperId });
    const visit = seeVisit(tx, { browser: 'one-browser', address: undefined, sessionId: undefined, ...seen });
    return decide(tx, { sessionId: checkoutId, shopperId, visit });
  });
  return { ...decision, checkoutId, record: decision.assessment.guards.fraud as ScreeningRecord };
}
