import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buy, deliver, startWorld } from './support/world.ts';
import type { World } from './support/world.ts';

let world: World;
let path: string;

beforeEach(async () => {
  world = await startWorld();
  path = await buy(world);
});

afterEach(() => world.stop());

const at = '2026-03-03T01:00:00.000Z';
const office = async (part = '') => world.visitor.get(`/office${part}`);
const reference = () => path.split('/').at(-1) ?? '';
const order = () => {
  const [first] = world.gateway.orders.values();
  if (!first) throw new Error('there is no order');
  return first;
};

/** What the gateway answers when it is next asked for a path. */
function answer(route: string, body: object, status = 200): void {
  world.gateway.failures.push({ path: new RegExp(`^GET ${route}(\\?|$)`), fact: { status, body } });
}

test('the back office says on every page whose side it is', async () => {
  for (const part of ['', path]) expect((await office(part)).text).toContain('Merchant’s side');
  expect((await world.visitor.get(path)).text).not.toContain('Merchant’s side');
});

test('all orders are there, of every visitor', async () => {
  const { text } = await office();
  expect(text).toContain(`href="/office${path}"`);
  expect(text).toContain('2 × Dawn mug, Reading lamp');
  expect(text).toContain('¥465.00');
});

test('a path that leads nowhere is said to', async () => {
  for (const part of ['/orders/none', '/events/..%2Forders', '/settlements/a-b']) {
    expect((await office(part)).status).toBe(404);
  }
});

describe("an order's timeline", () => {
  const sent = (type: string, sequence: number, more = {}) => {
    const event = { id: `evt_${sequence}`, type, object_id: order().id, sequence, timestamp: at, ...more };
    return deliver(world, event);
  };

  test('has what webhooks told, in the order in which it happened', async () => {
    expect((await office(path)).text).toContain('No webhook about this order has come yet.');
    await sent('order.captured', 5);
    await sent('order.authorized', 4);
    await sent('installment.due', 6, { object_id: 'ins_1', data: { plan_id: order().plan_id } });
    const { text } = await office(path);
    const types = [...text.matchAll(/<code>([a-z]+\.[a-z]+)<\/code>/g)].map(([, type]) => type);
    expect(types).toEqual(['order.authorized', 'order.captured', 'installment.due']);
    expect(text).toContain('href="/office/events/evt_4"');
  });

  test('has a webhook once that came twice, and keeps it across a restart', async () => {
    await sent('order.authorized', 4);
    await sent('order.authorized', 4);
    await world.restart();
    expect((await office(path)).text.match(/order\.authorized/g)).toHaveLength(1);
  });

  test('does not have those of other orders', async () => {
    await sent('order.captured', 5, { object_id: 'ord_other' });
    expect((await office(path)).text).toContain('No webhook about this order has come yet.');
  });
});

describe('webhook deliveries', () => {
  const endpoint = (url: string) => ({
    id: 'whe_1',
    url,
    event_types: ['*'],
    status: 'enabled',
    created_at: at,
  });
  const delivery = { object: 'delivery', scheduled_at: at, finished_at: at, failure: null };

  test("of this shop's endpoint are listed, the newest first, each with its answer", async () => {
    await deliver(world, { id: 'evt_known', type: 'order.authorized', object_id: order().id });
    answer('/v1/webhook-endpoints', {
      data: [endpoint('https://other.example/webhooks'), endpoint(`${world.shop.origin}/webhooks`)],
    });
    answer('/v1/webhook-endpoints/whe_1/deliveries', {
      data: [
        {
          ...delivery,
          id: 'dlv_1',
          event_id: 'evt_known',
          attempt: 1,
          status: 'failed',
          response_status: 500,
        },
        {
          ...delivery,
          id: 'dlv_2',
          event_id: 'evt_0123456789abcdef',
          attempt: 1,
          status: 'pending',
          response_status: null,
          finished_at: null,
        },
      ],
    });
    const { text } = await office('/deliveries');
    const rows = [...text.matchAll(/<td data-label="(?:Event|Status|Answer)">(.*?)<\/td>/gs)].map(
      ([, cell = '']) => cell.replaceAll(/<[^>]*>/g, '').trim(),
    );
    expect(rows).toEqual(['evt_…89abcdef', 'Waiting', '–', 'order.authorized', 'Failed', '500']);
  });

  test('are not looked for when the shop has no endpoint', async () => {
    answer('/v1/webhook-endpoints', { data: [] });
    expect((await office('/deliveries')).text).toContain('No webhook endpoint is registered');
  });

  test('lead to their event, whose data are shown and never run', async () => {
    answer('/v1/events/evt_1', {
      id: 'evt_1',
      object: 'event',
      type: 'order.authorized',
      sequence: 4,
      occurred_at: at,
      object_id: 'ord_1',
      object_version: 1,
      data: { note: '</pre><script>alert(1)</script>' },
    });
    const { text } = await office('/events/evt_1');
    expect(text).toContain('The order was authorized');
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(text).not.toContain('<script');
  });
});

