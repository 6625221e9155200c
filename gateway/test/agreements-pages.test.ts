import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findAgreement } from '../src/agreements/agreements.ts';
import { endAgreement } from '../src/agreements/end.ts';
import { openAgreement } from '../src/agreements/open.ts';
import { newId } from '../src/lib/ids.ts';
import { authorizeByAgreement } from '../src/orders/authorize-by-agreement.ts';
import { accountPath } from '../src/pages/account/paths.ts';
import { findShopperSession, touchShopperSession } from '../src/shoppers/sessions.ts';
import { findTestPerson } from '../src/shoppers/sandbox-identity.ts';
import { formOf, newReader, type Reader } from './support/page-reader.ts';
import { openPagesWorld, type PagesWorld, type Shop } from './support/pages-world.ts';
import { signIn } from './support/pages-walk.ts';

let world: PagesWorld;
let shop: Shop;
beforeAll(async () => {
  world = await openPagesWorld();
  shop = await world.openShop();
});
afterAll(() => world.close());

const newEnglishReader = () => newReader(world.server, { 'Accept-Language': 'en' });

function personOf(number: number) {
  const person = findTestPerson(`good-${number}`);
  if (!person) throw new Error(`there is no person ${number}`);
  return person;
}

async function open(): Promise<{ id: string; path: string }> {
  const { agreement, secret } = await shop.inTx((tx) =>
    openAgreement(tx, {
      merchantId: shop.merchant.id,
      merchantReference: newId('req'),
      description: 'Bicycles by the hour',
      currency: 'CNY',
      orderCeiling: 20_000n,
      dayCeiling: 40_000n,
      monthCeiling: 60_000n,
      chargeAfterDays: 14,
      returnUrl: 'http://localhost:4100/agreed?x=1',
    }),
  );
  return { id: agreement.id, path: `/a/${secret}` };
}

/** From the phone to the terms. */
async function reachTerms(reader: Reader, path: string, number: number): Promise<void> {
  const { phone, name, nationalId } = personOf(number);
  await signIn(reader, shop, path, phone);
  await reader.submit('/identity', { name, national_id: nationalId, consent: reader.boxes() });
}

/** Ticks the boxes by their names and switches it on. */
function switchOn(reader: Reader, method = 'test:ok') {
  const named = [...reader.page.html.matchAll(/type="checkbox"[^>]*? name="(\w+)" value="([^"]*)"/g)];
  const values = (name: string) => named.filter((match) => match[1] === name).map((match) => match[2] ?? '');
  return reader.submit('/agree', {
    method,
    permission: values('permission'),
    consent: values('consent'),
  });
}

const read = (id: string) => shop.inTx((tx) => findAgreement(tx, { agreementId: id }), 'read');

