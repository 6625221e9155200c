import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DisputeJson } from '../src/api/resources/dispute.ts';
import { plainSections } from '../src/privacy/export/plain-sections.ts';
import { openDashboardOn } from './support/dashboard-on.ts';
import { openShop, type Problem, type Shop } from './support/shop.ts';
import { authorizedOrder } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let shop: Shop;

beforeAll(async () => {
  world = await openWorld();
  shop = await openShop(world);
});
afterAll(() => world.close());

const amount = 5000;
const shipment = { carrier: '<b>SF</b> 顺丰', tracking_number: 'SF 12/34-5.6' };

type CaptureJson = { id: string; reference: string; shipment: unknown; created_at: string };

const capturesOf = async (orderId: string): Promise<CaptureJson[]> =>
  (await shop.get<{ data: CaptureJson[] }>(`/v1/orders/${orderId}/captures`)).data;

describe('a shipment', { timeout: 60_000 }, () => {
  it('is kept with its capture, and a capture without one says so', async () => {
    const { id } = await authorizedOrder(shop, { amount });
    const path = `/v1/orders/${id}/captures`;
    const first = await shop.post<CaptureJson>(path, { reference: 'one', amount: 2000, shipment });
    expect(first).toMatchObject({ reference: 'one', shipment });
    expect(await shop.post(path, { reference: 'two', amount: 3000 })).toMatchObject({ shipment: null });
    expect((await capturesOf(id)).map((capture) => capture.shipment)).toEqual([shipment, null]);
    const again = await shop.send('POST', path, { reference: 'one', amount: 2000 });
    expect(again.body).toMatchObject({ code: 'capture_reference_in_use', capture_id: first.id });
  });

  it('that is none is refused with its place, and nothing is captured', async () => {
    const { id } = await authorizedOrder(shop, { amount });
    for (const [pointer, wrong] of [
      ['/shipment', 'SF123'],
      ['/shipment/tracking_number', { carrier: 'SF' }],
      ['/shipment/carrier', { tracking_number: 'SF1' }],
      ['/shipment/carrier', { ...shipment, carrier: ' ' }],
      ['/shipment/carrier', { ...shipment, carrier: 'SF\nX' }],
      ['/shipment/carrier', { ...shipment, carrier: 'x'.repeat(61) }],
      ['/shipment/tracking_number', { ...shipment, tracking_number: '' }],
      ['/shipment/tracking_number', { ...shipment, tracking_number: '<script>' }],
      ['/shipment/tracking_number', { ...shipment, tracking_number: '1'.repeat(61) }],
      ['/shipment/url', { ...shipment, url: 'https://evil.example' }],
    ] as const) {
      const body = { reference: 'one', amount, shipment: wrong };
      const { status, body: problem } = await shop.send('POST', `/v1/orders/${id}/captures`, body);
      const [first] = (problem as Problem).errors ?? [];
      expect([status, first?.pointer], JSON.stringify(wrong)).toEqual([422, pointer]);
    }
    expect(await capturesOf(id)).toEqual([]);
  });

  it('speaks for its merchant in a dispute, by the API and in the dashboard, and in no other one', async () => {
    const orders = [await authorizedOrder(shop, { amount }), await authorizedOrder(shop, { amount })];
    const disputes: DisputeJson[] = [];
    for (const [index, { id }] of orders.entries()) {
      const told = index === 0 ? { shipment } : {};
      await shop.post(`/v1/orders/${id}/captures`, { reference: 'one', amount, ...told });
      await world.runAttempts();
      disputes.push(
        await shop.post(`/v1/sandbox/orders/${id}/dispute`, { reason: 'not_received', text: 'No.' }),
      );
    }
    const [captured] = await capturesOf(orders[0]!.id);
    expect(disputes.map(({ shipments }) => shipments)).toEqual([
      [{ ...shipment, capture_id: captured?.id, captured_at: captured?.created_at }],
      [],
    ]);
    const dashboard = openDashboardOn(world);
    try {
      const { reader } = await dashboard.memberOf(shop, 'support');
      await reader.get(`/dashboard/disputes/${disputes[0]!.id}`);
      expect(reader.text).toContain(shipment.carrier);
      expect(reader.text).toContain(shipment.tracking_number);
      expect(reader.page.html).not.toContain('<b>SF');
      await reader.get(`/dashboard/disputes/${disputes[1]!.id}`);
      expect(reader.text).not.toContain('On its way');
    } finally {
      dashboard.close();
    }
  });

  it('is in the file that its shopper gets of themselves', async () => {
    const { id } = await authorizedOrder(shop, { amount });
    await shop.post(`/v1/orders/${id}/captures`, { reference: 'one', amount, shipment });
    const { shopper_id: shopper } = (await world.db('orders').where({ id }).first())!;
    const asked = { environment: shop.environmentId, shopper };
    const { rows } = await shop.inTx((tx) =>
      tx.sql.raw<{ rows: Record<string, unknown>[] }>(plainSections.shipments ?? '', asked),
    );
    expect(rows.filter((row) => row.order_id === id)).toMatchObject([shipment]);
  });
});
