import type { BookRow } from './book.ts';
import { groupBy } from './group.ts';

/** What is owed to the funders of some part of the book, in minor units. */
export type Outstanding = {
  /** Of the dimension it was grouped by: a product's code, a funder's id, a market. */
  key: string;
  plans: number;
  principal: bigint;
  interest: bigint;
  fee: bigint;
  total: bigint;
};

export type Dimension = 'product' | 'funderId' | 'market';

/**
 * Outstanding by one dimension: Σ principal, Σ accrued interest, Σ late fees of the book's rows with the same key, the most
 * first. `plans` counts plans, so a plan that is funded jointly counts once with each of its funders.
 */
export function outstandingBy(book: readonly BookRow[], dimension: Dimension): Outstanding[] {
  return [...groupBy(book, (row) => row[dimension])]
    .map(([key, rows]) => outstandingOf(key, rows))
    .toSorted((a, b) => (a.total === b.total ? a.key.localeCompare(b.key) : a.total < b.total ? 1 : -1));
}

/** Outstanding of all of these rows. */
export function outstandingOf(key: string, rows: readonly BookRow[]): Outstanding {
  let [principal, interest, fee] = [0n, 0n, 0n];
  for (const row of rows) {
    principal += row.principal;
    interest += row.interest;
    fee += row.fee;
  }
  const plans = new Set(rows.map(({ planId }) => planId)).size;
  return { key, plans, principal, interest, fee, total: principal + interest + fee };
}
