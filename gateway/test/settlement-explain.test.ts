import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openShop, type Shop } from './support/shop.ts';
import { authorizedOrder, newBuyer, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});

afterAll(() => world.close());

type Line = { number: number; kind: string; amount: number; order_id: string | null; source_id: string };
type Explanation = {
  line: Line;
  order: { id: string; merchant_reference: string } | null;
  cause: { object: string; id: string; reference: string | null; amount: number | null };
  transfers: { id: string; amount: number; counter_account: string }[];
};
type Page<Item> = { data: Item[]; next_cursor: string | null };

/** All of a list, page by page, as somebody reads it who has only the API. */
async function readAll<Item>(shop: Shop, path: string): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Page<Item> = await shop.get(`${path}?limit=7${cursor && `&cursor=${cursor}`}`);
    items.push(...page.data);
    cursor = page.next_cursor;
  }
  return items;
}

/** Every line of a payout with its explanation; each is checked against its transfers, and all against the payout. */
async function explainAll(shop: Shop, payout: { id: string; amount: number }): Promise<Explanation[]> {
  const lines = await readAll<Line>(shop, `/v1/payouts/${payout.id}/lines`);
  expect(lines.reduce((total, { amount }) => total + amount, 0)).toBe(payout.amount);
  const explanations: Explanation[] = [];
  for (const line of lines) {
    const explanation = await shop.get<Explanation>(`/v1/payouts/${payout.id}/lines/${line.number}/explain`);
    expect(explanation.line).toEqual(line);
    expect(explanation.cause.id).toBe(line.source_id);
    if (line.kind !== 'carried_over')
      expect(explanation.transfers.reduce((total, { amount }) => total + amount, 0)).toBe(line.amount);
    explanations.push(explanation);
  }
  return explanations;
}

describe('the explanation of a payout', () => {
  test('walks each line to its order, its cause and the transfers that sum to it', async () => {
    const shop = await openShop(world, {
      fee_basis_points: 290,
      fee_fixed: 30,
      subsidies: { monthly_3: 100 },
    });
    const buyer = await newBuyer(shop);
    const plain = await authorizedOrder(shop, { amount: 10_001, buyer, reference: 'cart-1' });
    await ship(shop, plain.id, 6_000);
    await ship(shop, plain.id, 4_001);
    await shop.post(`/v1/orders/${plain.id}/refunds`, {
      reference: 'back-1',
      amount: 2_500,
    });
    const subsidised = await authorizedOrder(shop, { amount: 60_000, buyer, plan: 'monthly_3' });
    await ship(shop, subsidised.id, 60_000);
    await shop.advance(2);

    const [payout] = await readAll<{ id: string; amount: number }>(shop, '/v1/payouts');
    if (!payout) throw new Error('there is no payout');
    const explanations = await explainAll(shop, payout);
    const kinds = new Set(explanations.map(({ line }) => line.kind));
    expect(kinds).toEqual(new Set(['capture', 'capture_fee', 'refund', 'refund_fee', 'subsidy']));
    const refund = explanations.find(({ line }) => line.kind === 'refund');
    expect(refund).toMatchObject({
      order: { id: plain.id, merchant_reference: 'cart-1' },
      cause: { object: 'refund', reference: 'back-1', amount: 2_500 },
    });
    const other = await openShop(world);
    const path = `/v1/payouts/${payout.id}/lines/1/explain`;
    expect(await other.refusal('GET', path)).toMatchObject({ code: 'not_found' });
    expect(await shop.refusal('GET', path.replace('/1/', '/999/'))).toMatchObject({ code: 'not_found' });
    expect(await shop.refusal('GET', path.replace('/1/', '/0/'))).toMatchObject({
      code: 'not_found',
    });
  });

  test('walks what was carried over to the settlement that it comes from', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    const first = await authorizedOrder(shop, { amount: 10_000, buyer });
    await ship(shop, first.id, 10_000);
    await shop.advance(2);
    await shop.post(`/v1/orders/${first.id}/refunds`, { reference: 'back', amount: 10_000 });
    await shop.advance(2);
    const second = await authorizedOrder(shop, { amount: 30_000, buyer });
    await ship(shop, second.id, 30_000);
    await shop.advance(2);
    const payouts = await readAll<{ id: string; amount: number }>(shop, '/v1/payouts');
    const last = payouts.at(-1);
    if (!last) throw new Error('there is no payout');
    const carried = (await explainAll(shop, last)).find(({ line }) => line.kind === 'carried_over');
    expect(carried).toMatchObject({ order: null, cause: { object: 'settlement' }, transfers: [] });
    expect(carried?.cause.amount).toBe(carried?.line.amount);
  });
});
