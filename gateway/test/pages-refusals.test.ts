import { afterAll, beforeAll, expect, test } from 'vitest';
import { cancelSession } from '../src/checkout/end.ts';
import { finishDownHold } from '../src/checkout/confirm.ts';
import { findSession } from '../src/checkout/sessions.ts';
import { tokenOf } from '../src/checkout/token.ts';
import { authorize } from '../src/orders/authorize.ts';
import { capture } from '../src/orders/capture.ts';
import { carryOut } from '../src/processor/carry-out.ts';
import { fallDue, findDuePlans } from '../src/repayments/due.ts';
import { findTestPerson } from '../src/shoppers/sandbox-identity.ts';
import { newReader, type Reader } from './support/page-reader.ts';
import { openPagesWorld, type PagesWorld, type Shop } from './support/pages-world.ts';
import { agreeTo, reachOffers, signIn } from './support/pages-walk.ts';

let world: PagesWorld;
beforeAll(async () => {
  world = await openPagesWorld();
});
afterAll(() => world.close());

const newEnglishReader = () => newReader(world.server, { 'Accept-Language': 'en' });

async function atCode(path: string): Promise<Reader> {
  const reader = newEnglishReader();
  await reader.get(path);
  await reader.submit('/phone', { phone: '13800138000' });
  return reader;
}

const sessionOf = (shop: Shop, sessionId: string) =>
  shop.inTx((tx) => findSession(tx, { sessionId }), 'read');
const countOf = (shop: Shop, table: string) =>
  shop.inTx(async (tx) => {
    const row = await tx.sql(table).where({ environment_id: tx.environment.id }).count('* as count').first();
    return Number(row?.count);
  }, 'read');

test.each(['', 'hello', '12345', '138001380001', '+86 138'])(
  'the phone %j is refused and may be corrected',
  async (phone) => {
    const shop = await world.openShop();
    const { path } = await shop.openCheckout();
    const reader = newEnglishReader();
    await reader.get(path);
    await reader.submit('/phone', { phone });
    expect(reader.page.status).toBe(200);
    expect(reader.text).toContain('This is not a mobile number that we can reach.');
    expect(reader.page.html).toContain('<title>Problem: Pay later · Morrow</title>');
    expect(reader.page.html).toMatch(/<input(?=[^>]* aria-invalid="true")[^>]* name="phone"/);
    if (phone) expect(reader.page.html).toContain(`value="${phone}"`);
    await reader.get(path);
    expect(reader.text).not.toContain('This is not a mobile number');
  },
);

test('a wrong code says how many tries are left, and after five a new one is needed', async () => {
  const shop = await world.openShop();
  const { path } = await shop.openCheckout();
  const reader = await atCode(path);
  const code = await shop.newestCode();
  const wrong = code === '111111' ? '222222' : '111111';
  for (const left of [4, 3, 2, 1]) {
    await reader.submit('/code', { code: wrong });
    expect(reader.text).toContain(`tries left: ${left}.`);
  }
  await reader.submit('/code', { code: wrong });
  expect(reader.text).toContain('This code is no longer good');
  expect(reader.page.html).toContain('value="+8613800138000"');
  await reader.submit('/phone', { phone: '13800138000' });
  await reader.submit('/code', { code: await shop.newestCode() });
  expect(reader.text).toContain('About you');
});

test('a code is good for five minutes, and only the newest', async () => {
  const shop = await world.openShop();
  const { path } = await shop.openCheckout();
  const reader = await atCode(path);
  const first = await shop.newestCode();
  await reader.submit('/code/again');
  expect(reader.text).toContain('Enter the code');
  const second = await shop.newestCode();
  if (first !== second) {
    await reader.submit('/code', { code: first });
    expect(reader.text).toContain('tries left: 4');
  }
  world.passMinutes(5);
  await reader.submit('/code', { code: second });
  expect(reader.text).toContain('This code is no longer good');
});

test('who asks for too many codes is told how long to wait', async () => {
  const shop = await world.openShop();
  const { path } = await shop.openCheckout();
  const reader = await atCode(path);
  await reader.submit('/code/again');
  await reader.submit('/code/again');
  await reader.submit('/code/again');
  expect(reader.text).toContain('Too many codes were asked for. Wait 10 min');
  // The code that arrived is still good.
  await reader.submit('/code', { code: await shop.newestCode() });
  expect(reader.text).toContain('About you');
});

