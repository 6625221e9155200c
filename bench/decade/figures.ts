import { availableParallelism, cpus, totalmem } from 'node:os';
import { printTable } from '../../scripts/table.ts';
import type { Decade, DayFigures } from './run.ts';

export type YearFigures = {
  year: string;
  days: number;
  opened: number;
  /** Means over the days of the year; what is per open plan is over those days that had one. */
  openPlans: number;
  closedPlans: number;
  sweepMs: number;
  sweepMsPerOpenPlan: number;
  statements: number;
  idleMs: number;
  idleStatements: number;
  eventsMs: number;
  booksMs: number;
  fullBooksMs: number | undefined;
  transfers: number;
};

export function yearsOf(days: readonly DayFigures[]): YearFigures[] {
  const names = [...new Set(days.map(({ date }) => date.slice(0, 4)))];
  return names.map((year) => {
    const of = days.filter(({ date }) => date.startsWith(year));
    const idle = of.flatMap((day) => day.idle ?? []);
    const openDays = sumOf(of, ({ openPlans }) => openPlans);
    const sweepMs = sumOf(of, (day) => day.sweepMs);
    return {
      year,
      days: of.length,
      opened: sumOf(of, (day) => day.opened),
      openPlans: openDays / of.length,
      closedPlans: of.at(-1)?.closedPlans ?? 0,
      sweepMs: sweepMs / of.length,
      sweepMsPerOpenPlan: sweepMs / Math.max(openDays, 1),
      statements: sumOf(of, (day) => day.sweepStatements) / of.length,
      idleMs: medianOf(idle.map(({ ms }) => ms)),
      idleStatements: sumOf(idle, ({ statements }) => statements) / Math.max(idle.length, 1),
      eventsMs: sumOf(of, (day) => day.eventsMs) / of.length,
      booksMs: sumOf(of, (day) => day.booksMs) / of.length,
      fullBooksMs: of.findLast((day) => day.fullBooksMs !== undefined)?.fullBooksMs,
      transfers: sumOf(of, (day) => day.transfers),
    };
  });
}

/**
 * How much more a day costs in the last year of sales than in the first: over all, for each open plan, and where nothing
 * is left to do. Closed plans cost nothing when none of the last two is much above 1.
 */
export function growthOf(years: readonly YearFigures[]): Record<string, number> {
  const selling = years.filter(({ opened }) => opened > 0);
  const [first, last] = [selling[0], selling.at(-1)];
  if (!first || !last) return {};
  return {
    'closed plans at the end of the year': last.closedPlans / Math.max(first.closedPlans, 1),
    'sweeps of a day': last.sweepMs / first.sweepMs,
    'sweeps of a day for each open plan': last.sweepMsPerOpenPlan / first.sweepMsPerOpenPlan,
    'a date closed once more': last.idleMs / first.idleMs,
    'checking the books of a day': last.booksMs / first.booksMs,
  };
}

export function printDecade({ days, ends, events }: Decade, seconds: number): void {
  const years = yearsOf(days);
  printTable(
    `${days.length} business dates, ${sumOf(days, (day) => day.opened)} plans, ${seconds.toFixed(0)} s`,
    [
      'year',
      'opened',
      'open',
      'closed',
      'sweeps ms/day',
      'per open plan',
      'statements/day',
      'again ms',
      'again statements',
      'orders ms/day',
      'books ms/day',
      'all books ms',
      'transfers',
    ],
    years.map((year) => [
      year.year,
      String(year.opened),
      year.openPlans.toFixed(0),
      String(year.closedPlans),
      year.sweepMs.toFixed(1),
      year.sweepMsPerOpenPlan.toFixed(3),
      year.statements.toFixed(0),
      year.idleMs.toFixed(1),
      year.idleStatements.toFixed(0),
      year.eventsMs.toFixed(1),
      year.booksMs.toFixed(1),
      year.fullBooksMs?.toFixed(0) ?? '',
      String(year.transfers),
    ]),
  );
  printTable(
    'the last year of sales over the first',
    ['what', 'ratio'],
    Object.entries(growthOf(years)).map(([name, ratio]) => [name, ratio.toFixed(2)]),
  );
  printTable(
    'how the plans ended',
    ['state', 'plans'],
    Object.entries(ends).map(([state, count]) => [state, String(count)]),
  );
  printTable(
    'what happened (one line for each who was told)',
    ['event', 'times'],
    Object.entries(events).map(([type, count]) => [type, String(count)]),
  );
  console.log(`    processors: ${availableParallelism()} of ${cpus()[0]?.model ?? 'unknown'}`);
  console.log(`    memory: ${(totalmem() / 2 ** 30).toFixed(1)} GiB, node ${process.version}`);
  console.log('    processor of payments: in this process, instead of the mock over HTTP');
}

function sumOf<Item>(items: readonly Item[], figure: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + figure(item), 0);
}

function medianOf(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0;
}
