import { availableParallelism, cpus, loadavg } from 'node:os';
import { printTable } from '../scripts/table.ts';
import type { Round, Settings, Sizes } from './rounds.ts';
import { type Spread, spreadOf } from './statistics.ts';

export type Column = { key: string; head: string; digits: number };

/** One figure over another of the same round; only such ratios can be compared between machines and days. */
export type Ratio = {
  name: string;
  of: (round: Round) => number | undefined;
  goalAtMost?: number;
  goalAtLeast?: number;
};

/** What a benchmark measured, before it is condensed. */
export type Measured = {
  columns: readonly Column[];
  ratios: readonly Ratio[];
  rounds: readonly Round[];
  notes: readonly string[];
};

export type Benchmark = {
  defaults: { rounds: number; seconds: number; sizes?: Sizes };
  /** What `--kind` may name, where it measures several kinds of a thing. */
  kinds?: readonly string[];
  run(settings: Settings): Promise<Measured>;
};

export type Report = {
  benchmark: string;
  /** The medians of the ratios by their names; null where this machine cannot tell. */
  ratios: Record<string, number | null>;
  /** What each round measured, by variant. */
  rounds: readonly Round[];
  seconds: number;
  machine: Record<string, string | number>;
  columns: readonly Column[];
  variants: { name: string; figures: Record<string, Spread | undefined> }[];
  spreads: { name: string; spread: Spread | undefined; goal_at_most?: number; goal_at_least?: number }[];
  notes: readonly string[];
};

export function reportOf(
  benchmark: string,
  { seconds }: Pick<Settings, 'seconds'>,
  measured: Measured,
): Report {
  const names = Object.keys(measured.rounds[0] ?? {}).toSorted();
  const figuresOf = (name: string) =>
    measured.columns.map(({ key }) => [key, spreadOf(measured.rounds.map((round) => round[name]?.[key]))]);
  const spreads = measured.ratios.map(({ name, of, goalAtMost, goalAtLeast }) => ({
    name,
    spread: spreadOf(measured.rounds.map(of)),
    ...(goalAtMost !== undefined && { goal_at_most: goalAtMost }),
    ...(goalAtLeast !== undefined && { goal_at_least: goalAtLeast }),
  }));
  return {
    benchmark,
    ratios: Object.fromEntries(spreads.map(({ name, spread }) => [name, spread?.median ?? null])),
    rounds: measured.rounds,
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
    spreads,
    notes: measured.notes,
  };
}

const notKnown = 'n/a';

/** Prints a report for people: medians of the rounds, and for ratios how far the rounds lay apart. */
export function printReport(report: Report): void {
  const { benchmark, rounds, seconds, machine, columns, variants, spreads, notes } = report;
  printTable(
    `${benchmark}: medians of ${rounds.length} rounds of ${seconds} s`,
    ['variant', ...columns.map(({ head }) => head)],
    variants.map(({ name, figures }) => [
      name,
      ...columns.map(({ key, digits }) => figures[key]?.median.toFixed(digits) ?? notKnown),
    ]),
  );
  printTable(
    'ratios inside one round',
    ['ratio', 'median', 'lowest', 'highest', 'goal'],
    spreads.map(({ name, spread, ...goals }) => [
      name,
      ...[spread?.median, spread?.lowest, spread?.highest].map((value) => value?.toFixed(2) ?? notKnown),
      goalText(spread?.median, goals),
    ]),
  );
  for (const [name, value] of Object.entries(machine))
    console.log(`    ${name.replaceAll('_', ' ')}: ${value}`);
  for (const note of notes) console.log(`    ${note}`);
}

function goalText(
  median: number | undefined,
  { goal_at_most: most, goal_at_least: least }: { goal_at_most?: number; goal_at_least?: number },
): string {
  if (most === undefined && least === undefined) return '';
  const missed =
    median !== undefined &&
    ((most !== undefined && median > most) || (least !== undefined && median < least));
  return `${most === undefined ? `at least ${least}` : `at most ${most}`}${missed ? ', missed' : ''}`;
}
