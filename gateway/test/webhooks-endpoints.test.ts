import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sequenceEvents } from '../src/events/sequence.ts';
import { newId } from '../src/lib/ids.ts';
import { listDeliveries } from '../src/webhooks/deliveries.ts';
import { deleteEndpoint } from '../src/webhooks/disable.ts';
import { createEndpoint, findEndpoint, listEndpoints } from '../src/webhooks/endpoints.ts';
import { fanOut } from '../src/webhooks/fan-out.ts';
import {
  createEnvironment,
  createTestMerchant,
  inside,
  recordNamed,
  testHost,
  type TestHost,
} from './support/events-world.ts';
import { refusalFrom } from './support/refusal.ts';
import { proveEndpoint } from './support/webhooks-world.ts';

let database: TestDatabase;
let host: TestHost;
let sandbox: string;

beforeAll(async () => {
  database = await freshDatabase();
  host = testHost(database.db);
  sandbox = await createEnvironment(host, 'sandbox');
  await createEnvironment(host, 'live', 'live');
});
afterAll(() => database.drop());

const url = 'https://hooks.example.com/morrow';

async function create(
  merchantId: string,
  changed: { url?: string; eventTypes?: string[] } = {},
  environmentId = sandbox,
) {
  const input = { merchantId, url, eventTypes: ['*'], loopbackTargets: ['127.0.0.1:4100'], ...changed };
  const created = await inside(host, environmentId, (tx) => createEndpoint(tx, input));
  await proveEndpoint(host, created.endpoint.id);
  return created;
}

function list(merchantId: string, environmentId = sandbox) {
  return inside(host, environmentId, (tx) => listEndpoints(tx, merchantId));
}

function listSent(merchantId: string, endpointId: string, after?: string, limit = 100) {
  return inside(host, sandbox, (tx) => listDeliveries(tx, { merchantId, endpointId, after, limit }));
}

describe('creating an endpoint', () => {
  it('tells the secret once and keeps it sealed', async () => {
    const merchant = await createTestMerchant(host, sandbox);
    const { endpoint, secret } = await create(merchant);
    expect(secret).toMatch(/^whsec_/);
    expect(Buffer.from(secret.slice('whsec_'.length), 'base64')).toHaveLength(32);
    expect(endpoint).toMatchObject({ url, eventTypes: ['*'], status: 'unproven', merchantId: merchant });
    const row = (await host.db('webhook_endpoints').where({ id: endpoint.id }).first()) as object;
    expect(JSON.stringify(row, (_, value: unknown) => String(value))).not.toContain(secret.slice(6));
    expect(JSON.stringify(await list(merchant))).not.toContain(secret.slice(6));
  });

  it('refuses a URL that may not be reached, and loopback that is listed anywhere but in a sandbox', async () => {
    const merchant = await createTestMerchant(host, sandbox);
    expect(await refusalFrom(create(merchant, { url: 'https://10.0.0.1/' }))).toMatchObject({
      code: 'url_forbidden',
    });
    await create(merchant, { url: 'http://127.0.0.1:4100/hooks' });
    const grown = await createTestMerchant(host, 'live');
    const refused = await refusalFrom(create(grown, { url: 'http://127.0.0.1:4100/hooks' }, 'live'));
    expect(refused.code).toBe('url_forbidden');
    expect(await list(grown, 'live')).toEqual([]);
  });

  it.each([[[]], [['order.shipped']], [['*', 'order.captured']], [['order.captured', '']]])(
    'refuses the event types %j',
    async (eventTypes) => {
      const merchant = await createTestMerchant(host, sandbox);
      expect(await refusalFrom(create(merchant, { eventTypes }))).toMatchObject({
        code: 'validation_failed',
      });
    },
  );

  it('names the types that it does not know', async () => {
    const merchant = await createTestMerchant(host, sandbox);
    const refused = await refusalFrom(create(merchant, { eventTypes: ['order.captured', 'order.shipped'] }));
    expect(refused.details.errors).toEqual([{ pointer: '/event_types/1', code: 'unknown_event_type' }]);
  });

  it('stops at ten, also when eleven are asked for at once, and goes on after a deletion', async () => {
    const merchant = await createTestMerchant(host, sandbox);
    const outcomes = await Promise.allSettled(Array.from({ length: 12 }, () => create(merchant)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    expect(await refusalFrom(create(merchant))).toMatchObject({ code: 'state_conflict' });
    const [first] = await list(merchant);
    await inside(host, sandbox, (tx) =>
      deleteEndpoint(tx, { merchantId: merchant, endpointId: first?.id ?? '' }),
    );
    await create(merchant);
    expect(await list(merchant)).toHaveLength(10);
  });
});

describe('an endpoint', () => {
  it('is unknown to every other merchant', async () => {
    const merchant = await createTestMerchant(host, sandbox);
    const other = await createTestMerchant(host, sandbox);
    const { endpoint } = await create(merchant);
    const foreign = { merchantId: other, endpointId: endpoint.id };
    expect(await list(other)).toEqual([]);
    const find = inside(host, sandbox, (tx) => findEndpoint(tx, foreign));
    expect((await refusalFrom(find)).code).toBe('not_found');
    const drop = inside(host, sandbox, (tx) => deleteEndpoint(tx, foreign));
    expect((await refusalFrom(drop)).code).toBe('not_found');
    expect((await refusalFrom(listSent(other, endpoint.id))).code).toBe('not_found');
    expect(await list(merchant)).toHaveLength(1);
  });

  it('is gone when it is deleted, with what was waiting for it', async () => {
    const merchant = await createTestMerchant(host, sandbox);
    const { endpoint } = await create(merchant);
    await inside(host, sandbox, (tx) => recordNamed(tx, merchant, 'before'));
    await sequenceEvents(host);
    await fanOut(host);
    const own = { merchantId: merchant, endpointId: endpoint.id };
    await inside(host, sandbox, (tx) => deleteEndpoint(tx, own));
    expect(await list(merchant)).toEqual([]);
    expect((await refusalFrom(inside(host, sandbox, (tx) => deleteEndpoint(tx, own)))).code).toBe(
      'not_found',
    );
    await inside(host, sandbox, (tx) => recordNamed(tx, merchant, 'after'));
    await sequenceEvents(host);
    await fanOut(host);
    const rows = (await host.db('deliveries').where({ endpoint_id: endpoint.id })) as object[];
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ status: 'failed', failure: 'endpoint_disabled', response_status: null });
  });
});

