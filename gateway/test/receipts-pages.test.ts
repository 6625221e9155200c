import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { main } from '../../sdk-js/src/cli/main.ts';
import { findSession } from '../src/checkout/sessions.ts';
import { gatewayKeys } from '../src/lib/gateway-key.ts';
import { newId } from '../src/lib/ids.ts';
import { agreementPlainText } from '../src/pages/parts/agreement-words.ts';
import { findPlan } from '../src/repayments/plans.ts';
import { findTestPerson } from '../src/shoppers/sandbox-identity.ts';
import { buy, order, runAttempts } from './support/account-walk.ts';
import { formOf, newReader, type Reader } from './support/page-reader.ts';
import { openPagesWorld, type PagesWorld } from './support/pages-world.ts';
import { signIn } from './support/pages-walk.ts';

let world: PagesWorld;
const folder = mkdtempSync(join(tmpdir(), 'morrow-receipts-'));
beforeAll(async () => {
  world = await openPagesWorld();
});
afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true });
});

const inEnglish = { 'Accept-Language': 'en' };
const inChinese = { 'Accept-Language': 'zh-CN' };
const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

function save(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

async function morrow(...args: string[]): Promise<{ code: number; text: string }> {
  let text = '';
  const code = await main(args, (part) => void (text += part));
  return { code, text };
}

/** The receipts and the words as their shopper downloads them, beside the keys that anybody can have. */
async function download(reader: Reader, page: string) {
  const receipts = await reader.get(`${page}/receipts.json`);
  const words = await reader.get(`${page}/agreement.txt`);
  const keys = gatewayKeys(world.context.vault).map(({ jwk }) => jwk);
  return {
    receipts: { ...receipts, file: save('receipts.json', receipts.html) },
    words: { ...words, file: save('agreement.txt', words.html) },
    jwks: save('jwks.json', JSON.stringify({ keys })),
  };
}

test('a shopper downloads the receipts and verifies them with the words that they read', async () => {
  const shop = await world.openShop();
  const reader = newReader(world.server, inEnglish);
  const { page, planId } = await buy(world, reader, shop, { number: 3001 });
  await reader.get(page);
  await reader.get(`${page}/agreement`);
  expect(reader.text).toContain('Your signed receipts');
  expect(reader.text).toContain(
    '0 The agreement March 1, 2026 1 Shipped: the real dates and amounts March 1, 2026',
  );
  expect(reader.text).toContain(`npx morrow verify morrow-${planId}.json --jwks jwks.json`);
  expect(reader.page.html).toContain(`href="${page}/receipts.json"`);
  expect(reader.page.html).toContain(`href="${page}/agreement.txt"`);

  const { receipts, words, jwks } = await download(reader, page);
  expect(receipts.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'content-disposition': `attachment; filename="morrow-${planId}.json"`,
    'cache-control': 'no-store',
  });
  const { text, code } = await morrow('verify', receipts.file, '--jwks', jwks, '--text', words.file);
  expect(code, text).toBe(0);
  expect(text).toContain('✓ agreement.txt is the text of “agreement” that was agreed to');
  for (const purpose of ['terms', 'score', 'identity', 'funder:fnd_'])
    expect(text).toContain(`is the text of “${purpose}`);
  expect(text).toContain('VERIFIED');
});

