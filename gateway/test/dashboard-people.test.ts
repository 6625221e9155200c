import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { endSandbox, purgeEndedSandboxes } from '../src/merchants/environments.ts';
import { inviteMember } from '../src/members/invitations.ts';
import { disableMember } from '../src/members/change.ts';
import { memberRoles } from '../src/members/rights.ts';
import { useMemberSession } from '../src/members/sessions.ts';
import { order } from './support/account-walk.ts';
import { newAuthenticator } from './support/authenticator.ts';
import { fromConsole, inInstallation, newOperator, optionsOn } from './support/console.ts';
import {
  acceptInvitation,
  dashboardOrigin,
  fromDashboard,
  inShop,
  inviteTo,
  memberActionsOf,
  newMember,
  signInToDashboard,
} from './support/dashboard.ts';
import { newReader, type Reader } from './support/page-reader.ts';
import { openPagesWorld, type PagesWorld, type Shop } from './support/pages-world.ts';

let world: PagesWorld;
let shop: Shop;

beforeAll(async () => {
  world = await openPagesWorld();
  world.context.config.sandboxesPerHour = 3;
  shop = await world.openShop();
});
afterAll(() => world.close());
beforeEach(async () => {
  expect(world.logged).toEqual([]);
  await world.context.db('member_sign_ins').delete();
});

const newPage = () => newReader(world.server, fromDashboard);
const isSignedIn = (reader: Reader) => reader.page.html.includes('action="/dashboard/sign-out"');
const cookieOf = (reader: Reader) => reader.cookies.find(({ name }) => name === '__Host-member');
const sections = [
  'counter',
  'orders',
  'disputes',
  'settlements',
  'payouts',
  'bank-accounts',
  'keys',
  'webhooks',
  'events',
  'requests',
  'sandbox',
  'go-live',
  'people',
  'audit',
] as const;

describe('an invitation', () => {
  test('makes one passkey, which signs in, and is over then', async () => {
    const { path, memberId } = await inviteTo(world, shop, 'finance', 'Fay');
    const reader = newPage();
    await reader.get(path);
    expect(reader.text).toContain('for Fay, to the dashboard of Tea House');
    expect(reader.text).toContain('Your role: Finance');
    const authenticator = newAuthenticator();
    await acceptInvitation(reader, path, authenticator);
    expect(reader.text).toContain('Your passkey is made, and you are signed in');
    expect(cookieOf(reader)?.value).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(await memberActionsOf(world, memberId)).toEqual(['member_invited', 'passkey_added', 'signed_in']);

    const second = newPage();
    expect((await second.get(path)).status).toBe(410);
    expect(second.text).toContain('This invitation is over');
    const elsewhere = newPage();
    await signInToDashboard(elsewhere, authenticator);
    expect(isSignedIn(elsewhere)).toBe(true);
  });

  test('that two browsers have open makes the passkey of whoever comes first', async () => {
    const { path } = await inviteTo(world, shop);
    const [first, second] = [newPage(), newPage()];
    await Promise.all([first.get(path), second.get(path)]);
    const answers = [first, second].map((reader) =>
      reader.submit(path, {
        credential: JSON.stringify(newAuthenticator().create(optionsOn(reader), dashboardOrigin)),
      }),
    );
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200, 410]));
  });

  test('ends after 24 hours, when another one follows, and with its member', async () => {
    const { path, memberId } = await inviteTo(world, shop);
    const again = await inShop(world, shop, (tx) =>
      inviteMember(tx, { merchantId: shop.merchant.id, whom: { memberId } }),
    );
    const reader = newPage();
    expect((await reader.get(path)).status).toBe(410);
    const late = (await inviteTo(world, shop)).path;
    expect((await reader.get(`/dashboard/invitation/${again.token}`)).status).toBe(200);
    await newMember(world, shop);
    await inShop(world, shop, (tx) => disableMember(tx, { merchantId: shop.merchant.id, memberId }));
    expect((await reader.get(`/dashboard/invitation/${again.token}`)).status).toBe(410);
    world.passMinutes(24 * 60);
    expect((await reader.get(late)).status).toBe(410);
  });

  test.each([
    ['made at another origin', { origin: 'https://evil.example' }],
    ['made without checking its owner', { verified: false }],
    ['that answers another challenge', { challenge: 'AAAA' }],
  ])('takes no passkey %s, and stays good', async (_, lie) => {
    const { path } = await inviteTo(world, shop);
    const reader = newPage();
    await reader.get(path);
    const options = optionsOn(reader);
    const {
      origin = dashboardOrigin,
      verified = true,
      challenge = options.challenge,
    } = lie as {
      origin?: string;
      verified?: boolean;
      challenge?: string;
    };
    const made = newAuthenticator().create({ challenge, rp: options.rp }, origin, { verified });
    await reader.submit(path, { credential: JSON.stringify(made) });
    expect(reader.text).toContain('The passkey was not accepted');
    expect(cookieOf(reader)).toBeUndefined();
    await acceptInvitation(reader, path, newAuthenticator());
    expect(isSignedIn(reader)).toBe(true);
  });
});