describe('fanning out', () => {
  it('makes one first delivery of each event for each endpoint that wants it, from its creation on', async () => {
    const merchant = await createTestMerchant(host, sandbox);
    await inside(host, sandbox, (tx) => recordNamed(tx, merchant, 'too early'));
    await sequenceEvents(host);
    const all = (await create(merchant)).endpoint;
    const some = (await create(merchant, { eventTypes: ['order.voided', 'payout.paid'] })).endpoint;
    await inside(host, sandbox, async (tx) => {
      await recordNamed(tx, merchant, 'captured', 'order.captured');
      await recordNamed(tx, merchant, 'voided', 'order.voided');
    });
    expect(await fanOut(host)).toBe(0);
    await sequenceEvents(host);
    expect(await fanOut(host)).toBe(4);
    expect(await fanOut(host)).toBe(0);
    const names = async (endpointId: string): Promise<string[]> => {
      const rows = await host
        .db('deliveries as d')
        .join('events as e', 'e.id', 'd.event_id')
        .where('d.endpoint_id', endpointId)
        .orderBy('d.id')
        .select<{ name: string; attempt: number; status: string }[]>(
          'e.object_id as name',
          'd.attempt',
          'd.status',
        );
      return rows.map(({ name, attempt, status }) => `${name} ${attempt} ${status}`);
    };
    expect(await names(all.id)).toEqual(['captured 1 pending', 'voided 1 pending']);
    expect(await names(some.id)).toEqual(['voided 1 pending']);
  });

  it('keeps to its own merchant and environment', async () => {
    const merchant = await createTestMerchant(host, sandbox);
    const { endpoint } = await create(merchant);
    const other = await createEnvironment(host, 'sandbox');
    await inside(host, other, (tx) => recordNamed(tx, merchant, 'the same stream elsewhere'));
    await inside(host, sandbox, (tx) => recordNamed(tx, newId('mer'), 'another merchant'));
    await sequenceEvents(host);
    await fanOut(host);
    expect(await listSent(merchant, endpoint.id)).toEqual([]);
  });

  it('by several processes at once, while events come in, makes each delivery once', async () => {
    const merchants = await Promise.all([1, 2, 3].map(() => createTestMerchant(host, sandbox)));
    const endpoints = await Promise.all(
      merchants.flatMap((merchant) => [create(merchant), create(merchant)]),
    );
    const written = new AbortController();
    const work = async (): Promise<void> => {
      while (!written.signal.aborted) {
        await sequenceEvents(host, 5);
        await fanOut(host);
      }
    };
    const workers = [work(), work(), work()];
    for (let index = 0; index < 40; index += 1) {
      await Promise.all(
        merchants.map((merchant) => inside(host, sandbox, (tx) => recordNamed(tx, merchant, String(index)))),
      );
    }
    written.abort();
    await Promise.all(workers);
    await sequenceEvents(host);
    await fanOut(host);
    expect(host.errors).toEqual([]);
    for (const { endpoint } of endpoints) {
      const events = (await listSent(endpoint.merchantId, endpoint.id)).map(({ eventId }) => eventId);
      expect(events).toHaveLength(40);
      expect(new Set(events).size).toBe(40);
    }
  });

  it('pages through an endpoint’s deliveries in the order of their events', async () => {
    const merchant = await createTestMerchant(host, sandbox);
    const { endpoint } = await create(merchant);
    for (let index = 0; index < 7; index += 1) {
      await inside(host, sandbox, (tx) => recordNamed(tx, merchant, String(index)));
    }
    await sequenceEvents(host);
    await fanOut(host);
    const seen: string[] = [];
    for (;;) {
      const page = await listSent(merchant, endpoint.id, seen.at(-1), 3);
      if (page.length === 0) break;
      seen.push(...page.map(({ id }) => id));
    }
    const all = await listSent(merchant, endpoint.id);
    expect(seen).toEqual(all.map(({ id }) => id));
    expect(all).toHaveLength(7);
    expect(all[0]).toMatchObject({ attempt: 1, status: 'pending', responseStatus: null, finishedAt: null });
  });
});