describe('the page of an agreement', () => {
  test('a new shopper reads who, how much, when, by whom and how to end it, and switches it on', async () => {
    const { id, path } = await open();
    const reader = newEnglishReader();
    await reader.get(path);
    expect(reader.text).toContain('Tea House asks whether it may take orders that you pay later');
    await reachTerms(reader, path, 4001);
    expect(reader.page.status).toBe(200);
    expect(reader.text).toContain('Shop Tea House What for Bicycles by the hour');
    expect(reader.text).toContain(
      'For one order, at most ¥200.00 In a day, at most ¥400.00 In a month, at most ¥600.00',
    );
    expect(reader.text).toContain('Charged to your card 14 days after the final amount');
    expect(reader.text).toMatch(/Funded by \S/);
    expect(reader.text).toContain('Ending it at any time, with one tap in your account');
    expect(reader.text).toContain('All such agreements of yours together take at most ¥2,000.00 in a day.');
    expect(reader.page.html).not.toMatch(/checkbox"[^>]* checked/);
    expect((await read(id)).status).toBe('pending');

    await switchOn(reader);
    expect(reader.text).toContain('Switched on');
    const active = await read(id);
    expect(active).toMatchObject({
      status: 'active',
      terms: { order_ceiling: 20_000, charge_after_days: 14 },
    });
    expect(active.agreedTexts).toMatchObject([{ purpose: 'agreement', locale: 'en' }]);
    const hash = active.agreedTexts[0]?.text_hash;
    const kept = await world.context.db('agreed_texts').where({ hash }).first<{ text: string }>('text');
    expect(kept.text).toContain('Tea House may take orders for “Bicycles by the hour”');

    await reader.get(`${path}/back`).catch(() => undefined);
    expect(reader.page.headers.location).toBe(`http://localhost:4100/agreed?x=1&morrow_agreement=${id}`);
  });

  test('needs the box, a card and the present words', async () => {
    const { id, path } = await open();
    const reader = newEnglishReader();
    await reachTerms(reader, path, 4002);
    await reader.submit('/agree', { method: 'test:ok' });
    expect(reader.text).toContain('Tick each of the boxes');
    const permission = /name="permission" value="([^"]*)"/.exec(reader.page.html)?.[1] ?? '';
    await reader.submit('/agree', { permission });
    expect(reader.text).toContain('Choose a card for the payments.');
    await reader.submit('/agree', { method: 'test:ok', permission });
    expect(reader.text).toContain('Tick each of the boxes');
    await reader.submit('/agree', { method: 'test:ok', permission: 'x'.repeat(64), consent: [] });
    expect(reader.text).toContain('This text has changed since you opened the page.');
    expect((await read(id)).status).toBe('pending');
  });

  test('asks for the identity again after 15 minutes, and only for the shopper’s own', async () => {
    const first = await open();
    const reader = newEnglishReader();
    await reachTerms(reader, first.path, 4003);
    const other = personOf(4004);
    const pass = async (minutes: number) => {
      world.passMinutes(minutes);
      await reader.get(first.path);
    };
    await pass(10);
    expect(formOf(reader.page.html, '/agree')).toBeDefined();
    const stale = reader.page.html;
    await pass(5);
    expect(reader.text).toContain('Prove that it is you');
    expect(reader.text).toContain('Test good 4003');
    const form = formOf(stale, '/agree');
    await reader.post(form?.action ?? '', { ...form?.hidden, method: 'test:ok', permission: 'x' });
    expect(reader.text).toContain('The identity check is more than 15 minutes old.');
    await reader.submit('/identity', { name: other.name, national_id: other.nationalId });
    expect(reader.text).toContain('You were verified as somebody else before.');
    const own = personOf(4003);
    await reader.submit('/identity', { name: own.name, national_id: own.nationalId });
    await switchOn(reader);
    expect((await read(first.id)).status).toBe('active');
  });

  test('lets nobody guess on, and changes the token with the level', async () => {
    const { path } = await open();
    const reader = newEnglishReader();
    await reachTerms(reader, path, 4005);
    const cookie = () => reader.cookies.find(({ name }) => name === '__Host-shopper')?.value ?? '';
    const before = cookie();
    for (let tries = 0; tries < 2; tries += 1) {
      world.passMinutes(14);
      await reader.get(path);
    }
    const guess = personOf(4006);
    const own = personOf(4005);
    for (let tries = 0; tries < 5; tries += 1) {
      await reader.submit('/identity', { name: guess.name, national_id: guess.nationalId });
      expect(reader.text).toContain('You were verified as somebody else before.');
    }
    await reader.submit('/identity', { name: own.name, national_id: own.nationalId });
    expect(reader.text).toContain('The identity check failed too often.');
    await reader.submit('/phone/other');
    await reachTerms(reader, path, 4005);
    expect(formOf(reader.page.html, '/agree')).toBeDefined();
    const after = cookie();
    expect(after).not.toBe(before);
    const found = await shop.inTx(async (tx) => {
      const session = await findShopperSession(tx, after);
      if (session) await touchShopperSession(tx, session.id);
      return { old: await findShopperSession(tx, before), session };
    });
    expect(found.old).toBeUndefined();
    expect(found.session?.levelThreeUntil).toEqual(new Date(world.clock.at.getTime() + 15 * 60_000));
  });

  test('belongs to the first who signs in; another is told nothing', async () => {
    const { path } = await open();
    await reachTerms(newEnglishReader(), path, 4007);
    const other = newEnglishReader();
    await signIn(other, shop, path, personOf(4008).phone);
    expect(other.page.status).toBe(404);
    expect(other.text).toContain('There is nothing of yours at this address.');
    expect(other.text).not.toContain('Bicycles');
    await other.get('/a/AAAAAAAAAAAAAAAAAAAAAA');
    expect(other.page.status).toBe(404);
  });

  test('says that it has ended, and that its time is over', async () => {
    const { id, path } = await open();
    const late = await open();
    await shop.inTx((tx) => endAgreement(tx, { agreementId: id, by: 'merchant' }));
    const reader = newEnglishReader();
    await reader.get(path);
    expect([reader.page.status, reader.text]).toEqual([410, expect.stringContaining('has ended')]);
    world.passMinutes(24 * 60);
    await reader.get(late.path);
    expect([reader.page.status, reader.text]).toEqual([410, expect.stringContaining('Nothing was agreed.')]);
  });

  test('is in Chinese for whom reads it', async () => {
    const { id, path } = await open();
    const reader = newReader(world.server, { 'Accept-Language': 'zh-CN' });
    await reachTerms(reader, path, 4009);
    expect(reader.text).toContain('单笔最高 ¥200.00 每日最高 ¥400.00 每月最高 ¥600.00');
    await switchOn(reader);
    expect(reader.text).toContain('已开通');
    expect((await read(id)).agreedTexts).toMatchObject([{ locale: 'zh-CN' }]);
  });
});

