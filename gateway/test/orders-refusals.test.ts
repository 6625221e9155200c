import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderJson } from '../src/api/resources/order.ts';
import { openShop, type Problem, type Shop } from './support/shop.ts';
import { leavingNothing } from './support/untouched.ts';
import { authorizedOrder, confirmedSession, newBuyer, orderBody, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let shop: Shop;

beforeAll(async () => {
  world = await openWorld();
  shop = await openShop(world);
});
afterAll(() => world.close());

/** The refusal of a request that leaves nothing behind. */
const refused = (path: string, body?: unknown, options?: { idempotencyKey: string }): Promise<Problem> =>
  leavingNothing(world.db, () => shop.refusal('POST', path, body, options));

describe('an authorization is refused', () => {
  it('when its token has become an order, whose id is told', async () => {
    const session = await confirmedSession(shop, { amount: 5000 });
    const order = await shop.post<OrderJson>('/v1/orders', orderBody(session));
    expect(await refused('/v1/orders', orderBody(session))).toMatchObject({
      status: 409,
      code: 'checkout_token_used',
      order_id: order.id,
    });
  });

  it.each([
    ['amount_mismatch', '/amount', { amount: 5001 }],
    ['currency_mismatch', '/currency', { currency: 'EUR' }],
    ['state_conflict', '/merchant_reference', { merchant_reference: 'another' }],
  ])('with %s when it says something else than the shopper agreed to', async (code, pointer, change) => {
    const session = await confirmedSession(shop, { amount: 5000 });
    expect(await refused('/v1/orders', { ...orderBody(session), ...change })).toMatchObject({
      status: 409,
      code,
      errors: [{ pointer, code: 'mismatch' }],
    });
    // The token is as good as before.
    await shop.post('/v1/orders', orderBody(session));
  });

  it('when the token is not one of ours, or was changed', async () => {
    const session = await confirmedSession(shop, { amount: 5000 });
    const { checkout_token: token } = session;
    const last = token.endsWith('A') ? 'B' : 'A';
    for (const checkout_token of ['ctk_1', token.slice(0, -1), `${token.slice(0, -1)}${last}`, session.id]) {
      expect(await refused('/v1/orders', { ...orderBody(session), checkout_token })).toMatchObject({
        status: 404,
        code: 'not_found',
        errors: [{ pointer: '/checkout_token', code: 'unknown' }],
      });
    }
  });

  it('when its session was canceled, and the hold is gone', async () => {
    const buyer = await newBuyer(shop);
    const session = await confirmedSession(shop, { amount: 5000, buyer });
    await shop.post(`/v1/checkout-sessions/${session.id}/cancel`);
    await shop.post(`/v1/checkout-sessions/${session.id}/cancel`);
    expect(await refused('/v1/orders', orderBody(session))).toMatchObject({ code: 'state_conflict' });
    await shop.expectSoundBooks();
  });

  it('when another session has already become the order of its reference', async () => {
    const reference = 'twice';
    await authorizedOrder(shop, { amount: 5000, reference });
    const again = await confirmedSession(shop, { amount: 5000, reference });
    expect(await refused('/v1/orders', orderBody(again))).toMatchObject({
      status: 409,
      code: 'merchant_reference_in_use',
    });
  });
});

describe('a reversal', () => {
  const reverse = (merchant_reference: string) =>
    shop.post<{ order: OrderJson | null }>('/v1/orders/reversal', { merchant_reference });

  it('of a reference that nobody knows keeps a late authorization out for good', async () => {
    const session = await confirmedSession(shop, { amount: 5000, reference: 'late' });
    expect(await reverse('late')).toMatchObject({ merchant_reference: 'late', order: null });
    expect(await refused('/v1/orders', orderBody(session))).toMatchObject({
      status: 409,
      code: 'merchant_reference_reversed',
    });
    expect(await reverse('late')).toMatchObject({ order: null });
  });

  it('voids what is not captured and refunds what is, once', async () => {
    const buyer = await newBuyer(shop);
    const order = await authorizedOrder(shop, { amount: 8000, plan: 'pay_in_4', reference: 'undo', buyer });
    await ship(shop, order.id, 4000);
    const expected = {
      id: order.id,
      status: 'captured',
      captured_amount: 4000,
      voided_amount: 4000,
      refunded_amount: 4000,
    };
    const first = await reverse('undo');
    expect(first.order).toMatchObject(expected);
    expect((await reverse('undo')).order).toEqual(first.order);
    await world.runAttempts();
    // The first installment of 10.00 was paid; it goes back.
    expect(await shop.get(`/v1/orders/${order.id}/refunds`)).toMatchObject({
      data: [{ amount: 4000, debt_amount: 3000, money_back_amount: 1000, status: 'succeeded' }],
    });
    await shop.expectSoundBooks();
  });

  it('of an order that is only authorized voids it', async () => {
    const order = await authorizedOrder(shop, { amount: 5000, reference: 'never mind' });
    expect((await reverse('never mind')).order).toMatchObject({ id: order.id, status: 'voided' });
    expect(await shop.get(`/v1/plans/${order.plan_id}`)).toMatchObject({
      status: 'canceled',
      installments: [],
    });
  });
});

describe('a capture is refused', () => {
  it('beyond what is authorized, whole or after a part', async () => {
    const { id } = await authorizedOrder(shop, { amount: 5000, plan: 'pay_after' });
    const path = `/v1/orders/${id}/captures`;
    const tooMuch = { status: 409, code: 'capture_exceeds_authorized', errors: [{ pointer: '/amount' }] };
    expect(await refused(path, { reference: 'a', amount: 5001 })).toMatchObject(tooMuch);
    await shop.post(path, { reference: 'a', amount: 3000 });
    expect(await refused(path, { reference: 'b', amount: 2001 })).toMatchObject(tooMuch);
    await shop.post(path, { reference: 'b', amount: 2000 });
    expect(await refused(path, { reference: 'c', amount: 1 })).toMatchObject(tooMuch);
  });

  it('with a reference that a capture has, whose id is told', async () => {
    const { id } = await authorizedOrder(shop, { amount: 5000, plan: 'pay_after' });
    const body = { reference: 'parcel-1', amount: 1000 };
    const capture = await shop.post<{ id: string }>(`/v1/orders/${id}/captures`, body);
    expect(await refused(`/v1/orders/${id}/captures`, body)).toMatchObject({
      status: 409,
      code: 'capture_reference_in_use',
      capture_id: capture.id,
    });
    // The same reference is free on another order.
    const other = await authorizedOrder(shop, { amount: 5000, plan: 'pay_after' });
    await shop.post(`/v1/orders/${other.id}/captures`, body);
  });

  it('after a void, and a void after a capture of the whole', async () => {
    const voided = await authorizedOrder(shop, { amount: 5000 });
    await shop.post(`/v1/orders/${voided.id}/void`);
    expect(await refused(`/v1/orders/${voided.id}/captures`, { reference: 'a', amount: 1 })).toMatchObject({
      status: 409,
      code: 'state_conflict',
    });
    expect(await refused(`/v1/orders/${voided.id}/void`)).toMatchObject({ code: 'state_conflict' });
    const captured = await authorizedOrder(shop, { amount: 5000, plan: 'pay_after' });
    await ship(shop, captured.id, 5000);
    expect(await refused(`/v1/orders/${captured.id}/void`)).toMatchObject({
      status: 409,
      code: 'state_conflict',
    });
  });
});

describe('a refund is refused', () => {
  it('beyond what was captured, also after a part was refunded', async () => {
    const { id } = await authorizedOrder(shop, { amount: 5000, plan: 'pay_after' });
    const path = `/v1/orders/${id}/refunds`;
    expect(await refused(path, { reference: 'a', amount: 1 })).toMatchObject({ code: 'state_conflict' });
    await ship(shop, id, 2000);
    const tooMuch = { status: 409, code: 'refund_exceeds_refundable', errors: [{ pointer: '/amount' }] };
    expect(await refused(path, { reference: 'a', amount: 2001 })).toMatchObject(tooMuch);
    await shop.post(path, { reference: 'a', amount: 1500 });
    expect(await refused(path, { reference: 'b', amount: 501 })).toMatchObject(tooMuch);
  });

  it('with a reference that a refund has, whose id is told', async () => {
    const { id } = await authorizedOrder(shop, { amount: 5000, plan: 'pay_after' });
    await ship(shop, id, 5000);
    const body = { reference: 'return-1', amount: 100 };
    const refund = await shop.post<{ id: string }>(`/v1/orders/${id}/refunds`, body);
    expect(await refused(`/v1/orders/${id}/refunds`, body)).toMatchObject({
      status: 409,
      code: 'refund_reference_in_use',
      refund_id: refund.id,
    });
  });
});

describe('a refusal', () => {
  it('says what is wrong, in which field, and what to do instead', async () => {
    const session = await confirmedSession(shop, { amount: 5000, plan: 'pay_after', reference: 'told' });
    const order = await shop.post<OrderJson>('/v1/orders', orderBody(session));
    const path = `/v1/orders/${order.id}`;
    const inUse = [{ pointer: '/reference', code: 'in_use' }];
    const tooLarge = [{ pointer: '/amount', code: 'too_large' }];
    const given = async (action: string, body: unknown, problem: Partial<Problem>) =>
      expect(await refused(`${path}/${action}`, body), action).toMatchObject(problem);

    expect(await refused('/v1/orders', orderBody(session))).toMatchObject({
      detail: 'This checkout token has already become an order.',
    });
    const again = await confirmedSession(shop, { amount: 5000, reference: 'told' });
    expect(await refused('/v1/orders', orderBody(again))).toMatchObject({
      detail: 'There is already an order told.',
      errors: [{ pointer: '/merchant_reference', code: 'in_use' }],
    });

    const nothing = { detail: 'The order is authorized; refund is not possible.' };
    await given('refunds', { reference: 'early', amount: 1 }, nothing);
    await given('returns', { reference: 'early', amount: 1, reason: 'damaged' }, nothing);
    await shop.post(`${path}/captures`, { reference: 'parcel', amount: 3000 });
    await given(
      'captures',
      { reference: 'parcel', amount: 1 },
      {
        detail: 'The order already has a capture with the reference parcel.',
        hint: 'Read it instead; a new capture needs a reference of its own.',
        errors: inUse,
      },
    );
    await given(
      'captures',
      { reference: 'more', amount: 2001 },
      {
        detail: '2001 is more than the 2000 that can still be captured.',
        errors: tooLarge,
      },
    );

    await shop.post(`${path}/refunds`, { reference: 'back', amount: 500 });
    await given(
      'refunds',
      { reference: 'back', amount: 1 },
      {
        detail: 'The order already has a refund with the reference back.',
        hint: 'Read it instead; a new refund needs a reference of its own.',
        errors: inUse,
      },
    );
    await given(
      'refunds',
      { reference: 'more', amount: 2501 },
      {
        detail: '2501 is more than the 2500 that can still be refunded.',
        errors: tooLarge,
      },
    );

    await shop.post(`${path}/returns`, { reference: 'box', amount: 100, reason: 'damaged' });
    await given(
      'returns',
      { reference: 'box', amount: 100, reason: 'damaged' },
      {
        detail: 'The order already has a return with the reference box.',
        hint: 'Read it instead; a new return needs a reference of its own.',
        errors: inUse,
      },
    );
    await given(
      'returns',
      { reference: 'other', amount: 100, reason: 'damaged' },
      {
        detail: 'A return of this order is not answered yet.',
        hint: 'Accept or reject it first.',
      },
    );

    await shop.post(`${path}/void`);
    await given('void', undefined, {
      detail: 'The order is captured; void is not possible.',
      hint: 'Read the order; allowed_actions lists what is.',
    });
    await given(
      'captures',
      { reference: 'late', amount: 1 },
      {
        detail: '1 is more than the 0 that can still be captured.',
      },
    );
  });
});

describe('an amount', () => {
  it.each([0, -1, 10.5, '1000', 2 ** 53, true])(
    'of %j is refused wherever money is named',
    async (amount) => {
      const { id } = await authorizedOrder(shop, { amount: 5000, plan: 'pay_after' });
      await ship(shop, id, 5000);
      for (const what of ['captures', 'refunds']) {
        expect(await refused(`/v1/orders/${id}/${what}`, { reference: 'a', amount })).toMatchObject({
          status: 422,
          code: 'amount_invalid',
          errors: [{ pointer: '/amount' }],
        });
      }
    },
  );
});

describe('a repetition', () => {
  it('of a capture under its key is answered and not done again; with another body it is refused', async () => {
    const { id } = await authorizedOrder(shop, { amount: 5000, plan: 'pay_after' });
    const path = `/v1/orders/${id}/captures`;
    const body = { reference: 'a', amount: 1000 };
    const first = await shop.send('POST', path, body, { idempotencyKey: 'capture-1' });
    const again = await leavingNothing(world.db, () =>
      shop.send('POST', path, body, { idempotencyKey: 'capture-1' }),
    );
    expect(again).toEqual({ ...first, replayed: true });
    expect(await refused(path, { ...body, amount: 1001 }, { idempotencyKey: 'capture-1' })).toMatchObject({
      status: 422,
      code: 'idempotency_key_reused',
    });
  });

  it('of a refused request under its key is tried anew', async () => {
    const { id } = await authorizedOrder(shop, { amount: 5000, plan: 'pay_after' });
    const options = { idempotencyKey: 'refund-1' };
    const body = { reference: 'a', amount: 1000 };
    expect((await refused(`/v1/orders/${id}/refunds`, body, options)).code).toBe('state_conflict');
    await ship(shop, id, 5000);
    expect(await shop.post(`/v1/orders/${id}/refunds`, body, options)).toMatchObject({ amount: 1000 });
  });
});
