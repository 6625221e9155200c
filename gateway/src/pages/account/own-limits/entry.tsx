import type { VNode } from 'preact';
import type { Tx } from '../../../lib/tx.ts';
import { listOwnLimits, ownLimitsOf } from '../../../protection/own-limits.ts';
import { textsOf } from '../../texts/language.ts';
import type { AccountInput } from '../view.tsx';

export async function readIsLocked(tx: Tx, shopperId: string): Promise<boolean> {
  return ownLimitsOf(await listOwnLimits(tx, shopperId), '').locked;
}

/** The way from the account's first page to the limits of one's own, which says when everything is locked. */
export function OwnLimitsEntry({ input, isLocked }: { input: AccountInput; isLocked: boolean }): VNode {
  const { visit } = input;
  const t = textsOf[visit.locale].ownLimits;
  return (
    <section class="card" aria-labelledby="own-limits-heading">
      <h2 id="own-limits-heading">{t.title}</h2>
      <p>{isLocked ? t.entryLocked : t.entry}</p>
      <p>
        <a href={`${visit.place.path}/own-limits`}>{t.entryGo}</a>
      </p>
    </section>
  );
}
