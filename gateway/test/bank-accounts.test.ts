import type { Server } from 'node:http';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bindAccount } from '../src/banking/bind-account.ts';
import { isSameBusiness, isSameHolder } from '../src/banking/name-match.ts';
import { listMerchantAccounts } from '../src/banking/merchant-accounts.ts';
import { sandboxVerifier } from '../src/banking/sandbox-verifier.ts';
import { parseAccountNumber, verifyAccount } from '../src/banking/verify-account.ts';
import type { Context } from '../src/context.ts';
import { createApp } from '../src/http/app.ts';
import { createHttpServer } from '../src/http/listen.ts';
import type { Id } from '../src/lib/ids.ts';
import { pagesRouter } from '../src/pages/router.ts';
import { findMerchant } from '../src/merchants/merchants.ts';
import { findIdentity } from '../src/shoppers/identity.ts';
import { newSession } from './support/agreements.ts';
import { actionsOf, newOperator } from './support/console.ts';
import { newBorrower } from './support/draws.ts';
import type { PagesWorld } from './support/pages-world.ts';
import { openShop, type Shop } from './support/shop.ts';
import { openWorld, type World } from './support/world.ts';

describe('two names of a person', () => {
  it.each([
    ['Wang Fang', 'WANG FANG'],
    ['Wang Fang', '  wang   fang '],
    ['Wang Fang', 'Ｗａｎｇ　Ｆａｎｇ'],
    ['张伟', '张 伟'],
    ['买买提·艾力', '买买提・艾力'],
    ['买买提·艾力', '买买提 • 艾力'],
    ['买买提·艾力', '买买提.艾力'],
    ['José María', 'JOSÉ MARÍA'],
    ['Jürgen Groß', 'JÜRGEN GROSS'],
  ])('%s and %s are the same', (one, other) => {
    expect(isSameHolder(one, other)).toBe(true);
    expect(isSameHolder(other, one)).toBe(true);
  });

  it.each([
    ['张伟', '张玮'],
    ['張偉', '张伟'],
    ['Wang Fang', 'Fang Wang'],
    ['José', 'Jose'],
    ['Wang Fang', 'Wang Fan'],
    ['WangFang', 'Wang Fang'],
    ['', ''],
    ['   ', '   '],
  ])('%s and %s are not', (one, other) => {
    expect(isSameHolder(one, other)).toBe(false);
    expect(isSameHolder(other, one)).toBe(false);
  });

  const letters = 'abcxyzABCXYZßéÖİı·张伟买提艾力 .\u3000'.split('');
  const name = fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 8 }).map((of) => of.join(''));
  /** The same in the other width; of letters and spaces only. */
  const widen = (text: string): string =>
    text
      .replaceAll(/[A-Za-z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0))
      .replaceAll(' ', '\u3000');

  it('match whichever is first, and whatever their width and case', () => {
    fc.assert(
      fc.property(name, name, (one, other) => {
        expect(isSameHolder(one, other)).toBe(isSameHolder(other, one));
        const isName = isSameHolder(one, one);
        for (const written of [one.toUpperCase(), one.toLowerCase(), widen(one), ` ${one} `])
          expect(isSameHolder(one, written)).toBe(isName);
      }),
      { numRuns: 300 },
    );
  });
});

describe('two names of a business', () => {
  it.each([
    ['Tea House Co., Ltd.', 'TEA HOUSE CO LTD', true],
    ['上海茶馆（集团）有限公司', '上海茶馆(集团)有限公司', true],
    ['上海茶馆【集团】有限公司', '上海茶馆（集团）有限公司', true],
    ['Tea House Ltd', 'Tea House', false],
    ['上海茶馆有限公司', '上海茶館有限公司', false],
  ])('%s, %s: %s', (one, other, same) => {
    expect(isSameBusiness(one, other)).toBe(same);
    expect(isSameBusiness(other, one)).toBe(same);
  });
});

it('a number is read as people type it', () => {
  expect(parseAccountNumber(' 6299-0001 ００００ 0001 ')).toBe('6299000100000001');
  expect(parseAccountNumber('de89 3704 0044 0532 0130 00')).toBe('DE89370400440532013000');
  for (const wrong of ['12345', 'no number', '6299000100000001; drop', 'X'.repeat(40)])
    expect(() => parseAccountNumber(wrong)).toThrow(/no number/);
});

it('a bank that is slow is not waited for longer than the time', async () => {
  const claim = { holder: 'Wang Fang', number: '6299000600000000' };
  await expect(verifyAccount(sandboxVerifier, { ...claim, answerMs: 20 })).rejects.toMatchObject({
    code: 'unavailable',
  });
});

