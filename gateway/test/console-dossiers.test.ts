import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { entriesShown, readMerchantTimeline, readShopperTimeline } from '../src/dossiers/timeline.ts';
import type { Id } from '../src/lib/ids.ts';
import { nameOwners } from '../src/onboarding/owners.ts';
import { listOwnLimits, ownLimitsOf } from '../src/protection/own-limits.ts';
import { saveIdentity } from '../src/shoppers/identity.ts';
import { listLinks } from '../src/shoppers/links/links.ts';
import { parseNationalId } from '../src/shoppers/national-id.ts';
import { contactOf } from '../src/shoppers/profile.ts';
import { findTestPerson } from '../src/shoppers/sandbox-identity.ts';
import { newOperator, type SignedIn } from './support/console.ts';
import { openConsoleOn } from './support/console-on.ts';
import type { PagesWorld } from './support/pages-world.ts';
import { openShop, type Shop } from './support/shop.ts';
import { authorizedOrder, type Buyer, newBuyer, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let pages: PagesWorld;
let shop: Shop;
let other: Shop;
let buyer: Buyer;
let order: { id: string; plan_id: string };
let risk: SignedIn;
let phone: string;
let at: string;

beforeAll(async () => {
  world = await openWorld();
  shop = await openShop(world);
  other = await openShop(world);
  buyer = await newBuyer(shop);
  order = await authorizedOrder(shop, { amount: 10_000, plan: 'pay_in_4', buyer });
  await ship(shop, order.id, 10_000);
  phone = (await shop.inTx((tx) => contactOf(tx, buyer.shopperId))).phone;
  pages = openConsoleOn(world);
  risk = await newOperator(pages, ['risk'], 'Rita');
  at = `/console/${shop.environmentId}`;
}, 120_000);
afterAll(() => world.close());
beforeEach(() => expect(world.errors).toEqual([]));

const audited = (action: string) =>
  world
    .db('operator_audit')
    .where({ action })
    .orderBy('id')
    .select<{ object_id: string | null; details: Record<string, unknown>; operator_id: string }[]>();

describe('finding a shopper', () => {
  test.each([
    ['phone', () => phone],
    ['shopper', () => buyer.shopperId],
    ['order', () => order.id],
    ['plan', () => order.plan_id],
  ] as const)('by %s leads to the shopper and is kept without a phone', async (by, asked) => {
    const { reader } = risk;
    await reader.get(`${at}/shoppers`);
    await reader.submit(`${at}/shoppers/find`, { find: asked() });
    expect(reader.page.path).toBe(`${at}/shoppers/${buyer.shopperId}`);
    const last = (await audited('shopper_searched')).at(-1);
    expect(last).toMatchObject({ object_id: buyer.shopperId });
    expect(last?.details).toEqual({ by });
  });

  test.each(['+8613800009999', 'nobody', '', `shp_${'0'.repeat(32)}`, '13'.repeat(40)])(
    'says so when %j is nobody, which is kept as well',
    async (find) => {
      const { reader } = risk;
      const before = (await audited('shopper_searched')).length;
      await reader.get(`${at}/shoppers`);
      await reader.submit(`${at}/shoppers/find`, { find });
      expect(reader.text).toContain('Nobody here has this phone number or id.');
      expect(await audited('shopper_searched')).toHaveLength(before + 1);
    },
  );

  test('a shopper of another environment is nobody here', async () => {
    const { reader } = risk;
    await reader.get(`/console/${other.environmentId}/shoppers/${buyer.shopperId}`);
    expect(reader.page.status).toBe(404);
  });
});

describe('one shopper', () => {
  test('shows line, plan, decision and messages, and no personal data', async () => {
    const { reader } = risk;
    await reader.get(`${at}/shoppers/${buyer.shopperId}`);
    for (const told of ['Credit lines', order.plan_id, order.id, 'Newest score', 'hidden'])
      expect(reader.page.html).toContain(told);
    expect(reader.page.html).not.toContain(phone);
    expect((await audited('shopper_viewed')).at(-1)).toMatchObject({
      object_id: buyer.shopperId,
      operator_id: risk.operatorId,
    });
  });

  test('shows the phone for ten minutes to whoever says why, and to nobody else', async () => {
    const { reader } = risk;
    const path = `${at}/shoppers/${buyer.shopperId}`;
    await reader.get(path);
    await reader.submit(`${path}/show`, { note: 'short' });
    expect(reader.text).toContain('Say in 10 to 500 characters');
    expect(reader.page.html).not.toContain(phone);
    expect(await audited('personal_data_shown')).toEqual([]);

    await reader.submit(`${path}/show`, { note: 'They called about a double payment.' });
    expect(reader.page.html).toContain(phone);
    expect(await audited('personal_data_shown')).toMatchObject([
      { object_id: buyer.shopperId, details: { why: 'They called about a double payment.' } },
    ]);

    const colleague = await newOperator(pages, ['support'], 'Sam');
    await colleague.reader.get(path);
    expect(colleague.reader.page.html).not.toContain(phone);

    world.passMs(11 * 60_000);
    await reader.get(path);
    expect(reader.page.html).not.toContain(phone);
  });

  test('support may lock but not grant easier terms; treasury sees neither', async () => {
    const path = `${at}/shoppers/${buyer.shopperId}`;
    const support = await newOperator(pages, ['support'], 'Sue');
    await support.reader.get(path);
    expect(support.reader.text).toContain('Lock paying later');
    expect(support.reader.text).not.toContain('Easier terms');
    const token = /name="form_token" value="([^"]*)"/.exec(support.reader.page.html)?.[1] ?? '';
    await support.reader.post(`${path}/plans/${order.plan_id}/ease`, { form_token: token, reason: 'income' });
    expect(support.reader.page.status).toBe(403);
    const treasury = await newOperator(pages, ['treasury'], 'Tess');
    await treasury.reader.get(path);
    expect(treasury.reader.page.status).toBe(403);
  });

  test('grants easier terms by an operator and refuses what is out of range', async () => {
    const operator = await newOperator(pages, ['risk'], 'Ruth');
    const path = `${at}/shoppers/${buyer.shopperId}`;
    const ease = `${path}/plans/${order.plan_id}/ease`;
    await operator.reader.get(path);
    await operator.reader.submit(ease, { reason: 'income', pause: '9999', periods: '' });
    expect(operator.reader.text).toContain('That was not granted');
    await operator.reader.submit(ease, { reason: 'income', pause: '', periods: '' });
    expect(operator.reader.text).toContain('That was not granted');
    expect(await world.db('hardships')).toEqual([]);
    await operator.reader.submit(ease, { reason: 'income', pause: '14', periods: '' });
    expect(operator.reader.text).toContain('The easier terms are granted.');
    expect(await world.db('hardships').select('granted_by', 'reason')).toEqual([
      { granted_by: 'operator', reason: 'income' },
    ]);
    expect(await audited('terms_eased')).toMatchObject([
      { object_id: buyer.shopperId, details: { plan: order.plan_id, days: 14 } },
    ]);
  });

  test('locks paying later', async () => {
    const operator = await newOperator(pages, ['support'], 'Sid');
    const path = `${at}/shoppers/${buyer.shopperId}`;
    await operator.reader.get(path);
    await operator.reader.submit(`${path}/lock`, {});
    const rows = await shop.inTx((tx) => listOwnLimits(tx, buyer.shopperId), 'read');
    expect(ownLimitsOf(rows, 'CNY').locked).toBe(true);
    expect(operator.reader.text).toContain('Paying later is locked.');
  });
});

