import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addToList, endListEntry, listEntries } from '../src/fraud/lists.ts';
import { activateRuleSet, activeRules, createRuleSet, listRuleSets } from '../src/fraud/rule-sets.ts';
import type { Rule } from '../src/fraud/rules.ts';
import { forgetPasses, passChallenge } from '../src/fraud/screen.ts';
import { confirm } from '../src/checkout/confirm.ts';
import { openSession } from '../src/checkout/sessions.ts';
import { seeVisit } from '../src/fraud/signals.ts';
import { forgetSightings } from '../src/fraud/sightings.ts';
import { addMs, dayMs, minuteMs } from '../src/lib/dates.ts';
import { newId } from '../src/lib/ids.ts';
import { keepNorms } from '../src/fraud/watch/norms.ts';
import type { CheckoutSessionJson } from '../src/api/resources/checkout-session.ts';
import { defaultRulesOf } from '../src/fraud/default-rules.ts';
import { createMerchant, findMerchant } from '../src/merchants/merchants.ts';
import { activeAgreement, agreedOrder, agreedOrderBody } from './support/agreements.ts';
import { findOrCreateShopper } from '../src/shoppers/profile.ts';
import { enforce, lookAgain, lookAt, setOf, velocityRule } from './support/fraud.ts';
import { refusalFrom } from './support/refusal.ts';
import { openShop, type Shop } from './support/shop.ts';
import { everythingStored } from './support/shoppers-world.ts';
import {
  addMethod,
  agree,
  authorizedOrder,
  type Buyer,
  newBuyer,
  newSessionBody,
  orderBody,
  ship,
} from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const why = 'a test';
const codeOf = ({ assessment }: Awaited<ReturnType<typeof lookAt>>): string | null => assessment.declineCode;

/** Decides on so many carts, one after another; their codes. */
async function looks(
  shop: Shop,
  times: number,
  input: Parameters<typeof lookAt>[1] = {},
): Promise<(string | null)[]> {
  const codes = [];
  for (let time = 0; time < times; time += 1) codes.push(codeOf(await lookAt(shop, input)));
  return codes;
}

