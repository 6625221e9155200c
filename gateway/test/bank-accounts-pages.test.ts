import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listShopperAccounts } from '../src/banking/shopper-accounts.ts';
import { sequenceEvents } from '../src/events/sequence.ts';
import { checkBooks } from '../src/ledger/check-books.ts';
import { notifyFromEvents } from '../src/notifications/notify.ts';
import { accountPath } from '../src/pages/account/paths.ts';
import { findPlan } from '../src/repayments/plans.ts';
import { testBankAccounts } from '../src/processor/test-bank-accounts.ts';
import { listInbox } from '../src/notifications/inbox.ts';
import { findOrCreateShopper } from '../src/shoppers/profile.ts';
import { findTestPerson } from '../src/shoppers/sandbox-identity.ts';
import { advanceTo, buy, pay } from './support/account-walk.ts';
import { newReader, type Reader } from './support/page-reader.ts';
import { openPagesWorld, type PagesWorld, type Shop } from './support/pages-world.ts';
import { signIn } from './support/pages-walk.ts';

let world: PagesWorld;
beforeAll(async () => {
  world = await openPagesWorld();
});
afterAll(() => world.close());

const banksOf = (shop: Shop) => `${accountPath({ id: shop.environmentId })}/bank-accounts`;

function personOf(number: number) {
  const person = findTestPerson(`good-${number}`);
  if (!person) throw new Error(`there is no person ${number}`);
  return person;
}

/** A buyer with a plan whose first part a card has paid, on the page of their bank accounts, proved. */
async function arrive(number: number, language = 'en') {
  const shop = await world.openShop();
  const reader = newReader(world.server, { 'Accept-Language': language });
  const bought = await buy(world, reader, shop, { number });
  await reader.get(banksOf(shop));
  await prove(reader, number);
  return { shop, reader, ...bought };
}

/** Somebody who has bought nothing yet, on the page of their bank accounts, proved. */
async function visit(shop: Shop, number: number): Promise<Reader> {
  const reader = newReader(world.server, { 'Accept-Language': 'en' });
  await signIn(reader, shop, banksOf(shop), personOf(number).phone);
  await prove(reader, number);
  return reader;
}

async function prove(reader: Reader, number: number): Promise<void> {
  const { name, nationalId } = personOf(number);
  await reader.submit('/bank-accounts/identity', { name, national_id: nationalId, consent: reader.boxes() });
}

const numberOf = (name: string, free = '12345678') =>
  `${testBankAccounts.find((account) => account.name === name)?.prefix}${free}`;

const add = (reader: Reader, holder: string, number: string) =>
  reader.submit('/bank-accounts/add', { holder, number });

const allow = (reader: Reader) => {
  const value = /name="mandate" value="([^"]*)"/.exec(reader.page.html)?.[1] ?? '';
  return reader.submit('/mandate', { mandate: value });
};

const accountsOf = (shop: Shop, number: number) =>
  shop.inTx(async (tx) => {
    const { shopperId } = await findOrCreateShopper(tx, { phone: personOf(number).phone, locale: 'en' });
    return listShopperAccounts(tx, shopperId);
  });

async function messages(shop: Shop): Promise<string[]> {
  await sequenceEvents(world.context);
  while ((await notifyFromEvents(world.context)) > 0);
  const { messages: listed } = await shop.inTx((tx) => listInbox(tx, { limit: 50 }), 'read');
  return listed.map(({ body }) => body);
}

describe('binding a bank account', () => {
  test('asks for an identity check first, and for the name that was verified', async () => {
    const shop = await world.openShop();
    const reader = newReader(world.server, { 'Accept-Language': 'en' });
    await signIn(reader, shop, banksOf(shop), personOf(8001).phone);
    expect(reader.text).toContain('Prove that it is you');
    expect(reader.page.html).not.toContain('/bank-accounts/add"');
    await prove(reader, 8001);
    expect(reader.text).toContain('Add an account');
    await add(reader, 'Somebody Else', numberOf('pays'));
    expect(reader.text).toContain('This is not the name that your identity was verified with.');
    expect(await accountsOf(shop, 8001)).toEqual([]);
    await add(reader, '  ＴＥＳＴ good　8001 ', numberOf('pays'));
    expect(reader.text).toContain('The account is bound.');
    expect(reader.text).toContain('Test Bank, ends in 5678');
    expect(reader.page.html).not.toContain(numberOf('pays'));
    world.passMinutes(16);
  });

  test.each([
    ['name_differs', 'The bank says that the account has another holder.'],
    ['closed', 'The bank says that the account is closed.'],
    ['not_found', 'The bank knows no such account.'],
  ])('tells what the bank says of %s', async (name, text) => {
    const shop = await world.openShop();
    const reader = await visit(shop, 8002);
    await add(reader, personOf(8002).name, numberOf(name));
    expect(reader.text).toContain(text);
    expect(await accountsOf(shop, 8002)).toEqual([]);
  });

  test('takes at most three, none that somebody else has, and no number that is none', async () => {
    const shop = await world.openShop();
    const reader = await visit(shop, 8003);
    const { name } = personOf(8003);
    await add(reader, name, '12');
    expect(reader.text).toContain('This is no account number.');
    await add(reader, name, '4000 1234 5678 9010');
    expect(reader.text).toContain('In a sandbox only the test accounts below can be bound.');
    for (const free of ['00000001', '00000002', '00000003']) await add(reader, name, numberOf('pays', free));
    expect(reader.text).toContain('You have as many accounts as can be bound.');
    expect(await accountsOf(shop, 8003)).toHaveLength(3);
    const other = await visit(shop, 8004);
    await add(other, personOf(8004).name, numberOf('pays', '00000001'));
    expect(other.text).toContain('Somebody else has bound this account.');
  });
});

