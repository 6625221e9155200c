import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { changePaymentMethod } from '../src/repayments/methods.ts';
import { fanOut } from '../src/webhooks/fan-out.ts';
import { deliverDue } from '../src/webhooks/deliver.ts';
import { challengeDue } from '../src/webhooks/challenge.ts';
import { createOutbound } from '../src/webhooks/outbound.ts';
import { startReceiver } from './support/receiver.ts';
import { openShop, type Shop } from './support/shop.ts';
import { leavingNothing } from './support/untouched.ts';
import {
  addMethod,
  authorizedOrder,
  type Buyer,
  confirmedSession,
  newBuyer,
  newSessionBody,
  openCheckout,
  orderBody,
  ship,
} from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

const path = '/v1/sandbox/faults';

type FaultBody = { id: string; kind: string; times: number | null; used: number };

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterEach(() => expect(world.errors).toEqual([]));
afterAll(() => world.close());

const arrange = (shop: Shop, fault: object): Promise<FaultBody> => shop.post<FaultBody>(path, fault);
const faultsOf = async (shop: Shop) => (await shop.get<{ data: FaultBody[] }>(path)).data;

type Bought = { shop: Shop; buyer: Buyer; planId: string };

/** Four installments of 20.00 from 1 March on; the first is paid. */
async function bought(shop: Shop, buyer?: Buyer): Promise<Bought> {
  const by = buyer ?? (await newBuyer(shop));
  const order = await authorizedOrder(shop, { amount: 8000, plan: 'pay_in_4', buyer: by });
  await ship(shop, order.id, 8000);
  return { shop, buyer: by, planId: order.plan_id };
}

async function repaymentsOf({ planId }: Bought): Promise<[string, string][]> {
  const rows = await world
    .db('repayments')
    .where({ plan_id: planId })
    .orderBy('id')
    .select('status', 'failure_code', 'created_at');
  return rows.map(({ status, failure_code, created_at }) => [
    new Date((created_at as Date).getTime() + 8 * 3_600_000).toISOString().slice(5, 10),
    failure_code ?? status,
  ]);
}

const chargesOf = async (shop: Shop): Promise<unknown[]> =>
  world
    .db('mock_processor.objects')
    .where({ kind: 'payment_intent' })
    .whereRaw("object->'metadata'->>'environment_id' = ? and (object->>'amount_received')::int > 0", [
      shop.environmentId,
    ]);

describe('a fault of a card', () => {
  it('card_declines: as often as it says, and no more', async () => {
    const shop = await openShop(world);
    const first = await bought(shop);
    const fault = await arrange(shop, { kind: 'card_declines', times: 2, decline_code: 'do_not_honor' });
    expect(fault).toMatchObject({ kind: 'card_declines', times: 2, used: 0 });
    await shop.advance(20);
    expect(await repaymentsOf(first)).toEqual([
      ['03-01', 'succeeded'],
      ['03-15', 'do_not_honor'],
      ['03-16', 'do_not_honor'],
      ['03-18', 'succeeded'],
    ]);
    expect(await faultsOf(shop)).toMatchObject([{ id: fault.id, used: 2 }]);
    await shop.expectSoundBooks();
  });

  it('concerns the card of the plan that it names, and no other', async () => {
    const shop = await openShop(world);
    const [one, other] = [await bought(shop), await bought(shop)];
    await arrange(shop, { kind: 'card_declines', times: 5, plan_id: one.planId });
    await shop.advance(14);
    expect((await repaymentsOf(one)).at(-1)).toEqual(['03-15', 'insufficient_funds']);
    expect((await repaymentsOf(other)).at(-1)).toEqual(['03-15', 'succeeded']);
  });

  it('card_expires: from its date on, and another card is charged instead', async () => {
    const shop = await openShop(world);
    const one = await bought(shop);
    const fault = await arrange(shop, { kind: 'card_expires', plan_id: one.planId, from: '2026-03-29' });
    await shop.advance(28);
    expect(await repaymentsOf(one)).toEqual([
      ['03-01', 'succeeded'],
      ['03-15', 'succeeded'],
      ['03-29', 'expired_card'],
    ]);
    const { shopperId } = one.buyer;
    const paymentMethodId = await addMethod(shop, shopperId, 'ok_unionpay');
    await shop.inTx((tx) => changePaymentMethod(tx, { planId: one.planId, shopperId, paymentMethodId }));
    await shop.advance(1);
    expect((await repaymentsOf(one)).at(-1)).toEqual(['03-29', 'succeeded']);
    const cleared = await shop.send('DELETE', `${path}/${fault.id}`);
    expect(cleared).toMatchObject({ status: 200, body: { id: fault.id, times: null, used: 1 } });
    expect(await faultsOf(shop)).toEqual([]);
  });
});