describe('a timeline', () => {
  test('tells everything once, in order, over any number of pages', async () => {
    await world.db('events').insert(
      Array.from({ length: 130 }, (_, number) => ({
        environment_id: shop.environmentId,
        id: `evt_${String(number).padStart(32, '0')}`,
        stream: buyer.shopperId,
        type: 'reminder.sent',
        object_id: order.plan_id,
        object_version: 1,
        data: '{}',
        // Many at the same instant: a page may end between two of them.
        occurred_at: new Date(Date.UTC(2025, 0, 1 + Math.floor(number / 50))),
        recorded_at: new Date(),
      })),
    );
    const seen: string[] = [];
    const times: number[] = [];
    let before = '';
    for (;;) {
      const page = await shop.inTx(
        (tx) => readShopperTimeline(tx, { shopperId: buyer.shopperId, before }),
        'read',
      );
      seen.push(...page.map(({ cursor }) => cursor));
      times.push(...page.map((entry) => entry.at.getTime()));
      if (page.length < entriesShown) break;
      before = page.at(-1)!.cursor;
    }
    const { rows } = await world.db.raw<{ rows: { count: bigint }[] }>(
      `select (select count(*) from events where stream = :shopper) +
         (select count(*) from assessments where shopper_id = :shopper) +
         (select count(*) from consents where shopper_id = :shopper) +
         (select count(*) from consents where shopper_id = :shopper and withdrawn_at is not null) +
         (select count(*) from messages where shopper_id = :shopper) as count`,
      { shopper: buyer.shopperId },
    );
    expect(new Set(seen).size).toBe(seen.length);
    expect(BigInt(seen.length)).toBe(rows[0]!.count);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
  });

  test.each(['x', '2026-01-01', "2026-01-01T00:00:00.000000Z~'; drop table events", '9'.repeat(40)])(
    'begins anew with the cursor %j, which is none',
    async (before) => {
      const first = await shop.inTx((tx) => readShopperTimeline(tx, { shopperId: buyer.shopperId }), 'read');
      const again = await shop.inTx(
        (tx) => readShopperTimeline(tx, { shopperId: buyer.shopperId, before }),
        'read',
      );
      expect(again).toEqual(first);
    },
  );

  test('of a merchant goes on by the numbers of its feed', async () => {
    await world.sequence();
    const { merchantId } = shop;
    const page = await shop.inTx((tx) => readMerchantTimeline(tx, { merchantId }), 'read');
    expect(page.map(({ what }) => what)).toContain('order.captured');
    const below = await shop.inTx(
      (tx) => readMerchantTimeline(tx, { merchantId, before: page[0]!.cursor }),
      'read',
    );
    expect(below).toEqual(page.slice(1));
  });
});

