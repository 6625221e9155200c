import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listDrawsOf } from '../src/draws/draws.ts';
import { checkBooks } from '../src/ledger/check-books.ts';
import { notifyFromEvents } from '../src/notifications/notify.ts';
import { sequenceEvents } from '../src/events/sequence.ts';
import { accountPath } from '../src/pages/account/paths.ts';
import { findTestPerson } from '../src/shoppers/sandbox-identity.ts';
import { findOrCreateShopper } from '../src/shoppers/profile.ts';
import { advanceTo, buy, runAttempts } from './support/account-walk.ts';
import { formOf, newReader, type Reader } from './support/page-reader.ts';
import { openPagesWorld, type PagesWorld, type Shop } from './support/pages-world.ts';
import { signIn } from './support/pages-walk.ts';

let world: PagesWorld;
beforeAll(async () => {
  world = await openPagesWorld();
});
afterAll(() => world.close());

const newEnglishReader = () => newReader(world.server, { 'Accept-Language': 'en' });

function personOf(number: number) {
  const person = findTestPerson(`good-${number}`);
  if (!person) throw new Error(`there is no person ${number}`);
  return person;
}

const drawsOf = (shop: Shop) => `${accountPath({ id: shop.environmentId })}/draws`;

/** The address behind the link of one row: `12 months` of a funder. */
function linkTo(reader: Reader, way: string): string {
  const pattern = new RegExp(`<a href="([^"]*)" aria-label="[^"]*${way}"`);
  return pattern.exec(reader.page.html)?.[1]?.replaceAll('&amp;', '&') ?? '';
}

async function prove(reader: Reader, number: number): Promise<void> {
  const { name, nationalId } = personOf(number);
  await reader.submit('/draws/identity', { name, national_id: nationalId, consent: reader.boxes() });
}

/** From the phone to the agreement. */
async function reachAgreement(reader: Reader, shop: Shop, number: number, amount = '1,200.00') {
  await signIn(reader, shop, drawsOf(shop), personOf(number).phone);
  await reader.get(`${drawsOf(shop)}?amount=${encodeURIComponent(amount)}`);
  await reader.get(linkTo(reader, 'Lantern Bank[,，] ?6 .*'));
  await prove(reader, number);
}

/** Ticks the boxes by their names and borrows. */
function borrow(reader: Reader, method = 'test:ok') {
  const named = [...reader.page.html.matchAll(/type="checkbox"[^>]*? name="(\w+)" value="([^"]*)"/g)];
  const values = (name: string) => named.filter((match) => match[1] === name).map((match) => match[2] ?? '');
  return reader.submit('/draws/agree', {
    method,
    declaration: values('declaration'),
    consent: values('consent'),
  });
}

async function drawsFor(shop: Shop, number: number) {
  return shop.inTx(async (tx) => {
    const { shopperId } = await findOrCreateShopper(tx, { phone: personOf(number).phone, locale: 'en' });
    return listDrawsOf(tx, shopperId);
  });
}

async function expectSoundBooks(shop: Shop): Promise<void> {
  const invariants = await shop.inTx(checkBooks, 'read');
  expect(invariants.flatMap(({ name, broken }) => broken.map((breach) => ({ name, ...breach })))).toEqual([]);
}

