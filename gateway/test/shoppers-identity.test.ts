import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Id } from '../src/lib/ids.ts';
import {
  findIdentity,
  identityProviderFor,
  saveIdentity,
  type VerifiedIdentity,
  verifyIdentity,
} from '../src/shoppers/identity.ts';
import { parseNationalId } from '../src/shoppers/national-id.ts';
import { normalizePhone } from '../src/shoppers/phone.ts';
import { findTestPerson, sandboxIdentity, type TestPerson } from '../src/shoppers/sandbox-identity.ts';
import { createEnvironment, inside, testHost, type TestHost } from './support/events-world.ts';
import { createShopper } from './support/shoppers-world.ts';

const today = '2026-03-01';

let database: TestDatabase;
let host: TestHost;
let sandbox: string;

beforeAll(async () => {
  database = await freshDatabase();
  host = testHost(database.db);
  sandbox = await createEnvironment(host, 'sandbox');
});
afterAll(() => database.drop());

function person(label: string): TestPerson {
  const found = findTestPerson(label);
  if (!found) throw new Error(`no test person ${label}`);
  return found;
}

async function verified(label: string): Promise<VerifiedIdentity> {
  const answer = await verifyIdentity(sandboxIdentity, { ...person(label), today });
  if (answer.outcome === 'refused') throw new Error(answer.code);
  return answer.identity;
}

function save(shopperId: Id<'shp'>, identity: VerifiedIdentity, environmentId = sandbox) {
  return inside(host, environmentId, (tx) => saveIdentity(tx, { shopperId, identity }));
}

describe('the sandbox’s test persons', () => {
  it('are many, each a well-formed person and phone of their own', () => {
    const numbers = fc.uniqueArray(fc.integer({ min: 0, max: 999_999 }), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(fc.constantFrom('good', 'refused', 'minor'), numbers, (kind, chosen) => {
        const persons = chosen.map((number) => person(`${kind}-${number}`));
        const ids = persons.map(({ nationalId }) => parseNationalId(nationalId).number);
        expect(new Set(ids).size).toBe(chosen.length);
        expect(new Set(persons.map(({ phone }) => normalizePhone(phone))).size).toBe(chosen.length);
        expect(ids.every((id) => id.startsWith('99'))).toBe(true);
      }),
    );
  });

  it('are named by a kind and a number', () => {
    expect(person('good')).toEqual(person('good-0'));
    for (const label of ['', 'good-', 'good-1000000', 'GOOD', 'stranger', 'good-1x']) {
      expect(findTestPerson(label)).toBeUndefined();
    }
  });

  it('of the good kind are verified, with the birth date of their number', async () => {
    const identity = await verified('good-1001');
    expect(identity).toMatchObject({
      name: 'Test good 1001',
      provider: 'sandbox',
      nationalId: { birthDate: '1990-01-02' },
    });
    expect(identity.reference).not.toContain(identity.nationalId.number);
  });

  it.each([
    ['refused', 'not_matched'],
    ['refused-7', 'not_matched'],
    ['minor', 'minor'],
    ['minor-999', 'minor'],
  ])('%s is refused: %s', async (label, code) => {
    expect(await verifyIdentity(sandboxIdentity, { ...person(label), today })).toEqual({
      outcome: 'refused',
      code,
    });
  });

  it('are the only ones that a sandbox verifies', async () => {
    const claim = { name: 'Wang Fang', nationalId: '11010519491231002X', today };
    expect(await verifyIdentity(sandboxIdentity, claim)).toEqual({
      outcome: 'refused',
      code: 'not_a_test_person',
    });
  });
});

it('takes a shopper of full age from the eighteenth birthday on', async () => {
  const { name, nationalId } = person('good'); // born on 1990-01-01
  const on = async (date: string) =>
    (await verifyIdentity(sandboxIdentity, { name, nationalId, today: date })).outcome;
  expect(await on('2007-12-31')).toBe('refused');
  expect(await on('2008-01-01')).toBe('verified');
});

it('does not trouble the provider about a minor', async () => {
  const provider = { name: 'unasked', verify: () => Promise.reject(new Error('asked')) };
  expect(await verifyIdentity(provider, { ...person('minor'), today })).toEqual({
    outcome: 'refused',
    code: 'minor',
  });
});

it('refuses a name or number that cannot be one', async () => {
  const { nationalId } = person('good');
  await expect(verifyIdentity(sandboxIdentity, { name: ' x ', nationalId, today })).rejects.toMatchObject({
    code: 'validation_failed',
    details: { errors: [{ pointer: '/name' }] },
  });
  await expect(
    verifyIdentity(sandboxIdentity, { name: 'Wang Fang', nationalId: '123', today }),
  ).rejects.toMatchObject({ code: 'validation_failed', details: { errors: [{ pointer: '/national_id' }] } });
});

it('has a provider in sandboxes and, until one is set up, none in live', () => {
  const environment = { id: sandbox, timeZone: 'UTC' };
  expect(identityProviderFor({ ...environment, kind: 'sandbox' })).toBe(sandboxIdentity);
  expect(() => identityProviderFor({ ...environment, kind: 'live' })).toThrow(
    expect.objectContaining({ code: 'unavailable' }),
  );
});

describe('a verified identity', () => {
  it('is kept and read back by its shopper only', async () => {
    const [shopperId, other] = [await createShopper(host, sandbox), await createShopper(host, sandbox)];
    const identity = await verified('good-1');
    expect(await save(shopperId, identity)).toEqual({ outcome: 'saved' });
    await inside(host, sandbox, async (tx) => {
      expect(await findIdentity(tx, shopperId)).toEqual({
        name: 'Test good 1',
        birthDate: '1990-01-01',
        provider: 'sandbox',
        verifiedAt: tx.now,
      });
      expect(await findIdentity(tx, other)).toBeUndefined();
    });
  });

  it('may be saved again and is not changed for another person', async () => {
    const shopperId = await createShopper(host, sandbox);
    await save(shopperId, await verified('good-2'));
    expect(await save(shopperId, await verified('good-2'))).toEqual({ outcome: 'saved' });
    expect(await save(shopperId, await verified('good-3'))).toEqual({
      outcome: 'refused',
      code: 'identity_differs',
    });
    const kept = await inside(host, sandbox, (tx) => findIdentity(tx, shopperId));
    expect(kept?.name).toBe('Test good 2');
  });

  it('belongs to one shopper of an environment, also when two ask at the same time', async () => {
    const identity = await verified('good-4');
    const shoppers = await Promise.all([1, 2, 3, 4].map(() => createShopper(host, sandbox)));
    const results = await Promise.all(shoppers.map((shopperId) => save(shopperId, identity)));
    expect(results.filter(({ outcome }) => outcome === 'saved')).toHaveLength(1);
    expect(results.filter((result) => result.outcome === 'refused').map(({ code }) => code)).toEqual([
      'identity_in_use',
      'identity_in_use',
      'identity_in_use',
    ]);
    const elsewhere = await createEnvironment(host, 'sandbox');
    expect(await save(await createShopper(host, elsewhere), identity, elsewhere)).toEqual({
      outcome: 'saved',
    });
  });
});
