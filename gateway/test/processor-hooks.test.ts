import { Stripe } from 'stripe';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { processorHooks } from '../src/api/processor-hooks.ts';
import { createApp } from '../src/http/app.ts';
import { createKeys } from '../src/http/keys.ts';
import { listen, type Listening } from '../src/http/listen.ts';
import { readBooksTold } from '../src/jobs/run-reconciliation.ts';
import { GatewayError } from '../src/lib/errors.ts';
import { newId } from '../src/lib/ids.ts';
import { bookDispute } from '../src/processor/mock/balance.ts';
import { postgresStore } from '../src/processor/mock/postgres-store.ts';
import { giveBackInMock, takeBackInMock } from '../src/processor/mock/take-back.ts';
import { meaningOf } from '../src/processor/hooks/meaning.ts';
import { forgetNews, listParkedEvents, listToRead } from '../src/processor/hooks/news.ts';
import { readEvent } from '../src/processor/hooks/read-event.ts';
import { createProcessors } from '../src/processor/processors.ts';
import { listExceptions } from '../src/reconciliation/exceptions.ts';
import { listParkedNews } from '../src/settlement/payout-news.ts';
import { openShop, type Shop } from './support/shop.ts';
import { leavingNothing } from './support/untouched.ts';
import { authorizedOrder, newBuyer, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

// Amounts are cents. What the gateway hears of live is heard of a sandbox here, whose processor is the mock.

let world: World;
const open: Listening[] = [];

beforeAll(async () => {
  world = await openWorld();
});
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});
afterAll(() => world.close());

const secrets = ['whsec_new', 'whsec_old'];

/** Where one process hears the processor's news of this shop's sandbox. */
async function hookOf(shop: Shop, context = world.context): Promise<string> {
  const app = createApp(context, {
    routes: [],
    findKey: createKeys(context).find,
    pages: [{ path: '/hooks', router: processorHooks(context, { ...shop, secrets }) }],
  });
  const server = await listen(app, { host: '127.0.0.1', port: 0 });
  open.push(server);
  return `http://127.0.0.1:${server.port}/hooks/stripe`;
}

const seconds = () => Math.floor(world.clock.at.getTime() / 1000);

function eventOf(
  type: string,
  object: Record<string, unknown>,
  more: { id?: string; account?: string } = {},
): Record<string, unknown> {
  return {
    id: newId('evt'),
    object: 'event',
    type,
    created: seconds(),
    data: { object },
    ...more,
  };
}

type Signing = { secret?: string; agoSeconds?: number; header?: string };

/** Sends an event as the processor does, signed by its own SDK. */
async function send(
  hook: string,
  event: Record<string, unknown>,
  { secret = 'whsec_new', agoSeconds = 0, header }: Signing = {},
): Promise<Response> {
  const payload = JSON.stringify(event);
  const timestamp = seconds() - agoSeconds;
  const signature = header ?? Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
  return fetch(hook, { method: 'POST', headers: { 'Stripe-Signature': signature }, body: payload });
}

const tell = async (hook: string, event: Record<string, unknown>): Promise<void> => {
  expect((await send(hook, event)).status).toBe(204);
};

const newsOf = (shop: Shop): Promise<{ type: string; result: string; reason: string | null }[]> =>
  world
    .db('processor_news')
    .where({ environment_id: shop.environmentId })
    .orderBy(['received_at', 'event_id'])
    .select('type', 'result', 'reason');

const resultOf = async (shop: Shop, event: Record<string, unknown>): Promise<string> => {
  const row = await world
    .db('processor_news')
    .where({ environment_id: shop.environmentId, event_id: event.id })
    .first('result', 'reason');
  return [row.result, row.reason].filter(Boolean).join(' ');
};

type AttemptRow = {
  id: string;
  subject_id: string;
  target: string | null;
  processor_reference: string | null;
  status: string;
  next_try_at: Date;
};

async function attemptOf(shop: Shop, purpose: string): Promise<AttemptRow> {
  const row = await world
    .db('processor_attempts')
    .where({ environment_id: shop.environmentId, purpose })
    .orderBy('id', 'desc')
    .first();
  if (!row) throw new Error(`there is no attempt at a ${purpose}`);
  return row;
}

/** A shop with one captured order in four parts, the first of which was charged. */
async function charged(): Promise<Shop & { orderId: string }> {
  const shop = await openShop(world);
  const order = await authorizedOrder(shop, {
    amount: 40_000,
    plan: 'pay_in_4',
    buyer: await newBuyer(shop),
  });
  await ship(shop, order.id, 40_000);
  return { ...shop, orderId: order.id };
}

