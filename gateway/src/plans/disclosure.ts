import { createHash } from 'node:crypto';
import { addOffset, type CalendarDate } from '../lib/dates.ts';
import { sum } from '../lib/money.ts';
import { roundApr } from './apr.ts';
import { canonicalJson } from '../lib/canonical-json.ts';
import type { DisclosureRegime } from './disclosure-blocks.ts';
import { aprOf, type Charge, costOf, type DrawnOffer, type OfferFacts } from './disclosure-cost.ts';
import { type DisclosureLine, linesOf } from './disclosure-lines.ts';
import { disclosureTexts } from './disclosure-texts.ts';
import { type LateFeeTerms, lateFeeTerms, type Market, type MarketRules, rulesFor } from './markets.ts';

export type { DisclosureLine } from './disclosure-lines.ts';
export type { DisclosureRegime } from './disclosure-blocks.ts';

export type DisclosureRefusal =
  | { code: 'all_in_cost_above_ceiling'; percent: number; most_percent: number }
  | { code: 'interest_free_too_long'; most_installments: number; most_months: number | null };

export type DisclosureFacts = {
  market: Market;
  /** The day on which the shopper is shown the block: its rules hold. */
  date: CalendarDate;
  offer: OfferFacts;
  /** The day on which the credit is drawn, such as when the goods ship; not after the first due date. */
  startsOn: CalendarDate;
  funder: { id: string; name: string };
  /** Absent where nothing is bought, as in a cash draw. */
  merchant?: { id: string; name: string };
  /** What lateness costs; null: nothing; absent: what the market's rules say. */
  lateFee?: LateFeeTerms | null;
  charges?: readonly Charge[];
};

/** Plain data: amounts are integers of minor units, percents numbers rounded as shown, dates text. */
export type Disclosure = {
  version: 1;
  market: Market;
  regime: DisclosureRegime;
  /** The day of the block, and since when its rules hold. */
  date: CalendarDate;
  rules_from: CalendarDate;
  currency: string;
  /** By the method of the market; 0 where paying later costs nothing. */
  apr_percent: number;
  /** In the order in which they are shown; `disclosureTexts` says what each code means. */
  lines: DisclosureLine[];
  /** Why the offer may not be made; empty when it may. */
  refusals: DisclosureRefusal[];
  /** SHA-256 of the texts in all languages, so that the block's hash covers what was read. */
  texts_hash: string;
};

const textsHash = sha256(canonicalJson(disclosureTexts));

/**
 * What the law of the market wants a shopper to see before consent, as codes and figures. An interest-free offer has a
 * block as well. An offer with `refusals` must not be made.
 * Throws a RangeError when the facts do not add up or a date lies before the credit is drawn.
 */
export function disclosureFor(facts: DisclosureFacts): Disclosure {
  requireSums(facts.offer);
  const rules = rulesFor(facts.market, facts.date);
  const drawn: DrawnOffer = { offer: facts.offer, startsOn: facts.startsOn, charges: facts.charges ?? [] };
  const apr = aprOf(drawn, rules.aprMethod.value);
  const aprPercent = roundApr(apr, rules.aprDecimals.value);
  const regime = regimeOf(rules, drawn);
  const lateFee = facts.lateFee === undefined ? lateFeeTerms(rules, facts.offer.currency) : facts.lateFee;
  const { funder, merchant } = facts;
  return {
    version: 1,
    market: facts.market,
    regime,
    date: facts.date,
    rules_from: rules.from,
    currency: facts.offer.currency,
    apr_percent: aprPercent,
    lines: linesOf(regime, { rules, drawn, aprPercent, lateFee, funder, merchant }),
    refusals: refusalsOf(rules, drawn, apr),
    texts_hash: textsHash,
  };
}

/** SHA-256 of the block's canonical JSON (RFC 8785), in lower-case hexadecimal. */
export function disclosureHash(disclosure: Disclosure): string {
  return sha256(canonicalJson(disclosure));
}

function regimeOf(rules: MarketRules, drawn: DrawnOffer): DisclosureRegime {
  const interestFree = costOf(drawn).total === 0n;
  const regulated = !interestFree || rules.interestFreeRegulated.value;
  // A down payment does not count: it is no installment here either.
  const few = drawn.offer.installments.length <= (rules.interestFreeMost?.value.installments ?? 0);
  const regimes: Record<Market, DisclosureRegime> = {
    CN: 'cn_loan',
    EU: regulated ? 'eu_pre_contract' : 'eu_exempt',
    UK: !interestFree ? 'uk_credit' : regulated ? 'uk_deferred_payment' : 'uk_exempt',
    US: interestFree && few ? 'us_exempt' : 'us_closed_end',
  };
  return regimes[rules.market];
}

/**
 * Why an offer may not be made under these rules; empty when it may. `apr` is the one by the market's method, not
 * rounded: a market with a ceiling measures it so.
 */
export function refusalsOf(rules: MarketRules, drawn: DrawnOffer, apr: number): DisclosureRefusal[] {
  const refusals: DisclosureRefusal[] = [];
  const ceiling = rules.allInCeilingPercent?.value;
  if (ceiling !== undefined && apr > ceiling)
    refusals.push({
      code: 'all_in_cost_above_ceiling',
      percent: roundApr(apr, rules.aprDecimals.value),
      most_percent: ceiling,
    });
  const most = rules.interestFreeMost?.value;
  if (costOf(drawn).total === 0n && most?.beyond === 'refused') {
    const { installments } = drawn.offer;
    const last = most.months === null ? undefined : addOffset(drawn.startsOn, { months: most.months });
    const tooLate = installments.some(({ dueDate }) => last !== undefined && dueDate > last);
    if (installments.length > most.installments || tooLate)
      refusals.push({
        code: 'interest_free_too_long',
        most_installments: most.installments,
        most_months: most.months,
      });
  }
  return refusals;
}

function requireSums({ amount, downPayment, financed, installments }: OfferFacts): void {
  const claims: [boolean, string][] = [
    [downPayment >= 0n && financed > 0n && downPayment + financed === amount, 'its parts are not its amount'],
    [
      installments.length > 0 && sum(installments.map(({ principal }) => principal)) === financed,
      'its principal is not what is financed',
    ],
    [
      installments.every(
        ({ amount, principal, interest }) =>
          principal >= 0n && interest >= 0n && principal + interest === amount,
      ),
      'an installment is not its principal and interest',
    ],
  ];
  for (const [holds, message] of claims)
    if (!holds) throw new RangeError(`an offer of ${amount}: ${message}`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
