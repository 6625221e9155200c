import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { pruneIdempotencyKeys } from '../src/http/idempotency-store.ts';
import { pruneNonces } from '../src/http/nonces.ts';
import { transact, type Tx } from '../src/lib/tx.ts';
import { expectMatchesContract } from './support/contract.ts';
import { NOW_SECONDS, openDemoGateway, type DemoGateway, type Sent } from './support/demo-gateway.ts';
import { generateKey } from './support/sign.ts';

const PATH = '/v1/reversals';

let gateway: DemoGateway;
beforeAll(async () => {
  gateway = await openDemoGateway();
});
afterAll(() => gateway.close());
afterEach(async () => {
  gateway.stage.wait = async () => undefined;
  gateway.stage.entered = 0;
  gateway.clock.at = new Date(NOW_SECONDS * 1000);
  await gateway.db('order_reversals').delete();
  await gateway.db('idempotency_keys').delete();
});

function order(reference: string, idempotencyKey: string, sent: Sent = {}): Sent {
  const body = JSON.stringify({ merchant_reference: reference, amount: 10000, currency: 'CNY' });
  return { body, idempotencyKey, ...sent };
}

function outside(reference: string, idempotencyKey: string): Sent {
  return { body: JSON.stringify({ merchant_reference: reference }), idempotencyKey };
}

const references = (): Promise<string[]> => gateway.db('order_reversals').pluck('merchant_reference');
const laterBy = (seconds: number): void => {
  gateway.clock.at = new Date(gateway.clock.at.getTime() + seconds * 1000);
};

/** Makes handlers wait in the middle of their work; `entered` resolves when the first one does. */
function holdHandlers(): { entered: Promise<void>; release: () => void } {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const entered = new Promise<void>((resolve) => {
    gateway.stage.wait = async () => {
      resolve();
      await released;
    };
  });
  return { entered, release };
}

