import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderJson } from '../src/api/resources/order.ts';
import type { ReturnJson } from '../src/api/resources/return.ts';
import { memberActionsOf, signInToDashboard } from './support/dashboard.ts';
import { openDashboardOn } from './support/dashboard-on.ts';
import { formOf, type Reader } from './support/page-reader.ts';
import { openShop, type Shop } from './support/shop.ts';
import {
  authorizedOrder,
  claimAndDecide,
  installmentsOf,
  newBuyer,
  openCheckout,
  ship,
} from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let shop: Shop;
let dashboard: ReturnType<typeof openDashboardOn>;

beforeAll(async () => {
  world = await openWorld();
  shop = await openShop(world, { fee_basis_points: 300, fee_fixed: 100 });
  dashboard = openDashboardOn(world);
});
afterAll(async () => {
  dashboard.close();
  await world.close();
});

const pathOf = ({ id }: { id: string }): string => `/dashboard/orders/${id}`;

type Listed = { data: Record<string, unknown>[] };

/** What an order is, without the names that differ between two that went the same way. */
async function standingOf(order: OrderJson) {
  const { status, allowed_actions, version, ...rest } = await shop.get<OrderJson>(`/v1/orders/${order.id}`);
  const amounts = Object.fromEntries(Object.entries(rest).filter(([name]) => name.endsWith('_amount')));
  const amountsOf = ({ data }: Listed) =>
    data.map((item) =>
      Object.fromEntries(Object.entries(item).filter(([, value]) => typeof value === 'number')),
    );
  const events = await world
    .db('events')
    .where({ stream: shop.merchantId, object_id: order.id })
    .orderBy('recorded')
    .pluck('type');
  return {
    status,
    allowed_actions,
    version,
    amounts,
    captures: amountsOf(await shop.get(`/v1/orders/${order.id}/captures`)),
    refunds: amountsOf(await shop.get(`/v1/orders/${order.id}/refunds`)),
    installments: (await installmentsOf(shop, order.plan_id)).map(({ id: _id, ...item }) => item),
    events,
  };
}

/** Sends the form of this page twice at the same moment, as an impatient hand does. */
async function submitTwice(
  reader: Reader,
  action: string,
  values: Record<string, string> = {},
): Promise<void> {
  const form = formOf(reader.page.html, action);
  if (!form) throw new Error(`this page has no form ${action}`);
  await Promise.all([1, 2].map(() => reader.post(form.action, { ...form.hidden, ...values })));
}

async function refundByPage(reader: Reader, order: OrderJson, amount: string): Promise<void> {
  await reader.get(`${pathOf(order)}/refund?amount=${amount}`);
  await reader.submit('/refunds');
}

