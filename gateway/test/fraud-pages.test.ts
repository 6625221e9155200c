import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contactOf } from '../src/shoppers/profile.ts';
import { newMember, signInToDashboard } from './support/dashboard.ts';
import { enforce, velocityRule } from './support/fraud.ts';
import { newReader, type Reader } from './support/page-reader.ts';
import { agreeTo, reachOffers, signIn } from './support/pages-walk.ts';
import { openPagesWorld, type PagesWorld, type Shop } from './support/pages-world.ts';

let world: PagesWorld;

beforeAll(async () => {
  world = await openPagesWorld();
});
afterAll(() => world.close());

/** A shop whose every purchase is asked for a code. */
async function wary(): Promise<Shop> {
  const shop = await world.openShop();
  await enforce(shop, velocityRule({ over: 0 }));
  return shop;
}

let people = 100;

/** A new shopper at the step that asks for a code. */
async function challenged(
  shop: Shop,
  headers: Record<string, string> = {},
): Promise<{ reader: Reader; path: string }> {
  const { path } = await shop.openCheckout();
  const reader = newReader(world.server, headers);
  people += 1;
  await reachOffers(reader, shop, path, people);
  return { reader, path };
}

const passesOf = (shop: Shop) =>
  world.context.db('fraud_passes').where({ environment_id: shop.environmentId });
const codesOf = (shop: Shop): Promise<string[]> =>
  world.context
    .db('assessments')
    .where({ environment_id: shop.environmentId })
    .orderBy('id')
    .then((rows: { decline_code: string | null }[]) => rows.map((row) => row.decline_code ?? 'approved'));

