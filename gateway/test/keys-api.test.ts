import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMerchant, findMerchant } from '../src/merchants/merchants.ts';
import type { SignatureAlgorithm } from '../src/lib/jwk.ts';
import { newKey, type ProofInput, registration } from './support/keys.ts';
import { openShop, type Shop } from './support/shop.ts';
import { generateKey } from './support/sign.ts';
import { openWorld, type World } from './support/world.ts';

type KeyBody = { kid: string; status: string; scopes: string[]; expires_at: string | null };

let world: World;
let shop: Shop;
beforeAll(async () => {
  world = await openWorld();
  shop = await openShop(world);
});
afterAll(() => world.close());

const kidOf = (of: Shop): string => of.key.keyid.split('/')[1] ?? '';
const listed = async (of: Shop): Promise<KeyBody[]> => (await of.get<{ data: KeyBody[] }>('/v1/keys')).data;

describe('registering a key', () => {
  test.each<SignatureAlgorithm>(['ed25519', 'ecdsa-p256-sha256', 'rsa-pss-sha512', 'rsa-v1_5-sha256'])(
    'of %s lets it sign at once, for what it has the scopes for',
    async (algorithm) => {
      const of = await openShop(world);
      const key = newKey(of, 'key-2', algorithm);
      expect(await of.post('/v1/keys', await registration(of, key, { scopes: ['read'] }))).toMatchObject({
        object: 'key',
        kid: 'key-2',
        key_id: `${of.merchantId}/key-2`,
        algorithm,
        status: 'active',
        scopes: ['read'],
        expires_at: null,
      });
      expect((await of.send('GET', '/v1/orders', undefined, { key: key.signer })).status).toBe(200);
      expect((await of.refusal('GET', '/v1/keys', undefined, { key: key.signer })).code).toBe(
        'scope_missing',
      );
    },
  );

  test('is told to the merchant by an event, and kept with who did it', async () => {
    const of = await openShop(world);
    const key = newKey(of, 'key-2');
    await of.post('/v1/keys', await registration(of, key, { scopes: ['read'] }));
    await of.post('/v1/keys/key-2/revoke');
    await world.sequence();
    const { data } = await of.get<{ data: { type: string; object_version: number; data: object }[] }>(
      '/v1/events',
    );
    expect(data.filter(({ type }) => type.startsWith('key.'))).toMatchObject([
      {
        type: 'key.created',
        object_version: 1,
        data: { key_id: key.signer.keyid, scopes: ['read'], by: kidOf(of) },
      },
      { type: 'key.revoked', object_version: 2, data: { key_id: key.signer.keyid, status: 'revoked' } },
    ]);
    const log = await world.db('key_log').where({ owner_id: of.merchantId, kid: 'key-2' }).orderBy('id');
    expect(log).toMatchObject([
      { action: 'created', actor_kind: 'merchant', actor_id: of.merchantId, actor_kid: kidOf(of) },
      { action: 'revoked', actor_kind: 'merchant', actor_id: of.merchantId, actor_kid: kidOf(of) },
    ]);
    await expect(world.db('key_log').where({ owner_id: of.merchantId }).delete()).rejects.toThrow(
      'append-only',
    );
  });

  const wrongProofs: [string, (of: Shop) => ProofInput][] = [
    ['by another key', () => ({ by: generateKey('ed25519') })],
    ['for another merchant', () => ({ iss: 'mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071' })],
    ['for another gateway', () => ({ aud: 'https://other.example' })],
    ['of another type', () => ({ typ: 'dpop+jwt' })],
    ['301 s old', () => ({ age: 301 })],
    ['301 s in the future', () => ({ age: -301 })],
    ['without a jti', () => ({ jti: null })],
    ['with an empty jti', () => ({ jti: '' })],
    ['with a jti of 65 characters', () => ({ jti: 'j'.repeat(65) })],
    ['with a jti that is a number', () => ({ jti: 7 })],
  ];
  test.each(wrongProofs)('with a proof %s is refused, and leaves nothing', async (_what, input) => {
    const key = newKey(shop, 'never');
    const refusal = await shop.refusal('POST', '/v1/keys', await registration(shop, key, {}, input(shop)));
    expect(refusal).toMatchObject({ code: 'key_unacceptable', errors: [{ pointer: '/proof' }] });
    expect((await listed(shop)).some(({ kid }) => kid === 'never')).toBe(false);
  });

  test('with a proof that is no JWS, or has no signature, is refused', async () => {
    const key = newKey(shop, 'never');
    const body = await registration(shop, key);
    const [head = '', claims = ''] = body.proof.split('.');
    const none = Buffer.from('{"alg":"none","typ":"morrow-key+jwt"}').toString('base64url');
    for (const proof of [
      'x',
      'a.b.c',
      `${head}.${claims}.`,
      `${none}.${claims}.`,
      `${head}.${claims}.AAAA`,
    ]) {
      const refusal = await shop.refusal('POST', '/v1/keys', { ...body, proof });
      expect(refusal.code).toBe('key_unacceptable');
    }
  });

  test('with a proof by an algorithm that is not the one of the key is refused', async () => {
    const key = newKey(shop, 'rsa', 'rsa-pss-sha512');
    const body = await registration(shop, key, {}, { alg: 'RS256', by: generateKey('rsa-v1_5-sha256') });
    expect((await shop.refusal('POST', '/v1/keys', body)).code).toBe('key_unacceptable');
  });

  test('with a proof whose algorithm has its name of RFC 9864 is accepted', async () => {
    const of = await openShop(world);
    const body = await registration(of, newKey(of, 'key-2'), {}, { alg: 'Ed25519' });
    expect((await of.send('POST', '/v1/keys', body)).status).toBe(201);
  });

  test('takes a proof once, however the request is repeated', async () => {
    const of = await openShop(world);
    const key = newKey(of, 'key-2');
    const body = await registration(of, key);
    const [first, again] = [
      await of.send('POST', '/v1/keys', body, { idempotencyKey: 'add-1' }),
      await of.send('POST', '/v1/keys', body, { idempotencyKey: 'add-1' }),
    ];
    expect([first.status, again.status, again.replayed]).toEqual([201, 201, true]);
    const replayed = await of.refusal('POST', '/v1/keys', body, { idempotencyKey: 'add-2' });
    expect(replayed).toMatchObject({ code: 'key_unacceptable', detail: 'The proof was used before.' });
    world.passMs(1);
    const used = await of.refusal('POST', '/v1/keys', await registration(of, newKey(of, 'key-2')));
    expect(used.code).toBe('state_conflict');
  });

  test('never gives more than the key that signs has', async () => {
    const of = await openShop(world);
    const manager = newKey(of, 'manager');
    await of.post('/v1/keys', await registration(of, manager, { scopes: ['keys', 'read'] }));
    const options = { key: manager.signer };
    const more = await registration(of, newKey(of, 'more'), { scopes: ['read', 'refunds'] });
    expect(await of.refusal('POST', '/v1/keys', more, options)).toMatchObject({
      code: 'scope_missing',
      detail: expect.stringContaining('"refunds"'),
    });
    // Nor by taking the place of a key that has more.
    const { scopes: _, ...heir } = await registration(of, newKey(of, 'heir'), {
      replaces: { kid: kidOf(of) },
    });
    expect((await of.refusal('POST', '/v1/keys', heir, options)).code).toBe('scope_missing');
    const as = await registration(of, newKey(of, 'as'), { scopes: ['read', 'keys'] });
    expect((await of.send('POST', '/v1/keys', as, options)).status).toBe(201);
  });

  test('needs a key with the scope for it', async () => {
    const of = await openShop(world);
    const reader = newKey(of, 'reader');
    await of.post('/v1/keys', await registration(of, reader, { scopes: ['read'] }));
    const options = { key: reader.signer };
    const body = await registration(of, newKey(of, 'other'), { scopes: ['read'] });
    expect((await of.refusal('POST', '/v1/keys', body, options)).code).toBe('scope_missing');
    expect((await of.refusal('POST', '/v1/keys/reader/revoke', undefined, options)).code).toBe(
      'scope_missing',
    );
    expect((await of.refusal('PUT', '/v1/key-source', { jwks_url: null }, options)).code).toBe(
      'scope_missing',
    );
  });

  test('goes up to ten active ones, also when several come at once', async () => {
    const of = await openShop(world);
    const bodies = [];
    for (let number = 2; number <= 12; number += 1)
      bodies.push(await registration(of, newKey(of, `key-${number}`), { scopes: ['read'] }));
    const answers = await Promise.all(bodies.map((body) => of.send('POST', '/v1/keys', body)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      ...Array(9).fill(201),
      409,
      409,
    ]);
    const [active] = (await listed(of)).filter(({ kid }) => kid !== kidOf(of));
    await of.post(`/v1/keys/${active?.kid}/revoke`);
    await of.post('/v1/keys', await registration(of, newKey(of, 'tenth'), { scopes: ['read'] }));
  });

  test.each([
    ['with private members', { jwk: { kty: 'OKP', crv: 'Ed25519', x: 'A', d: 'A' } }, 'key_unacceptable'],
    ['of a shared secret', { jwk: { kty: 'oct', k: 'AAAA' } }, 'key_unacceptable'],
    ['without scopes', { scopes: undefined }, 'validation_failed'],
    ['with no scopes', { scopes: [] }, 'validation_failed'],
    ['with a scope twice', { scopes: ['read', 'read'] }, 'validation_failed'],
    ['with an unknown scope', { scopes: ['admin'] }, 'validation_failed'],
    ['that is over already', { expires_at: '2026-11-20T07:59:59Z' }, 'validation_failed'],
    ['in the place of one that there is not', { replaces: { kid: 'nobody' } }, 'validation_failed'],
    ['with an overlap of a year', { replaces: { kid: 'nobody', overlap_hours: 8760 } }, 'validation_failed'],
    ['with a field that does not exist', { name: 'x' }, 'validation_failed'],
  ])('%s is refused', async (_what, part, code) => {
    const body = { ...(await registration(shop, newKey(shop, 'never'))), ...part };
    expect((await shop.refusal('POST', '/v1/keys', body)).code).toBe(code);
  });
});

