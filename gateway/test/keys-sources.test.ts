import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hourMs, minuteMs } from '../src/lib/dates.ts';
import { newKey, type NewTestKey, registration } from './support/keys.ts';
import { type Receiver, startReceiver } from './support/receiver.ts';
import { openShop, type Shop } from './support/shop.ts';
import { generateKey } from './support/sign.ts';
import { openWorld, type World } from './support/world.ts';

/** For how long a found key is not looked up again. */
const rememberedMs = 5_000;

let world: World;
let shop: Shop;
let publisher: Receiver;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  publisher = await startReceiver();
  world.context.config.sandboxWebhookTargets.push(publisher.target);
  shop = await openShop(world);
});
afterEach(() => publisher.close());

const url = (): string => `http://${publisher.target}/jwks.json`;

/** What the merchant publishes from now on. */
function publish(...keys: unknown[]): void {
  publisher.answer((_request, response) => response.end(JSON.stringify({ keys })));
}

const setSource = (scopes = ['read']) => shop.send('PUT', '/v1/key-source', { jwks_url: url(), scopes });

/** The status, or the code of the problem, of a read by the key. */
async function read(key: NewTestKey, path = '/v1/orders'): Promise<number | string> {
  const { status, body } = await shop.send('GET', path, undefined, { key: key.signer });
  return status === 200 ? 200 : (body as { code: string }).code;
}

describe('a source of keys', () => {
  test('lets the keys that are published sign, with the scopes of the source', async () => {
    const [a, b] = [newKey(shop, 'a'), newKey(shop, 'b', 'ecdsa-p256-sha256')];
    publish(a.jwk, { kty: 'EC', crv: 'P-521', kid: 'unknown to us' }, b.jwk, 'nonsense');
    expect(await read(a)).toBe('key_unknown');
    expect(await setSource()).toMatchObject({
      status: 200,
      body: { object: 'key_source', jwks_url: url(), scopes: ['read'] },
    });
    expect([await read(a), await read(b), await read(newKey(shop, 'c'))]).toEqual([200, 200, 'key_unknown']);
    expect(await read(a, '/v1/keys')).toBe('scope_missing');
    expect(await read({ ...a, signer: { ...b.signer, keyid: a.signer.keyid } })).toBe('signature_invalid');
    expect(await shop.get('/v1/key-source')).toMatchObject({ jwks_url: url(), scopes: ['read'] });
  });

  test('is asked every five minutes while it is used, and for a new key once a minute', async () => {
    const [a, b] = [newKey(shop, 'a'), newKey(shop, 'b')];
    publish(a.jwk);
    await setSource();
    const asked = (): number => publisher.received.length;
    expect(asked()).toBe(1);
    await Promise.all([read(a), read(a), read(a)]);
    expect(asked()).toBe(2);
    world.passMs(5 * minuteMs - rememberedMs);
    expect([await read(a), asked()]).toEqual([200, 2]);
    world.passMs(rememberedMs);
    expect([await read(a), asked()]).toEqual([200, 3]);

    publish(a.jwk, b.jwk);
    expect([await read(b), await read(b), asked()]).toEqual(['key_unknown', 'key_unknown', 3]);
    world.passMs(minuteMs);
    expect([await read(b), await read(newKey(shop, 'c')), asked()]).toEqual([200, 'key_unknown', 4]);
  });

  test('that cannot be had is good for an hour, and asked once a minute', async () => {
    const a = newKey(shop, 'a');
    publish(a.jwk);
    await setSource();
    expect(await read(a)).toBe(200);
    publisher.answer(500);
    world.passMs(5 * minuteMs);
    expect([await read(a), await read(a), publisher.received.length]).toEqual([200, 200, 3]);
    world.passMs(54 * minuteMs);
    expect(await read(a)).toBe(200);
    world.passMs(minuteMs);
    expect(await read(a)).toBe('key_unknown');
    publish(a.jwk);
    world.passMs(minuteMs);
    expect(await read(a)).toBe(200);
  });

  test('lets go of a key that is published no longer', async () => {
    const [a, b] = [newKey(shop, 'a'), newKey(shop, 'b')];
    publish(a.jwk, b.jwk);
    await setSource();
    expect(await read(a)).toBe(200);
    publish(b.jwk);
    world.passMs(5 * minuteMs);
    expect([await read(a), await read(b)]).toEqual(['key_unknown', 200]);
  });

  test('that is put again is asked again, so that a key can be taken back at once', async () => {
    const [a, b] = [newKey(shop, 'a'), newKey(shop, 'b')];
    publish(a.jwk, b.jwk);
    await setSource();
    expect(await read(a)).toBe(200);
    publish(b.jwk);
    world.passMs(rememberedMs);
    expect(await read(a)).toBe(200);
    await setSource();
    world.passMs(rememberedMs);
    expect([await read(a), await read(b)]).toEqual(['key_unknown', 200]);
  });

  test('cannot bring back a key that was revoked, or speak for one that is registered', async () => {
    const [a, b] = [newKey(shop, 'a'), newKey(shop, 'b')];
    await shop.post('/v1/keys', await registration(shop, a, { scopes: ['read'] }));
    await shop.post('/v1/keys/a/revoke');
    await shop.post('/v1/keys', await registration(shop, b, { scopes: ['read'] }));
    const other = generateKey('ed25519');
    publish(a.jwk, { ...other.jwk, kid: 'b' });
    await setSource();
    expect(await read(a)).toBe('key_unknown');
    const impostor = { ...b, signer: { ...b.signer, privateKey: other.privateKey } };
    expect([await read(b), await read(impostor)]).toEqual([200, 'signature_invalid']);
  });

  test('ends with its keys, within the five seconds for which one is remembered', async () => {
    const a = newKey(shop, 'a');
    publish(a.jwk);
    await setSource();
    expect(await read(a)).toBe(200);
    expect((await shop.send('PUT', '/v1/key-source', { jwks_url: null })).body).toMatchObject({
      jwks_url: null,
      scopes: [],
    });
    world.passMs(rememberedMs);
    expect(await read(a)).toBe('key_unknown');
    await world.sequence();
    const { data } = await shop.get<{ data: { type: string; object_version: number }[] }>('/v1/events');
    expect(data.filter(({ type }) => type === 'key_source.changed')).toMatchObject([
      { object_version: 1, data: { jwks_url: url(), scopes: ['read'] } },
      { object_version: 2, data: { jwks_url: null, scopes: [] } },
    ]);
  });

  test('with the scope for keys makes registered ones dispensable, and then has to stay', async () => {
    const a = newKey(shop, 'a');
    publish(a.jwk);
    await setSource(['read', 'keys']);
    const kid = shop.key.keyid.split('/')[1];
    await shop.post(`/v1/keys/${kid}/revoke`);
    const options = { key: a.signer };
    for (const body of [{ jwks_url: null }, { jwks_url: url(), scopes: ['read'] }])
      expect((await shop.refusal('PUT', '/v1/key-source', body, options)).code).toBe('state_conflict');
    expect(await read(a, '/v1/keys')).toBe(200);
  });
});

