import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { challengeDue } from '../src/webhooks/challenge.ts';
import { deliverDue } from '../src/webhooks/deliver.ts';
import { fanOut } from '../src/webhooks/fan-out.ts';
import { createOutbound, type Outbound } from '../src/webhooks/outbound.ts';
import { recordNamed } from './support/events-world.ts';
import { type Receiver, startReceiver } from './support/receiver.ts';
import { openShop, type Shop } from './support/shop.ts';
import { openWorld, type World } from './support/world.ts';

type Endpoint = { id: string; status: string; public_key: string; secret?: string };
type Log = { data: { event_id: string; status: string; redelivery: number }[] };

let world: World;
let shop: Shop;
let receiver: Receiver;
let outbound: Outbound;

beforeAll(async () => {
  receiver = await startReceiver();
  outbound = createOutbound();
  world = await openWorld();
  world.context.config.sandboxWebhookTargets.push(receiver.target);
  shop = await openShop(world);
});
afterAll(async () => {
  expect(world.errors).toEqual([]);
  await outbound.close();
  await receiver.close();
  await world.close();
});

const add = (): Promise<Endpoint> =>
  shop.post('/v1/webhook-endpoints', { url: receiver.url, event_types: ['*'] });

async function send(): Promise<void> {
  await world.sequence();
  await challengeDue(world.context, outbound);
  while ((await fanOut(world.context)) + (await deliverDue(world.context, outbound)) > 0);
}

describe('a webhook endpoint over HTTP', () => {
  it('is told with its secret once, and with its key always', async () => {
    const { secret, ...endpoint } = await add();
    expect(secret).toMatch(/^whsec_/);
    expect(endpoint).toMatchObject({
      status: 'unproven',
      disabled_reason: null,
      failing_since: null,
      previous_secret_expires_at: null,
    });
    const { data } = await shop.get<{ data: Endpoint[] }>('/v1/webhook-endpoints');
    expect(data).toContainEqual(endpoint);
  });

  it('is rotated once for an Idempotency-Key, and tells the same secret again', async () => {
    const { secret: old, ...endpoint } = await add();
    const path = `/v1/webhook-endpoints/${endpoint.id}/rotate`;
    const first = await shop.send('POST', path, undefined, { idempotencyKey: 'rotate-1' });
    const again = await shop.send('POST', path, undefined, { idempotencyKey: 'rotate-1' });
    expect(again).toEqual({ ...first, replayed: true });
    const { secret, ...rotated } = first.body as Endpoint;
    expect(secret).not.toBe(old);
    const until = new Date(world.clock.at.getTime() + 86_400_000).toISOString();
    expect(rotated).toEqual({ ...endpoint, previous_secret_expires_at: until });
  });

  it('is changed as far as the request says, and enabled again', async () => {
    const { secret: _, ...added } = await add();
    const endpoint = { ...added, status: 'enabled' };
    await send();
    const path = `/v1/webhook-endpoints/${endpoint.id}`;
    const { body } = await shop.send('PATCH', path, { event_types: ['order.captured'] });
    expect(body).toEqual({ ...endpoint, event_types: ['order.captured'] });
    receiver.answer(410);
    await shop.inTx((tx) => recordNamed(tx, shop.merchantId, 'order'));
    await send();
    receiver.answer(204);
    const { data } = await shop.get<{ data: Endpoint[] }>('/v1/webhook-endpoints');
    expect(data.find(({ id }) => id === endpoint.id)).toMatchObject({
      status: 'disabled',
      disabled_reason: 'gone',
    });
    expect(await shop.refusal('POST', `${path}/test`)).toMatchObject({ code: 'state_conflict' });
    expect((await shop.send('PATCH', path, { status: 'enabled' })).body).toEqual(body);
    expect(await shop.refusal('PATCH', path, { url: 'https://169.254.169.254/' })).toMatchObject({
      code: 'url_forbidden',
    });
    for (const wrong of [{ status: 'disabled' }, { event_types: [] }, { secret: 'whsec_AAAA' }]) {
      expect(await shop.refusal('PATCH', path, wrong)).toMatchObject({ code: 'validation_failed' });
    }
  });

  it('gets a test and what it asks for again, and shows both in its log', async () => {
    const { id } = await add();
    const path = `/v1/webhook-endpoints/${id}`;
    const { event_id: eventId } = await shop.post<{ event_id: string }>(`${path}/test`);
    await send();
    const { sequence } = await shop.get<{ sequence: number }>(`/v1/events/${eventId}`);
    expect(await shop.post(`${path}/redeliver`, { event_id: eventId })).toEqual({
      object: 'redelivery',
      endpoint_id: id,
      deliveries: 1,
      next_after: sequence,
      has_more: false,
    });
    await send();
    expect(await shop.post(`${path}/redeliver`, { after: sequence - 1 })).toMatchObject({ deliveries: 1 });
    const log = await shop.get<Log>(`${path}/deliveries?event_id=${eventId}`);
    expect(log.data.map(({ status, redelivery }) => [status, redelivery])).toEqual([
      ['succeeded', 0],
      ['succeeded', 1],
      ['pending', 2],
    ]);
    const waiting = await shop.get<Log>(`${path}/deliveries?event_id=${eventId}&status=pending`);
    expect(waiting.data).toEqual(log.data.slice(2));
    const page = await shop.get<Log & { next_cursor: string }>(
      `${path}/deliveries?status=succeeded&limit=1&event_id=${eventId}`,
    );
    const next = await shop.get<Log>(
      `${path}/deliveries?status=succeeded&event_id=${eventId}&cursor=${page.next_cursor}`,
    );
    expect([...page.data, ...next.data]).toEqual(log.data.slice(0, 2));
    for (const wrong of [{}, { after: -1 }, { after: 0, event_id: eventId }, { event_id: 'evt_1' }]) {
      expect(await shop.refusal('POST', `${path}/redeliver`, wrong)).toMatchObject({
        code: 'validation_failed',
      });
    }
  });
});