describe('an order in the dashboard', () => {
  it('goes the same way by the pages as by the API, and the books are sound', async () => {
    const { reader, memberId } = await dashboard.memberOf(shop, 'support');
    const byApi = await authorizedOrder(shop, { amount: 10_000 });
    const byPage = await authorizedOrder(shop, { amount: 10_000 });
    const both = async (api: () => Promise<unknown>, page: () => Promise<unknown>) => {
      await api();
      await reader.get(pathOf(byPage));
      await page();
      await world.runAttempts();
      expect(reader.page.status, reader.text).toBe(200);
      expect(await standingOf(byPage)).toEqual(await standingOf(byApi));
    };
    const path = `/v1/orders/${byApi.id}`;
    await both(
      () => shop.post(`${path}/extend`, { reference: 'late' }),
      () => reader.submit('/extend'),
    );
    await both(
      () => shop.post(`${path}/captures`, { reference: 'one', amount: 6_050 }),
      () => reader.submit('/captures', { amount: '¥60.50', reference: 'one', final: '' }),
    );
    await both(
      () => shop.post(`${path}/refunds`, { reference: 'back', amount: 2_000 }),
      () => refundByPage(reader, byPage, '20'),
    );
    await both(
      () => shop.post(`${path}/captures`, { reference: 'two', amount: 1_000, final: true }),
      () => reader.submit('/captures', { amount: '10.00', final: 'yes' }),
    );
    expect(reader.text).toContain('It is captured.');
    expect(await memberActionsOf(dashboard.pages, memberId)).toEqual(
      expect.arrayContaining(['order_extended', 'order_captured', 'order_refunded']),
    );
    const [void1, void2] = [
      await authorizedOrder(shop, { amount: 5_000 }),
      await authorizedOrder(shop, { amount: 5_000 }),
    ];
    await shop.post(`/v1/orders/${void1.id}/void`);
    await reader.get(pathOf(void2));
    await reader.submit('/void');
    expect(await standingOf(void2)).toEqual(await standingOf(void1));
    await shop.expectSoundBooks();
  });

  it('does once what a form asks for twice', async () => {
    const { reader } = await dashboard.memberOf(shop);
    const order = await authorizedOrder(shop, { amount: 10_000 });
    await reader.get(pathOf(order));
    await submitTwice(reader, '/extend');
    expect(await world.db('order_extensions').where({ order_id: order.id })).toHaveLength(1);
    expect(reader.text).toContain('The authorization is extended.');
    await submitTwice(reader, '/captures', { amount: '40' });
    expect(reader.text).toContain('It is captured.');
    await world.runAttempts();
    await reader.get(`${pathOf(order)}/refund?amount=15`);
    await submitTwice(reader, '/refunds', { reference: 'mine' });
    expect(reader.text).toContain('The refund is made.');
    await submitTwice(reader, '/void');
    expect(reader.text).toContain('What was not captured is voided.');
    expect(await shop.get(`/v1/orders/${order.id}`)).toMatchObject({
      status: 'captured',
      captured_amount: 4_000,
      voided_amount: 6_000,
      refunded_amount: 1_500,
    });
    // Another form with a reference that was used is not taken for the same one.
    await reader.get(`${pathOf(order)}/refund?amount=5`);
    await reader.submit('/refunds', { reference: 'mine' });
    expect(reader.text).toContain('has another capture or refund with this reference');
    await shop.expectSoundBooks();
  });

  it('shows before a refund exactly what the API says that it does', async () => {
    const { reader } = await dashboard.memberOf(shop, 'finance');
    const order = await authorizedOrder(shop, { amount: 120_000, plan: 'monthly_6' });
    await ship(shop, order.id, 120_000);
    const preview = await shop.post<{ debt_amount: number; fee_returned: number }>(
      `/v1/orders/${order.id}/refund-preview`,
      { amount: 2_500 },
    );
    const before = await standingOf(order);
    await reader.get(`${pathOf(order)}/refund?amount=25`);
    const money = (amount: number) => `¥${(amount / 100).toFixed(2)}`;
    expect(reader.text).toContain('Refund ¥25.00?');
    expect(reader.text).toContain(`Off the shopper’s debt ${money(preview.debt_amount)}`);
    expect(reader.text).toContain(`Fee that you get back ${money(preview.fee_returned)}`);
    expect(await standingOf(order)).toEqual(before);
    for (const [typed, said] of [
      ['1200.01', 'At most ¥1,200.00 of this order'],
      ['a lot', 'Write an amount like 12.50'],
    ] as const) {
      await reader.get(`${pathOf(order)}/refund?amount=${typed}`);
      expect(reader.text).toContain(said);
      expect(reader.page.html).not.toContain('/refunds"');
    }
  });

  it('asks for the passkey once more before a large refund', async () => {
    const { reader, authenticator } = await dashboard.memberOf(shop);
    const order = await authorizedOrder(shop, { amount: 120_000, plan: 'monthly_6' });
    await ship(shop, order.id, 120_000);
    world.passMs(14 * 60_000);
    await reader.get(pathOf(order));
    world.passMs(2 * 60_000);
    await refundByPage(reader, order, '1000');
    expect(reader.text).toContain('Confirm that it is you');
    expect(await shop.get(`/v1/orders/${order.id}`)).toMatchObject({ refunded_amount: 0 });
    await signInToDashboard(reader, authenticator, reader.page.path);
    expect(reader.page.path).toBe(pathOf(order));
    await refundByPage(reader, order, '1000');
    expect(reader.text).toContain('The refund is made.');
    world.passMs(14 * 60_000);
    await refundByPage(reader, order, '1');
    expect(await shop.get(`/v1/orders/${order.id}`)).toMatchObject({ refunded_amount: 100_100 });
  });

  it('answers a return by a refund or a reason', async () => {
    const { reader } = await dashboard.memberOf(shop, 'support');
    const answered = async (answer: (open: ReturnJson, order: OrderJson) => Promise<unknown>) => {
      const order = await authorizedOrder(shop, { amount: 8_000 });
      await ship(shop, order.id, 8_000);
      const open = await shop.post<ReturnJson>(`/v1/orders/${order.id}/returns`, {
        reference: 'rma',
        amount: 3_000,
        reason: 'damaged',
      });
      await reader.get(pathOf(order));
      expect(reader.text).toContain('A return waits for your answer');
      await answer(open, order);
      return shop.get<ReturnJson>(`/v1/returns/${open.id}`);
    };
    const accepted = await answered(async (open, order) => {
      await reader.get(`${pathOf(order)}/refund?return=${open.id}&amount=20`);
      expect(reader.text).toContain('Accept the return, refund ¥20.00 now');
      await submitTwice(reader, '/refunds');
      expect(reader.text).toContain('The refund is made.');
      expect(await shop.get(`/v1/orders/${order.id}`)).toMatchObject({ refunded_amount: 2_000 });
    });
    expect(accepted).toMatchObject({ status: 'accepted' });
    const rejected = await answered(async () => {
      await submitTwice(reader, '/reject-return', { rejection: 'not_received' });
      expect(reader.text).toContain('The return is rejected. The shopper is told why.');
    });
    expect(rejected).toMatchObject({ status: 'rejected', rejection: 'not_received' });
    await shop.expectSoundBooks();
  });
});

