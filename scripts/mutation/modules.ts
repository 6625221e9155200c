import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

type Part = {
  /** Its folder below gateway/src, or its one file. */
  source: string;
  /** How the names of its test files begin. Those that end soonest come first, because the first failure is enough. */
  tests: readonly string[];
};

const plans = [
  'allocate',
  'plans-status',
  'plans-schedule',
  'plans-interest.',
  'plans-servicing',
  'plans-day-count',
  'plans-markets',
  'plans-intervals',
  'plans-repayment-effect',
  'plans-offers',
  'plans-disclosure',
  'plans-apr',
  'offers-monthly',
  'plans-',
  'lateness-delinquency',
  'lateness-fees',
];

/**
 * What is mutated, and the tests that are about it, without those that take minutes, such as the ledger's thousand events.
 * That others would notice a mutant too is not counted.
 */
export const parts = {
  plans: { source: 'plans', tests: plans },
  allocation: { source: 'plans/allocation.ts', tests: plans },
  ledger: {
    source: 'ledger',
    tests: [
      'ledger-tables',
      'ledger-postings',
      'ledger-constraints',
      'ledger-check',
      'ledger-alarms',
      'ledger-seals',
      'ledger-running-books',
      'ledger-servicing',
      'settlement-payouts',
    ],
  },
  orders: {
    source: 'orders',
    tests: [
      'orders-money',
      'orders-refusals',
      'orders-installments',
      'orders-final-capture',
      'orders-exp',
      'orders-extend',
      'returns.',
      'returns-refunds',
      'refund-preview',
      'ownership-transfer',
      'orders-other-merchants',
      'settlement-explain',
      'settlement-terms',
      'lists.',
      'chargebacks-down-payment',
      'chargebacks.',
      'joint-money',
      'agreements.',
      'disputes.',
    ],
  },
} as const satisfies Record<string, Part>;

export type PartName = keyof typeof parts;

function filesBelow(folder: string): string[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.ts')).toSorted();
}

/** The files that are mutated, from the project's folder. */
export function sourcesOf(name: PartName): string[] {
  const { source } = parts[name];
  if (source.endsWith('.ts')) return [`gateway/src/${source}`];
  return filesBelow(`gateway/src/${source}`).map((file) => `gateway/src/${source}/${file}`);
}

/** The test files, from the project's folder, in the order in which they run. */
export function testsOf(name: PartName): string[] {
  const files = filesBelow('gateway/test').filter((file) => file.endsWith('.test.ts'));
  const ordered = parts[name].tests.flatMap((start) => files.filter((file) => file.startsWith(start)));
  return [...new Set(ordered)].map((file) => `gateway/test/${file}`);
}
