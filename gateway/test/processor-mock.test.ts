import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from '@morrow/db';
import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import express from 'express';
import supertest from 'supertest';
import { fetch as undiciFetch } from 'undici';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../src/lib/ids.ts';
import type { MockReply, MockRequest } from '../src/processor/mock/answers.ts';
import { decodeForm } from '../src/processor/mock/form.ts';
import { mountMockProcessor } from '../src/processor/mock/mount.ts';
import { postgresStore } from '../src/processor/mock/postgres-store.ts';
import { respond } from '../src/processor/mock/respond.ts';
import { createProcessors } from '../src/processor/processors.ts';

const now = 1_800_000_000;

let database: TestDatabase;

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

function post(path: string, body: Record<string, string>, idempotencyKey?: string): MockRequest {
  const rawBody = new URLSearchParams(body).toString();
  return { method: 'POST', path, query: {}, body: decodeForm(rawBody), rawBody, idempotencyKey, now };
}

const ask = (request: MockRequest): Promise<MockReply> =>
  database.db.transaction((sql) => respond(request, postgresStore(sql)));

async function created(request: MockRequest): Promise<{ id: string }> {
  const reply = await ask(request);
  expect(reply).toMatchObject({ kind: 'answer', status: 200, body: { id: expect.any(String) } });
  return (reply as { body: { id: string } }).body;
}

const customer = () => created(post('/v1/customers', {}));

async function intentParams(token: string): Promise<Record<string, string>> {
  const { id } = await customer();
  const method = await created(post(`/v1/payment_methods/${token}/attach`, { customer: id }));
  return {
    amount: '100',
    currency: 'cny',
    customer: id,
    payment_method: method.id,
    'allowed_payment_method_types[0]': 'card',
    capture_method: 'automatic',
    confirm: 'true',
    off_session: 'true',
  };
}

const payment = (params: Record<string, string>, key: string | undefined = newId('att')) =>
  post('/v1/payment_intents', params, key);

const count = async (kind: string): Promise<bigint> => {
  const row = await database.db('mock_processor.objects').where({ kind }).count('* as number').first();
  return BigInt(row?.number ?? 0);
};

describe('a key', () => {
  it('gets the stored answer when the same request comes again, and makes nothing more', async () => {
    const request = payment(await intentParams('pm_card_visa'));
    const first = await ask(request);
    const before = await count('payment_intent');
    expect(await ask({ ...request, now: now + 60 })).toEqual(first);
    expect(await count('payment_intent')).toBe(before);
  });

  it('gets the stored refusal of a card as well', async () => {
    const request = payment(await intentParams('pm_card_morrow_insufficientFundsOnce'));
    const refused = { kind: 'answer', status: 402, body: { error: { decline_code: 'insufficient_funds' } } };
    expect(await ask(request)).toMatchObject(refused);
    expect(await ask(request)).toMatchObject(refused);
    expect(await ask({ ...request, idempotencyKey: newId('att') })).toMatchObject({ status: 200 });
  });

  it('is refused with another body, and with the same body elsewhere', async () => {
    const params = await intentParams('pm_card_visa');
    const request = payment(params);
    await created(request);
    const refused = { status: 400, body: { error: { type: 'idempotency_error' } } };
    expect(await ask(payment({ ...params, amount: '101' }, request.idempotencyKey))).toMatchObject(refused);
    expect(await ask(post('/v1/refunds', params, request.idempotencyKey))).toMatchObject(refused);
  });

  it('is not used up by a request that fails validation', async () => {
    const params = await intentParams('pm_card_visa');
    const key = newId('att');
    expect(await ask(payment({ ...params, amount: '-1' }, key))).toMatchObject({ status: 400 });
    expect(await ask(payment(params, key))).toMatchObject({ status: 200 });
  });

  it('that is being worked on gets 409', async () => {
    const request = payment(await intentParams('pm_card_visa'));
    await database.db.transaction(async (sql) => {
      await respond(request, postgresStore(sql));
      expect(await ask(request)).toMatchObject({
        status: 409,
        body: { error: { code: 'idempotency_key_in_use' } },
      });
    });
    expect(await ask(request)).toMatchObject({ status: 200 });
  });
});