test.each([
  ['refused', 'The identity service does not know this name with this number.'],
  ['minor', 'Paying later is for people of 18 years or more.'],
])('the test person %s is told why, and nothing is kept', async (kind, text) => {
  const shop = await world.openShop();
  const { path } = await shop.openCheckout();
  const reader = newEnglishReader();
  await signIn(reader, shop, path, '13800138000');
  const person = findTestPerson(kind)!;
  await reader.submit('/about', {
    name: person.name,
    national_id: person.nationalId,
    consent: reader.boxes(),
  });
  expect(reader.text).toContain(text);
  expect(reader.page.html).toContain(`value="${person.name}"`);
  // The consents were given before the check, and are not asked for again.
  expect(reader.boxes()).toEqual([]);
  expect(await countOf(shop, 'assessments')).toBe(0);
});

test.each([
  [{ name: 'X', national_id: findTestPerson('good-9')!.nationalId }, 'Enter your full name'],
  [{ name: 'Xi', national_id: '990000199001010008' }, 'This identity number cannot be right.'],
  [{ name: 'Xi', national_id: '11010519491231002X' }, 'use one of the test persons'],
  [
    { name: 'Test good 1', national_id: findTestPerson('good-1')!.nationalId },
    'already verified with another mobile number',
  ],
])('the identity %o is refused with its reason', async (values, text) => {
  const shop = await world.openShop();
  const { path } = await shop.openCheckout();
  const reader = newEnglishReader();
  await signIn(reader, shop, path, '13800138000');
  await reader.submit('/about', { ...values, consent: reader.boxes() });
  expect(reader.text).toContain(text);
});

test('without every consent nothing goes on, and none is kept', async () => {
  const shop = await world.openShop();
  const { path } = await shop.openCheckout();
  const reader = newEnglishReader();
  await signIn(reader, shop, path, '13800138000');
  const before = await countOf(shop, 'consents');
  const person = findTestPerson('good-10')!;
  const about = { name: person.name, national_id: person.nationalId };
  await reader.submit('/about', { ...about, consent: reader.boxes().slice(1) });
  expect(reader.text).toContain('Tick each of the boxes to go on');
  expect(reader.page.html).toContain(`value="${person.nationalId}"`);
  await reader.submit('/about', { ...about, consent: reader.boxes().map((box) => box.replace(/.$/, 'x')) });
  expect(reader.text).toContain('This text has changed since you opened the page.');
  expect(await countOf(shop, 'consents')).toBe(before);
});

test('an expired checkout says so at every address and to every form', async () => {
  const shop = await world.openShop();
  const { path, sessionId } = await shop.openCheckout();
  const reader = newEnglishReader();
  await reachOffers(reader, shop, path, 11);
  world.passMinutes(14);
  await reader.get(`${path}/agreement?plan=pay_in_4`);
  world.passMinutes(14);
  await reader.get(`${path}/agreement?plan=pay_in_4`);
  world.passMinutes(2);
  await reader.submit('/confirm', { method: 'test:ok', consent: reader.boxes() });
  for (const address of [path, `${path}/agreement?plan=pay_in_4`, `${path}/confirm`, `${path}/about`]) {
    await reader.get(address);
    expect(reader.page.status).toBe(410);
    expect(reader.text).toContain('Nothing was agreed and nothing is owed.');
    expect(reader.text).toContain('Go back to Tea House');
  }
  expect(await countOf(shop, 'holds')).toBe(0);
  const away = await reader.get(`${path}/back`);
  expect(away.headers.location).toContain(`morrow_session=${sessionId}`);
});

test('an agreement that the shop did not take in time is void, and the page says so', async () => {
  const shop = await world.openShop();
  const { path } = await shop.openCheckout();
  const reader = newEnglishReader();
  await reachOffers(reader, shop, path, 12);
  await agreeTo(reader, path, 'pay_in_4');
  world.passMinutes(10);
  await reader.get(path);
  world.passMinutes(6);
  await reader.get(path);
  expect(reader.page.status).toBe(410);
  expect(reader.text).toContain('The agreement is void: nothing is owed');
});

test('a checkout that the shop canceled says so', async () => {
  const shop = await world.openShop();
  const { path, sessionId } = await shop.openCheckout();
  const reader = newEnglishReader();
  await reachOffers(reader, shop, path, 13);
  await shop.inTx((tx) => cancelSession(tx, { sessionId, merchantId: shop.merchant.id }));
  await reader.submit('/leave');
  expect(reader.page.headers.location).toContain('morrow_session=');
  await reader.get(path);
  expect(reader.text).toContain('This checkout was canceled');
});

