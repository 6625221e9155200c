import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../src/http/listen.ts';
import { expectMatchesContract } from './support/contract.ts';
import { NOW_SECONDS, openDemoGateway, type DemoGateway, type Sent } from './support/demo-gateway.ts';

const ORDER = { merchant_reference: 'order-1', amount: 10000, currency: 'CNY' };
const PATH = '/v1/reversals';

let gateway: DemoGateway;
beforeAll(async () => {
  gateway = await openDemoGateway();
});
afterAll(() => gateway.close());

/** A signed write with this body, changed as the case asks. */
const write = (body: unknown, sent: Sent = {}): Sent => ({
  body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  idempotencyKey: 'bad-input',
  ...sent,
});

async function expectNothingWritten(): Promise<void> {
  expect(await gateway.db('order_reversals')).toEqual([]);
  expect(await gateway.db('idempotency_keys')).toEqual([]);
}

describe('a write that is refused', () => {
  const cases: [name: string, status: number, code: string, sent: Sent][] = [
    ['unsigned', 401, 'signature_missing', write(ORDER, { signedBy: null })],
    [
      'wrongly signed',
      401,
      'signature_invalid',
      write(ORDER, { tamper: { signature: (made) => Buffer.alloc(made.length) } }),
    ],
    ['signed too long ago', 401, 'signature_expired', write(ORDER, { created: NOW_SECONDS - 301 })],
    ['signed in the future', 401, 'signature_future', write(ORDER, { created: NOW_SECONDS + 301 })],
    ['with another body than was signed', 400, 'digest_mismatch', write(ORDER, { sends: '{"amount":1}' })],
    ['without a digest', 400, 'digest_missing', write(ORDER, { tamper: { digest: null } })],
    [
      'without an Idempotency-Key',
      400,
      'idempotency_key_missing',
      write(ORDER, { idempotencyKey: undefined }),
    ],
    ['with an empty Idempotency-Key', 400, 'idempotency_key_invalid', write(ORDER, { idempotencyKey: '' })],
    [
      'with an Idempotency-Key of 256 characters',
      400,
      'idempotency_key_invalid',
      write(ORDER, { idempotencyKey: 'k'.repeat(256) }),
    ],
    [
      'without a body',
      400,
      'malformed_json',
      { idempotencyKey: 'a', headers: { 'content-type': 'application/json' } },
    ],
    ['with half of a JSON object', 400, 'malformed_json', write('{"amount":')],
    ['with a body that is not UTF-8', 400, 'malformed_json', write(Buffer.from([0x22, 0xff, 0x22]))],
    ['with a member __proto__', 400, 'malformed_json', write('{"__proto__":{"amount":1}}')],
    [
      'with a hidden member __proto__',
      400,
      'malformed_json',
      write(String.raw`{"lines":[{"\u005f_proto__":1}]}`),
    ],
    ['with U+0000', 400, 'malformed_json', write(String.raw`{"merchant_reference":"a\u0000"}`)],
    [
      'with half of a surrogate pair',
      400,
      'malformed_json',
      write(String.raw`{"merchant_reference":"\ud83d"}`),
    ],
    ['nested 500,000 deep', 400, 'malformed_json', write(`${'['.repeat(500_000)}"\\u0061"`)],
    ['with 2 MB', 413, 'body_too_large', write(`"${'a'.repeat(2_000_000)}"`)],
    [
      'as a form',
      415,
      'content_type_unsupported',
      write(ORDER, { headers: { 'content-type': 'text/plain' } }),
    ],
    [
      'in another character set',
      415,
      'content_type_unsupported',
      write(ORDER, { headers: { 'content-type': 'application/json; charset=gbk' } }),
    ],
    [
      'compressed',
      415,
      'content_type_unsupported',
      write(ORDER, { headers: { 'content-encoding': 'gzip' } }),
    ],
    [
      'with an encoding that changes nothing',
      415,
      'content_type_unsupported',
      write(ORDER, { headers: { 'content-encoding': 'identity' } }),
    ],
    ['that is no object', 422, 'validation_failed', write('[]')],
    ['with an unknown field', 422, 'validation_failed', write({ ...ORDER, amuont: 1 })],
    ['with a missing field', 422, 'validation_failed', write({ amount: 1, currency: 'CNY' })],
    ['with a fractional amount', 422, 'amount_invalid', write({ ...ORDER, amount: 10.5 })],
    ['with a negative amount', 422, 'amount_invalid', write({ ...ORDER, amount: -1 })],
    ['with an amount of zero', 422, 'amount_invalid', write({ ...ORDER, amount: 0 })],
    ['with an amount as text', 422, 'amount_invalid', write({ ...ORDER, amount: '10000' })],
    ['with an amount beyond 2^53', 422, 'amount_invalid', write({ ...ORDER, amount: 2 ** 53 })],
    ['with an unknown currency', 422, 'currency_unsupported', write({ ...ORDER, currency: 'XXX' })],
    ['with a currency in small letters', 422, 'currency_unsupported', write({ ...ORDER, currency: 'cny' })],
    ['with two kinds of mistakes', 422, 'validation_failed', write({ ...ORDER, amount: 0, currency: 'XXX' })],
    ['with a reference of blanks', 422, 'validation_failed', write({ ...ORDER, merchant_reference: '  ' })],
  ];
  it.each(cases)('%s: %i %s', async (_name, status, code, sent) => {
    const answer = await gateway.send('post', PATH, sent);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expectMatchesContract(gateway.document, 'post', PATH, status, answer.body);
    await expectNothingWritten();
  });

  it('signed with a key that nobody registered: 401 key_unknown', async () => {
    const stranger = { ...gateway.merchant, keyid: `${gateway.merchant.merchantId}/other` };
    const { status, body } = await gateway.send('post', PATH, write(ORDER, { signedBy: stranger }));
    expect([status, body.code]).toEqual([401, 'key_unknown']);
    await expectNothingWritten();
  });

  it('signed with a key that lacks the scope: 403 scope_missing', async () => {
    const reader = await gateway.addMerchant(['read']);
    const { status, body } = await gateway.send('post', PATH, write(ORDER, { signedBy: reader }));
    expect([status, body.code]).toEqual([403, 'scope_missing']);
    expectMatchesContract(gateway.document, 'post', PATH, status, body);
    await gateway.send('get', PATH, { signedBy: reader }).expect(200);
    await expectNothingWritten();
  });

  it('of 2 MB in chunks, without a length: 413 body_too_large', async () => {
    const { port, close } = await listen(gateway.app, { host: '127.0.0.1', port: 0 });
    const call = httpRequest({
      port,
      path: PATH,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    for (let sent = 0; sent < 2_000_000; sent += 50_000) call.write('a'.repeat(50_000));
    call.end();
    const [answer] = (await once(call, 'response')) as [IncomingMessage];
    const chunks = await answer.toArray();
    expect([answer.statusCode, JSON.parse(Buffer.concat(chunks).toString()).code]).toEqual([
      413,
      'body_too_large',
    ]);
    await close();
  });

  it('points at each field, and tells what to do', async () => {
    const body = { merchant_reference: 'x', amount: 1.5, lines: [{ name: 'a', 'b/c~d': 1 }] };
    const answer = await gateway.send('post', PATH, write(body));
    expect(answer.body.code).toBe('validation_failed');
    expect(answer.body.errors).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ pointer: '/amount', code: 'amount_invalid' }),
        expect.objectContaining({ pointer: '/currency', code: 'missing' }),
        expect.objectContaining({ pointer: '/lines/0/amount', code: 'missing' }),
        expect.objectContaining({ pointer: '/lines/0/b~1c~0d', code: 'unknown_field' }),
      ]),
    );
    const amount = await gateway.send('post', PATH, write({ ...ORDER, amount: 1.5 }));
    expect(amount.body.hint).toMatch('positive integer of minor units');
  });

  it('says where the JSON breaks off, without quoting it', async () => {
    const { body } = await gateway.send('post', PATH, write('{"amount":1,}'));
    expect(body.hint).toMatch('trailing commas');
    expect(body.detail).toMatch(/character 12|is not JSON/);
    expect(JSON.stringify(body)).not.toMatch('"amount');
  });
});

