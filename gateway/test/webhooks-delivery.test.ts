import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import * as fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sequenceEvents } from '../src/events/sequence.ts';
import { dayMs, hourMs, minuteMs } from '../src/lib/dates.ts';
import { createVault } from '../src/lib/vault.ts';
import { claimDue } from '../src/webhooks/claim.ts';
import { deliver, deliverDue } from '../src/webhooks/deliver.ts';
import { listDeliveries } from '../src/webhooks/deliveries.ts';
import { deleteEndpoint } from '../src/webhooks/disable.ts';
import { createEndpoint, findEndpoint } from '../src/webhooks/endpoints.ts';
import { fanOut } from '../src/webhooks/fan-out.ts';
import { createOutbound, type Outbound } from '../src/webhooks/outbound.ts';
import { retryAt } from '../src/webhooks/retry-schedule.ts';
import { runDeliveries } from '../src/webhooks/run-deliveries.ts';
import {
  createEnvironment,
  createTestMerchant,
  inside,
  movableClock,
  recordNamed,
  testHost,
  type TestHost,
} from './support/events-world.ts';
import { type Receiver, startReceiver } from './support/receiver.ts';
import { proveEndpoint } from './support/webhooks-world.ts';

const key = randomBytes(32);
let database: TestDatabase;
let host: TestHost;
let receiver: Receiver;
let outbound: Outbound;
let sandbox: string;
let merchant: string;
let endpointId: string;
let secret: string;

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

beforeEach(async () => {
  receiver = await startReceiver();
  outbound = createOutbound();
  const unlisted = testHost(database.db);
  host = {
    ...unlisted,
    vault: createVault([{ id: 'k1', key }]),
    config: { ...unlisted.config, sandboxWebhookTargets: [receiver.target] },
  };
  sandbox = await createEnvironment(host, 'sandbox');
  merchant = await createTestMerchant(host, sandbox);
  ({ endpointId, secret } = await addEndpoint(receiver));
});
afterEach(async () => {
  expect(host.errors).toEqual([]);
  // What a test left waiting is not the next one's.
  await database.db('deliveries').where({ status: 'pending' }).update({ status: 'failed' });
  await outbound.close();
  await receiver.close();
});

async function addEndpoint(at: Receiver, eventTypes = ['*']) {
  const created = await inside(host, sandbox, (tx) =>
    createEndpoint(tx, {
      merchantId: merchant,
      url: at.url,
      eventTypes,
      loopbackTargets: host.config.sandboxWebhookTargets,
    }),
  );
  await proveEndpoint(host, created.endpoint.id);
  return { endpointId: created.endpoint.id, secret: created.secret };
}

async function happen(...names: string[]): Promise<void> {
  for (const name of names) await inside(host, sandbox, (tx) => recordNamed(tx, merchant, name));
  await sequenceEvents(host);
  await fanOut(host);
}

function attempts(of = endpointId) {
  return inside(host, sandbox, (tx) =>
    listDeliveries(tx, { merchantId: merchant, endpointId: of, after: undefined, limit: 100 }),
  );
}

async function statusOfEndpoint(of = endpointId): Promise<string> {
  return (await inside(host, sandbox, (tx) => findEndpoint(tx, { merchantId: merchant, endpointId: of })))
    .status;
}

async function disabledEvents(): Promise<{ object_id: string; data: unknown }[]> {
  return (await database
    .db('events')
    .where({ stream: merchant, type: 'webhook_endpoint.disabled' })) as never;
}

