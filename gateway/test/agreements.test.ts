import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimAgreement } from '../src/agreements/approve.ts';
import { endAgreement, expireAgreements } from '../src/agreements/end.ts';
import type { AgreementJson } from '../src/api/resources/agreement.ts';
import type { OrderJson } from '../src/api/resources/order.ts';
import { readFeed } from '../src/events/feed.ts';
import { newId } from '../src/lib/ids.ts';
import { createMerchant, findMerchant } from '../src/merchants/merchants.ts';
import { notifyFromEvents } from '../src/notifications/notify.ts';
import { payNow } from '../src/repayments/pay.ts';
import { findPlan } from '../src/repayments/plans.ts';
import { listRepayments } from '../src/repayments/repayments.ts';
import {
  activeAgreement,
  agreedOrder,
  agreedOrderBody,
  approve,
  newAgreementBody,
  newSession,
  openAgreement,
} from './support/agreements.ts';
import { openShop, type Shop } from './support/shop.ts';
import { addMethod, installmentsOf, lineOf, newBuyer, ship, takenFor } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let shop: Shop;

beforeAll(async () => {
  world = await openWorld();
  shop = await openShop(world);
});
afterAll(() => world.close());

async function eventsOf(objectId: string, stream = shop.merchantId): Promise<string[]> {
  await world.sequence();
  const events = await shop.inTx((tx) => readFeed(tx, { stream, after: 0n, limit: 10_000 }), 'read');
  return events.filter((event) => event.objectId === objectId).map(({ type }) => type);
}

const statusOf = async (path: string) => (await shop.get<AgreementJson>(path)).status;

describe('an agreement', () => {
  it('is off until the shopper agrees, and then takes orders that are charged on the day of their final amount', async () => {
    const opened = await openAgreement(shop);
    expect(opened).toMatchObject({ status: 'pending', shopper_id: null, allowed_actions: ['end'] });
    expect(opened.url).toMatch(/^https:\/\/api\.example\/a\/[A-Za-z0-9_-]{22}$/);
    const path = `/v1/agreements/${opened.id}`;
    expect(await shop.get(path)).not.toHaveProperty('url');
    expect(await shop.refusal('POST', `${path}/orders`, agreedOrderBody(shop, 100))).toMatchObject({
      status: 409,
      code: 'state_conflict',
    });

    const buyer = await newBuyer(shop);
    await approve(shop, opened.id, buyer);
    expect(await shop.get(path)).toMatchObject({
      status: 'active',
      allowed_actions: ['authorize', 'end'],
      expires_at: null,
      agreed_at: '2026-03-01T01:00:00.000Z',
    });

    const order = await agreedOrder(shop, path, 20_000);
    expect(order).toMatchObject({
      status: 'authorized',
      authorized_amount: 20_000,
      checkout_session_id: null,
      agreement_id: opened.id,
    });
    expect(await lineOf(shop, buyer.shopperId)).toEqual({ held: 20_000n, used: 0n });
    await shop.post(`/v1/orders/${order.id}/captures`, { reference: 'ride', amount: 730, final: true });
    expect(await lineOf(shop, buyer.shopperId)).toEqual({ held: 0n, used: 730n });
    await world.runAttempts();
    expect(await installmentsOf(shop, order.plan_id)).toMatchObject([
      { amount: 730n, paidAmount: 730n, dueDate: '2026-03-01', status: 'paid' },
    ]);
    expect(await shop.inTx((tx) => findPlan(tx, { planId: order.plan_id }), 'read')).toMatchObject({
      status: 'paid',
      snapshot: { code: 'pay_after', amount: 20_000, finance_charge: 0 },
    });
    expect(await lineOf(shop, buyer.shopperId)).toEqual({ held: 0n, used: 0n });
    expect(await eventsOf(opened.id)).toEqual(['agreement.active']);
    expect(await eventsOf(order.id)).toEqual(['order.authorized', 'order.captured']);
    await shop.expectSoundBooks();
  });

  it('tells the shopper of each order, of its final amount and of each charge', async () => {
    const { path, buyer, agreement } = await activeAgreement(shop, { charge_after_days: 14 });
    const order = await agreedOrder(shop, path, 9_000);
    await shop.post(`/v1/orders/${order.id}/captures`, { reference: 'a', amount: 4_200, final: true });
    await shop.post(`${path}/end`);
    await world.sequence();
    await notifyFromEvents(world.context);
    const rows = await world
      .db('messages')
      .where({ environment_id: shop.environmentId, shopper_id: buyer.shopperId })
      .orderBy('id')
      .select<{ template: string }[]>('template');
    expect(rows.map(({ template }) => template)).toEqual([
      'agreement_active',
      'agreement_order',
      'agreement_charge',
      'agreement_ended',
    ]);
    expect((await installmentsOf(shop, order.plan_id)).map(({ dueDate }) => dueDate)).toEqual(['2026-03-15']);
    expect(agreement.charge_after_days).toBe(14);
  });

  it('takes a second order while the first is not paid', async () => {
    const { path, buyer } = await activeAgreement(shop, { charge_after_days: 30 });
    for (const amount of [10_000, 15_000])
      await ship(shop, (await agreedOrder(shop, path, amount)).id, amount);
    expect(await lineOf(shop, buyer.shopperId)).toEqual({ held: 0n, used: 25_000n });
    await shop.expectSoundBooks();
  });

  it('keeps its reference for as long as it is not ended', async () => {
    const body = newAgreementBody(shop, { merchant_reference: 'customer-7' });
    const first = await shop.post<AgreementJson>('/v1/agreements', body);
    expect(await shop.refusal('POST', '/v1/agreements', body)).toMatchObject({
      code: 'merchant_reference_in_use',
    });
    await shop.post(`/v1/agreements/${first.id}/end`);
    const second = await shop.post<AgreementJson>('/v1/agreements', body);
    const { data } = await shop.get<{ data: AgreementJson[] }>(
      '/v1/agreements?merchant_reference=customer-7',
    );
    expect(data.map(({ id, status }) => [id, status])).toEqual([
      [first.id, 'ended'],
      [second.id, 'pending'],
    ]);
  });

  it.each([
    ['/day_ceiling', { day_ceiling: 19_999 }],
    ['/month_ceiling', { month_ceiling: 39_999 }],
    ['/order_ceiling', { order_ceiling: 200_001, day_ceiling: 200_001, month_ceiling: 200_001 }],
    ['/charge_after_days', { charge_after_days: 7 }],
    ['/description', { description: ' ' }],
  ])('is refused with a wrong %s', async (pointer, change) => {
    const problem = await shop.refusal('POST', '/v1/agreements', newAgreementBody(shop, change));
    expect(problem).toMatchObject({ status: 422, code: 'validation_failed', errors: [{ pointer }] });
  });

  it('leads back only to the shop, and is in its currency', async () => {
    const elsewhere = newAgreementBody(shop, { return_url: 'https://evil.example/' });
    expect(await shop.refusal('POST', '/v1/agreements', elsewhere)).toMatchObject({ code: 'url_forbidden' });
    const dollars = newAgreementBody(shop, { currency: 'USD' });
    expect(await shop.refusal('POST', '/v1/agreements', dollars)).toMatchObject({
      code: 'currency_unsupported',
    });
  });
});

