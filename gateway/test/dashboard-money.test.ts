import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDashboardOn } from './support/dashboard-on.ts';
import type { Reader } from './support/page-reader.ts';
import { openShop, type Shop } from './support/shop.ts';
import { authorizedOrder, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let shop: Shop;
let dashboard: ReturnType<typeof openDashboardOn>;
let finance: Reader;

const formula = '=HYPERLINK("https://evil.example","<b>cart</b>")';

// ¥100 captured and ¥20 refunded on 1 March at 3 % and ¥1, ¥50 captured on 2 March.
beforeAll(async () => {
  world = await openWorld();
  shop = await openShop(world);
  await shop.send('PUT', '/v1/sandbox/settlement-terms', {
    fee_tiers: [{ from: 0, basis_points: 300, fixed: 100 }],
    payout_cap: 5_000,
  });
  const order = await authorizedOrder(shop, { amount: 10_000, plan: 'pay_after', reference: formula });
  await ship(shop, order.id, 10_000, 'parcel-1');
  await shop.post(`/v1/orders/${order.id}/refunds`, { reference: 'back-1', amount: 2_000 });
  await shop.advance(1);
  const second = await authorizedOrder(shop, { amount: 5_000, plan: 'pay_after' });
  await ship(shop, second.id, 5_000);
  await shop.advance(1);
  await world.runAttempts();
  dashboard = openDashboardOn(world);
  finance = (await dashboard.memberOf(shop, 'finance')).reader;
});
afterAll(async () => {
  dashboard.close();
  await world.close();
});

type Listed<T> = { data: T[] };

const settlements = async () => (await shop.get<Listed<{ id: string; net: number }>>('/v1/settlements')).data;

describe('settlements in the dashboard', () => {
  it('are listed, the newest first, with their lines, sums and papers, in two languages', async () => {
    const [first, second] = await settlements();
    await finance.get('/dashboard/settlements');
    expect(finance.text).toContain('Mar 2, 2026');
    expect(finance.page.html.indexOf(second!.id)).toBeLessThan(finance.page.html.indexOf(first!.id));
    await finance.get(`/dashboard/settlements/${first!.id}`);
    // 100 - 4 - 20 + 0.60
    expect(finance.text).toContain('¥76.60');
    expect(finance.text).toContain('Fees of captures');
    expect(finance.page.html).not.toContain('<b>cart');
    expect(finance.text).toContain('<b>cart</b>');
    const paper = /href="(\/settlements\/[^"]+)">/.exec(finance.page.html)?.[1] ?? '';
    await finance.get(`/dashboard/settlements/${first!.id}?lang=zh-CN`);
    expect(finance.text).toContain('请款手续费');
    await finance.get(`/dashboard/settlements/${first!.id}?lang=en`);
    await finance.get(`${paper}/lines.csv`);
    const rows = parse(finance.page.html, { bom: true, columns: true }) as Record<string, string>[];
    expect(rows.map(({ kind, amount_minor_units }) => [kind, Number(amount_minor_units)])).toEqual([
      ['capture', 10_000],
      ['capture_fee', -400],
      ['refund', -2_000],
      ['refund_fee', 60],
    ]);
    await finance.get(paper);
    expect(finance.text).toContain('Settlement of Mar 1, 2026');
  });

  it('explain every line as the API does, down to transfers that sum to it', async () => {
    const [first] = await settlements();
    const path = `/dashboard/settlements/${first!.id}/lines`;
    const explained = async (number: number) => {
      await finance.get(`${path}/${number}`);
      const api = await shop.get<{ cause: { id: string }; transfers: { id: string }[] }>(
        `/v1/settlements/${first!.id}/lines/${number}/explain`,
      );
      expect(finance.text).toContain(api.cause.id);
      for (const { id } of api.transfers) expect(finance.text).toContain(` ${id} `);
      return finance.text;
    };
    expect(await explained(2)).toContain('¥4.00: 3 % is ¥3.00, and ¥1.00 fixed');
    expect(await explained(3)).toContain('back-1');
    expect(await explained(4)).toContain('Fee that came back ¥0.60');
    for (const number of ['5', '0', '1.5', 'x']) {
      await finance.get(`${path}/${number}`);
      expect(finance.page.status, number).toBe(404);
    }
  });

  it('sum by month to what was captured, refunded and paid for it', async () => {
    await finance.get('/dashboard/settlements/fees');
    // Fees: 4 + 2.50 - 0.60.
    expect(finance.text).toContain('Mar 2026 ¥150.00 ¥20.00 ¥5.90 3.93 % ¥0.00');
    expect(finance.page.html).toContain('<rect class="bar"');
  });
});

describe('payouts in the dashboard', () => {
  it('say where they stand, why one waits, and lead to the lines that sum to them', async () => {
    const [held, paid] = (await shop.get<Listed<{ id: string; status: string }>>('/v1/payouts')).data;
    expect([held?.status, paid?.status]).toEqual(['held', 'paid']);
    await finance.get('/dashboard/payouts');
    expect(finance.text).toContain('it is above the cap of your terms · until we have looked at it');
    await finance.get('/dashboard/payouts?status=paid');
    expect(finance.page.html).toContain(paid!.id);
    expect(finance.page.html).not.toContain(held!.id);
    await finance.get(`/dashboard/payouts/${held!.id}`);
    expect(finance.text).toContain('¥76.60');
    const [first] = await settlements();
    expect(finance.page.html).toContain(`href="/dashboard/settlements/${first!.id}"`);
  });
});

describe('money', () => {
  it('is shown to owners and finance of its own shop, and to nobody else', async () => {
    const [first] = await settlements();
    const [payout] = (await shop.get<Listed<{ id: string }>>('/v1/payouts')).data;
    const pages = [
      `/dashboard/settlements/${first!.id}`,
      `/dashboard/settlements/${first!.id}/lines/1`,
      `/dashboard/payouts/${payout!.id}`,
    ];
    for (const role of ['support', 'developer'] as const) {
      const { reader } = await dashboard.memberOf(shop, role);
      for (const path of [
        ...pages,
        '/dashboard/settlements',
        '/dashboard/settlements/fees',
        '/dashboard/payouts',
      ]) {
        await reader.get(path);
        expect(reader.page.status, `${role} ${path}`).toBe(403);
      }
    }
    const { reader } = await dashboard.memberOf(await openShop(world));
    for (const path of pages) {
      await reader.get(path);
      expect(reader.page.status, path).toBe(404);
    }
    await reader.get('/dashboard/settlements');
    expect(reader.text).toContain('Nothing was settled yet.');
    expect(world.errors).toEqual([]);
  });
});
