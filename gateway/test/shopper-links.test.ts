import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bindAccount } from '../src/banking/bind-account.ts';
import {
  approveMerchantAccount,
  changeMerchantAccount,
  proposeMerchantAccount,
  rejectMerchantAccount,
} from '../src/banking/merchant-accounts.ts';
import { defaultRulesOf } from '../src/fraud/default-rules.ts';
import { evaluate } from '../src/fraud/evaluate.ts';
import { lookBack } from '../src/fraud/look-back.ts';
import { measuresInForce } from '../src/fraud/measures.ts';
import type { RuleOf } from '../src/fraud/rules.ts';
import { passChallenge } from '../src/fraud/screen.ts';
import { readStored } from '../src/fraud/stored.ts';
import { seeVisit } from '../src/fraud/signals.ts';
import { seenOf } from '../src/fraud/sightings.ts';
import { dropWhatIsOld } from '../src/jobs/retention.ts';
import { addMs, dayMs } from '../src/lib/dates.ts';
import type { Id } from '../src/lib/ids.ts';
import { createVault, type MasterKey } from '../src/lib/vault.ts';
import { findMerchant } from '../src/merchants/merchants.ts';
import { nameOwners } from '../src/onboarding/owners.ts';
import { erase } from '../src/privacy/erase.ts';
import { introduceIndexKey, retireIndexKey } from '../src/privacy/index-keys.ts';
import { reindex } from '../src/privacy/reindex.ts';
import { indexedNames } from '../src/shoppers/blind-index.ts';
import { saveIdentity } from '../src/shoppers/identity.ts';
import { noteMerchantDevice, noteShopperDevice } from '../src/shoppers/links/devices.ts';
import { acknowledgeLink, countOpenLinks, listLinks, listOpenLinks } from '../src/shoppers/links/links.ts';
import { findTestPerson, type TestPerson } from '../src/shoppers/sandbox-identity.ts';
import { parseNationalId } from '../src/shoppers/national-id.ts';
import { openShopperSession } from '../src/shoppers/sessions.ts';
import { activeAgreement, agreedOrder, agreedOrderBody } from './support/agreements.ts';
import { calm, enforce, lookAt, velocityRule } from './support/fraud.ts';
import { refusalFrom } from './support/refusal.ts';
import { openShop, type Shop } from './support/shop.ts';
import { everythingStored } from './support/shoppers-world.ts';
import { authorizedOrder, type Buyer, newBuyer } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

const newKey = (id: string): MasterKey => ({ id, key: randomBytes(32) });
const keys = [newKey('k1')];
let world: World;

beforeAll(async () => {
  world = await openWorld();
  world.context.vault = createVault(keys);
});
afterAll(() => world.close());

let persons = 800_000;
function newPerson(): TestPerson {
  persons += 1;
  const person = findTestPerson(`good-${persons}`);
  if (!person) throw new Error('there are no more persons');
  return person;
}

let accounts = 0;
const newNumber = (): string => `62990001${String((accounts += 1)).padStart(8, '0')}`;
let browsers = 0;
const newBrowser = (): string => `browser-${(browsers += 1)}`;

const idOf = ({ shopperId }: Buyer) => shopperId as Id<'shp'>;

/** The shopper is verified as this person. */
const verify = (shop: Shop, buyer: Buyer, { name, nationalId }: TestPerson) =>
  shop.inTx((tx) => {
    const identity = { name, nationalId: parseNationalId(nationalId), provider: 'test', reference: 'r' };
    return saveIdentity(tx, { shopperId: idOf(buyer), identity });
  });

const own = (shop: Shop, ...owners: TestPerson[]) =>
  shop.inTx((tx) => nameOwners(tx, { merchantId: shop.merchantId, owners }));

/** The shopper binds this account under their own name. */
async function bind(shop: Shop, buyer: Buyer, number: string): Promise<void> {
  const person = newPerson();
  await verify(shop, buyer, person);
  const account = {
    holder: person.name,
    number,
    bank: { name: 'Bank', code: 'B' },
    provider: 'test',
    reference: 'r',
  };
  const bound = await shop.inTx((tx) =>
    bindAccount(tx, { shopperId: idOf(buyer), proof: 'test_person', account }),
  );
  expect(bound.outcome).toBe('bound');
}