describe('agreeing', () => {
  it('needs an identity check within 15 minutes', async () => {
    const { id } = await openAgreement(shop);
    const buyer = await newBuyer(shop);
    const shopperId = buyer.shopperId as `shp_${string}`;
    const unproven = await shop.inTx((tx) => newSession(tx, shopperId, false));
    await expect(approve(shop, id, buyer, unproven)).rejects.toMatchObject({ code: 'step_up_required' });
    const proven = await shop.inTx((tx) => newSession(tx, shopperId));
    world.passMs(10 * 60_000);
    await shop.inTx((tx) => tx.sql('shopper_sessions').where({ id: proven }).update({ seen_at: tx.wallNow }));
    world.passMs(5 * 60_000);
    await expect(approve(shop, id, buyer, proven)).rejects.toMatchObject({ code: 'step_up_required' });
    expect(await statusOf(`/v1/agreements/${id}`)).toBe('pending');
  });

  it('is for the first shopper who comes, once, and within a day', async () => {
    const { id } = await openAgreement(shop);
    const [first, second] = [await newBuyer(shop), await newBuyer(shop)];
    const claim = (shopperId: string) =>
      shop.inTx((tx) => claimAgreement(tx, { agreementId: id, shopperId }));
    await claim(first.shopperId);
    await expect(claim(second.shopperId)).rejects.toMatchObject({ code: 'not_found' });
    await expect(approve(shop, id, second)).rejects.toMatchObject({ code: 'not_found' });
    world.passMs(24 * 3_600_000);
    await expect(approve(shop, id, first)).rejects.toMatchObject({ code: 'agreement_ended' });
    expect(await shop.get(`/v1/agreements/${id}`)).toMatchObject({ status: 'ended', ended_by: 'time' });
    expect(await shop.inTx((tx) => expireAgreements(tx))).toBeGreaterThan(0);
    expect(await eventsOf(id)).toEqual(['agreement.ended']);
    expect(await eventsOf(id, first.shopperId)).toEqual([]);
  });

  it('twice is agreeing once', async () => {
    const { agreement, buyer } = await activeAgreement(shop);
    await approve(shop, agreement.id, buyer);
    expect(await shop.get(`/v1/agreements/${agreement.id}`)).toEqual(agreement);
  });
});

