import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { disableOperator } from '../src/operators/disable.ts';
import { inviteOperator } from '../src/operators/invitations.ts';
import { newAuthenticator } from './support/authenticator.ts';
import {
  actionsOf,
  consoleOrigin,
  fromConsole,
  inInstallation,
  invite,
  newOperator,
  optionsOn,
  register,
  signIn,
} from './support/console.ts';
import { newReader } from './support/page-reader.ts';
import { openPagesWorld, type PagesWorld } from './support/pages-world.ts';

let world: PagesWorld;
beforeAll(async () => {
  world = await openPagesWorld();
});
afterAll(() => world.close());
beforeEach(() => world.context.db('operator_sign_ins').delete());

const newPage = () => newReader(world.server, { ...fromConsole });
const isSignedIn = (text: string) => text.includes('Signed in as');

describe('an invitation', () => {
  test('makes a passkey once, which then signs in', async () => {
    const { path, operatorId } = await invite(world);
    const authenticator = newAuthenticator();
    const reader = newPage();
    await register(reader, path, authenticator);
    expect(reader.text).toContain('Your passkey is made');
    await signIn(reader, authenticator);
    expect(isSignedIn(reader.text)).toBe(true);
    expect(await actionsOf(world, operatorId)).toEqual(['operator_invited', 'passkey_added', 'signed_in']);
  });

  test('that was used is over, for whoever has its link', async () => {
    const { path, operatorId } = await invite(world);
    const first = newPage();
    await first.get(path);
    const form = { credential: JSON.stringify(newAuthenticator().create(optionsOn(first), consoleOrigin)) };
    const second = newPage();
    await second.get(path);
    const late = JSON.stringify(newAuthenticator().create(optionsOn(second), consoleOrigin));
    await first.submit(path, form);
    await second.submit(path, { credential: late });
    expect(second.page.status).toBe(410);
    await second.get(path);
    expect(second.page.status).toBe(410);
    expect(second.text).toContain('This invitation is over');
    expect(await actionsOf(world, operatorId)).toEqual(['operator_invited', 'passkey_added']);
  });

  test('is over after 24 hours', async () => {
    const { path } = await invite(world);
    const reader = newPage();
    world.passMinutes(24 * 60 - 1);
    expect((await reader.get(path)).status).toBe(200);
    world.passMinutes(1);
    expect((await reader.get(path)).status).toBe(410);
  });

  test('is replaced by a later one of the same operator, and ends with the operator', async () => {
    const { path, operatorId } = await invite(world);
    const again = await inInstallation(world, (tx) => inviteOperator(tx, { operatorId }));
    const reader = newPage();
    expect((await reader.get(path)).status).toBe(410);
    expect((await reader.get(`/console/invitation/${again.token}`)).status).toBe(200);
    await inInstallation(world, (tx) => disableOperator(tx, { operatorId }));
    expect((await reader.get(`/console/invitation/${again.token}`)).status).toBe(410);
    await expect(inInstallation(world, (tx) => inviteOperator(tx, { operatorId }))).rejects.toThrow(
      'disabled',
    );
  });

  test.each([
    ['made at another origin', { origin: 'https://evil.example' }],
    ['made without checking its owner', { verified: false }],
    ['that answers another challenge', { challenge: 'AAAA' }],
    ['for another host', { host: 'evil.example' }],
  ])('takes no passkey %s, and stays good', async (_, lie) => {
    const { path } = await invite(world);
    const reader = newPage();
    await reader.get(path);
    const options = optionsOn(reader);
    const {
      origin = consoleOrigin,
      verified = true,
      challenge = options.challenge,
      host = 'localhost',
    } = lie as { origin?: string; verified?: boolean; challenge?: string; host?: string };
    const made = newAuthenticator().create({ challenge, rp: { id: host } }, origin, { verified });
    await reader.submit(path, { credential: JSON.stringify(made) });
    expect(reader.text).toContain('The passkey was not accepted');
    await register(reader, path, newAuthenticator());
    expect(reader.text).toContain('Your passkey is made');
  });

  test.each(['', '{}', 'null', '[1]', '{"id":"a","rawId":"a","type":"public-key","response":{}}', '💥'])(
    'refuses %j as a passkey',
    async (credential) => {
      const { path } = await invite(world);
      const reader = newPage();
      await reader.get(path);
      await reader.submit(path, { credential });
      expect(reader.text).toContain('The passkey was not accepted');
      expect(world.logged).toEqual([]);
    },
  );

  test('asks for roles that there are, and a name', async () => {
    const asking = (input: { name: string; roles: string[] }) =>
      inInstallation(world, (tx) => inviteOperator(tx, input));
    await expect(asking({ name: 'Ada', roles: ['risk', 'owner'] })).rejects.toThrow('not owner');
    await expect(asking({ name: 'Ada', roles: [] })).rejects.toThrow('Roles are some of');
    await expect(asking({ name: ' ', roles: ['risk'] })).rejects.toThrow('A name has');
  });
});