describe('a fault of the processor', () => {
  it('processor_late_answer: the charge is made and found, once', async () => {
    const shop = await openShop(world);
    const one = await bought(shop);
    await arrange(shop, { kind: 'processor_late_answer', plan_id: one.planId });
    await shop.advance(20);
    expect((await repaymentsOf(one)).at(-1)).toEqual(['03-15', 'succeeded']);
    expect(await chargesOf(shop)).toHaveLength(2);
    await shop.expectSoundBooks();
  });

  it('processor_timeout: nothing is charged until it is asked again', async () => {
    const shop = await openShop(world);
    const one = await bought(shop);
    await arrange(shop, { kind: 'processor_timeout', plan_id: one.planId });
    await shop.advance(20);
    expect((await repaymentsOf(one)).at(-1)).toEqual(['03-15', 'succeeded']);
    expect(await chargesOf(shop)).toHaveLength(2);
    expect(await faultsOf(shop)).toMatchObject([{ used: 1 }]);
    await shop.expectSoundBooks();
  });
});

describe('a fault of funders', () => {
  const funderOf = async (shop: Shop): Promise<string> => {
    const order = await authorizedOrder(shop, { amount: 5000 });
    const plan = await shop.get<{ agreed: { funder: { name: string } } }>(`/v1/plans/${order.plan_id}`);
    return plan.agreed.funder.name;
  };

  it('funder_down: one that is named is not asked, and asked again when the fault is cleared', async () => {
    const shop = await openShop(world);
    const { id: funderId } = await world
      .db('funders')
      .where({ environment_id: shop.environmentId, name: 'Lantern Bank' })
      .first('id');
    const fault = await arrange(shop, { kind: 'funder_down', funder_id: funderId });
    expect(await funderOf(shop)).toBe('Harbour Credit');
    await shop.send('DELETE', `${path}/${fault.id}`);
    expect(await funderOf(shop)).toBe('Lantern Bank');
  });

  it('funder_down: with all down no order is taken, and what was confirmed before is still carried', async () => {
    const shop = await openShop(world);
    const confirmed = await confirmedSession(shop, { amount: 5000 });
    const [one, all] = [
      await arrange(shop, { kind: 'funder_down' }),
      await arrange(shop, { kind: 'funder_down' }),
    ];
    const session = await openCheckout(shop, 5000);
    const confirm = `/v1/sandbox/checkout-sessions/${session.id}/confirm`;
    expect(await shop.refusal('POST', confirm, { plan_code: 'pay_in_4' })).toMatchObject({
      code: 'authorization_declined',
      decline_code: 'no_funder',
    });
    expect(await shop.post('/v1/orders', orderBody(confirmed))).toMatchObject({ status: 'authorized' });
    // Both have to go before anybody lends again.
    await shop.send('DELETE', `${path}/${one.id}`);
    const paused = world.db('funders').where({ environment_id: shop.environmentId, status: 'paused' });
    expect(await paused.clone()).toHaveLength(2);
    expect(await shop.send('DELETE', path)).toMatchObject({ status: 200, body: { data: [{ id: all.id }] } });
    expect(await paused.clone()).toEqual([]);
    await shop.expectSoundBooks();
  });
});