describe('one merchant', () => {
  test('is found by a part of its name and shows orders, rates, keys and timeline', async () => {
    const { reader } = await newOperator(pages, ['treasury'], 'Tom');
    await reader.get(`${at}/merchants?find=zzzz`);
    expect(reader.text).toContain('There is no such merchant.');
    await reader.get(`${at}/merchants/${shop.merchantId}`);
    expect(reader.page.status).toBe(200);
    for (const told of [order.id, 'Disputes and refunds', 'Bank accounts', 'order.captured', '0 (0'])
      expect(reader.page.html).toContain(told);
    // Treasury may not open shoppers, so their ids lead nowhere.
    expect(reader.page.html).not.toContain(`/shoppers/${buyer.shopperId}`);
    expect((await audited('merchant_viewed')).at(-1)).toMatchObject({ object_id: shop.merchantId });
  });

  test('of another environment is not there', async () => {
    const { reader } = risk;
    await reader.get(`${at}/merchants/${other.merchantId}`);
    expect(reader.page.status).toBe(404);
  });
});

describe('what a shopper and a merchant have in common', () => {
  test('is on both their pages, an alarm where something was bought before, and acknowledged once', async () => {
    const person = findTestPerson('good-5') ?? expect.fail('there is no such person');
    await shop.inTx(async (tx) => {
      const nationalId = parseNationalId(person.nationalId);
      const identity = { name: person.name, nationalId, provider: 'test', reference: 'r' };
      await saveIdentity(tx, { shopperId: buyer.shopperId as Id<'shp'>, identity });
      await nameOwners(tx, { merchantId: shop.merchantId, owners: [person] });
    });
    const { reader } = risk;
    await reader.get(`${at}/shoppers/${buyer.shopperId}`);
    expect(reader.text).toMatch(/Merchants they belong to.*identity of an owner\s+1\s+open/s);
    expect(reader.text).toContain(shop.merchantId);
    await reader.get(`/console/${other.environmentId}/alarms`);
    expect(reader.text).toContain('There is nothing to look at.');
    await reader.get(`${at}/alarms`);
    expect(reader.text).toMatch(/Shoppers who bought where they belong.*identity of an owner/s);
    expect(reader.page.html).toContain(`/shoppers/${buyer.shopperId}`);
    await reader.submit('/acknowledge');
    expect(reader.text).toContain('The link is acknowledged. It goes on to hold.');
    expect(reader.text).toContain('There is nothing to look at.');
    const [link] = await shop.inTx(
      (tx) => listLinks(tx, { merchantId: shop.merchantId as Id<'mer'> }),
      'read',
    );
    expect(link).toMatchObject({ acknowledgedBy: risk.operatorId });
    expect(await audited('link_acknowledged')).toMatchObject([{ object_id: link?.id }]);
    const treasury = await newOperator(pages, ['treasury'], 'Tess');
    await treasury.reader.get(`${at}/merchants/${shop.merchantId}`);
    expect(treasury.reader.text).toMatch(/Shoppers who belong to it.*acknowledged/s);
    expect((await treasury.reader.get(`${at}/alarms`)).status).toBe(403);
  });
});