describe('a capture', () => {
  it('is shown with its fee before it is made, which changes nothing, and comes to that', async () => {
    const { reader } = await dashboard.memberOf(shop, 'support');
    const order = await authorizedOrder(shop, { amount: 10_000 });
    const before = await standingOf(order);
    await reader.get(`${pathOf(order)}/capture?amount=60.50`);
    expect(reader.text).toContain('Capture ¥60.50?');
    // 3 % of 60.50 (1.815, to the even cent) and ¥1.00.
    expect(reader.text).toMatch(/Into your next settlement\s+¥57\.68/);
    expect(reader.text).toMatch(/Our fee\s+¥2\.82/);
    expect(reader.text).toMatch(/Can still be captured afterwards\s+¥39\.50/);
    expect(await standingOf(order)).toEqual(before);
    await reader.submit('/captures', { reference: 'part' });
    expect(reader.text).toContain('It is captured.');
    const { data } = await shop.get<Listed>(`/v1/orders/${order.id}/captures`);
    expect(data).toMatchObject([{ amount: 6_050, merchant_fee: 282, shipment: null }]);
  });

  it('tells how the goods go, as by the API, and what cannot be that is refused', async () => {
    const { reader } = await dashboard.memberOf(shop, 'support');
    const order = await authorizedOrder(shop, { amount: 10_000 });
    const listed = async () => (await shop.get<Listed>(`/v1/orders/${order.id}/captures`)).data;
    const wrong = [
      { carrier: 'SF Express', tracking_number: '' },
      { carrier: '', tracking_number: 'SF123' },
      { carrier: 'SF Express', tracking_number: '<script>' },
      { carrier: 'x'.repeat(61), tracking_number: 'SF123' },
    ];
    for (const told of wrong) {
      await reader.get(`${pathOf(order)}/capture?amount=60`);
      await reader.submit('/captures', told);
      expect(reader.text).toContain('Write who carries the goods and under which number');
    }
    expect(await listed()).toEqual([]);
    await reader.get(`${pathOf(order)}/capture?amount=60`);
    await submitTwice(reader, '/captures', { carrier: ' 顺丰 ', tracking_number: 'SF 12-3/4.5' });
    expect(reader.text).toContain('It is captured.');
    expect(await listed()).toMatchObject([
      { amount: 6_000, shipment: { carrier: '顺丰', tracking_number: 'SF 12-3/4.5' } },
    ]);
  });

  it.each([
    ['1000', 'That is more than can still be captured.'],
    ['abc', 'Write an amount like 12.50, above zero.'],
  ])('of %j is refused on the page that asks for it', async (amount, said) => {
    const { reader } = await dashboard.memberOf(shop, 'support');
    const order = await authorizedOrder(shop, { amount: 10_000 });
    await reader.get(`${pathOf(order)}/capture?amount=${amount}`);
    expect(reader.page.html).toContain('role="alert"');
    expect(reader.text).toContain(said);
    expect(reader.page.html).not.toContain('/captures"');
    const finance = (await dashboard.memberOf(shop, 'finance')).reader;
    expect((await finance.get(`${pathOf(order)}/capture?amount=1`)).status).toBe(403);
    const stranger = (await dashboard.memberOf(await openShop(world), 'owner')).reader;
    expect((await stranger.get(`${pathOf(order)}/capture?amount=1`)).status).toBe(404);
  });
});