describe('a failure of ours', () => {
  it('says nothing of the database, and logs no value', async () => {
    gateway.logged.length = 0;
    const sent = write({ ...ORDER, merchant_reference: 'crash-4711' });
    const { status, body } = await gateway.send('post', PATH, sent);
    expect([status, body.code]).toEqual([500, 'internal_error']);
    expect(JSON.stringify(body)).not.toMatch(/zero|select|22012/);
    expectMatchesContract(gateway.document, 'post', PATH, status, body);
    const line = gateway.logged.find(({ msg }) => msg === 'internal_error');
    expect(line).toMatchObject({
      request_id: body.request_id,
      error: { name: 'DatabaseError', code: '22012' },
    });
    expect(JSON.stringify(gateway.logged)).not.toMatch('4711');
    await expectNothingWritten();
  });

  it.each([
    ['a bigint in its answer', 'bigint-1', /BigInt/],
    ['a refusal returned that should be thrown', 'misreturn-1', /instead of throwing/],
  ])('keeps a handler with %s from writing', async (_case, reference, message) => {
    gateway.logged.length = 0;
    const { status, body } = await gateway.send(
      'post',
      PATH,
      write({ ...ORDER, merchant_reference: reference }),
    );
    expect([status, body.code]).toEqual([500, 'internal_error']);
    const line = gateway.logged.find(({ msg }) => msg === 'internal_error');
    expect(line?.error).toMatchObject({ message: expect.stringMatching(message) });
    await expectNothingWritten();
  });
});