const entered = (shop: Shop, number: string) => ({
  merchantId: shop.merchantId,
  holder: 'Tea House',
  number,
  bankName: 'Bank',
  payoutAccount: 'acct_test_merchant',
});

/** The merchant is paid to this account from now on. */
const payInto = (shop: Shop, number: string) =>
  shop.inTx((tx) => changeMerchantAccount(tx, { ...entered(shop, number), provider: 'test' }));

const memberIn = (shop: Shop, browser: string) =>
  shop.inTx((tx) => noteMerchantDevice(tx, { merchantId: shop.merchantId, browser }));
const shopperIn = (shop: Shop, buyer: Buyer, browser: string) =>
  shop.inTx((tx) => openShopperSession(tx, { shopperId: idOf(buyer), level: 1, browser }));

const kindsOf = (shop: Shop, buyer: Buyer): Promise<string[]> =>
  shop.inTx(async (tx) => (await listLinks(tx, { shopperId: idOf(buyer) })).map(({ kind }) => kind), 'read');

/** What is decided about a purchase by the rules in force, and by which rules. */
async function decided(shop: Shop, buyer: Buyer, sessionId?: string) {
  // As if ten minutes had passed: until then the decline before is the answer.
  await world.db('recent_declines').delete();
  const { assessment, record } = await lookAt(shop, {
    buyer,
    browser: newBrowser(),
    ...(sessionId !== undefined && { sessionId }),
  });
  return { code: assessment.declineCode, rules: record.hits.map(({ rule }) => rule) };
}

const deviceRule: RuleOf<'merchant_link'> = {
  id: 'shop_device',
  kind: 'merchant_link',
  why: 'a test',
  of: ['device'],
  action: 'challenge',
};

type Sides = {
  /** What the merchant's side brings, and what the shopper's does, about one and the same thing. */
  merchant: (shop: Shop) => Promise<unknown>;
  shopper: (shop: Shop, buyer: Buyer) => Promise<unknown>;
};

const kinds: Record<string, () => Sides> = {
  identity() {
    const person = newPerson();
    return {
      merchant: (shop) => own(shop, newPerson(), person),
      shopper: (shop, buyer) => verify(shop, buyer, person),
    };
  },
  bank_account() {
    const number = newNumber();
    return {
      merchant: (shop) => payInto(shop, number),
      shopper: (shop, buyer) => bind(shop, buyer, number),
    };
  },
  device() {
    const browser = newBrowser();
    return {
      merchant: (shop) => memberIn(shop, browser),
      shopper: (shop, buyer) => shopperIn(shop, buyer, browser),
    };
  },
};
const names = Object.keys(kinds);
const sidesOf = (kind: string): Sides => {
  const made = kinds[kind]?.();
  if (!made) throw new Error(kind);
  return made;
};