describe('a sign-in', () => {
  test('gives a cookie of this origin only, which changes each time', async () => {
    const { reader, authenticator } = await newOperator(world);
    const cookie = () => reader.cookies.find(({ name }) => name === '__Host-operator')?.value ?? '';
    const first = cookie();
    expect(first).toMatch(/^[A-Za-z0-9_-]{43}$/);
    // A browser that is signed in and signs in again, as in another tab.
    const [{ value } = { value: '' }] = reader.cookies.splice(
      reader.cookies.findIndex(({ name }) => name === '__Host-operator'),
      1,
    );
    await reader.get('/console/sign-in');
    const credential = JSON.stringify(authenticator.get(optionsOn(reader), consoleOrigin));
    reader.cookies.push({ name: '__Host-operator', value, path: '/' });
    await reader.submit('/console/sign-in', { credential });
    expect(cookie()).not.toBe(first);
    const thief = newPage();
    thief.cookies.push({ name: '__Host-operator', value: first, path: '/' });
    await thief.get('/console/live');
    expect(thief.text).toContain('Sign in to the console');
  });

  test('stores no token as it is', async () => {
    const { reader } = await newOperator(world);
    const token = reader.cookies.find(({ name }) => name === '__Host-operator')?.value ?? '';
    const sessions = await world.context.db('operator_sessions').select('*');
    expect(JSON.stringify(sessions)).not.toContain(token);
  });

  test('is refused to an assertion that was sent before', async () => {
    const { authenticator, operatorId } = await newOperator(world);
    const reader = newPage();
    await reader.get('/console/sign-in');
    const credential = JSON.stringify(authenticator.get(optionsOn(reader), consoleOrigin));
    await reader.submit('/console/sign-in', { credential });
    expect(isSignedIn(reader.text)).toBe(true);
    const browser = reader.cookies.filter(({ name }) => name === '__Host-browser');
    const thief = newPage();
    thief.cookies.push(...browser);
    await thief.get('/console/sign-in');
    await thief.submit('/console/sign-in', { credential });
    expect(thief.text).toContain('That did not sign you in');
    expect((await actionsOf(world, operatorId)).filter((action) => action === 'signed_in')).toHaveLength(2);
  });

  test('is refused when the counter goes back or stands still', async () => {
    const { authenticator, operatorId } = await newOperator(world);
    const reader = newPage();
    for (const back of [2, 1]) {
      authenticator.counter.value -= back;
      await signIn(reader, authenticator);
      expect(reader.text).toContain('That did not sign you in');
      authenticator.counter.value += back - 1;
    }
    expect(await actionsOf(world, operatorId)).toContain('sign_in_refused');
    await signIn(reader, authenticator);
    expect(isSignedIn(reader.text)).toBe(true);
  });

  test.each([
    ['at another origin', { origin: 'https://evil.example' }],
    ['without checking its owner', { verified: false }],
    ['for another host', { host: 'evil.example' }],
  ])('is refused to a passkey that answered %s', async (_, lie) => {
    const { authenticator } = await newOperator(world);
    const {
      origin = consoleOrigin,
      verified = true,
      host = 'localhost',
    } = lie as { origin?: string; verified?: boolean; host?: string };
    const reader = newPage();
    await reader.get('/console/sign-in');
    const { challenge } = optionsOn(reader);
    const credential = JSON.stringify(authenticator.get({ challenge, rpId: host }, origin, { verified }));
    await reader.submit('/console/sign-in', { credential });
    expect(reader.text).toContain('That did not sign you in');
  });

  test('is refused to a challenge of another browser, of a registration, or of more than ten minutes ago', async () => {
    const { authenticator } = await newOperator(world);
    const victim = newPage();
    await victim.get('/console/sign-in');
    const { challenge } = optionsOn(victim);
    const other = newPage();
    await other.get('/console/sign-in');
    const stolen = JSON.stringify(authenticator.get({ challenge, rpId: 'localhost' }, consoleOrigin));
    await other.submit('/console/sign-in', { credential: stolen });
    expect(other.text).toContain('That did not sign you in');

    const { path } = await invite(world);
    await other.get(path);
    const forRegistration = { challenge: optionsOn(other).challenge, rpId: 'localhost' };
    await other.get('/console/sign-in');
    const wrong = JSON.stringify(authenticator.get(forRegistration, consoleOrigin));
    await other.submit('/console/sign-in', { credential: wrong });
    expect(other.text).toContain('That did not sign you in');

    await other.get('/console/sign-in');
    const late = JSON.stringify(authenticator.get(optionsOn(other), consoleOrigin));
    world.passMinutes(11);
    await other.submit('/console/sign-in', { credential: late });
    expect(other.text).toContain('That did not sign you in');
  });

  test('is refused to another key under a known name', async () => {
    const { authenticator } = await newOperator(world);
    const forger = newAuthenticator();
    const reader = newPage();
    await reader.get('/console/sign-in');
    const made = forger.get(optionsOn(reader), consoleOrigin);
    const forged = { ...made, id: authenticator.id, rawId: authenticator.id };
    await reader.submit('/console/sign-in', { credential: JSON.stringify(forged) });
    expect(reader.text).toContain('That did not sign you in');
  });

  test('of a disabled operator is refused, and their open sessions end at once', async () => {
    const { reader, authenticator, operatorId } = await newOperator(world);
    await inInstallation(world, (tx) => disableOperator(tx, { operatorId }));
    await reader.get('/console/live');
    expect(reader.text).toContain('Sign in to the console');
    await signIn(reader, authenticator);
    expect(reader.text).toContain('That did not sign you in');
  });

  test('may be tried ten times in ten minutes from one address, whatever is sent', async () => {
    const { authenticator } = await newOperator(world);
    const reader = newPage();
    for (let tries = 1; tries <= 10; tries += 1) {
      await reader.get('/console/sign-in');
      await reader.submit('/console/sign-in', { credential: `nonsense ${tries}` });
      expect(reader.text).toContain('That did not sign you in');
    }
    await signIn(reader, authenticator);
    expect(reader.text).toContain('There were too many tries');
    world.passMinutes(10);
    await signIn(reader, authenticator);
    expect(isSignedIn(reader.text)).toBe(true);
  });

  test('that is forged, without our token or from elsewhere, is refused', async () => {
    const { authenticator } = await newOperator(world);
    for (const [values, headers] of [
      [{ form_token: '' }, {}],
      [{ form_token: 'A'.repeat(43) }, {}],
      [{}, { Origin: 'https://evil.example' }],
      [{}, { Origin: 'http://127.0.0.1:4000' }],
      [{}, { 'Sec-Fetch-Site': 'cross-site' }],
    ] as const) {
      const sent: Record<string, string> = { ...fromConsole };
      const reader = newReader(world.server, sent);
      await reader.get('/console/sign-in');
      const credential = JSON.stringify(authenticator.get(optionsOn(reader), consoleOrigin));
      Object.assign(sent, headers);
      await reader.submit('/console/sign-in', { credential, ...values });
      expect(reader.page.status).toBe(403);
    }
  });
});