/** A shop whose one payout of 96.00 was paid. */
async function paidOut(): Promise<{ shop: Shop; attempt: AttemptRow; account: string }> {
  const shop = await openShop(world);
  const order = await authorizedOrder(shop, { amount: 10_000, plan: 'pay_after' });
  await ship(shop, order.id, 10_000);
  await shop.advance(1);
  const attempt = await attemptOf(shop, 'payout');
  expect(await statesOf(shop)).toEqual(['paid']);
  return { shop, attempt, account: attempt.target ?? '' };
}

const statesOf = async (shop: Shop): Promise<string[]> =>
  (await shop.get<{ data: { status: string }[] }>('/v1/payouts')).data.map(({ status }) => status);

const namedBy = ({ id }: { id: string }) => ({ metadata: { attempt_id: id } });

describe('who speaks', { timeout: 60_000 }, () => {
  it('is the processor, under any of our secrets, and nobody else; a refusal does not say why', async () => {
    const shop = await openShop(world);
    const hook = await hookOf(shop);
    const event = eventOf('customer.created', { id: 'cus_1' });
    const payload = JSON.stringify(event);
    const genuine = Stripe.webhooks.generateTestHeaderString({
      payload,
      secret: 'whsec_new',
      timestamp: seconds(),
    });
    const refused = await leavingNothing(world.db, async () => [
      await send(hook, event, { secret: 'whsec_foreign' }),
      await send(hook, event, { agoSeconds: 301 }),
      await send(hook, { ...event, type: 'payout.paid' }, { header: genuine }),
      await send(hook, event, { header: '' }),
      await send(hook, event, { header: genuine.replace('v1=', 'v0=') }),
      await fetch(hook, { method: 'POST', body: payload }),
      await send(hook, { object: 'event' }),
    ]);
    for (const answer of refused) {
      expect(answer.status).toBe(400);
      const { request_id: _, ...problem } = (await answer.json()) as Record<string, unknown>;
      expect(problem).toEqual({
        type: 'https://api.example/docs/problems/malformed_header',
        title: 'A header cannot be read',
        status: 400,
        code: 'malformed_header',
      });
    }
    expect((await send(hook, event, { secret: 'whsec_old', agoSeconds: 299 })).status).toBe(204);
    expect(await newsOf(shop)).toEqual([
      { type: 'customer.created', result: 'parked', reason: 'type_unsupported' },
    ]);
  });

  it('has nobody to speak to without a secret, and may only send', async () => {
    const shop = await openShop(world);
    const event = eventOf('customer.created', { id: 'cus_1' });
    expect((await send(`${world.address}/hooks/stripe`, event)).status).toBe(404);
    const answer = await fetch(await hookOf(shop));
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('news of a payment', { timeout: 60_000 }, () => {
  it('has its open attempt looked up at once; money is what the look-up says', async () => {
    const patient = world.context.processorFor;
    world.context.processorFor = createProcessors({ sandbox: true, timeoutMs: 1_000 });
    const shop = await openShop(world);
    const hook = await hookOf(shop);
    const buyer = await newBuyer(shop, 'answer_lost');
    const order = await authorizedOrder(shop, { amount: 8_000, plan: 'pay_in_4', buyer });
    await ship(shop, order.id, 8_000);
    world.context.processorFor = patient;
    const attempt = await attemptOf(shop, 'repayment');
    expect(attempt.status).toBe('unknown');
    await world.runAttempts();
    expect((await attemptOf(shop, 'repayment')).status).toBe('unknown');

    // It says that a hundred times as much was taken, and that it failed: neither is believed.
    const event = eventOf('payment_intent.payment_failed', {
      id: 'pi_1',
      status: 'requires_payment_method',
      amount: 200_000,
      ...namedBy(attempt),
    });
    await tell(hook, event);
    expect(await resultOf(shop, event)).toBe('looked_up');
    expect((await attemptOf(shop, 'repayment')).next_try_at).toEqual(world.clock.at);
    await world.runAttempts();
    expect(await attemptOf(shop, 'repayment')).toMatchObject({ status: 'succeeded' });
    expect(await world.db('repayments').where({ plan_id: order.plan_id }).select('status', 'amount')).toEqual(
      [{ status: 'succeeded', amount: 2_000n }],
    );

    // The first to happen comes last, and everything again.
    const earlier = eventOf('payment_intent.created', {
      id: 'pi_1',
      status: 'processing',
      ...namedBy(attempt),
    });
    const later = eventOf('charge.succeeded', { id: 'ch_1', payment_intent: 'pi_1', ...namedBy(attempt) });
    await leavingNothing(
      world.db,
      async () => {
        for (const one of [later, earlier, event, later]) await tell(hook, one);
        await world.runAttempts();
      },
      ['processor_news'],
    );
    expect([await resultOf(shop, earlier), await resultOf(shop, later)]).toEqual(['known', 'known']);
    expect(await newsOf(shop)).toHaveLength(3);
    await shop.expectSoundBooks();
  });

  it('that contradicts what we know, or is of nothing of ours, is parked and books nothing', async () => {
    const shop = await charged();
    const other = await charged();
    const hook = await hookOf(shop);
    await shop.post(`/v1/orders/${shop.orderId}/refunds`, { reference: 'r1', amount: 35_000 });
    await world.runAttempts();
    const refund = await attemptOf(shop, 'money_back');
    expect(refund.status).toBe('succeeded');
    const failed = eventOf('refund.failed', { id: refund.processor_reference, status: 'failed' });
    const told: [Record<string, unknown>, string][] = [
      [eventOf('charge.refund.updated', { id: 're_1', status: 'succeeded', ...namedBy(refund) }), 'known'],
      [failed, 'parked contradicts'],
      [eventOf('payment_intent.succeeded', { id: 'pi_nobody' }), 'parked attempt_unknown'],
      [
        // Of another sandbox nothing is known here.
        eventOf('payment_intent.succeeded', {
          id: 'pi_2',
          status: 'succeeded',
          ...namedBy(await attemptOf(other, 'repayment')),
        }),
        'parked attempt_unknown',
      ],
      [eventOf('payment_intent.succeeded', { id: 'pi_3' }, { account: 'acct_9' }), 'parked account_foreign'],
      [eventOf('refund.updated', { status: 'failed' }), 'parked shape_unknown'],
      [eventOf('balance.available', { object: 'balance' }), 'parked type_unsupported'],
      [
        eventOf('transfer.reversed', { id: 'tr_1', reversed: false, amount_reversed: 5 }),
        'parked reversed_in_part',
      ],
    ];
    await leavingNothing(
      world.db,
      async () => {
        for (const [event] of told) await tell(hook, event);
      },
      ['processor_news'],
    );
    for (const [event, result] of told) expect(await resultOf(shop, event)).toBe(result);
    const parked = await shop.inTx((tx) => listParkedEvents(tx, { limit: 50 }), 'read');
    expect(parked).toHaveLength(7);
    expect(parked).toContainEqual({
      eventId: failed.id,
      type: 'refund.failed',
      objectId: refund.processor_reference,
      reason: 'contradicts',
      receivedAt: world.clock.at,
    });
  });

  it('of cash that we send comes as a notice without the payment, whose name is enough', () => {
    const meant = (type: string) =>
      meaningOf(
        readEvent(
          Buffer.from(
            JSON.stringify({
              object: 'v2.core.event',
              id: 'evt_1',
              type: `v2.money_management.outbound_payment.${type}`,
              created: '2026-11-20T08:00:00.000Z',
              related_object: { id: 'obp_1', type: 'v2.money_management.outbound_payment', url: '/v2/…' },
            }),
          ),
        )!,
      );
    expect(meant('created')).toEqual({ about: 'attempts', names: ['obp_1'], told: undefined });
    expect(meant('posted')).toEqual({ about: 'attempts', names: ['obp_1'], told: 'succeeded' });
    expect(meant('returned')).toEqual({ about: 'attempts', names: ['obp_1'], told: 'failed' });
  });
});

describe('news of a payout', { timeout: 60_000 }, () => {
  it('that was paid and is back returns it once, whatever is said again or late', async () => {
    const { shop, attempt, account } = await paidOut();
    const hook = await hookOf(shop);
    const about = (type: string, status: string) =>
      eventOf(
        `payout.${type}`,
        { id: 'po_1Nx', status, failure_code: 'account_closed', ...namedBy(attempt) },
        { account },
      );
    const failed = about('failed', 'failed');
    await tell(hook, failed);
    expect(await statesOf(shop)).toEqual(['returned']);
    const late = [about('created', 'pending'), about('failed', 'failed'), about('paid', 'paid'), failed];
    const told = await leavingNothing(
      world.db,
      async () => {
        for (const event of late) await tell(hook, event);
        return Promise.all(late.map((event) => resultOf(shop, event)));
      },
      ['processor_news', 'parked_payout_news'],
    );
    expect(told).toEqual(['known', 'known', 'parked payout_over', 'returned']);
    // What the recall of the transfer causes the processor to tell is no news either.
    await world.runAttempts();
    await tell(
      hook,
      eventOf('transfer.reversed', { id: attempt.processor_reference, reversed: true, ...namedBy(attempt) }),
    );
    await shop.advance(2);
    expect(await statesOf(shop)).toEqual(['returned', 'paid']);
    await shop.expectSoundBooks();
  });

  it('that is unknown, or that another merchant put the name of ours on, is parked for people', async () => {
    const { shop, attempt } = await paidOut();
    const hook = await hookOf(shop);
    const unknown = eventOf('payout.failed', { id: 'po_nobody', status: 'failed' }, { account: 'acct_9' });
    const borrowed = eventOf(
      'payout.failed',
      { id: 'po_2Nx', status: 'failed', ...namedBy(attempt) },
      { account: 'acct_9' },
    );
    const byReference = eventOf(
      'payout.failed',
      { id: 'po_3Nx', status: 'failed', metadata: { attempt_id: attempt.processor_reference } },
      { account: 'acct_9' },
    );
    await leavingNothing(
      world.db,
      async () => {
        for (const event of [unknown, borrowed, byReference]) await tell(hook, event);
      },
      ['processor_news', 'parked_payout_news'],
    );
    expect(await resultOf(shop, borrowed)).toBe('parked account_foreign');
    expect(await resultOf(shop, byReference)).toBe('parked payout_unknown');
    expect(await shop.inTx((tx) => listParkedNews(tx, { limit: 10 }), 'read')).toMatchObject([
      { reference: 'po_3Nx', reason: 'payout_unknown' },
      { reference: 'po_nobody', status: 'failed', reason: 'payout_unknown' },
    ]);
    expect(await statesOf(shop)).toEqual(['paid']);
  });
});

describe('news of a dispute', { timeout: 60_000 }, () => {
  const chargebacksOf = (shop: Shop) =>
    world
      .db('chargebacks')
      .where({ environment_id: shop.environmentId })
      .select('repayment_id', 'reference', 'amount', 'fee', 'given_back_amount');

  it('has the books at the processor read, which say what was taken and given back, in any order', async () => {
    const shop = await charged();
    const hook = await hookOf(shop);
    const { subject_id: repaymentId } = await attemptOf(shop, 'repayment');
    const taken = { reference: 'dp_1', amount: 10_000n };
    await shop.inTx((tx) => takeBackInMock(tx, { repaymentId, ...taken }));
    // What it says of amounts is not believed.
    const created = eventOf('charge.dispute.created', { id: 'dp_1', status: 'needs_response', amount: 1 });
    await tell(hook, created);
    expect(await chargebacksOf(shop)).toEqual([]);
    await readBooksTold(world.context);
    const chargeback = { repayment_id: repaymentId, reference: 'dp_1', amount: 10_000n, fee: 1_500n };
    expect(await chargebacksOf(shop)).toEqual([{ ...chargeback, given_back_amount: 0n }]);
    expect(await listToRead(world.context)).toEqual([]);

    await shop.inTx((tx) => giveBackInMock(tx, taken));
    const closed = eventOf('charge.dispute.closed', { id: 'dp_1', status: 'won' });
    await tell(hook, closed);
    await readBooksTold(world.context);
    expect(await chargebacksOf(shop)).toEqual([{ ...chargeback, given_back_amount: 10_000n }]);
    const funds = eventOf('charge.dispute.funds_withdrawn', { id: 'dp_1', status: 'needs_response' });
    for (const event of [created, closed, funds]) await tell(hook, event);
    expect(await listToRead(world.context)).toEqual([shop.environmentId]);
    await readBooksTold(world.context);
    expect(await chargebacksOf(shop)).toEqual([{ ...chargeback, given_back_amount: 10_000n }]);
    await shop.expectSoundBooks();
  });

  it('that was won before anything else of it was heard is booked as both', async () => {
    const shop = await charged();
    const hook = await hookOf(shop);
    const { subject_id: repaymentId } = await attemptOf(shop, 'repayment');
    const taken = { reference: 'dp_2', amount: 4_000n };
    await shop.inTx((tx) => takeBackInMock(tx, { repaymentId, ...taken }));
    await shop.inTx((tx) => giveBackInMock(tx, taken));
    await tell(hook, eventOf('charge.dispute.closed', { id: 'dp_2', status: 'won' }));
    await readBooksTold(world.context);
    await readBooksTold(world.context);
    expect(await chargebacksOf(shop)).toMatchObject([{ amount: 4_000n, given_back_amount: 4_000n }]);
    await shop.expectSoundBooks();
  });

  it('of a payment that is not ours is an exception, and an inquiry that moves no money is nothing', async () => {
    const shop = await charged();
    const hook = await hookOf(shop);
    await world.db.transaction((sql) =>
      bookDispute(postgresStore(sql), {
        disputeId: 'dp_3',
        intent: {
          id: 'pi_nobody',
          latest_charge: 'ch_nobody',
          currency: 'cny',
          metadata: { environment_id: shop.environmentId },
        } as unknown as Stripe.PaymentIntent,
        amount: -700,
        created: seconds(),
      }),
    );
    await tell(hook, eventOf('charge.dispute.created', { id: 'dp_3', status: 'needs_response' }));
    await tell(
      hook,
      eventOf('charge.dispute.created', { id: 'dp_4', status: 'warning_needs_response', amount: 10_000 }),
    );
    await readBooksTold(world.context);
    expect(await chargebacksOf(shop)).toEqual([]);
    const exceptions = await shop.inTx((tx) => listExceptions(tx, { status: 'open', limit: 10 }), 'read');
    expect(exceptions).toMatchObject([
      { exception: { reason: 'unknown' }, record: { kind: 'dispute', amount: -700n } },
    ]);
  });
});

describe('an event', { timeout: 60_000 }, () => {
  it('that comes to two processes at once has its effects once', async () => {
    const { shop, attempt, account } = await paidOut();
    const hooks = [await hookOf(shop), await hookOf(shop)];
    const event = eventOf(
      'payout.failed',
      { id: 'po_1Nx', status: 'failed', failure_code: 'account_closed', ...namedBy(attempt) },
      { account },
    );
    const sent = Array.from({ length: 8 }, (_, index) => send(hooks[index % 2]!, event));
    const statuses = (await Promise.all(sent)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([204]));
    expect(await statesOf(shop)).toEqual(['returned']);
    expect(await newsOf(shop)).toHaveLength(1);
    const recalls = world
      .db('processor_attempts')
      .where({ environment_id: shop.environmentId, purpose: 'payout_recall' });
    expect(await recalls).toHaveLength(1);
    await shop.expectSoundBooks();
  });

  it('that was lost between its effects and the note of it leaves neither, and has both when it comes again', async () => {
    const { shop, attempt, account } = await paidOut();
    const hook = await hookOf(shop);
    const event = eventOf(
      'payout.failed',
      { id: 'po_1Nx', status: 'failed', failure_code: 'account_closed', ...namedBy(attempt) },
      { account },
    );
    await world.db.raw(`
      create function end_badly() returns trigger language plpgsql as $$ begin raise 'the end'; end $$;
      create constraint trigger end_badly after insert on processor_news
        deferrable initially deferred for each row execute function end_badly()`);
    const answer = await leavingNothing(world.db, () => send(hook, event));
    expect(answer.status).toBe(500);
    await world.db.raw('drop function end_badly cascade');
    world.errors.length = 0;
    await tell(hook, event);
    expect(await resultOf(shop, event)).toBe('returned');
    expect(await statesOf(shop)).toEqual(['returned']);
    await shop.expectSoundBooks();
  });

  it('about our books is kept until they could be read', async () => {
    const shop = await charged();
    const hook = await hookOf(shop);
    const { subject_id: repaymentId } = await attemptOf(shop, 'repayment');
    await shop.inTx((tx) => takeBackInMock(tx, { repaymentId, reference: 'dp_5', amount: 10_000n }));
    await tell(hook, eventOf('charge.dispute.created', { id: 'dp_5', status: 'needs_response' }));
    const deaf = {
      ...world.context,
      processorFor: () => {
        throw new GatewayError('processor_unavailable', { detail: 'It does not answer.' });
      },
    };
    await readBooksTold(deaf);
    expect(await listToRead(world.context)).toEqual([shop.environmentId]);
    await world
      .db('processor_news')
      .where({ environment_id: shop.environmentId })
      .update({ received_at: new Date(world.clock.at.getTime() - 91 * 86_400_000) });
    const forget = () => shop.inTx(forgetNews);
    expect(await forget()).toBe(0);
    await Promise.all([readBooksTold(world.context), readBooksTold(world.context)]);
    expect(await listToRead(world.context)).toEqual([]);
    expect(await world.db('chargebacks').where({ environment_id: shop.environmentId })).toHaveLength(1);
    expect(await forget()).toBe(1);
  });
});