describe('a link between a shopper and a merchant', () => {
  it.each(names)('by %s is made whichever side comes first, once', async (kind) => {
    for (const first of ['merchant', 'shopper'] as const) {
      const shop = await openShop(world);
      const buyer = await newBuyer(shop);
      const sides = sidesOf(kind);
      const second = first === 'merchant' ? 'shopper' : 'merchant';
      await sides[first](shop, buyer);
      expect(await kindsOf(shop, buyer)).toEqual([]);
      await sides[second](shop, buyer);
      expect(await kindsOf(shop, buyer)).toEqual([kind]);
      await sides.merchant(shop);
      expect(await kindsOf(shop, buyer)).toEqual([kind]);
    }
  });

  it('is made when both sides come at the same moment, fifty times over', async () => {
    const shops = await Promise.all(Array.from({ length: 5 }, () => openShop(world)));
    const pairs = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        const shop = shops[index % 5];
        const kind = ['bank_account', 'device'][index % 2];
        if (!shop || kind === undefined) throw new Error('no shop');
        return { shop, kind, buyer: await newBuyer(shop), sides: sidesOf(kind) };
      }),
    );
    await Promise.all(
      pairs.flatMap(({ shop, buyer, sides }) => [sides.merchant(shop), sides.shopper(shop, buyer)]),
    );
    for (const { shop, buyer, kind } of pairs) expect(await kindsOf(shop, buyer)).toEqual([kind]);
  });

  it('is made with every shopper who is verified while the owners are being named', async () => {
    const shop = await openShop(world);
    const people = await Promise.all(
      Array.from({ length: 20 }, async () => ({ person: newPerson(), buyer: await newBuyer(shop) })),
    );
    const owners = people.map(({ person }) => person);
    await Promise.all([
      ...people.slice(0, 10).map(({ person, buyer }) => verify(shop, buyer, person)),
      own(shop, ...owners),
      own(shop, ...owners.toReversed()),
      ...people.slice(10).map(({ person, buyer }) => verify(shop, buyer, person)),
    ]);
    for (const { buyer } of people) expect(await kindsOf(shop, buyer)).toEqual(['identity']);
    const named = await world.db('merchant_owners').where({ merchant_id: shop.merchantId });
    expect(named).toHaveLength(20);
  });

  it.each(names)('by %s is never made across environments', async (kind) => {
    const [shop, elsewhere] = [await openShop(world), await openShop(world)];
    const [buyer, stranger] = [await newBuyer(shop), await newBuyer(elsewhere)];
    const sides = sidesOf(kind);
    await sides.shopper(elsewhere, stranger);
    await sides.merchant(shop);
    await sides.shopper(shop, buyer);
    expect(await kindsOf(elsewhere, stranger)).toEqual([]);
    expect(await kindsOf(shop, buyer)).toEqual([kind]);
  });

  it('holds nothing that could be read back', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    const person = newPerson();
    await own(shop, person);
    await verify(shop, buyer, person);
    await memberIn(shop, 'a-name-of-a-browser');
    await shopperIn(shop, buyer, 'a-name-of-a-browser');
    const tables = ['merchant_owners', 'merchant_devices', 'shopper_devices', 'shopper_links'];
    const stored = await everythingStored(world.db, tables);
    for (const plain of [person.name, person.nationalId, 'a-name-of-a-browser'])
      expect(stored).not.toContain(plain);
    expect(stored).toContain(shop.merchantId);
  });

  it('by identity ends with the last owner who is this person, and comes back with them', async () => {
    const shop = await openShop(world);
    const [buyer, person] = [await newBuyer(shop), newPerson()];
    await verify(shop, buyer, person);
    await own(shop, person, newPerson());
    expect(await kindsOf(shop, buyer)).toEqual(['identity']);
    await own(shop, newPerson());
    expect(await kindsOf(shop, buyer)).toEqual([]);
    expect((await decided(shop, buyer)).code).toBeNull();
    await own(shop, person);
    expect((await decided(shop, buyer)).code).toBe('suspicious');
  });

  it('by a bank account waits for the second operator, and outlives a change of the account', async () => {
    const shop = await openShop(world);
    const [buyer, number] = [await newBuyer(shop), newNumber()];
    const propose = () =>
      shop.inTx((tx) => proposeMerchantAccount(tx, { ...entered(shop, number), enteredBy: 'opr_one' }));
    const refused = await propose();
    await bind(shop, buyer, number);
    await shop.inTx((tx) => rejectMerchantAccount(tx, { accountId: refused.id, operatorId: 'opr_one' }));
    expect(await kindsOf(shop, buyer)).toEqual([]);
    const { id: accountId } = await propose();
    expect(await kindsOf(shop, buyer)).toEqual([]);
    await shop.inTx((tx) => approveMerchantAccount(tx, { accountId, operatorId: 'opr_two' }));
    expect(await kindsOf(shop, buyer)).toEqual(['bank_account']);
    await payInto(shop, newNumber());
    expect(await kindsOf(shop, buyer)).toEqual(['bank_account']);
  });

  it('by a browser is forgotten 90 days after the older of both was seen last', async () => {
    const shop = await openShop(world);
    const [buyer, browser] = [await newBuyer(shop), newBrowser()];
    const start = world.clock.at;
    const longer = { expires_at: addMs(start, 200 * dayMs) };
    await world.db('environments').where({ id: shop.environmentId }).update(longer);
    const after = async (days: number): Promise<void> => {
      world.clock.at = addMs(start, days * dayMs);
      await shop.inTx(dropWhatIsOld);
    };
    await memberIn(shop, browser);
    world.clock.at = addMs(start, 60 * dayMs);
    await shopperIn(shop, buyer, browser);
    await after(89);
    expect(await kindsOf(shop, buyer)).toEqual(['device']);
    await after(90);
    expect(await kindsOf(shop, buyer)).toEqual([]);
    const left = (table: string) => world.db(table).where({ environment_id: shop.environmentId });
    expect(await left('merchant_devices')).toEqual([]);
    expect(await left('shopper_devices')).toHaveLength(1);
    world.clock.at = start;
  });

  it('goes with the shopper who is erased, and is not made with them again', async () => {
    const shop = await openShop(world);
    const [buyer, person, browser] = [await newBuyer(shop), newPerson(), newBrowser()];
    await verify(shop, buyer, person);
    await own(shop, person);
    await memberIn(shop, browser);
    await shopperIn(shop, buyer, browser);
    expect(await kindsOf(shop, buyer)).toEqual(['device', 'identity']);
    // Whoever names the owners at the same moment makes no link that stays.
    const [erased] = await Promise.all([shop.inTx((tx) => erase(tx, idOf(buyer))), own(shop, person)]);
    expect(erased.outcome).toBe('erased');
    expect(await kindsOf(shop, buyer)).toEqual([]);
    await own(shop, person);
    await memberIn(shop, browser);
    expect(await kindsOf(shop, buyer)).toEqual([]);
    expect(await world.db('shopper_devices').where({ shopper_id: buyer.shopperId })).toEqual([]);
  });
});