describe('a delivery', () => {
  it('carries the event and a signature that Standard Webhooks verifies', async () => {
    await happen('ord_1');
    expect(await deliverDue(host, outbound)).toBe(1);
    const [request] = receiver.received;
    const verified = new Webhook(secret).verify(request?.body ?? '', request?.headers ?? {});
    const [event] = (await database.db('events').where({ stream: merchant })) as { id: string }[];
    expect(verified).toEqual({
      type: 'order.captured',
      id: event?.id,
      timestamp: host.clock.now().toISOString(),
      merchant_id: merchant,
      environment: sandbox,
      sequence: 1,
      object_id: 'ord_1',
      object_version: 1,
      data: { name: 'ord_1' },
    });
    expect(request?.headers).toMatchObject({
      'webhook-id': event?.id,
      'webhook-timestamp': String(Math.floor(host.clock.now().getTime() / 1000)),
      'content-type': 'application/json',
    });
    const stranger = new Webhook(`whsec_${randomBytes(32).toString('base64')}`);
    expect(() => stranger.verify(request?.body ?? '', request?.headers ?? {})).toThrow(
      'No matching signature',
    );
    expect(await attempts()).toMatchObject([
      { attempt: 1, status: 'succeeded', responseStatus: 204, failure: null },
    ]);
    expect(await deliverDue(host, outbound)).toBe(0);
  });

  it('goes on in business time that stands still or moves', async () => {
    const target = new Date(host.clock.now().getTime() + dayMs);
    await happen('ord_1');
    await database.db('environments').where({ id: sandbox }).update({ clock_target: target });
    await deliverDue(host, outbound);
    await database.db('environments').where({ id: sandbox }).update({ clock_target: null });
    expect(await attempts()).toMatchObject([{ status: 'succeeded' }]);
  });

  it('is neither made nor sent for a sandbox that has ended', async () => {
    await happen('ord_1');
    await inside(host, sandbox, (tx) => recordNamed(tx, merchant, 'ord_2'));
    await sequenceEvents(host);
    await database.db('environments').where({ id: sandbox }).update({ expires_at: host.clock.now() });
    expect(await fanOut(host)).toBe(0);
    expect(await deliverDue(host, outbound)).toBe(0);
    expect(receiver.connections()).toBe(0);
  });

  it('is made by one of two workers that look at once', async () => {
    await happen(...Array.from({ length: 4 }, (_, index) => `ord_${index}`));
    await Promise.all([deliverDue(host, outbound), deliverDue(host, outbound)]);
    while ((await deliverDue(host, outbound)) > 0);
    expect(receiver.received).toHaveLength(4);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(4);
  });

  it('that fails is tried again later, under the same webhook-id with a new timestamp', async () => {
    receiver.answer(500);
    await happen('ord_1');
    await deliverDue(host, outbound);
    expect(await deliverDue(host, outbound)).toBe(0);
    expect(await attempts()).toMatchObject([
      { attempt: 1, status: 'failed', responseStatus: 500, failure: 'http_status' },
      { attempt: 2, status: 'pending' },
    ]);
    receiver.answer(200);
    host.clock.advance(7_000);
    await deliverDue(host, outbound);
    expect((await attempts()).map(({ status }) => status)).toEqual(['failed', 'succeeded']);
    const [first, second] = receiver.received;
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.body).toBe(first?.body);
    expect(second?.headers['webhook-timestamp']).not.toBe(first?.headers['webhook-timestamp']);
    new Webhook(secret).verify(second?.body ?? '', second?.headers ?? {});
  });

  it('to a receiver that hangs fails in bounded time', async () => {
    const impatient = createOutbound({ totalTimeoutMs: 200 });
    receiver.answer(() => undefined);
    await happen('ord_1');
    await deliverDue(host, impatient);
    await impatient.close();
    expect(await attempts()).toMatchObject([
      { status: 'failed', failure: 'timeout', responseStatus: null },
      { status: 'pending' },
    ]);
  });

  it('has succeeded with the status, also when the rest of the answer never comes', async () => {
    const impatient = createOutbound({ totalTimeoutMs: 300 });
    receiver.answer((_request, response) => {
      response.writeHead(200);
      response.write('I got it, and');
    });
    await happen('ord_1');
    await deliverDue(host, impatient);
    await impatient.close();
    expect(await attempts()).toMatchObject([{ status: 'succeeded', responseStatus: 200 }]);
  });

  it('does not follow a redirect', async () => {
    receiver.answer((_request, response) => response.writeHead(307, { location: '/elsewhere' }).end());
    await happen('ord_1');
    await deliverDue(host, outbound);
    expect(receiver.received.map(({ url }) => url)).toEqual(['/hooks']);
    expect((await attempts())[0]).toMatchObject({
      status: 'failed',
      responseStatus: 307,
      failure: 'http_status',
    });
  });

  it('is not sent to a loopback target that the operator has taken from the list', async () => {
    await happen('ord_1');
    host.config.sandboxWebhookTargets = [];
    await deliverDue(host, outbound);
    expect(receiver.connections()).toBe(0);
    expect((await attempts())[0]).toMatchObject({ status: 'failed', failure: 'url_forbidden' });
  });

  it('is sent again under the same webhook-id when the process died before it recorded the outcome', async () => {
    await happen('ord_1');
    // The lease is measured by the clocks of two processes, so both follow the wall here.
    host = { ...host, clock: movableClock() };
    const worker = fork(new URL('support/dying-worker.ts', import.meta.url), {
      execArgv: ['--import', 'tsx'],
      env: {
        ...process.env,
        DYING_WORKER: JSON.stringify({
          url: database.url,
          key: key.toString('base64'),
          target: receiver.target,
        }),
      },
    });
    const [sent] = (await once(worker, 'message')) as unknown[];
    worker.kill('SIGKILL');
    await once(worker, 'exit');
    expect(sent).toEqual({ status: 204 });
    expect(receiver.received).toHaveLength(1);
    expect(await attempts()).toMatchObject([{ attempt: 1, status: 'pending' }]);

    host.clock.advance(minuteMs);
    expect(await deliverDue(host, outbound)).toBe(1);
    expect(await attempts()).toMatchObject([{ attempt: 1, status: 'succeeded' }]);
    const [first, second] = receiver.received;
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.body).toBe(first?.body);
  });

  it('that was taken over is recorded by the one who took it', async () => {
    await happen('ord_1');
    const [late] = await claimDue(host, 10);
    host.clock.advance(minuteMs);
    const [taken] = await claimDue(host, 10);
    if (!late || !taken) throw new Error('nothing was due');
    receiver.answer(500);
    await deliver(host, outbound, late);
    expect(await attempts()).toMatchObject([{ attempt: 1, status: 'pending' }]);
    receiver.answer(204);
    await deliver(host, outbound, taken);
    expect(receiver.received).toHaveLength(2);
    expect(await attempts()).toMatchObject([{ attempt: 1, status: 'succeeded' }]);
  });
});