describe('a write', () => {
  it('is done once, and repeated with the same answer', async () => {
    const first = await gateway.send('post', PATH, order('a', 'key-1'));
    expect(first.status).toBe(201);
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    expectMatchesContract(gateway.document, 'post', PATH, first.status, first.body);
    laterBy(600);
    const again = await gateway.send('post', PATH, order('a', 'key-1'));
    expect(again.status).toBe(201);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.headers['request-id']).not.toBe(first.headers['request-id']);
    expect(again.text).toBe(first.text);
    expect(gateway.stage.entered).toBe(1);
    expect(await references()).toEqual(['a']);
  });

  it('takes a key without quotes for the same key', async () => {
    const first = await gateway.send('post', PATH, order('a', 'key-1'));
    const bare = order('a', 'key-1', { idempotencyKey: undefined, headers: { 'idempotency-key': 'key-1' } });
    const again = await gateway.send('post', PATH, bare);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.text).toBe(first.text);
  });

  it.each(['a"b', 'a,b', 'a;b=1', '"a";b=1', 'a\\b', '"a', '(a)  b'])('refuses the key %s', async (key) => {
    const sent = order('a', '', { idempotencyKey: undefined, headers: { 'idempotency-key': key } });
    const { status, body } = await gateway.send('post', PATH, sent);
    expect([status, body.code]).toEqual([400, 'idempotency_key_invalid']);
  });

  it('is refused when its key stood for another body or another target', async () => {
    await gateway.send('post', PATH, order('a', 'key-1')).expect(201);
    for (const [path, sent] of [
      [PATH, order('b', 'key-1')],
      [`${PATH}/outside`, outside('a', 'key-1')],
    ] as const) {
      const { status, body } = await gateway.send('post', path, sent);
      expect([status, body.code]).toEqual([422, 'idempotency_key_reused']);
      expectMatchesContract(gateway.document, 'post', path, status, body);
    }
    expect(await references()).toEqual(['a']);
  });

  it("does not meet another merchant's key", async () => {
    const other = await gateway.addMerchant();
    await gateway.send('post', PATH, order('a', 'key-1')).expect(201);
    const { status, headers } = await gateway.send('post', PATH, order('b', 'key-1', { signedBy: other }));
    expect(status).toBe(201);
    expect(headers).not.toHaveProperty('idempotency-replayed');
  });

  it('refuses its twin while it works, without waiting', async () => {
    const { entered, release } = holdHandlers();
    const first = gateway.send('post', PATH, order('a', 'key-1')).then((answer) => answer);
    await entered;
    const twin = await gateway.send('post', PATH, order('a', 'key-1'));
    expect([twin.status, twin.body.code, twin.headers['retry-after']]).toEqual([
      409,
      'idempotency_in_progress',
      '1',
    ]);
    release();
    expect((await first).status).toBe(201);
    const again = await gateway.send('post', PATH, order('a', 'key-1'));
    expect([again.status, again.text]).toEqual([201, (await first).text]);
    expect(gateway.stage.entered).toBe(1);
  });

  it('is done once, however many twins arrive at a time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => gateway.send('post', PATH, order('a', 'key-1'))),
    );
    const statuses = new Set(answers.map(({ status }) => status));
    expect([...statuses].every((status) => status === 201 || status === 409)).toBe(true);
    expect(new Set(answers.filter(({ status }) => status === 201).map(({ text }) => text)).size).toBe(1);
    expect(gateway.stage.entered).toBe(1);
  });

  it.each([
    ['refuses', 'refuse-1', 409],
    ['crashes', 'crash-1', 500],
  ])('leaves neither a row nor a key when its handler %s', async (_case, reference, status) => {
    await gateway.send('post', PATH, order(reference, 'key-1')).expect(status);
    expect(await references()).toEqual([]);
    expect(await gateway.db('idempotency_keys')).toEqual([]);
    await gateway.send('post', PATH, order('other', 'key-1')).expect(201);
  });

  it('keeps what it wrote and its answer when it is declined with a 402', async () => {
    const first = await gateway.send('post', PATH, order('decline-1', 'key-1'));
    expect([first.status, first.body.code, first.body.assessment]).toEqual([
      402,
      'authorization_declined',
      'asm_1',
    ]);
    expect(first.headers['content-type']).toBe('application/problem+json');
    expectMatchesContract(gateway.document, 'post', PATH, first.status, first.body);
    const again = await gateway.send('post', PATH, order('decline-1', 'key-1'));
    expect([again.status, again.text]).toEqual([402, first.text]);
    expect(again.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'idempotency-replayed': 'true',
    });
    expect(gateway.stage.entered).toBe(1);
    expect(await references()).toEqual(['decline-1']);
  });

  it('forgets the key after 24 hours', async () => {
    await gateway.send('post', PATH, order('a', 'key-1')).expect(201);
    laterBy(24 * 3600);
    const later = await gateway.send('post', PATH, order('b', 'key-1'));
    expect(later.status).toBe(201);
    expect(later.headers).not.toHaveProperty('idempotency-replayed');
    const again = await gateway.send('post', PATH, order('b', 'key-1'));
    expect(again.text).toBe(later.text);
  });

  it('keeps its answer sealed', async () => {
    await gateway.send('post', PATH, order('plain-to-see', 'key-1')).expect(201);
    const [row] = await gateway.db('idempotency_keys');
    expect(row.response_sealed).toMatch(/^v1\./);
    expect(JSON.stringify(row)).not.toMatch('plain-to-see');
  });

  it('is refused, and not kept, while the clock of the sandbox moves', async () => {
    const environment = gateway.db('environments').where({ id: gateway.merchant.environmentId });
    await environment.clone().update({ clock_target: new Date((NOW_SECONDS + 1) * 1000) });
    const { status, body } = await gateway.send('post', PATH, order('a', 'key-1'));
    await environment.clone().update({ clock_target: null });
    expect([status, body.code]).toEqual([409, 'clock_moving']);
    expectMatchesContract(gateway.document, 'post', PATH, status, body);
    await gateway.send('post', PATH, order('a', 'key-1')).expect(201);
  });
});

