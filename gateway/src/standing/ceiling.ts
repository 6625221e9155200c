import { dateIn } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import { marketOfCurrency, rulesFor } from '../plans/markets.ts';

/** The most that the law allows on one consumer's line in this currency, in minor units; null where it names no figure. */
export function legalCeilingOf(tx: Tx, currency: string): bigint | null {
  const rules = rulesFor(marketOfCurrency(currency), dateIn(tx.environment.timeZone, tx.now));
  return rules.consumerLine?.value.amount ?? null;
}
