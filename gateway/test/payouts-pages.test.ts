import type { Server } from 'node:http';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../src/context.ts';
import { createApp } from '../src/http/app.ts';
import { createHttpServer } from '../src/http/listen.ts';
import { takeProcessorNews } from '../src/jobs/take-processor-news.ts';
import { newId } from '../src/lib/ids.ts';
import { pagesRouter } from '../src/pages/router.ts';
import { actionsOf, newOperator, type SignedIn } from './support/console.ts';
import { formOf, newReader, type Reader } from './support/page-reader.ts';
import type { PagesWorld } from './support/pages-world.ts';
import { openShop, type Shop } from './support/shop.ts';
import { authorizedOrder, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let shop: Shop;
let server: Server;
/** What the helpers of the console's tests need of a world. */
let pages: PagesWorld;

const formula = '=HYPERLINK("https://evil.example","cart")';

beforeAll(async () => {
  world = await openWorld();
  shop = await openShop(world, { currency: 'CNY' });
  const order = await authorizedOrder(shop, { amount: 10_000, plan: 'pay_after', reference: formula });
  await ship(shop, order.id, 10_000);
  await shop.send('PUT', '/v1/sandbox/settlement-terms', {
    fee_tiers: [{ from: 0, basis_points: 300, fixed: 100 }],
    payout_cap: 5_000,
  });
  await shop.advance(1);
  await shop.post('/v1/sandbox/payout-news', {
    reference: 'tr_nobody',
    status: 'failed',
    code: 'no_account',
  });
  await takeProcessorNews(world.context, {
    environmentId: shop.environmentId,
    event: {
      id: 'evt_1Nx',
      type: 'payment_intent.succeeded',
      madeAt: world.clock.at,
      account: undefined,
      thing: { id: 'pi_nobody' },
    },
  });
  const context: Context = {
    ...world.context,
    config: { ...world.context.config, origins: { api: 'http://127.0.0.1:4000' } },
  };
  const router = pagesRouter(context);
  server = createHttpServer(
    createApp(context, { routes: [], findKey: async () => undefined, pages: [{ path: '/', router }] }),
  );
  pages = { ...world, context, server } as unknown as PagesWorld;
});
afterAll(async () => {
  server.close();
  await world.close();
});

type Documents = { statement_url: string; lines_csv_url: string; expires_at: string };

async function documents(): Promise<{ statement: string; csv: string }> {
  const { data } = await shop.get<{ data: { id: string }[] }>('/v1/settlements');
  const links = await shop.get<Documents>(`/v1/settlements/${data[0]?.id}/documents`);
  return {
    statement: new URL(links.statement_url).pathname,
    csv: new URL(links.lines_csv_url).pathname,
  };
}

describe('the papers of a settlement', () => {
  it('are a statement to print in two languages, without script', async () => {
    const { statement } = await documents();
    const reader = newReader(server, { 'Accept-Language': 'en' });
    await reader.get(statement);
    expect(reader.page.status).toBe(200);
    expect(reader.text).toContain('Settlement of Mar 1, 2026');
    expect(reader.text).toContain('Fees of captures');
    expect(reader.text).toContain('¥96.00');
    expect(reader.text).toContain('held');
    expect(reader.page.html).not.toContain('<script');
    expect(reader.page.headers['content-security-policy']).toContain("default-src 'none'");
    await reader.get(`${statement}?lang=zh-CN`);
    expect(reader.text).toContain('结算单');
    expect(reader.text).toContain('请款手续费');
  });

  it('are a file whose amounts are exact, and which no spreadsheet takes for formulas', async () => {
    const { csv } = await documents();
    const reader = newReader(server);
    await reader.get(csv);
    expect(reader.page.headers['content-type']).toBe('text/csv; charset=utf-8');
    const rows = parse(reader.page.html, { bom: true, columns: true }) as Record<string, string>[];
    expect(rows).toMatchObject([
      {
        number: '1',
        kind: 'capture',
        amount_minor_units: '10000',
        amount: '100.00',
        order_reference: `'${formula}`,
      },
      { number: '2', kind: 'capture_fee', amount_minor_units: '-400', amount: '-4.00', currency: 'CNY' },
    ]);
  });

  it('open by no other link, and not for ever', async () => {
    const { statement, csv } = await documents();
    const reader = newReader(server, { 'Accept-Language': 'en' });
    const refused = async (path: string) => {
      await reader.get(path);
      expect(reader.page.status, path).toBe(404);
    };
    const [, , environment, id, expires] = statement.split('/');
    await refused(statement.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')));
    await refused(statement.replace(`/${expires}/`, `/${Number(expires) + 1}/`));
    await refused(statement.replace(String(environment), `sbx_${'0'.repeat(32)}`));
    await refused(statement.replace(String(id), `stl_${'0'.repeat(32)}`));
    world.passMs(24 * 3_600_000 + 1000);
    await refused(statement);
    await refused(csv);
  });
});

describe('the section of held payouts', () => {
  let ada: SignedIn;
  let bob: SignedIn;
  let path: string;
  let payoutId: string;

  beforeAll(async () => {
    ada = await newOperator(pages, ['treasury'], 'Ada');
    bob = await newOperator(pages, ['treasury'], 'Bob');
    path = `/console/${shop.environmentId}/payouts`;
    payoutId = (await shop.get<{ data: { id: string }[] }>('/v1/payouts')).data[0]?.id ?? '';
  });

  const step = (reader: Reader, name: 'approve' | 'release') =>
    reader.submit(`${path}/${payoutId}/${name}`, {});

  it('lists them with their reasons, and news that fits none, in two languages', async () => {
    const { reader } = ada;
    await reader.get(path);
    expect(reader.text).toContain('above the cap of its terms');
    expect(reader.text).toContain('¥96.00');
    expect(reader.text).toContain('tr_nobody');
    expect(reader.text).toContain('no such payout');
    expect(reader.text).toContain('pi_nobody');
    expect(reader.text).toContain('nothing that we have asked for');
    await reader.get(`${path}?lang=zh-CN`);
    expect(reader.text).toContain('超过条款上限');
    expect(reader.text).toContain('与我方发起的任何请求无关');
    await reader.get(`${path}?lang=en`);
  });

  it('lets one approve and another one release, which is kept, and nobody else', async () => {
    const risk = await newOperator(pages, ['risk'], 'Rita');
    await risk.reader.get(path);
    expect(risk.reader.page.status).toBe(403);
    await ada.reader.get(path);
    await step(ada.reader, 'approve');
    expect(ada.reader.text).toContain('Somebody else has to release it.');
    // Her page offers no release; who posts one all the same is refused.
    expect(ada.reader.page.html).not.toContain(`${payoutId}/release`);
    await bob.reader.get(path);
    await step(bob.reader, 'release');
    expect(bob.reader.text).toContain('released and on its way');
    expect(bob.reader.text).toContain('No payout is held.');
    await world.runAttempts();
    expect(await shop.get(`/v1/payouts/${payoutId}`)).toMatchObject({ status: 'paid' });
    expect(await actionsOf(pages, ada.operatorId)).toContain('payout_approved');
    expect(await actionsOf(pages, bob.operatorId)).toContain('payout_released');
  });

  it('holds those of a merchant that an operator suspends, with the reason kept, until that is lifted', async () => {
    const support = await newOperator(pages, ['support'], 'Sam');
    const merchant = `/console/${shop.environmentId}/merchants/${shop.merchantId}`;
    await support.reader.get(merchant);
    expect(support.reader.page.html).not.toContain(`${merchant}/status`);
    const { reader } = ada;
    await reader.get(merchant);
    await reader.submit('/status', { note: ' ' });
    expect(reader.text).toContain('Nothing was changed: write why');
    await reader.submit('/status', { note: 'Goods that nobody got.' });
    expect(reader.text).toContain('The merchant is suspended.');
    expect(reader.text).toContain('State suspended');
    const order = await authorizedOrder(shop, { amount: 2_000, plan: 'pay_after' });
    await ship(shop, order.id, 2_000);
    await shop.advance(1);
    await reader.get(path);
    expect(reader.text).toContain('the merchant is suspended');
    await reader.get(`/console/${shop.environmentId}`);
    expect(reader.text).toContain('Payouts that are held 1');
    await reader.get(merchant);
    const stale = formOf(reader.page.html, '/status')!;
    await reader.submit('/status', { note: 'They came after all.' });
    expect(reader.text).toContain('The suspension is lifted.');
    await reader.post(stale.action, { ...stale.hidden, note: 'Once more.' });
    expect(reader.text).toContain('State active');
    const kept = await world
      .db('operator_audit')
      .where({ operator_id: ada.operatorId, object_id: shop.merchantId })
      .whereIn('action', ['merchant_suspended', 'merchant_resumed'])
      .orderBy('id');
    expect(kept).toMatchObject([
      { action: 'merchant_suspended', details: { why: 'Goods that nobody got.' } },
      { action: 'merchant_resumed', details: { why: 'They came after all.' } },
    ]);
  });

  it('lets those go that a merchant’s refunds hold, with the reason kept, in two languages and not for every role', async () => {
    const store = await openShop(world, { currency: 'CNY' });
    const { id } = await authorizedOrder(store, { amount: 40_000, plan: 'pay_after' });
    for (let part = 0; part < 20; part += 1) await ship(store, id, 2_000);
    const giveBack = async (times: number, orderId = id): Promise<void> => {
      for (let time = 0; time < times; time += 1)
        await store.post(`/v1/orders/${orderId}/refunds`, { reference: newId('req'), amount: 1_500 });
    };
    await giveBack(14);
    await store.advance(1);
    const merchant = `/console/${store.environmentId}/merchants/${store.merchantId}`;
    const risk = await newOperator(pages, ['risk'], 'Ron');
    await risk.reader.get(merchant);
    expect(risk.reader.text).toContain('Its payouts wait until the share is lower');
    expect(formOf(risk.reader.page.html, '/release-refunds')).toBeUndefined();
    const { reader } = ada;
    await reader.get(`${merchant}?lang=zh-CN`);
    expect(reader.text).toContain('在比例降低或您放行之前，其付款暂扣。');
    await reader.get(`${merchant}?lang=en`);
    expect(reader.text).toContain('14 / 20');
    const form = formOf(reader.page.html, '/release-refunds')!;
    const theirs = formOf(risk.reader.page.html, '/sign-out')!;
    await risk.reader.post(form.action, { ...theirs.hidden, note: 'Let it go.' });
    expect(risk.reader.page.status).toBe(403);
    await reader.submit('/release-refunds', { note: ' ' });
    expect(reader.text).toContain('Nothing was changed: write why');
    expect(await store.get('/v1/payouts')).toMatchObject({ data: [{ hold_reason: 'refund_ratio' }] });
    await reader.submit('/release-refunds', { note: 'A batch was recalled.' });
    expect(reader.text).toContain('Its refunds up to today hold no payout any more.');
    expect(reader.text).toContain('They hold no payout.');
    // The page of somebody who was slower changes nothing.
    await reader.post(form.action, { ...form.hidden, note: 'Once more.' });
    expect(reader.text).toContain('They hold no payout.');
    await world.runAttempts();
    expect(await store.get('/v1/payouts')).toMatchObject({ data: [{ status: 'paid' }] });
    const audited = world
      .db('operator_audit')
      .where({ object_id: store.merchantId, action: 'refunds_released' });
    expect(await audited).toMatchObject([
      { operator_id: ada.operatorId, details: { why: 'A batch was recalled.' } },
    ]);
    const next = await authorizedOrder(store, { amount: 20_000, plan: 'pay_after' });
    await ship(store, next.id, 20_000);
    await store.advance(1);
    expect(await store.get('/v1/payouts')).toMatchObject({ data: [{ status: 'paid' }, { status: 'paid' }] });
    // What is refunded later counts.
    await giveBack(13, next.id);
    await giveBack(8);
    await reader.get(merchant);
    expect(reader.text).toContain('21 / 21');
    expect(reader.text).toContain('Its payouts wait until the share is lower');
  });
});
