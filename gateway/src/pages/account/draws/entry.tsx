import type { VNode } from 'preact';
import { drawChoices } from '../../../draws/choices.ts';
import { drawMarket } from '../../../draws/market.ts';
import type { Tx } from '../../../lib/tx.ts';
import { textsOf } from '../../texts/language.ts';
import type { AccountInput } from '../view.tsx';
import { drawsPath } from './asked.ts';

/** What the account's first page says of cash; undefined where it is not lent. */
export type DrawEntryFacts = { available: bigint; currency: string } | undefined;

export async function readDrawEntry(tx: Tx, shopperId: string): Promise<DrawEntryFacts> {
  const market = await drawMarket(tx);
  if (!market?.range) return undefined;
  const { available } = await drawChoices(tx, { shopperId, market, amount: undefined });
  return { available, currency: market.currency };
}

/** The way to the comparison, with what could be drawn now. */
export function DrawEntry({ input, facts }: { input: AccountInput; facts: DrawEntryFacts }): VNode | null {
  if (!facts) return null;
  const { visit, money } = input;
  const t = textsOf[visit.locale].draws;
  return (
    <section class="card" aria-labelledby="draw-heading">
      <h2 id="draw-heading">{t.entryHeading}</h2>
      <p>{t.entry(money(facts.available, facts.currency))}</p>
      <p>
        <a href={drawsPath(visit.place.path)}>{t.entryGo}</a>
      </p>
    </section>
  );
}