describe('the account', () => {
  test('shows every agreement with why the last order was refused, and ends it with one tap', async () => {
    const { id, path } = await open();
    const reader = newEnglishReader();
    await reachTerms(reader, path, 4010);
    const account = `${accountPath({ id: shop.environmentId })}/agreements`;
    await reader.get(account);
    expect(reader.text).toContain('There is none: every order needs your confirmation.');
    await reader.get(path);
    await switchOn(reader);

    const { shopperId } = await read(id);
    const setLine = (limit: bigint) =>
      world.context.db('credit_lines').where({ shopper_id: shopperId }).update({ used: limit });
    const order = () =>
      shop.inTx((tx) =>
        authorizeByAgreement(tx, {
          agreementId: id,
          merchantId: shop.merchant.id,
          merchantReference: newId('req'),
          amount: 15_000n,
          currency: 'CNY',
        }),
      );
    expect(await order()).toMatchObject({ outcome: 'authorized' });
    await setLine(180_000n);
    expect(await order()).toEqual({ outcome: 'declined', merchantCode: 'amount_not_available' });
    await reader.get(account);
    expect(reader.text).toContain('switched on Tea House');
    expect(reader.text).toContain('Card Visa, ends in 4242');
    expect(reader.text).toContain(
      'The last order was refused : This purchase is above what you may pay later now: ¥50.00.',
    );

    await reader.submit('/end');
    expect(reader.page.path).toBe(account);
    expect(reader.text).toContain('The agreement has ended. No more orders are taken by it.');
    expect(reader.text).toContain('Ended agreements: 1');
    expect(await read(id)).toMatchObject({ status: 'ended', endedBy: 'shopper' });
    await setLine(0n);
    await expect(order()).rejects.toMatchObject({ code: 'agreement_ended' });
  });

  test('ends nobody else’s agreement', async () => {
    const { id, path } = await open();
    await reachTerms(newEnglishReader(), path, 4011);
    const other = newEnglishReader();
    const account = `${accountPath({ id: shop.environmentId })}/agreements`;
    await signIn(other, shop, account, personOf(4012).phone);
    const form = formOf(other.page.html, '/sign-out');
    await other.post(`${account}/${id}/end`, form?.hidden ?? {});
    expect(other.page.status).toBe(404);
    expect((await read(id)).status).toBe('pending');
  });
});
