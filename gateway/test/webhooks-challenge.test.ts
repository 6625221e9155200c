import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyWebhook, webhookAnswer } from '../../sdk-js/src/server.ts';
import { hourMs, minuteMs } from '../src/lib/dates.ts';
import { challengeDue, claimChallenges } from '../src/webhooks/challenge.ts';
import { challengeResponse, isAnswered } from '../src/webhooks/challenge-message.ts';
import { createEndpoint } from '../src/webhooks/endpoints.ts';
import { redeliverEvent } from '../src/webhooks/redeliver.ts';
import { sendTestEvent } from '../src/webhooks/test-event.ts';
import { updateEndpoint } from '../src/webhooks/update.ts';
import { openWebhooks, type WebhookMerchant, type Webhooks } from './support/webhooks-world.ts';

let world: Webhooks;
let merchant: WebhookMerchant;

beforeAll(async () => {
  world = await openWebhooks();
});
afterAll(() => world.close());
beforeEach(async () => {
  // What an earlier test left to be challenged is not this one's.
  await world.host.db('webhook_endpoints').update({ challenge_at: null });
  merchant = await world.openMerchant();
  world.receiver.answerChallenges(false);
  world.receiver.answer(204);
});

/** An endpoint that nobody has challenged yet. */
async function register(url = world.receiver.url) {
  const { endpoint, secret } = await world.inTx((tx) =>
    createEndpoint(tx, {
      merchantId: merchant.merchantId,
      url,
      eventTypes: ['*'],
      loopbackTargets: world.host.config.sandboxWebhookTargets,
    }),
  );
  return { id: endpoint.id, secret, of: merchant.of(endpoint.id) };
}

const challenge = () => challengeDue(world.host, world.outbound);

describe('a new endpoint', () => {
  it('gets nothing until it has answered, and then what has happened since it was registered', async () => {
    const { id } = await register();
    expect(await merchant.find(id)).toMatchObject({ status: 'unproven', challengeFailure: null });
    await merchant.happen('order.authorized', 'order.captured');
    const [challenged, ...others] = await world.deliver();
    expect(others).toEqual([]);
    expect(JSON.parse(challenged?.body ?? '')).toMatchObject({
      type: 'webhook_endpoint.challenge',
      object_id: id,
    });
    expect(await merchant.find(id)).toMatchObject({ status: 'unproven', challengeFailure: 'wrong_answer' });
    expect(await merchant.log(id)).toEqual([]);

    world.receiver.answerChallenges(true);
    world.host.clock.advance(10_000);
    const received = await world.deliver();
    expect(received.map(({ body }) => (JSON.parse(body) as { type: string }).type)).toEqual([
      'order.authorized',
      'order.captured',
    ]);
    expect(await merchant.find(id)).toMatchObject({ status: 'enabled', challengeFailure: null });
    expect(await challenge()).toBe(0);
  });

  it('is proven by what the SDK answers to a webhook that it has verified', async () => {
    const { id, secret } = await register();
    const payloads: string[] = [];
    world.receiver.answer((_request, response) => {
      const { body, headers } = world.receiver.received.at(-1)!;
      payloads.push(body);
      const now = world.host.clock.now();
      const event = verifyWebhook({ payload: body, headers, secret, merchantId: merchant.merchantId, now });
      response.writeHead(200, { 'content-type': 'application/json' }).end(webhookAnswer(event));
    });
    await merchant.happen('order.captured');
    await world.deliver();
    expect(await merchant.find(id)).toMatchObject({ status: 'enabled' });
    expect(payloads).toHaveLength(2);
  });

  it.each([
    [
      'a server that takes everything',
      (body: string) => [200, `{"ok":true,"length":${body.length}}`],
      'wrong_answer',
    ],
    ['a server that sends back what it gets', (body: string) => [200, body], 'wrong_answer'],
    [
      'a server that sends back the challenge',
      (body: string) => [200, JSON.stringify((JSON.parse(body) as { data: unknown }).data)],
      'wrong_answer',
    ],
    ['a page', () => [200, '<!doctype html><title>Welcome</title>'], 'wrong_answer'],
    ['a server with too much to say', () => [200, ' '.repeat(200_000)], 'wrong_answer'],
    [
      'the right answer with a refusal',
      (body: string) => [500, webhookAnswer(JSON.parse(body) as never)],
      'http_status',
    ],
    ['a redirect', () => [302, ''], 'http_status'],
  ] as [string, (body: string) => [number, string], string][])(
    'is not proven by %s',
    async (_, answer, failure) => {
      const { id } = await register();
      world.receiver.answer((_request, response) => {
        const [status, text] = answer(world.receiver.received.at(-1)!.body);
        response.writeHead(status, { location: '/elsewhere' }).end(text);
      });
      expect(await challenge()).toBe(1);
      expect(await merchant.find(id)).toMatchObject({ status: 'unproven', challengeFailure: failure });
    },
  );

  it('is asked again for a day, at longer and longer intervals, and then when somebody asks for it', async () => {
    const { id, of } = await register();
    world.receiver.answer(503);
    let asked = 0;
    for (
      const end = world.host.clock.now().getTime() + 48 * hourMs;
      world.host.clock.now().getTime() < end;
    ) {
      asked += await challenge();
      world.host.clock.advance(minuteMs);
    }
    expect(asked).toBe(10);
    expect(await merchant.find(id)).toMatchObject({ status: 'unproven', challengeFailure: 'http_status' });
    world.receiver.answerChallenges(true);
    expect(await challenge()).toBe(0);
    await world.inTx((tx) => updateEndpoint(tx, { ...of, enable: true, loopbackTargets: [] }));
    expect(await challenge()).toBe(1);
    expect(await merchant.find(id)).toMatchObject({ status: 'enabled' });
  });

  it('is asked at once by a test, which comes behind the challenge', async () => {
    const { id, of } = await register();
    world.receiver.answer(503);
    await challenge();
    world.receiver.answerChallenges(true);
    world.receiver.answer(204);
    const eventId = await world.inTx((tx) => sendTestEvent(tx, of));
    expect((await world.deliver()).map(({ headers }) => headers['webhook-id'])).toEqual([eventId]);
    expect(await merchant.find(id)).toMatchObject({ status: 'enabled' });
  });

  it('is challenged by one process at a time, and again when that one died', async () => {
    const { id } = await register();
    world.receiver.answerChallenges(true);
    expect((await Promise.all([challenge(), challenge(), challenge()])).toSorted()).toEqual([0, 0, 1]);
    expect(await merchant.find(id)).toMatchObject({ status: 'enabled' });
    const { id: other } = await register();
    expect(await claimChallenges(world.host, 10)).toHaveLength(1);
    expect(await challenge()).toBe(0);
    world.host.clock.advance(31_000);
    expect(await challenge()).toBe(1);
    expect(await merchant.find(other)).toMatchObject({ status: 'enabled' });
  });
});