describe('a session', () => {
  test('ends after 15 minutes without use, and after 12 hours in any case', async () => {
    const { reader } = await newOperator(world);
    for (let minutes = 0; minutes < 12 * 60 - 14; minutes += 14) {
      await reader.get('/console/live');
      expect(isSignedIn(reader.text)).toBe(true);
      world.passMinutes(14);
    }
    world.passMinutes(14);
    await reader.get('/console/live');
    expect(reader.text).toContain('Sign in to the console');

    const idle = await newOperator(world);
    world.passMinutes(15);
    await idle.reader.get('/console/live');
    expect(idle.reader.text).toContain('Sign in to the console');
  });

  test('ends when its operator signs out', async () => {
    const { reader, operatorId } = await newOperator(world);
    const cookie = reader.cookies.find(({ name }) => name === '__Host-operator');
    await reader.get('/console/live');
    await reader.submit('/sign-out');
    expect(reader.text).toContain('You are signed out');
    reader.cookies.push(cookie!);
    await reader.get('/console/live');
    expect(reader.text).toContain('Sign in to the console');
    expect((await actionsOf(world, operatorId)).at(-1)).toBe('signed_out');
  });
});

describe('passkeys', () => {
  test('are several, and the last one stays', async () => {
    const { reader, authenticator, operatorId } = await newOperator(world);
    await reader.get('/console/live/you');
    const second = newAuthenticator();
    await reader.submit('/you/add', {
      credential: JSON.stringify(second.create(optionsOn(reader), consoleOrigin)),
    });
    expect(reader.text).toContain('The passkey is added');
    await reader.submit('/you/remove', { passkey: authenticator.id });
    expect(reader.text).toContain('The passkey is removed');
    await reader.submit('/you/remove', { passkey: second.id });
    expect(reader.text).toContain('This is your only passkey');
    expect((await actionsOf(world, operatorId)).slice(-2)).toEqual(['passkey_added', 'passkey_removed']);
    const elsewhere = newPage();
    await signIn(elsewhere, authenticator);
    expect(elsewhere.text).toContain('That did not sign you in');
    await signIn(elsewhere, second);
    expect(isSignedIn(elsewhere.text)).toBe(true);
  });

  test('of others are not removed, and nobody has another one’s', async () => {
    const [one, two] = [await newOperator(world), await newOperator(world)];
    await one.reader.get('/console/live/you');
    await one.reader.submit('/you/remove', { passkey: two.authenticator.id });
    expect(one.reader.text).toContain('There is nothing with this id');
    await one.reader.get('/console/live/you');
    const stolen = two.authenticator.create(optionsOn(one.reader), consoleOrigin);
    await one.reader.submit('/you/add', { credential: JSON.stringify(stolen) });
    expect(one.reader.text).toContain('The passkey was not accepted');
  });
});