describe('a sign-in', () => {
  test('is refused to an operator’s passkey, and a member’s opens no console', async () => {
    const operator = await newOperator(world, ['admin']);
    const reader = newPage();
    await signInToDashboard(reader, operator.authenticator);
    expect(reader.text).toContain('That did not sign you in');
    const { authenticator, reader: member } = await newMember(world, shop);
    const console = newReader(world.server, fromConsole);
    await console.get('/console/sign-in');
    const credential = JSON.stringify(authenticator.get(optionsOn(console), dashboardOrigin));
    await console.submit('/console/sign-in', { credential });
    expect(console.text).toContain('That did not sign you in');
    const token = cookieOf(member)?.value ?? '';
    console.cookies.push({ name: '__Host-operator', value: token, path: '/' });
    await console.get('/console/live');
    expect(console.text).toContain('Sign in to the console');
  });

  test('leads to the page that was asked for, and to no other site', async () => {
    const { authenticator } = await newMember(world, shop);
    const reader = newPage();
    await reader.get('/dashboard/people');
    const credential = JSON.stringify(authenticator.get(optionsOn(reader), dashboardOrigin));
    await reader.submit('/dashboard/sign-in', { credential });
    expect(reader.page.path).toBe('/dashboard/people');
    const astray = newPage();
    await signInToDashboard(astray, authenticator, '/dashboard/sign-in?next=//evil.example/dashboard');
    expect(astray.page.path).toBe('/dashboard');
  });

  test('is refused to a copy of an answer, and after ten tries to everybody at that address', async () => {
    const { authenticator } = await newMember(world, shop);
    const reader = newPage();
    await reader.get('/dashboard/sign-in');
    const credential = JSON.stringify(authenticator.get(optionsOn(reader), dashboardOrigin));
    await reader.submit('/dashboard/sign-in', { credential });
    expect(isSignedIn(reader)).toBe(true);
    const thief = newPage();
    thief.cookies.push(...reader.cookies.filter(({ name }) => name === '__Host-browser'));
    // An answer that was sent before is the same try.
    for (let tries = 2; tries <= 11; tries += 1) {
      await thief.get('/dashboard/sign-in');
      await thief.submit('/dashboard/sign-in', {
        credential: tries === 2 ? credential : `nonsense ${tries}`,
      });
      expect(thief.text).toContain('That did not sign you in');
    }
    await signInToDashboard(thief, authenticator);
    expect(thief.text).toContain('There were too many tries');
  });

  test('stores no token as it is, and the cookie changes each time', async () => {
    const { reader, authenticator } = await newMember(world, shop);
    const before = cookieOf(reader)?.value ?? '';
    expect(JSON.stringify(await world.context.db('member_sessions').select('*'))).not.toContain(before);
    await signInToDashboard(reader, authenticator, '/dashboard/sign-in?confirm=1');
    expect(cookieOf(reader)?.value).not.toBe(before);
    const thief = newPage();
    thief.cookies.push({ name: '__Host-member', value: before, path: '/' });
    await thief.get('/dashboard');
    expect(isSignedIn(thief)).toBe(false);
  });
});

