import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sequenceEvents } from '../src/events/sequence.ts';
import { dropWhatIsOld, retention } from '../src/jobs/retention.ts';
import { notifyFromEvents } from '../src/notifications/notify.ts';
import { openedSections } from '../src/privacy/export/opened-sections.ts';
import { plainSections } from '../src/privacy/export/plain-sections.ts';
import { accountPath } from '../src/pages/account/paths.ts';
import { findOrCreateShopper, saveMail } from '../src/shoppers/profile.ts';
import { findTestPerson } from '../src/shoppers/sandbox-identity.ts';
import { createMetrics } from '../src/watch/metrics.ts';
import { watchDatabase } from '../src/watch/gauges.ts';
import { buy, pay, runAttempts } from './support/account-walk.ts';
import { newReader, type Reader } from './support/page-reader.ts';
import { openPagesWorld, type PagesWorld, type Shop } from './support/pages-world.ts';
import { signIn } from './support/pages-walk.ts';
import { everythingStored } from './support/shoppers-world.ts';

let world: PagesWorld;
let metrics: ReturnType<typeof createMetrics>;
beforeAll(async () => {
  world = await openPagesWorld();
  // Everything that could ever be logged is.
  world.context.log.level = 'trace';
  metrics = createMetrics();
  watchDatabase(metrics, world.context);
});
afterAll(() => world.close());

const mail = 'fang.wang@example.com';

function personOf(number: number) {
  const person = findTestPerson(`good-${number}`);
  if (!person) throw new Error(`there is no person ${number}`);
  return person;
}

type Walked = { shop: Shop; reader: Reader; shopperId: `shp_${string}`; planId: string; data: string };

/** Buys, ships and pays to the end through the pages, with a mail address, and messages of all of it. */
async function walked(number: number): Promise<Walked> {
  const shop = await world.openShop();
  const reader = newReader(world.server);
  const bought = await buy(world, reader, shop, { number });
  const { phone } = personOf(number);
  const { shopperId } = await shop.inTx((tx) => findOrCreateShopper(tx, { phone, locale: 'en' }));
  await shop.inTx((tx) => saveMail(tx, { shopperId, mail }));
  await pay(reader, bought.page, 'all');
  await runAll();
  return { shop, reader, shopperId, planId: bought.planId, data: `${bought.account}/data` };
}

async function runAll(): Promise<void> {
  await runAttempts(world);
  await sequenceEvents(world.context);
  await notifyFromEvents(world.context);
}

async function prove(reader: Reader, number: number): Promise<void> {
  const { name, nationalId } = personOf(number);
  await reader.submit('/data/identity', { name, national_id: nationalId });
}

/** Whose name, phone, number or address `text` holds. */
function foundIn(text: string, number: number): string[] {
  const { name, phone, nationalId } = personOf(number);
  return [name, phone, phone.slice(3), nationalId, mail].filter((value) => text.includes(value));
}

async function storedTables(): Promise<string[]> {
  const { rows } = await world.context.db.raw<{ rows: { name: string }[] }>(
    `select table_name as name from information_schema.tables where table_schema = 'public'`,
  );
  return rows.map(({ name }) => name);
}