describe('a fault of webhooks', () => {
  async function listening() {
    const receiver = await startReceiver();
    world.context.config.sandboxWebhookTargets.push(receiver.target);
    const shop = await openShop(world);
    await shop.post('/v1/webhook-endpoints', { url: receiver.url, event_types: ['*'] });
    const outbound = createOutbound();
    await challengeDue(world.context, outbound);
    return {
      shop,
      receiver,
      ids: () => receiver.received.map(({ headers }) => headers['webhook-id']),
      /** What the delivery worker does until nothing is due at this moment. */
      deliver: async (): Promise<void> => {
        await world.sequence();
        await fanOut(world.context);
        while ((await deliverDue(world.context, outbound)) > 0);
      },
      close: async (): Promise<void> => {
        await outbound.close();
        await receiver.close();
      },
    };
  }

  it('webhook_lost: a delivery never arrives, is tried again as usual, and the feed has no gap', async () => {
    const { shop, receiver, ids, deliver, close } = await listening();
    await arrange(shop, { kind: 'webhook_lost', times: 2 });
    await bought(shop);
    await deliver();
    const { data: feed } = await shop.get<{ data: { id: string; sequence: number }[] }>(
      '/v1/events?limit=100',
    );
    expect(feed.map(({ sequence }) => sequence)).toEqual(feed.map((_, index) => index + 1));
    expect(receiver.received).toHaveLength(feed.length - 2);
    expect(await faultsOf(shop)).toMatchObject([{ times: 2, used: 2 }]);
    const lost = await world
      .db('deliveries')
      .where({ environment_id: shop.environmentId, status: 'failed' })
      .select('failure', 'attempt');
    expect(lost).toEqual([1, 2].map(() => ({ failure: 'timeout', attempt: 1 })));

    world.passMs(6_000);
    await deliver();
    expect(new Set(ids())).toEqual(new Set(feed.map(({ id }) => id)));
    expect(ids()).toHaveLength(feed.length);
    await close();
  });

  it('double_webhook: a delivery arrives twice under one id', async () => {
    const { shop, receiver, ids, deliver, close } = await listening();
    await arrange(shop, { kind: 'double_webhook' });
    await shop.post('/v1/checkout-sessions', newSessionBody(shop, 5000));
    await confirmedSession(shop, { amount: 5000 });
    await deliver();
    expect(receiver.received).toHaveLength(2);
    expect(new Set(ids()).size).toBe(1);
    await close();
  });
});