describe('a session', () => {
  test('ends after 15 minutes without use, after 12 hours in any case, and with its sandbox', async () => {
    const { reader } = await newMember(world, shop);
    const token = cookieOf(reader)?.value ?? '';
    const isOpen = () => inInstallation(world, (tx) => useMemberSession(tx, token)).then(Boolean);
    for (let minutes = 0; minutes < 12 * 60; minutes += 12) {
      expect(await isOpen()).toBe(true);
      world.passMinutes(12);
    }
    expect(await isOpen()).toBe(false);
    await reader.get('/dashboard');
    expect(isSignedIn(reader)).toBe(false);
    const idle = await newMember(world, shop);
    world.passMinutes(15);
    await idle.reader.get('/dashboard');
    expect(isSignedIn(idle.reader)).toBe(false);

    const brief = await world.openShop({ name: 'Brief' });
    const member = await newMember(world, brief);
    await endSandbox(world.context, brief.environmentId);
    await member.reader.get('/dashboard');
    expect(isSignedIn(member.reader)).toBe(false);
    await signInToDashboard(member.reader, member.authenticator);
    expect(member.reader.text).toContain('That did not sign you in');
    world.passMinutes(61);
    await purgeEndedSandboxes(world.context);
    for (const table of ['members', 'member_passkeys', 'member_sessions', 'member_invitations']) {
      const left = await world.context
        .db(table)
        .where(table === 'members' ? 'id' : 'member_id', member.memberId);
      expect(left).toEqual([]);
    }
    expect(await memberActionsOf(world, member.memberId)).toEqual([]);
  });

  test('ends when its member signs out, here or everywhere else', async () => {
    const { reader, authenticator, memberId } = await newMember(world, shop);
    const other = newPage();
    await signInToDashboard(other, authenticator);
    await reader.get('/dashboard/you');
    await reader.submit('/you/end-sessions');
    expect(reader.text).toContain('You are signed out everywhere else');
    await other.get('/dashboard');
    expect(isSignedIn(other)).toBe(false);
    const cookie = cookieOf(reader);
    await reader.submit('/dashboard/sign-out');
    expect(reader.text).toContain('You are signed out');
    reader.cookies.push(cookie!);
    await reader.get('/dashboard');
    expect(isSignedIn(reader)).toBe(false);
    expect((await memberActionsOf(world, memberId)).slice(-2)).toEqual(['sessions_ended', 'signed_out']);
  });
});

describe('what needs a fresh passkey', () => {
  test('is not done fifteen minutes after the last one, and is after another', async () => {
    const { reader, authenticator } = await newMember(world, shop);
    for (const _ of [1, 2]) {
      world.passMinutes(8);
      await reader.get('/dashboard/people');
    }
    await reader.submit('/people/invite', { name: 'Nell', role: 'support' });
    expect(reader.text).toContain('Confirm that it is you');
    expect(await shop.inTx((tx) => tx.sql('members').where({ name: 'Nell' }))).toEqual([]);
    const credential = JSON.stringify(authenticator.get(optionsOn(reader), dashboardOrigin));
    await reader.submit('/dashboard/sign-in', { credential });
    expect(reader.page.path).toBe('/dashboard/people');
    await reader.submit('/people/invite', { name: 'Nell', role: 'support' });
    expect(reader.text).toContain('For Nell (Support)');
  });
});

describe('passkeys', () => {
  test('are several, the last one stays, and others’ are not removed', async () => {
    const { reader, authenticator } = await newMember(world, shop);
    const stranger = await newMember(world, shop);
    await reader.get('/dashboard/you');
    const second = newAuthenticator();
    const credential = JSON.stringify(second.create(optionsOn(reader), dashboardOrigin));
    await reader.submit('/you/add', { credential });
    expect(reader.text).toContain('The passkey is added');
    await reader.submit('/you/remove', { passkey: stranger.authenticator.id });
    expect(reader.text).toContain('There is nothing with this id');
    await reader.submit('/you/remove', { passkey: authenticator.id });
    expect(reader.text).toContain('The passkey is removed');
    await reader.submit('/you/remove', { passkey: second.id });
    expect(reader.text).toContain('This is your only passkey');
    const elsewhere = newPage();
    await signInToDashboard(elsewhere, authenticator);
    expect(elsewhere.text).toContain('That did not sign you in');
  });
});

