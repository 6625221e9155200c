import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '../src/lib/ids.ts';
import { runAttempts } from './support/account-walk.ts';
import { memberActionsOf, newMember, type SignedInMember } from './support/dashboard.ts';
import { formOf, newReader, type Reader } from './support/page-reader.ts';
import { openPagesWorld, type PagesWorld, type Shop } from './support/pages-world.ts';
import { agreeTo, reachOffers } from './support/pages-walk.ts';

// A sale at the counter: the clerk enters an amount, the shopper agrees on their phone, the goods are handed over.

let world: PagesWorld;
let shop: Shop;
let clerk: SignedInMember;
let shoppers = 2;

const counter = '/dashboard/counter';

beforeAll(async () => {
  world = await openPagesWorld();
  shop = await world.openShop();
  clerk = await newMember(world, shop, 'counter', 'Cleo');
});
afterAll(() => world.close());
beforeEach(() => expect(world.logged).toEqual([]));

const rowsOf = (table: string, where: object = {}) =>
  world.context.db(table).where({ environment_id: shop.environmentId, ...where });
const sessionsOf = (reference: string) => rowsOf('checkout_sessions', { merchant_reference: reference });
const ordersOf = (reference: string) => rowsOf('orders', { merchant_reference: reference });

async function open(reader: Reader, reference: string, amount = '120.00'): Promise<string> {
  await reader.get(counter);
  await reader.submit(counter, { amount, reference });
  expect(reader.text).toContain('Let the shopper scan this code');
  return reader.page.path;
}

/** What the code on the page leads to. */
function addressOn(reader: Reader): string {
  const found = /src="(\/c\/[^"]*)\/qr\.svg"/.exec(reader.page.html)?.[1];
  if (found === undefined) throw new Error(`this page shows no code: ${reader.text}`);
  return found;
}

/** A shopper with a phone of their own, who scans the code and comes to the offers. */
async function scan(address: string): Promise<Reader> {
  shoppers += 1;
  const phone = newReader(world.server, { 'Accept-Language': 'en' });
  await reachOffers(phone, shop, address, shoppers);
  return phone;
}

function statusOf(reader: Reader, sale: string): Promise<unknown> {
  return reader
    .get(`${sale}/status`)
    .then(({ html }) => (JSON.parse(html) as { standing: unknown }).standing);
}

