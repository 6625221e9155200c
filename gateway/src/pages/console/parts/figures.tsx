import type { VNode } from 'preact';
import { type CsvCell, csvOf, decimalOf } from '../../../lib/csv.ts';
import type { CalendarDate } from '../../../lib/dates.ts';
import { formatMoney, formatPercent } from '../../../notifications/format.ts';
import type { Locale } from '../../../shoppers/profile.ts';
import { formatInstant, formatMediumDate } from '../../format.ts';
import { DataTable } from '../../parts/data-table.tsx';

/** What stands in a cell, said once for the page, in words, and for the file, in its plain form. */
export type Figure =
  | string
  | number
  | null
  | { amount: bigint; currency: string }
  /** A part of a whole, in hundredths of a percent. */
  | { basisPoints: bigint }
  | { date: CalendarDate }
  | { instant: Date; timeZone: string }
  /** Our own name of something, as it is called on the page. */
  | { code: string; label: string; href?: string }
  /** An id or the name of an account. */
  | { id: string; href?: string };

/** A column: `key` names it in the file, in every language. */
export type FigureColumn = { key: string; label: string; number?: boolean };

export type FigureTable = {
  caption: string;
  columns: readonly FigureColumn[];
  rows: readonly (readonly Figure[])[];
};

/** A table of figures, or a sentence where there are none, and where there is one a link to the same as a file. */
export function Figures(props: {
  locale: Locale;
  table: FigureTable;
  empty: string;
  file?: { href: string; label: string };
}): VNode {
  const { locale, table, empty, file } = props;
  if (table.rows.length === 0) return <p>{empty}</p>;
  return (
    <>
      <DataTable
        caption={table.caption}
        columns={table.columns}
        rows={table.rows.map((row) => row.map((figure) => shown(locale, figure)))}
      />
      {file && (
        <p>
          <a href={file.href} aria-label={`${file.label}: ${table.caption}`} download>
            {file.label}
          </a>
        </p>
      )}
    </>
  );
}

/** The table as a file for spreadsheets; amounts are plain decimals, and what they are in stands beside them. */
export function figuresCsv({ columns, rows }: FigureTable): string {
  const hasMoney = rows.some((row) => row.some(isAmount));
  const needsCurrency = hasMoney && !columns.some(({ key }) => key === 'currency');
  return csvOf(
    [...columns.map(({ key }) => key), ...(needsCurrency ? ['currency'] : [])],
    rows.map((row): CsvCell[] => {
      const money = row.find(isAmount);
      return [...row.map(plain), ...(needsCurrency ? [money?.currency ?? null] : [])];
    }),
  );
}

function isAmount(figure: Figure | undefined): figure is { amount: bigint; currency: string } {
  return typeof figure === 'object' && figure !== null && 'amount' in figure;
}

function plain(figure: Figure): CsvCell {
  if (figure === null || typeof figure !== 'object') return figure;
  if ('amount' in figure) return decimalOf(figure.amount, figure.currency);
  if ('basisPoints' in figure) return (Number(figure.basisPoints) / 100).toFixed(2);
  if ('date' in figure) return figure.date;
  if ('instant' in figure) return figure.instant.toISOString();
  return 'code' in figure ? figure.code : figure.id;
}

/** As people of this language read it; a dash where nothing is known. */
export function shown(locale: Locale, figure: Figure): VNode | string {
  if (figure === null) return '–';
  if (typeof figure === 'string') return figure;
  if (typeof figure === 'number') return new Intl.NumberFormat(locale).format(figure);
  if ('amount' in figure) return formatMoney(locale, figure);
  if ('basisPoints' in figure) return formatPercent(locale, Number(figure.basisPoints) / 100);
  if ('date' in figure) return formatMediumDate(locale, figure.date);
  if ('instant' in figure) return formatInstant(locale, figure.instant, figure.timeZone);
  const name = 'code' in figure ? figure.label : <code>{figure.id}</code>;
  return figure.href === undefined ? <>{name}</> : <a href={figure.href}>{name}</a>;
}