describe('velocity', () => {
  it('counts purchases from one device over all shoppers, and a page that is loaded again once', async () => {
    const shop = await openShop(world);
    await enforce(shop, velocityRule({ over: 2 }));
    const first = await lookAt(shop, { browser: 'b1' });
    const shopperId = first.assessment.shopperId;
    for (let time = 0; time < 3; time += 1) {
      const again = await lookAgain(shop, { checkoutId: first.checkoutId, shopperId, browser: 'b1' });
      expect(codeOf(again)).toBeNull();
    }
    expect(codeOf(await lookAt(shop, { browser: 'b1' }))).toBeNull();
    const third = await lookAt(shop, { browser: 'b1' });
    expect(codeOf(third)).toBe('challenge_required');
    expect(third.record).toMatchObject({
      purchase: third.checkoutId,
      action: 'challenge',
      challenge: 'due',
      hits: [{ rule: 'velocity', found: 3, bound: 2 }],
    });
    expect(codeOf(await lookAt(shop, { browser: 'b2' }))).toBeNull();
    // Whoever was let through before still is: one's own purchase is judged as it was.
    expect(codeOf(await lookAgain(shop, { checkoutId: first.checkoutId, shopperId, browser: 'b1' }))).toBe(
      'challenge_required',
    );
  });

  it('forgets what lies outside of its window, to the minute', async () => {
    const shop = await openShop(world);
    await enforce(shop, velocityRule({ over: 1, minutes: 24 * 60 }));
    expect(await looks(shop, 2)).toEqual([null, 'challenge_required']);
    await shop.advance(1);
    expect(await looks(shop, 1)).toEqual([null]);
  });

  it('counts shoppers and phones of a device, shoppers of an address and of a card, merchants and amounts of a shopper', async () => {
    const cases: [Partial<Extract<Rule, { kind: 'velocity' }>>, { samebuyer?: boolean; address?: string }][] =
      [
        [{ count: 'shoppers', per: 'device', over: 2 }, {}],
        [{ count: 'phones', per: 'device', over: 2 }, {}],
        [{ count: 'shoppers', per: 'address', over: 2 }, { address: '192.0.2.9' }],
        [{ count: 'shoppers', per: 'card', over: 2 }, {}],
        [{ count: 'purchases', per: 'shopper', over: 2 }, { samebuyer: true }],
        [{ count: 'purchases', per: 'merchant', over: 2, newShoppers: true }, {}],
        [{ count: 'amount', per: 'shopper', over: 10_000, currency: 'CNY' }, { samebuyer: true }],
      ];
    for (const [rule, { samebuyer, address }] of cases) {
      const shop = await openShop(world);
      await enforce(shop, velocityRule(rule));
      const buyer = samebuyer ? await newBuyer(shop) : undefined;
      expect(await looks(shop, 3, { buyer, address }), JSON.stringify(rule)).toEqual([
        null,
        null,
        'challenge_required',
      ]);
    }
    // The same shopper three times is one shopper.
    const shop = await openShop(world);
    await enforce(shop, velocityRule({ count: 'shoppers', per: 'device', over: 2 }));
    expect(await looks(shop, 3, { buyer: await newBuyer(shop) })).toEqual([null, null, null]);
  });

  it('stops counting at a merchant once a rule hits, and is not led astray by one purchase that was seen often', async () => {
    const shop = await openShop(world);
    const bound = { count: 'purchases', per: 'merchant', over: 1 } as const;
    await enforce(
      shop,
      velocityRule({ ...bound, id: 'new', newShoppers: true }),
      velocityRule({ ...bound, id: 'two', over: 2 }),
    );
    const found = async (): Promise<unknown> =>
      (await lookAt(shop, {})).record.hits.map(({ rule, found, reason }) => [
        rule,
        found,
        reason.split(' of ')[0],
      ]);
    expect(await found()).toEqual([]);
    const often = await lookAt(shop, {});
    const { checkoutId } = often;
    const { shopperId } = often.assessment;
    // By now the latest sightings are all of one purchase.
    for (let time = 0; time < 8; time += 1)
      await lookAgain(shop, { checkoutId, shopperId, browser: `b${time}` });
    const new3 = ['new', 3, 'at least 3 purchases'];
    expect(await found()).toEqual([new3, ['two', 3, 'at least 3 purchases']]);
    for (let time = 0; time < 2; time += 1)
      expect(await found()).toEqual([new3, ['two', 4, 'at least 4 purchases']]);
    await shop.advance(1);
    expect(await found()).toEqual([]);
  });

  it('refuses to go on answering a shopper who probes one merchant', async () => {
    const shop = await openShop(world);
    await enforce(
      shop,
      velocityRule({ count: 'declines', per: 'shopper_at_merchant', minutes: 10, over: 2, action: 'refuse' }),
    );
    const buyer = await newBuyer(shop);
    const codes = await looks(shop, 4, { buyer, amount: 9_000_000 });
    expect(codes.slice(0, 3)).not.toContain('suspicious');
    expect(codes.slice(0, 3)).not.toContain(null);
    expect(codes[3]).toBe('suspicious');
    expect(codeOf(await lookAt(shop, { buyer, amount: 5000 }))).toBe('suspicious');
    await shop.advance(1);
    expect(codeOf(await lookAt(shop, { buyer, amount: 5000 }))).toBeNull();
  });

  it('lets no more through than the bound when twenty carts of one device are decided at once', async () => {
    const shop = await openShop(world);
    await enforce(shop, velocityRule({ over: 5 }));
    const buyers = await Promise.all(Array.from({ length: 20 }, () => newBuyer(shop)));
    const decided = await Promise.all(buyers.map((buyer) => lookAt(shop, { buyer, browser: 'farm' })));
    expect(decided.filter((one) => codeOf(one) === null)).toHaveLength(5);
    expect(decided.filter((one) => codeOf(one) === 'challenge_required')).toHaveLength(15);
    const found = decided.map(({ record }) => record.hits[0]?.found ?? 0).toSorted((a, b) => a - b);
    expect(found.slice(5)).toEqual(Array.from({ length: 15 }, (_, index) => index + 6));
  });

  it('counts late what is decided at one moment from one address: never more than are under way at once', async () => {
    const shop = await openShop(world);
    const over = 3;
    await enforce(shop, velocityRule({ count: 'purchases', per: 'address', over }));
    const atOnce = 4;
    let through = 0;
    for (let round = 0; round < 3; round += 1) {
      const decided = await Promise.all(
        Array.from({ length: atOnce }, (_, index) =>
          lookAt(shop, { browser: `b${round}.${index}`, address: '192.0.2.77' }),
        ),
      );
      through += decided.filter((one) => codeOf(one) === null).length;
    }
    expect(through).toBeGreaterThanOrEqual(over);
    expect(through).toBeLessThanOrEqual(over + atOnce - 1);
  });
});