describe('a ceiling', () => {
  it('holds for one order, for a day and for a month, and what is voided counts no more', async () => {
    const { path } = await activeAgreement(shop);
    const exceed = async (amount: number) => {
      const problem = await shop.refusal('POST', `${path}/orders`, agreedOrderBody(shop, amount));
      expect(problem).toMatchObject({ status: 402, code: 'agreement_ceiling_exceeded' });
      return [problem.ceiling, problem.left_amount];
    };
    expect(await exceed(20_001)).toEqual(['order', 20_000]);
    const first = await agreedOrder(shop, path, 20_000);
    await ship(shop, (await agreedOrder(shop, path, 15_000)).id, 15_000);
    expect(await exceed(5_001)).toEqual(['day', 5_000]);
    await shop.post(`/v1/orders/${first.id}/void`);
    await ship(shop, (await agreedOrder(shop, path, 20_000)).id, 20_000);
    expect(await exceed(5_001)).toEqual(['day', 5_000]);
    await shop.advance(1);
    await ship(shop, (await agreedOrder(shop, path, 20_000)).id, 20_000);
    expect(await exceed(5_001)).toEqual(['month', 5_000]);
    await shop.advance(31);
    expect(await agreedOrder(shop, path, 20_000)).toMatchObject({ status: 'authorized' });
    await shop.expectSoundBooks();
  });

  it('of a shopper’s day holds over all agreements together', async () => {
    const wide = { order_ceiling: 150_000, day_ceiling: 200_000, month_ceiling: 900_000 };
    const { path, buyer } = await activeAgreement(shop, wide);
    const { path: other } = await activeAgreement(shop, wide, buyer);
    await ship(shop, (await agreedOrder(shop, path, 150_000)).id, 150_000);
    const problem = await shop.refusal('POST', `${other}/orders`, agreedOrderBody(shop, 50_001));
    expect(problem).toMatchObject({ ceiling: 'shopper_day', left_amount: 50_000 });
    expect(await agreedOrder(shop, other, 50_000)).toMatchObject({ status: 'authorized' });
  });

  it('is not exceeded by twelve orders at once', async () => {
    const { path, buyer } = await activeAgreement(shop);
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => shop.send('POST', `${path}/orders`, agreedOrderBody(shop, 9_000))),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(4);
    expect(answers.filter(({ status }) => status === 402)).toHaveLength(8);
    expect(await lineOf(shop, buyer.shopperId)).toEqual({ held: 36_000n, used: 0n });
    await shop.expectSoundBooks();
  });
});