describe('settlements', () => {
  const settlement = {
    id: 'stl_1',
    object: 'settlement',
    status: 'closed',
    currency: 'CNY',
    business_date: '2026-03-02',
    net: 45_000,
    lines_count: 2,
    closed_at: at,
  };
  const payout = {
    id: 'po_1',
    object: 'payout',
    settlement_id: 'stl_1',
    amount: 45_000,
    currency: 'CNY',
    status: 'paid',
    failure_code: null,
    version: 2,
    created_at: at,
    paid_at: at,
  };
  const line = { currency: 'CNY', business_date: '2026-03-02', source_id: 'cap_1' };
  const lines = () => [
    { ...line, number: 1, kind: 'capture', amount: 46_500, order_id: order().id },
    { ...line, number: 2, kind: 'capture_fee', amount: -1_500, order_id: order().id },
    { ...line, number: 3, kind: 'refund', amount: -100, order_id: 'ord_of_another_shop' },
  ];

  test('are listed with the payouts', async () => {
    answer('/v1/settlements', { data: [settlement] });
    answer('/v1/payouts', {
      data: [{ ...payout, status: 'failed', failure_code: 'account_closed', paid_at: null }],
    });
    const { text } = await office('/settlements');
    expect(text).toContain('href="/office/settlements/stl_1">Mar 2, 2026</a>');
    expect(text).toContain('¥450.00');
    expect(text).toContain('<code>account_closed</code>');
  });

  test('have lines that lead to their orders, and the payouts that paid them', async () => {
    answer('/v1/settlements/stl_1', settlement);
    answer('/v1/settlements/stl_1/lines', { data: lines() });
    answer('/v1/payouts', { data: [payout, { ...payout, id: 'po_other', settlement_id: 'stl_2' }] });
    const { text } = await office('/settlements/stl_1');
    expect(text).toContain('Settlement of Mar 2, 2026');
    expect(text.match(new RegExp(`href="/office/orders/${reference()}"`, 'g'))).toHaveLength(2);
    expect(text).toContain('<code>ord_of_another_shop</code>');
    expect(text).toContain('-¥15.00');
    expect(text).toContain('/office/payouts/po_1');
    expect(text).not.toContain('po_other');
  });

  test('are explained by the lines of their payout, too', async () => {
    answer('/v1/payouts/po_1', payout);
    answer('/v1/payouts/po_1/lines', { data: lines() });
    const { text } = await office('/payouts/po_1');
    expect(text).toContain('¥465.00');
    expect(text).toContain('href="/office/settlements/stl_1"');
  });

  test.each([
    [404, 404],
    [403, 502],
    [500, 502],
  ])('that the gateway answers with %i are a page with status %i', async (status, shown) => {
    answer('/v1/settlements', { code: 'some_code' }, status);
    const page = await office('/settlements');
    expect(page.status).toBe(shown);
    expect(page.text).toContain('This could not be read from Morrow.');
    expect(page.text).toContain('some_code');
  });
});