test('agreeing in two tabs at once agrees once', async () => {
  const shop = await world.openShop({ firstPart: 'checkout' });
  const { path, sessionId } = await shop.openCheckout();
  const reader = newEnglishReader();
  await reachOffers(reader, shop, path, 14);
  await reader.get(`${path}/agreement?plan=pay_in_4`);
  const consent = reader.boxes();
  const tab = async () => {
    const own = newEnglishReader();
    own.cookies.push(...reader.cookies);
    await own.get(`${path}/agreement?plan=pay_in_4`);
    return () => own.submit('/confirm', { method: 'test:ok', consent });
  };
  const tabs = [await tab(), await tab(), await tab()];
  const pages = await Promise.all(tabs.map((submit) => submit()));
  expect(pages.map(({ status }) => status)).toEqual([200, 200, 200]);
  await reader.get(path);
  expect(reader.text).toContain('Agreed');
  expect(await sessionOf(shop, sessionId)).toMatchObject({ status: 'confirmed' });
  expect(await countOf(shop, 'holds')).toBe(1);
  expect(await countOf(shop, 'payment_methods')).toBe(1);
  expect(await countOf(shop, 'processor_attempts')).toBe(1);
});

test('two tabs with different plans agree to one of them, and both show which', async () => {
  const shop = await world.openShop();
  const { path, sessionId } = await shop.openCheckout();
  const reader = newEnglishReader();
  await reachOffers(reader, shop, path, 15);
  const tab = async (plan: string) => {
    const own = newEnglishReader();
    own.cookies.push(...reader.cookies);
    await own.get(`${path}/agreement?plan=${plan}`);
    return own;
  };
  const [one, two] = [await tab('pay_in_3'), await tab('pay_in_4')];
  const agree = (own: Reader) => own.submit('/confirm', { method: 'test:ok', consent: own.boxes() });
  await Promise.all([agree(one), agree(two)]);
  const session = await sessionOf(shop, sessionId);
  const name = session.confirmedOffer?.code === 'pay_in_3' ? 'April 1, 2026' : 'March 29, 2026';
  for (const tab of [one, two]) {
    await tab.get(path);
    expect(tab.text).toContain('Agreed');
    expect(tab.text).toContain(name);
  }
  expect(await countOf(shop, 'holds')).toBe(1);
});

test('the back button and a second press of the same button end at the result', async () => {
  const shop = await world.openShop();
  const { path } = await shop.openCheckout();
  const reader = newEnglishReader();
  await reachOffers(reader, shop, path, 17);
  const agreement = await reader.get(`${path}/agreement?plan=pay_in_4`);
  const token = /name="form_token" value="([^"]*)"/.exec(agreement.html)?.[1] ?? '';
  await agreeTo(reader, path, 'pay_in_4');
  for (const action of ['phone', 'code', 'claim', 'about', 'confirm', 'code/again', 'phone/other']) {
    await reader.post(`${path}/${action}`, { form_token: token, plan: 'pay_in_3', method: 'test:ok' });
    expect(reader.page.status).toBe(200);
    expect(reader.text).toContain('Agreed');
  }
  expect(await countOf(shop, 'holds')).toBe(1);
});

test.each([
  ['test:declined', 'The bank declined the first payment on this card.'],
  ['test:insufficient_funds', 'There is not enough money on this card for the first payment.'],
  ['test:expired_card', 'This card has expired.'],
])('the card %s is declined for the first payment, and another one works', async (method, text) => {
  const shop = await world.openShop({ firstPart: 'checkout' });
  const { path, sessionId } = await shop.openCheckout();
  const reader = newEnglishReader();
  await reachOffers(reader, shop, path, 18);
  await agreeTo(reader, path, 'pay_in_4', method);
  expect(reader.text).toContain(text);
  expect(reader.text).toContain('Nothing was taken and nothing is agreed.');
  expect(await sessionOf(shop, sessionId)).toMatchObject({
    status: 'open',
    holdId: null,
    downAttemptId: null,
  });
  await reader.submit('/confirm', { method: 'test:ok' });
  expect(reader.text).toContain('¥100.00 is reserved on your card');
  const held = await shop.inTx((tx) =>
    tx
      .sql('credit_lines')
      .where({ environment_id: shop.environmentId, held: 30_000 })
      .count('* as count')
      .first(),
  );
  expect(Number(held?.count)).toBe(1);
});

test.each(['test:answer_lost', 'test:timeout'])(
  'without an answer for %s the page waits, and shows the result later',
  async (method) => {
    const shop = await world.openShop({ firstPart: 'checkout' });
    const { path, sessionId } = await shop.openCheckout();
    const reader = newEnglishReader();
    await reachOffers(reader, shop, path, 19);
    await agreeTo(reader, path, 'pay_in_4', method);
    expect(reader.text).toContain('We asked the bank to reserve the first payment of ¥100.00');
    await agreeToAgain(reader, path);
    expect(reader.text).toContain('Waiting for the bank');
    const { downAttemptId } = await sessionOf(shop, sessionId);
    world.passMinutes(1);
    await carryOut(
      world.context,
      { environmentId: shop.environmentId, attemptId: downAttemptId! },
      finishDownHold,
    );
    await reader.get(path);
    expect(reader.text).toContain('¥100.00 is reserved on your card');
  },
);

