import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bindAccount } from '../src/banking/bind-account.ts';
import { changeMerchantAccount } from '../src/banking/merchant-accounts.ts';
import { listInvitations, sealInvited } from '../src/credit/guarantees/invitations.ts';
import { addToList, endListEntry } from '../src/fraud/lists.ts';
import { addMs, dayMs } from '../src/lib/dates.ts';
import { type Id, newId } from '../src/lib/ids.ts';
import { transact, type Tx } from '../src/lib/tx.ts';
import { createVault, type MasterKey } from '../src/lib/vault.ts';
import { nameOwners } from '../src/onboarding/owners.ts';
import { erase } from '../src/privacy/erase.ts';
import { listErasures } from '../src/privacy/erasures.ts';
import {
  indexUses,
  introduceIndexKey,
  readIndexKeys,
  requireIndexKeys,
  retireIndexKey,
} from '../src/privacy/index-keys.ts';
import { indexedColumns, unversionedIndexes } from '../src/privacy/indexed-columns.ts';
import { isNeeded, keyUses } from '../src/privacy/key-uses.ts';
import { reindex } from '../src/privacy/reindex.ts';
import { replayErasures } from '../src/privacy/replay.ts';
import { underDataKeys, underMasterKeys } from '../src/privacy/sealed-columns.ts';
import { type IndexedName, indexedNames, indexesOf } from '../src/shoppers/blind-index.ts';
import { findShopperByPhone } from '../src/shoppers/find-by-phone.ts';
import { saveIdentity } from '../src/shoppers/identity.ts';
import { linkShopper } from '../src/shoppers/links/evidence.ts';
import { listLinks } from '../src/shoppers/links/links.ts';
import { findOrCreateShopper } from '../src/shoppers/profile.ts';
import { enforce, lookAt, velocityRule } from './support/fraud.ts';
import { refusalFrom } from './support/refusal.ts';
import { openShop, type Shop } from './support/shop.ts';
import { someonesPhone } from './support/shoppers-world.ts';
import { addMethod } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

const newKey = (id: string): MasterKey => ({ id, key: randomBytes(32) });
let keys = [newKey('k1')];
let world: World;

beforeAll(async () => {
  world = await openWorld();
  world.context.vault = createVault(keys);
});
afterAll(() => world.close());

/** A new line at the top of every process's file; returns its id. */
function addLine(): string {
  keys = [newKey(`k${keys.length + 1}`), ...keys];
  world.context.vault = createVault(keys);
  return keys[0]?.id ?? '';
}

const introduce = (name: IndexedName, keyId: string) =>
  introduceIndexKey(world.context, { name, keyId }).then(({ outcome }) => outcome);
const renew = (name: IndexedName) => reindex(world.context, name);
const retire = (name: IndexedName) => retireIndexKey(world.context, name);

async function stands(name: IndexedName): Promise<Record<string, number>> {
  const key = (await readIndexKeys(world.context)).find((found) => found.name === name);
  if (!key) throw new Error(name);
  const { rows } = await indexUses(world.context, key);
  return Object.fromEntries(rows.map(({ version, count }) => [version, count]));
}

const signUp = (shop: Shop, phone: string, vault = world.context.vault) =>
  transact(
    { ...world.context, vault },
    { environmentId: shop.environmentId, actor: { kind: 'system', id: 'test' } },
    (tx) => findOrCreateShopper(tx, { phone, locale: 'en' }),
  );

const newcomer = (tx: Tx) => findOrCreateShopper(tx, { phone: someonesPhone(), locale: 'en' });
const identityOf = (number: string) => ({
  name: 'Wang Fang',
  nationalId: { number, birthDate: '1990-01-01' },
  provider: 'test',
  reference: newId('req'),
});

let numbers = 0;
const nextNumber = (): string => `6299${String((numbers += 1)).padStart(12, '0')}`;

/** Stores one; returns whether it is found again. */
type Scenario = (shop: Shop) => Promise<() => Promise<boolean>>;

