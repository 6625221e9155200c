import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { MorrowError } from '../src/server.ts';
import type { Morrow } from '../src/server.ts';
import type { Answer } from './support/answers.ts';
import { clientWith, json, ORIGIN, problem } from './support/answers.ts';

const authorization = {
  checkout_token: 'ctk_1',
  merchant_reference: 'r1',
  amount: 10_000,
  currency: 'CNY',
} as const;

async function failureOf(work: Promise<unknown>): Promise<MorrowError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof MorrowError)) throw new Error(`not a MorrowError: ${String(error)}`);
  return error;
}

describe('a request is sent again', () => {
  test.each<[string, Answer]>([
    ['a failed connection', new TypeError('fetch failed')],
    ['an answer that was cut off', new Response('{"id": "or')],
    ['a twin in progress', problem(409, 'idempotency_in_progress')],
    ['too many requests', problem(429, 'rate_limited')],
    ['a processor that does not answer', problem(502, 'processor_unavailable')],
    ['a gateway that is away', problem(503, 'unavailable')],
    ["a proxy's page", new Response('<h1>Bad gateway</h1>', { status: 502 })],
  ])('after %s, with the same idempotency key and body', async (_, failure) => {
    const { morrow, sent, waits } = clientWith([failure, json({ id: 'ord_1' })]);
    await expect(morrow.orders.authorize(authorization)).resolves.toEqual({ id: 'ord_1' });
    expect(sent).toHaveLength(2);
    expect(waits).toHaveLength(1);
    expect(sent[0]?.headers['idempotency-key']).toMatch(/^"[0-9a-f-]{36}"$/);
    expect(sent[1]?.headers['idempotency-key']).toBe(sent[0]?.headers['idempotency-key']);
    expect(sent[1]?.body).toBe(sent[0]?.body);
  });

  test('with a signature of its own, because the first one ages', async () => {
    let second = 1_800_000_000;
    const { morrow, sent } = clientWith([problem(503, 'unavailable'), json({})], {
      now: () => new Date(1000 * second++),
    });
    await morrow.orders.authorize(authorization);
    const created = sent.map(({ headers }) => /created=(\d+)/.exec(headers['signature-input'] ?? '')?.[1]);
    expect(Number(created[1])).toBeGreaterThan(Number(created[0]));
  });

  test('after the pause that the gateway asks for, in seconds or as a date', async () => {
    const { morrow, waits } = clientWith(
      [
        problem(503, 'unavailable', {}, { 'retry-after': '7' }),
        problem(429, 'rate_limited', {}, { 'retry-after': new Date(1_800_000_011_000).toUTCString() }),
        json({}),
      ],
      { now: () => new Date(1_800_000_000_000) },
    );
    await morrow.orders.authorize(authorization);
    expect(waits).toEqual([7000, 11_000]);
  });

  test('after growing pauses, at most maxRetries times', async () => {
    const failures = Array.from({ length: 4 }, () => new TypeError('fetch failed'));
    const { morrow, sent, waits } = clientWith(failures, { maxRetries: 3 });
    const error = await failureOf(morrow.orders.authorize(authorization));
    expect(error).toMatchObject({ status: 0, code: 'connection_failed' });
    expect(sent).toHaveLength(4);
    for (const [index, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(125 * 2 ** index);
      expect(wait).toBeLessThanOrEqual(250 * 2 ** index);
    }
    expect(waits).toHaveLength(3);
  });

  test('for as long as the caller says', async () => {
    const failures = Array.from({ length: 9 }, () => problem(503, 'unavailable'));
    const { morrow, sent } = clientWith([...failures, json({ id: 'ord_1' })], { maxRetries: 1 });
    await expect(morrow.orders.get('ord_1', { keepTrying: true })).resolves.toEqual({ id: 'ord_1' });
    expect(sent).toHaveLength(10);
  });

  test('with the key that was given', async () => {
    const { morrow, sent } = clientWith([problem(503, 'unavailable'), json({})]);
    await morrow.orders.authorize(authorization, { idempotencyKey: 'authorize-cs_1' });
    expect(sent.map(({ headers }) => headers['idempotency-key'])).toEqual([
      '"authorize-cs_1"',
      '"authorize-cs_1"',
    ]);
  });
});

describe('a request is not sent again', () => {
  test.each<[string, Response]>([
    ['a refusal', problem(409, 'amount_mismatch')],
    ['a decline', problem(402, 'authorization_declined')],
    ['a failure of the gateway itself', problem(500, 'internal_error')],
    ['a pause that is too long', problem(503, 'unavailable', {}, { 'retry-after': '3600' })],
    ['a redirect', new Response(null, { status: 307, headers: { location: 'https://other.example/' } })],
  ])('after %s', async (_, answer) => {
    const { morrow, sent } = clientWith([answer, json({})]);
    const error = await failureOf(morrow.orders.authorize(authorization));
    expect(error.status).toBe(answer.status);
    expect(sent).toHaveLength(1);
  });

  test('after its caller has aborted it', async () => {
    const controller = new AbortController();
    const { morrow, sent } = clientWith([problem(503, 'unavailable'), json({})], {
      sleep: async () => controller.abort(new Error('enough')),
    });
    await expect(morrow.orders.authorize(authorization, { signal: controller.signal })).rejects.toThrow(
      'enough',
    );
    expect(sent).toHaveLength(1);
  });

  test('while the pause that its caller aborts lasts', async () => {
    const controller = new AbortController();
    const { morrow, sent } = clientWith([problem(503, 'unavailable', {}, { 'retry-after': '50' })], {
      sleep: undefined,
    });
    const work = morrow.orders.authorize(authorization, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('enough')), 20);
    await expect(work).rejects.toThrow('enough');
    expect(sent).toHaveLength(1);
  });
});