describe('places', () => {
  const mismatch: Rule = { id: 'm', kind: 'mismatch', why, between: 'address_market', action: 'challenge' };
  const travel: Rule = { id: 't', kind: 'travel', why, fasterThanKmh: 900, action: 'challenge' };

  it('in a sandbox, test addresses have a country, and all others none', async () => {
    const shop = await openShop(world);
    await enforce(shop, mismatch);
    expect(codeOf(await lookAt(shop, { address: '192.0.2.1' }))).toBeNull();
    expect(codeOf(await lookAt(shop, { address: '198.51.100.1' }))).toBe('challenge_required');
    expect(codeOf(await lookAt(shop, { address: '2001:db8::1' }))).toBe('challenge_required');
    const nowhere = await lookAt(shop, { address: '127.0.0.1' });
    expect(codeOf(nowhere)).toBeNull();
    expect(nowhere.record.not_known).toEqual(['m']);
    const untold = await lookAt(shop, { address: 'unix socket' });
    expect(untold.record.not_known).toEqual(['m']);
  });

  it('nobody is in two far countries within hours, in this purchase or the next; after a day they may be', async () => {
    const shop = await openShop(world);
    await enforce(shop, travel);
    const buyer = await newBuyer(shop);
    expect(codeOf(await lookAt(shop, { buyer, address: '192.0.2.1' }))).toBeNull();
    const abroad = await lookAt(shop, { buyer, address: '203.0.113.5' });
    expect(codeOf(abroad)).toBe('challenge_required');
    const { checkoutId } = abroad;
    const { shopperId } = buyer;
    expect(codeOf(await lookAgain(shop, { checkoutId, shopperId, address: '203.0.113.5' }))).toBe(
      'challenge_required',
    );
    expect(codeOf(await lookAt(shop, { buyer, address: '203.0.113.5' }))).toBe('challenge_required');
    await shop.advance(1);
    expect(codeOf(await lookAt(shop, { buyer, address: '203.0.113.5' }))).toBeNull();
  });

  it('a line that is emptied from a new device is asked for a code, from a known one not', async () => {
    const shop = await openShop(world);
    await enforce(shop, {
      id: 'b',
      kind: 'bust_out',
      why,
      action: 'challenge',
      from: 'new_device',
      toPercent: 80,
      risePercent: 60,
      minutes: 24 * 60,
    });
    const buyer = await newBuyer(shop);
    // The line of a new shopper is 2,000.00.
    const most = { buyer, amount: 180_000 };
    expect(codeOf(await lookAt(shop, { ...most, browser: 'own' }))).toBeNull();
    expect(codeOf(await lookAt(shop, { ...most, browser: 'stranger' }))).toBe('challenge_required');
    expect(codeOf(await lookAt(shop, { ...most, browser: 'stranger' }))).toBe('challenge_required');
    expect(codeOf(await lookAt(shop, { buyer, amount: 80_000, browser: 'stranger' }))).toBeNull();
    await shop.advance(2);
    expect(codeOf(await lookAt(shop, { ...most, browser: 'own' }))).toBeNull();
  });
});

