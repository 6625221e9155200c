import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineRoute } from '../src/http/route.ts';
import { expectMatchesContract, validatorAt } from './support/contract.ts';
import { openDemoGateway, type DemoGateway } from './support/demo-gateway.ts';

let gateway: DemoGateway;
beforeAll(async () => {
  gateway = await openDemoGateway();
});
afterAll(() => gateway.close());

describe('the contract', () => {
  it('is served as it is made from the routes', async () => {
    const { status, body } = await gateway.send('get', '/openapi.json', { signedBy: null });
    expect(status).toBe(200);
    expect(body).toEqual(JSON.parse(JSON.stringify(gateway.document)));
    expect(body.openapi).toBe('3.1.1');
  });

  it('says what a write needs and how it can be refused', () => {
    const operation = gateway.document.paths?.['/v1/reversals']?.post;
    expect(operation).toMatchObject({
      security: [{ merchantSignature: [] }],
      'x-morrow-scope': 'orders',
      parameters: [
        { $ref: '#/components/parameters/Idempotency-Key' },
        { $ref: '#/components/parameters/Morrow-Version' },
      ],
      requestBody: { required: true },
    });
    const responses = Object.keys(operation?.responses ?? {});
    expect(responses).toEqual([
      '201',
      '400',
      '401',
      '402',
      '403',
      '404',
      '408',
      '409',
      '413',
      '415',
      '422',
      '429',
      '431',
      '500',
      '503',
    ]);
    expect(operation?.responses?.['401']).toEqual({ $ref: '#/components/responses/Write401' });
    const conflict = operation?.responses?.['409'].content['application/problem+json'].schema.allOf[1];
    expect(conflict.properties.code.enum).toEqual([
      'clock_moving',
      'idempotency_in_progress',
      'state_conflict',
    ]);
  });

  it('has examples that fit their schemas', () => {
    const checked = Object.entries(gateway.document.paths ?? {}).flatMap(([path, item]) =>
      (['get', 'post'] as const).flatMap((method) => {
        const operation = item[method];
        if (!operation) return [];
        const [status = ''] = Object.keys(operation.responses ?? {});
        const { example } = (operation.responses ?? {})[status].content['application/json'];
        expectMatchesContract(gateway.document, method, path, Number(status), example);
        return [operation.operationId];
      }),
    );
    expect(checked).toHaveLength(7);
    const validate = validatorAt(gateway.document, 'components', 'schemas', 'Problem');
    const problem = gateway.document.components?.schemas?.Problem as { example: unknown };
    expect(validate(problem.example), JSON.stringify(validate.errors)).toBe(true);
  });

  it('finds an answer that it does not describe', () => {
    const { document } = gateway;
    const right = { data: [{ merchant_reference: 'a' }], next_cursor: null };
    const expectation = (status: number, body: unknown) => () =>
      expectMatchesContract(document, 'get', '/v1/reversals?limit=1', status, body);
    expect(expectation(200, right)).not.toThrow();
    expect(expectation(200, { ...right, extra: 1 })).toThrow('extra');
    expect(expectation(200, { ...right, next_cursor: 1 })).toThrow('next_cursor');
    expect(expectation(201, right)).toThrow('no 201');
    const problem = { type: 'https://a/b', title: 't', status: 404, code: 'not_found', request_id: 'r' };
    expect(expectation(404, problem)).not.toThrow();
    expect(expectation(404, { ...problem, code: 'state_conflict' })).toThrow('/code');
    expect(() => expectMatchesContract(document, 'get', '/v1/none', 200, {})).toThrow('no path');
  });
});

describe('a list', () => {
  it('is read page by page, by the cursor that it gives out', async () => {
    for (const reference of ['a', 'b', 'c']) {
      const body = JSON.stringify({ merchant_reference: reference, amount: 1, currency: 'JPY' });
      await gateway.send('post', '/v1/reversals', { body, idempotencyKey: reference }).expect(201);
    }
    const read: string[] = [];
    let cursor = '';
    do {
      const { status, body } = await gateway.send('get', `/v1/reversals?limit=2${cursor}`);
      expectMatchesContract(gateway.document, 'get', '/v1/reversals', status, body);
      read.push(body.data.map((item: { merchant_reference: string }) => item.merchant_reference).join());
      cursor = body.next_cursor === null ? '' : `&cursor=${body.next_cursor}`;
    } while (cursor !== '');
    expect(read).toEqual(['a,b', 'c']);
  });
});

describe('a declaration', () => {
  const right = {
    method: 'get',
    path: '/v1/things/{thing}',
    operationId: 'getThing',
    summary: 'A thing',
    tags: ['Things'],
    auth: 'merchant',
    scope: 'read',
    params: z.object({ thing: z.string() }),
    success: { status: 200, description: 'It.', schema: z.object({}), example: {} },
    read: async () => ({}),
  } as const;

  it('is refused when it contradicts itself', () => {
    expect(() => defineRoute({ ...right, tags: [] })).not.toThrow();
    expect(() => defineRoute({ ...right, tags: [], path: '/v1/things' })).toThrow(
      'getThing: the path has {}',
    );
    expect(() => defineRoute({ ...right, tags: [], method: 'post' })).toThrow('what reads is a get');
    expect(() => defineRoute({ ...right, tags: [], body: z.object({}) })).toThrow('a get has no body');
  });
});