describe('a sale', () => {
  test('goes from the code to the receipt, authorized and captured in one go', async () => {
    const { reader, memberId } = clerk;
    const sale = await open(reader, 'till-1');
    expect(reader.page.html).toContain('<noscript><meta http-equiv="refresh" content="4"');
    const address = addressOn(reader);
    expect((await newReader(world.server).get(`${address}/qr.svg`)).headers['content-type']).toContain('svg');
    expect(await statusOf(reader, sale)).toBe('waiting');
    const phone = await scan(address);
    expect(phone.text).toContain('Tea House');
    expect(await statusOf(reader, sale)).toBe('with_shopper');
    await agreeTo(phone, address, 'pay_in_3');
    expect(await statusOf(reader, sale)).toBe('agreed');
    expect(await ordersOf('till-1')).toEqual([]);

    await reader.get(sale);
    await reader.submit('/finish');
    const [order] = await ordersOf('till-1');
    expect(order).toMatchObject({ status: 'captured', authorized_amount: 12_000n, captured_amount: 12_000n });
    await runAttempts(world);
    expect(reader.text).toContain('You may hand over the goods.');
    for (const said of ['Tea House', 'till-1', (order as { id: string }).id, '120.00'])
      expect(reader.text).toContain(said);
    expect(reader.text).not.toContain('good-');
    expect(await memberActionsOf(world, memberId)).toEqual(
      expect.arrayContaining(['sale_opened', 'sale_finished']),
    );
    await reader.get(counter);
    expect(reader.text).toContain('till-1');
  });

  test('whose form is sent twice, also at once, is one checkout', async () => {
    const { reader } = clerk;
    await reader.get(counter);
    const form = formOf(reader.page.html, counter);
    const values = { ...form?.hidden, amount: '50', reference: 'twice' };
    const [one, two] = [reader.post(counter, values), reader.post(counter, values)];
    const paths = (await Promise.all([one, two])).map(({ path }) => path);
    expect((await reader.post(counter, values)).path).toBe(paths[0]);
    expect(paths[0]).toBe(paths[1]);
    expect(await sessionsOf('twice')).toHaveLength(1);
  });

  test('sent again with another amount leads to what was opened, and takes nothing else', async () => {
    const { reader } = clerk;
    await reader.get(counter);
    const form = formOf(reader.page.html, counter);
    await reader.post(counter, { ...form?.hidden, amount: '50', reference: 'changed' });
    const first = reader.page.path;
    await reader.post(counter, { ...form?.hidden, amount: '500', reference: 'changed' });
    expect(reader.page.path.split('?')[0]).toBe(first);
    expect(reader.text).toContain('opened before with another amount or number');
    expect(await sessionsOf('changed')).toMatchObject([{ amount: 5000n }]);
  });

  test('that the clerk canceled cannot be agreed to any more', async () => {
    const { reader } = clerk;
    const sale = await open(reader, 'canceled-1');
    const address = addressOn(reader);
    const phone = await scan(address);
    await phone.get(`${address}/agreement?plan=pay_in_3`);
    const boxes = phone.boxes();
    await reader.get(sale);
    await reader.submit('/cancel');
    expect(reader.text).toContain('Do not hand over the goods.');
    await phone.submit('/confirm', { method: 'test:ok', consent: boxes });
    expect(phone.text).toContain('This checkout was canceled');
    await reader.get('/dashboard/you');
    await reader.post(`${sale}/finish`, { form_token: tokenOn(reader) });
    expect(reader.text).toContain('has not agreed');
    expect(await ordersOf('canceled-1')).toEqual([]);
  });

  test('that was agreed to may be canceled before it is taken, and not afterwards', async () => {
    const { reader } = clerk;
    const sale = await open(reader, 'late-1');
    const address = addressOn(reader);
    await agreeTo(await scan(address), address, 'pay_in_3');
    await reader.get(sale);
    const { hidden = {} } = formOf(reader.page.html, '/finish') ?? {};
    await reader.post(`${sale}/finish`, hidden);
    await reader.post(`${sale}/cancel`, hidden);
    expect(reader.text).toContain('the sale has moved on');
    expect(reader.text).toContain('You may hand over the goods.');
    const other = await open(reader, 'late-2');
    const next = addressOn(reader);
    await agreeTo(await scan(next), next, 'pay_in_3');
    await reader.get(other);
    await reader.submit('/cancel');
    const [canceled] = (await sessionsOf('late-2')) as { hold_id: string }[];
    expect(canceled).toMatchObject({ status: 'canceled', order_id: null });
    expect(await rowsOf('holds', { id: canceled?.hold_id })).toMatchObject([{ status: 'released' }]);
  });

  test('that is taken twice, as after a lost answer, is one order and one capture', async () => {
    const { reader } = clerk;
    const sale = await open(reader, 'lost-1');
    const address = addressOn(reader);
    await agreeTo(await scan(address), address, 'pay_in_3');
    await reader.get(sale);
    const { hidden = {} } = formOf(reader.page.html, '/finish') ?? {};
    await Promise.all([reader.post(`${sale}/finish`, hidden), reader.post(`${sale}/finish`, hidden)]);
    await reader.post(`${sale}/finish`, hidden);
    expect(reader.text).toContain('Receipt');
    const orders = (await ordersOf('lost-1')) as { id: string }[];
    expect(orders).toHaveLength(1);
    expect(await rowsOf('captures', { order_id: orders[0]?.id })).toMatchObject([{ amount: 12_000n }]);
    const finished = await world.context
      .db('member_audit')
      .where({ action: 'sale_finished', object_id: orders[0]?.id });
    expect(finished).toHaveLength(1);
  });

  test('ends when the shopper takes too long, and the number is free again', async () => {
    const { reader } = clerk;
    const sale = await open(reader, 'slow-1');
    await world.context
      .db('checkout_sessions')
      .where({ merchant_reference: 'slow-1' })
      .update({ expires_at: world.clock.at });
    expect(await statusOf(reader, sale)).toBe('expired');
    await reader.get(sale);
    expect(reader.text).toContain('The time to agree is over.');
    expect(await open(reader, 'slow-1')).not.toBe(sale);
  });
});

