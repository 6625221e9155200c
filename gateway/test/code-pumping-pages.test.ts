import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addMs } from '../src/lib/dates.ts';
import { maskPhone } from '../src/pages/format.ts';
import { findOrCreateShopper } from '../src/shoppers/profile.ts';
import { readPrefixes } from '../src/shoppers/codes/prefixes.ts';
import { defaultCodeRules } from '../src/shoppers/codes/rules.ts';
import { inInstallation, newOperator } from './support/console.ts';
import { newReader, type Reader } from './support/page-reader.ts';
import { openPagesWorld, type PagesWorld, type Shop } from './support/pages-world.ts';

let world: PagesWorld;

beforeAll(async () => {
  world = await openPagesWorld();
});
afterAll(() => world.close());

const [known, unknown] = ['+8613800138000', '+8613900139111'];

const readerIn = (language: string): Reader => newReader(world.server, { 'Accept-Language': language });

/** The page after a phone was typed in, without what differs from form to form. */
async function askFor(
  reader: Reader,
  path: string,
  phone: string,
): Promise<{ status: number; html: string }> {
  await reader.get(path);
  await reader.submit('/phone', { phone });
  const { status, html } = reader.page;
  const same = html
    .replaceAll(/name="form_token" value="[^"]*"/g, '')
    .replaceAll(maskPhone(phone), 'THE PHONE')
    .replaceAll(/(?:req|cs)_[0-9a-f]{32}|\/c\/[\w-]+|nonce="[^"]*"/g, '');
  return { status, html: same };
}

const messagesOf = (environmentId: string) =>
  world.context
    .db('messages')
    .where({ environment_id: environmentId })
    .orderBy('id')
    .select('status')
    .then((rows: { status: string }[]) => rows.map(({ status }) => status));

/** Too few codes were typed in: unknown numbers get none for twelve minutes. */
async function pause(shop: Shop): Promise<void> {
  const now = world.context.clock.now();
  await world.context.db('code_pauses').insert({
    environment_id: shop.environmentId,
    scope: 'prefix',
    begins_with: '+86',
    started_at: addMs(now, -60_000),
    until: addMs(now, 12 * 60_000),
    asked: 60,
    verified: 3,
  });
}

test('the account says the same to every number, and live sends a code to known ones only', async () => {
  await inInstallation(world, (tx) => findOrCreateShopper(tx, { phone: known, locale: 'en' }));
  const pages = [];
  for (const phone of [known, unknown]) pages.push(await askFor(readerIn('en'), '/account/live', phone));
  expect(pages[0]).toMatchObject({ status: 200 });
  expect(pages[0]?.html).toContain('If we know THE PHONE, a code of 6 digits is on its way to it.');
  expect(pages[1]).toEqual(pages[0]);
  expect(await messagesOf('live')).toEqual(['queued', 'dropped']);
});

test.each([
  ['en', 'We do not send codes to numbers that begin like this one.'],
  ['zh-CN', '我们不向以此开头的号码发送验证码。'],
])('a number that is not served is told what else there is, in %s', async (language, said) => {
  const shop = await world.openShop();
  const { path } = await shop.openCheckout();
  const reader = readerIn(language);
  for (const phone of ['+91 98123 45678', '+1 876 555 0123']) {
    await reader.get(path);
    await reader.submit('/phone', { phone });
    expect(reader.page.status).toBe(200);
    expect(reader.text).toContain(said);
    expect(reader.page.html).toContain(`value="${phone}"`);
  }
  expect(await messagesOf(shop.environmentId)).toEqual([]);
});

test('which numbers are served is the configuration’s', async () => {
  const shop = await world.openShop();
  const { path } = await shop.openCheckout();
  const { config } = world.context;
  config.codes = { ...defaultCodeRules, prefixes: readPrefixes('+91') };
  try {
    const reader = readerIn('en');
    await askFor(reader, path, known);
    expect(reader.text).toContain('We do not send codes to numbers that begin like this one.');
    await askFor(reader, path, '+919812345678');
    expect(reader.text).toContain('Enter the code');
  } finally {
    config.codes = undefined;
  }
});

describe('while codes are paused', () => {
  test.each([
    ['en', 'If you have signed in with this number before, yours is on its way. If not, none was sent'],
    ['zh-CN', '如果您以前用此号码登录过，验证码已在路上。如果没有，则未发送'],
  ])('a checkout says the same to every number, and known ones sign in, in %s', async (language, said) => {
    const shop = await world.openShop();
    await shop.inTx((tx) => findOrCreateShopper(tx, { phone: known, locale: 'en' }));
    await pause(shop);
    const pages = [];
    const readers = [];
    for (const phone of [unknown, known]) {
      const reader = readerIn(language);
      pages.push(await askFor(reader, (await shop.openCheckout()).path, phone));
      readers.push(reader);
    }
    expect(pages[0]).toMatchObject({ status: 200 });
    expect(pages[0]?.html).toContain(said);
    expect(pages[0]?.html).toContain('12');
    expect(pages[1]).toEqual(pages[0]);
    expect(await messagesOf(shop.environmentId)).toEqual(['dropped', 'kept']);
    const [, reader] = readers as [Reader, Reader];
    await reader.submit('/code', { code: await shop.newestCode() });
    expect(reader.page.html).not.toContain('name="code"');
  });

  test('the console says which numbers, since when and for what, and how many codes went out', async () => {
    const shop = await world.openShop();
    await pause(shop);
    await askFor(readerIn('en'), `/account/${shop.environmentId}`, known);
    const { reader } = await newOperator(world, ['risk']);
    await reader.get(`/console/${shop.environmentId}/alarms`);
    expect(reader.text).toContain('One-time codes 1 of at most 10,000,000 were sent today (UTC).');
    expect(reader.text).toMatch(/\+86… .{5,40} 60 3 paused until /);
    world.passMinutes(12);
    await reader.get(`/console/${shop.environmentId}/alarms`);
    expect(reader.text).toContain('some are sent, to find out');
  });
});

test('what somebody should look at is written to the log, with no number in it', async () => {
  const shop = await world.openShop();
  const { config } = world.context;
  world.logged.length = 0;
  config.codes = { ...defaultCodeRules, perDay: 0.002 };
  try {
    const { path } = await shop.openCheckout();
    await askFor(readerIn('en'), path, known);
    const told = world.logged.filter(({ msg }) => msg === 'one-time codes');
    expect(told).toMatchObject([{ news: 'most_of_day_sent', sent: 1, environment: shop.environmentId }]);
    // More than its prefix, which an id may have in it by chance.
    expect(JSON.stringify(told)).not.toContain('138001');
    const over = readerIn('en');
    await askFor(over, path, unknown);
    expect(over.text).toContain('If not, none was sent');
  } finally {
    config.codes = undefined;
  }
});
