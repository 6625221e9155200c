import { proportion, sum } from '../../../lib/money.ts';
import type { BookRow } from '../../../portfolio/book.ts';
import type { MonthOfLosses } from '../../../portfolio/losses.ts';
import type { Month } from '../../../portfolio/months.ts';
import type { MonthOfBusiness } from '../../../portfolio/new-business.ts';
import { outstandingBy, outstandingOf } from '../../../portfolio/outstanding.ts';
import type { OverdueBucket } from '../../../portfolio/overdue.ts';
import { type RollRow, rollTo } from '../../../portfolio/roll-rates.ts';
import { type Vintage, type VintageMeasure, vintageMeasures } from '../../../portfolio/vintages.ts';
import type { Locale } from '../../../shoppers/profile.ts';
import { formatShortMonth } from '../../format.ts';
import type { Figure, FigureColumn, FigureTable } from '../parts/figures.tsx';
import type { ConsoleTexts } from '../texts/en.ts';
import type { Asked } from './filter.tsx';

/** What every table of the section is made with. */
export type Told = { t: ConsoleTexts['portfolio']; locale: Locale; asked: Asked };

/** So many months are shown, and rolled over. */
export const monthsShown = 12;

/** The tables of the section, as they stand in the addresses of their files. */
export const fileNames = [
  'outstanding-by-product',
  'outstanding-by-funder',
  'outstanding-by-market',
  'overdue',
  'new-business',
  'vintages',
  'roll-rates',
  'losses',
] as const;

export type FileName = (typeof fileNames)[number];

/** By which the book is broken down, as the tables and their files are named. */
export const dimensions = ['product', 'funder', 'market'] as const;

export type DimensionName = (typeof dimensions)[number];

const keyOf = { product: 'product', funder: 'funderId', market: 'market' } as const;

export function outstandingTable(
  told: Told,
  book: readonly BookRow[],
  dimension: DimensionName,
): FigureTable {
  const { t, asked } = told;
  const money = moneyOf(told);
  const groups = outstandingBy(book, keyOf[dimension]);
  const all = outstandingOf('', book);
  const name = (key: string): Figure => {
    if (dimension === 'funder') {
      const found = asked.choices.funders.find(({ id }) => id === key);
      return { code: key, label: found?.name ?? key };
    }
    return key === '' ? { code: '', label: t.noMarket } : { id: key };
  };
  return {
    caption: t.outstandingBy[dimension],
    columns: [
      { key: dimension, label: t[dimension] },
      number('plans', t.plans),
      number('principal', t.principal),
      number('interest', t.interest),
      number('fees', t.fees),
      number('total', t.total),
    ],
    rows: [
      ...groups.map((group): Figure[] => [name(group.key), group.plans, ...amountsOf(group).map(money)]),
      ...(groups.length > 1
        ? [[{ code: 'total', label: t.total }, all.plans, ...amountsOf(all).map(money)] satisfies Figure[]]
        : []),
    ],
  };
}

function amountsOf({ principal, interest, fee, total }: ReturnType<typeof outstandingOf>): bigint[] {
  return [principal, interest, fee, total];
}

export function overdueTable(told: Told, buckets: readonly OverdueBucket[]): FigureTable {
  const { t } = told;
  const money = moneyOf(told);
  const all = sum(buckets.map(({ principal }) => principal));
  return {
    caption: t.overdue,
    columns: [
      { key: 'bucket', label: t.bucket },
      number('plans', t.plans),
      number('principal', t.principal),
      number('share_percent', t.share),
      number('overdue', t.overdueAmount),
    ],
    rows: buckets.map(({ bucket, plans, principal, overdue }) => [
      { code: bucket, label: t.buckets[bucket] },
      plans,
      money(principal),
      partOf(principal, all),
      money(overdue),
    ]),
  };
}

export function businessTable(told: Told, months: readonly MonthOfBusiness[]): FigureTable {
  const { t } = told;
  const money = moneyOf(told);
  return {
    caption: t.business,
    columns: [
      { key: 'month', label: t.month },
      number('new_plans', t.newPlans),
      number('principal', t.principal),
    ],
    rows: months
      .toReversed()
      .map(({ month, plans, principal }) => [nameMonth(told, month), plans, money(principal)]),
  };
}

