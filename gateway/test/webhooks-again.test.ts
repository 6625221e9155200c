import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readFeed } from '../src/events/feed.ts';
import { dayMs, hourMs } from '../src/lib/dates.ts';
import { claimDue } from '../src/webhooks/claim.ts';
import { deleteEndpoint } from '../src/webhooks/disable.ts';
import { redeliverAfter, redeliverEvent } from '../src/webhooks/redeliver.ts';
import { sendTestEvent } from '../src/webhooks/test-event.ts';
import { updateEndpoint } from '../src/webhooks/update.ts';
import type { Received } from './support/receiver.ts';
import { refusalFrom } from './support/refusal.ts';
import { openWebhooks, type WebhookMerchant, type Webhooks } from './support/webhooks-world.ts';

let webhooks: Webhooks;
let merchant: WebhookMerchant;

beforeAll(async () => {
  webhooks = await openWebhooks();
});
afterAll(() => webhooks.close());
beforeEach(async () => {
  merchant = await webhooks.openMerchant();
  webhooks.receiver.answer(204);
});
afterEach(async () => {
  expect(webhooks.host.errors).toEqual([]);
  // What a test left waiting is not the next one's.
  await webhooks.database.db('deliveries').where({ status: 'pending' }).update({ status: 'failed' });
});

const sequencesOf = (received: Received[]): number[] =>
  received.map(({ body }) => (JSON.parse(body) as { sequence: number }).sequence).toSorted((a, b) => a - b);

const again = (endpointId: string, after: number, of = merchant) =>
  webhooks.inTx((tx) => redeliverAfter(tx, { ...of.of(endpointId), after: BigInt(after) }));
const one = (endpointId: string, eventId: string, of = merchant) =>
  webhooks.inTx((tx) => redeliverEvent(tx, { ...of.of(endpointId), eventId }));
const test = (endpointId: string, of = merchant) =>
  webhooks.inTx((tx) => sendTestEvent(tx, of.of(endpointId)));

function update(
  endpointId: string,
  change: { url?: string; eventTypes?: string[]; enable?: boolean },
  of = merchant,
) {
  const loopbackTargets = webhooks.host.config.sandboxWebhookTargets;
  return webhooks.inTx((tx) => updateEndpoint(tx, { ...of.of(endpointId), ...change, loopbackTargets }));
}

function feedOf(type: string, of = merchant) {
  return webhooks.inTx(async (tx) => {
    const events = await readFeed(tx, { stream: of.merchantId, after: 0n, limit: 1000 });
    return events.filter((event) => event.type === type);
  });
}

/** Fails until the endpoint is disabled. */
async function wearOut(endpointId: string): Promise<void> {
  webhooks.receiver.answer(410);
  await merchant.happen('order.captured');
  await webhooks.deliver();
  webhooks.receiver.answer(204);
  expect(await merchant.find(endpointId)).toMatchObject({ status: 'disabled', disabledReason: 'gone' });
}

describe('a test event', () => {
  it('is sent to its endpoint alone, whatever the types, and stands in the feed', async () => {
    const { endpoint } = await merchant.add(['payout.paid']);
    const other = await merchant.add();
    const eventId = await test(endpoint.id);
    const [received, ...more] = await webhooks.deliver();
    expect(more).toEqual([]);
    expect(received?.headers['webhook-id']).toBe(eventId);
    expect(JSON.parse(received?.body ?? '')).toMatchObject({
      type: 'webhook_endpoint.test',
      sequence: 1,
      object_id: endpoint.id,
      object_version: 1,
    });
    expect(await merchant.log(endpoint.id)).toMatchObject([{ eventId, status: 'succeeded' }]);
    expect(await merchant.log(other.endpoint.id)).toEqual([]);
    expect(await feedOf('webhook_endpoint.test')).toMatchObject([{ id: eventId, sequence: 1n }]);
  });

  it('is tried again like any other', async () => {
    const { endpoint } = await merchant.add();
    webhooks.receiver.answer(500);
    await test(endpoint.id);
    await webhooks.deliver();
    webhooks.receiver.answer(204);
    webhooks.host.clock.advance(10_000);
    await webhooks.deliver();
    expect((await merchant.log(endpoint.id)).map(({ status }) => status)).toEqual(['failed', 'succeeded']);
  });

  it('is not for an endpoint that is disabled, deleted or another’s', async () => {
    const { endpoint } = await merchant.add();
    const stranger = await webhooks.openMerchant();
    expect((await refusalFrom(test(endpoint.id, stranger))).code).toBe('not_found');
    await wearOut(endpoint.id);
    expect((await refusalFrom(test(endpoint.id))).code).toBe('state_conflict');
    await webhooks.inTx((tx) => deleteEndpoint(tx, merchant.of(endpoint.id)));
    expect((await refusalFrom(test(endpoint.id))).code).toBe('not_found');
    expect(await feedOf('webhook_endpoint.test')).toEqual([]);
  });
});

