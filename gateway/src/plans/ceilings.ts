import type { CalendarDate } from '../lib/dates.ts';
import { refusalsOf } from './disclosure.ts';
import { aprOf } from './disclosure-cost.ts';
import type { MarketRules } from './markets.ts';
import type { PlanOffer } from './offers.ts';

/**
 * Whether the rules of a market let this plan be offered to goods that ship on `shippedOn`: nothing in its block refuses
 * it, and the credit fits a consumer's line.
 */
export function fitsRules(rules: MarketRules, offer: PlanOffer, shippedOn: CalendarDate): boolean {
  const line = rules.consumerLine?.value;
  const fitsLine = !line || line.currency !== offer.currency || offer.financed <= line.amount;
  const drawn = { offer, startsOn: shippedOn, charges: [] };
  const apr = aprOf(drawn, rules.aprMethod.value);
  return fitsLine && refusalsOf(rules, drawn, apr).length === 0;
}
