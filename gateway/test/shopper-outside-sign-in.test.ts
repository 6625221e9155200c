import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../src/config.ts';
import { findAgreement } from '../src/agreements/agreements.ts';
import { openAgreement } from '../src/agreements/open.ts';
import { listInbox } from '../src/notifications/inbox.ts';
import { accountPath } from '../src/pages/account/paths.ts';
import { saveMail } from '../src/shoppers/profile.ts';
import { createOpenIdProvider } from '../src/shoppers/sign-in/openid-provider.ts';
import { newMasterKey } from './support/master-key.ts';
import { type OpenIdProvider, openOpenIdProvider } from './support/openid-provider.ts';
import { newReader, type Reader } from './support/page-reader.ts';
import { openPagesWorld, type PagesWorld, type Shop } from './support/pages-world.ts';
import { reachOffers, signIn } from './support/pages-walk.ts';

let world: PagesWorld;
let shop: Shop;
let provider: OpenIdProvider;
let account: string;
let people = 0;

const client = { clientId: 'morrow', clientSecret: 'a secret' };

beforeAll(async () => {
  world = await openPagesWorld();
  shop = await world.openShop();
  account = accountPath({ id: shop.environmentId });
  provider = await openOpenIdProvider(client);
  const outside = createOpenIdProvider({ issuer: provider.issuer, name: 'Acme', ...client });
  world.context.outside = outside;
  await outside.begin({ state: 's', nonce: 'n', verifier: 'v', redirectUri: 'http://127.0.0.1:4000/' });
});
afterAll(async () => {
  await provider.close();
  await world.close();
});
beforeEach(async () => {
  Object.assign(provider.state, { lies: {}, fails: undefined, isForged: false, tellsLater: false });
  provider.state.user = { sub: `person-${(people += 1)}` };
  await world.context.db('outside_sign_ins').delete();
  await world.context.db('login_challenges').update({ address_hash: Buffer.alloc(32) });
});

const newPage = () => newReader(world.server, { 'Accept-Language': 'en' });
const isSignedIn = (reader: Reader) => reader.page.html.includes(`${account}/sign-out`);
const newPhone = () => `+4477009${String(10_000 + (people += 1))}`;
const verified = (phone: string) => ({ phone_number: phone, phone_number_verified: true });

/** To the provider, by the button of the page; where it sends the browser back. */
async function leave(reader: Reader, path: string, answer?: 'yes' | 'no'): Promise<string> {
  await reader.get(path);
  await reader.submit('/outside');
  return provider.visit(String(reader.page.headers.location), answer);
}

async function comeBy(reader: Reader, path: string, answer?: 'yes' | 'no'): Promise<void> {
  await reader.get(await leave(reader, path, answer));
}

async function shopperBy(reader: Reader): Promise<string> {
  const token = reader.cookies.find(({ name }) => name === '__Host-shopper')?.value ?? '';
  const token_hash = createHash('sha256').update(token).digest();
  const row = await world.context.db('shopper_sessions').where({ token_hash }).first();
  return row?.shopper_id;
}