test('the words are those of the page, in the language in which they were read', async () => {
  const shop = await world.openShop();
  const reader = newReader(world.server, inChinese);
  const { page, planId } = await buy(world, reader, shop, { number: 3002 });
  const { snapshot } = await shop.inTx((tx) => findPlan(tx, { planId }), 'read');
  const { words, receipts } = await download(reader, page);
  expect(words.headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(words.html).toBe(agreementPlainText('zh-CN', snapshot));
  const { texts } = JSON.parse(receipts.html) as {
    texts: { purpose: string; locale?: string; text_hash: string }[];
  };
  expect(texts[0]).toMatchObject({
    purpose: 'agreement',
    locale: 'zh-CN',
    text_hash: sha256(words.html),
  });
  await reader.get(`${page}/agreement`);
  expect(reader.text).toContain('0 协议 2026年3月1日 1 已发货：实际的日期与金额');
  // The page sets what a line is about apart from what it says; the plain text puts a colon between them.
  const bare = (text: string): string => text.replaceAll(/[\s：]/g, '');
  for (const line of words.html.split('\n')) expect(bare(reader.text)).toContain(bare(line));
});

test('a language that another tab chose meanwhile does not change what was read; other words are refused', async () => {
  const shop = await world.openShop();
  const reader = newReader(world.server, inEnglish);
  await buy(world, reader, shop, { number: 3003 });
  const { path, sessionId } = await shop.openCheckout();
  await reader.get(path);
  await reader.submit('/claim');
  const { html } = await reader.get(`${path}/agreement?plan=pay_in_4`);
  const form = formOf(html, '/confirm');
  await reader.get(`${path}/agreement?plan=pay_in_4&lang=zh-CN`);
  const agreeTo = (words = form?.hidden.words ?? '') =>
    reader.post(`${path}/confirm`, { ...form?.hidden, method: 'test:ok', words });
  const session = () => shop.inTx((tx) => findSession(tx, { sessionId }), 'read');

  await agreeTo(sha256('I owe nothing.'));
  expect(await session()).toMatchObject({ status: 'open', agreedTexts: [] });
  await agreeTo();
  const { status, agreedTexts, confirmedOffer } = await session();
  expect(status).toBe('confirmed');
  expect(agreedTexts[0]).toMatchObject({ purpose: 'agreement', locale: 'en' });
  const kept = await world.context
    .db<{ hash: string; text: string }>('agreed_texts')
    .where({ hash: agreedTexts[0]?.text_hash ?? '' })
    .first();
  expect(kept?.text).toBe(confirmedOffer && agreementPlainText('en', confirmedOffer));
});

test('what the database or anybody else changes is found by the program', async () => {
  const shop = await world.openShop();
  const reader = newReader(world.server, inEnglish);
  const { page } = await buy(world, reader, shop, { number: 3004 });
  const { receipts, jwks } = await download(reader, page);
  const file = JSON.parse(receipts.html) as { receipts: { jws: string; disclosures: string[] }[] };
  const other = { ...file, receipts: file.receipts.slice(1) };
  const cut = await morrow('verify', save('cut.json', JSON.stringify(other)), '--jwks', jwks);
  expect(cut.code).toBe(1);
  expect(cut.text).toContain('✗ amendment 1: payload.sequence: Number 1 stands where number 0 should');
  const swapped = { ...file, receipts: file.receipts.map((receipt) => ({ ...receipt, disclosures: ['x'] })) };
  expect((await morrow('verify', save('swapped.json', JSON.stringify(swapped)), '--jwks', jwks)).code).toBe(
    1,
  );
});

test('the files are for their shopper only: others find nothing, and who is not signed in may sign in', async () => {
  const shop = await world.openShop();
  const owner = newReader(world.server, inEnglish);
  const { page, account } = await buy(world, owner, shop, { number: 3005 });
  const other = newReader(world.server, inEnglish);
  for (const file of ['receipts.json', 'agreement.txt']) {
    await other.get(`${page}/${file}`);
    expect(other.page.path).toBe(`${page}/agreement`);
    expect(other.text).not.toContain('Tea House');
  }
  await signIn(other, shop, account, findTestPerson('good-3006')?.phone ?? '');
  for (const address of [
    `${page}/receipts.json`,
    `${page}/agreement.txt`,
    `${account}/plans/${newId('pln')}/receipts.json`,
    `${account}/plans/x/receipts.json`,
  ]) {
    await other.get(address);
    expect(other.page.status).toBe(404);
    expect(other.page.html).not.toContain('eyJ');
    expect(other.text).not.toContain('Tea House');
  }
});

test('an order that has not shipped has its agreement to download, and no amendment', async () => {
  const shop = await world.openShop();
  const reader = newReader(world.server, inEnglish);
  const { planId } = await order(reader, shop, { number: 3007 });
  await runAttempts(world);
  const page = `/account/${shop.environmentId}/plans/${planId}`;
  const { receipts, jwks } = await download(reader, page);
  const { code, text } = await morrow('verify', receipts.file, '--jwks', jwks);
  expect([code, text]).toEqual([0, expect.stringContaining('Payments as agreed, if shipped that day')]);
});