describe('work outside of one transaction', () => {
  const path = `${PATH}/outside`;

  it('is done once, and repeated with the same answer', async () => {
    const first = await gateway.send('post', path, outside('a', 'key-1'));
    const again = await gateway.send('post', path, outside('a', 'key-1'));
    expect([again.status, again.text]).toEqual([first.status, first.text]);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expectMatchesContract(gateway.document, 'post', path, first.status, first.body);
    expect(gateway.stage.entered).toBe(1);
  });

  it('is refused to its twin until the lease ends, then taken over exactly once after a crash', async () => {
    const { entered, release } = holdHandlers();
    const lost = gateway.send('post', path, outside('a', 'key-1')).then((answer) => answer);
    await entered;
    // From here on the first process is as good as dead: it holds the lease and says nothing more.
    gateway.stage.wait = async () => undefined;
    laterBy(10);
    const twin = await gateway.send('post', path, outside('a', 'key-1'));
    expect([twin.status, twin.body.code, twin.headers['retry-after']]).toEqual([
      409,
      'idempotency_in_progress',
      '20',
    ]);
    expect(gateway.stage.entered).toBe(1);
    laterBy(20);
    const retried = await gateway.send('post', path, outside('a', 'key-1'));
    expect(retried.status).toBe(200);
    expect(retried.headers).not.toHaveProperty('idempotency-replayed');
    expect(gateway.stage.entered).toBe(2);
    // It was only slow: its answer comes too late to count.
    release();
    expect((await lost).body.code).toBe('idempotency_in_progress');
    const again = await gateway.send('post', path, outside('a', 'key-1'));
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(gateway.stage.entered).toBe(2);
    expect(await references()).toEqual(['a']);
  });

  it('is refused with another body even while it is in progress', async () => {
    const { entered, release } = holdHandlers();
    const first = gateway.send('post', path, outside('a', 'key-1')).then((answer) => answer);
    await entered;
    const { status, body } = await gateway.send('post', path, outside('b', 'key-1'));
    expect([status, body.code]).toEqual([422, 'idempotency_key_reused']);
    release();
    expect((await first).status).toBe(200);
  });

  it('lets go of the key when it fails, so that the retry need not wait', async () => {
    await gateway.send('post', path, outside('refuse-1', 'key-1')).expect(502);
    expect(await gateway.db('idempotency_keys')).toEqual([]);
    await gateway.send('post', path, outside('other', 'key-1')).expect(200);
  });

  it('is answered also when it ends its own environment', async () => {
    const signedBy = await gateway.addMerchant();
    const first = await gateway.send('post', path, { ...outside('end-1', 'key-1'), signedBy });
    expect(first.status).toBe(200);
    const again = await gateway.send('post', path, { ...outside('end-1', 'key-1'), signedBy });
    expect([again.status, again.body.code]).toEqual([404, 'not_found']);
  });

  it('keeps a 402', async () => {
    const first = await gateway.send('post', path, outside('decline-1', 'key-1'));
    const again = await gateway.send('post', path, outside('decline-1', 'key-1'));
    expect([first.status, again.status, again.text]).toEqual([402, 402, first.text]);
    expect(gateway.stage.entered).toBe(1);
  });
});

