import { listLentCurrencies } from '../credit/funders.ts';
import { type CalendarDate, dateIn } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import { type Market, marketOfCurrency, type MarketRules, rulesFor } from '../plans/markets.ts';

/** Under whose rules cash would be drawn today, in the environment's calendar. */
export type DrawMarket = {
  currency: string;
  market: Market;
  rules: MarketRules;
  today: CalendarDate;
  /** What may be drawn at once, in minor units; null where cash is not lent. */
  range: { least: bigint; most: bigint } | null;
};

/**
 * The market in which this environment's funders lend cash; where they lend it in none, the market that says so.
 * Undefined when nobody lends anything.
 */
export async function drawMarket(tx: Tx): Promise<DrawMarket | undefined> {
  const today = dateIn(tx.environment.timeZone, tx.now);
  const markets = (await listLentCurrencies(tx)).map((currency): DrawMarket => {
    const market = marketOfCurrency(currency);
    const rules = rulesFor(market, today);
    const range = rules.cashDraw.value;
    return { currency, market, rules, today, range: range?.currency === currency ? range : null };
  });
  return markets.find(({ range }) => range !== null) ?? markets[0];
}
