import type { World } from './world.ts';

/** What an authorization writes to. */
const tables = ['orders', 'plans', 'ledger_transfers', 'events', 'idempotency_keys'] as const;

export type Rows = Record<(typeof tables)[number], bigint>;

const eachTable = (rowsOf: (table: (typeof tables)[number]) => bigint): Rows =>
  Object.fromEntries(tables.map((table) => [table, rowsOf(table)])) as Rows;

export async function countRows({ context }: World): Promise<Rows> {
  const counts = tables.map((table) => `(select count(*) from ${table}) as ${table}`);
  const { rows } = await context.db.raw<{ rows: Rows[] }>(`select ${counts.join(', ')}`);
  if (!rows[0]) throw new Error('nothing was counted');
  return rows[0];
}

export function rowsBetween(before: Rows, after: Rows): Rows {
  return eachTable((table) => after[table] - before[table]);
}

/** What each of `orders` wrote, when all wrote the same. */
export function rowsOfEach(orders: number, written: Rows): Rows {
  const each = eachTable((table) => written[table] / BigInt(orders));
  expectSameWork(each, orders, written);
  return each;
}

/** A variant that did less than another would only look faster. */
export function expectSameWork(each: Rows, orders: number, written: Rows): void {
  const odd = tables.find((table) => written[table] !== each[table] * BigInt(orders) || each[table] === 0n);
  if (odd) throw new Error(`${orders} orders wrote ${written[odd]} rows of ${odd}, not ${each[odd]} each`);
}
