import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkBooks } from '../src/ledger/check-books.ts';
import { listInbox } from '../src/notifications/inbox.ts';
import { accountPath } from '../src/pages/account/paths.ts';
import { advanceTo, order, pay, runAttempts, ship } from './support/account-walk.ts';
import { newReader, type Reader } from './support/page-reader.ts';
import { openPagesWorld, type PagesWorld, type Shop } from './support/pages-world.ts';
import { signIn } from './support/pages-walk.ts';
import { establish, personOf } from './support/vouching.ts';

let world: PagesWorld;
let shop: Shop;
let account: string;
let guarantor: Reader;
const debtor = () => newReader(world.server, { 'Accept-Language': 'en' });

const [guarantorNumber, friendNumber, strangerNumber] = [6101, 6102, 6103];

beforeAll(async () => {
  world = await openPagesWorld();
  shop = await world.openShop();
  account = accountPath({ id: shop.environmentId });
  guarantor = await establish(world, shop, guarantorNumber);
}, 300_000);
afterAll(() => world.close());

async function prove(reader: Reader, number: number): Promise<void> {
  const { name, nationalId } = personOf(number);
  await reader.submit('/guarantees/identity', { name, national_id: nationalId, consent: reader.boxes() });
}

const idIn = (path: string): string => /gua_[0-9a-f]{32}/.exec(path)?.[0] ?? '';

async function newestMessage(): Promise<string> {
  const { messages } = await shop.inTx((tx) => listInbox(tx, { limit: 1 }), 'read');
  return messages[0]?.body ?? '';
}

async function expectSoundBooks(): Promise<void> {
  const invariants = await shop.inTx(checkBooks, 'read');
  expect(invariants.flatMap(({ name, broken }) => broken.map((breach) => ({ name, ...breach })))).toEqual([]);
}