describe('with a gateway', () => {
  let world: World;
  let server: Server;
  let pages: PagesWorld;
  beforeAll(async () => {
    world = await openWorld();
    const config = { ...world.context.config, origins: { api: 'http://127.0.0.1:4000' } };
    const context: Context = { ...world.context, config };
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

  /** What the account's page does once the bank has verified an account. */
  async function bind(shop: Shop, shopperId: Id<'shp'>, number: string, proved = true) {
    const holder = (await shop.inTx((tx) => findIdentity(tx, shopperId), 'read'))?.name ?? '';
    const checked = await verifyAccount(sandboxVerifier, { holder, number });
    if (checked.outcome === 'refused') throw new Error(checked.code);
    return shop.inTx(async (tx) =>
      bindAccount(tx, {
        shopperId,
        proof: { sessionId: await newSession(tx, shopperId, proved) },
        account: checked.account,
      }),
    );
  }

  it('an account is bound at level three only, sealed, and by one shopper of several at once', async () => {
    const shop = await openShop(world);
    const [one, other] = [await newBorrower(shop), await newBorrower(shop)].map(
      ({ shopperId }) => shopperId as Id<'shp'>,
    );
    if (!one || !other) throw new Error('two shoppers');
    const number = '6299000112345678';
    await expect(bind(shop, one, number, false)).rejects.toMatchObject({ code: 'step_up_required' });
    const answers = await Promise.all([bind(shop, one, number), bind(shop, other, number)]);
    expect(answers.map(({ outcome }) => outcome).toSorted()).toEqual(['bound', 'refused']);
    const [row, ...more] = await world
      .db('shopper_bank_accounts')
      .where({ environment_id: shop.environmentId });
    expect(more).toEqual([]);
    expect(JSON.stringify(row)).not.toContain(number);
    expect(row.last4).toBe('5678');
  });

  it('a merchant’s account has the merchant’s name, and payouts wait 72 hours after a change', async () => {
    const shop = await openShop(world, { name: '上海茶馆（集团）有限公司' });
    const change = (holder: string, number: string) =>
      shop.send('PUT', '/v1/sandbox/bank-account', { holder, number, payout_account: 'acct_test_slow' });
    const accounts = () => shop.inTx((tx) => listMerchantAccounts(tx, shop.merchantId), 'read');
    expect(await accounts()).toMatchObject([{ status: 'active', payoutAccount: 'acct_test_merchant' }]);
    expect(await change('Somebody Else', '6299000100000001')).toMatchObject({ status: 422 });
    expect(await change('上海茶馆(集团)有限公司', '6299000700000001')).toMatchObject({
      status: 409,
      body: { reason: 'name_differs' },
    });
    expect(await accounts()).toHaveLength(1);
    expect(await change('上海茶馆(集团)有限公司', '6299 0001 0000 0001')).toMatchObject({
      status: 200,
      body: { bank_name: 'Test Bank', last4: '0001' },
    });
    expect((await accounts()).map(({ status }) => status)).toEqual(['active', 'replaced']);
    const merchant = await shop.inTx((tx) => findMerchant(tx, shop.merchantId), 'read');
    expect(merchant).toMatchObject({ payoutAccount: 'acct_test_slow' });
    expect(merchant.payoutAccountChangedAt).not.toBeNull();
    await world.sequence();
    const { data } = await shop.get<{ data: { type: string }[] }>('/v1/events');
    expect(data.map(({ type }) => type)).toContain('merchant.bank_account_changed');
  });

  it('in the console one operator enters an account and another one approves it', async () => {
    const shop = await openShop(world);
    const page = `/console/${shop.environmentId}/payouts`;
    const ada = await newOperator(pages, ['treasury'], 'Ada');
    const bo = await newOperator(pages, ['treasury'], 'Bo');
    const entered = {
      merchant: shop.merchantId,
      holder: 'TEA HOUSE',
      number: '6299000100000009',
      bank: 'Test Bank',
      processor: 'acct_other',
    };
    await ada.reader.get(page);
    await ada.reader.submit('/payouts/accounts', { ...entered, holder: 'Coffee House' });
    expect(ada.reader.text).toContain('That was not done');
    await ada.reader.submit('/payouts/accounts', entered);
    expect(ada.reader.text).toContain('Somebody else has to approve it.');
    expect(ada.reader.text).toContain('entered by you');
    const [proposed] = await shop.inTx((tx) => listMerchantAccounts(tx, shop.merchantId), 'read');
    await expect(
      world.db('merchant_bank_accounts').where({ id: proposed?.id }).update({
        status: 'active',
        decided_by: ada.operatorId,
        decided_at: world.clock.at,
      }),
    ).rejects.toThrow(/check constraint/);
    await bo.reader.get(page);
    await bo.reader.submit('/approve');
    expect(bo.reader.text).toContain('The bank account is approved.');
    expect(await shop.inTx((tx) => findMerchant(tx, shop.merchantId), 'read')).toMatchObject({
      payoutAccount: 'acct_other',
    });
    expect(await actionsOf(pages, ada.operatorId)).toContain('merchant_account_entered');
    expect(await actionsOf(pages, bo.operatorId)).toContain('merchant_account_approved');
  });
});