describe('the list of orders', () => {
  it('is searched by reference, id, status and date, and paged by the newest first', async () => {
    const own = await openShop(world);
    const { reader } = await dashboard.memberOf(own, 'developer');
    const script = '<script>alert(1)</script>';
    const order = await authorizedOrder(own, { amount: 1_000, reference: script });
    await own.advance(2);
    const later = await authorizedOrder(own, { amount: 1_000, reference: 'later' });
    await reader.get('/dashboard/orders');
    expect(reader.text).toContain(script);
    expect(reader.page.html).not.toContain('<script>');
    expect(reader.page.html.indexOf(later.id)).toBeLessThan(reader.page.html.indexOf(order.id));
    await reader.get(pathOf(order));
    expect(reader.page.html).not.toContain('<script>');
    expect(reader.text).toContain('The order was authorized');
    const found = async (query: Record<string, string>) => {
      await reader.get(`/dashboard/orders?${new URLSearchParams(query).toString()}`);
      return [order, later].map(({ id }) => reader.page.html.includes(`${id}"`));
    };
    expect(await found({ search: script })).toEqual([true, false]);
    expect(await found({ search: later.id })).toEqual([false, true]);
    expect(await found({ search: `ord_${'0'.repeat(32)}` })).toEqual([false, false]);
    expect(await found({ status: 'captured' })).toEqual([false, false]);
    expect(await found({ from: '2026-03-02' })).toEqual([false, true]);
    expect(await found({ to: '2026-03-01' })).toEqual([true, false]);
    expect(await found({ after: later.id })).toEqual([true, false]);
    expect(await found({ from: '1 March' })).toEqual([false, false]);
    expect(reader.text).toContain('Write dates like 2026-03-31.');
    await reader.get('/dashboard/orders?lang=zh-CN');
    expect(reader.text).toContain('订单，最新的在前');
  });
});

