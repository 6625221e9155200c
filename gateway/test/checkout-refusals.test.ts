import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expireSessions } from '../src/checkout/end.ts';
import { refusalFrom } from './support/refusal.ts';
import { openShop, type Problem, type Shop } from './support/shop.ts';
import { leavingNothing } from './support/untouched.ts';
import {
  addMethod,
  agree,
  claimAndDecide,
  lineOf,
  newBuyer,
  newSessionBody,
  openCheckout,
  takenFor,
} from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let shop: Shop;

beforeAll(async () => {
  world = await openWorld();
  shop = await openShop(world);
});
afterAll(() => world.close());

const refused = (change: object): Promise<Problem> =>
  leavingNothing(world.db, () =>
    shop.refusal('POST', '/v1/checkout-sessions', { ...newSessionBody(shop, 5000), ...change }),
  );

describe('a checkout session is refused', () => {
  it.each(['XYZ', 'cny', 'USD', 1])('in the currency %j', async (currency) => {
    expect(await refused({ currency })).toMatchObject({
      status: 422,
      code: 'currency_unsupported',
      errors: [{ pointer: '/currency' }],
    });
  });

  it.each([0, -5000, 50.5, '5000', null])('over an amount of %j', async (amount) => {
    expect(await refused({ amount })).toMatchObject({
      status: 422,
      code: 'amount_invalid',
      errors: [{ pointer: '/amount' }],
    });
  });

  it('when its lines do not sum to the amount, or have an amount that is none', async () => {
    const line = { name: 'Tea', quantity: 1, unit_amount: 4999, amount: 4999 };
    expect(await refused({ lines: [line] })).toMatchObject({
      status: 422,
      code: 'validation_failed',
      errors: [{ pointer: '/lines', code: 'sum_mismatch' }],
    });
    for (const amount of [-1, 0.5]) {
      expect(await refused({ lines: [{ ...line, amount }] })).toMatchObject({
        code: 'validation_failed',
        errors: [{ pointer: '/lines/0/amount' }],
      });
    }
  });

  it.each([
    'https://elsewhere.example/return',
    'https://shop.example:8443/return',
    'http://shop.example/return',
    'https://user@shop.example/return',
    'https://shop.example/return#part',
  ])('that leads back to %s', async (return_url) => {
    expect(await refused({ return_url })).toMatchObject({
      status: 422,
      code: 'url_forbidden',
      errors: [{ pointer: '/return_url' }],
    });
  });

  it('with a field that does not exist', async () => {
    expect(await refused({ ammount: 1 })).toMatchObject({
      code: 'validation_failed',
      errors: [{ pointer: '/ammount', code: 'unknown_field' }],
    });
  });

  it('while another one of its reference can still become an order', async () => {
    const { id } = await openCheckout(shop, 5000, 'cart-1');
    expect(await refused({ merchant_reference: 'cart-1' })).toMatchObject({
      status: 409,
      code: 'merchant_reference_in_use',
    });
    await shop.post(`/v1/checkout-sessions/${id}/cancel`);
    expect(await openCheckout(shop, 5000, 'cart-1')).toMatchObject({ status: 'open' });
  });
});

describe('a checkout', () => {
  it('belongs to the first shopper who comes', async () => {
    const [first, second] = [await newBuyer(shop), await newBuyer(shop)];
    const { id } = await openCheckout(shop, 5000);
    await claimAndDecide(shop, id, first.shopperId);
    await leavingNothing(world.db, async () => {
      expect((await refusalFrom(claimAndDecide(shop, id, second.shopperId))).code).toBe('not_found');
      expect((await refusalFrom(agree(shop, id, second, 'pay_after'))).code).toBe('not_found');
    });
  });

  it('is confirmed only to a plan that was offered, with a card of the shopper', async () => {
    const [buyer, other] = [await newBuyer(shop), await newBuyer(shop)];
    const { id } = await openCheckout(shop, 5000);
    await leavingNothing(world.db, async () => {
      expect((await refusalFrom(agree(shop, id, buyer, 'pay_after'))).code).toBe('not_found');
    });
    await claimAndDecide(shop, id, buyer.shopperId);
    await leavingNothing(world.db, async () => {
      const foreign = { ...buyer, paymentMethodId: other.paymentMethodId };
      expect((await refusalFrom(agree(shop, id, foreign, 'pay_after'))).code).toBe('not_found');
      const refusal = await refusalFrom(agree(shop, id, buyer, 'monthly' as never));
      expect(refusal.details.errors).toEqual([{ pointer: '/plan_code', code: 'not_offered' }]);
    });
  });

  it('confirmed twice in two tabs at once is confirmed once', async () => {
    for (const first_part of ['capture', 'checkout'] as const) {
      const two = await openShop(world, { first_part });
      const buyer = await newBuyer(two);
      const { id } = await openCheckout(two, 8000);
      await claimAndDecide(two, id, buyer.shopperId);
      await Promise.all([1, 2].map(() => agree(two, id, buyer, 'pay_in_4')));
      expect(await two.get(`/v1/checkout-sessions/${id}`)).toMatchObject({
        status: 'confirmed',
        plan_code: 'pay_in_4',
      });
      const held = first_part === 'checkout' ? 6000n : 8000n;
      expect(await lineOf(two, buyer.shopperId)).toEqual({ held, used: 0n });
      expect((await takenFor(two, id)).held).toBe(first_part === 'checkout' ? 2000 : 0);
      await two.expectSoundBooks();
    }
  });

  it('confirmed to two plans at once keeps one of them', async () => {
    const buyer = await newBuyer(shop);
    const { id } = await openCheckout(shop, 6000);
    await claimAndDecide(shop, id, buyer.shopperId);
    const tabs = await Promise.allSettled([
      agree(shop, id, buyer, 'pay_after'),
      agree(shop, id, buyer, 'pay_in_3'),
    ]);
    const lost = tabs.flatMap((tab) => (tab.status === 'rejected' ? [tab.reason as unknown] : []));
    expect(lost).toMatchObject([{ code: 'state_conflict' }]);
    expect(await lineOf(shop, buyer.shopperId)).toEqual({ held: 6000n, used: 0n });
  });
});