describe('a plan that is paid from a bank account', () => {
  test('waits for the bank, is not late meanwhile, is paid, and lets the account go when it is over', async () => {
    const { reader, shop, planId, page } = await arrive(8010);
    await add(reader, personOf(8010).name, numberOf('pays'));
    await allow(reader);
    expect(reader.text).toContain('Debits are allowed.');
    expect(reader.text).toContain('You allowed debits on March 1, 2026');
    await reader.get(page);
    const chosen = /value="(pm_[0-9a-f]{32})"[^>]*><span>Test Bank, ends in 5678/.exec(reader.page.html)?.[1];
    await reader.submit('/card', { method: chosen ?? '' });
    expect(reader.text).toContain('From now on the payments are taken from the bank account.');
    expect(reader.text).toContain('Each payment is taken on its date from Test Bank, ends in 5678.');
    await advanceTo(world, shop, '2026-03-03');
    await reader.get(page);
    await pay(reader, page, 'all');
    expect(reader.text).toContain('On its way from your bank We asked your bank for ¥75.00.');
    await reader.get(`${page}/payment?pay=all`);
    expect(reader.text).toContain('A payment of this plan waits for the bank.');
    await advanceTo(world, shop, '2026-03-05');
    await reader.get(page);
    expect(reader.text).toContain('Paid in full');
    expect(await shop.inTx((tx) => findPlan(tx, { planId }), 'read')).toMatchObject({ status: 'paid' });
    const checked = await shop.inTx(checkBooks, 'read');
    expect(checked.flatMap(({ broken }) => broken)).toEqual([]);
  });

  test('keeps its account bound until another way to pay is chosen; a permission ends at any time', async () => {
    const { reader, shop, page } = await arrive(8011);
    await add(reader, personOf(8011).name, numberOf('insufficient_funds'));
    await allow(reader);
    await reader.get(page);
    const chosen = /value="(pm_[0-9a-f]{32})"[^>]*><span>Test Bank/.exec(reader.page.html)?.[1];
    await reader.submit('/card', { method: chosen ?? '' });
    await reader.get(banksOf(shop));
    await reader.submit('/remove');
    expect(reader.text).toContain(
      'A plan is still paid from this account, or its bank has not answered yet.',
    );
    world.passMinutes(16);
    await advanceTo(world, shop, '2026-03-18');
    const told = await messages(shop);
    expect(told).toContainEqual(
      expect.stringContaining('was added to your Morrow account. For 24 hours no cash'),
    );
    expect(told).toContainEqual(expect.stringContaining('Your bank did not pay ¥25.00'));
    await signIn(reader, shop, banksOf(shop), personOf(8011).phone);
    await reader.submit('/mandate/end');
    expect(reader.text).toContain('The permission has ended.');
    expect(reader.text).toContain('from March 1, 2026 until March 18, 2026 ended by you');
    await reader.get(page);
    expect(reader.text).toContain('There is no card for the payments. Please choose one.');
    await reader.submit('/card', { method: 'test:ok' });
    // What the bank was asked for before is answered on Friday.
    await advanceTo(world, shop, '2026-03-20');
    await reader.get(banksOf(shop));
    await prove(reader, 8011);
    await reader.submit('/remove');
    expect(reader.text).toContain('The account is removed.');
    expect(await accountsOf(shop, 8011)).toEqual([]);
  });

  test('says all of it in Chinese, too', async () => {
    const { reader, page } = await arrive(8012, 'zh-CN');
    await add(reader, personOf(8012).name, numberOf('pays'));
    expect(reader.text).toContain('账户已绑定。');
    await allow(reader);
    expect(reader.text).toContain('您于 2026年3月1日 授权扣款。');
    await reader.get(page);
    expect(reader.text).toContain('Test Bank，尾号 5678');
    expect(reader.text).toContain('用银行账户支付');
  });
});

test('after a change of bank no cash is drawn for a day', async () => {
  const { reader, shop } = await arrive(8020);
  await add(reader, personOf(8020).name, numberOf('pays'));
  const draws = `${accountPath({ id: shop.environmentId })}/draws?amount=100`;
  await reader.get(draws);
  expect(reader.text).toContain('Mar 2, 2026');
});
