import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { lowestScore, targetLimitOf } from '../src/pay-score/policy.ts';
import { readHistories } from '../training/book.ts';
import { simulateBook } from '../training/commands/simulate.ts';
import { readCsvTable } from '../training/csv-table.ts';
import { drawPaths, liveBook, totalsOf } from '../training/simulation/book.ts';
import { installmentsFor, spread } from '../training/simulation/debts.ts';
import { type CardMonth, collectDonors, missedFrom } from '../training/simulation/donors.ts';
import { type Life, liveMonth, startLife } from '../training/simulation/life.ts';
import { addWeighted, drawWeighted, type Weighted } from '../training/simulation/weighted.ts';
import { makeBook, writeCsv } from './support/book.ts';

const folder = mkdtempSync(join(tmpdir(), 'pay-score-simulate-'));
const data = writeCsv(join(folder, 'book.csv'), makeBook(400, 5));
const histories = readHistories(readCsvTable(data));
const input = { shoppers: 60, months: 10, seed: 2 };

let printed: string[] = [];
beforeAll(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
});
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const cardMonth = (month: Partial<CardMonth> = {}): CardMonth => ({
  status: 0,
  used: 0.3,
  paidRatio: 0.4,
  ...month,
});

/** Lives some months one after the other and returns the shopper with what each month brought. */
function live(months: readonly Partial<CardMonth>[], cut = lowestScore) {
  const life = startLife();
  const lived = months.map((month, at) => liveMonth(life, cardMonth(month), { month: at + 1, cut }));
  return { life, lived };
}

const limitOf = ({ terms }: Life): bigint => terms?.limit ?? 0n;

describe('a simulated shopper', () => {
  test('begins with a tenth of the target, and comes to more by paying as agreed', () => {
    const { life: beginner } = live([{}]);
    expect(limitOf(beginner)).toBe(targetLimitOf('CNY') / 10n);
    const { life, lived } = live(Array.from({ length: 18 }, () => ({ status: -1 })));
    expect(limitOf(life)).toBeGreaterThan(targetLimitOf('CNY') / 4n);
    expect(lived.every(({ lent }) => lent > 0)).toBe(true);
    expect(life.facts.daysPastDue).toBe(0);
    expect(life.facts.paidOnTime).toBe(life.facts.repaidInstallments);
  });

  test('is 15 days past due at the end of the month in which it misses a due, and is refused while it is late', () => {
    const { life, lived } = live([{}, { status: 2, used: 0.9 }, { status: 2, used: 0.9 }, { used: 0.9 }]);
    expect(lived.every(({ wanted }) => wanted > 0)).toBe(true);
    expect(lived.map(({ lent }) => lent > 0).slice(0, 3)).toEqual([true, false, false]);
    const days = life.months.map(({ daysPastDue }) => daysPastDue).toReversed();
    expect(days).toEqual([0, 15, 15, 0]);
    expect(life.months[0]).toMatchObject({ paidLate: true });
  });

  test('is charged off at 120 days past due with all that it owes, and gets nothing any more', () => {
    const { life, lived } = live([{}, ...[2, 3, 4, 5, 6, 7].map((status) => ({ status })), {}]);
    const losses = lived.map(({ chargedOff }) => chargedOff);
    expect(losses.filter((loss) => loss > 0)).toHaveLength(1);
    expect(losses.findIndex((loss) => loss > 0)).toBe(5);
    expect(life).toMatchObject({ chargedOff: true, installments: [] });
    expect(lived.at(-1)).toMatchObject({ wanted: 0, lent: 0 });
  });

  test('is not refused by a cut while its file is thin, and is by one that no full score reaches', () => {
    const { lived } = live(
      Array.from({ length: 8 }, () => ({ status: 0 })),
      851,
    );
    expect(lived[0]!.lent).toBeGreaterThan(0);
    expect(lived.at(-1)!).toMatchObject({ lent: 0 });
    expect(lived.at(-1)!.wanted).toBeGreaterThan(0);
  });

  test('gets no more than the line has left', () => {
    const { life, lived } = live([{ used: 3 }, { used: 3 }]);
    expect(lived[0]!.lent).toBe(Number(targetLimitOf('CNY') / 10n));
    expect(lived[0]!.wanted).toBe(3 * lived[0]!.lent);
    const principal = life.installments.reduce((total, one) => total + one.principal, 0);
    expect(principal).toBeLessThanOrEqual(Number(limitOf(life)));
  });
});

describe('debts', () => {
  test('take as many installments as it takes to pay what is usually paid', () => {
    expect([1, 0.5, 0.2, 0.05, 0].map(installmentsFor)).toEqual([1, 3, 6, 12, 12]);
  });

  test('are spread over the months after, to the last fen, with interest on what is left', () => {
    const installments = spread(100_01, 3, { month: 4, plan: 4, annualRatePpm: 120_000 });
    expect(installments.map(({ month }) => month)).toEqual([5, 6, 7]);
    expect(installments.map(({ principal }) => principal)).toEqual([33_33, 33_33, 33_35]);
    expect(installments.map(({ interest }) => interest)).toEqual([100, 67, 33]);
    expect(spread(500_00, 1, { month: 1, plan: 1, annualRatePpm: 120_000 })[0]?.interest).toBe(0);
  });
});

describe('months drawn from real rows', () => {
  test('are months that some row had', () => {
    const known = new Set(
      histories.flatMap(({ limit, months }) => months.map(({ billed }) => billed / limit)),
    );
    for (const { used } of drawPaths(collectDonors(histories, 1), input).flat())
      expect(known.has(used)).toBe(true);
  });

  test('are drawn in proportion to their weights', () => {
    const items: Weighted<string> = { items: [], sums: [] };
    for (const [item, weight] of [['a', 1] as const, ['b', 0] as const, ['c', 3] as const])
      addWeighted(items, item, weight);
    expect([0, 0.24, 0.25, 0.5, 0.999].map((share) => drawWeighted(items, share))).toEqual([
      'a',
      'a',
      'c',
      'c',
      'c',
    ]);
  });

  test('are never late where late months weigh nothing, and then nothing is overdue', () => {
    const paths = drawPaths(collectDonors(histories, 0), input);
    expect(paths.flat().every(({ status }) => status < missedFrom)).toBe(true);
    expect(totalsOf(liveBook(paths, lowestScore))).toMatchObject({ mostOverdue: 0, chargedOff: 0 });
  });

  test('need rows that are long enough', () => {
    const short = histories.map(({ limit, months }) => ({ limit, months: months.slice(0, 3) }));
    expect(() => collectDonors(short, 1)).toThrow('no row has the five months');
  });
});

describe('the simulation', () => {
  test('prints and pictures approval, overdue and charge-off of both books, the same for the same seed', () => {
    const out = join(folder, 'simulation.html');
    const run = (seed: number): [string, string] => {
      printed = [];
      simulateBook({ ...input, seed, data, out });
      return [printed.join('\n'), readFileSync(out, 'utf8')];
    };
    const [shown, html] = run(2);
    for (const text of ['rows as they are', 'own book', 'approved', 'overdue, greatest month', 'charged off'])
      expect(shown).toContain(text);
    expect(shown.match(/overdue stays below 3\.0 %/g)).toHaveLength(2);
    expect(html).not.toMatch(/<script|src=|href=|url\(|NaN|undefined|Infinity/);
    const figures = html.split('<figure>').slice(1);
    expect(figures).toHaveLength(13);
    for (const figure of figures) expect(figure).toMatch(/<svg[^]*<table>/);
    expect(run(2)[1]).toBe(html);
    expect(run(3)[1]).not.toBe(html);
  });
});