/** Neither the offers nor the agreement can be reached again while the bank is asked. */
async function agreeToAgain(reader: Reader, path: string): Promise<void> {
  await reader.get(`${path}/agreement?plan=pay_in_3`);
  expect(reader.page.html).not.toContain('/confirm"');
}

test('a choice that was not made, or not offered, is asked for again', async () => {
  const shop = await world.openShop();
  const { path, sessionId } = await shop.openCheckout();
  const reader = newEnglishReader();
  await reachOffers(reader, shop, path, 20);
  await reader.get(`${path}/agreement?plan=pay_in_4`);
  const consent = reader.boxes();
  for (const method of ['', 'test:gold', 'pm_00000000000000000000000000000000', 'pm_\u0000']) {
    await reader.submit('/confirm', { method, consent });
    expect(reader.text).toContain('Choose a card for the payments.');
  }
  await reader.submit('/confirm', { method: 'test:ok' });
  expect(reader.text).toContain('Tick each of the boxes');
  await reader.submit('/confirm', { method: 'test:ok', consent, agreed: 'a'.repeat(64) });
  expect(reader.text).toContain('This text has changed since you opened the page.');
  await reader.submit('/confirm', { method: 'test:ok', consent, plan: 'free' });
  expect(reader.text).toContain('This plan is not on offer any more.');
  await reader.get(`${path}/agreement?plan=constructor`);
  expect(reader.text).toContain('This plan is not on offer any more.');
  expect(await sessionOf(shop, sessionId)).toMatchObject({
    status: 'open',
    holdId: null,
    confirmedOffer: null,
  });
  expect(await countOf(shop, 'holds')).toBe(0);
});

test('a purchase above the limit names what is possible, and leaving frees the cart for another try', async () => {
  const shop = await world.openShop();
  const piano = [{ name: 'Piano', quantity: 1, unit_amount: 900_000, amount: 900_000 }];
  const { path, sessionId } = await shop.openCheckout({ lines: piano, reference: 'cart-7' });
  const reader = newEnglishReader();
  await reachOffers(reader, shop, path, 26);
  expect(reader.text).toContain('You are approved for up to ¥2,000.00');
  expect(reader.text).toContain('Where everyone starts');
  await reader.get(`${path}/agreement?plan=pay_in_4`);
  expect(reader.text).toContain('Not this time');
  await reader.submit('/leave');
  expect(reader.page.headers.location).toBe(
    `http://localhost:4100/return?cart=7&morrow_session=${sessionId}`,
  );
  expect(await sessionOf(shop, sessionId)).toMatchObject({ status: 'canceled' });
  const again = await shop.openCheckout({ reference: 'cart-7' });
  await reader.get(again.path);
  expect(reader.text).toContain('Welcome back');
});

test('a checkout that was decided often enough leads back to the shop, where a new one may be started', async () => {
  const shop = await world.openShop();
  const { path, sessionId } = await shop.openCheckout({ reference: 'cart-8' });
  await world.context.db('checkout_sessions').where({ id: sessionId }).update({ assessments_count: 3 });
  const reader = newEnglishReader();
  await reachOffers(reader, shop, path, 30);
  expect(reader.page.status).toBe(429);
  expect(reader.text).toContain('This checkout has been decided as often as it may be.');
  await reader.submit('/leave');
  expect(await sessionOf(shop, sessionId)).toMatchObject({ status: 'canceled' });
});