describe('an order by agreement', () => {
  it('is declined above what the shopper may owe, which is kept with its key and teaches nothing more', async () => {
    const wide = {
      order_ceiling: 200_000,
      day_ceiling: 200_000,
      month_ceiling: 900_000,
      charge_after_days: 30,
    };
    const { path, buyer, agreement } = await activeAgreement(shop, wide);
    await ship(shop, (await agreedOrder(shop, path, 150_000)).id, 150_000);
    await shop.advance(1);
    const body = agreedOrderBody(shop, 60_000);
    const options = { idempotencyKey: newId('req') };
    const declined = await shop.send('POST', `${path}/orders`, body, options);
    expect(declined).toMatchObject({
      status: 402,
      body: { code: 'authorization_declined', merchant_code: 'amount_not_available' },
    });
    expect(await shop.send('POST', `${path}/orders`, body, options)).toMatchObject({
      status: 402,
      replayed: true,
    });
    await shop.refusal('POST', `${path}/orders`, body);
    const assessments = await world.db('assessments').where({ agreement_id: agreement.id }).orderBy('id');
    expect(assessments.map(({ outcome, decline_code: code }) => [outcome, code])).toEqual([
      ['approved', null],
      ['declined', 'amount_above_available'],
    ]);
    expect(await lineOf(shop, buyer.shopperId)).toEqual({ held: 0n, used: 150_000n });
    // A smaller one teaches the merchant nothing either, until ten minutes are over.
    await shop.refusal('POST', `${path}/orders`, agreedOrderBody(shop, 50_000));
    expect(await world.db('assessments').where({ agreement_id: agreement.id })).toHaveLength(2);
    await shop.advance(1);
    expect(await agreedOrder(shop, path, 50_000)).toMatchObject({ status: 'authorized' });
  });

  it('under one key is one order, and a reference is used once', async () => {
    const { path } = await activeAgreement(shop);
    const body = agreedOrderBody(shop, 1_000);
    const options = { idempotencyKey: newId('req') };
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => shop.send('POST', `${path}/orders`, body, options)),
    );
    const again = await shop.send('POST', `${path}/orders`, body, options);
    const made = [...answers, again].filter(({ status }) => status === 201);
    expect(again).toMatchObject({ status: 201, replayed: true });
    expect(new Set(made.map((answer) => (answer.body as OrderJson).id)).size).toBe(1);
    expect(await shop.refusal('POST', `${path}/orders`, body)).toMatchObject({
      code: 'merchant_reference_in_use',
    });
    const reversed = agreedOrderBody(shop, 1_000);
    await shop.post('/v1/orders/reversal', { merchant_reference: reversed.merchant_reference });
    expect(await shop.refusal('POST', `${path}/orders`, reversed)).toMatchObject({
      code: 'merchant_reference_reversed',
    });
    expect(
      await shop.refusal('POST', `${path}/orders`, { ...agreedOrderBody(shop, 1_000), currency: 'USD' }),
    ).toMatchObject({ code: 'currency_mismatch' });
  });

  it('is carried only by a funder that the shopper has agreed to', async () => {
    const own = await openShop(world);
    const { path } = await activeAgreement(own);
    const funders = await world
      .db('funders')
      .where({ environment_id: own.environmentId })
      .orderBy('priority')
      .select<{ id: string }[]>('id');
    expect(funders.length).toBeGreaterThan(1);
    const setStatus = (status: string) =>
      world.db('funders').where({ id: funders[0]?.id }).update({ status });
    await setStatus('paused');
    expect(await own.refusal('POST', `${path}/orders`, agreedOrderBody(own, 1_000))).toMatchObject({
      status: 402,
      merchant_code: 'no_funder',
    });
    await setStatus('active');
    expect(await agreedOrder(own, path, 1_000)).toMatchObject({ status: 'authorized' });
  });

  it('has one origin, says the database', async () => {
    const { path } = await activeAgreement(shop);
    const { id } = await agreedOrder(shop, path, 1_000);
    const none = world.db('orders').where({ id }).update({ agreement_id: null });
    await expect(none).rejects.toThrow('orders_one_origin');
  });
});

describe('lateness', () => {
  it('suspends the agreement, and what is paid resumes it', async () => {
    const own = await openShop(world);
    const buyer = await newBuyer(own, 'insufficient_funds');
    const { path, agreement } = await activeAgreement(own, {}, buyer);
    const order = await agreedOrder(own, path, 5_000);
    await ship(own, order.id, 5_000);
    await own.advance(3);
    expect(await own.get(path)).toMatchObject({ status: 'active' });
    await own.advance(1);
    expect(await own.get(path)).toMatchObject({ status: 'suspended', allowed_actions: ['end'] });
    expect(await own.refusal('POST', `${path}/orders`, agreedOrderBody(own, 100))).toMatchObject({
      status: 409,
      code: 'agreement_suspended',
    });

    const card = await addMethod(own, buyer.shopperId, 'ok');
    await own.inTx((tx) => tx.sql('plans').where({ id: order.plan_id }).update({ payment_method_id: card }));
    await own.inTx(async (tx) => {
      const [last] = await listRepayments(tx, order.plan_id);
      const owed = (await installmentsTotal(order.plan_id, own)) ?? 0n;
      await payNow(tx, {
        planId: order.plan_id,
        shopperId: buyer.shopperId,
        amount: owed,
        seen: { lastRepaymentId: last?.id, paymentMethodId: card },
      });
    });
    await world.runAttempts();
    expect(await agreedOrder(own, path, 100)).toMatchObject({ status: 'authorized' });
    expect(await own.get(path)).toMatchObject({ status: 'active' });
    await world.sequence();
    const types = await own.inTx(
      (tx) => readFeed(tx, { stream: own.merchantId, after: 0n, limit: 1000 }),
      'read',
    );
    expect(types.filter(({ objectId }) => objectId === agreement.id).map(({ type }) => type)).toEqual([
      'agreement.active',
      'agreement.suspended',
      'agreement.resumed',
    ]);
    await own.expectSoundBooks();
  });

  it('that an order finds first declines it and suspends the agreement in the same answer', async () => {
    const { path, buyer } = await activeAgreement(shop);
    await agreedOrder(shop, path, 100);
    const setLine = (status: string) =>
      world.db('credit_lines').where({ shopper_id: buyer.shopperId }).update({ status });
    await setLine('suspended');
    expect(await shop.refusal('POST', `${path}/orders`, agreedOrderBody(shop, 100))).toMatchObject({
      status: 402,
      merchant_code: 'shopper_not_eligible',
    });
    expect(await statusOf(path)).toBe('suspended');
    expect(await shop.refusal('POST', `${path}/orders`, agreedOrderBody(shop, 100))).toMatchObject({
      status: 409,
      code: 'agreement_suspended',
    });
    await setLine('active');
    await shop.advance(1);
    expect(await statusOf(path)).toBe('active');
  });
});

