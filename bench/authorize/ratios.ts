import type { Ratio } from '../report.ts';
import type { Round, Sample } from '../rounds.ts';

/** The two ways to an order. */
export const kindNames = ['agreement', 'token'] as const;
export type KindName = (typeof kindNames)[number];

/** What is measured, by its name in a round. */
export const variantNames = {
  gateway: (kind: KindName) => `${kind}: gateway over HTTP`,
  oneByOne: (kind: KindName) => `${kind}: gateway, one by one`,
  bare: (kind: KindName) => `${kind}: bare node:http, same SQL`,
  oneCall: (kind: KindName) => `${kind}: its SQL in one call`,
  pgbench: (kind: KindName) => `${kind}: its SQL in one call, pgbench`,
};

type Figure = (sample: Sample) => number | undefined;

function ratioOf(above: Sample | undefined, below: Sample | undefined, figure: Figure): number | undefined {
  const [one, other] = [above && figure(above), below && figure(below)];
  return one === undefined || !other ? undefined : one / other;
}

function bothCpus({ node, postgres }: Sample): number | undefined {
  return node === undefined || postgres === undefined ? undefined : node + postgres;
}

type Comparison = {
  name: string;
  /** Which gateway; the one as it is unless it says otherwise. */
  above?: 'gateway' | 'oneByOne';
  /** Where there are several, the fastest of the round. */
  below: readonly (keyof typeof variantNames)[];
  figure: Figure;
  goal?: Pick<Ratio, 'goalAtMost' | 'goalAtLeast'>;
};

/** What the benchmark is for, with its goals. */
export const comparisons: readonly Comparison[] = [
  {
    name: 'single',
    above: 'oneByOne',
    below: ['oneCall', 'bare'],
    figure: ({ rate }) => rate,
    goal: { goalAtLeast: 0.6 },
  },
  { name: 'batched', below: ['oneCall', 'bare'], figure: ({ rate }) => rate, goal: { goalAtLeast: 0.85 } },
  { name: 'cpu', below: ['bare'], figure: bothCpus, goal: { goalAtMost: 1.3 } },
  { name: 'cpu one by one', above: 'oneByOne', below: ['bare'], figure: bothCpus },
  { name: 'single over pgbench', above: 'oneByOne', below: ['pgbench'], figure: ({ rate }) => rate },
  { name: 'batched over pgbench', below: ['pgbench'], figure: ({ rate }) => rate },
  { name: 'p50', below: ['oneCall'], figure: ({ p50 }) => p50 },
  { name: 'p99', below: ['oneCall'], figure: ({ p99 }) => p99 },
];

/** For each kind of order, and for both the one that is further from the goal. */
export function ratiosOf({ name, above = 'gateway', below, figure, goal }: Comparison): Ratio[] {
  const ofKind =
    (kind: KindName) =>
    (round: Round): number | undefined => {
      const gateway = round[variantNames[above](kind)];
      const ratios = below.map((floor) => ratioOf(gateway, round[variantNames[floor](kind)], figure));
      return ratios.includes(undefined) ? undefined : Math.min(...(ratios as number[]));
    };
  const each = kindNames.map((kind): Ratio => ({ name: `${name}, by ${kind}`, of: ofKind(kind) }));
  if (!goal) return each;
  const worst = goal.goalAtMost === undefined ? Math.min : Math.max;
  const of = (round: Round): number | undefined => {
    const known = kindNames.map((kind) => ofKind(kind)(round)).filter((value) => value !== undefined);
    return known.length === 0 ? undefined : worst(...known);
  };
  return [{ name, of, ...goal }, ...each];
}