describe('the audit log', () => {
  test('cannot be changed, deleted or emptied', async () => {
    await newOperator(world);
    const { db } = world.context;
    await expect(db('operator_audit').update({ action: 'nothing' })).rejects.toThrow('append-only');
    await expect(db('operator_audit').delete()).rejects.toThrow('append-only');
    await expect(db.raw('truncate operator_audit')).rejects.toThrow('append-only');
    // Not even by the way in which sandboxes are deleted.
    await expect(
      db.transaction(async (trx) => {
        await trx.raw("select set_config('morrow.purging', 'live', true)");
        await trx('operator_audit').delete();
      }),
    ).rejects.toThrow('append-only');
  });

  test('has the address of an operator as a keyed hash, and none of the command line', async () => {
    const { operatorId } = await newOperator(world);
    const rows = await world.context
      .db('operator_audit')
      .where({ operator_id: operatorId })
      .orderBy('id')
      .select<{ actor: string; address_hash: Buffer | null }[]>('actor', 'address_hash');
    expect(rows.map(({ actor, address_hash }) => [actor, address_hash?.length])).toEqual([
      ['command_line', undefined],
      ['operator', 32],
      ['operator', 32],
    ]);
  });
});

test('mail addresses of operators are sealed', async () => {
  const { operator } = await inInstallation(world, (tx) =>
    inviteOperator(tx, { name: 'Ada', roles: ['risk'], mail: 'ada@example.com' }),
  );
  expect(operator.mail).toBe('ada@example.com');
  expect(JSON.stringify(await world.context.db('operators').select('*'))).not.toContain('ada@example.com');
});