describe('a redelivery', () => {
  it('sends one event anew under its own webhook-id, whatever the types are', async () => {
    const { endpoint } = await merchant.add(['order.captured']);
    await merchant.happen('order.captured', 'order.voided');
    const [first] = await webhooks.deliver();
    const [captured, voided] = await webhooks.inTx((tx) =>
      readFeed(tx, { stream: merchant.merchantId, after: 0n, limit: 10 }),
    );
    if (!captured || !voided) throw new Error('nothing happened');
    expect(await one(endpoint.id, captured.id)).toEqual({ deliveries: 1, nextAfter: 1n, hasMore: false });
    const [second] = await webhooks.deliver();
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.body).toBe(first?.body);
    await one(endpoint.id, captured.id);
    await one(endpoint.id, voided.id);
    expect(sequencesOf(await webhooks.deliver())).toEqual([1, 2]);
    expect(
      (await merchant.log(endpoint.id)).map(({ eventId, redelivery, attempt, status }) => [
        eventId === captured.id ? 'captured' : 'voided',
        redelivery,
        attempt,
        status,
      ]),
    ).toEqual([
      ['captured', 0, 1, 'succeeded'],
      ['captured', 1, 1, 'succeeded'],
      ['captured', 2, 1, 'succeeded'],
      ['voided', 1, 1, 'succeeded'],
    ]);
  });

  it('sends all since a number that are of the types, those from before the endpoint as well', async () => {
    await merchant.happen('order.captured', 'order.voided');
    const { endpoint } = await merchant.add(['order.captured']);
    await merchant.happen('order.captured', 'order.captured');
    expect(sequencesOf(await webhooks.deliver())).toEqual([3, 4]);
    expect(await again(endpoint.id, 3)).toEqual({ deliveries: 1, nextAfter: 4n, hasMore: false });
    expect(sequencesOf(await webhooks.deliver())).toEqual([4]);
    expect(await again(endpoint.id, 0)).toEqual({ deliveries: 3, nextAfter: 4n, hasMore: false });
    expect(sequencesOf(await webhooks.deliver())).toEqual([1, 3, 4]);
    expect(await again(endpoint.id, 4)).toEqual({ deliveries: 0, nextAfter: 4n, hasMore: false });
    expect(await again(endpoint.id, 99)).toEqual({ deliveries: 0, nextAfter: 99n, hasMore: false });
  });

  it('goes a thousand numbers at a time', async () => {
    const { merchantId } = merchant;
    await webhooks.database.db.raw(
      `insert into events (environment_id, id, stream, type, object_id, object_version, data, occurred_at, recorded_at)
       select ?, 'evt_' || lpad(to_hex(n), 32, '0'), ?, 'order.captured', 'ord', 1, '{}', now(), now()
       from generate_series(1, 1500) as n`,
      [webhooks.environmentId, merchantId],
    );
    await merchant.happen();
    const { endpoint } = await merchant.add();
    expect(await again(endpoint.id, 0)).toEqual({ deliveries: 1000, nextAfter: 1000n, hasMore: true });
    expect(await again(endpoint.id, 1000)).toEqual({ deliveries: 500, nextAfter: 1500n, hasMore: false });
    expect(await merchant.log(endpoint.id, { status: 'pending' })).toHaveLength(1000);
  });

  it('of what waits for its next attempt brings that forward and makes no second one', async () => {
    const { endpoint } = await merchant.add();
    webhooks.receiver.answer(500);
    await merchant.happen('order.captured');
    await webhooks.deliver();
    webhooks.receiver.answer(204);
    expect(await webhooks.deliver()).toEqual([]);
    expect(await again(endpoint.id, 0)).toMatchObject({ deliveries: 1 });
    expect(sequencesOf(await webhooks.deliver())).toEqual([1]);
    expect((await merchant.log(endpoint.id)).map(({ redelivery, attempt }) => [redelivery, attempt])).toEqual(
      [
        [0, 1],
        [0, 2],
      ],
    );
  });

  it('that fails is tried again by itself, beside what is under way', async () => {
    const { endpoint } = await merchant.add();
    await merchant.happen('order.captured');
    await webhooks.deliver();
    webhooks.receiver.answer(500);
    await again(endpoint.id, 0);
    await webhooks.deliver();
    const claimed = await claimDue(webhooks.host, 100);
    expect(claimed).toEqual([]);
    webhooks.receiver.answer(204);
    webhooks.host.clock.advance(10_000);
    await webhooks.deliver();
    expect(
      (await merchant.log(endpoint.id)).map(({ redelivery, attempt, status }) => [
        redelivery,
        attempt,
        status,
      ]),
    ).toEqual([
      [0, 1, 'succeeded'],
      [1, 1, 'failed'],
      [1, 2, 'succeeded'],
    ]);
  });

  it('asked for twice at once, and while events come in, sends nothing twice and loses nothing', async () => {
    const { endpoint } = await merchant.add();
    await merchant.happen('order.captured', 'order.captured');
    await Promise.all([
      again(endpoint.id, 0),
      again(endpoint.id, 0),
      merchant.happen('order.captured', 'order.captured'),
    ]);
    const received = sequencesOf(await webhooks.deliver());
    expect(new Set(received)).toEqual(new Set([1, 2, 3, 4]));
    expect(received).toHaveLength(4);
  });

  it('is not for a disabled endpoint, nor of another merchant’s events', async () => {
    const { endpoint } = await merchant.add();
    const stranger = await webhooks.openMerchant();
    await stranger.happen('order.captured');
    const [foreign] = await feedOf('order.captured', stranger);
    expect((await refusalFrom(one(endpoint.id, foreign?.id ?? ''))).code).toBe('not_found');
    expect((await refusalFrom(again(endpoint.id, 0, stranger))).code).toBe('not_found');
    await wearOut(endpoint.id);
    expect((await refusalFrom(again(endpoint.id, 0))).code).toBe('state_conflict');
    expect(await webhooks.deliver()).toEqual([]);
  });
});