const scenarios: Record<IndexedName, Scenario> = {
  'shoppers.phone': async (shop) => {
    const phone = someonesPhone();
    const { shopperId } = await signUp(shop, phone);
    return async () =>
      (await shop.inTx((tx) => findShopperByPhone(tx, phone), 'read')) === shopperId &&
      (await signUp(shop, phone)).shopperId === shopperId;
  },
  'shopper_identities.national_id': async (shop) => {
    const identity = identityOf(nextNumber());
    const save = (shopperId: Id<'shp'>) => shop.inTx((tx) => saveIdentity(tx, { shopperId, identity }));
    const { shopperId } = await shop.inTx(newcomer);
    expect(await save(shopperId)).toEqual({ outcome: 'saved' });
    return async () => {
      const other = await shop.inTx(newcomer);
      const [own, others] = [await save(shopperId), await save(other.shopperId)];
      return own.outcome === 'saved' && others.outcome === 'refused' && others.code === 'identity_in_use';
    };
  },
  'shopper_bank_accounts.number': async (shop) => {
    const number = nextNumber();
    const account = {
      holder: 'Wang Fang',
      number,
      bank: { name: 'Bank', code: 'B' },
      provider: 'test',
      reference: 'r',
    };
    const bind = async () => {
      const { shopperId } = await shop.inTx(newcomer);
      await shop.inTx((tx) => saveIdentity(tx, { shopperId, identity: identityOf(nextNumber()) }));
      const again = () => shop.inTx((tx) => bindAccount(tx, { shopperId, proof: 'test_person', account }));
      return { answer: await again(), again };
    };
    const { answer, again } = await bind();
    if (answer.outcome !== 'bound') throw new Error(answer.code);
    return async () => {
      const own = await again();
      const others = (await bind()).answer;
      const isKnown = own.outcome === 'bound' && own.account.id === answer.account.id;
      return isKnown && others.outcome === 'refused' && others.code === 'account_in_use';
    };
  },
  'merchant_bank_accounts.number': async (shop) => {
    const number = nextNumber();
    await shop.inTx(async (tx) => {
      const merchant = await tx.sql('merchants').where({ id: shop.merchantId }).first<{ name: string }>();
      const entered = { holder: merchant?.name ?? '', number, bankName: 'Bank', payoutAccount: 'acct' };
      return changeMerchantAccount(tx, { ...entered, merchantId: shop.merchantId, provider: 'test' });
    });
    return () =>
      shop.inTx(async (tx) => {
        const every = indexesOf(tx, 'merchant_bank_accounts.number', number);
        const found = await tx.sql('merchant_bank_accounts').whereIn('number_index', every);
        return found.length === 1;
      }, 'read');
  },
  'merchant_owners.national_id': async () => {
    const shop = await openShop(world);
    const nationalId = nextNumber();
    const owners = [{ name: 'Wang Fang', nationalId }];
    await shop.inTx((tx) => nameOwners(tx, { merchantId: shop.merchantId, owners }));
    const { shopperId } = await shop.inTx(newcomer);
    await shop.inTx((tx) => saveIdentity(tx, { shopperId, identity: identityOf(nationalId) }));
    // Their link is forgotten, and made again by the same hashes.
    return async () => {
      await world.db('shopper_links').where({ shopper_id: shopperId }).delete();
      await shop.inTx((tx) => linkShopper(tx, { kind: 'identity', shopperId, value: nationalId }));
      return (await shop.inTx((tx) => listLinks(tx, { shopperId }), 'read')).length === 1;
    };
  },
  'guarantees.phone': async (shop) => {
    const phone = someonesPhone();
    const { shopperId: guarantor_id } = await shop.inTx(newcomer);
    const invited = await signUp(shop, phone);
    const id = newId('gua');
    const method = await addMethod(shop, guarantor_id, 'ok');
    await shop.inTx(async (tx) =>
      tx.sql('guarantees').insert({
        environment_id: shop.environmentId,
        id,
        reference: id,
        guarantor_id,
        ...(await sealInvited(tx, { guaranteeId: id, guarantorId: guarantor_id, phone })),
        browser_hash: randomBytes(32),
        currency: 'CNY',
        cap: 50_000,
        offered_on: '2026-03-01',
        expires_on: '2026-09-01',
        payment_method_id: method,
        terms: '{}',
        terms_hash: '0',
        guarantor_texts: '[]',
        status: 'offered',
        created_at: tx.now,
      }),
    );
    return async () => {
      const offers = await shop.inTx((tx) => listInvitations(tx, invited.shopperId), 'read');
      return offers.some((offer) => offer.id === id);
    };
  },
};

