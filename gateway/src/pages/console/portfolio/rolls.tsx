import type { Tx } from '../../../lib/tx.ts';
import { readRolls, rollTo, sumOfRolls } from '../../../portfolio/roll-rates.ts';
import type { Page } from '../../send-page.tsx';
import type { ConsoleInput } from '../input.ts';
import { Heat } from '../parts/heat.tsx';
import { readAsked } from './filter.tsx';
import { emptyPage, PortfolioFigures, portfolioPage, toldOf } from './frame.tsx';
import { monthsShown, nameMonth, rollTable } from './tables.ts';

/** Where debts went from one month end to the next. */
export async function showRolls(tx: Tx, input: ConsoleInput): Promise<Page> {
  const asked = await readAsked(tx, input);
  if (!asked) return emptyPage(input);
  const t = input.t.portfolio;
  const told = toldOf(input, asked);
  const rolls = await readRolls(tx, asked.filter, monthsShown);
  const rows = sumOfRolls(rolls);
  const [first, last] = [rolls[0]?.month ?? '', rolls.at(-1)?.month ?? ''];
  return portfolioPage({
    input,
    asked,
    view: 'roll-rates',
    children: (
      <section class="card" aria-labelledby="rolls-heading">
        <h2 id="rolls-heading">{t.views['roll-rates']}</h2>
        <p class="hint">{t.rollsHint(nameMonth(told, first).label, nameMonth(told, last).label)}</p>
        <p class="hint">{t.closedHint}</p>
        <Heat
          title={t.rolls}
          columns={rollTo.map((state) => t.short[state])}
          rows={rows.map(({ from, principal, to }) => ({
            label: t.short[from],
            percents: rollTo.map((state) =>
              principal > 0n ? (Number(to[state]) / Number(principal)) * 100 : null,
            ),
          }))}
        />
        <PortfolioFigures input={input} asked={asked} table={rollTable(told, rows)} file="roll-rates" />
      </section>
    ),
  });
}