describe('a fault', () => {
  it('of silence makes nothing until the request comes again', async () => {
    const request = payment(await intentParams('pm_card_morrow_timeout'));
    const before = await count('payment_intent');
    expect(await ask(request)).toEqual({ kind: 'silence' });
    expect(await count('payment_intent')).toBe(before);
    expect(await ask(request)).toMatchObject({ status: 200, body: { status: 'succeeded' } });
    expect(await ask(payment(await intentParams('pm_card_morrow_timeout')))).toEqual({ kind: 'silence' });
  });

  it('of a lost answer makes the payment once and loses the answer each time', async () => {
    const request = payment(await intentParams('pm_card_morrow_answerLost'));
    const before = await count('payment_intent');
    expect(await ask(request)).toEqual({ kind: 'broken' });
    expect(await ask(request)).toEqual({ kind: 'broken' });
    expect(await count('payment_intent')).toBe(before + 1n);
  });
});

describe('what Stripe would refuse', () => {
  it.each([
    ['a parameter that it does not know', { payment_method_types: 'card' }, 'parameter_unknown'],
    ['an amount that is not a whole number', { amount: '1.5' }, 'parameter_invalid'],
    ['a currency in capitals', { currency: 'CNY' }, 'parameter_invalid'],
    ["somebody else's payment method", { customer: 'cus_other' }, 'resource_missing'],
  ])('is refused: %s', async (_, change, code) => {
    const params = { ...(await intentParams('pm_card_visa')), ...change };
    const reply = await ask(payment(params));
    expect(reply).toMatchObject({ body: { error: { type: 'invalid_request_error', code } } });
  });

  it('is a path that it does not have', async () => {
    expect(await ask(post('/v1/nothing', {}))).toMatchObject({ status: 404 });
  });
});

it('decodes nested forms', () => {
  expect(JSON.parse(JSON.stringify(decodeForm('a=1&b[c]=2&b[d][e]=%C3%A9+x&f[0]=y')))).toEqual({
    a: '1',
    b: { c: '2', d: { e: 'é x' } },
    f: { 0: 'y' },
  });
});

describe('mounted in a process', () => {
  const save = (key: string) =>
    createProcessors({ sandbox: true, timeoutMs: 10_000 })('sandbox').saveTestMethod({
      idempotencyKey: key,
      environmentId: 'sbx_1',
      name: 'ok',
    });

  it('remembers after a second start, and answers no more after its end', async () => {
    const key = newId('shp');
    const end = mountMockProcessor(database.db);
    const saved = await save(key);
    end();
    await expect(save(key)).rejects.toMatchObject({ code: 'processor_unavailable' });

    const restarted = connect(database.url);
    const endAgain = mountMockProcessor(restarted);
    expect(await save(key)).toEqual(saved);
    endAgain();
    await restarted.destroy();
  });

  it('answers several requests at once, each its own', async () => {
    const end = mountMockProcessor(database.db);
    const saved = await Promise.all(Array.from({ length: 10 }, () => save(newId('shp'))));
    expect(new Set(saved.map(({ method }) => method)).size).toBe(10);
    end();
  });

  describe('leaves every other request alone:', () => {
    const app = express().post('/echo', express.text(), (request, response) => {
      response.json({ length: String(request.body).length });
    });
    let server: http.Server;
    let url: string;
    let end: () => void;
    beforeEach(async () => {
      end = mountMockProcessor(database.db);
      server = app.listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/echo`;
    });
    afterEach(async () => {
      end();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    const body = 'x'.repeat(50_000);
    const headers = { 'content-type': 'text/plain' };
    const answer = { length: body.length };

    it('supertest', async () => {
      const response = await supertest(app).post('/echo').set(headers).send(body);
      expect(response.body).toEqual(answer);
    });

    it('fetch of Node', async () => {
      expect(await (await fetch(url, { method: 'POST', headers, body })).json()).toEqual(answer);
    });

    it('fetch of undici', async () => {
      expect(await (await undiciFetch(url, { method: 'POST', headers, body })).json()).toEqual(answer);
    });

    it.each([{}, { connection: 'keep-alive' }])('http.request with %j, twice on one agent', async (extra) => {
      const agent = new http.Agent({ keepAlive: true });
      for (const _ of [1, 2]) {
        const text = await new Promise<string>((resolve, reject) => {
          const request = http.request(url, { method: 'POST', agent, headers: { ...headers, ...extra } });
          request.on('error', reject).on('response', (response) => {
            let read = '';
            response.setEncoding('utf8').on('data', (chunk) => (read += chunk));
            response.on('end', () => resolve(read));
          });
          request.end(body);
        });
        expect(JSON.parse(text)).toEqual(answer);
      }
      agent.destroy();
    });

    it('a connection that is refused', async () => {
      const closed = http.createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => closed.once('listening', resolve));
      const { port } = closed.address() as AddressInfo;
      await new Promise((resolve) => closed.close(resolve));
      const failed = new Promise((_, reject) => http.get({ port, host: '127.0.0.1' }).on('error', reject));
      await expect(failed).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    });
  });
});