describe('the list of keys', () => {
  test('has all, the oldest first, by pages and by whether they sign', async () => {
    const of = await openShop(world);
    for (const kid of ['b', 'a', 'c']) {
      world.passMs(1);
      await of.post('/v1/keys', await registration(of, newKey(of, kid), { scopes: ['read'] }));
    }
    await of.post('/v1/keys/a/revoke');
    expect((await listed(of)).map(({ kid, status }) => [kid, status])).toEqual([
      [kidOf(of), 'active'],
      ['b', 'active'],
      ['a', 'revoked'],
      ['c', 'active'],
    ]);
    type Page = { data: KeyBody[]; next_cursor: string | null };
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Page = await of.get<Page>(`/v1/keys?limit=2&status=active${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.data.map(({ kid }) => kid));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual([kidOf(of), 'b', 'c']);
    expect((await of.get<Page>('/v1/keys?status=ended')).data.map(({ kid }) => kid)).toEqual(['a']);
    const strange = Buffer.from('nobody').toString('base64url');
    expect((await of.refusal('GET', `/v1/keys?cursor=${strange}`)).code).toBe('cursor_invalid');
  });
});

describe('revoking a key', () => {
  test('never takes the last way to register another', async () => {
    const of = await openShop(world);
    expect((await of.refusal('POST', `/v1/keys/${kidOf(of)}/revoke`)).code).toBe('state_conflict');
    // One that ends by itself is no lasting way, nor is one without the scope.
    const expiring = { scopes: ['keys'], expires_at: '2026-12-01T00:00:00Z' };
    await of.post('/v1/keys', await registration(of, newKey(of, 'expiring'), expiring));
    await of.post('/v1/keys', await registration(of, newKey(of, 'reader'), { scopes: ['read'] }));
    expect((await of.refusal('POST', `/v1/keys/${kidOf(of)}/revoke`)).code).toBe('state_conflict');
    const heir = { scopes: ['read'], replaces: { kid: kidOf(of) } };
    expect(
      await of.refusal('POST', '/v1/keys', await registration(of, newKey(of, 'heir'), heir)),
    ).toMatchObject({
      code: 'state_conflict',
    });
    const second = newKey(of, 'second');
    await of.post('/v1/keys', await registration(of, second, { scopes: ['read', 'keys'] }));
    const revoked = await of.post<KeyBody>(`/v1/keys/${kidOf(of)}/revoke`);
    expect(revoked.status).toBe('revoked');
  });

  test('by two keys at once, each of the other, leaves one of them', async () => {
    const of = await openShop(world);
    const second = newKey(of, 'second');
    await of.post('/v1/keys', await registration(of, second));
    const answers = await Promise.all([
      of.send('POST', '/v1/keys/second/revoke'),
      of.send('POST', `/v1/keys/${kidOf(of)}/revoke`, undefined, { key: second.signer }),
    ]);
    const [done, refused] = answers.map(({ status }) => status).toSorted((a, b) => a - b);
    expect(done).toBe(200);
    // The one that came too late may have lost its key before it was asked what it wants.
    expect([401, 409]).toContain(refused);
    const survivor = answers[0].status === 200 ? of.key : second.signer;
    const { body } = await of.send('GET', '/v1/keys', undefined, { key: survivor });
    const { data } = body as { data: { status: string }[] };
    expect(data.filter(({ status }) => status === 'active')).toHaveLength(1);
  });

  test('again changes nothing, and another merchant has no such key', async () => {
    const of = await openShop(world);
    await of.post('/v1/keys', await registration(of, newKey(of, 'second')));
    const first = await of.post('/v1/keys/second/revoke');
    world.passMs(1000);
    expect(await of.post('/v1/keys/second/revoke')).toEqual(first);
    expect((await shop.refusal('POST', '/v1/keys/second/revoke')).code).toBe('not_found');
    expect((await shop.refusal('POST', '/v1/keys/%20/revoke')).code).toBe('not_found');
  });

  test("of a neighbour in the same sandbox leaves one's own", async () => {
    const of = await openShop(world);
    const neighbour = await of.inTx(async (tx) =>
      createMerchant(tx, { ...(await findMerchant(tx, of.merchantId)), name: 'Next door' }),
    );
    const stranger = { ...of.key, keyid: `${neighbour.id}/${kidOf(of)}` };
    expect((await of.refusal('GET', '/v1/keys', undefined, { key: stranger })).code).toBe('key_unknown');
  });
});