describe('amounts', () => {
  it('are compared with the merchant’s orders of the last weeks, as the sweep has summed them up', async () => {
    const shop = await openShop(world);
    await enforce(shop, {
      id: 'a',
      kind: 'amount',
      why,
      deviations: 6,
      atLeastOrders: 10,
      action: 'challenge',
    });
    for (let order = 0; order < 10; order += 1) await authorizedOrder(shop, { amount: 5000 + order * 100 });
    const before = await lookAt(shop, { amount: 150_000 });
    expect(before.record.not_known).toEqual(['a']);
    await shop.inTx((tx) => keepNorms(tx, '2026-03-01'));
    await shop.advance(1);
    const norm = await world.db('fraud_merchant_norms').where({ merchant_id: shop.merchantId }).first();
    expect(norm).toMatchObject({ orders: 10, business_date: '2026-03-01' });
    expect(Math.exp(norm?.median)).toBeGreaterThan(5400);
    expect(Math.exp(norm?.median)).toBeLessThan(5500);
    expect(codeOf(await lookAt(shop, { amount: 150_000 }))).toBe('challenge_required');
    expect(codeOf(await lookAt(shop, { amount: 10_000 }))).toBeNull();
  });
});

describe('lists', () => {
  const denied: Rule = {
    id: 'denied',
    kind: 'deny_list',
    why,
    action: 'refuse',
    of: ['device', 'address', 'phone', 'card', 'shopper'],
  };
  const deny = (shop: Shop, of: 'device' | 'address' | 'phone' | 'card' | 'shopper', plain: string) =>
    shop.inTx((tx) =>
      addToList(tx, {
        list: 'deny',
        of,
        value: { plain },
        reason: 'reported',
        addedBy: 'test',
        expiresAt: addMs(tx.wallNow, dayMs),
      }),
    );

  it('refuse whoever is on them by device, address, phone, card or id, until the entry ends or expires', async () => {
    const shop = await openShop(world);
    await enforce(shop, denied);
    const buyer = await newBuyer(shop);
    const phone = '+8613911112222';
    const other = await shop.inTx((tx) => findOrCreateShopper(tx, { phone, locale: 'en' }));
    const known: Buyer = {
      shopperId: other.shopperId,
      paymentMethodId: await addMethod(shop, other.shopperId, 'ok_unionpay'),
    };
    const seen = { buyer: known, browser: 'bad-browser', address: '192.0.2.200' };
    expect(codeOf(await lookAt(shop, seen))).toBeNull();
    const values = {
      device: 'bad-browser',
      address: '::ffff:192.0.2.200',
      phone: '139 1111 2222',
      card: 'mockunionpay0005',
      shopper: known.shopperId,
    } as const;
    for (const [of, plain] of Object.entries(values)) {
      const { id } = await deny(shop, of as keyof typeof values, plain);
      const refused = await lookAt(shop, seen);
      expect(codeOf(refused), of).toBe('suspicious');
      expect(refused.record.hits[0]?.reason).toBe(`on the deny list: ${of}`);
      expect(
        codeOf(await lookAt(shop, { buyer, browser: 'good-browser', address: '192.0.2.201' })),
      ).toBeNull();
      await shop.inTx((tx) => endListEntry(tx, { id, endedBy: 'test' }));
      // A refusal answers for ten minutes of the sandbox's time.
      expect(codeOf(await lookAt(shop, seen)), of).toBe('suspicious');
      await shop.advance(1);
      expect(codeOf(await lookAt(shop, seen)), of).toBeNull();
    }
    await deny(shop, 'phone', '+8613911112222');
    expect(await shop.inTx(listEntries, 'read')).toHaveLength(1);
    world.passMs(dayMs);
    expect(codeOf(await lookAt(shop, seen))).toBeNull();
    expect(await shop.inTx(listEntries, 'read')).toEqual([]);
  });

  it('let through by an allow list only what it names', async () => {
    const shop = await openShop(world);
    await enforce(shop, velocityRule({ over: 1 }), denied, {
      id: 'office',
      kind: 'allow_list',
      why,
      of: ['address'],
      silences: ['velocity'],
    });
    await shop.inTx((tx) =>
      addToList(tx, {
        list: 'allow',
        of: 'address',
        value: { plain: '192.0.2.7' },
        reason: 'office',
        addedBy: 'test',
        expiresAt: addMs(tx.wallNow, dayMs),
      }),
    );
    expect(await looks(shop, 3, { address: '192.0.2.7' })).toEqual([null, null, null]);
    await deny(shop, 'device', 'one-browser');
    expect(await looks(shop, 1, { address: '192.0.2.7' })).toEqual(['suspicious']);
  });

  it('take no entry that would be over already', async () => {
    const shop = await openShop(world);
    const past = shop.inTx((tx) =>
      addToList(tx, {
        list: 'deny',
        of: 'shopper',
        value: { plain: 'shp_x' },
        reason: 'late',
        addedBy: 'test',
        expiresAt: tx.wallNow,
      }),
    );
    expect((await refusalFrom(past)).code).toBe('validation_failed');
  });
});