describe('who may see what', () => {
  test('nobody sees a page without signing in', async () => {
    const reader = newPage();
    for (const section of ['', ...sections, 'you']) {
      await reader.get(`/dashboard/${section}`.replace(/\/$/, ''));
      expect(reader.text).toContain('Sign in to the dashboard');
    }
  });

  test.each([
    ['owner', [...sections]],
    ['finance', ['counter', 'orders', 'disputes', 'settlements', 'payouts', 'bank-accounts']],
    ['support', ['counter', 'orders', 'disputes']],
    ['developer', ['orders', 'keys', 'webhooks', 'events', 'requests', 'sandbox']],
    ['counter', ['counter']],
  ] as const)('%s opens the sections of that role only, and the rest is kept', async (role, own) => {
    const { reader, memberId } = await newMember(world, shop, role);
    const opened: string[] = [];
    for (const section of sections) {
      const { status } = await reader.get(`/dashboard/${section}`);
      expect([200, 403], section).toContain(status);
      if (status === 200) opened.push(section);
      else expect(reader.text).toContain('Not with your role');
    }
    expect(opened).toEqual(own);
    await reader.get('/dashboard');
    for (const section of sections)
      expect(reader.page.html.includes(`href="/dashboard/${section}"`)).toBe(opened.includes(section));
    const refused = (await memberActionsOf(world, memberId)).filter((action) => action === 'page_refused');
    expect(refused).toHaveLength(sections.length - opened.length);
  });

  test.each(memberRoles.filter((role) => role !== 'owner'))('%s invites nobody by a form', async (role) => {
    const { reader } = await newMember(world, shop, role);
    await reader.get('/dashboard/you');
    const token = /name="form_token" value="([^"]*)"/.exec(reader.page.html)?.[1] ?? '';
    await reader.post('/dashboard/people/invite', { form_token: token, name: 'Eve', role: 'owner' });
    expect(reader.page.status).toBe(403);
    expect(await shop.inTx((tx) => tx.sql('members').where({ name: 'Eve' }))).toEqual([]);
  });

  test('people of another shop are not there, to look at or to change', async () => {
    const [{ reader }, other] = [await newMember(world, shop), await world.openShop({ name: 'Other' })];
    const stranger = await newMember(world, other, 'support', 'Stranger');
    await reader.get('/dashboard/people');
    expect(reader.text).not.toContain('Stranger');
    expect((await reader.get(`/dashboard/people/${stranger.memberId}`)).status).toBe(404);
    await reader.get('/dashboard/you');
    const token = /name="form_token" value="([^"]*)"/.exec(reader.page.html)?.[1] ?? '';
    for (const step of ['role', 'invite', 'disable']) {
      await reader.post(`/dashboard/people/${stranger.memberId}/${step}`, {
        form_token: token,
        role: 'owner',
      });
      expect(reader.page.status).toBe(404);
    }
    await reader.get('/dashboard/audit');
    expect(reader.text).not.toContain('Stranger');
    await stranger.reader.get('/dashboard');
    expect(stranger.reader.text).toContain('Stranger, Support');
  });
});