describe('a code for a purchase', () => {
  it('is asked for, sent, answered, and the checkout goes on to its end', async () => {
    const shop = await wary();
    const { reader, path } = await challenged(shop);
    expect(reader.page.status).toBe(200);
    expect(reader.text).toContain('One more code');
    // Nothing of the decision shows before.
    expect(reader.text).not.toContain('Pay in 4 parts');
    expect(reader.text).not.toContain('pay score is');
    await reader.submit('/challenge/send');
    expect(reader.text).toContain('we sent a code of 6 digits');
    const code = await shop.newestCode();
    expect(reader.page.html).not.toContain(code);
    await reader.submit('/challenge', { code });
    expect(reader.text).toContain('How would you like to pay?');
    expect(await codesOf(shop)).toEqual(['challenge_required', 'approved']);
    await agreeTo(reader, path, 'pay_in_4');
    expect(reader.text).toContain('Agreed');
  });

  it('is said in Chinese to who reads Chinese', async () => {
    const shop = await wary();
    const { reader } = await challenged(shop, { 'accept-language': 'zh-CN' });
    expect(reader.text).toContain('再输入一次验证码');
    await reader.submit('/challenge/send');
    expect(reader.text).toContain('本次购物的验证码');
  });

  it('counts wrong answers, and after five asks for a new code', async () => {
    const shop = await wary();
    const { reader } = await challenged(shop);
    await reader.submit('/challenge/send');
    const code = await shop.newestCode();
    const wrong = code === '000000' ? '111111' : '000000';
    for (const left of ['4', '3', '2', '1']) {
      await reader.submit('/challenge', { code: wrong });
      expect(reader.text).toContain(`tries left: ${left}`);
      expect(reader.page.html).toContain('aria-invalid="true"');
    }
    await reader.submit('/challenge', { code: wrong });
    expect(reader.text).toContain('This code is no longer good');
    expect(reader.page.html).not.toContain('name="code"');
    expect(await passesOf(shop)).toEqual([]);
    await reader.submit('/challenge/send');
    await reader.submit('/challenge', { code: await shop.newestCode() });
    expect(reader.text).toContain('How would you like to pay?');
  });

  it('is not good after five minutes, nor when a newer one was sent', async () => {
    const shop = await wary();
    const { reader } = await challenged(shop);
    await reader.submit('/challenge/send');
    const first = await shop.newestCode();
    await reader.submit('/challenge/send');
    const second = await shop.newestCode();
    if (first !== second) {
      await reader.submit('/challenge', { code: first });
      expect(reader.text).toContain('tries left: 4');
    }
    world.passMinutes(5);
    await reader.submit('/challenge', { code: second });
    expect(reader.text).toContain('This code is no longer good');
    expect(await passesOf(shop)).toEqual([]);
  });

  it('stays the same step when the page is loaded again, and sends nothing by that', async () => {
    const shop = await wary();
    const { reader, path } = await challenged(shop);
    const sent = () =>
      world.context.db('messages').where({ template: 'purchase_code', environment_id: shop.environmentId });
    for (let time = 0; time < 4; time += 1) {
      await reader.get(path);
      expect(reader.text).toContain('One more code');
    }
    expect(await sent()).toEqual([]);
    await reader.submit('/challenge/send');
    await reader.get(path);
    expect(reader.text).toContain('we sent a code of 6 digits');
    expect(await sent()).toHaveLength(1);
    await reader.get(`${path}/challenge/send`);
    expect(reader.page.path).toBe(path);
    expect(await sent()).toHaveLength(1);
    expect(await codesOf(shop)).toEqual(['challenge_required']);
  });

  it('answered in one tab is answered in the other, and an old page leads on', async () => {
    const shop = await wary();
    const { reader } = await challenged(shop);
    await reader.submit('/challenge/send');
    const old = reader.page.html;
    const code = await shop.newestCode();
    await reader.submit('/challenge', { code });
    expect(reader.text).toContain('How would you like to pay?');
    const form = /action="([^"]*\/challenge)"[^>]*>.*?name="form_token" value="([^"]*)"/s.exec(old);
    const again = () => reader.post(form?.[1] ?? '', { form_token: form?.[2] ?? '', code });
    await again();
    expect(reader.text).toContain('How would you like to pay?');
    expect(await passesOf(shop)).toHaveLength(1);
    await reader.post(`${form?.[1] ?? ''}/send`, { form_token: form?.[2] ?? '' });
    expect(reader.text).toContain('How would you like to pay?');
  });

  it('holds for fifteen minutes in this sign-in, for the next purchase too, and not in another browser', async () => {
    const shop = await wary();
    const { reader } = await challenged(shop);
    await reader.submit('/challenge/send');
    await reader.submit('/challenge', { code: await shop.newestCode() });
    const next = await shop.openCheckout();
    await reader.get(next.path);
    await reader.submit('/claim');
    expect(reader.text).toContain('How would you like to pay?');
    const elsewhere = newReader(world.server);
    const phone = await phoneOf(shop);
    await signIn(elsewhere, shop, next.path, phone);
    expect(elsewhere.text).toContain('One more code');
    world.passMinutes(10);
    await reader.get(next.path);
    expect(reader.text).toContain('How would you like to pay?');
    world.passMinutes(6);
    await reader.get(next.path);
    expect(reader.text).toContain('One more code');
  });

  it('for signing in confirms no purchase, and the other way round', async () => {
    const shop = await wary();
    const { reader, path } = await challenged(shop);
    const signInCode = await shop.newestCode();
    await reader.submit('/challenge/send');
    const code = await shop.newestCode();
    if (signInCode !== code) {
      await reader.submit('/challenge', { code: signInCode });
      expect(reader.text).toContain('tries left: 4');
    }
    const stranger = newReader(world.server);
    await stranger.get(path);
    await stranger.submit('/phone', { phone: await phoneOf(shop) });
    const fresh = await shop.newestCode();
    if (fresh !== code) {
      await stranger.submit('/code', { code });
      expect(stranger.text).toContain('tries left: 4');
    }
  });

  it('cannot be asked for where none is due', async () => {
    const shop = await world.openShop();
    const { reader, path } = await challenged(shop);
    expect(reader.text).toContain('How would you like to pay?');
    const token = /name="form_token" value="([^"]*)"/.exec(reader.page.html)?.[1] ?? '';
    await reader.post(`${path}/challenge/send`, { form_token: token });
    const sent = world.context
      .db('messages')
      .where({ template: 'purchase_code', environment_id: shop.environmentId });
    expect(await sent).toEqual([]);
  });

  it('is limited like every other code, which the page says', async () => {
    const shop = await wary();
    const { reader } = await challenged(shop);
    for (let time = 0; time < 3; time += 1) await reader.submit('/challenge/send');
    expect(reader.text).toContain('Too many codes were asked for');
    expect(reader.text).toContain('Code for this purchase');
  });
});

