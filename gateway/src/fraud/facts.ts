import type { LinkKind } from '../shoppers/links/links.ts';
import type { DecisionKind } from './rule-parts.ts';
import type { ListKey } from './rules.ts';

/**
 * What a decision is judged by. Null means that it is not known: no visit, no country for the address, no norm of the
 * merchant. A rule that needs what is not known does not hit and is named as such.
 */
export type Facts = {
  kind: DecisionKind;
  /** Minor units of `currency`. */
  amount: number;
  currency: string;
  /** Of the day where the merchant is, 0 to 23. */
  hour: number;
  /** Countries, ISO 3166-1 alpha-2: of the address, the card, the merchant, the verified identity. */
  country: string | null;
  cardCountry: string | null;
  market: string | null;
  home: string | null;
  /** Without an earlier plan. */
  isNewShopper: boolean;
  /** Never seen with this shopper, who was seen with others. */
  newDevice: boolean | null;
  newAddress: boolean | null;
  /** Percent of the line in use once this were bought. */
  useAfter: number | null;
  /** The visit before this one, when it came from another country. */
  travel: { km: number; minutes: number } | null;
  /** Whether an earlier visit and this one have a country. */
  canTravel: boolean;
  norm: MerchantNorm | null;
  listed: readonly Listed[];
  /** What the shopper has in common with the merchant; null without one. */
  links: readonly LinkKind[] | null;
  /** By `measureKey`. */
  measures: Readonly<Record<string, number | null>>;
};

/** Median and median absolute deviation of the natural logarithm of a merchant's amounts of the last weeks. */
export type MerchantNorm = { median: number; spread: number; orders: number };

export type Listed = { list: 'allow' | 'deny'; of: ListKey };