describe('look-up hashes by versions', () => {
  test('every column of hashes by which something is looked up is known, and what it is made anew from', async () => {
    const { rows } = await world.db.raw<{ rows: { name: string }[] }>(
      `select table_name || '.' || column_name as name from information_schema.columns
       where table_schema = 'public' and data_type = 'bytea' and column_name like '%\\_index'`,
    );
    const columns = Object.values(indexedColumns).map(({ table, column }) => `${table}.${column}`);
    expect(new Set(rows.map(({ name }) => name))).toEqual(
      new Set([...columns, ...Object.keys(unversionedIndexes)]),
    );
    const underMaster = underMasterKeys.map(({ table, column }) => `${table}.${column}`);
    for (const { table, sealed, owner } of Object.values(indexedColumns))
      expect(owner === undefined ? underMaster : underDataKeys).toContain(`${table}.${sealed}`);
    expect((await readIndexKeys(world.context)).map(({ name }) => name)).toEqual(indexedNames.toSorted());
  });

  test.each(indexedNames)('%s: everybody is found at every step of a rotation', async (name) => {
    const shop = await openShop(world);
    const found = [await scenarios[name](shop)];
    const all = async () => {
      for (const isFound of found) expect(await isFound()).toBe(true);
    };
    await all();
    const key = addLine();
    await all();
    expect(await introduce(name, key)).toBe('introduced');
    expect(await introduce(name, key)).toBe('already');
    await all();
    found.push(await scenarios[name](shop));
    await all();

    const refused = await retire(name);
    expect(refused.outcome).toBe('in_use');
    const { table, column } = indexedColumns[name];
    expect(refused.left[`${table}.${column}`]).toBeGreaterThan(0);
    expect(await introduce(name, addLine())).toBe('busy');

    const done = await renew(name);
    expect(done).toMatchObject({ version: key, busy: 0, unreadable: 0 });
    expect(done.moved).toBe(done.found);
    expect(Object.keys(await stands(name))).toEqual([key]);
    await all();
    expect(await renew(name)).toMatchObject({ found: 0, moved: 0 });
    expect(await retire(name)).toEqual({ name, outcome: 'retired', left: {} });
    expect(await retire(name)).toMatchObject({ outcome: 'none' });
    found.push(await scenarios[name](shop));
    await all();
  });

  test('the line of a key that makes hashes, or has made any, is needed', async () => {
    const needed = (await keyUses(world.context)).filter(isNeeded);
    const used = (await readIndexKeys(world.context)).map(({ version }) => version);
    for (const version of used) expect(needed.map(({ id }) => id)).toContain(version);
    const [version = ''] = used;
    expect(needed.find(({ id }) => id === version)?.indexes).toHaveLength(1);
    expect(Object.keys(needed.find(({ id }) => id === version)?.indexed ?? {})).toHaveLength(1);
    const without = { ...world.context, vault: createVault(keys.filter(({ id }) => id !== version)) };
    expect((await keyUses(without)).find(({ id }) => id === version)).toMatchObject({ known: false });
  });
});

describe('a process whose file lacks a key in use', () => {
  test('does not start, and stores nobody whom it could not find', async () => {
    const shop = await openShop(world);
    const lagging = world.context.vault;
    const phone = someonesPhone();
    const { shopperId } = await signUp(shop, phone);
    await expect(requireIndexKeys({ db: world.db, vault: lagging })).resolves.toBeUndefined();
    const key = addLine();
    await introduce('shoppers.phone', key);
    await renew('shoppers.phone');
    const refused = await refusalFrom(signUp(shop, phone, lagging));
    expect(refused.code).toBe('unavailable');
    await expect(requireIndexKeys({ db: world.db, vault: lagging })).rejects.toThrow(`no line ${key}`);
    expect(await signUp(shop, phone)).toEqual({ shopperId, isNew: false });
    await expect(introduce('shoppers.phone', 'k999')).rejects.toThrow('no line k999');
    await expect(introduce('shoppers.phone', 'k1')).rejects.toThrow('last line');
    expect((await retire('shoppers.phone')).outcome).toBe('retired');
  });
});

