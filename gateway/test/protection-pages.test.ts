import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findSession } from '../src/checkout/sessions.ts';
import { accountPath } from '../src/pages/account/paths.ts';
import { findWarning } from '../src/protection/warnings.ts';
import { evidencePhone } from '../src/shoppers/sandbox-evidence.ts';
import { findTestPerson } from '../src/shoppers/sandbox-identity.ts';
import { advanceTo } from './support/account-walk.ts';
import { formOf, newReader, type Reader } from './support/page-reader.ts';
import { openPagesWorld, type PagesWorld, type Shop } from './support/pages-world.ts';
import { agreeTo, reachOffers, signIn } from './support/pages-walk.ts';

let world: PagesWorld;
beforeAll(async () => {
  world = await openPagesWorld();
});
afterAll(() => world.close());

const readerIn = (language: string) => newReader(world.server, { 'Accept-Language': language });
const ownLimitsOf = (shop: Shop) => `${accountPath({ id: shop.environmentId })}/own-limits`;

async function openPage(language: string, phone = '+8613700000001'): Promise<{ reader: Reader; shop: Shop }> {
  const shop = await world.openShop();
  const reader = readerIn(language);
  await signIn(reader, shop, ownLimitsOf(shop), phone);
  return { reader, shop };
}

const linesOf = (amount: number) => [{ name: 'Kettle', quantity: 1, unit_amount: amount, amount }];