describe('a refusal', () => {
  test('says what happened, what to do, and where', async () => {
    const { morrow } = clientWith([
      problem(409, 'checkout_token_used', {
        detail: 'This checkout token has already become an order.',
        hint: 'Read the order.',
        errors: [{ pointer: '/checkout_token', code: 'used' }],
        order_id: 'ord_7',
      }),
    ]);
    const error = await failureOf(morrow.orders.authorize(authorization));
    expect(error).toMatchObject({
      name: 'MorrowError',
      status: 409,
      code: 'checkout_token_used',
      detail: 'This checkout token has already become an order.',
      hint: 'Read the order.',
      errors: [{ pointer: '/checkout_token', code: 'used' }],
      requestId: 'req_1',
      problem: { order_id: 'ord_7' },
      message: 'checkout_token_used: This checkout token has already become an order. Read the order.',
    });
  });

  test.each(['<h1>Forbidden</h1>', '', 'null', '[]', '{"code": 7}'])(
    'that is not a problem document (%j) is told as such',
    async (text) => {
      const { morrow } = clientWith([new Response(text, { status: 403 })]);
      const error = await failureOf(morrow.orders.get('ord_1'));
      expect(error).toMatchObject({
        status: 403,
        code: 'unexpected_response',
        errors: [],
        problem: undefined,
      });
    },
  );

  test('that never comes is a timeout', async () => {
    const { morrow } = clientWith([], {
      timeoutMs: 20,
      maxRetries: 0,
      fetch: (_url, init) =>
        new Promise((_, reject) => {
          init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
        }),
    });
    expect(await failureOf(morrow.orders.get('ord_1'))).toMatchObject({ status: 0, code: 'timeout' });
  });
});

describe('lists', () => {
  test('follow the cursor as they are read', async () => {
    const { morrow, sent } = clientWith([
      json({ data: [{ id: 'ord_1' }, { id: 'ord_2' }], next_cursor: 'c2' }),
      json({ data: [{ id: 'ord_3' }], next_cursor: null }),
    ]);
    const ids: string[] = [];
    for await (const { id } of morrow.orders.list({ limit: 2 })) ids.push(id);
    expect(ids).toEqual(['ord_1', 'ord_2', 'ord_3']);
    expect(sent.map(({ url }) => url)).toEqual([
      `${ORIGIN}/v1/orders?limit=2`,
      `${ORIGIN}/v1/orders?limit=2&cursor=c2`,
    ]);
  });

  test('fetch no page that is not read', async () => {
    const { morrow, sent } = clientWith([json({ data: [{ id: 'ord_1' }], next_cursor: 'c2' })]);
    for await (const { id } of morrow.orders.list()) {
      expect(id).toBe('ord_1');
      break;
    }
    expect(sent).toHaveLength(1);
  });

  test('of events go on after the last sequence, to the newest', async () => {
    const { morrow, sent } = clientWith([
      json({ data: [{ sequence: 8 }], next_after: 8, has_more: true }),
      json({ data: [{ sequence: 9 }], next_after: 9, has_more: false }),
    ]);
    const sequences: number[] = [];
    for await (const { sequence } of morrow.events.list({ after: 7 })) sequences.push(sequence);
    expect(sequences).toEqual([8, 9]);
    expect(sent.map(({ url }) => url)).toEqual([
      `${ORIGIN}/v1/events?after=7`,
      `${ORIGIN}/v1/events?after=8`,
    ]);
  });
});