async function installmentsTotal(planId: string, of: Shop): Promise<bigint> {
  const installments = await installmentsOf(of, planId);
  return installments.reduce((total, item) => total + item.amount - item.paidAmount, 0n);
}

describe('ending', () => {
  it('works for either side, at once and for good, and leaves what is authorized', async () => {
    for (const by of ['merchant', 'shopper'] as const) {
      const { path, agreement, buyer } = await activeAgreement(shop);
      const order = await agreedOrder(shop, path, 2_000);
      if (by === 'merchant') await shop.post(`${path}/end`);
      else
        await shop.inTx((tx) =>
          endAgreement(tx, { agreementId: agreement.id, shopperId: buyer.shopperId, by }),
        );
      const ended = await shop.get<AgreementJson>(path);
      expect(ended).toMatchObject({ status: 'ended', ended_by: by, allowed_actions: [] });
      expect(await shop.post(`${path}/end`)).toEqual(ended);
      expect(await shop.refusal('POST', `${path}/orders`, agreedOrderBody(shop, 100))).toMatchObject({
        status: 409,
        code: 'agreement_ended',
      });
      await ship(shop, order.id, 2_000);
      expect(await takenFor(shop, await repaymentOf(order.plan_id))).toMatchObject({ taken: 2_000 });
    }
  });

  it('by a shopper whose agreement it is not is not found', async () => {
    const { agreement } = await activeAgreement(shop);
    const stranger = await newBuyer(shop);
    const end = shop.inTx((tx) =>
      endAgreement(tx, { agreementId: agreement.id, shopperId: stranger.shopperId, by: 'shopper' }),
    );
    await expect(end).rejects.toMatchObject({ code: 'not_found' });
  });

  it('while orders are authorized lets some through and none afterwards', async () => {
    for (let round = 0; round < 6; round += 1) {
      const { path, buyer } = await activeAgreement(shop);
      const answers = await Promise.all([
        shop.send('POST', `${path}/orders`, agreedOrderBody(shop, 1_000)),
        shop.send('POST', `${path}/end`),
        shop.send('POST', `${path}/orders`, agreedOrderBody(shop, 1_000)),
      ]);
      const orders = answers.filter((_, index) => index !== 1);
      for (const { status, body } of orders) {
        if (status !== 201) expect(body).toMatchObject({ code: 'agreement_ended' });
      }
      const made = orders.filter(({ status }) => status === 201).length;
      expect(await lineOf(shop, buyer.shopperId).catch(() => ({ held: 0n }))).toMatchObject({
        held: BigInt(made) * 1_000n,
      });
      expect(await shop.refusal('POST', `${path}/orders`, agreedOrderBody(shop, 100))).toMatchObject({
        code: 'agreement_ended',
      });
    }
    await shop.expectSoundBooks();
  });
});

async function repaymentOf(planId: string): Promise<string> {
  const [last] = await shop.inTx((tx) => listRepayments(tx, planId), 'read');
  return last?.id ?? '';
}

it('an agreement of a merchant of education cannot be opened, because nothing there is paid after', async () => {
  const own = await openShop(world);
  const educator = await own.inTx(async (tx) =>
    createMerchant(tx, { ...(await findMerchant(tx, own.merchantId)), category: 'education' }),
  );
  const { openAgreement: open } = await import('../src/agreements/open.ts');
  const opening = own.inTx((tx) =>
    open(tx, {
      merchantId: educator.id,
      merchantReference: 'course',
      description: 'A course',
      currency: 'CNY',
      orderCeiling: 100n,
      dayCeiling: 100n,
      monthCeiling: 100n,
      chargeAfterDays: 0,
      returnUrl: 'https://shop.example/',
    }),
  );
  await expect(opening).rejects.toMatchObject({ code: 'validation_failed' });
});
