import { availableParallelism, cpus, loadavg } from 'node:os';
import { printTable } from '../scripts/table.ts';
import type { Round, Settings } from './rounds.ts';
import { type Spread, spreadOf } from './statistics.ts';

export type Column = { key: string; head: string; digits: number };

/** One figure over another of the same round; only such ratios can be compared between machines and days. */
export type Ratio = { name: string; of: (round: Round) => number | undefined; goalAtMost?: number };

/** What a benchmark measured, before it is condensed. */
export type Measured = {
  columns: readonly Column[];
  ratios: readonly Ratio[];
  rounds: readonly Round[];
  notes: readonly string[];
};

export type Benchmark = {
  defaults: { rounds: number; seconds: number };
  run(settings: Settings): Promise<Measured>;
};

export type Report = {
  benchmark: string;
  rounds: number;
  seconds: number;
  machine: Record<string, string | number>;
  columns: readonly Column[];
  variants: { name: string; figures: Record<string, Spread | undefined> }[];
  ratios: { name: string; spread: Spread | undefined; goal_at_most?: number }[];
  notes: readonly string[];
};

export function reportOf(
  benchmark: string,
  { rounds, seconds }: Pick<Settings, 'rounds' | 'seconds'>,
  measured: Measured,
): Report {
  const names = Object.keys(measured.rounds[0] ?? {}).toSorted();
  const figuresOf = (name: string) =>
    measured.columns.map(({ key }) => [key, spreadOf(measured.rounds.map((round) => round[name]?.[key]))]);
  return {
    benchmark,
    rounds,
    seconds,
    machine: {
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      processor: cpus()[0]?.model ?? 'unknown',
      processors: availableParallelism(),
      load_average_of_5_minutes: loadavg()[1] ?? 0,
    },
    columns: measured.columns,
    variants: names.map((name) => ({ name, figures: Object.fromEntries(figuresOf(name)) })),
    ratios: measured.ratios.map(({ name, of, goalAtMost }) => ({
      name,
      spread: spreadOf(measured.rounds.map(of)),
      ...(goalAtMost !== undefined && { goal_at_most: goalAtMost }),
    })),
    notes: measured.notes,
  };
}

const notKnown = 'n/a';

/** Prints a report for people: medians of the rounds, and for ratios how far the rounds lay apart. */
export function printReport(report: Report): void {
  const { benchmark, rounds, seconds, machine, columns, variants, ratios, notes } = report;
  printTable(
    `${benchmark}: medians of ${rounds} rounds of ${seconds} s`,
    ['variant', ...columns.map(({ head }) => head)],
    variants.map(({ name, figures }) => [
      name,
      ...columns.map(({ key, digits }) => figures[key]?.median.toFixed(digits) ?? notKnown),
    ]),
  );
  printTable(
    'ratios inside one round',
    ['ratio', 'median', 'lowest', 'highest', 'goal'],
    ratios.map(({ name, spread, goal_at_most: goal }) => [
      name,
      ...[spread?.median, spread?.lowest, spread?.highest].map((value) => value?.toFixed(2) ?? notKnown),
      goal === undefined ? '' : `at most ${goal}${spread && spread.median > goal ? ', missed' : ''}`,
    ]),
  );
  for (const [name, value] of Object.entries(machine))
    console.log(`    ${name.replaceAll('_', ' ')}: ${value}`);
  for (const note of notes) console.log(`    ${note}`);
}
