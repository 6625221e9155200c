import type { VNode } from 'preact';
import type { Id } from '../../../lib/ids.ts';
import type { Tx } from '../../../lib/tx.ts';
import { textsOf } from '../../texts/language.ts';
import type { AccountInput } from '../view.tsx';
import { amountsOf, readGuarantees } from './facts.ts';
import { guaranteesPath } from './paths.ts';

type Amounts = ReturnType<typeof amountsOf>;

/** What the account's first page says of vouching. */
export type GuaranteeEntryFacts = { waiting: number; given: Amounts; received: Amounts };

export async function readGuaranteeEntry(tx: Tx, shopperId: Id<'shp'>): Promise<GuaranteeEntryFacts> {
  const { waiting, given, received } = await readGuarantees(tx, shopperId);
  return { waiting: waiting.length, given: amountsOf(given), received: amountsOf(received) };
}

/** The way to the page of guarantees, with what waits for an answer. */
export function GuaranteeEntry({ input, facts }: { input: AccountInput; facts: GuaranteeEntryFacts }): VNode {
  const { visit, money } = input;
  const t = textsOf[visit.locale].guarantees;
  const isEmpty = facts.waiting === 0 && facts.given.length === 0 && facts.received.length === 0;
  return (
    <section class="card" aria-labelledby="guarantee-heading">
      <h2 id="guarantee-heading">{t.entryHeading}</h2>
      {facts.waiting > 0 && <p class="notice good">{t.entryOffers(String(facts.waiting))}</p>}
      {facts.given.map(({ amount, currency }) => (
        <p>{t.entryGiven(money(amount, currency))}</p>
      ))}
      {facts.received.map(({ amount, currency }) => (
        <p>{t.entryReceived(money(amount, currency))}</p>
      ))}
      <p>
        <a href={guaranteesPath(visit.place.path)}>{isEmpty ? t.entryVouch : t.entryGo}</a>
      </p>
    </section>
  );
}