describe('a new key for look-up hashes', () => {
  const steps: (() => Promise<unknown>)[] = [
    () => Promise.resolve(),
    // Once it is introduced on the merchants’ side.
    async () => {
      keys.unshift(newKey('k2'));
      world.context.vault = createVault(keys);
      for (const name of indexedNames.filter((one) => one.startsWith('merchant')))
        expect((await introduceIndexKey(world.context, { name, keyId: 'k2' })).outcome).toBe('introduced');
    },
    // Once it is introduced on both.
    async () => {
      for (const name of indexedNames) await introduceIndexKey(world.context, { name, keyId: 'k2' });
    },
    // Once the hashes are made anew.
    async () => {
      for (const name of indexedNames) expect(await reindex(world.context, name)).toMatchObject({ busy: 0 });
    },
    // Once the old one is retired.
    async () => {
      for (const name of indexedNames)
        expect((await retireIndexKey(world.context, name)).outcome).toBe('retired');
    },
  ];

  it('misses no link at any step, whichever side came first', async () => {
    const lasting = ['identity', 'bank_account'];
    const begun: (() => Promise<void>)[] = [];
    // All begin under the first key; each step ends one of each kind and order.
    const begin = async (kind: string, first: 'merchant' | 'shopper'): Promise<void> => {
      for (let later = 0; later < steps.length; later += 1) {
        // Owners are named in the place of others, so each pair has a shop of its own.
        const at = await openShop(world);
        const [buyer, sides] = [await newBuyer(at), sidesOf(kind)];
        await sides[first](at, buyer);
        const second = first === 'merchant' ? 'shopper' : 'merchant';
        begun.push(async () => {
          await sides[second](at, buyer);
          expect(await kindsOf(at, buyer)).toEqual([kind]);
        });
      }
    };
    for (const kind of lasting)
      for (const first of ['merchant', 'shopper'] as const) await begin(kind, first);
    for (const [index, step] of steps.entries()) {
      await step();
      const now = begun.filter((_, place) => place % steps.length === index);
      expect(now).toHaveLength(4);
      for (const end of now) await end();
    }
  });

  it('stores no evidence where a process lacks it', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    const all = world.context.vault;
    const lacking = createVault(keys.slice(1));
    world.context.vault = lacking;
    const refused = await refusalFrom(own(shop, newPerson()));
    world.context.vault = all;
    expect(refused.code).toBe('unavailable');
    expect(await kindsOf(shop, buyer)).toEqual([]);
  });
});