describe('a card that somebody else bought with', () => {
  it('is refused where it is chosen, with the card to choose again', async () => {
    const shop = await world.openShop();
    await enforce(shop, velocityRule({ count: 'shoppers', per: 'card', over: 1 }));
    const first = await challenged(shop);
    await agreeTo(first.reader, first.path, 'pay_in_4', 'test:ok');
    expect(first.reader.text).toContain('Agreed');
    const second = await challenged(shop);
    await agreeTo(second.reader, second.path, 'pay_in_4', 'test:ok');
    expect(second.reader.text).toContain('This card cannot be used for this purchase');
    await agreeTo(second.reader, second.path, 'pay_in_4', 'test:ok_unionpay');
    expect(second.reader.text).toContain('Agreed');
  });
});

describe('what is refused', () => {
  it('says so without saying why, and asks for no code', async () => {
    const shop = await world.openShop();
    await enforce(shop, velocityRule({ over: 0, action: 'refuse' }));
    const { reader } = await challenged(shop);
    expect(reader.text).toContain('does not fit together');
    expect(reader.page.html).not.toContain('/challenge');
    expect(reader.text).not.toContain('velocity');
  });
});

describe('in a sandbox', () => {
  it('a test address decides which country a browser is in', async () => {
    const shop = await world.openShop();
    const home = await challenged(shop, { 'Morrow-Test-Address': '192.0.2.10' });
    expect(home.reader.text).toContain('How would you like to pay?');
    const abroad = await challenged(shop, { 'Morrow-Test-Address': '203.0.113.10' });
    expect(abroad.reader.text).toContain('One more code');
    const none = await challenged(shop, { 'Morrow-Test-Address': 'nonsense' });
    expect(none.reader.text).toContain('How would you like to pay?');
  });
});

/** The phone of the newest shopper of a shop. */
async function phoneOf(shop: Shop): Promise<string> {
  const row = await world.context
    .db('shoppers')
    .where({ environment_id: shop.environmentId })
    .orderBy('id', 'desc')
    .first('id');
  return shop.inTx(async (tx) => (await contactOf(tx, row?.id ?? '')).phone, 'read');
}

describe('a browser in which the dashboard of the shop was used', () => {
  it('asks whoever signs in there for a code, whichever of both came first, and nobody elsewhere', async () => {
    const shop = await world.openShop();
    await enforce(shop, {
      id: 'shop_device',
      kind: 'merchant_link',
      why: 'a test',
      of: ['device'],
      action: 'challenge',
    });
    const asked = async (reader: Reader): Promise<boolean> => {
      const { path } = await shop.openCheckout();
      people += 1;
      await reachOffers(reader, shop, path, people);
      return reader.text.includes('One more code');
    };
    expect(await asked(newReader(world.server))).toBe(false);
    const member = await newMember(world, shop);
    const household = newReader(world.server);
    household.cookies.push(...member.reader.cookies);
    expect(await asked(household)).toBe(true);

    // The other way round: the shopper is there before the member.
    const first = newReader(world.server);
    expect(await asked(first)).toBe(false);
    member.reader.cookies.splice(0, Infinity, ...first.cookies);
    await signInToDashboard(member.reader, member.authenticator);
    const { path } = await shop.openCheckout();
    await first.get(path);
    await first.submit('/claim');
    expect(first.text).toContain('One more code');
  });
});