describe('cash from the account', () => {
  test('is compared, agreed to, sent, shown as a plan without a shop, and paid back early', async () => {
    const shop = await world.openShop();
    const reader = newEnglishReader();
    const account = accountPath({ id: shop.environmentId });
    await signIn(reader, shop, account, personOf(5001).phone);
    expect(reader.text).toContain('Cash from your limit Up to ¥2,000.00 can be sent to your card now');
    await reader.get(drawsOf(shop));
    expect(reader.text).toContain('You can draw now ¥2,000.00');
    expect(reader.text).toContain('From ¥50.00 to ¥200,000.00.');
    await reader.get(`${drawsOf(shop)}?amount=1,200`);
    expect(reader.text).toContain(
      '3 months · Harbour Credit Choose ¥409.24 the last ¥409.22 ¥27.70 13.8 % simple 14.7 % IRR ¥1,227.70 Apr 1, 2026 to Jun 1, 2026',
    );
    expect(reader.text).toContain('3 months · Lantern Bank Choose');
    expect(reader.page.html.match(/<tr>/g)?.length).toBe(21);
    expect(reader.text.indexOf('Harbour Credit')).toBeLessThan(reader.text.indexOf('Lantern Bank'));

    await reader.get(linkTo(reader, 'Lantern Bank, 6 months'));
    expect(reader.text).toContain('Prove that it is you');
    await prove(reader, 5001);
    expect(reader.text).toContain('Read and agree Your choice ¥1,200.00 in cash, paid back in 6 months');
    expect(reader.text).toContain('Costs of this loan');
    expect(reader.text).toContain('Annual rate, simple interest 14.4 %');
    expect(reader.text).toContain('Annual rate, compound interest (IRR) 15.39 %');
    expect(reader.text).toContain(
      'You declare that you are of age and not a student; a student is not lent to.',
    );
    expect(reader.text).not.toMatch(/What it pays for|Cash price|shop ships/);
    expect(reader.page.html).not.toMatch(/checkbox"[^>]* checked/);

    await borrow(reader);
    expect(reader.page.path).toMatch(/\/draws\/drw_[0-9a-f]{32}$/);
    expect(reader.text).toContain('Sent ¥1,200.00 was sent to Visa, ends in 4242.');
    const [drawn] = await drawsFor(shop, 5001);
    expect(drawn).toMatchObject({ status: 'paid_out', amount: 120_000n });
    const words = drawn?.agreedTexts[0];
    const kept = await world.context
      .db('agreed_texts')
      .where({ hash: words?.text_hash })
      .first<{ text: string }>('text');
    expect(kept.text).toContain('Lantern Bank, who lends you ¥1,200.00');

    await reader.get(account);
    expect(reader.text).toContain('Cash to Visa card ••4242, ¥1,200.00');
    expect(reader.text).toContain('Up to ¥800.00 can be sent');
    const page = `${account}/plans/${drawn?.planId}`;
    await reader.get(page);
    expect(reader.page.status).toBe(200);
    expect(reader.text).toContain('Cash of ¥1,200.00');
    await reader.get(`${page}/agreement`);
    expect(reader.text).toContain('for your cash draw');
    await reader.get(`${page}/receipts.json`);
    expect(JSON.parse(reader.page.html)).toMatchObject({ plan_id: drawn?.planId });
    await reader.get(`${page}/agreement.txt`);
    expect(reader.page.html).toBe(kept.text);

    await advanceTo(world, shop, '2026-05-02');
    for (const address of ['', '/score', '/you', '/agreements', '/draws']) {
      await reader.get(`${account}${address}`);
      if (reader.page.html.includes('name="phone"'))
        await signIn(reader, shop, account, personOf(5001).phone);
      expect(reader.page.status, address).toBe(200);
    }
    await sequenceEvents(world.context);
    while ((await notifyFromEvents(world.context)) > 0);
    await runAttempts(world);
    await expectSoundBooks(shop);
    expect(world.logged.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });

  test('needs the boxes, a card, and an identity check of the last 15 minutes', async () => {
    const shop = await world.openShop();
    const reader = newEnglishReader();
    await reachAgreement(reader, shop, 5002);
    await reader.submit('/draws/agree', { method: 'test:ok' });
    expect(reader.text).toContain('Tick each of the boxes');
    await borrow(reader, '');
    expect(reader.text).toContain('Choose a card');
    await reader.submit('/draws/agree', { method: 'test:ok', declaration: 'x' });
    expect(reader.text).toContain('This text has changed since you opened the page.');
    world.passMinutes(14);
    await reader.get(drawsOf(shop));
    await reader.get(`${drawsOf(shop)}?amount=1200`);
    await reader.get(linkTo(reader, 'Lantern Bank, 6 months'));
    const stale = reader.page.html;
    world.passMinutes(2);
    const form = formOf(stale, '/draws/agree');
    await reader.post(form?.action ?? '', { ...form?.hidden, method: 'test:ok', declaration: 'x' });
    expect(reader.text).toContain('The identity check is more than 15 minutes old.');
    expect(await drawsFor(shop, 5002)).toEqual([]);
  });

  test('is one draw when the form is sent twice', async () => {
    const shop = await world.openShop();
    const reader = newEnglishReader();
    await reachAgreement(reader, shop, 5003);
    const form = formOf(reader.page.html, '/draws/agree');
    const named = [...reader.page.html.matchAll(/type="checkbox"[^>]*? name="(\w+)" value="([^"]*)"/g)];
    const of = (name: string) => named.filter((match) => match[1] === name).map((match) => match[2] ?? '');
    const values = {
      ...form?.hidden,
      method: 'test:ok',
      declaration: of('declaration'),
      consent: of('consent'),
    };
    await reader.post(form?.action ?? '', values);
    const { path } = reader.page;
    await reader.post(form?.action ?? '', values);
    expect(reader.page.path).toBe(path);
    expect(await drawsFor(shop, 5003)).toHaveLength(1);
  });

  test('says when the bank refuses the money, and when it does not answer', async () => {
    const shop = await world.openShop();
    const refused = newEnglishReader();
    await reachAgreement(refused, shop, 5004);
    await borrow(refused, 'test:declined');
    expect(refused.text).toContain(
      'Not sent ¥1,200.00 could not be sent to Visa, ends in 0341. Nothing is owed',
    );
    expect(refused.text).toContain('The bank of this card does not accept the money.');
    const late = newEnglishReader();
    await reachAgreement(late, shop, 5005);
    await borrow(late, 'test:answer_lost');
    expect(late.text).toContain('On its way We asked the bank to send ¥1,200.00 to Visa, ends in 1111');
    const { path } = late.page;
    await late.get(`${drawsOf(shop)}?amount=100`);
    expect(late.text).toContain('A cash draw is on its way to the bank.');
    world.passMinutes(1);
    await runAttempts(world);
    await late.get(path);
    expect(late.text).toContain('Sent ¥1,200.00 was sent to Visa, ends in 1111.');
    await expectSoundBooks(shop);
  });

  test('says which amounts can be drawn, and why this one cannot', async () => {
    const shop = await world.openShop();
    const reader = newEnglishReader();
    await signIn(reader, shop, drawsOf(shop), personOf(5006).phone);
    for (const amount of ['49.99', '200000.01', 'much', '100.001']) {
      await reader.get(`${drawsOf(shop)}?amount=${amount}`);
      expect(reader.text).toContain('Enter an amount from ¥50.00 to ¥200,000.00');
      expect(reader.page.html).toContain('aria-invalid="true"');
    }
    await reader.get(`${drawsOf(shop)}?amount=2000.01`);
    expect(reader.text).toContain('This is above what you can draw now: ¥2,000.00.');
    await reader.get(`${drawsOf(shop)}/agreement?amount=200001&months=6&funder=fnd_${'0'.repeat(32)}`);
    expect(reader.text).toContain('This offer is not there any more.');
  });

  test('waits a day after another card was added', async () => {
    const shop = await world.openShop();
    const reader = newEnglishReader();
    const { page } = await buy(world, reader, shop, { number: 5007 });
    await reader.get(page);
    await reader.submit('/card', { method: 'test:ok_unionpay' });
    await reader.get(`${drawsOf(shop)}?amount=500`);
    expect(reader.text).toContain('For your safety no cash is drawn for 24 hours after that');
    await reader.get(linkTo(reader, 'Lantern Bank, 6 months'));
    await prove(reader, 5007);
    expect(reader.page.html).not.toContain('value="test:');
    const method = /name="method" value="(pm_[^"]*)"/.exec(reader.page.html)?.[1] ?? '';
    await borrow(reader, method);
    expect(reader.text).toContain('was changed in your account less than 24 hours ago.');
    expect(await drawsFor(shop, 5007)).toEqual([]);
  });

  test('is off in other markets, and says so', async () => {
    const shop = await world.openShop({ country: 'DE', currency: 'EUR' });
    const reader = newEnglishReader();
    const account = accountPath({ id: shop.environmentId });
    await signIn(reader, shop, account, personOf(5008).phone);
    expect(reader.text).not.toContain('Cash from your limit');
    await reader.get(`${drawsOf(shop)}?amount=100`);
    expect(reader.text).toContain('Cash is not lent in this market: it stays off until');
  });

  test('is nobody else’s', async () => {
    const shop = await world.openShop();
    const reader = newEnglishReader();
    await reachAgreement(reader, shop, 5009);
    await borrow(reader);
    const { path } = reader.page;
    const other = newEnglishReader();
    await signIn(other, shop, drawsOf(shop), personOf(5010).phone);
    await other.get(path);
    expect(other.page.status).toBe(404);
  });

  test('reads in Chinese, too', async () => {
    const shop = await world.openShop();
    const reader = newReader(world.server, { 'Accept-Language': 'zh-CN' });
    await reachAgreement(reader, shop, 5011);
    expect(reader.page.html).toContain('<html lang="zh-CN">');
    expect(reader.text).toContain('年化利率（单利） 14.4%');
    expect(reader.text).toContain('您声明已成年且不是学生；我们不向学生提供贷款。');
    await borrow(reader);
    expect(reader.text).toContain('已汇出 ¥1,200.00 已汇入');
    await reader.get(drawsOf(shop));
    expect(reader.text).toContain('您的现金提取');
  });
});