describe('a registration', () => {
  const path = '/v1/openings';
  const { algorithm, privateKey, jwk } = generateKey('ed25519');

  function opening(name: string, idempotencyKey: string, kid = 'first'): Sent {
    const body = JSON.stringify({ name, jwk: { ...jwk, kid } });
    return { body, idempotencyKey, signedBy: { keyid: kid, algorithm, privateKey } };
  }

  it('is proved by the key that it registers, and done once', async () => {
    const before = (await gateway.db('merchants')).length;
    const first = await gateway.send('post', path, opening('a', 'open-1'));
    expect(first.status).toBe(201);
    expectMatchesContract(gateway.document, 'post', path, first.status, first.body);
    const again = await gateway.send('post', path, opening('a', 'open-1'));
    expect([again.status, again.text, again.headers['idempotency-replayed']]).toEqual([
      201,
      first.text,
      'true',
    ]);
    const reused = await gateway.send('post', path, opening('b', 'open-1'));
    expect([reused.status, reused.body.code]).toEqual([422, 'idempotency_key_reused']);
    expect(await gateway.db('merchants')).toHaveLength(before + 1);
    const signedBy = { keyid: first.body.key_id, algorithm, privateKey };
    await gateway.send('get', PATH, { signedBy }).expect(200);
  });

  it('may be done again with the same key under another Idempotency-Key, and each is repeated apart', async () => {
    const second = await gateway.send('post', path, opening('c', 'open-2'));
    const third = await gateway.send('post', path, opening('d', 'open-3'));
    expect(second.body.id).not.toBe(third.body.id);
    expect((await gateway.send('post', path, opening('c', 'open-2'))).text).toBe(second.text);
    expect((await gateway.send('post', path, opening('d', 'open-3'))).text).toBe(third.text);
  });

  it('refuses its twin, and leaves nothing when it fails', async () => {
    const before = (await gateway.db('merchants')).length;
    const { entered, release } = holdHandlers();
    const first = gateway.send('post', path, opening('e', 'open-4')).then((answer) => answer);
    await entered;
    await gateway.send('post', path, opening('e', 'open-4')).expect(409);
    gateway.stage.wait = async () => {
      throw new Error('the work failed');
    };
    await gateway.send('post', path, opening('f', 'open-5')).expect(500);
    release();
    expect((await first).status).toBe(201);
    expect(await gateway.db('merchants')).toHaveLength(before + 1);
  });

  it.each([
    [
      'with another key than it brings',
      401,
      'signature_invalid',
      { signedBy: generateKey('ed25519').privateKey },
    ],
    ['with a private key', 422, 'key_unacceptable', { member: { d: 'AAAA' } }],
  ])(
    'is refused %s: %i %s',
    async (_case, status, code, { signedBy, member }: { signedBy?: typeof privateKey; member?: object }) => {
      const body = JSON.stringify({ name: 'a', jwk: { ...jwk, kid: 'first', ...member } });
      const key = { keyid: 'first', algorithm, privateKey: signedBy ?? privateKey };
      const answer = await gateway.send('post', path, { body, idempotencyKey: 'open-6', signedBy: key });
      expect([answer.status, answer.body.code]).toEqual([status, code]);
      expectMatchesContract(gateway.document, 'post', path, status, answer.body);
    },
  );
});

describe('a nonce', () => {
  const spend = (nonce: string, sent: Sent = {}) =>
    gateway.send('get', PATH, { ...sent, tamper: { parameters: { nonce } } });

  it('is good for one request of its key in 15 minutes', async () => {
    await spend('n-1').expect(200);
    const { status, body } = await spend('n-1');
    expect([status, body.code]).toEqual([401, 'nonce_reused']);
    expectMatchesContract(gateway.document, 'get', PATH, status, body);
    await spend('n-1', { signedBy: await gateway.addMerchant() }).expect(200);
    laterBy(899);
    await spend('n-1').expect(401);
    laterBy(1);
    await spend('n-1').expect(200);
  });

  it('stays spent when the work fails', async () => {
    const failing = order('refuse-1', 'key-1', { tamper: { parameters: { nonce: 'n-2' } } });
    await gateway.send('post', PATH, failing).expect(409);
    const { body } = await gateway.send('post', PATH, failing);
    expect(body.code).toBe('nonce_reused');
  });

  it('is good for one of many requests at a time', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => spend('n-3')));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });
});

describe('pruning', () => {
  it('deletes what has expired in its own environment, and nothing else', async () => {
    const other = await gateway.addMerchant();
    await gateway.db('signature_nonces').delete();
    for (const [reference, signedBy] of [
      ['a', gateway.merchant],
      ['b', other],
    ] as const) {
      const tamper = { parameters: { nonce: 'n' } };
      await gateway.send('post', PATH, order(reference, 'key-1', { signedBy, tamper })).expect(201);
    }
    laterBy(24 * 3600);
    await gateway.send('post', PATH, order('c', 'key-2')).expect(201);
    const { environmentId } = gateway.merchant;
    const actor = { kind: 'system', id: 'test' } as const;
    const pruned = await transact(gateway.context, { environmentId, actor }, async (tx: Tx) => [
      await pruneIdempotencyKeys(tx),
      await pruneNonces(tx),
    ]);
    expect(pruned).toEqual([1, 1]);
    expect(await gateway.db('idempotency_keys').pluck('key').orderBy('key')).toEqual(['key-1', 'key-2']);
    expect(await gateway.db('signature_nonces')).toHaveLength(1);
  });
});
