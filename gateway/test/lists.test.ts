import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventExamples, type MerchantEventType } from '../src/http/event-examples.ts';
import { encodeCursor } from '../src/http/schemas.ts';
import { openShop, type Shop } from './support/shop.ts';
import { authorizedOrder, newSessionBody, openCheckout, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

type Page = {
  data: { id: string; merchant_reference: string; status: string }[];
  next_cursor: string | null;
};

let world: World;
let shop: Shop;
beforeAll(async () => {
  world = await openWorld();
  shop = await openShop(world);
});
afterAll(() => world.close());

const references = ({ data }: Page): string[] => data.map((item) => item.merchant_reference);

describe('the pages of a list', () => {
  const path = '/v1/checkout-sessions';

  it('show each object once and in the order of its creation, while others come in between', async () => {
    const made: string[] = [];
    const open = async () => void made.push((await openCheckout(shop, 5000)).id);
    for (let count = 0; count < 5; count += 1) await open();
    const read: string[] = [];
    let query = '?limit=2';
    for (;;) {
      const page = await shop.get<Page>(path + query);
      read.push(...page.data.map(({ id }) => id));
      if (page.next_cursor === null) break;
      if (made.length < 8) await open();
      query = `?limit=3&cursor=${page.next_cursor}`;
    }
    expect(read).toEqual(made);
    expect(made).toHaveLength(7);
  });

  it('cannot be asked for by a cursor that was changed, made up, or made for something else', async () => {
    const { next_cursor: given } = await shop.get<Page>(`${path}?limit=1&status=open`);
    const cursor = given ?? '';
    await shop.get(`${path}?limit=2&status=open&cursor=${cursor}`);
    const [first = ''] = cursor;
    const wrong = [
      `${path}?status=open&cursor=${first === 'A' ? 'B' : 'A'}${cursor.slice(1)}`,
      `${path}?status=open&cursor=${cursor.slice(0, -1)}`,
      `${path}?status=open&cursor=${encodeCursor('cs_018f6b2a9c7d7e3f8a1b2c3d4e5f6071')}`,
      `${path}?status=confirmed&cursor=${cursor}`,
      `${path}?cursor=${cursor}`,
      `/v1/orders?status=authorized&cursor=${cursor}`,
    ];
    for (const target of wrong) {
      expect(await shop.refusal('GET', target), target).toMatchObject({
        status: 400,
        code: 'cursor_invalid',
        errors: [{ pointer: '/cursor', code: 'cursor_invalid' }],
      });
    }
    const { key } = await openShop(world);
    const foreign = `${path}?status=open&cursor=${cursor}`;
    expect((await shop.refusal('GET', foreign, undefined, { key })).code).toBe('cursor_invalid');
  });
});

describe('a filter', () => {
  it('gives the sessions of a standing, which the clock may have changed, of a reference and of a time', async () => {
    const own = await openShop(world);
    const path = '/v1/checkout-sessions';
    await own.post(path, newSessionBody(own, 5000, 'old'));
    world.passMs(2 * 86_400_000);
    await own.post(path, newSessionBody(own, 5000, 'new'));
    const canceled = await own.post<{ id: string }>(path, newSessionBody(own, 5000, 'gone'));
    await own.post(`${path}/${canceled.id}/cancel`);
    const of = async (query: string) => references(await own.get<Page>(`${path}?${query}`));
    expect(await of('status=open')).toEqual(['new']);
    expect(await of('status=expired')).toEqual(['old']);
    expect(await of('status=canceled')).toEqual(['gone']);
    expect(await of('merchant_reference=old')).toEqual(['old']);
    expect(await own.refusal('GET', `${path}?status=lost`)).toMatchObject({ code: 'validation_failed' });
    expect(await own.refusal('GET', `${path}?created_from=yesterday`)).toMatchObject({ status: 422 });
  });

  it('gives orders, settlements and payouts of a status and a time, and events are as their examples show', async () => {
    const own = await openShop(world);
    const first = await authorizedOrder(own, { amount: 5000, plan: 'pay_after' });
    await ship(own, first.id, 5000);
    await own.advance(2);
    const second = await authorizedOrder(own, { amount: 6000, plan: 'pay_after' });
    await own.post(`/v1/orders/${second.id}/void`);
    const ids = async (path: string) => (await own.get<Page>(path)).data.map(({ id }) => id);
    expect(await ids('/v1/orders?status=captured')).toEqual([first.id]);
    expect(await ids('/v1/orders?status=voided')).toEqual([second.id]);
    expect(await ids('/v1/orders?created_from=2026-03-02T00:00:00Z')).toEqual([second.id]);
    expect(await ids('/v1/orders?created_before=2026-03-02T08:00:00%2B08:00')).toEqual([first.id]);
    const [settlement] = await ids('/v1/settlements?status=closed');
    expect(await ids('/v1/settlements?date_from=2026-03-01&date_to=2026-03-01')).toEqual([settlement]);
    expect(await ids('/v1/settlements?date_from=2026-03-02')).toEqual([]);
    expect(await ids('/v1/settlements?status=open')).toEqual([]);
    const [payout] = await ids('/v1/payouts?status=paid');
    expect(payout).toMatch(/^po_/);
    expect(await ids('/v1/payouts?status=failed')).toEqual([]);
    expect(await ids('/v1/payouts?created_before=2026-03-01T00:00:00Z')).toEqual([]);

    await world.sequence();
    const { data: events } = await own.get<{ data: { type: MerchantEventType; data: object }[] }>(
      '/v1/events?limit=100',
    );
    const seen = new Set(events.map(({ type }) => type));
    expect([...seen]).toEqual(
      expect.arrayContaining(['order.voided', 'plan.active', 'settlement.closed', 'payout.paid']),
    );
    for (const { type, data } of events) {
      expect(Object.keys(data).toSorted(), type).toEqual(Object.keys(eventExamples[type].data).toSorted());
    }
  });
});
