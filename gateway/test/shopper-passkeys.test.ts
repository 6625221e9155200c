import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { accountPath } from '../src/pages/account/paths.ts';
import { findAgreement } from '../src/agreements/agreements.ts';
import { openAgreement } from '../src/agreements/open.ts';
import { coolingOffUntil } from '../src/draws/cooling-off.ts';
import type { Id } from '../src/lib/ids.ts';
import { listInbox } from '../src/notifications/inbox.ts';
import { erase } from '../src/privacy/erase.ts';
import { findTestPerson } from '../src/shoppers/sandbox-identity.ts';
import { newAuthenticator, type Authenticator } from './support/authenticator.ts';
import { consoleOrigin as named, fromConsole as fromNamed, optionsOn } from './support/console.ts';
import { newReader, type Reader } from './support/page-reader.ts';
import { openPagesWorld, type PagesWorld, type Shop } from './support/pages-world.ts';
import { agreeTo, reachOffers, signIn } from './support/pages-walk.ts';

let world: PagesWorld;
let shop: Shop;
let account: string;
let page: string;
let persons = 50_000;

beforeAll(async () => {
  world = await openPagesWorld();
  shop = await world.openShop();
  account = accountPath({ id: shop.environmentId });
  page = `${account}/signing-in`;
});
afterAll(() => world.close());
// Tests come from one address, which may not ask more often than people do.
beforeEach(async () => {
  await world.context.db('shopper_sign_ins').delete();
  await world.context.db('login_challenges').update({ address_hash: Buffer.alloc(32) });
});

const newPage = () => newReader(world.server, { ...fromNamed });
const tokenOf = (reader: Reader) => reader.cookies.find(({ name }) => name === '__Host-shopper')?.value;
const isSignedIn = (reader: Reader) => reader.page.html.includes(`${account}/sign-out`);

type Member = { reader: Reader; authenticator: Authenticator; phone: string; shopperId: Id<'shp'> };

/** Somebody new who agreed to a purchase and made a passkey at its end. */
async function newOwner(): Promise<Member> {
  const number = (persons += 1);
  const reader = newPage();
  const checkout = (await shop.openCheckout()).path;
  await reachOffers(reader, shop, checkout, number);
  await agreeTo(reader, checkout, 'pay_in_4');
  const authenticator = newAuthenticator();
  await make(reader, '/passkey/add', authenticator);
  const row = await world.context.db('shopper_passkeys').where({ id: authenticator.id }).first();
  return {
    reader,
    authenticator,
    phone: findTestPerson(`good-${number}`)!.phone,
    shopperId: row?.shopper_id,
  };
}

async function make(reader: Reader, form: string, authenticator: Authenticator): Promise<void> {
  const credential = authenticator.create(optionsOn(reader), named);
  await reader.submit(form, { credential: JSON.stringify(credential) });
}

async function answer(reader: Reader, path: string, authenticator: Authenticator): Promise<void> {
  await reader.get(path);
  const credential = authenticator.get(optionsOn(reader), named);
  await reader.submit('/passkey', { credential: JSON.stringify(credential) });
}

async function newestMessage(): Promise<string> {
  const { messages } = await shop.inTx((tx) => listInbox(tx, { limit: 1 }), 'read');
  return messages[0]?.body ?? '';
}