describe('a sign-in with an outside provider', () => {
  test('whose phone the provider has verified needs no code, and is the same shopper the next time', async () => {
    provider.state.user = { sub: 'ada', ...verified(newPhone()) };
    const first = newPage();
    await comeBy(first, `${account}/score`);
    expect(isSignedIn(first)).toBe(true);
    expect(first.page.path).toBe(`${account}/score`);
    provider.state.user = { sub: 'ada' };
    const second = newPage();
    await comeBy(second, account);
    expect(await shopperBy(second)).toBe(await shopperBy(first));
  });

  test('takes a phone from the userinfo endpoint, too', async () => {
    provider.state.tellsLater = true;
    Object.assign(provider.state.user, verified(newPhone()));
    const reader = newPage();
    await comeBy(reader, account);
    expect(isSignedIn(reader)).toBe(true);
  });

  test('claims the checkout that it began at, which goes on with what is missing', async () => {
    Object.assign(provider.state.user, verified(newPhone()));
    const { path } = await shop.openCheckout();
    const reader = newPage();
    await comeBy(reader, path);
    expect(reader.page.path).toBe(path);
    expect(reader.text).toContain('About you');
  });

  test('claims the agreement that it began at, and one that ended meanwhile is nobody’s', async () => {
    const open = (merchantReference: string) =>
      shop.inTx((tx) =>
        openAgreement(tx, {
          merchantId: shop.merchant.id,
          merchantReference,
          description: 'Bicycles by the hour',
          currency: 'CNY',
          orderCeiling: 20_000n,
          dayCeiling: 40_000n,
          monthCeiling: 60_000n,
          chargeAfterDays: 0,
          returnUrl: 'http://localhost:4100/agreed',
        }),
      );
    const ownerOf = async (agreementId: string) =>
      (await shop.inTx((tx) => findAgreement(tx, { agreementId }), 'read')).shopperId;
    Object.assign(provider.state.user, verified(newPhone()));
    const { agreement, secret } = await open('bicycles');
    const reader = newPage();
    await comeBy(reader, `/a/${secret}`);
    expect(reader.page.path).toBe(`/a/${secret}`);
    expect(reader.text).toContain('Prove that it is you');
    expect(await ownerOf(agreement.id)).toBe(await shopperBy(reader));

    const late = await open('later');
    const slow = newPage();
    const back = await leave(slow, `/a/${late.secret}`);
    await world.context.db('agreements').where({ id: late.agreement.id }).update({
      status: 'ended',
      ended_by: 'merchant',
      ended_at: world.context.clock.now(),
    });
    await slow.get(back);
    expect(slow.page.status).toBe(410);
    expect(slow.text).toContain('This agreement has ended');
    expect(await ownerOf(late.agreement.id)).toBeNull();
  });

  test.each([
    ['unverified', { phone_number_verified: false }],
    ['called verified in words', { phone_number_verified: 'true' }],
    ['no phone', { phone_number: 'call me' }],
    ['missing', { phone_number: undefined }],
  ])('goes on to a code when the phone is %s, is linked then and needs none later', async (_, told) => {
    const phone = newPhone();
    Object.assign(provider.state.user, verified(phone), told);
    const reader = newPage();
    await comeBy(reader, `${account}/you`);
    expect(isSignedIn(reader)).toBe(false);
    expect(reader.text).toContain('Prove your mobile number once');
    await reader.submit('/phone', { phone });
    await reader.submit('/code', { code: '000000' });
    await reader.submit('/code/again');
    await reader.submit('/code', { code: await shop.newestCode() });
    expect(isSignedIn(reader)).toBe(true);
    const { messages } = await shop.inTx((tx) => listInbox(tx, { limit: 1 }), 'read');
    expect(messages[0]?.body).toContain('another provider now opens');

    const later = newPage();
    await comeBy(later, account);
    expect(isSignedIn(later)).toBe(true);
    expect(await shopperBy(later)).toBe(await shopperBy(reader));
  });

  test('is linked by a verified phone or by a code and never by a mail address', async () => {
    const phone = newPhone();
    const owner = newPage();
    await signIn(owner, shop, account, phone);
    const shopperId = await shopperBy(owner);
    await shop.inTx((tx) => saveMail(tx, { shopperId, mail: 'ada@example.com' }));
    provider.state.user = { sub: 'thief', email: 'ada@example.com' };
    const reader = newPage();
    await comeBy(reader, account);
    expect(isSignedIn(reader)).toBe(false);
    expect(
      await world.context.db('shopper_outside_accounts').where({ shopper_id: await shopperBy(owner) }),
    ).toEqual([]);
  });

  test('is listed in the account, and can be removed', async () => {
    provider.state.user = { sub: 'leaver', ...verified(newPhone()) };
    const reader = newPage();
    await comeBy(reader, `${account}/signing-in`);
    expect(reader.text).toContain('Acme');
    await reader.submit('/outside/remove');
    expect(reader.text).toContain('It does not sign you in here any more');
    provider.state.user = { sub: 'leaver' };
    const later = newPage();
    await comeBy(later, account);
    expect(isSignedIn(later)).toBe(false);
  });

  test('of a person who is linked with somebody else stays theirs', async () => {
    provider.state.user = { sub: 'bob', ...verified(newPhone()) };
    const bob = newPage();
    await comeBy(bob, account);
    // Carol has Bob's browser at the provider, and her own phone.
    provider.state.user = { sub: 'bob', ...verified(newPhone()) };
    const carol = newPage();
    await comeBy(carol, account);
    expect(await shopperBy(carol)).toBe(await shopperBy(bob));
  });

  test.each([
    ['that the person did not want', 'no', {}, []],
    ['that was signed by somebody else', 'yes', { isForged: true }, ['OAUTH_INVALID_RESPONSE']],
    ['for another client', 'yes', { lies: { aud: 'another' } }, ['OAUTH_JWT_CLAIM_COMPARISON_FAILED']],
    [
      'of another provider',
      'yes',
      { lies: { iss: 'https://evil.example' } },
      ['OAUTH_JWT_CLAIM_COMPARISON_FAILED'],
    ],
    ['of another sign-in', 'yes', { lies: { nonce: 'another' } }, ['OAUTH_JWT_CLAIM_COMPARISON_FAILED']],
    ['that is over', 'yes', { lies: { expires: '-5m' } }, ['OAUTH_JWT_TIMESTAMP_CHECK_FAILED']],
    ['for a code that was used', 'yes', { fails: 400 }, ['server_error']],
  ] as const)('takes no answer %s, and says what to do', async (_, answer, given, reasons) => {
    Object.assign(provider.state.user, verified(newPhone()));
    Object.assign(provider.state, given);
    const { path } = await shop.openCheckout();
    const reader = newPage();
    await comeBy(reader, path, answer);
    expect(reader.page.path).toBe(path);
    expect(reader.text).toContain('You were not signed in there');
    expect(reader.page.html).toContain(`${path}/phone`);
    expect(world.logged.splice(0).map(({ reason }) => reason)).toEqual(reasons);
    await reader.get(path);
    expect(reader.text).not.toContain('You were not signed in there');
  });

  test('says so when the provider is away, and codes go on', async () => {
    const { outside } = world.context;
    const reader = newPage();
    const back = await leave(reader, account);
    await reader.get(account);
    world.context.outside = createOpenIdProvider({ ...client, issuer: 'http://127.0.0.1:9', name: 'Acme' });
    await reader.submit('/outside');
    expect(reader.text).toContain('The other service does not answer');
    await reader.get(back);
    expect(reader.text).toContain('The other service does not answer');
    world.context.outside = outside;
    world.logged.length = 0;
    await signIn(reader, shop, account, newPhone());
    expect(isSignedIn(reader)).toBe(true);
  });

  test('is good once, for ten minutes, and only in the browser where it began', async () => {
    Object.assign(provider.state.user, verified(newPhone()));
    const reader = newPage();
    const back = await leave(reader, account);
    const thief = newPage();
    await thief.get(account);
    await thief.get(back);
    expect(thief.page.status).toBe(410);
    expect(thief.text).toContain('This sign-in is over');
    await reader.get(back);
    expect(isSignedIn(reader)).toBe(true);
    await reader.get(back);
    expect(reader.page.status).toBe(410);

    const slow = newPage();
    const late = await leave(slow, account);
    world.passMinutes(10);
    await slow.get(late);
    expect(slow.page.status).toBe(410);
  });

  test('goes on in two tabs of one browser', async () => {
    Object.assign(provider.state.user, verified(newPhone()));
    const reader = newPage();
    const first = await leave(reader, account);
    const second = await leave(reader, `${account}/you`);
    await reader.get(first);
    expect(isSignedIn(reader)).toBe(true);
    await reader.get(second);
    expect(reader.page.path).toBe(`${account}/you`);
    expect(isSignedIn(reader)).toBe(true);
  });

  test.each([
    '',
    '?state=',
    '?state=live.x&code=1',
    `?state=sbx_${'0'.repeat(32)}.x&code=1`,
    '?state=a&state=b',
  ])('an address that nobody was sent to (%j) says what to do', async (query) => {
    const reader = newPage();
    await reader.get(account);
    await reader.get(`/sign-in/outside${query}`);
    expect(reader.page.status).toBe(410);
    expect(reader.text).toContain('Go back to the page where you began');
  });

  test('at the checkout of somebody else shows nothing of it', async () => {
    const { path } = await shop.openCheckout();
    await reachOffers(newPage(), shop, path, 900_002);
    Object.assign(provider.state.user, verified(newPhone()));
    const reader = newPage();
    await comeBy(reader, path);
    expect(reader.page.status).toBe(404);
    expect(reader.text).not.toContain('Tea set');
  });

  test('may begin 30 times in ten minutes from one address', async () => {
    const reader = newPage();
    for (let tried = 0; tried < 30; tried += 1) await leave(reader, account);
    await reader.get(account);
    await reader.submit('/outside');
    expect(reader.text).toContain('There were too many tries from here');
  });

  test('is offered by a page whose policy lets its form lead there, and only by that', async () => {
    const reader = newPage();
    await reader.get(account);
    expect(reader.text).toContain('Sign in with Acme');
    expect(reader.page.headers['content-security-policy']).toContain(
      `form-action 'self' ${provider.issuer};`,
    );
    await signIn(reader, shop, account, newPhone());
    expect(reader.page.headers['content-security-policy']).not.toContain(provider.issuer);
  });

  test('is not offered where nobody has set up a provider, or while it has not answered', async () => {
    const { outside } = world.context;
    world.context.outside = undefined;
    const reader = newPage();
    await reader.get(account);
    expect(reader.text).not.toContain('Acme');
    world.context.outside = createOpenIdProvider({ ...client, issuer: 'http://127.0.0.1:9', name: 'Acme' });
    await reader.get(account);
    expect(reader.text).not.toContain('Acme');
    world.context.outside = outside;
  });

  test('keeps neither the subject nor the phone, nor where the browser came from, in the open', async () => {
    Object.assign(provider.state.user, { sub: 'plain-subject', ...verified('+447700912345') });
    const { path } = await shop.openCheckout();
    const reader = newPage();
    await comeBy(reader, path);
    const { db } = world.context;
    const kept = JSON.stringify([await db('shopper_outside_accounts'), await db('outside_sign_ins')]);
    for (const secret of ['plain-subject', '447700912345', path]) expect(kept).not.toContain(secret);
  });
});

describe('the configuration of a provider', () => {
  const secretFile = join(tmpdir(), `morrow-openid-${process.pid}`);
  const keyFile = `${secretFile}-key`;
  writeFileSync(secretFile, 'a secret\n');
  writeFileSync(keyFile, newMasterKey());
  const given = {
    DATABASE_URL: 'postgres://x',
    MASTER_KEY_FILE: keyFile,
    OPENID_ISSUER: 'https://id.example',
    OPENID_CLIENT_ID: 'morrow',
    OPENID_CLIENT_SECRET_FILE: secretFile,
    OPENID_NAME: 'Acme',
  };

  test('is all four variables or none', () => {
    expect(readConfig(given).openId).toEqual({
      issuer: 'https://id.example',
      clientId: 'morrow',
      clientSecret: 'a secret',
      name: 'Acme',
    });
    expect(() => readConfig({ ...given, OPENID_NAME: undefined })).toThrow('set all four or none');
  });

  test('is https, but at a loopback address', () => {
    expect(() => readConfig({ ...given, OPENID_ISSUER: 'http://id.example' })).toThrow('must be https');
    expect(readConfig({ ...given, OPENID_ISSUER: 'http://127.0.0.1:8080' }).openId?.issuer).toContain('8080');
  });
});