describe('the rights of a role', () => {
  it('open and close the steps of an order, whatever is posted', async () => {
    const order = await authorizedOrder(shop, { amount: 5_000 });
    await ship(shop, order.id, 2_000);
    const forms = ['/captures', '/void', '/extend', '/refund'];
    const seen = {
      owner: [true, true, true, true],
      support: [true, true, true, true],
      finance: [false, false, false, true],
      developer: [false, false, false, false],
    } as const;
    for (const role of ['owner', 'support', 'finance', 'developer'] as const) {
      const { reader } = await dashboard.memberOf(shop, role);
      await reader.get(pathOf(order));
      expect(
        forms.map((form) => reader.page.html.includes(`action="${pathOf(order)}${form}"`)),
        role,
      ).toEqual(seen[role]);
      const token = formOf(reader.page.html, '/sign-out')?.hidden ?? {};
      for (const [index, form] of ['/captures', '/void', '/extend', '/refunds'].entries()) {
        if (seen[role][index]) continue;
        await reader.post(`${pathOf(order)}${form}`, { ...token, amount: '1' });
        expect(reader.page.status, `${role} ${form}`).toBe(403);
      }
    }
    expect(await shop.get(`/v1/orders/${order.id}`)).toMatchObject({
      captured_amount: 2_000,
      refunded_amount: 0,
      voided_amount: 0,
    });
  });

  it('end at the own shop: what is another one’s is not there', async () => {
    const stranger = await dashboard.memberOf(await openShop(world));
    const { reader } = stranger;
    const order = await authorizedOrder(shop, { amount: 5_000 });
    await ship(shop, order.id, 2_000);
    const { id: returnId } = await shop.post<ReturnJson>(`/v1/orders/${order.id}/returns`, {
      reference: 'rma',
      amount: 1_000,
      reason: 'damaged',
    });
    await reader.get('/dashboard/orders');
    const token = formOf(reader.page.html, '/sign-out')?.hidden ?? {};
    const form = { ...token, form_key: `req_${'0'.repeat(32)}`, amount: '1', return: returnId };
    for (const path of ['', '/refund?amount=1']) {
      await reader.get(`${pathOf(order)}${path}`);
      expect(reader.page.status, path).toBe(404);
    }
    for (const step of ['captures', 'void', 'extend', 'refunds', 'reject-return']) {
      await reader.post(`${pathOf(order)}/${step}`, { ...form, rejection: 'other' });
      expect(reader.page.status, step).toBe(404);
    }
    // Nor does the own order lead to a return of another one.
    const { reader: owner } = await dashboard.memberOf(shop);
    const other = await authorizedOrder(shop, { amount: 5_000 });
    await ship(shop, other.id, 5_000);
    await owner.get(`${pathOf(other)}/refund?amount=1&return=${returnId}`);
    expect(owner.page.status).toBe(404);
    await owner.get(pathOf(other));
    const hidden = formOf(owner.page.html, '/sign-out')?.hidden ?? {};
    await owner.post(`${pathOf(other)}/refunds`, { ...form, ...hidden });
    expect(owner.page.status).toBe(404);
    await owner.post(`${pathOf(other)}/refunds`, { ...form, ...hidden, form_token: 'forged', return: '' });
    expect(owner.page.status).toBe(403);
    expect(await shop.get(`/v1/orders/${other.id}`)).toMatchObject({ refunded_amount: 0 });
    expect(world.errors).toEqual([]);
  });
});

describe('the start', () => {
  it('counts the checkouts of the own shop by day: decided, and become orders', async () => {
    const own = await openShop(world);
    await authorizedOrder(own, { amount: 1_000 });
    await own.advance(1);
    const declined = await openCheckout(own, 9_000_000);
    await claimAndDecide(own, declined.id, (await newBuyer(own)).shopperId);
    await openCheckout(own, 1_000);
    const { reader } = await dashboard.memberOf(own, 'developer');
    await reader.get('/dashboard');
    expect(reader.text).toContain('Opened 3');
    expect(reader.text).toContain('Approved, of those decided 50 %');
    expect(reader.text).toContain('Became an order, of those opened 33.3 %');
    expect(reader.text).toContain('Mar 2, 2026 2 0 1 0 Mar 1, 2026 1 1 0 1');
    const { reader: other } = await dashboard.memberOf(await openShop(world));
    await other.get('/dashboard');
    expect(other.text).toContain('Nobody has opened a checkout');
  });
});
