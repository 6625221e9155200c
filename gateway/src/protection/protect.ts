import { addMs, addOffset, dayMs } from '../lib/dates.ts';
import type { DeclineCode } from '../pay-score/assessments.ts';
import type { Market } from '../plans/markets.ts';
import type { PlanOffer } from '../plans/offers.ts';
import { fullAgeYears } from '../shoppers/identity.ts';
import {
  type Burden,
  burdenOf,
  type Excess,
  excessOf,
  isLargeShare,
  measureOf,
  type Measure,
} from './affordability.ts';
import type { ProtectionFacts } from './facts.ts';
import { type Tier, tierOf } from './rules.ts';

/** What is to be decided about. Amounts are minor units. */
export type Protectable<O> = {
  /** What the purchase costs in all, or what is drawn. */
  amount: bigint;
  line: { limit: bigint; targetLimit: bigint; held: bigint; used: bigint };
  market: Market;
  /** Whether it is only for people whose identity is known. */
  needsIdentity: boolean;
  /** The ways to pay that there is credit for. */
  offers: readonly O[];
};

/** Why an offer is shown where it is: the first that fits costs least of all that fit. */
export type OfferReason = 'costs_nothing' | 'lowest_cost' | 'fits';

export type OfferObstacle = Excess | { code: 'above_own_total'; ceiling: bigint };

export type FittingOffer<O> = {
  way: O;
  reason: OfferReason;
  burden: Burden;
  /** Whether the shopper has to be told, before they agree, how much of their income is bound by then. */
  warns: boolean;
};

export type UnfitOffer<O> = { way: O; obstacle: OfferObstacle; burden: Burden };

export type Protection<O> = {
  /** The first rule that refuses. */
  code: DeclineCode | null;
  /** The lowest total cost first; of two that cost the same the one that is paid sooner. Also when a rule refuses. */
  fitting: FittingOffer<O>[];
  unfit: UnfitOffer<O>[];
  measure: Measure;
  tier: Tier;
};

/**
 * Protects a shopper from owing too much, by the rules in `rules.ts`: age, their own lock and ceilings, how much is open
 * and how fast it came, and what they can afford. Pure: what it looks at was read by `readProtection`.
 */
export function protect<O extends { offer: PlanOffer }>(
  facts: ProtectionFacts,
  asked: Protectable<O>,
): Protection<O> {
  const { line } = asked;
  const tier = tierOf(line);
  const measure = measureOf(facts, { market: asked.market, tier, targetLimit: line.targetLimit });
  const judged = asked.offers.map((way) => {
    const burden = burdenOf(facts, { offer: way.offer, measure });
    return { way, burden, obstacle: obstacleTo(facts, asked, { way, burden, measure }) };
  });
  const unfit = judged.flatMap(({ way, burden, obstacle }) => (obstacle ? [{ way, burden, obstacle }] : []));
  const fitting = judged
    .filter(({ obstacle }) => !obstacle)
    .toSorted((a, b) => cheaperFirst(a.way.offer, b.way.offer))
    .map(({ way, burden }, index) => ({
      way,
      burden,
      reason: reasonOf(way.offer, index),
      warns: isLargeShare(burden),
    }));
  return { code: firstRule(facts, asked, { tier, fitting, unfit }), fitting, unfit, measure, tier };
}

function obstacleTo<O extends { offer: PlanOffer }>(
  { own }: ProtectionFacts,
  { line }: Protectable<O>,
  { way, burden, measure }: { way: O; burden: Burden; measure: Measure },
): OfferObstacle | null {
  if (own.total !== null && line.used + line.held + way.offer.financed > own.total) {
    return { code: 'above_own_total', ceiling: own.total };
  }
  return excessOf(burden, measure);
}

function firstRule<O>(
  facts: ProtectionFacts,
  { amount, needsIdentity }: Protectable<O>,
  { tier, fitting, unfit }: Pick<Protection<O>, 'tier' | 'fitting' | 'unfit'>,
): DeclineCode | null {
  const { means, today, own, openOrders } = facts;
  const { birthDate } = means;
  if (birthDate === undefined && needsIdentity) return 'identity_required';
  if (birthDate !== undefined && addOffset(birthDate, { months: 12 * fullAgeYears }) > today)
    return 'underage';
  if (own.locked) return 'locked_by_shopper';
  if (own.purchase !== null && amount > own.purchase) return 'above_own_ceiling';
  const isEverythingUnfit = fitting.length === 0 && unfit.length > 0;
  if (isEverythingUnfit && unfit.every(({ obstacle }) => obstacle.code === 'above_own_total')) {
    return 'above_own_ceiling';
  }
  if (openOrders >= tier.openOrders) return 'too_many_orders';
  if (coolingOffUntil(facts, tier)) return 'cooling_off';
  return isEverythingUnfit ? 'unaffordable' : null;
}

/**
 * Until when, by business time, the shopper rests from buying: a day after the newest purchase or draw, when that made it
 * as many within a day as the tier allows. Undefined when they need not.
 */
export function coolingOffUntil(
  { confirmed, now }: Pick<ProtectionFacts, 'confirmed' | 'now'>,
  { confirmedInADay }: Pick<Tier, 'confirmedInADay'>,
): Date | undefined {
  const newest = confirmed[0];
  const counted = confirmed[confirmedInADay - 1];
  if (!newest || !counted) return undefined;
  const until = addMs(newest, dayMs);
  return counted > addMs(newest, -dayMs) && until > now ? until : undefined;
}

function reasonOf({ financeCharge }: PlanOffer, index: number): OfferReason {
  if (financeCharge === 0n) return 'costs_nothing';
  return index === 0 ? 'lowest_cost' : 'fits';
}

function cheaperFirst(a: PlanOffer, b: PlanOffer): number {
  if (a.financeCharge !== b.financeCharge) return a.financeCharge < b.financeCharge ? -1 : 1;
  const [lastOfA, lastOfB] = [a, b].map(({ installments }) => installments.at(-1)?.dueDate ?? '');
  return lastOfA === lastOfB ? 0 : (lastOfA ?? '') < (lastOfB ?? '') ? -1 : 1;
}