describe('the form', () => {
  test.each([
    ['', 'x-1'],
    ['0', 'x-1'],
    ['1.234', 'x-1'],
    ['-5', 'x-1'],
    ['9'.repeat(30), 'x-1'],
    ['10', 'a'.repeat(101)],
    ['10', 'a\u202Eb'],
  ])(
    'refuses %j with the number %j, and keeps what was written under the same name',
    async (amount, reference) => {
      const { reader } = clerk;
      await reader.get(counter);
      const before = formOf(reader.page.html, counter)?.hidden.request;
      await reader.submit(counter, { amount, reference });
      expect(reader.page.html).toContain('role="alert"');
      expect(formOf(reader.page.html, counter)?.hidden.request).toBe(before);
      expect(await sessionsOf(reference)).toEqual([]);
    },
  );

  test('refuses the number of an order or of an open sale, and any name that is none of ours', async () => {
    const { reader } = clerk;
    await open(reader, 'once');
    for (const reference of ['once', 'till-1']) {
      await reader.get(counter);
      await reader.submit(counter, { amount: '10', reference });
      expect(reader.text).toContain('This number is in use');
    }
    await reader.get(counter);
    const { hidden = {} } = formOf(reader.page.html, counter) ?? {};
    await reader.post(counter, { ...hidden, request: "' or 1=1", amount: '10', reference: 'odd' });
    expect(reader.page.status).toBe(404);
    expect(await sessionsOf('odd')).toEqual([]);
  });
});

describe('who may', () => {
  test('a clerk opens the counter and nothing else; a developer does not', async () => {
    const { reader } = clerk;
    for (const section of ['orders', 'payouts', 'keys', 'people', 'bank-accounts', 'go-live'])
      expect((await reader.get(`/dashboard/${section}`)).status).toBe(403);
    for (const role of ['owner', 'finance', 'support'] as const)
      expect((await (await newMember(world, shop, role)).reader.get(counter)).status).toBe(200);
    const developer = (await newMember(world, shop, 'developer')).reader;
    expect((await developer.get(counter)).status).toBe(403);
  });

  test('another shop’s sale is not there, to look at, to take or to cancel', async () => {
    const sale = await open(clerk.reader, 'mine');
    const { reader } = await newMember(world, await world.openShop({ name: 'Other' }), 'owner');
    expect((await reader.get(sale)).status).toBe(404);
    expect((await reader.get(`${sale}/status`)).status).toBe(404);
    await reader.get('/dashboard/you');
    const form_token = tokenOn(reader);
    for (const step of ['finish', 'cancel'])
      expect((await reader.post(`${sale}/${step}`, { form_token })).status).toBe(404);
    expect(await sessionsOf('mine')).toMatchObject([{ status: 'open' }]);
    const stranger = newReader(world.server, { Host: 'localhost:4000', 'Accept-Language': 'en' });
    expect((await stranger.get(`${sale}/status`)).status).toBe(401);
  });

  test('a checkout that the shop’s server opened is no sale of the counter', async () => {
    const { sessionId } = await shop.openCheckout({ reference: newId('req') });
    expect((await clerk.reader.get(`${counter}/${sessionId}`)).status).toBe(404);
  });
});

test('the counter’s script has less than 3 kB', () => {
  const script = readFileSync(new URL('../src/pages/assets/counter.js', import.meta.url));
  expect(script.length).toBeLessThan(3000);
});

function tokenOn(reader: Reader): string {
  return /name="form_token" value="([^"]*)"/.exec(reader.page.html)?.[1] ?? '';
}