describe('a challenge', () => {
  it('that was passed holds for its session and fifteen minutes by the wall’s clock', async () => {
    const shop = await openShop(world);
    await enforce(shop, velocityRule({ over: 0 }));
    const [session, another] = [newId('sse'), newId('sse')];
    const buyer = await newBuyer(shop);
    const due = await lookAt(shop, { buyer, sessionId: session });
    expect(codeOf(due)).toBe('challenge_required');
    await shop.inTx((tx) => passChallenge(tx, session));
    const again = { checkoutId: due.checkoutId, shopperId: buyer.shopperId };
    const passed = await lookAgain(shop, { ...again, sessionId: session });
    expect(codeOf(passed)).toBeNull();
    expect(passed.record).toMatchObject({ action: 'challenge', challenge: 'passed' });
    expect(codeOf(await lookAt(shop, { buyer, sessionId: another }))).toBe('challenge_required');
    world.passMs(15 * minuteMs - 1);
    expect(codeOf(await lookAt(shop, { buyer, sessionId: session }))).toBeNull();
    expect(await shop.inTx(forgetPasses)).toBe(0);
    world.passMs(1);
    expect(codeOf(await lookAt(shop, { buyer, sessionId: session }))).toBe('challenge_required');
    expect(await shop.inTx(forgetPasses)).toBe(1);
  });

  it('never lets through what is refused', async () => {
    const shop = await openShop(world);
    await enforce(shop, velocityRule({ over: 0, action: 'refuse' }));
    const session = newId('sse');
    await shop.inTx((tx) => passChallenge(tx, session));
    expect(codeOf(await lookAt(shop, { sessionId: session }))).toBe('suspicious');
  });

  it('uses up none of a checkout’s decisions, and its merchant is told of no decline', async () => {
    const shop = await openShop(world);
    await enforce(shop, velocityRule({ over: 0 }));
    const session = newId('sse');
    const buyer = await newBuyer(shop);
    const due = await lookAt(shop, { buyer, sessionId: session });
    const shown = await shop.get<{ decline_code: string | null }>(`/v1/checkout-sessions/${due.checkoutId}`);
    expect(shown.decline_code).toBeNull();
    const row = () => world.db('checkout_sessions').where({ id: due.checkoutId }).first();
    expect(await row()).toMatchObject({ assessments_count: 0 });
    await shop.inTx((tx) => passChallenge(tx, session));
    await lookAgain(shop, { checkoutId: due.checkoutId, shopperId: buyer.shopperId, sessionId: session });
    expect(await row()).toMatchObject({ assessments_count: 1 });
  });

  it('declines an order by an agreement, where nobody is there to answer', async () => {
    const shop = await openShop(world);
    const { agreement, path } = await activeAgreement(shop);
    await enforce(shop, velocityRule({ per: 'merchant', over: 0 }));
    const order = () =>
      shop.send('POST', `${path}/orders`, {
        merchant_reference: newId('req'),
        amount: 5000,
        currency: 'CNY',
      });
    const declined = { status: 402, body: { code: 'authorization_declined' } };
    expect(await order()).toMatchObject(declined);
    const assessment = await world.db('assessments').where({ agreement_id: agreement.id }).first();
    expect(assessment).toMatchObject({ outcome: 'declined', decline_code: 'challenge_required' });
    await shop.inTx((tx) => activateRuleSet(tx, { version: 1, activatedBy: 'test' }));
    expect(await order()).toMatchObject({ status: 201 });
  });
});