describe('beside what goes on', () => {
  async function someShoppers(shop: Shop, count: number): Promise<string[]> {
    const phones = Array.from({ length: count }, someonesPhone);
    for (let from = 0; from < count; from += 8)
      await Promise.all(phones.slice(from, from + 8).map((phone) => signUp(shop, phone)));
    return phones;
  }

  test('a run that is cut off goes on where it stopped; locked and damaged rows hold up nobody', async () => {
    const shop = await openShop(world);
    const phones = await someShoppers(shop, 250);
    const damaged = await signUp(shop, someonesPhone());
    const [sealed] = await world
      .db('shoppers')
      .where({ id: damaged.shopperId })
      .pluck<string[]>('phone_sealed');
    await world.db('shoppers').where({ id: damaged.shopperId }).update({ phone_sealed: 'v1.k1.-.a.b' });
    const before = (await stands('shoppers.phone'))[keys[0]?.id ?? ''] ?? 0;
    const key = addLine();
    await introduce('shoppers.phone', key);

    let batches = 0;
    const cutOff = reindex(world.context, 'shoppers.phone', () => {
      batches += 1;
      if (batches === 2) throw new Error('pulled the plug');
    });
    await expect(cutOff).rejects.toThrow('pulled the plug');
    const half = (await stands('shoppers.phone'))[key] ?? 0;
    expect(half).toBeGreaterThan(0);
    expect(half).toBeLessThan(before);
    const owners = await Promise.all(phones.map((phone) => signUp(shop, phone)));
    expect(owners.filter(({ isNew }) => isNew)).toEqual([]);

    // The row of somebody's shopper is locked, as an order of theirs does: it is passed over and comes in a later pass.
    const { rows } = await world.db.raw<{ rows: { id: string }[] }>(
      "select id from shoppers where not starts_with(encode(phone_index, 'escape'), ? || '.') and id <> ? limit 1",
      [key, damaged.shopperId],
    );
    const busyId = rows[0]?.id;
    if (busyId === undefined) throw new Error('nobody is left to be locked');
    const order = await world.db.transaction();
    await order.raw('select from shoppers where id = ? for key share', [busyId]);
    let passedOver = 0;
    const done = await reindex(world.context, 'shoppers.phone', ({ busy }) => {
      if (busy > 0 && passedOver === 0) {
        passedOver = busy;
        void order.commit();
      }
    });
    expect(passedOver).toBe(1);
    expect(done).toMatchObject({ busy: 0, unreadable: 1 });
    expect((await retire('shoppers.phone')).left).toEqual({ 'shoppers.phone_index': 1 });
    await world.db('shoppers').where({ id: damaged.shopperId }).update({ phone_sealed: sealed });
    expect(await renew('shoppers.phone')).toMatchObject({ found: 1, moved: 1, unreadable: 0 });
    expect((await retire('shoppers.phone')).outcome).toBe('retired');
  });

  test('who signs up under the new key while they are being stored under the old one is one shopper', async () => {
    const shop = await openShop(world);
    const phone = someonesPhone();
    const lagging = world.context.vault;
    const key = addLine();
    // All three wait for the row of the key: whoever stores by the old one, the change, and whoever comes after it.
    const first = await world.db.transaction();
    await first.raw("select from index_keys where name = 'shoppers.phone' for update");
    const waiting = async (count: number) => {
      for (;;) {
        const { rows } = await world.db.raw<{ rows: { count: number }[] }>(
          `select count(*)::int as count from pg_stat_activity
           where datname = current_database() and wait_event_type = 'Lock'`,
        );
        if ((rows[0]?.count ?? 0) >= count) return;
        await sleep(5);
      }
    };
    const old = signUp(shop, phone, lagging);
    await waiting(1);
    const changed = introduce('shoppers.phone', key);
    await waiting(2);
    const fresh = signUp(shop, phone);
    await waiting(3);
    await first.commit();
    const [a, b] = await Promise.all([old, fresh]);
    expect(await changed).toBe('introduced');
    expect(b.shopperId).toBe(a.shopperId);
    expect([a.isNew, b.isNew].filter(Boolean)).toHaveLength(1);
    await renew('shoppers.phone');
    expect((await retire('shoppers.phone')).outcome).toBe('retired');
  });

  test('sign-ups of the same phones beside a whole rotation, by processes with and without the new line', async () => {
    const shop = await openShop(world);
    const phones = Array.from({ length: 60 }, someonesPhone);
    const lagging = world.context.vault;
    const key = addLine();
    const settled = new Map<string, Set<string>>();
    const seen = async (phone: string, vault = world.context.vault) => {
      try {
        const { shopperId } = await signUp(shop, phone, vault);
        settled.set(phone, new Set([...(settled.get(phone) ?? []), shopperId]));
      } catch (error) {
        expect(error).toMatchObject({ code: 'unavailable' });
      }
    };
    const rotation = (async () => {
      await sleep(30);
      await introduce('shoppers.phone', key);
      await renew('shoppers.phone');
      await renew('shoppers.phone');
    })();
    for (let from = 0; from < phones.length; from += 3) {
      const some = phones.slice(from, from + 3);
      await Promise.all(some.flatMap((phone) => [seen(phone, lagging), seen(phone), seen(phone)]));
    }
    await rotation;
    expect(settled.size).toBe(phones.length);
    for (const [phone, ids] of settled) expect(ids.size, phone).toBe(1);
    await Promise.all(phones.map((phone) => seen(phone)));
    for (const [phone, ids] of settled) expect(ids.size, phone).toBe(1);
    expect((await retire('shoppers.phone')).outcome).toBe('retired');
  });
});