describe('a receiver that is slow', () => {
  it('leaves room for others: only four of its deliveries are under way at once', async () => {
    const quick = await startReceiver();
    host.config.sandboxWebhookTargets.push(quick.target);
    await happen(...Array.from({ length: 10 }, (_, index) => `ord_${index}`));
    const other = await addEndpoint(quick);
    await happen('ord_10');
    const claimed = await claimDue(host, 100);
    const counted = (of: string) => claimed.filter((delivery) => delivery.endpoint_id === of).length;
    expect([counted(endpointId), counted(other.endpointId)]).toEqual([4, 1]);
    // What is under way counts for the next round as well.
    expect(await claimDue(host, 100)).toEqual([]);
    await quick.close();
  });
});

describe('an endpoint', () => {
  it('that answers 410 is disabled, its merchant is told, and nothing more is sent', async () => {
    const witness = await startReceiver();
    host.config.sandboxWebhookTargets.push(witness.target);
    const other = await addEndpoint(witness, ['webhook_endpoint.disabled']);
    receiver.answer(500);
    await happen('ord_1');
    await deliverDue(host, outbound);
    receiver.answer(410);
    await happen('ord_2');
    await deliverDue(host, outbound);
    expect(await statusOfEndpoint()).toBe('disabled');
    expect((await attempts()).map(({ status, failure }) => [status, failure])).toEqual([
      ['failed', 'http_status'],
      ['failed', 'endpoint_disabled'],
      ['failed', 'http_status'],
    ]);
    expect(await disabledEvents()).toMatchObject([{ object_id: endpointId, data: { reason: 'gone' } }]);

    await happen('ord_3');
    host.clock.advance(dayMs);
    while ((await deliverDue(host, outbound)) > 0);
    expect(receiver.received).toHaveLength(2);
    expect(witness.received.map(({ body }) => (JSON.parse(body) as { object_id: string }).object_id)).toEqual(
      [endpointId],
    );
    expect(await statusOfEndpoint(other.endpointId)).toBe('enabled');
    await witness.close();
  });

  it('is disabled after five days of failing, and not before', async () => {
    receiver.answer(503);
    const start = host.clock.now().getTime();
    for (let day = 0; day < 5; day += 1) {
      await happen(`ord_${day}`);
      await deliverDue(host, outbound, 100);
      expect(await statusOfEndpoint()).toBe('enabled');
      host.clock.advance(dayMs);
    }
    expect(host.clock.now().getTime() - start).toBe(5 * dayMs);
    await deliverDue(host, outbound, 100);
    expect(await statusOfEndpoint()).toBe('disabled');
    expect(await disabledEvents()).toMatchObject([{ object_id: endpointId, data: { reason: 'failing' } }]);
    expect((await attempts()).filter(({ status }) => status === 'pending')).toEqual([]);
  });

  it('starts anew when one delivery succeeds in between', async () => {
    for (const [status, name] of [
      [503, 'ord_0'],
      [200, 'ord_1'],
      [503, 'ord_2'],
    ] as const) {
      receiver.answer(status);
      await happen(name);
      await deliverDue(host, outbound, 100);
      host.clock.advance(4 * dayMs);
    }
    expect(await statusOfEndpoint()).toBe('enabled');
    expect(await disabledEvents()).toEqual([]);
  });

  it('has ten attempts for an event and then no more', async () => {
    receiver.answer(500);
    await happen('ord_1');
    for (let round = 0; round < 12; round += 1) {
      await deliverDue(host, outbound);
      // Its failures do not add up to five days, so that only the schedule ends them.
      await database.db('webhook_endpoints').where({ id: endpointId }).update({ failing_since: null });
      host.clock.advance(30 * hourMs);
    }
    expect((await attempts()).map(({ attempt, status }) => [attempt, status])).toEqual(
      Array.from({ length: 10 }, (_, index) => [index + 1, 'failed']),
    );
    expect(await statusOfEndpoint()).toBe('enabled');
  });

  it('that is deleted while a request is under way gets no second attempt', async () => {
    receiver.answer(500);
    await happen('ord_1');
    const [claimed] = await claimDue(host, 10);
    if (!claimed) throw new Error('nothing was due');
    await inside(host, sandbox, (tx) => deleteEndpoint(tx, { merchantId: merchant, endpointId }));
    await deliver(host, outbound, claimed);
    const rows = (await database.db('deliveries').where({ endpoint_id: endpointId })) as object[];
    expect(rows).toMatchObject([{ attempt: 1, status: 'failed', failure: 'endpoint_disabled' }]);
  });
});