describe('a changed endpoint', () => {
  it('gets what is sent from then on at its new URL, with the same secret and key', async () => {
    const { endpoint } = await merchant.add();
    webhooks.receiver.answer(500);
    await merchant.happen('order.captured');
    await webhooks.deliver();
    webhooks.receiver.answer(204);
    const url = webhooks.receiver.url.replace('/hooks', '/elsewhere');
    const changed = await update(endpoint.id, { url });
    expect(changed).toEqual({ ...endpoint, url, status: 'unproven', failingSince: null });
    await merchant.happen('order.captured');
    webhooks.host.clock.advance(10_000);
    expect((await webhooks.deliver()).map((received) => received.url)).toEqual(['/elsewhere', '/elsewhere']);
  });

  it('gets the types that it asks for now', async () => {
    const { endpoint } = await merchant.add();
    await update(endpoint.id, { eventTypes: ['order.voided'] });
    await merchant.happen('order.captured', 'order.voided');
    expect(sequencesOf(await webhooks.deliver())).toEqual([2]);
  });

  it('is what it was when the change is refused', async () => {
    const { endpoint } = await merchant.add();
    const stranger = await webhooks.openMerchant();
    for (const [code, change, of] of [
      ['url_forbidden', { url: 'https://10.0.0.1/', eventTypes: ['order.voided'] }, merchant],
      ['validation_failed', { eventTypes: ['order.shipped'] }, merchant],
      ['not_found', { eventTypes: ['order.voided'] }, stranger],
    ] as const) {
      const refused = refusalFrom(update(endpoint.id, { ...change, eventTypes: [...change.eventTypes] }, of));
      expect((await refused).code).toBe(code);
    }
    expect(await update(endpoint.id, {})).toEqual(endpoint);
    expect(await merchant.find(endpoint.id)).toEqual(endpoint);
  });

  it('that was disabled is enabled for what comes from then on; a redelivery sends the rest', async () => {
    const { endpoint } = await merchant.add();
    await wearOut(endpoint.id);
    await merchant.happen('order.captured', 'order.captured');
    expect(await webhooks.deliver()).toEqual([]);
    const enabled = await update(endpoint.id, { enable: true });
    expect(enabled).toEqual(endpoint);
    expect(await webhooks.deliver()).toEqual([]);
    await merchant.happen('order.captured');
    expect(sequencesOf(await webhooks.deliver())).toEqual([5]);
    await again(endpoint.id, 0);
    expect(sequencesOf(await webhooks.deliver())).toEqual([1, 2, 3, 4, 5]);
  });

  it('that was deleted stays so', async () => {
    const { endpoint } = await merchant.add();
    await webhooks.inTx((tx) => deleteEndpoint(tx, merchant.of(endpoint.id)));
    expect((await refusalFrom(update(endpoint.id, { enable: true }))).code).toBe('not_found');
  });
});