describe('a purchase at a linked merchant', () => {
  it.each(['identity', 'bank_account'])(
    'is refused by %s with no other words than others, there and nowhere else',
    async (kind) => {
      const shop = await openShop(world);
      const [buyer, friend] = [await newBuyer(shop), await newBuyer(shop)];
      const sides = sidesOf(kind);
      expect(await decided(shop, buyer)).toEqual({ code: null, rules: [] });
      await sides.merchant(shop);
      await sides.shopper(shop, buyer);
      expect(await decided(shop, buyer)).toEqual({ code: 'suspicious', rules: ['owner'] });
      expect((await decided(shop, friend)).code).toBeNull();
    },
  );

  it('is refused in an order by an agreement that was switched on before', async () => {
    const shop = await openShop(world);
    const { buyer, path } = await activeAgreement(shop);
    await agreedOrder(shop, path, 5000);
    const person = newPerson();
    await verify(shop, buyer, person);
    await own(shop, person);
    const answer = await shop.send('POST', `${path}/orders`, agreedOrderBody(shop, 5000));
    expect(answer).toMatchObject({
      status: 402,
      body: { code: 'authorization_declined', merchant_code: 'shopper_not_eligible' },
    });
    expect(JSON.stringify(answer.body)).not.toMatch(/owner|identity|link/);
  });

  it('asks a household for a code, and goes on when it is answered', async () => {
    const shop = await openShop(world);
    const other = await openShop(world);
    await enforce(shop, deviceRule);
    await enforce(other, deviceRule);
    const [buyer, sides] = [await newBuyer(shop), sidesOf('device')];
    await sides.merchant(shop);
    await sides.shopper(shop, buyer);
    const { session } = await shopperIn(shop, buyer, newBrowser());
    expect(await decided(shop, buyer, session.id)).toEqual({
      code: 'challenge_required',
      rules: ['shop_device'],
    });
    await shop.inTx((tx) => passChallenge(tx, session.id));
    expect((await decided(shop, buyer, session.id)).code).toBeNull();
    expect((await decided(other, await newBuyer(other))).code).toBeNull();
  });

  it('is judged by the rules of live: an owner is refused, a shared browser asks, and counts where nobody answers', () => {
    const { set } = defaultRulesOf({ kind: 'live' });
    const verdict = (facts: Partial<typeof calm>) => evaluate(set, { ...calm, ...facts });
    expect(verdict({ links: ['identity'] }).action).toBe('refuse');
    expect(verdict({ links: ['bank_account', 'device'] }).action).toBe('refuse');
    expect(verdict({ links: ['device'] }).action).toBe('challenge');
    expect(verdict({ kind: 'agreement', links: ['identity'] }).action).toBe('refuse');
    expect(verdict({ kind: 'agreement', links: ['device'] })).toMatchObject({ action: 'pass', points: 30 });
    expect(verdict({ links: [] })).toMatchObject({ action: 'pass', points: 0 });
    // A cash draw is bought from nobody.
    expect(verdict({ kind: 'draw', links: null }).notKnown).not.toContain('owner');
  });

  it('counts in a sandbox, where one browser is the shop’s and the shopper’s, and asks for nothing', async () => {
    const shop = await openShop(world);
    const [buyer, sides] = [await newBuyer(shop), sidesOf('device')];
    await sides.shopper(shop, buyer);
    await sides.merchant(shop);
    expect(await decided(shop, buyer)).toEqual({ code: null, rules: ['shop_device'] });
  });

  it('means nothing to rules that were stored before there were links', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    const sides = sidesOf('identity');
    await enforce(shop, velocityRule());
    await sides.merchant(shop);
    await sides.shopper(shop, buyer);
    expect(await decided(shop, buyer)).toEqual({ code: null, rules: [] });
  });

  it('is looked up in the one statement that looks back, by the key of shopper and merchant', async () => {
    const shop = await openShop(world);
    const [buyer, sides] = [await newBuyer(shop), sidesOf('identity')];
    await sides.merchant(shop);
    await sides.shopper(shop, buyer);
    const measures = measuresInForce(defaultRulesOf({ kind: 'live' }).set);
    await shop.inTx(async (tx) => {
      const asked: { text: string; values: readonly unknown[] }[] = [];
      const counting: typeof tx = {
        ...tx,
        query: (text, values) => {
          asked.push({ text, values: values ?? [] });
          return tx.query(text, values);
        },
      };
      const merchant = await findMerchant(tx, shop.merchantId);
      const visit = seeVisit(tx, { sessionId: undefined, browser: 'b', address: undefined });
      const screened = {
        kind: 'checkout' as const,
        purchase: 'cs_test',
        merchant,
        amount: 5000n,
        currency: 'CNY',
      };
      const seen = seenOf(
        tx,
        { ...screened, shopperId: buyer.shopperId, visit },
        await readStored(tx, { shopperId: buyer.shopperId }),
      );
      const { factsOf } = await lookBack(counting, { seen, measures });
      expect(factsOf({ useBefore: 0, useAfter: 0 }).links).toEqual(['identity']);
      expect(asked).toHaveLength(1);
      await tx.query('set local enable_seqscan = off', []);
      const plan = await tx.query<{ 'QUERY PLAN': string }>(`explain ${asked[0]?.text}`, [
        ...(asked[0]?.values ?? []),
      ]);
      const lines = plan.map((row) => row['QUERY PLAN']).join('\n');
      expect(lines).toMatch(/Index (?:Only )?Scan using shopper_links_\w+ on shopper_links/);
    });
  });
});