describe("a test person's confirmation over the API", () => {
  const confirmAt = (at: Shop, id: string, body: object, idempotencyKey: string) =>
    at.send(
      'POST',
      `/v1/sandbox/checkout-sessions/${id}/confirm`,
      { plan_code: 'pay_in_4', ...body },
      { idempotencyKey },
    );

  it('that is declined is answered with 402 for good, and keeps its assessment', async () => {
    const { id } = await openCheckout(shop, 300_000);
    const first = await confirmAt(shop, id, {}, 'declined-1');
    expect(first).toMatchObject({
      status: 402,
      body: { code: 'authorization_declined', decline_code: 'amount_above_available' },
    });
    const stored = await world
      .db('assessments')
      .where({ checkout_session_id: id })
      .select('outcome', 'decline_code');
    expect(stored).toEqual([{ outcome: 'declined', decline_code: 'amount_above_available' }]);
    const again = await leavingNothing(world.db, () => confirmAt(shop, id, {}, 'declined-1'));
    expect(again).toEqual({ ...first, replayed: true });
  });

  it('whose card is declined for the down payment may be tried with another card under another key', async () => {
    const two = await openShop(world, { first_part: 'checkout' });
    const { id } = await openCheckout(two, 8000);
    const declined = await confirmAt(two, id, { test_method: 'declined' }, 'card-1');
    expect(declined).toMatchObject({ status: 402, body: { code: 'payment_declined' } });
    expect(await confirmAt(two, id, { test_method: 'ok' }, 'card-2')).toMatchObject({
      status: 200,
      body: { status: 'confirmed', plan_code: 'pay_in_4' },
    });
  });
});

describe('a card that is declined for the down payment', () => {
  it('leaves the checkout open and nothing held, and another card confirms it', async () => {
    const two = await openShop(world, { first_part: 'checkout' });
    const buyer = await newBuyer(two, 'declined');
    const { id } = await openCheckout(two, 8000);
    await claimAndDecide(two, id, buyer.shopperId);
    expect(await agree(two, id, buyer, 'pay_in_4')).toEqual({ status: 'failed', code: 'generic_decline' });
    expect(await two.get(`/v1/checkout-sessions/${id}`)).toMatchObject({ status: 'open', plan_code: null });
    expect(await lineOf(two, buyer.shopperId)).toEqual({ held: 0n, used: 0n });
    await two.expectSoundBooks();

    const paymentMethodId = await addMethod(two, buyer.shopperId, 'ok');
    expect(await agree(two, id, { ...buyer, paymentMethodId }, 'pay_in_4')).toMatchObject({
      status: 'succeeded',
    });
    expect(await two.get(`/v1/checkout-sessions/${id}`)).toMatchObject({ status: 'confirmed' });
    expect(await takenFor(two, id)).toEqual({ held: 2000, taken: 0, sentBack: 0 });
  });

  it('after the session was canceled changes nothing', async () => {
    const two = await openShop(world, { first_part: 'checkout' });
    const buyer = await newBuyer(two, 'answer_lost');
    const { id } = await openCheckout(two, 8000);
    await claimAndDecide(two, id, buyer.shopperId);
    await agree(two, id, buyer, 'pay_in_4');
    await two.post(`/v1/checkout-sessions/${id}/cancel`);
    world.passMs(5000);
    await world.runAttempts();
    expect(await takenFor(two, id)).toEqual({ held: 0, taken: 0, sentBack: 0 });
    expect(await two.get(`/v1/checkout-sessions/${id}`)).toMatchObject({ status: 'canceled' });
    expect(await two.inTx(expireSessions)).toBe(0);
    await two.expectSoundBooks();
  });
});