describe('a fault of requests', () => {
  /** What was logged as an error because it was asked for. */
  const toldOfErrors = () => world.errors.splice(0).map(({ msg }) => msg);

  it.each([
    ['api_unavailable', 503, 'unavailable'],
    ['api_rate_limited', 429, 'rate_limited'],
  ] as const)(
    '%s: so often refused before anything is done, and then as ever',
    async (kind, status, code) => {
      const shop = await openShop(world);
      await arrange(shop, { kind, times: 2 });
      const send = () => shop.refusal('POST', '/v1/checkout-sessions', newSessionBody(shop, 5000, 'once'));
      await leavingNothing(
        world.db,
        async () => {
          for (let round = 0; round < 2; round += 1) expect(await send()).toMatchObject({ status, code });
        },
        ['sandbox_faults'],
      );
      await shop.post('/v1/checkout-sessions', newSessionBody(shop, 5000, 'once'));
      expect(await faultsOf(shop)).toMatchObject([{ kind, times: 2, used: 2 }]);
      expect(toldOfErrors()).toEqual(status === 503 ? [code, code] : []);
    },
  );

  it('api_answer_lost: it is done, nothing is answered, and the same key brings the answer', async () => {
    const shop = await openShop(world);
    const body = newSessionBody(shop, 5000, 'lost');
    const options = { idempotencyKey: 'lost-and-found' };
    await arrange(shop, { kind: 'api_answer_lost' });
    await expect(shop.send('POST', '/v1/checkout-sessions', body, options)).rejects.toThrow('fetch failed');
    const again = await shop.send('POST', '/v1/checkout-sessions', body, options);
    expect(again).toMatchObject({ status: 201, replayed: true });
    expect(await faultsOf(shop)).toMatchObject([{ used: 1 }]);
  });

  it('api_slow_answer: a client that does not wait gets the same answer when it asks again', async () => {
    const shop = await openShop(world);
    const body = newSessionBody(shop, 5000, 'slow');
    const options = { idempotencyKey: 'slow-and-steady' };
    await arrange(shop, { kind: 'api_slow_answer' });
    const slow = shop.send('POST', '/v1/checkout-sessions', body, options);
    let answered = false;
    void slow.then(() => (answered = true));
    const kept = () => world.db('idempotency_keys').where({ key: options.idempotencyKey, state: 'done' });
    await vi.waitFor(async () => expect(await kept()).toHaveLength(1), { timeout: 10_000 });
    const again = await shop.send('POST', '/v1/checkout-sessions', body, options);
    expect(again).toMatchObject({ status: 201, replayed: true });
    expect(answered).toBe(false);
    expect((await slow).body).toEqual(again.body);
  });

  it('spares what steers the sandbox, and another sandbox', async () => {
    const [shop, other] = [await openShop(world), await openShop(world)];
    await arrange(shop, { kind: 'api_unavailable', times: 1000 });
    await other.post('/v1/checkout-sessions', newSessionBody(other, 5000));
    await shop.send('POST', '/v1/sandbox/clock/advance', { days: 1 });
    expect(await faultsOf(shop)).toMatchObject([{ used: 0 }]);
    expect((await shop.send('GET', '/v1/orders')).status).toBe(503);
    expect(toldOfErrors()).toEqual(['unavailable']);
    await shop.send('DELETE', path);
    expect((await shop.send('GET', '/v1/orders')).status).toBe(200);
  });
});

describe('faults', () => {
  it.each([
    ['of a kind nobody knows', { kind: 'earthquake' }],
    ['that happen never', { kind: 'card_declines', times: 0 }],
    ['with a field that is not theirs', { kind: 'webhook_lost', plan_id: `pln_${'0'.repeat(32)}` }],
    ['of a card that nobody names', { kind: 'card_expires' }],
    [
      'on a date that does not exist',
      { kind: 'card_expires', plan_id: `pln_${'0'.repeat(32)}`, from: '2026-02-30' },
    ],
  ])('%s are refused and leave nothing', async (_, body) => {
    const shop = await openShop(world);
    const refused = await leavingNothing(world.db, () => shop.refusal('POST', path, body));
    expect(refused).toMatchObject({ status: 422, code: 'validation_failed' });
  });

  it('are the own sandbox’s: plans, funders and faults of another are not found', async () => {
    const [shop, other] = [await openShop(world), await openShop(world)];
    const { planId } = await bought(other);
    const fault = await arrange(other, { kind: 'webhook_lost' });
    const funder = await world.db('funders').where({ environment_id: other.environmentId }).first('id');
    await leavingNothing(world.db, async () => {
      for (const body of [
        { kind: 'card_declines', plan_id: planId },
        { kind: 'card_expires', plan_id: planId },
        { kind: 'funder_down', funder_id: funder.id },
      ]) {
        expect(await shop.refusal('POST', path, body)).toMatchObject({ status: 404, code: 'not_found' });
      }
      expect(await shop.refusal('DELETE', `${path}/${fault.id}`)).toMatchObject({ status: 404 });
    });
    expect(await faultsOf(shop)).toEqual([]);
  });
});