describe('what fraud rules know of a phone', () => {
  const deny = (shop: Shop, phone: string) =>
    shop.inTx((tx) =>
      addToList(tx, {
        list: 'deny',
        of: 'phone',
        value: { plain: phone },
        reason: 'reported',
        addedBy: 'test',
        expiresAt: addMs(tx.wallNow, dayMs),
      }),
    );
  const looks = async (shop: Shop, shopperId: string) => {
    // As if ten minutes had passed: until then the decline before is the answer.
    await world.db('recent_declines').delete();
    return (await lookAt(shop, { buyer: { shopperId, paymentMethodId: '' } })).assessment.declineCode;
  };

  test('nobody comes off a list, also who signs up while versions change, and the list ends the old one', async () => {
    const shop = await openShop(world);
    await enforce(shop, {
      id: 'denied',
      kind: 'deny_list',
      why: 'a test',
      action: 'refuse',
      of: ['phone'],
    });
    const [known, unknown, later] = [someonesPhone(), someonesPhone(), someonesPhone()];
    const { shopperId } = await signUp(shop, known);
    await deny(shop, known);
    const { id: entry } = await deny(shop, unknown);
    expect(await looks(shop, shopperId)).toBe('suspicious');

    const key = addLine();
    await introduce('shoppers.phone', key);
    // Not made anew yet, and put on the list again: their entry is by the hash that they have.
    await deny(shop, known);
    await deny(shop, later);
    expect(await looks(shop, shopperId)).toBe('suspicious');
    const came = await signUp(shop, unknown);
    expect(came.isNew).toBe(true);
    expect(await looks(shop, came.shopperId)).toBe('suspicious');
    expect(await looks(shop, (await signUp(shop, later)).shopperId)).toBe('suspicious');
    expect(await looks(shop, (await signUp(shop, someonesPhone())).shopperId)).toBeNull();

    await renew('shoppers.phone');
    expect(await looks(shop, shopperId)).toBe('suspicious');
    expect(await looks(shop, came.shopperId)).toBe('suspicious');
    // Of a phone that was nobody's, only the entry's end ends the old hash.
    expect(await retire('shoppers.phone')).toMatchObject({
      outcome: 'in_use',
      left: { 'fraud_list_entries.value': 1 },
    });
    await shop.inTx((tx) => endListEntry(tx, { id: entry, endedBy: 'test' }));
    expect((await retire('shoppers.phone')).outcome).toBe('retired');
    const left = () => world.db('shoppers').whereNotNull('phone_index_before').select('id');
    expect(await left()).toEqual([]);
    // As a retirement leaves behind that was cut off.
    await world
      .db('shoppers')
      .where({ id: came.shopperId })
      .update({ phone_index_before: randomBytes(32) });
    const uses = await keyUses(world.context);
    expect(uses.at(-1)?.indexed['shoppers.phone_index_before']).toBe(1);
    expect((await retire('shoppers.phone')).outcome).toBe('none');
    expect(await left()).toEqual([]);
    expect(await looks(shop, shopperId)).toBe('suspicious');
    expect(await looks(shop, came.shopperId)).toBeNull();
  });

  test('a phone counts as one before and after, also where a decision was under way', async () => {
    const shop = await openShop(world);
    await enforce(shop, velocityRule({ count: 'phones', per: 'device', over: 2 }));
    const [a, b] = [await signUp(shop, someonesPhone()), await signUp(shop, someonesPhone())];
    expect(await looks(shop, a.shopperId)).toBeNull();
    expect(await looks(shop, b.shopperId)).toBeNull();
    const late = (await world.db('fraud_sightings').where({ shopper_id: a.shopperId }).first('phone')) as {
      phone: Buffer;
    };
    await introduce('shoppers.phone', addLine());
    await renew('shoppers.phone');
    // As a decision leaves behind that had read the old hash before.
    await world.db('fraud_sightings').where({ shopper_id: a.shopperId }).update({ phone: late.phone });
    expect((await retire('shoppers.phone')).left).toEqual({ 'fraud_sightings.phone': 1 });
    await renew('shoppers.phone');
    expect(await looks(shop, a.shopperId)).toBeNull();
    expect(await looks(shop, b.shopperId)).toBeNull();
    const { shopperId } = await signUp(shop, someonesPhone());
    expect(await looks(shop, shopperId)).toBe('challenge_required');
    expect((await retire('shoppers.phone')).outcome).toBe('retired');
    const other = world.db('fraud_sightings').where({ shopper_id: a.shopperId }).update({ hour: 3 });
    await expect(other).rejects.toThrow('is not changed');
  });
});