describe('a shopper and a merchant who buy and refund in turn', () => {
  const rule = defaultRulesOf({ kind: 'live' }).set.rules.find(({ id }) => id === 'refunded_again');
  if (!rule) throw new Error('the rules have no refunded_again');
  const found = { rule: 'refunded_again', found: 5, bound: 4 };

  const giveBack = (shop: Shop, orderId: string) =>
    shop.post(`/v1/orders/${orderId}/refunds`, { reference: newId('req'), amount: 1_000 });

  /** Purchases at the checkout, as many, each shipped; their orders. */
  async function bought(shop: Shop, buyer: Buyer, times: number): Promise<string[]> {
    const orders = [];
    for (let time = 0; time < times; time += 1) {
      const { checkoutId } = await lookAt(shop, { buyer, amount: 1_000 });
      await agree(shop, checkoutId, buyer, 'pay_after');
      const session = await shop.get<CheckoutSessionJson>(`/v1/checkout-sessions/${checkoutId}`);
      const token = { ...session, checkout_token: session.checkout_token ?? '' };
      const { id } = await shop.post<{ id: string }>('/v1/orders', orderBody(token));
      await ship(shop, id, 1_000);
      orders.push(id);
    }
    return orders;
  }

  /** What the shopper is told at another merchant of the same sandbox. */
  async function atAnother(shop: Shop, { shopperId }: Buyer): Promise<string | null> {
    const { session } = await shop.inTx(async (tx) => {
      const { status: _status, id: _id, ...same } = await findMerchant(tx, shop.merchantId);
      const { id } = await createMerchant(tx, { ...same, name: 'Book House', payoutAccount: 'acct_second' });
      const { amount, currency, lines } = newSessionBody(shop, 1_000);
      return openSession(tx, {
        merchantId: id,
        merchantReference: newId('req'),
        amount: BigInt(amount),
        currency,
        lines,
        returnUrl: 'https://shop.example/return',
      });
    });
    return codeOf(await lookAgain(shop, { checkoutId: session.id, shopperId }));
  }

  it('are asked for a code at the sixth purchase after five that were refunded, not at another merchant, and not 30 days later', async () => {
    const shop = await openShop(world);
    await enforce(shop, rule);
    const buyer = await newBuyer(shop);
    const orders = await bought(shop, buyer, 5);
    // What was bought and kept says nothing.
    for (const id of orders.slice(0, 4)) await giveBack(shop, id);
    expect(codeOf(await lookAt(shop, { buyer }))).toBeNull();
    await giveBack(shop, orders[4] ?? '');
    const sixth = await lookAt(shop, { buyer });
    expect(codeOf(sixth)).toBe('challenge_required');
    expect(sixth.record).toMatchObject({ action: 'challenge', hits: [found] });
    expect(codeOf(await lookAt(shop, {}))).toBeNull();
    expect(await atAnother(shop, buyer)).toBeNull();
    await shop.advance(30);
    expect(codeOf(await lookAt(shop, { buyer }))).toBeNull();
  });

  it('are declined by an agreement, where nobody is there to answer', async () => {
    const shop = await openShop(world);
    const { agreement, buyer, path } = await activeAgreement(shop);
    await enforce(shop, rule);
    for (let time = 0; time < 5; time += 1) {
      const { id } = await agreedOrder(shop, path, 1_000);
      await ship(shop, id, 1_000);
      await giveBack(shop, id);
    }
    expect(await shop.send('POST', `${path}/orders`, agreedOrderBody(shop, 1_000))).toMatchObject({
      status: 402,
      body: { code: 'authorization_declined' },
    });
    const declined = world.db('assessments').where({ agreement_id: agreement.id, outcome: 'declined' });
    expect(await declined).toMatchObject([{ decline_code: 'challenge_required' }]);
    // Purchases by an agreement count at the checkout, too.
    expect((await lookAt(shop, { buyer })).record.hits).toMatchObject([found]);
  });
});