describe('a passkey', () => {
  test('is offered at the end of a checkout, and signs its owner in at the next one and in the account', async () => {
    const { reader, authenticator } = await newOwner();
    expect(reader.text).toContain('Your passkey is ready');
    expect(reader.text).not.toContain('Next time without a code');
    expect(await newestMessage()).toContain('A passkey was added');

    const later = newPage();
    const { path } = await shop.openCheckout();
    await answer(later, path, authenticator);
    expect(later.text).toContain('Pay in 4');
    const other = newPage();
    await answer(other, account, authenticator);
    expect(isSignedIn(other)).toBe(true);
  });

  test('signs in at the page of an agreement, which is theirs from then on', async () => {
    const { authenticator, shopperId } = await newOwner();
    const { agreement, secret } = await shop.inTx((tx) =>
      openAgreement(tx, {
        merchantId: shop.merchant.id,
        merchantReference: 'bicycles',
        description: 'Bicycles by the hour',
        currency: 'CNY',
        orderCeiling: 20_000n,
        dayCeiling: 40_000n,
        monthCeiling: 60_000n,
        chargeAfterDays: 0,
        returnUrl: 'http://localhost:4100/agreed',
      }),
    );
    const reader = newPage();
    await answer(reader, `/a/${secret}`, authenticator);
    expect(reader.text).toContain('For one order, at most');
    const read = await shop.inTx((tx) => findAgreement(tx, { agreementId: agreement.id }), 'read');
    expect(read.shopperId).toBe(shopperId);
    const { authenticator: another } = await newOwner();
    await answer(newPage(), account, another);
    const stranger = newPage();
    await stranger.get(`/a/${secret}`);
    const form = JSON.stringify(another.get(optionsOn(stranger), named));
    await stranger.submit('/passkey', { credential: form });
    expect(stranger.page.status).toBe(404);
    expect(stranger.text).not.toContain('Bicycles');
  });

  test('leads to the page of the account that was asked for', async () => {
    const { authenticator } = await newOwner();
    const reader = newPage();
    await answer(reader, page, authenticator);
    expect(reader.page.path).toBe(page);
    expect(reader.text).toContain('last used on');
  });

  test('signs in at level three for 15 minutes, so that another one can be added', async () => {
    const { authenticator } = await newOwner();
    const reader = newPage();
    await answer(reader, page, authenticator);
    const second = newAuthenticator();
    await make(reader, '/signing-in/add', second);
    expect(reader.text).toContain('Your passkey is ready');
    world.passMinutes(14);
    await reader.get(page);
    world.passMinutes(2);
    await reader.get(page);
    expect(reader.page.html).not.toContain('data-passkey');
    expect(reader.text).toContain('Prove that it is you');
    await answer(newPage(), page, second);
  });

  test('is added only within 15 minutes of an identity check, also by a page that was opened before', async () => {
    const { reader, phone } = await newOwner();
    await reader.get(page);
    const late = JSON.stringify(newAuthenticator().create(optionsOn(reader), named));
    const stale = reader.page.html;
    world.passMinutes(10);
    await reader.get(account);
    world.passMinutes(6);
    await reader.get(account);
    const token = /name="form_token" value="([^"]*)"/.exec(stale)?.[1] ?? '';
    await reader.post(`${page}/add`, { form_token: token, credential: late });
    expect(reader.text).toContain('The identity check is more than 15 minutes old');

    const byCode = newPage();
    await signIn(byCode, shop, page, phone);
    expect(byCode.text).toContain('Prove that it is you');
    expect(byCode.page.html).not.toContain('data-passkey');
  });

  test('is added after a code once its shopper has proved who they are', async () => {
    const { phone } = await newOwner();
    const person = findTestPerson(`good-${persons}`)!;
    const reader = newPage();
    await signIn(reader, shop, page, phone);
    await reader.submit('/signing-in/identity', { name: person.name, national_id: person.nationalId });
    await make(reader, '/signing-in/add', newAuthenticator());
    expect(reader.text).toContain('Your passkey is ready');
  });

  test('is added once when the form is sent again, as by a reload after the network was lost', async () => {
    const { reader, shopperId } = await newOwner();
    await reader.get(page);
    const form = reader.page.html;
    const credential = JSON.stringify(newAuthenticator().create(optionsOn(reader), named));
    await reader.submit('/signing-in/add', { credential });
    const token = /name="form_token" value="([^"]*)"/.exec(form)?.[1] ?? '';
    await reader.post(`${page}/add`, { form_token: token, credential });
    expect(reader.text).toContain('Your passkey is ready');
    const { db } = world.context;
    expect(await db('shopper_passkeys').where({ shopper_id: shopperId })).toHaveLength(2);
    expect(await db('sign_in_changes').where({ shopper_id: shopperId })).toHaveLength(2);
  });

  test('is not made by who was signed out meanwhile, who is told so where they were', async () => {
    const number = (persons += 1);
    const reader = newPage();
    const checkout = (await shop.openCheckout()).path;
    await reachOffers(reader, shop, checkout, number);
    await agreeTo(reader, checkout, 'pay_in_4');
    // As when the session has ended: the cookie opens nothing.
    reader.cookies.splice(
      reader.cookies.findIndex(({ name }) => name === '__Host-shopper'),
      1,
    );
    await make(reader, '/passkey/add', newAuthenticator());
    expect(reader.page.path).toBe(checkout);
    expect(reader.text).toContain('You were signed out because nothing happened for 15 minutes');
  });

  test('signs in once: its form, sent again from an old page, leads to the step that is due', async () => {
    const { authenticator } = await newOwner();
    const reader = newPage();
    const { path } = await shop.openCheckout();
    await reader.get(path);
    const form = reader.page.html;
    const credential = JSON.stringify(authenticator.get(optionsOn(reader), named));
    await reader.submit('/passkey', { credential });
    const token = /name="form_token" value="([^"]*)"/.exec(form)?.[1] ?? '';
    await reader.post(`${path}/passkey`, { form_token: token, credential });
    expect(reader.page.path).toBe(path);
    expect(reader.text).toContain('Pay in 4');
    expect(reader.page.html).not.toContain('role="alert"');
  });

  test('can be named, and the name is shown as it was written', async () => {
    const { reader, authenticator } = await newOwner();
    await reader.get(page);
    await reader.submit('/signing-in/name', { name: ' <b>Mum’s  手机</b> ' });
    expect(reader.text).toContain('The name is kept');
    expect(reader.page.html).toContain('&lt;b>Mum’s 手机&lt;/b>');
    await reader.submit('/signing-in/name', { name: 'x'.repeat(41) });
    expect(reader.text).toContain('at most 40 characters');
    const [row] = await world.context.db('shopper_passkeys').where({ id: authenticator.id });
    expect(row.name_sealed).not.toContain('Mum');
  });

  test('that is removed signs nobody in, and whoever it signed in is out', async () => {
    const { reader, authenticator, phone } = await newOwner();
    const elsewhere = newPage();
    await answer(elsewhere, account, authenticator);
    await reader.get(page);
    await reader.submit('/signing-in/remove');
    expect(reader.text).toContain('The passkey is removed');
    expect(reader.text).toContain('You have no passkey yet');
    expect(await newestMessage()).toContain('A passkey was removed');
    await elsewhere.get(account);
    expect(isSignedIn(elsewhere)).toBe(false);
    await answer(elsewhere, account, authenticator);
    expect(elsewhere.text).toContain('This passkey did not sign you in');
    await signIn(elsewhere, shop, account, phone);
    expect(isSignedIn(elsewhere)).toBe(true);
  });

  test('removed in another tab is told to be gone', async () => {
    const { reader } = await newOwner();
    await reader.get(page);
    const form = reader.page.html;
    await reader.submit('/signing-in/remove');
    const token = /name="form_token" value="([^"]*)"/.exec(form)?.[1] ?? '';
    await reader.post(`${page}/remove`, { form_token: token, passkey: 'gone' });
    expect(reader.text).toContain('This passkey was removed before');
  });

  test('keeps its owner from drawing cash for a day, and so does its removal', async () => {
    const { shopperId, reader } = await newOwner();
    const coolingOff = () => shop.inTx((tx) => coolingOffUntil(tx, shopperId), 'read');
    const now = await shop.inTx(async (tx) => tx.now, 'read');
    const tomorrow = new Date(now.getTime() + 24 * 3_600_000);
    expect(await coolingOff()).toEqual(tomorrow);
    // As if it had been added long ago.
    const changes = () => world.context.db('sign_in_changes').where({ shopper_id: shopperId });
    await changes().update({ at: new Date(now.getTime() - 25 * 3_600_000) });
    expect(await coolingOff()).toBeUndefined();
    await reader.get(page);
    await reader.submit('/signing-in/remove');
    expect(await coolingOff()).toEqual(tomorrow);
  });

  test('of somebody else is not theirs to name or remove', async () => {
    const { authenticator } = await newOwner();
    const { reader } = await newOwner();
    await reader.get(page);
    await reader.submit('/signing-in/name', { passkey: authenticator.id, name: 'mine' });
    expect(reader.text).toContain('This passkey was removed before');
    await reader.submit('/signing-in/remove', { passkey: authenticator.id });
    expect(reader.text).toContain('This passkey was removed before');
    await answer(newPage(), account, authenticator);
    expect(await world.context.db('shopper_passkeys').where({ id: authenticator.id })).toHaveLength(1);
  });

  test('is the eleventh of nobody', async () => {
    const { reader } = await newOwner();
    for (let made = 1; made < 10; made += 1) {
      await reader.get(page);
      await make(reader, '/signing-in/add', newAuthenticator());
    }
    await reader.get(page);
    expect(reader.text).toContain('You have 10 passkeys');
    expect(reader.page.html).not.toContain('data-passkey');
  });

  test('goes with its owner when they are forgotten', async () => {
    const person = findTestPerson(`good-${(persons += 1)}`)!;
    const reader = newPage();
    await signIn(reader, shop, page, person.phone);
    await reader.submit('/signing-in/identity', {
      name: person.name,
      national_id: person.nationalId,
      consent: reader.boxes(),
    });
    const authenticator = newAuthenticator();
    await make(reader, '/signing-in/add', authenticator);
    const { db } = world.context;
    const of = { id: authenticator.id };
    const { shopper_id: shopperId } = await db('shopper_passkeys').where(of).first();
    expect(await shop.inTx((tx) => erase(tx, shopperId))).toEqual({ outcome: 'erased' });
    expect(await db('shopper_passkeys').where(of)).toEqual([]);
    expect(await db('sign_in_changes').where({ shopper_id: shopperId })).toEqual([]);
  });
});