test('who is overdue is told what, where, and to pay it first', async () => {
  const shop = await world.openShop();
  const first = await shop.openCheckout({ reference: 'first' });
  const reader = newEnglishReader();
  await reachOffers(reader, shop, first.path, 27);
  await agreeTo(reader, first.path, 'pay_in_4');
  const merchantId = shop.merchant.id;
  await shop.inTx(async (tx) => {
    const session = await findSession(tx, { sessionId: first.sessionId });
    const order = await authorize(tx, {
      merchantId,
      checkoutToken: tokenOf(tx, session),
      merchantReference: 'first',
      amount: 40_000n,
      currency: 'CNY',
    });
    await capture(tx, { orderId: order.id, merchantId, reference: 'c1', amount: 40_000n });
  });
  await reader.get(first.path);
  expect(reader.text).toContain('Tea House has your order.');
  await world.context
    .db('environments')
    .where({ id: shop.environmentId })
    .update({ clock_at: new Date('2026-03-20T01:00:00Z') });
  await shop.inTx(async (tx) => {
    for (const planId of await findDuePlans(tx)) await fallDue(tx, planId);
  });

  const { path } = await shop.openCheckout();
  await reader.get(path);
  await reader.submit('/claim');
  expect(reader.text).toContain('¥200.00 is overdue from earlier purchases.');
  expect(reader.text).toContain('Tea House March 1, 2026 ¥100.00 Tea House March 15, 2026 ¥100.00');
  expect(reader.text).toContain('Pay ¥200.00 on your purchase at Tea House; then it would be approved.');
  expect(reader.text).toContain('A payment is 19 days late now, and 2 payments were not made on time. −150');
});

test('the shop’s address is checked again when leaving', async () => {
  const shop = await world.openShop();
  const { path } = await shop.openCheckout();
  const reader = newEnglishReader();
  await reachOffers(reader, shop, path, 28);
  await agreeTo(reader, path, 'pay_in_4');
  await world.context
    .db('merchants')
    .where({ id: shop.merchant.id })
    .update({ allowed_origins: ['https://moved.example'] });
  await reader.get(`${path}/back`);
  expect(reader.page.status).toBe(409);
  expect(reader.page.headers.location).toBeUndefined();
  expect(reader.text).toContain('Open the shop yourself. What you agreed to here stays as it is.');
});

test('after fifteen idle minutes one signs in again and goes on where one was', async () => {
  const shop = await world.openShop();
  const { path } = await shop.openCheckout();
  const reader = newEnglishReader();
  await reachOffers(reader, shop, path, 29);
  await reader.get(`${path}/agreement?plan=pay_in_4`);
  const consent = reader.boxes();
  world.passMinutes(15);
  await reader.submit('/confirm', { method: 'test:ok', consent });
  expect(reader.text).toContain('You were signed out because nothing happened for 15 minutes.');
  await reader.submit('/phone', { phone: findTestPerson('good-29')!.phone });
  await reader.submit('/code', { code: await shop.newestCode() });
  expect(reader.text).toContain('How would you like to pay?');
});

test('a sandbox whose clock moves asks for patience', async () => {
  const shop = await world.openShop();
  const { path } = await shop.openCheckout();
  const reader = newEnglishReader();
  await reader.get(path);
  await world.context
    .db('environments')
    .where({ id: shop.environmentId })
    .update({ clock_target: new Date('2026-04-01') });
  await reader.submit('/phone', { phone: '13800138000' });
  expect(reader.page.status).toBe(200);
  expect(reader.text).toContain('Please repeat your last step.');
});

test('a form that is too large, and an address that cannot be decoded, get a page', async () => {
  const shop = await world.openShop();
  const { path } = await shop.openCheckout();
  const reader = newEnglishReader();
  await reader.get(path);
  await reader.submit('/phone', { phone: '1'.repeat(200_000) });
  expect(reader.page.status).toBe(413);
  expect(reader.text).toContain('Nothing was changed.');
  await reader.get('/c/%zz');
  expect(reader.page.status).toBe(404);
  expect(reader.text).toContain('Page not found');
});

test('a fault of ours is a page with a number, and its log names no secret', async () => {
  const shop = await world.openShop();
  const { path } = await shop.openCheckout();
  const reader = newEnglishReader();
  await reader.get(path);
  await world.context.db.schema.renameTable('login_challenges', 'away');
  try {
    await reader.submit('/phone', { phone: '13800138000' });
  } finally {
    await world.context.db.schema.renameTable('away', 'login_challenges');
  }
  expect(reader.page.status).toBe(500);
  expect(reader.text).toMatch(/The fault is ours\..*Number req_[0-9a-f]{32}/);
  const line = JSON.stringify(world.logged.at(-1));
  expect(line).toContain('page failed');
  expect(line).not.toContain(path.slice(3));
  expect(line).not.toContain('13800138000');
});

test('an address with a NUL leads nowhere, and one in a field is not there', async () => {
  const shop = await world.openShop();
  const { path } = await shop.openCheckout();
  const reader = newEnglishReader();
  for (const address of [`/account/${shop.environmentId}/cases/%00`, '/help?q=a%00b', `${path}/%00`]) {
    await reader.get(address);
    expect([address, reader.page.status]).toEqual([address, 404]);
  }
  await reader.get(path);
  await reader.submit('/phone', { phone: '138\u0000001\u000038000' });
  expect(reader.text).toContain('Enter the code');
});