describe('an address that is put is refused', () => {
  test.each([
    ['with status 404', 404],
    ['with a redirect', 302],
  ])('when it answers %s', async (_what, status) => {
    publisher.answer(status);
    expect((await setSource()).body).toMatchObject({ code: 'key_unacceptable' });
    expect(await shop.get('/v1/key-source')).toMatchObject({ jwks_url: null });
  });

  test.each([
    ['text that is no JSON', () => 'keys'],
    ['JSON that is no set', () => '[]'],
    ['null', () => 'null'],
    ['no keys', () => '{"keys":[]}'],
    ['no key that can be used', () => '{"keys":[{"kty":"oct"}]}'],
    [
      'a private key',
      () => JSON.stringify({ keys: [generateKey('ed25519').privateKey.export({ format: 'jwk' })] }),
    ],
    [
      'two keys of one name',
      () => {
        const named = () => ({ ...generateKey('ed25519').jwk, kid: 'a' });
        return JSON.stringify({ keys: [named(), named()] });
      },
    ],
    ['eleven keys', () => JSON.stringify({ keys: Array.from({ length: 11 }, () => ({})) })],
    ['65 kB', () => JSON.stringify({ keys: [], more: 'x'.repeat(65_536) })],
  ])('when it has %s', async (_what, text) => {
    publisher.answer((_request, response) => response.end(text()));
    expect((await setSource()).body).toMatchObject({ code: 'key_unacceptable' });
  });

  test.each([
    'http://127.0.0.1:1/jwks.json',
    'https://127.0.0.1/jwks.json',
    'https://[::1]/jwks.json',
    'https://169.254.169.254/jwks.json',
    'https://10.0.0.1/jwks.json',
    'http://shop.example/jwks.json',
    'https://shop.example:9000/jwks.json',
    'https://user:secret@shop.example/jwks.json',
    'file:///etc/passwd',
    'jwks',
  ])('when it is %s', async (forbidden) => {
    const refusal = await shop.refusal('PUT', '/v1/key-source', { jwks_url: forbidden, scopes: ['read'] });
    expect(refusal.code).toBe('url_forbidden');
  });

  test('without scopes, and with more of them than the key that signs has', async () => {
    expect((await shop.refusal('PUT', '/v1/key-source', { jwks_url: url() })).code).toBe('validation_failed');
    const manager = newKey(shop, 'manager');
    await shop.post('/v1/keys', await registration(shop, manager, { scopes: ['keys'] }));
    const more = { jwks_url: url(), scopes: ['keys', 'refunds'] };
    const refusal = await shop.refusal('PUT', '/v1/key-source', more, { key: manager.signer });
    expect(refusal.code).toBe('scope_missing');
    expect(publisher.received).toEqual([]);
  });
});

test('an address that the rules forbid since it was put is asked no more', async () => {
  const [a, b] = [newKey(shop, 'a'), newKey(shop, 'b')];
  publish(a.jwk, b.jwk);
  await setSource();
  expect(await read(a)).toBe(200);
  // The operator has taken the target off the list.
  world.context.config.sandboxWebhookTargets.length = 0;
  world.passMs(5 * minuteMs);
  expect([await read(a), publisher.received.length]).toEqual([200, 2]);
  world.passMs(hourMs);
  expect([await read(a), publisher.received.length]).toEqual(['key_unknown', 2]);
});