describe('a sign-in by passkey', () => {
  test('gives another session each time, and the one that the browser had ends', async () => {
    const { reader, authenticator } = await newOwner();
    const before = tokenOf(reader)!;
    const second = newPage();
    await second.get(account);
    const credential = JSON.stringify(authenticator.get(optionsOn(second), named));
    // A token that somebody planted, or that this browser had in another tab.
    second.cookies.push({ name: '__Host-shopper', value: before, path: '/' });
    await second.submit('/passkey', { credential });
    expect(tokenOf(second)).not.toBe(before);
    await reader.get(account);
    expect(isSignedIn(reader)).toBe(false);
  });

  test('shows the same page whether the browser has a passkey or not, and offers no list of whom it knows', async () => {
    await newOwner();
    const reader = newPage();
    await reader.get(account);
    expect(optionsOn(reader)).not.toHaveProperty('allowCredentials');
    expect(reader.text).toContain('Use a passkey');
  });

  test('says the same of an unknown passkey, a wrong answer, a copy and a page that is too old', async () => {
    const { authenticator } = await newOwner();
    await answer(newPage(), account, authenticator);
    await answer(newPage(), account, authenticator);
    const outcomes: string[] = [];
    const tryWith = async (credential: (reader: Reader) => object | string, minutes = 0) => {
      const reader = newPage();
      await reader.get(account);
      const sent = credential(reader);
      world.passMinutes(minutes);
      await reader.submit('/passkey', { credential: typeof sent === 'string' ? sent : JSON.stringify(sent) });
      outcomes.push(`${reader.page.status} ${reader.page.path} ${reader.text}`);
    };
    await tryWith((reader) => newAuthenticator().get(optionsOn(reader), named));
    await tryWith((reader) => authenticator.get(optionsOn(reader), 'https://evil.example'));
    await tryWith((reader) => authenticator.get(optionsOn(reader), named, { verified: false }));
    await tryWith((reader) => authenticator.get({ ...optionsOn(reader), rpId: 'evil.example' }, named));
    await tryWith((reader) => {
      authenticator.counter.value = 0;
      return authenticator.get(optionsOn(reader), named);
    });
    await tryWith((reader) => authenticator.get(optionsOn(reader), named), 11);
    for (const nothing of ['', '{}', 'null', '💥']) await tryWith(() => nothing);
    expect(new Set(outcomes).size).toBe(1);
    expect(outcomes[0]).toContain('This passkey did not sign you in');
    expect(world.logged).toEqual([]);
  });

  test('takes an answer once, and only from the browser that was asked', async () => {
    const { authenticator } = await newOwner();
    const reader = newPage();
    await reader.get(account);
    const form = reader.page.html;
    const credential = JSON.stringify(authenticator.get(optionsOn(reader), named));
    await reader.submit('/passkey', { credential });
    expect(isSignedIn(reader)).toBe(true);
    const token = /name="form_token" value="([^"]*)"/.exec(form)?.[1] ?? '';
    reader.cookies.splice(
      reader.cookies.findIndex(({ name }) => name === '__Host-shopper'),
      1,
    );
    await reader.post(`${account}/passkey`, { form_token: token, credential });
    expect(isSignedIn(reader)).toBe(false);

    const asked = newPage();
    await asked.get(account);
    const stolen = JSON.stringify(authenticator.get(optionsOn(asked), named));
    const thief = newPage();
    await thief.get(account);
    await thief.submit('/passkey', { credential: stolen });
    expect(isSignedIn(thief)).toBe(false);
  });

  test('is refused in another environment', async () => {
    const { authenticator } = await newOwner();
    const other = await world.openShop({ name: 'Elsewhere' });
    const reader = newPage();
    await answer(reader, accountPath({ id: other.environmentId }), authenticator);
    expect(reader.text).toContain('This passkey did not sign you in');
  });

  test('may be tried 30 times in ten minutes from one address; codes go on', async () => {
    const { authenticator, phone } = await newOwner();
    const reader = newPage();
    for (let tried = 0; tried < 30; tried += 1) {
      await reader.get(account);
      await reader.submit('/passkey', { credential: String(tried) });
    }
    await answer(reader, account, authenticator);
    expect(reader.text).toContain('too many tries with passkeys');
    await signIn(reader, shop, account, phone);
    expect(isSignedIn(reader)).toBe(true);
    world.passMinutes(10);
    const later = newPage();
    await answer(later, account, authenticator);
    expect(isSignedIn(later)).toBe(true);
  });

  test('at the checkout of somebody else shows nothing of it', async () => {
    const { path } = await shop.openCheckout();
    await reachOffers(newPage(), shop, path, 900_001);
    const { authenticator } = await newOwner();
    const reader = newPage();
    await answer(reader, path, authenticator);
    expect(reader.page.status).toBe(404);
    expect(reader.text).not.toContain('Tea set');
  });

  test('is not offered at an address for which browsers make no passkeys; the page says where they do', async () => {
    const { phone } = await newOwner();
    const reader = newReader(world.server, { Host: '127.0.0.1:4000', 'Accept-Language': 'zh-CN' });
    await reader.get(account);
    expect(reader.page.html).not.toContain('data-passkey');
    await signIn(reader, shop, page, phone);
    expect(reader.page.html).toContain(`href="http://localhost:4000${page}"`);
  });
});
