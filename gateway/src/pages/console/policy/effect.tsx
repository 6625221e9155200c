import type { VNode } from 'preact';
import { addOffset, dateIn } from '../../../lib/dates.ts';
import type { Tx } from '../../../lib/tx.ts';
import { formatPercent } from '../../../notifications/format.ts';
import type { TermsPolicy } from '../../../pay-score/policy.ts';
import { decidedCurrencies, mostDecided, readDecided } from '../../../pay-score/what-if/read-decided.ts';
import { effectOf, type PolicyEffect } from '../../../standing/policy-effect.ts';
import type { ConsoleInput } from '../input.ts';
import { DataTable } from '../../parts/data-table.tsx';

/** What another policy would have done, in the currency that most was decided in. */
export type ShownEffect = { currency: string; effect: PolicyEffect };

/** Reckons it over the decisions of the last twelve months; undefined where there are none. */
export async function readEffect(
  tx: Tx,
  from: TermsPolicy,
  to: TermsPolicy,
): Promise<ShownEffect | undefined> {
  const today = dateIn(tx.environment.timeZone, tx.now);
  const since = addOffset(today, { months: -12 });
  const [currency] = await decidedCurrencies(tx, { since });
  if (currency === undefined) return undefined;
  return { currency, effect: effectOf(await readDecided(tx, { currency, since }), from, to) };
}

const counted = ['newlyDeclined', 'newlyApproved', 'dearer', 'cheaper', 'carryLess', 'carryMore'] as const;

/** How many past decisions would stand otherwise, in a table. */
export function Effect(props: { input: ConsoleInput; effect: ShownEffect | undefined }): VNode {
  const { input, effect: shown } = props;
  const t = input.t.policy;
  if (!shown) return <p>{t.noDecisions}</p>;
  const { effect, currency } = shown;
  const { decisions } = effect;
  const share = (count: number) =>
    formatPercent(input.visit.locale, Number(((count / Math.max(1, decisions)) * 100).toFixed(1)));
  return (
    <>
      <h3>{t.effect}</h3>
      <p class="hint">{t.effectHint(String(decisions), currency)}</p>
      {decisions >= mostDecided && <p class="hint">{t.effectNewest(String(mostDecided))}</p>}
      <DataTable
        caption={t.effect}
        columns={[
          { label: t.figure },
          { label: t.decisions, number: true },
          { label: t.share, number: true },
        ]}
        rows={counted.map((name) => [t.effects[name], String(effect[name]), share(effect[name])])}
      />
    </>
  );
}