describe('vouching for a friend, on the pages of both', { timeout: 300_000 }, () => {
  let id: string;
  let page: string;
  let friend: Reader;

  test('says why not to whom it is not open yet, and what it can cost to whom it is', async () => {
    const newcomer = debtor();
    await signIn(newcomer, shop, `${account}/guarantees`, personOf(strangerNumber).phone);
    expect(newcomer.page.status).toBe(200);
    expect(newcomer.text).toContain('You vouch for nobody, and nobody vouches for you.');
    expect(newcomer.text).toContain('once you have repaid at least three payments');
    await newcomer.get(`${account}/guarantees/offer?sum=500&months=6`);
    expect(newcomer.text).toContain('You cannot vouch for anybody now. The reason is below.');

    await signIn(guarantor, shop, account, personOf(guarantorNumber).phone).catch(() =>
      guarantor.get(account),
    );
    await guarantor.get(account);
    expect(guarantor.text).toContain('Friends who vouch for each other');
    await guarantor.get(`${account}/guarantees`);
    expect(guarantor.text).toContain('From ¥100.00 to ¥5,000.00. You never pay more than this in all.');
    await guarantor.get(`${account}/guarantees/offer?sum=9&months=6`);
    expect(guarantor.text).toContain('Choose an amount within the range below.');
    await guarantor.get(`${account}/guarantees/offer?sum=1,500&months=6`);
    expect(guarantor.text).toContain('Prove that it is you');
    await prove(guarantor, guarantorNumber);
    expect(guarantor.text).toContain('If your friend does not pay at all: ¥1,500.00 at most');
    expect(guarantor.text).toContain('Every plan that the debtor confirms while this is active');
    expect(guarantor.page.html).not.toMatch(/checkbox"[^>]* checked/);
    expect(guarantor.page.html).not.toContain('<script');
  });

  test('is offered to a phone with the same answer for everybody, and kept in what was typed when refused', async () => {
    const fill = (phone: string, ticked = true) =>
      guarantor.submit('/guarantees/offer', {
        phone,
        method: /name="method" value="(pm_[^"]*)"/.exec(guarantor.page.html)?.[1] ?? '',
        declaration: ticked ? guarantor.boxes() : [],
      });
    await fill(personOf(friendNumber).phone, false);
    expect(guarantor.text).toContain('Tick the box to go on. Nothing is agreed yet.');
    await fill(personOf(guarantorNumber).phone);
    expect(guarantor.text).toContain('This is your own number.');
    expect(guarantor.page.html).toContain(`value="${personOf(guarantorNumber).phone}"`);
    await fill('12');
    expect(guarantor.text).toContain('This is not a mobile number that we can send a message to.');
    await fill(personOf(friendNumber).phone);
    expect(guarantor.text).toContain('Your offer is on its way.');
    id = idIn(guarantor.page.path);
    page = `${account}/guarantees/${id}`;
    expect(guarantor.text).toContain(`You vouch for ${personOf(friendNumber).phone}`);
    expect(await newestMessage()).toContain(
      `${personOf(guarantorNumber).phone} offers to vouch for you, for up to ¥1,500.00.`,
    );
    expect(await newestMessage()).toContain(page);
  });

  test('is nobody else’s to see', async () => {
    const other = debtor();
    await signIn(other, shop, page, personOf(strangerNumber).phone);
    expect(other.page.status).toBe(404);
    expect(other.text).not.toContain('¥1,500.00');
  });

  test('is read and accepted by the friend, with a day to reconsider', async () => {
    friend = debtor();
    await signIn(friend, shop, account, personOf(friendNumber).phone);
    expect(friend.text).toContain('Offers that wait for your answer: 1');
    await friend.get(`${account}/guarantees`);
    expect(friend.text).toContain(
      `${personOf(guarantorNumber).phone} offers to vouch for you, for up to ¥1,500.00`,
    );
    await friend.get(page);
    expect(friend.text).toContain('You owe nothing by it.');
    expect(friend.text).toContain('After the debtor has accepted, both have 24 hours');
    await friend.get(`${page}/accept`);
    expect(friend.text).toContain('Prove that it is you');
    await prove(friend, friendNumber);
    await friend.submit('/accept', { declaration: [] });
    expect(friend.text).toContain('Tick the box to go on.');
    await friend.submit('/accept', { declaration: friend.boxes() });
    expect(friend.text).toContain('Accepted. Either of you can withdraw for free within 24 hours.');
    expect(friend.text).toContain('time to reconsider');
    await guarantor.get(page);
    expect(guarantor.text).toContain('Withdraw');
    await guarantor.get(account);
    expect(guarantor.text).toContain('You have set ¥1,500.00 aside for friends.');
    expect(guarantor.text).toContain('Of the limit: set aside for friends ¥1,500.00');
  });

  test('lifts what the friend can buy, and shows both what is in use', async () => {
    await advanceTo(world, shop, '2026-05-18');
    await signIn(friend, shop, account, personOf(friendNumber).phone).catch(() => friend.get(account));
    const bought = await order(friend, shop, {
      number: friendNumber,
      amount: 240_000,
      method: 'test:declined',
    });
    await ship(world, shop, bought, 240_000);
    await friend.get(account);
    expect(friend.text).toContain('A friend vouches for you, for up to ¥1,500.00.');
    expect(friend.text).toContain('Beyond the limit: a friend vouches for it ¥1,500.00');
    await guarantor.get(page);
    expect(guarantor.text).toContain('In use now ¥1,500.00 Free ¥0.00 In all, at most ¥1,500.00');
    expect(guarantor.text).not.toContain('Tea');
  });

  test('tells both of a late payment, and the debtor how to prevent a call', async () => {
    await advanceTo(world, shop, '2026-06-13');
    await guarantor.get(page);
    expect(guarantor.text).toContain(
      'If it is still open on June 18, 2026, up to ¥1,500.00 is charged to your card. Nothing is taken before that date.',
    );
    await friend.get(page);
    expect(friend.text).toContain('up to ¥1,500.00 is taken from your friend. You can prevent that.');
    expect(friend.page.html).toMatch(/href="[^"]*\/plans\/pln_[0-9a-f]{32}"/);
  });

  test('shows what was paid, by whom, and what is owed back; and the debtor pays it back', async () => {
    await advanceTo(world, shop, '2026-06-19');
    await runAttempts(world);
    await guarantor.get(page);
    expect(guarantor.text).toContain('Money was taken from the one who vouches.');
    expect(guarantor.text).toContain('charged ¥1,500.00');
    expect(guarantor.text).toContain('Your friend owes you ¥1,500.00.');
    await friend.get(page);
    expect(friend.text).toContain('Your friend has paid ¥1,500.00 for you.');
    const plan = /\/plans\/(pln_[0-9a-f]{32})\/payment/.exec(friend.page.html)?.[1] ?? '';
    const planPage = `${account}/plans/${plan}`;
    await friend.get(planPage);
    expect(friend.text).toContain('paid by a friend who vouches for you');
    await friend.submit(`/plans/${plan}/card`, { method: 'test:ok' });
    await friend.get(`${planPage}/payment?sum=1500.00`);
    expect(friend.text).toContain('Back to the friend who paid for you ¥1,500.00');
    await friend.submit('/pay');
    await runAttempts(world);
    await guarantor.get(page);
    expect(guarantor.text).toContain('¥1,500.00 of it is back on your card or on its way');
    expect(guarantor.text).not.toContain('Your friend owes you');
    await expectSoundBooks();
    await pay(friend, planPage, 'all');
    await runAttempts(world);
    await expectSoundBooks();
  });

  test('speaks Chinese', async () => {
    await guarantor.get(`${page}?lang=zh-CN`);
    expect(guarantor.text).toContain('您为其担保');
    expect(guarantor.text).toContain('已向担保人扣款。新的购买不再受担保。');
    await guarantor.get(`${account}/guarantees`);
    expect(guarantor.text).toContain('为朋友担保');
    await guarantor.get(`${account}?lang=en`);
  });

  test('is declined, withdrawn and changed by the buttons of its page', async () => {
    await guarantor.get(`${account}/guarantees/offer?sum=200&months=3`);
    if (guarantor.text.includes('Prove that it is you')) await prove(guarantor, guarantorNumber);
    await guarantor.submit('/guarantees/offer', {
      phone: personOf(strangerNumber).phone,
      method: 'test:ok_unionpay',
      declaration: guarantor.boxes(),
    });
    const second = idIn(guarantor.page.path);
    expect(guarantor.text).toContain('UnionPay');
    await guarantor.submit(`/${second}/card`, { method: 'test:ok' });
    expect(guarantor.text).toContain('From now on this card may be charged.');
    const invited = debtor();
    await signIn(invited, shop, `${account}/guarantees/${second}`, personOf(strangerNumber).phone);
    await invited.submit('/end');
    expect(invited.text).toContain('Done.');
    await guarantor.get(`${account}/guarantees/${second}`);
    expect(guarantor.text).toContain('Ended before it began to count.');
    await invited.get(`${account}/guarantees/${second}`);
    expect(invited.page.status).toBe(404);
    expect(world.logged.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });
});