describe('an endpoint that fails', () => {
  /** One event and its first attempt. */
  async function attempt(status: number): Promise<void> {
    webhooks.receiver.answer(status);
    await merchant.happen('order.captured');
    await webhooks.deliver();
  }

  it('is told of after a day, once until it answers well again', async () => {
    const { endpoint } = await merchant.add(['order.captured']);
    const since = webhooks.host.clock.now();
    await attempt(503);
    webhooks.host.clock.advance(24 * hourMs - 1000);
    await attempt(503);
    expect(await feedOf('webhook_endpoint.failing')).toEqual([]);
    webhooks.host.clock.advance(1000);
    await attempt(503);
    await attempt(503);
    await merchant.happen();
    expect(await feedOf('webhook_endpoint.failing')).toMatchObject([
      {
        objectId: endpoint.id,
        objectVersion: 2,
        data: {
          url: endpoint.url,
          failing_since: since.toISOString(),
          disabled_from: new Date(since.getTime() + 5 * dayMs).toISOString(),
        },
      },
    ]);
    expect(await merchant.find(endpoint.id)).toEqual({ ...endpoint, failingSince: since });

    await attempt(204);
    expect(await merchant.find(endpoint.id)).toEqual(endpoint);
    await attempt(503);
    webhooks.host.clock.advance(25 * hourMs);
    await attempt(503);
    await merchant.happen();
    expect(await feedOf('webhook_endpoint.failing')).toHaveLength(2);
  });

  it('counts its versions on: told of, disabled, enabled', async () => {
    const { endpoint } = await merchant.add(['order.captured']);
    await attempt(503);
    webhooks.host.clock.advance(dayMs);
    await attempt(503);
    await attempt(410);
    await update(endpoint.id, { enable: true });
    await test(endpoint.id);
    await merchant.happen();
    const versions = ['webhook_endpoint.failing', 'webhook_endpoint.disabled', 'webhook_endpoint.test'];
    const events = (await Promise.all(versions.map((type) => feedOf(type)))).flat();
    expect(events.map(({ objectVersion }) => objectVersion)).toEqual([2, 3, 4]);
  });
});

describe('the log of deliveries', () => {
  it('is read by what came of them and by event', async () => {
    const { endpoint } = await merchant.add();
    await merchant.happen('order.captured');
    await webhooks.deliver();
    webhooks.receiver.answer(500);
    await merchant.happen('order.voided');
    await webhooks.deliver();
    const all = await merchant.log(endpoint.id);
    expect(all.map(({ status }) => status)).toEqual(['succeeded', 'failed', 'pending']);
    for (const [index, status] of (['succeeded', 'failed', 'pending'] as const).entries()) {
      expect(await merchant.log(endpoint.id, { status })).toEqual([all[index]]);
    }
    const { eventId } = all[1] ?? {};
    if (!eventId) throw new Error('there is no second delivery');
    expect(await merchant.log(endpoint.id, { eventId })).toEqual(all.slice(1));
    expect(await merchant.log(endpoint.id, { eventId, status: 'pending' })).toEqual([all[2]]);
  });
});
