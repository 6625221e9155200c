import { writeFileSync } from 'node:fs';
import { seededRandom } from '../../training/random.ts';

/** Columns of the published data, so that a made-up book goes the same way as the real one. */
export const bookColumns = [
  'ID',
  'LIMIT_BAL',
  'SEX',
  'AGE',
  'PAY_0',
  ...[2, 3, 4, 5, 6].map((month) => `PAY_${month}`),
  ...[1, 2, 3, 4, 5, 6].map((month) => `BILL_AMT${month}`),
  ...[1, 2, 3, 4, 5, 6].map((month) => `PAY_AMT${month}`),
  'missed',
];

/**
 * A made-up book whose shape is known: the log odds of missing the next payment rise with lateness and with the part of
 * the limit that is used, and do not depend on anything else.
 */
export function makeBook(rows: number, seed: number): string[][] {
  const random = seededRandom(seed);
  const share = (): number => random.below(10_000) / 10_000;
  return Array.from({ length: rows }, (_, row) => {
    const limit = 10_000 * (1 + random.below(50));
    const used = share();
    const late = share() < 0.25 ? 2 + random.below(2) : 0;
    const logOdds = -2.4 + 1.1 * late + 2 * used * used;
    const missed = share() < 1 / (1 + Math.exp(-logOdds)) ? 1 : 0;
    const bills = [0, 1, 2, 3, 4, 5].map((month) => Math.round(limit * used * (1 - month / 20)));
    const paid = bills.map((bill) => (late > 0 ? 0 : Math.round(bill / 10)));
    const statuses = [late, late === 3 ? 2 : 0, 0, 0, 0, 0];
    const age = 21 + random.below(45);
    return [row + 1, limit, 1 + random.below(2), age, ...statuses, ...bills, ...paid, missed].map(String);
  });
}

/** Writes rows as a CSV with the book's columns, or others. */
export function writeCsv(path: string, rows: readonly (readonly string[])[], columns = bookColumns): string {
  writeFileSync(path, `${[columns, ...rows].map((cells) => cells.join(',')).join('\n')}\n`);
  return path;
}