test.each<[string, (morrow: Morrow) => AsyncIterable<unknown>]>([
  [
    '/v1/webhook-endpoints/whe_1/deliveries',
    (morrow) => morrow.webhookEndpoints.deliveries('whe_1', { limit: 2 }),
  ],
  ['/v1/payouts/po_1/lines', (morrow) => morrow.payouts.lines('po_1', { limit: 2 })],
])('%s is read page by page', async (path, list) => {
  const { morrow, sent } = clientWith([
    json({ data: [1, 2], next_cursor: 'c2' }),
    json({ data: [3], next_cursor: null }),
  ]);
  const items: unknown[] = [];
  for await (const item of list(morrow)) items.push(item);
  expect(items).toEqual([1, 2, 3]);
  expect(sent.map(({ url }) => url)).toEqual([
    `${ORIGIN}${path}?limit=2`,
    `${ORIGIN}${path}?limit=2&cursor=c2`,
  ]);
});

test('an event is read by its id', async () => {
  const { morrow, sent } = clientWith([json({ id: 'evt_1' })]);
  expect(await morrow.events.get('evt_1')).toEqual({ id: 'evt_1' });
  expect(sent[0]).toMatchObject({ method: 'GET', url: `${ORIGIN}/v1/events/evt_1` });
});

test('a client token is made by a signed write, which can be repeated', async () => {
  const token = { client_token: 'ey', expires_at: '2026-03-01T09:00:00.000Z' };
  const { morrow, sent } = clientWith([problem(503, 'unavailable'), json(token)]);
  expect(await morrow.checkoutSessions.createClientToken('cs_1')).toEqual(token);
  expect(sent).toHaveLength(2);
  expect(sent[0]).toMatchObject({ method: 'POST', url: `${ORIGIN}/v1/checkout-sessions/cs_1/client-token` });
  expect(sent[1]?.headers['idempotency-key']).toBe(sent[0]?.headers['idempotency-key']);
});

test.each(['../orders', 'ord_1/void', 'ord_1?x=1', '%2e%2e', '', '.', '..', 'ü'])(
  'the id %j cannot lead to another path',
  (id) => {
    const { morrow, sent } = clientWith([]);
    expect(() => morrow.orders.get(id)).toThrow(TypeError);
    expect(sent).toHaveLength(0);
  },
);

test.each(['', 'ü', 'a\nb', 'k'.repeat(256)])('the idempotency key %j is refused', async (idempotencyKey) => {
  const { morrow, sent } = clientWith([]);
  await expect(morrow.orders.void('ord_1', { idempotencyKey })).rejects.toThrow(TypeError);
  expect(sent).toHaveLength(0);
});

test('a reading request has neither body nor idempotency key', async () => {
  const { morrow, sent } = clientWith([json({})]);
  await morrow.plans.get('pln_1');
  expect(sent[0]).toMatchObject({ method: 'GET', url: `${ORIGIN}/v1/plans/pln_1`, body: '' });
  expect(sent[0]?.headers).not.toHaveProperty('idempotency-key');
  expect(sent[0]?.headers).not.toHaveProperty('content-type');
});

test('an answer without content is undefined', async () => {
  const { morrow } = clientWith([new Response(null, { status: 204 })]);
  await expect(morrow.webhookEndpoints.remove('whe_1')).resolves.toBeUndefined();
});

test('the client names its version, and that of the contract which it was written for', async () => {
  const { morrow, sent } = clientWith([json({})]);
  await morrow.orders.get('ord_1');
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  expect(sent[0]?.headers['user-agent']).toBe(`morrow-sdk-js/${version}`);
  const contract = readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8');
  const [, newest] = /^ +name: Morrow-Version$[^]*?^ +example: (\S+)$/m.exec(contract) ?? [];
  expect(sent[0]?.headers['morrow-version']).toBe(newest);
});