describe('a read', () => {
  it.each([
    ['with a body', 400, 'body_forbidden', PATH, { body: '{}' }],
    ['with an unknown parameter', 422, 'validation_failed', `${PATH}?lmit=1`, {}],
    ['with a parameter named __proto__', 422, 'validation_failed', `${PATH}?__proto__=1`, {}],
    ['with a parameter twice', 422, 'validation_failed', `${PATH}?limit=1&limit=2`, {}],
    ['with a limit that is too large', 422, 'validation_failed', `${PATH}?limit=101`, {}],
    ['with text that cannot be stored', 422, 'validation_failed', `${PATH}?limit=%00`, {}],
    ['with a foreign cursor', 400, 'cursor_invalid', `${PATH}?cursor=%21`, {}],
    ['with a cursor that encodes nothing useful', 400, 'cursor_invalid', `${PATH}?cursor=AAAA`, {}],
    ['of something with an impossible id', 404, 'not_found', `${PATH}/ord_1`, {}],
    ['of something with the id of another kind', 404, 'not_found', `${PATH}/pln_${'0'.repeat(32)}`, {}],
    ['with a target that is not normal', 400, 'target_not_normalized', `${PATH}?a=%20\\`, {}],
  ] as [string, number, string, string, Sent][])('%s: %i %s', async (_name, status, code, path, sent) => {
    const answer = await gateway.send('get', path, sent);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expectMatchesContract(gateway.document, 'get', path, status, answer.body);
  });

  it('gives an id to the handler as it is', async () => {
    const path = `${PATH}/ord_${'0'.repeat(31)}1`;
    const { status, body } = await gateway.send('get', path);
    expect([status, body.id]).toEqual([200, `ord_${'0'.repeat(31)}1`]);
    expectMatchesContract(gateway.document, 'get', path, status, body);
  });
});