describe('an owner', () => {
  test('invites somebody, who comes, gets another role and loses access at once', async () => {
    const place = await world.openShop({ name: 'Loom' });
    const { reader } = await newMember(world, place);
    await reader.get('/dashboard/people');
    await reader.submit('/people/invite', { name: '<b>Nell & Co</b>', role: 'support' });
    const path = /http:\/\/localhost:4000(\/dashboard\/invitation\/[A-Za-z0-9_-]{43})/.exec(
      reader.page.html,
    )?.[1];
    expect(reader.page.html).not.toContain('<b>Nell');
    const guest = newPage();
    await acceptInvitation(guest, path ?? '', newAuthenticator());
    expect(isSignedIn(guest)).toBe(true);
    await reader.get('/dashboard/people');
    const at = /href="(\/dashboard\/people\/mbr_[0-9a-f]{32})">&lt;b/.exec(reader.page.html)?.[1] ?? '';
    await reader.get(at);
    await reader.submit('/role', { role: 'finance' });
    expect(reader.text).toContain('The role is changed');
    expect((await guest.get('/dashboard/settlements')).status).toBe(200);
    expect((await guest.get('/dashboard/keys')).status).toBe(403);
    await reader.get(at);
    await reader.submit('/disable');
    await guest.get('/dashboard');
    expect(isSignedIn(guest)).toBe(false);
    expect((await reader.get(at)).status).toBe(404);
    await reader.get('/dashboard/audit');
    for (const text of [
      'Invited somebody',
      'Changed a role',
      'Ended somebody’s access',
      'Was refused a page',
    ])
      expect(reader.text).toContain(text);
  });

  test('who is the last stays, also where another one was invited and has not come', async () => {
    const place = await world.openShop({ name: 'Loom' });
    const { reader, memberId } = await newMember(world, place);
    await inviteTo(world, place, 'owner', 'Later');
    for (const [step, values] of [
      ['/role', { role: 'support' }],
      ['/disable', {}],
    ] as const) {
      await reader.get(`/dashboard/people/${memberId}`);
      await reader.submit(step, values);
      expect(reader.text).toContain('the last owner who can sign in');
    }
    await newMember(world, place, 'owner', 'Second');
    await reader.get(`/dashboard/people/${memberId}`);
    await reader.submit('/disable');
    expect(isSignedIn(reader)).toBe(false);
  });

  test('of two who end each other at once, one stays', async () => {
    const place = await world.openShop({ name: 'Loom' });
    const [one, two] = [await newMember(world, place), await newMember(world, place)];
    const merchantId = place.merchant.id;
    const outcomes = await Promise.all(
      [one, two].map(({ memberId }) =>
        inShop(world, place, (tx) => disableMember(tx, { merchantId, memberId })),
      ),
    );
    expect(outcomes.toSorted()).toEqual(['disabled', 'last_owner']);
  });

  test.each([
    ['no name', { name: ' ', role: 'support' }],
    ['a name that is too long', { name: 'x'.repeat(10_000), role: 'support' }],
    ['no such role', { name: 'Nell', role: 'admin' }],
  ])('invites nobody with %s', async (_, values) => {
    const { reader } = await newMember(world, shop);
    await reader.get('/dashboard/people');
    await reader.submit('/people/invite', values);
    expect(reader.text).toContain('A name has 1 to 100 characters');
  });
});

describe('the page to start with', () => {
  const fill = { business: 'Loom & Lantern', name: 'Ophelia', market: 'EU' };

  test('opens a sandbox with a merchant, whose owner the visitor is', async () => {
    const reader = newPage();
    await reader.get('/dashboard/start');
    await reader.submit('/dashboard/start', fill);
    expect(reader.text).toContain('for Ophelia, to the dashboard of Loom & Lantern');
    const path = reader.page.path;
    await acceptInvitation(reader, path, newAuthenticator());
    expect(reader.page.path).toMatch(/^\/dashboard/);
    expect(reader.text).toContain('Ophelia, Owner');
    const [merchant] = await world.context.db('merchants').where({ name: 'Loom & Lantern' }).select('*');
    expect(merchant).toMatchObject({ country: 'DE', currency: 'EUR', time_zone: 'Europe/Berlin' });
    expect(await world.context.db('merchant_keys').where({ merchant_id: merchant.id })).toEqual([]);
  });

  test('says what is missing and keeps the rest', async () => {
    const reader = newPage();
    for (const [values, said] of [
      [{ ...fill, business: '' }, 'The name of a business has'],
      [{ ...fill, name: ' ' }, 'Your name has'],
      [{ ...fill, name: '名'.repeat(101) }, 'Your name has'],
    ] as const) {
      await reader.get('/dashboard/start');
      await reader.submit('/dashboard/start', values);
      expect(reader.page.status).toBe(422);
      expect(reader.text).toContain(said);
    }
    expect(reader.page.html).toContain('value="Loom &amp; Lantern"');
  });

  test('opens only so many from one address in an hour, and none by a forged form', async () => {
    const reader = newPage();
    await reader.get('/dashboard/start');
    await reader.submit('/dashboard/start', { ...fill, form_token: 'A'.repeat(43) });
    expect(reader.page.status).toBe(403);
    world.passMinutes(61);
    for (let count = 1; count <= 3; count += 1) {
      await reader.get('/dashboard/start');
      await reader.submit('/dashboard/start', fill);
      expect(reader.page.path).toContain('/dashboard/invitation/');
    }
    await reader.get('/dashboard/start');
    await reader.submit('/dashboard/start', fill);
    expect(reader.page.status).toBe(429);
    expect(reader.text).toContain('Too many sandboxes');
  });
});

