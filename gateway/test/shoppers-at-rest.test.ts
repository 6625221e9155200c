import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../src/lib/ids.ts';
import { queueMessage } from '../src/notifications/messages.ts';
import { saveIdentity, verifyIdentity } from '../src/shoppers/identity.ts';
import { contactOf, findShopper, pairwiseId, saveMail, setLocale } from '../src/shoppers/profile.ts';
import { findTestPerson, sandboxIdentity } from '../src/shoppers/sandbox-identity.ts';
import { createEnvironment, inside, testHost, type TestHost } from './support/events-world.ts';
import {
  answer,
  asking,
  createShopper,
  everythingStored,
  someonesPhone,
  start,
} from './support/shoppers-world.ts';

let database: TestDatabase;
let host: TestHost;
let sandbox: string;

beforeAll(async () => {
  database = await freshDatabase();
  host = testHost(database.db);
  sandbox = await createEnvironment(host, 'sandbox');
});
afterAll(() => database.drop());

describe('what is stored of a person', () => {
  it('has no phone, mail address, name, birth date, identity number, network address, browser or code in plain', async () => {
    const person = findTestPerson('good-4242');
    if (!person) throw new Error('no test person');
    const given = asking({ phone: person.phone, address: '203.0.113.77' });
    const { challengeId, code } = await start(host, sandbox, given);
    const signedIn = await answer(host, sandbox, { challengeId, browser: given.browser, code });
    if (signedIn.outcome !== 'right') throw new Error('not signed in');
    const { shopperId } = signedIn;
    const verified = await verifyIdentity(sandboxIdentity, { ...person, today: '2026-03-01' });
    if (verified.outcome === 'refused') throw new Error(verified.code);
    await inside(host, sandbox, async (tx) => {
      await saveMail(tx, { shopperId, mail: 'fang.wang@example.com' });
      await saveIdentity(tx, { shopperId, identity: verified.identity });
      await queueMessage(tx, {
        channel: 'sms',
        recipient: person.phone,
        locale: 'en',
        template: 'sign_in_code',
        data: { code, minutes: 5 },
      });
      await queueMessage(tx, {
        channel: 'mail',
        recipient: 'fang.wang@example.com',
        locale: 'en',
        shopperId,
        template: 'order_confirmed',
        data: { merchant: 'Embarrassing Shop', amount: { amount: 4321n, currency: 'CNY' } },
      });
    });

    const tables = [
      'shoppers',
      'shopper_identities',
      'login_challenges',
      'shopper_sessions',
      'consents',
      'messages',
    ];
    const stored = await everythingStored(database.db, tables);
    expect(stored).toContain(shopperId); // the search does see what is there
    const { birthDate } = verified.identity.nationalId;
    const secrets = [
      person.phone,
      person.phone.slice(3),
      person.name,
      person.nationalId,
      birthDate,
      birthDate.replaceAll('-', ''),
      'fang.wang',
      '203.0.113.77',
      given.browser,
      'Embarrassing',
      '43.21',
    ];
    for (const secret of secrets) {
      expect(stored).not.toContain(secret);
      expect(stored).not.toContain(Buffer.from(secret).toString('hex'));
      expect(stored).not.toContain(Buffer.from(secret).toString('base64url'));
    }
    // Six digits may stand anywhere by chance, in a hash or a time, but not by themselves.
    expect(stored).not.toMatch(new RegExp(`(^|[^0-9a-zA-Z])${code}($|[^0-9a-zA-Z])`, 'm'));
  });

  it('does not tell that two environments know the same person', async () => {
    const phone = someonesPhone();
    const elsewhere = await createEnvironment(host, 'sandbox');
    const ids = [
      await createShopper(host, sandbox, { phone }),
      await createShopper(host, elsewhere, { phone }),
    ];
    const rows = await database.db<{ id: string; phone_index: Buffer }>('shoppers').whereIn('id', ids);
    expect(rows).toHaveLength(2);
    expect(rows[0]?.phone_index.equals(rows[1]?.phone_index ?? Buffer.alloc(0))).toBe(false);
  });

  it('does not open when it was copied to another shopper’s row', async () => {
    const [victim, thief] = [await createShopper(host, sandbox), await createShopper(host, sandbox)];
    const row = await database
      .db<{ id: string; phone_sealed: string }>('shoppers')
      .where({ id: victim })
      .first();
    await database.db('shoppers').where({ id: thief }).update({ phone_sealed: row?.phone_sealed });
    await expect(inside(host, sandbox, (tx) => contactOf(tx, thief))).rejects.toThrow();
  });
});

describe('a shopper', () => {
  it('is one for a phone, also when made twice at the same time', async () => {
    const phone = someonesPhone();
    const ids = await Promise.all([1, 2, 3, 4].map(() => createShopper(host, sandbox, { phone })));
    expect(new Set(ids).size).toBe(1);
  });

  it('chooses a language and a mail address', async () => {
    const shopperId = await createShopper(host, sandbox);
    await inside(host, sandbox, async (tx) => {
      await setLocale(tx, { shopperId, locale: 'zh-CN' });
      await saveMail(tx, { shopperId, mail: ' a@example.com ' });
      expect(await contactOf(tx, shopperId)).toMatchObject({ mail: 'a@example.com', locale: 'zh-CN' });
      await expect(saveMail(tx, { shopperId, mail: 'a@b@c, d@e.f' })).rejects.toMatchObject({
        code: 'validation_failed',
      });
    });
  });

  it('is not found in another environment', async () => {
    const shopperId = await createShopper(host, sandbox);
    const elsewhere = await createEnvironment(host, 'sandbox');
    await expect(inside(host, elsewhere, (tx) => findShopper(tx, shopperId))).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('has one lasting id for each merchant, which is neither their own nor another merchant’s', async () => {
    const [shopperId, other] = [newId('shp'), newId('shp')];
    const [merchant, rival] = [newId('mer'), newId('mer')];
    const seen = await inside(host, sandbox, (tx) =>
      Promise.resolve([
        pairwiseId(tx, merchant, shopperId),
        pairwiseId(tx, rival, shopperId),
        pairwiseId(tx, merchant, other),
        shopperId,
      ]),
    );
    for (const id of seen) expect(id).toMatch(/^shp_[0-9a-f]{32}$/);
    expect(new Set(seen).size).toBe(4);
    expect(await inside(host, sandbox, (tx) => Promise.resolve(pairwiseId(tx, merchant, shopperId)))).toBe(
      seen[0],
    );
  });
});