describe('what was bought before a link was known', () => {
  it('is an alarm until an operator has seen to it; a link without earlier orders is none', async () => {
    const shop = await openShop(world);
    const [buyer, newcomer] = [await newBuyer(shop), await newBuyer(shop)];
    const [person, other] = [newPerson(), newPerson()];
    await authorizedOrder(shop, { amount: 5000, buyer });
    await authorizedOrder(shop, { amount: 6000, buyer });
    await verify(shop, buyer, person);
    await verify(shop, newcomer, other);
    await own(shop, person, other);
    const [link, ...more] = await shop.inTx((tx) => listOpenLinks(tx, 10), 'read');
    if (!link) throw new Error('there is no alarm');
    expect(more).toEqual([]);
    expect(link).toMatchObject({ shopperId: buyer.shopperId, kind: 'identity', pastOrders: 2 });
    const acknowledge = (acknowledgedBy: string) =>
      shop.inTx((tx) => acknowledgeLink(tx, { linkId: link.id, acknowledgedBy }));
    await acknowledge('opr_first');
    expect((await acknowledge('opr_second')).acknowledgedBy).toBe('opr_first');
    expect(await shop.inTx((tx) => countOpenLinks(tx, 9), 'read')).toBe(0);
    expect(await kindsOf(shop, buyer)).toEqual(['identity']);
    const foreign = await openShop(world);
    const refusal = await refusalFrom(
      foreign.inTx((tx) => acknowledgeLink(tx, { linkId: link.id, acknowledgedBy: 'opr_first' })),
    );
    expect(refusal.code).toBe('not_found');
  });
});

describe('owners in a sandbox', () => {
  it('are test persons, named in the place of those before', async () => {
    const shop = await openShop(world);
    const named = await shop.send('PUT', '/v1/sandbox/owners', {
      test_persons: ['good-11', 'good-12', 'good-11'],
    });
    expect(named).toMatchObject({
      status: 200,
      body: { data: [{ name: 'Test good 11' }, { name: 'Test good 12' }] },
    });
    const buyer = await newBuyer(shop);
    await verify(shop, buyer, findTestPerson('good-12') ?? newPerson());
    expect((await decided(shop, buyer)).code).toBe('suspicious');
    await shop.send('PUT', '/v1/sandbox/owners', { test_persons: [] });
    expect((await decided(shop, buyer)).code).toBeNull();
    const wrong = await shop.refusal('PUT', '/v1/sandbox/owners', { test_persons: ['good-1', 'somebody'] });
    expect(wrong).toMatchObject({
      code: 'validation_failed',
      errors: [{ pointer: '/test_persons/1', code: 'unknown_test_person' }],
    });
  });
});

it('a browser note outside of a sign-in is kept once for a shopper', async () => {
  const shop = await openShop(world);
  const [buyer, browser] = [await newBuyer(shop), newBrowser()];
  for (let time = 0; time < 2; time += 1)
    await shop.inTx((tx) => noteShopperDevice(tx, { shopperId: buyer.shopperId, browser }));
  expect(await world.db('shopper_devices').where({ shopper_id: buyer.shopperId })).toHaveLength(1);
});