describe('the home page', () => {
  test('says what waits for a role, with the way to it, and nothing else', async () => {
    const place = await world.openShop({ name: 'Loom' });
    const { reader } = await newMember(world, place);
    expect(reader.text).toContain('Nothing waits for you');
    await order(newReader(world.server, { 'Accept-Language': 'en' }), place, { number: 3 });
    await reader.get('/dashboard');
    expect(reader.text).toMatch(/Orders to capture\s+1/);
    expect(reader.page.html).toContain('href="/dashboard/orders?status=authorized"');
    const finance = await newMember(world, place, 'finance');
    expect(finance.reader.text).not.toContain('Orders to capture');
  });
});

describe('every page', () => {
  test('may not be framed, cached or scripted by others', async () => {
    const { reader } = await newMember(world, shop);
    for (const path of [
      '/dashboard',
      '/dashboard/people',
      '/dashboard/you',
      '/dashboard/start',
      '/dashboard/none',
    ]) {
      const { headers } = await reader.get(path);
      expect(headers['x-frame-options'], path).toBe('DENY');
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['content-security-policy']).not.toContain('unsafe-inline');
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['referrer-policy']).toBe('no-referrer');
    }
  });

  test('refuses forms that are not its own, or of another session', async () => {
    const { authenticator } = await newMember(world, shop);
    for (const [values, headers] of [
      [{ form_token: '' }, {}],
      [{ form_token: 'A'.repeat(43) }, {}],
      [{}, { Origin: 'https://evil.example' }],
      [{}, { 'Sec-Fetch-Site': 'cross-site' }],
    ] as const) {
      const sent: Record<string, string> = { ...fromDashboard };
      const reader = newReader(world.server, sent);
      await signInToDashboard(reader, authenticator);
      await reader.get('/dashboard/people');
      Object.assign(sent, headers);
      await reader.submit('/people/invite', { name: 'Mallory', role: 'owner', ...values });
      expect(reader.page.status).toBe(403);
    }
    const { reader } = await newMember(world, shop);
    await reader.get('/dashboard/people');
    const form = /name="form_token" value="([^"]*)"/.exec(reader.page.html)?.[1] ?? '';
    await signInToDashboard(reader, authenticator, '/dashboard/sign-in?confirm=1');
    await reader.post('/dashboard/people/invite', { form_token: form, name: 'Mallory', role: 'owner' });
    expect(reader.page.status).toBe(403);
    expect(await shop.inTx((tx) => tx.sql('members').where({ name: 'Mallory' }))).toEqual([]);
  });

  test('is in Chinese where the browser prefers it', async () => {
    const { reader } = await newMember(world, shop, 'owner', '欧娜', { 'Accept-Language': 'zh-CN' });
    await reader.get('/dashboard/people');
    expect(reader.text).toContain('谁可以使用此后台');
    expect(reader.text).toContain('欧娜, 所有者');
  });
});

describe('what is kept', () => {
  test('of what members did cannot be changed, deleted or emptied', async () => {
    await newMember(world, shop);
    const { db } = world.context;
    await expect(db('member_audit').update({ action: 'nothing' })).rejects.toThrow('append-only');
    await expect(db('member_audit').delete()).rejects.toThrow('append-only');
    await expect(db.raw('truncate member_audit')).rejects.toThrow('append-only');
  });

  test('of mail addresses is sealed', async () => {
    const { member } = await inShop(world, shop, (tx) =>
      inviteMember(tx, {
        merchantId: shop.merchant.id,
        whom: { name: 'Olga', role: 'owner', mail: 'olga@example.com' },
      }),
    );
    expect(member.mail).toBe('olga@example.com');
    expect(JSON.stringify(await world.context.db('members').select('*'))).not.toContain('olga@example.com');
  });
});