describe('the schedule of attempts', () => {
  // Design, api.md section 4: retries 0, 5 s, 5 m, 30 m, 2, 5, 10, 14, 20, 24 h with 20 % jitter.
  const secondsBefore = [0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];

  it('waits as long as the design says, give or take a fifth', () => {
    const failedAt = new Date('2030-01-01T00:00:00Z');
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 10 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempt, random) => {
          const waited = ((retryAt(attempt, failedAt, random)?.getTime() ?? 0) - failedAt.getTime()) / 1000;
          const planned = secondsBefore[attempt - 1] ?? Number.NaN;
          expect(waited).toBeGreaterThanOrEqual(0.8 * planned);
          expect(waited).toBeLessThanOrEqual(1.2 * planned);
        },
      ),
    );
    expect(retryAt(11, failedAt, 0.5)).toBeUndefined();
  });
});

describe('the delivery process', () => {
  it('makes and sends deliveries while it runs, and ends when its signal comes', async () => {
    const ending = new AbortController();
    const running = runDeliveries(host, { signal: ending.signal, idleMs: 5 });
    await inside(host, sandbox, (tx) => recordNamed(tx, merchant, 'ord_1'));
    await sequenceEvents(host);
    await expect.poll(async () => (await attempts())[0]?.status, { timeout: 10_000 }).toBe('succeeded');
    ending.abort();
    await running;
    await happen('ord_2');
    expect(receiver.received).toHaveLength(1);
  });
});