describe('a shopper’s own data', () => {
  test('is taken as one file after an identity check, erased, and in no log, event, metric or row in plain', async () => {
    const number = 31;
    const { shop, reader, shopperId, planId, data } = await walked(number);

    await reader.get(data);
    expect(reader.text).toContain('Prove that it is you');
    expect(reader.page.html).not.toContain('/data/file"');
    const refused = await reader.post(`${data}/file`, hiddenOf(reader));
    expect(refused.html).not.toContain('shopper_data');

    await reader.get(data);
    await prove(reader, number);
    await reader.submit('/data/file');
    expect(reader.page.headers['content-disposition']).toContain('morrow-my-data.json');
    const file = JSON.parse(reader.page.html) as Record<string, unknown> & { you: Record<string, unknown> };
    const { name, phone, nationalId } = personOf(number);
    expect(file.you).toMatchObject({ phone, mail, identity: { name, national_id: nationalId } });
    expect(file.plans).toMatchObject([{ id: planId, shop: 'Tea House', status: 'paid' }]);
    for (const section of [
      'consents',
      'decisions',
      'schedule',
      'payments',
      'receipts',
      'messages',
      'credit_lines',
    ])
      expect(file[section], section).not.toEqual([]);
    expect(JSON.stringify(file)).not.toMatch(/"(?:capacity|hits|room)":/);
    expect(JSON.stringify(file)).not.toMatch(/"[a-z_]*_sealed"|v1\.k1\./);

    expect(foundIn(reader.page.html, number)).toHaveLength(5);

    const tables = await storedTables();
    expect(foundIn(await everythingStored(world.context.db, tables), number)).toEqual([]);
    expect(foundIn(await metrics.registry.metrics(), number)).toEqual([]);
    expect(world.logged.length).toBeGreaterThan(0);
    expect(foundIn(JSON.stringify(world.logged), number)).toEqual([]);

    await reader.get(data);
    expect(reader.text).toContain('Taken last on');
    await reader.submit('/data/erase');
    expect(reader.text).toContain('Tick the box first');
    await reader.submit('/data/erase', { understood: 'yes' });
    expect(reader.text).toContain('You are forgotten');
    await reader.get(data);
    expect(reader.text).not.toContain('Forget me');

    const rows = await world.context.db('shoppers').where({ id: shopperId });
    expect(rows).toMatchObject([
      { data_key: null, phone_index: null, phone_sealed: null, mail_sealed: null },
    ]);
    const consents = await world.context.db('consents').where({ shopper_id: shopperId });
    expect(consents.length).toBeGreaterThan(0);

    // Whoever comes back with the same phone is somebody new, who sees nothing of before.
    await signIn(reader, shop, accountPath({ id: shop.environmentId }), phone);
    const found = await shop.inTx((tx) => findOrCreateShopper(tx, { phone, locale: 'en' }));
    expect(found.isNew).toBe(false);
    expect(found.shopperId).not.toBe(shopperId);
    expect(reader.text).not.toContain('Tea House');
  });

  test('is not erased while something is owed, and the page says why', async () => {
    const shop = await world.openShop();
    const reader = newReader(world.server);
    const { account } = await buy(world, reader, shop, { number: 32 });
    await reader.get(`${account}/data`);
    await prove(reader, 32);
    expect(reader.text).toContain('A plan is not over, or something is still owed.');
    expect(reader.page.html).not.toContain('/data/erase"');
    await reader.get(`${account}/data?lang=zh-CN`);
    expect(reader.text).toContain('有计划尚未结束，或仍有欠款。');
    await reader.post(`${account}/data/erase`, { ...hiddenOf(reader), understood: 'yes' });
    expect(reader.text).toContain('未删除任何内容');
  });
});

/** The token of any form of the page. */
function hiddenOf({ page }: Reader): Record<string, string> {
  const token = /name="form_token" value="([^"]*)"/.exec(page.html)?.[1] ?? '';
  return { form_token: token };
}

test('what is kept for a while only goes when its time has come, and nothing else does', async () => {
  const { shop, shopperId } = await walked(33);
  const count = async (table: string): Promise<number> => {
    const [row] = await world.context.db(table).where({ environment_id: shop.environmentId }).count();
    return Number(row?.count);
  };
  const kept = ['consents', 'plans', 'assessments', 'ledger_transfers', 'events', 'shopper_identities'];
  const before = await Promise.all(kept.map(count));
  await shop.inTx(dropWhatIsOld);
  expect(await count('fraud_sightings')).toBeGreaterThan(0);
  const messages = await count('messages');

  world.passMinutes(25 * 60);
  await shop.inTx(dropWhatIsOld);
  expect(await count('login_challenges')).toBe(0);
  expect(await count('messages')).toBeLessThan(messages);
  expect(await count('messages')).toBeGreaterThan(0);

  world.passMinutes(91 * 24 * 60);
  await world.context
    .db('environments')
    .where({ id: shop.environmentId })
    .update({ expires_at: '2030-01-01' });
  await shop.inTx(dropWhatIsOld);
  expect(await count('fraud_sightings')).toBe(0);
  expect(await count('shopper_sessions')).toBe(0);
  expect(await world.context.db('messages').where({ shopper_id: shopperId })).not.toEqual([]);

  world.passMinutes(310 * 24 * 60);
  await shop.inTx(dropWhatIsOld);
  expect(await count('messages')).toBe(0);
  expect(await Promise.all(kept.map(count))).toEqual(before);
});

test('the file of a shopper’s data has every table that names shoppers', async () => {
  const { rows } = await world.context.db.raw<{ rows: { name: string }[] }>(
    `select distinct table_name as name from information_schema.columns
     where table_schema = 'public' and column_name in ('shopper_id', 'guarantor_id', 'debtor_id')`,
  );
  const queries = [
    ...Object.values(plainSections),
    ...Object.values(openedSections).map(({ query }) => query),
  ];
  const named = new Set(
    queries.flatMap((query) => [...query.matchAll(/(?:from|join) ([a-z_]+)/g)].map(([, name]) => name)),
  );
  // Who they are is read by itself, the role in guarantees follows from them, nobody reads a log of who was erased, and the
  // decline that answers for ten minutes repeats what stands in its decision.
  const elsewhere = ['shopper_identities', 'guarantee_parties', 'erasures', 'recent_declines'];
  expect(
    rows
      .map(({ name }) => name)
      .filter((name) => !named.has(name))
      .toSorted(),
  ).toEqual(elsewhere.toSorted());
});

test('every rule of what is kept for a while is in docs/privacy.md', () => {
  const page = readFileSync(new URL('../../docs/privacy.md', import.meta.url), 'utf8');
  const rows = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  for (const { what, kept } of retention)
    expect(
      rows.some(([, first, second]) => first === what && second === kept),
      what,
    ).toBe(true);
});