/** Months on book whose share has a column of its own on the page; the file has all. */
const monthsInColumns = [1, 2, 3, 6, 9, 12];

export function vintageTable(told: Told, vintages: readonly Vintage[], measure: VintageMeasure): FigureTable {
  const { t } = told;
  const money = moneyOf(told);
  return {
    caption: t.measures[measure],
    columns: [
      { key: 'vintage', label: t.vintage },
      number('plans', t.plans),
      number('captured', t.captured),
      ...monthsInColumns.map((months) => number(`month_${months}_percent`, t.onBook(String(months)))),
      number('latest_percent', t.latest),
    ],
    rows: vintages
      .toReversed()
      .map(({ month, plans, principal, reached }) => [
        nameMonth(told, month),
        plans,
        money(principal),
        ...monthsInColumns.map((months) => shareAt(reached[measure][months], principal)),
        shareAt(reached[measure].at(-1), principal),
      ]),
  };
}

/** Every point of every curve. */
export function curvesTable(told: Told, vintages: readonly Vintage[]): FigureTable {
  const { t } = told;
  const money = moneyOf(told);
  return {
    caption: t.views.vintages,
    columns: [
      { key: 'vintage', label: t.vintage },
      { key: 'measure', label: t.measure },
      number('months_on_book', t.monthsOnBook),
      number('plans', t.plans),
      number('captured', t.captured),
      number('reached', t.reached),
      number('share_percent', t.share),
    ],
    rows: vintages.flatMap((vintage) =>
      vintageMeasures.flatMap((measure) =>
        vintage.reached[measure].map((amount, months): Figure[] => [
          nameMonth(told, vintage.month),
          { code: measure, label: t.measures[measure] },
          months,
          vintage.plans,
          money(vintage.principal),
          money(amount),
          partOf(amount, vintage.principal),
        ]),
      ),
    ),
  };
}

export function rollTable(told: Told, rows: readonly RollRow[]): FigureTable {
  const { t } = told;
  const money = moneyOf(told);
  return {
    caption: t.rolls,
    columns: [
      { key: 'from', label: t.from },
      number('principal', t.stood),
      ...rollTo.map((state) => number(`to_${state}_percent`, t.states[state])),
    ],
    rows: rows.map(({ from, principal, to }) => [
      { code: from, label: t.states[from] },
      money(principal),
      ...rollTo.map((state) => partOf(to[state], principal)),
    ]),
  };
}

export function lossTable(told: Told, months: readonly MonthOfLosses[]): FigureTable {
  const { t } = told;
  const money = moneyOf(told);
  const maybe = (amount: bigint | null): Figure => (amount === null ? null : money(amount));
  return {
    caption: t.losses,
    columns: [
      { key: 'month', label: t.month },
      number('charged_off', t.chargedOff),
      number('earnings', t.earnings),
      number('covered', t.covered),
      number('recovered', t.recovered),
      number('recovered_by_us', t.recoveredByUs),
      number('net', t.net),
      number('expected', t.expected),
    ],
    rows: months
      .toReversed()
      .map((one) => [
        nameMonth(told, one.month),
        money(one.principal),
        money(one.earnings),
        money(one.covered),
        money(one.recovered),
        maybe(one.recoveredByUs),
        money(one.net),
        maybe(one.expected),
      ]),
  };
}

export function nameMonth({ locale }: Pick<Told, 'locale'>, month: Month): Figure & { label: string } {
  return { code: month, label: formatShortMonth(locale, `${month}-01`) };
}

/** `amount` of `whole` in hundredths of a percent; nothing where there is no whole. */
export function partOf(amount: bigint, whole: bigint): Figure {
  return whole > 0n ? { basisPoints: proportion(10_000n, amount, whole) } : null;
}

function shareAt(amount: bigint | undefined, principal: bigint): Figure {
  return amount === undefined ? null : partOf(amount, principal);
}

function moneyOf({ asked }: Told): (amount: bigint) => Figure {
  return (amount) => ({ amount, currency: asked.filter.currency });
}

function number(key: string, label: string): FigureColumn {
  return { key, label, number: true };
}