describe('an endpoint with a new address', () => {
  it('has to prove itself again before it gets what waits', async () => {
    world.receiver.answerChallenges(true);
    const { endpoint } = await merchant.add();
    expect(endpoint).toMatchObject({ status: 'enabled' });
    const of = merchant.of(endpoint.id);
    const strangers: string[] = [];
    const stranger = createServer((request, response) => {
      strangers.push(String(request.headers['webhook-id']));
      request.resume().on('end', () => response.writeHead(200).end('{}'));
    });
    await new Promise<void>((resolve) => {
      stranger.listen(0, '127.0.0.1', resolve);
    });
    const target = `127.0.0.1:${(stranger.address() as AddressInfo).port}`;
    world.host.config.sandboxWebhookTargets.push(target);
    const loopbackTargets = world.host.config.sandboxWebhookTargets;
    const move = (url: string) => world.inTx((tx) => updateEndpoint(tx, { ...of, url, loopbackTargets }));
    await merchant.happen('order.captured');
    expect(await move(`http://${target}/`)).toMatchObject({ status: 'unproven' });
    expect(await world.deliver()).toEqual([]);
    expect(strangers).toEqual([expect.stringMatching(/^chl_/)]);
    const [waiting] = await merchant.log(endpoint.id, { status: 'pending' });
    await world.inTx((tx) => redeliverEvent(tx, { ...of, eventId: waiting!.eventId }));
    expect(await world.deliver()).toEqual([]);
    await move(world.receiver.url);
    expect((await world.deliver()).length).toBeGreaterThan(0);
    expect(strangers).toHaveLength(1);
    await new Promise((resolve) => {
      stranger.close(resolve);
      stranger.closeAllConnections();
    });
  });
});

describe('the answer to a challenge', () => {
  it('is the hash that the documents name, for one endpoint and one challenge', () => {
    const response = challengeResponse('whe_018f6b2a9c7d7e3f8a1b2c3d4e5f6071', 'c0ffee');
    expect(response).toBe('6822d85c090e522459808474cd5a92885b5b691af633151ebc3fe5b763525d56');
    expect(isAnswered(JSON.stringify({ challenge_response: response, more: 1 }), response)).toBe(true);
    for (const text of ['', 'null', '[]', `"${response}"`, response, '{"challenge_response":null}'])
      expect(isAnswered(text, response), text).toBe(false);
  });
});
