import type { Tx } from '../../../lib/tx.ts';
import { readLosses } from '../../../portfolio/losses.ts';
import type { Page } from '../../send-page.tsx';
import type { ConsoleInput } from '../input.ts';
import { AmountBars } from '../../parts/amount-bars.tsx';
import { readAsked } from './filter.tsx';
import { emptyPage, PortfolioFigures, portfolioPage, toldOf } from './frame.tsx';
import { lossTable, monthsShown, nameMonth } from './tables.ts';

/** What was charged off and recovered, beside what was to be expected. */
export async function showLosses(tx: Tx, input: ConsoleInput): Promise<Page> {
  const asked = await readAsked(tx, input);
  if (!asked) return emptyPage(input);
  const t = input.t.portfolio;
  const told = toldOf(input, asked);
  const months = await readLosses(tx, asked.filter, monthsShown);
  return portfolioPage({
    input,
    asked,
    view: 'losses',
    children: (
      <section class="card" aria-labelledby="losses-heading">
        <h2 id="losses-heading">{t.losses}</h2>
        <p class="hint">{t.lossesHint}</p>
        <AmountBars
          title={t.losses}
          bars={months.map(({ month, principal, expected }) => ({
            label: nameMonth(told, month).label,
            first: principal,
            second: expected ?? 0n,
          }))}
          first={t.chargedOff}
          second={t.expected}
        />
        <PortfolioFigures input={input} asked={asked} table={lossTable(told, months)} file="losses" />
      </section>
    ),
  });
}