describe('versions of the rules', () => {
  it('begin with the code’s, hold one at a time, and can be gone back to', async () => {
    const shop = await openShop(world);
    expect(await shop.inTx(activeRules, 'read')).toMatchObject({ version: 1 });
    const version = await enforce(shop, velocityRule({ over: 0 }));
    expect(version).toBe(2);
    const draft = await shop.inTx((tx) => createRuleSet(tx, { rules: setOf(), createdBy: 'anna' }));
    expect(draft).toMatchObject({ version: 3, status: 'draft' });
    expect(codeOf(await lookAt(shop, {}))).toBe('challenge_required');
    await shop.inTx((tx) => activateRuleSet(tx, { version: 3, activatedBy: 'ben' }));
    const free = await lookAt(shop, {});
    expect(codeOf(free)).toBeNull();
    expect(free.record.rules).toEqual({ version: 3, hash: draft.hash });
    const statuses = async () =>
      (await shop.inTx(listRuleSets, 'read')).map(({ version, status }) => `${version} ${status}`);
    expect(await statuses()).toEqual(['3 active', '2 retired', '1 retired']);
    await shop.inTx((tx) => activateRuleSet(tx, { version: 1, activatedBy: 'ben' }));
    expect(await statuses()).toEqual(['3 retired', '2 retired', '1 active']);
    const missing = shop.inTx((tx) => activateRuleSet(tx, { version: 9, activatedBy: 'ben' }));
    expect((await refusalFrom(missing)).code).toBe('not_found');
  });

  it('are one even when several are activated at once', async () => {
    const shop = await openShop(world);
    const made = await Promise.all(
      Array.from({ length: 5 }, () =>
        shop.inTx((tx) => createRuleSet(tx, { rules: setOf(), createdBy: 'test' })),
      ),
    );
    expect(new Set(made.map(({ version }) => version))).toEqual(new Set([2, 3, 4, 5, 6]));
    await Promise.all(
      made.map(({ version }) => shop.inTx((tx) => activateRuleSet(tx, { version, activatedBy: 'test' }))),
    );
    const active = (await shop.inTx(listRuleSets, 'read')).filter(({ status }) => status === 'active');
    expect(active).toHaveLength(1);
  });

  it('cannot be changed in the database', async () => {
    const shop = await openShop(world);
    await enforce(shop, velocityRule());
    const changed = world
      .db('fraud_rule_sets')
      .where({ environment_id: shop.environmentId })
      .update({ rules: JSON.stringify(setOf()) });
    await expect(changed).rejects.toThrow('is not changed');
  });
});