test('an erasure is replayed on a backup from before a rotation, and leaves no hash of either version', async () => {
  const shop = await openShop(world);
  const phone = someonesPhone();
  const { shopperId } = await signUp(shop, phone);
  const environment = { environment_id: shop.environmentId };
  const then = (await world.db('shoppers').where({ id: shopperId }).first()) as object;
  const keysThen = await world.db('index_keys');
  await introduce('shoppers.phone', addLine());
  await renew('shoppers.phone');
  await retire('shoppers.phone');
  await shop.inTx((tx) => erase(tx, shopperId));
  const entries = (await listErasures(world.context)).filter(
    ({ environmentId }) => environmentId === shop.environmentId,
  );

  // A restore: hashes and versions are as they were, and the log of the database is from before.
  await world.db.transaction(async (sql) => {
    await sql.raw('alter table shoppers disable trigger shoppers_stay_erased');
    await sql.raw('alter table erasures disable trigger erasures_append_only');
    await sql('shoppers').where({ id: shopperId }).update(then);
    await sql('erasures').where(environment).delete();
    for (const { name, ...versions } of keysThen as { name: string }[])
      await sql('index_keys').where({ name }).update(versions);
    await sql.raw('alter table shoppers enable trigger shoppers_stay_erased');
    await sql.raw('alter table erasures enable trigger erasures_append_only');
  });
  expect(await signUp(shop, phone)).toEqual({ shopperId, isNew: false });
  const replayed = await replayErasures(world.context, entries);
  expect(replayed.map(({ result }) => result)).toEqual([{ outcome: 'erased' }]);
  expect(await world.db('shoppers').where({ id: shopperId }).first()).toMatchObject({
    phone_index: null,
    phone_index_before: null,
  });
  expect((await signUp(shop, phone)).isNew).toBe(true);
});
