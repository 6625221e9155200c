import { expect } from 'vitest';
import type { Shop } from './shop.ts';

// What somebody does who has nothing but the API: reads a payout, its lines and their explanations, and reckons.

export type Line = {
  number: number;
  kind: string;
  amount: number;
  order_id: string | null;
  source_id: string;
};

export type Explanation = {
  line: Line;
  order: { id: string; merchant_reference: string } | null;
  cause: {
    object: string;
    id: string;
    reference: string | null;
    amount: number | null;
    merchant_fee: number | null;
    fee: {
      basis_points: number;
      rate_part: number;
      fixed_part: number;
      captured_before: number | null;
    } | null;
    settlement_id: string | null;
    release_on: string | null;
  };
  transfers: { id: string; amount: number; counter_account: string; event: string }[];
};

type Page<Item> = { data: Item[]; next_cursor: string | null };

const asked = 8;

/** All of a list, page by page. */
export async function readAll<Item>(shop: Shop, path: string): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Page<Item> = await shop.get(`${path}?limit=100${cursor && `&cursor=${cursor}`}`);
    items.push(...page.data);
    cursor = page.next_cursor;
  }
  return items;
}

/**
 * Every line of a payout or settlement with its explanation. Each line is checked to the cent against the ledger's
 * transfers and its cause, a debt that was carried over against the lines of its own settlement, and all against `total`.
 */
export async function explainAll(shop: Shop, path: string, total: number): Promise<Explanation[]> {
  const lines = await readAll<Line>(shop, `${path}/lines`);
  expect(lines.map(({ number }) => number)).toEqual(lines.map((_, index) => index + 1));
  expect(sum(lines)).toBe(total);
  const explained: Explanation[] = [];
  for (let from = 0; from < lines.length; from += asked) {
    const some = lines.slice(from, from + asked);
    explained.push(...(await Promise.all(some.map((line) => explainOne(shop, path, line)))));
  }
  return explained;
}

async function explainOne(shop: Shop, path: string, line: Line): Promise<Explanation> {
  const explanation = await shop.get<Explanation>(`${path}/lines/${line.number}/explain`);
  const { cause, transfers } = explanation;
  expect(explanation.line).toEqual(line);
  expect(cause.id).toBe(line.source_id);
  if (line.kind === 'carried_over') {
    expect(transfers).toEqual([]);
    expect(cause.amount).toBe(line.amount);
    await explainAll(shop, `/v1/settlements/${cause.settlement_id}`, line.amount);
    return explanation;
  }
  expect(sum(transfers)).toBe(line.amount);
  expect(new Set(transfers.map(({ id }) => id)).size).toBe(transfers.length);
  if (line.kind === 'capture') expect(line.amount).toBe(cause.amount);
  if (line.kind === 'capture_fee') {
    const { basis_points, rate_part, fixed_part } = cause.fee ?? {
      basis_points: 0,
      rate_part: 0,
      fixed_part: 0,
    };
    expect(line.amount).toBe(-(rate_part + fixed_part));
    // Half a cent is rounded to the even one, so it is off by half at most.
    expect(Math.abs(rate_part - ((cause.amount ?? 0) * basis_points) / 10_000)).toBeLessThanOrEqual(0.5);
  }
  if (line.kind === 'refund') expect(line.amount).toBe(-(cause.amount ?? 0));
  if (line.kind === 'refund_fee') expect(line.amount).toBe(cause.merchant_fee);
  return explanation;
}

const sum = (items: readonly { amount: number }[]): number =>
  items.reduce((total, { amount }) => total + amount, 0);