describe('what is kept of a decision', () => {
  it('has no phone, address, browser or card in plain, and is forgotten after 90 days', async () => {
    const shop = await openShop(world);
    const phone = '+8613977778888';
    const { shopperId } = await shop.inTx((tx) => findOrCreateShopper(tx, { phone, locale: 'en' }));
    const buyer = { shopperId, paymentMethodId: await addMethod(shop, shopperId, 'ok') };
    await shop.inTx((tx) =>
      addToList(tx, {
        list: 'deny',
        of: 'address',
        value: { plain: '198.51.100.42' },
        reason: 'x',
        addedBy: 'test',
        expiresAt: addMs(tx.wallNow, dayMs),
      }),
    );
    const { record } = await lookAt(shop, { buyer, browser: 'my-secret-browser', address: '198.51.100.43' });
    expect(record.hits.map(({ rule }) => rule)).toContain('address_not_market');
    const stored = await everythingStored(world.db, [
      'fraud_sightings',
      'fraud_list_entries',
      'fraud_passes',
      'assessments',
      'payment_methods',
    ]);
    expect(stored).toContain(shopperId);
    for (const secret of [
      '13977778888',
      '198.51.100',
      'my-secret-browser',
      'mockvisa4242',
      Buffer.from('my-secret-browser').toString('hex'),
    ]) {
      expect(stored).not.toContain(secret);
    }
    const mine = () => world.db('fraud_sightings').where({ environment_id: shop.environmentId });
    expect(await mine()).toHaveLength(1);
    world.passMs(90 * dayMs - 1);
    // The sandbox itself would be over by now.
    await world
      .db('environments')
      .where({ id: shop.environmentId })
      .update({ expires_at: addMs(world.clock.at, dayMs) });
    expect(await shop.inTx(forgetSightings)).toBe(0);
    world.passMs(1);
    expect(await shop.inTx(forgetSightings)).toBe(1);
    expect(await mine()).toEqual([]);
  });

  it('cannot be changed, only forgotten', async () => {
    const shop = await openShop(world);
    await lookAt(shop, {});
    const changed = world
      .db('fraud_sightings')
      .where({ environment_id: shop.environmentId })
      .update({ amount: 1 });
    await expect(changed).rejects.toThrow('is not changed');
  });
});

describe('a card', () => {
  const shared = velocityRule({ id: 'card', count: 'shoppers', per: 'card', over: 1, action: 'challenge' });

  it('that another shopper bought with is refused when it is chosen, and another one is not', async () => {
    const shop = await openShop(world);
    await enforce(shop, shared);
    await authorizedOrder(shop, { amount: 5000, buyer: await newBuyer(shop, 'ok') });
    // A shopper with the same number, who had no card when it was decided.
    const phone = '+8613922223333';
    const { shopperId } = await shop.inTx((tx) => findOrCreateShopper(tx, { phone, locale: 'en' }));
    const { checkoutId, assessment } = await lookAt(shop, { buyer: { shopperId, paymentMethodId: '' } });
    expect(assessment.outcome).toBe('approved');
    const same = { shopperId, paymentMethodId: await addMethod(shop, shopperId, 'ok') };
    expect((await refusalFrom(agree(shop, checkoutId, same, 'pay_in_4'))).code).toBe('payment_declined');
    const other = { shopperId, paymentMethodId: await addMethod(shop, shopperId, 'ok_unionpay') };
    await agree(shop, checkoutId, other, 'pay_in_4');
    expect(await shop.get(`/v1/checkout-sessions/${checkoutId}`)).toMatchObject({ status: 'confirmed' });
  });

  it('may be shared by who has answered a code in this session', async () => {
    const shop = await openShop(world);
    await enforce(shop, shared);
    await authorizedOrder(shop, { amount: 5000, buyer: await newBuyer(shop, 'ok') });
    const buyer = await newBuyer(shop, 'ok');
    const session = newId('sse');
    const due = await lookAt(shop, { buyer, sessionId: session });
    expect(codeOf(due)).toBe('challenge_required');
    await shop.inTx((tx) => passChallenge(tx, session));
    const again = { checkoutId: due.checkoutId, shopperId: buyer.shopperId, sessionId: session };
    expect(codeOf(await lookAgain(shop, again))).toBeNull();
    const confirmed = shop.inTx((tx) => {
      const visit = seeVisit(tx, { browser: 'one-browser', address: undefined, sessionId: session });
      return confirm(tx, { sessionId: due.checkoutId, planCode: 'pay_in_4', ...buyer, visit });
    });
    expect((await confirmed).session.status).toBe('confirmed');
  });
});
