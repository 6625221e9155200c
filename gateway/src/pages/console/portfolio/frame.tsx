import type { ComponentChildren, VNode } from 'preact';
import { formatDate } from '../../../notifications/format.ts';
import type { Page } from '../../send-page.tsx';
import { ConsoleFrame, hasProblem } from '../frame.tsx';
import type { ConsoleInput } from '../input.ts';
import { Figures, type FigureTable } from '../parts/figures.tsx';
import { consolePath } from '../paths.ts';
import { withQuery } from '../../query.ts';
import { type Asked, FilterForm } from './filter.tsx';
import type { FileName, Told } from './tables.ts';

/** The pages of the section; the first is the section itself. */
export const views = ['overview', 'vintages', 'roll-rates', 'losses'] as const;

export type View = (typeof views)[number];

export function toldOf({ t, visit }: ConsoleInput, asked: Asked): Told {
  return { t: t.portfolio, locale: visit.locale, asked };
}

function pathOf({ visit }: ConsoleInput, view: View): string {
  const path = consolePath(visit.environment.id, 'portfolio');
  return view === 'overview' ? path : `${path}/${view}`;
}

/** One page of the section: the ways to the others and the filters, which all of them keep. */
export function portfolioPage(props: {
  input: ConsoleInput;
  asked: Asked;
  view: View;
  measure?: string;
  children: ComponentChildren;
}): Page {
  const { input, asked, view, measure, children } = props;
  const { visit } = input;
  const t = input.t.portfolio;
  return {
    title: `${t.views[view]} · ${t.title}`,
    wide: true,
    hasProblem: hasProblem(input) || asked.isMalformed,
    body: (
      <ConsoleFrame
        input={input}
        section="portfolio"
        title={t.title}
        intro={t.intro(formatDate(visit.locale, asked.filter.on))}
      >
        <nav class="tabs" aria-label={t.viewsLabel}>
          {views.map((name) => (
            <a
              href={withQuery(pathOf(input, name), asked.query)}
              aria-current={name === view ? 'page' : undefined}
            >
              {t.views[name]}
            </a>
          ))}
        </nav>
        <FilterForm
          input={input}
          asked={asked}
          action={pathOf(input, view)}
          {...(measure !== undefined && { measure })}
        />
        {children}
      </ConsoleFrame>
    ),
  };
}

/** The section where there are no plans at all. */
export function emptyPage(input: ConsoleInput): Page {
  const t = input.t.portfolio;
  return {
    title: t.title,
    body: (
      <ConsoleFrame input={input} section="portfolio" title={t.title}>
        <p>{t.noBook}</p>
      </ConsoleFrame>
    ),
  };
}

/** A table with a link to the file of the same name. */
export function PortfolioFigures(props: {
  input: ConsoleInput;
  asked: Asked;
  table: FigureTable;
  file: FileName;
}): VNode {
  const { input, asked, table, file } = props;
  const t = input.t.portfolio;
  const href = withQuery(`${pathOf(input, 'overview')}/export/${file}`, asked.query);
  return (
    <Figures locale={input.visit.locale} table={table} empty={t.empty} file={{ href, label: t.download }} />
  );
}