describe('the page “Limits of your own”', () => {
  test.each([
    {
      language: 'en',
      title: 'Limits of your own',
      why: 'We ask so that what falls due stays within what you earn.',
      locked: 'Paying later is locked.',
      stays: 'You asked to unlock it. It stays locked until',
      told: 'You told us ¥4,000.00 a month on March 1, 2026.',
      bound: 'Up to ¥4,800.00 may be bound in that time.',
      payDay: 'Your pay day is day 10 of the month.',
      entry: 'Paying later is locked by you.',
    },
    {
      language: 'zh-CN',
      title: '自己的限额',
      why: '我们询问收入，是为了让到期款项不超出您的收入。',
      locked: '延后付款已锁定。',
      stays: '您已申请解除锁定。在',
      told: '您于 2026年3月1日告诉我们每月 ¥4,000.00。',
      bound: '这段时间最多可占用 ¥4,800.00。',
      payDay: '您的发薪日为每月 10 号。',
      entry: '您已锁定延后付款。',
    },
  ])('locks, unlocks and keeps an income, in $language', async (words) => {
    const { reader, shop } = await openPage(words.language);
    expect(reader.page.status).toBe(200);
    expect(reader.page.html).toMatch(new RegExp(`<h1[^>]*>${words.title}</h1>`));
    expect(reader.text).toContain(words.why);
    expect(reader.page.html).not.toContain('<script');

    await reader.submit('/own-limits/lock');
    expect(reader.text).toContain(words.locked);
    expect(formOf(reader.page.html, '/own-limits/unlock')).toBeDefined();
    await reader.submit('/own-limits/unlock');
    expect(reader.text).toContain(words.stays);
    expect(formOf(reader.page.html, '/own-limits/unlock')).toBeUndefined();
    await reader.get(accountPath({ id: shop.environmentId }));
    expect(reader.text).toContain(words.entry);
    await reader.get(ownLimitsOf(shop));

    await reader.submit('/own-limits/income', { income: '4,000', pay_day: '10' });
    expect(reader.text).toContain(words.told);
    expect(reader.text).toContain(words.bound);
    expect(reader.text).toContain(words.payDay);
    expect(reader.page.html).toMatch(/<svg class="calendar"[^>]*role="img"/);
    await reader.submit('/own-limits/income/remove');
    expect(reader.text).not.toContain(words.told);
  });

  test('keeps nothing of what cannot be meant, and says at the field what is wrong', async () => {
    const { reader } = await openPage('en');
    const wrong = async (form: string, values: Record<string, string>, field: string) => {
      await reader.submit(form, values);
      expect(reader.page.html).toMatch(new RegExp(`role="alert"[^>]*><a href="#${field}">`));
      expect(reader.page.html).toMatch(new RegExp(`id="${field}"[^>]*aria-invalid="true"`));
      for (const [name, value] of Object.entries(values)) {
        if (value !== '') expect(reader.page.html).toMatch(new RegExp(`value="${value}"[^>]*id="${name}"`));
      }
    };
    await wrong('/own-limits/ceilings', { purchase: '0', total: '' }, 'purchase');
    await wrong('/own-limits/ceilings', { purchase: '12', total: 'many' }, 'total');
    await wrong('/own-limits/ceilings', { purchase: '1.234', total: '' }, 'purchase');
    await wrong('/own-limits/income', { income: '-5', pay_day: '' }, 'income');
    await wrong('/own-limits/income', { income: '99999999999999', pay_day: '' }, 'income');
    await wrong('/own-limits/income', { income: '5000', pay_day: '32' }, 'pay_day');
    await reader.submit('/own-limits/income', { income: '', pay_day: '' });
    expect(reader.text).toContain('Enter what you earn in a month as a number');
    const rows = await world.context.db('shopper_incomes').count({ kept: '*' }).first<{ kept: string }>();
    const limits = await world.context
      .db('own_limits')
      .where({ kind: 'purchase' })
      .orWhere({ kind: 'total' });
    expect(limits).toEqual([]);
    expect(rows.kept).not.toBe(null);
  });

  test('sets ceilings at once when they are stricter, shows what waits, and lets it be kept', async () => {
    const { reader, shop } = await openPage('en');
    await reader.submit('/own-limits/ceilings', { purchase: '500', total: '1,000.50' });
    expect(reader.text).toContain('Your ceilings are set.');
    expect(reader.page.html).toMatch(/value="500\.00"[^>]*id="purchase"/);
    await reader.submit('/own-limits/ceilings', { purchase: '', total: '800' });
    expect(reader.text).toContain('What is looser than before counts 24 hours from now.');
    expect(reader.text).toMatch(/For one purchase it becomes no ceiling at Mar 2, 2026, 9:00:00 AM\./);
    expect(reader.page.html).toMatch(/value="800\.00"[^>]*id="total"/);
    await reader.submit('/own-limits/ceilings/keep');
    expect(reader.text).not.toContain('it becomes no ceiling');
    await advanceTo(world, shop, '2026-03-03');
    await reader.get(ownLimitsOf(shop));
    expect(reader.page.html).toMatch(/value="500\.00"[^>]*id="purchase"/);
  });

  test('asks others only for what is ticked, shows the answer, and takes it back', async () => {
    const { reader, shop } = await openPage('en', evidencePhone('steady', 21));
    const box = /value="(evidence:income\|[0-9a-f]{64})"/.exec(reader.page.html)?.[1] ?? '';
    expect(reader.page.html).not.toMatch(/checkbox"[^>]* checked/);
    await reader.submit('/own-limits/evidence/income');
    expect(reader.text).toContain('Nothing is asked without your consent.');
    await reader.submit('/own-limits/evidence/income', {
      consent: box.replace('evidence:income', 'evidence:bureau'),
    });
    expect(reader.text).toContain('Nothing is asked without your consent.');
    await reader.submit('/own-limits/evidence/income', { consent: `evidence:income|${'0'.repeat(64)}` });
    expect(reader.page.html).toContain('role="alert"');
    await reader.submit('/own-limits/evidence/income', { consent: box });
    expect(reader.text).toContain('Answered; counts until May 30, 2026. ¥12,000.00 a month');
    expect(reader.text).toContain('An income service confirmed ¥12,000.00 a month; this is what counts.');
    expect(reader.text).toContain('Up to ¥18,000.00 may be bound in that time.');
    await reader.submit('/own-limits/evidence/income/withdraw');
    expect(reader.text).toContain('Taken back. The answer is deleted and not used any more.');
    expect(reader.text).not.toContain('¥12,000.00');
    await reader.get(`${accountPath({ id: shop.environmentId })}/you`);
    expect(reader.text).toContain(
      'My income, confirmed Agreed on March 1, 2026, version 2026-11 Taken back on March 1, 2026',
    );
  });

  test.each(['slow', 'unavailable'] as const)('goes on when the provider is %s', async (kind) => {
    const { reader } = await openPage('en', evidencePhone(kind, 22));
    const box = /value="(evidence:bureau\|[0-9a-f]{64})"/.exec(reader.page.html)?.[1] ?? '';
    await reader.submit('/own-limits/evidence/bureau', { consent: box });
    expect(reader.text).toContain('Nobody answered. It makes no difference to you');
    await reader.submit('/own-limits/evidence/bureau');
    expect(reader.text).toContain('This was asked a moment ago.');
  });

  test('belongs to who is signed in, and takes no form that is not its own', async () => {
    const { reader, shop } = await openPage('en');
    const stranger = readerIn('en');
    await stranger.get(ownLimitsOf(shop));
    expect(stranger.text).not.toContain('Lock paying later');
    await reader.post(`${ownLimitsOf(shop)}/lock`, { currency: 'CNY' });
    expect(reader.page.status).toBe(403);
    await reader.get(ownLimitsOf(shop));
    expect(reader.text).toContain('Nothing is locked.');
    await reader.get(`${ownLimitsOf(shop)}/income`);
    expect(reader.page.path).toBe(accountPath({ id: shop.environmentId }));
    await reader.get(`${ownLimitsOf(shop)}?currency=%3Cb%3E`);
    expect(reader.page.status).toBe(200);
  });
});

describe('the checkout', () => {
  test('orders offers by what fits, says why, and keeps the warning that stood before the button', async () => {
    const shop = await world.openShop();
    const reader = readerIn('en');
    const { path, sessionId } = await shop.openCheckout({ lines: linesOf(180_000) });
    await reachOffers(reader, shop, path, 7101);
    expect(reader.text).toContain('Costs nothing extra');
    expect(reader.text).not.toContain('Plans that do not fit');
    await reader.get(ownLimitsOf(shop));
    await reader.submit('/own-limits/income', { income: '2300', pay_day: '' });
    await reader.get(path);
    const orderOf = ['pay_in_4', 'pay_in_3', 'monthly_3', 'monthly_6'].map((code) =>
      reader.page.html.indexOf(`id="offer-${code}"`),
    );
    expect(orderOf.every((at, index) => at > (orderOf[index - 1] ?? 0))).toBe(true);
    expect(reader.page.html).not.toContain('id="offer-pay_after"');
    expect(reader.text).toContain(
      'Does not fit: would take 79 % of your income in March 2026. At most 60 % may be bound.',
    );
    await reader.get(`${path}/agreement?plan=pay_after`);
    expect(reader.page.html).not.toContain('name="agreed"');
    await reader.get(`${path}/agreement?plan=monthly_12`);
    expect(reader.text).not.toContain('is already spoken for');
    await reader.get(`${path}/agreement?plan=pay_in_4`);
    const words =
      'With this purchase, ¥1,800.00 of your ¥6,900.00 income until May 30, 2026 is already spoken for.';
    expect(reader.text).toContain(words);
    expect(reader.page.html.indexOf('is already spoken for')).toBeLessThan(
      reader.page.html.indexOf('aria-describedby="agree-hint"'),
    );
    // A form that was not shown the warning agrees to nothing.
    await reader.submit('/confirm', { method: 'test:ok', consent: reader.boxes(), warned: 'x' });
    expect((await shop.inTx((tx) => findSession(tx, { sessionId }), 'read')).status).toBe('open');
    await agreeTo(reader, path, 'pay_in_4');
    const session = await shop.inTx((tx) => findSession(tx, { sessionId }), 'read');
    expect(session.status).toBe('confirmed');
    const kept = await shop.inTx((tx) => findWarning(tx, session.holdId ?? ''), 'read');
    expect(kept).toMatchObject({ words, locale: 'en', rules: 'protection-2026-11-1' });
  });

  test('says in Chinese what the warning says, and keeps it so', async () => {
    const shop = await world.openShop();
    const reader = readerIn('zh-CN');
    const { path, sessionId } = await shop.openCheckout({ lines: linesOf(180_000) });
    await reachOffers(reader, shop, path, 7102);
    await reader.get(ownLimitsOf(shop));
    await reader.submit('/own-limits/income', { income: '2000', pay_day: '' });
    await reader.get(path);
    expect(reader.text).toContain('不适合：将占用您 2026年3月收入的 90%，最多可占用 60%。');
    await agreeTo(reader, path, 'pay_in_3');
    const { holdId } = await shop.inTx((tx) => findSession(tx, { sessionId }), 'read');
    const kept = await shop.inTx((tx) => findWarning(tx, holdId ?? ''), 'read');
    expect(kept).toMatchObject({
      locale: 'zh-CN',
      words: '加上本次购物，您截至 2026年5月30日的 ¥6,000.00 收入中，已有 ¥1,800.00 被占用。',
    });
  });

  test('declines what no plan makes bearable and leads to where the income can be told', async () => {
    const shop = await world.openShop();
    const reader = readerIn('en');
    const first = await shop.openCheckout({ lines: linesOf(1000) });
    await reachOffers(reader, shop, first.path, 7103);
    await reader.get(ownLimitsOf(shop));
    await reader.submit('/own-limits/income', { income: '100', pay_day: '' });
    const { path } = await shop.openCheckout({ lines: linesOf(180_000) });
    await reader.get(path);
    await reader.submit('/claim');
    expect(reader.text).toContain('Not this time');
    expect(reader.text).toContain('than the income that we know of allows');
    expect(reader.page.html).toContain(`href="${ownLimitsOf(shop)}"`);
    await reader.get(ownLimitsOf(shop));
    await reader.submit('/own-limits/income', { income: '5000', pay_day: '' });
    await reader.get(path);
    expect(reader.page.html).toContain('id="offer-pay_in_4"');
  });
});

test('a cash draw says what does not fit, and keeps its warning', async () => {
  const shop = await world.openShop();
  const reader = readerIn('en');
  const person = findTestPerson('good-7104');
  if (!person) throw new Error('no test person');
  const draws = `${accountPath({ id: shop.environmentId })}/draws`;
  await signIn(reader, shop, ownLimitsOf(shop), person.phone);
  await reader.submit('/own-limits/income', { income: '900', pay_day: '' });
  await reader.get(`${draws}?amount=2000`);
  expect(reader.text).toContain('3 months · Harbour Credit Does not fit: would take');
  const way = /<a href="([^"]*months=6[^"]*)"/.exec(reader.page.html)?.[1]?.replaceAll('&amp;', '&') ?? '';
  await reader.get(way);
  const { name, nationalId } = person;
  await reader.submit('/draws/identity', { name, national_id: nationalId, consent: reader.boxes() });
  const words =
    /With this loan, [^.]*\.\d\d of your ¥2,700\.00 income until May 30, 2026 is already spoken for\./;
  const shown = words.exec(reader.text)?.[0] ?? '';
  expect(shown).not.toBe('');
  const named = [...reader.page.html.matchAll(/type="checkbox"[^>]*? name="(\w+)" value="([^"]*)"/g)];
  const values = (field: string) =>
    named.filter((match) => match[1] === field).map((match) => match[2] ?? '');
  const ticked = { method: 'test:ok', declaration: values('declaration'), consent: values('consent') };
  await reader.submit('/draws/agree', ticked);
  expect(reader.text).toContain('Sent');
  const [row] = await world.context.db('cash_draws').where({ environment_id: shop.environmentId });
  expect(await shop.inTx((tx) => findWarning(tx, row.hold_id), 'read')).toMatchObject({ words: shown });
});
