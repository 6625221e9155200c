import type { Tx } from '../../../lib/tx.ts';
import { formatPercent } from '../../../notifications/format.ts';
import {
  readVintages,
  type Vintage,
  type VintageMeasure,
  vintageMeasures,
} from '../../../portfolio/vintages.ts';
import type { Page } from '../../send-page.tsx';
import type { ConsoleInput } from '../input.ts';
import { type Line, LineCurves } from '../parts/line-curves.tsx';
import { queryOf } from '../../query.ts';
import { readAsked } from './filter.tsx';
import { emptyPage, PortfolioFigures, portfolioPage, toldOf } from './frame.tsx';
import { monthsShown, nameMonth, vintageTable } from './tables.ts';

/** Per month of origination what ever came late, by months on book. */
export async function showVintages(tx: Tx, input: ConsoleInput): Promise<Page> {
  const found = await readAsked(tx, input);
  if (!found) return emptyPage(input);
  const { visit, req } = input;
  const t = input.t.portfolio;
  const measure = vintageMeasures.find((name) => name === queryOf(req, 'measure')) ?? 'late_30';
  const asked = { ...found, query: { ...found.query, measure } };
  const told = toldOf(input, asked);
  const vintages = (await readVintages(tx, asked.filter)).slice(-2 * monthsShown);
  const lines = linesOf(vintages.slice(-monthsShown), measure, (month) => nameMonth(told, month).label);
  const most = Math.max(0.01, ...lines.flatMap(({ values }) => values));
  return portfolioPage({
    input,
    asked,
    view: 'vintages',
    measure,
    children: (
      <section class="card" aria-labelledby="vintages-heading">
        <h2 id="vintages-heading">{t.measures[measure]}</h2>
        <p class="hint">{t.vintagesHint}</p>
        <LineCurves
          title={`${t.measures[measure]}, ${t.monthsOnBook}`}
          lines={lines}
          ends={{
            most,
            lowest: formatPercent(visit.locale, 0),
            highest: formatPercent(visit.locale, Number((most * 100).toFixed(1))),
            from: t.onBook('0'),
            to: t.onBook(String(Math.max(0, ...lines.map(({ values }) => values.length - 1)))),
          }}
        />
        <PortfolioFigures
          input={input}
          asked={asked}
          table={vintageTable(told, vintages, measure)}
          file="vintages"
        />
      </section>
    ),
  });
}

function linesOf(
  vintages: readonly Vintage[],
  measure: VintageMeasure,
  nameOf: (month: string) => string,
): Line[] {
  return vintages.map(({ month, principal, reached }) => ({
    label: nameOf(month),
    values: reached[measure].map((amount) => Number(amount) / Math.max(1, Number(principal))),
  }));
}
