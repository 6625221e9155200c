import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Server } from 'node:http';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../src/context.ts';
import { createApp } from '../src/http/app.ts';
import { createHttpServer } from '../src/http/listen.ts';
import type { OpenApi } from '../src/http/openapi.ts';
import { type Id, newId } from '../src/lib/ids.ts';
import { docsRouter } from '../src/pages/docs/routes.ts';
import { pagesRouter } from '../src/pages/router.ts';
import { openShopperSession } from '../src/shoppers/sessions.ts';
import { openAgreement } from './support/agreements.ts';
import { invite, newOperator } from './support/console.ts';
import { inviteTo, newMember } from './support/dashboard.ts';
import { newBorrower, requested } from './support/draws.ts';
import { ownedObjects } from './support/owned-objects.ts';
import { fillPath, type PageRoute, pageRoutes } from './support/page-routes.ts';
import { newReader, type Reader } from './support/page-reader.ts';
import type { PagesWorld } from './support/pages-world.ts';
import { openShop, type Shop } from './support/shop.ts';
import { leavingNothing } from './support/untouched.ts';
import { newBuyer, openCheckout } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

const root = resolve(import.meta.dirname, '../..');

let world: World;
let shop: Shop;
let other: Shop;
let server: Server;
let routes: PageRoute[];
/** Ids of the shop's objects by the names that the pages' paths give them. */
let owned: Record<string, string>;
/** Each signed in as somebody, with nothing of the shop's: of another shop, another shopper, an operator. */
let strangers: { member: Reader; shopper: Reader; operator: Reader };
let owner: Reader;
/** The buyer of what is owned. */
let buyer: Reader;
/** The secrets of a checkout's and an agreement's addresses, and those of people who have not come yet. */
let checkout: string;
let agreement: string;
let invitations: Record<string, string>;

beforeAll(async () => {
  world = await openWorld();
  world.context.config.sandboxWebhookTargets.push('127.0.0.1:9');
  shop = await openShop(world);
  other = await openShop(world);
  owned = toCamelCase(await ownedObjects(world, shop));
  owned.drawId = await requested(shop, await newBorrower(shop));
  owned.environmentId = shop.environmentId;
  const context: Context = {
    ...world.context,
    // A name, for which browsers make passkeys.
    config: { ...world.context.config, origins: { api: 'http://localhost:4000' } },
  };
  const router = pagesRouter(context);
  routes = pageRoutes(router);
  server = createHttpServer(
    createApp(context, {
      routes: world.routes,
      findKey: async () => undefined,
      pages: [{ path: '/', router }],
      docs: (contract: OpenApi) => docsRouter(contract),
    }),
  );
  const pages = { context, server } as unknown as PagesWorld;
  const memberOf = ({ environmentId, merchantId }: Shop) =>
    newMember(pages, { environmentId, merchant: { id: merchantId } });
  const { reader, memberId } = await memberOf(shop);
  owner = reader;
  owned.memberId = memberId;
  owned.requestId = newId('req');
  await world.db('api_requests').insert({
    environment_id: shop.environmentId,
    merchant_id: shop.merchantId,
    id: owned.requestId,
    at: world.clock.at,
    method: 'GET',
    path: '/v1/orders',
    operation: 'listOrders',
    status: 200,
    duration_ms: 3,
  });
  const plan = await world.db('plans').where({ id: owned.planId }).first('shopper_id');
  buyer = await signedIn(plan.shopper_id);
  strangers = {
    member: (await memberOf(other)).reader,
    shopper: await signedIn((await newBuyer(shop)).shopperId),
    operator: (await newOperator(pages, ['admin', 'risk', 'support', 'treasury'])).reader,
  };
  const { url } = await openCheckout(shop, 4000);
  checkout = new URL(url ?? '').pathname.split('/')[2] ?? '';
  const asked = await openAgreement(shop, { return_url: 'https://shop.example/return' });
  agreement = new URL(asked.url ?? '').pathname.split('/')[2] ?? '';
  invitations = {
    '/console': (await invite(pages)).path.split('/').at(-1) ?? '',
    '/dashboard':
      (await inviteTo(pages, { environmentId: shop.environmentId, merchant: { id: shop.merchantId } })).path
        .split('/')
        .at(-1) ?? '',
  };
  await world.db('operator_sign_ins').delete();
  await world.db('member_sign_ins').delete();
}, 60_000);
afterAll(async () => {
  server.close();
  await world.close();
});

const toCamelCase = (names: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(names).map(([name, value]) => [
      name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );

/** A browser in which this shopper of the shop is signed in. */
async function signedIn(shopperId: string): Promise<Reader> {
  const { token } = await shop.inTx((tx) =>
    openShopperSession(tx, { shopperId: shopperId as Id<'shp'>, level: 1 }),
  );
  const reader = newReader(server, { 'Accept-Language': 'en' });
  reader.cookies.push({ name: '__Host-shopper', value: token, path: '/' });
  await reader.get(`/account/${shop.environmentId}`);
  expect(reader.page.status).toBe(200);
  return reader;
}

/** The token that a page gives to its forms, which is good for all forms of the same place. */
async function tokenOn(reader: Reader, path: string): Promise<string> {
  await reader.get(path);
  const token = /name="form_token" value="([^"]*)"/.exec(reader.page.html)?.[1];
  if (token === undefined) throw new Error(`${path} has no form`);
  return token;
}

/** Routes below a path that name an object beside the environment. */
const routesOfObjects = (below: string) =>
  routes.filter(
    ({ path }) =>
      path.startsWith(below) &&
      /:(?!environmentId|token|item|table|version)\w+/.test(path) &&
      !path.includes('*'),
  );

/** Sessions are prolonged and looks at what is not there are kept, whoever looks. */
const byLooking = [
  'operator_sessions',
  'member_sessions',
  'shopper_sessions',
  'operator_audit',
  'member_audit',
];

describe('an object of somebody else', () => {
  /**
   * Asks for it on every route below an address. Whether a form names something of one's own may also be told after what
   * is wrong in it; then it says so on a page of one's own.
   */
  async function isNowhere(reader: Reader, below: string, place: string, values: Record<string, string>) {
    const token = await tokenOn(reader, place);
    const found = routesOfObjects(below);
    const answers = { nothing: 0, others: 0 };
    await leavingNothing(
      world.db,
      async () => {
        for (const { method, path } of found) {
          const address = fillPath(path, values);
          if (method === 'get') await reader.get(address);
          else await reader.post(address, { form_token: token, step: 'test' });
          const { status } = reader.page;
          if (method === 'get') expect([path, status]).toEqual([path, 404]);
          else
            expect([path, status, reader.page.path === address && status === 200]).toEqual([
              path,
              status,
              false,
            ]);
          answers[status === 404 ? 'nothing' : 'others'] += 1;
        }
      },
      byLooking,
    );
    expect(answers.nothing).toBeGreaterThan(2 * answers.others);
    return found;
  }

  it('is not found on any route of the dashboard, nor changed, and by its own shop on all that read', async () => {
    const found = await isNowhere(strangers.member, '/dashboard', '/dashboard', owned);
    expect(found.length).toBeGreaterThan(20);
    const reads = found.filter(({ method }) => method === 'get');
    const isOwned = ({ path }: PageRoute) => !fillPath(path, owned, '?').includes('%3F');
    // What these name has tests of its own, with an object of it.
    const elsewhere = /:(?:caseId|saleId|messageId|fileId|partId|accountId)|\/counter\//;
    expect(reads.filter((route) => !isOwned(route) && !elsewhere.test(route.path))).toEqual([]);
    const known = reads.filter((route) => isOwned(route) && !elsewhere.test(route.path));
    expect(known.length).toBeGreaterThan(10);
    for (const { method, path } of known) {
      await owner.get(fillPath(path, owned));
      expect([method, path, owner.page.status]).toEqual([method, path, 200]);
    }
  });

  it('is not found on any route of the account, nor changed', async () => {
    const account = `/account/${shop.environmentId}`;
    const values = { accountId: newId('bka'), guaranteeId: newId('gua'), ...owned };
    const found = await isNowhere(strangers.shopper, '/account', `${account}/you`, values);
    expect(found.length).toBeGreaterThan(25);
    for (const path of [`plans/${owned.planId}`, `plans/${owned.planId}/receipts.json`]) {
      await buyer.get(`${account}/${path}`);
      expect([path, buyer.page.status]).toEqual([path, 200]);
    }
  });

  it('is not found in the console below another environment, nor changed', async () => {
    const elsewhere = {
      ...owned,
      environmentId: other.environmentId,
      merchantId: shop.merchantId,
      alarmId: newId('lal'),
      writeOffId: newId('req'),
      accountId: newId('bka'),
      importId: newId('imp'),
      exceptionId: newId('exc'),
      funderId: (await world.db('funders').where({ environment_id: shop.environmentId }).first('id')).id,
      hash: 'f'.repeat(64),
    };
    const found = await isNowhere(
      strangers.operator,
      '/console',
      `/console/${other.environmentId}/you`,
      elsewhere,
    );
    expect(found.length).toBeGreaterThan(20);
  });
});

/** What is asked for at a route by somebody who may: the values of its parameters and the browser. */
function visitorOf(path: string): { reader: Reader; values: Record<string, string>; host: string } {
  const area = path.split('/')[1] ?? '';
  const values = {
    ...owned,
    secret: area === 'c' ? checkout : agreement,
    token: invitations[`/${area}`] ?? 'A'.repeat(43),
    item: 'credit_file',
    table: 'x',
    version: '1',
    accountId: newId('bka'),
    guaranteeId: newId('gua'),
    stamp: 'A'.repeat(43),
    expires: '1',
  };
  const isStaff = area === 'console' || area === 'dashboard';
  const reader =
    area === 'console'
      ? strangers.operator
      : area === 'dashboard'
        ? owner
        : area === 'account'
          ? buyer
          : passerBy;
  return { reader, values, host: isStaff ? 'localhost:4000' : '127.0.0.1:4000' };
}

let passerBy: Reader;
beforeAll(() => {
  passerBy = newReader(server);
});

/** One request as this visitor's browser sends it; redirects are looked at and not followed. */
function send(
  { method, path }: PageRoute,
  {
    query = '',
    headers = {},
    body,
    by,
  }: { query?: string; headers?: Record<string, string>; body?: object; by?: Reader } = {},
) {
  const { reader, values, host } = visitorOf(path);
  const address = fillPath(path, values);
  const cookies = (by ?? reader).cookies.filter((cookie) => address.startsWith(cookie.path));
  const agent = request(server);
  const call = agent[method](address + query)
    .redirects(0)
    .set('Cookie', cookies.map(({ name, value }) => `${name}=${value}`).join('; '))
    .set({ Host: host, 'Accept-Language': 'en', ...headers });
  return body ? call.type('form').send(body) : call;
}

const isPage = ({ path }: PageRoute) => !/^\/(?:assets|sdk)\//.test(path);
/** What a window of the shop may be the opener of: the checkout, and the ways to sign in that it leads to. */
const hasOpener = ({ path }: PageRoute) => /^\/(?:c|sign-in)\//.test(path);

describe('a form', () => {
  /** A page of the same place, by the token of whose forms the others are taken. */
  const formOn: Record<string, string> = {
    c: '/c/:secret',
    a: '/a/:secret',
    console: '/console/:environmentId/you',
    account: '/account/:environmentId/you',
  };

  it('of another site, or without our token, is taken on no route', async () => {
    await passerBy.get(`/c/${checkout}`);
    await passerBy.get(`/a/${agreement}`);
    const tokens = new Map<string, string>();
    for (const area of ['c', 'a', 'console', 'dashboard', 'account']) {
      const path = formOn[area] ?? '/dashboard';
      const { reader, values } = visitorOf(path);
      tokens.set(area, await tokenOn(reader, fillPath(path, values)));
    }
    const forms = routes.filter(({ method }) => method === 'post');
    expect(forms.length).toBeGreaterThan(90);
    const attempts: { token: boolean; headers: Record<string, string> }[] = [
      { token: false, headers: {} },
      { token: true, headers: { Origin: 'https://evil.example' } },
    ];
    await leavingNothing(
      world.db,
      async () => {
        for (const route of forms)
          for (const { token, headers } of attempts) {
            const body = token ? { form_token: tokens.get(route.path.split('/')[1] ?? '') ?? '' } : {};
            const { status } = await send(route, { headers, body });
            expect([route.path, headers, status]).toEqual([route.path, headers, 403]);
          }
      },
      byLooking,
    );
  });
});

type Inventory = {
  file: string;
  integrity: string;
  purpose: string;
  authorised_by: string;
  pages: string[];
}[];

describe('every page', () => {
  /** The elements of this name on a page, each with its attributes. */
  const elements = (html: string, name: string) =>
    [...html.matchAll(new RegExp(`<${name}\\b([^>]*)>`, 'g'))].map(([, inside = '']) =>
      Object.fromEntries(
        [...inside.matchAll(/([\w-]+)(?:="([^"]*)")?/g)].map(([, key, value]) => [key, value ?? '']),
      ),
    );
  const sha384 = (content: Buffer) => `sha384-${createHash('sha384').update(content).digest('base64')}`;
  const served = async (path: string) =>
    (await request(server).get(path).buffer(true).responseType('blob')).body as Buffer;
  const policyOf = (headers: Record<string, string>) =>
    new Map(
      headers['content-security-policy']?.split(';').map((directive) => {
        const [name = '', ...values] = directive.trim().split(/ +/);
        return [name, values] as const;
      }),
    );

  it('and every other answer below it forbids what it does not need', async () => {
    const all: PageRoute[] = [
      ...routes.filter(isPage),
      { method: 'get', path: '/docs' },
      { method: 'get', path: '/docs/problems/overloaded' },
    ];
    for (const route of all) {
      const { status, headers, text } = await send(route, { body: route.method === 'post' ? {} : undefined });
      const at = `${route.method} ${route.path}: ${status}`;
      const policy = policyOf(headers);
      expect(policy.get('default-src'), at).toEqual(["'none'"]);
      expect(policy.get('frame-ancestors'), at).toEqual(["'none'"]);
      expect(policy.get('base-uri'), at).toEqual(["'none'"]);
      const shopOrigin = route.path.startsWith('/c/') ? ['https://shop.example'] : [];
      for (const [name, values] of policy)
        for (const value of values)
          expect(
            value === "'self'" ||
              value === "'none'" ||
              (name === 'script-src' && /^'nonce-[A-Za-z0-9+/]{22}=='$/.test(value)) ||
              shopOrigin.includes(value),
            `${at}: ${name} ${value}`,
          ).toBe(true);
      expect(headers, at).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': hasOpener(route) ? 'unsafe-none' : 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': route.path.startsWith('/docs') ? 'public, max-age=300' : 'no-store',
        'permissions-policy': expect.stringContaining('camera=(), '),
      });
      for (const cookie of [headers['set-cookie'] ?? []].flat())
        expect(cookie, at).toMatch(
          /^(?:__Host-[\w-]+=[^;]*(?:; Max-Age=\d+)?; Path=\/(?:; Expires=[^;]+)?|__Secure-[\w-]+=[^;]*(?:; Max-Age=\d+)?; Path=\/(?:c|a|account)\/[\w-]+(?:; Expires=[^;]+)?); HttpOnly; Secure; SameSite=Lax$/,
        );
      if (headers['content-type'] !== 'text/html; charset=utf-8') continue;
      expect(text, at).not.toMatch(
        /<[^>]* (?:on\w+|style)=|<style|javascript:|<iframe|<object|<embed|<base/i,
      );
    }
  });

  it('leads nowhere outside, whatever its address asks for', async () => {
    const wishes = [
      'next',
      'to',
      'back',
      'return',
      'return_url',
      'redirect',
      'environment',
      'lang',
      'before',
      'cursor',
      'said',
    ];
    const outside = [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      '\thttps://evil.example',
      'javascript:alert(1)',
      '/%09/evil.example',
    ];
    const query = `?${new URLSearchParams(wishes.map((name, at) => [name, outside[at % outside.length] ?? ''])).toString()}`;
    for (const route of routes.filter((route) => isPage(route) && route.method === 'get')) {
      const { headers, text } = await send(route, { query });
      const at = route.path;
      const { location } = headers;
      if (location !== undefined) {
        const { origin } = new URL(location, 'http://127.0.0.1:4000');
        expect(['http://127.0.0.1:4000', 'http://localhost:4000', 'https://shop.example'], at).toContain(
          origin,
        );
        if (origin === 'https://shop.example') expect(location).toMatch(/^https:\/\/shop\.example\/return\?/);
      }
      if (headers['content-type'] !== 'text/html; charset=utf-8') continue;
      for (const { href, action } of [...elements(text, 'a'), ...elements(text, 'form')]) {
        const target = (href ?? action ?? '').replaceAll('&amp;', '&');
        const { origin } = new URL(target, 'http://127.0.0.1:4000');
        expect(
          ['http://127.0.0.1:4000', 'http://localhost:4000', 'https://shop.example'],
          `${at} ${target}`,
        ).toContain(origin);
      }
    }
  });

  it('loads only the scripts of the inventory, each as it was authorised, by a nonce of its own', async () => {
    const inventory = JSON.parse(
      readFileSync(resolve(root, 'docs/script-inventory.json'), 'utf8'),
    ) as Inventory;
    const loaded = new Map<string, { integrity: string; pages: Set<string> }>();
    const nonces: string[] = [];
    const all = [
      ...routes.filter((route) => isPage(route) && route.method === 'get'),
      { method: 'get', path: '/docs' } as const,
    ];
    // Those who are signed in are led on from where others sign in.
    const signIns = all
      .filter(({ path }) => /^\/(?:account\/:environmentId|(?:console|dashboard)\/sign-in)$/.test(path))
      .map((route) => ({ route, by: passerBy }));
    expect(signIns.length).toBe(3);
    for (const { route, by } of [...all.map((one) => ({ route: one, by: undefined })), ...signIns]) {
      const { headers, text } = await send(route, by && { by });
      if (headers['content-type'] !== 'text/html; charset=utf-8') continue;
      for (const { rel, href = '', integrity } of elements(text, 'link')) {
        expect(href).toMatch(/^\/assets\//);
        if (rel === 'stylesheet')
          expect([route.path, integrity]).toEqual([route.path, sha384(await served(href))]);
      }
      const policy = policyOf(headers).get('script-src');
      const scripts = elements(text, 'script');
      expect(scripts.length > 0, `${route.path} lets scripts run exactly where it has one`).toBe(
        policy !== undefined,
      );
      nonces.push(...(policy ?? []));
      for (const { src = '', nonce = '', integrity = '' } of scripts) {
        expect(policy).toEqual([`'nonce-${nonce}'`]);
        expect(integrity).toBe(sha384(await served(src)));
        const file = src.split('/').at(-1) ?? '';
        const known = loaded.get(file) ?? { integrity, pages: new Set<string>() };
        loaded.set(file, { integrity, pages: known.pages.add(route.path) });
      }
      expect(text.match(/<script/g)?.length ?? 0).toBe(text.match(/<\/script>/g)?.length ?? 0);
      expect(text).not.toMatch(/<script[^>]*>[^<]/);
    }
    expect(new Set(nonces).size).toBe(nonces.length);
    const found = [...loaded].map(([file, { integrity, pages }]) => ({
      file,
      integrity,
      pages: [...pages].toSorted(),
    }));
    expect(found.toSorted((a, b) => (a.file < b.file ? -1 : 1))).toEqual(
      inventory.map(({ file, integrity, pages }) => ({ file, integrity, pages })),
    );
    for (const { purpose, authorised_by: by } of inventory)
      for (const said of [purpose, by]) expect(said).not.toBe('');
  });
});

describe('a session', () => {
  it('that somebody planted in a browser is nobody’s, and is replaced at the sign-in', async () => {
    const planted = 'A'.repeat(43);
    for (const [cookie, path] of [
      ['__Host-shopper', `/account/${shop.environmentId}/you`],
      ['__Host-member', '/dashboard/people'],
      ['__Host-operator', `/console/${shop.environmentId}/audit`],
    ] as const) {
      const thief = newReader(server, {
        Host: path.startsWith('/account') ? '127.0.0.1:4000' : 'localhost:4000',
        'Accept-Language': 'en',
      });
      thief.cookies.push({ name: cookie, value: planted, path: '/' });
      await thief.get(path);
      expect(thief.page.html, path).toMatch(/name="(?:phone|credential)"/);
    }
    const reader = newReader(server, { 'Accept-Language': 'en' });
    reader.cookies.push({ name: '__Host-shopper', value: planted, path: '/' });
    await reader.get(`/c/${checkout}`);
    await reader.submit('/phone', { phone: '13800138000' });
    const { data } = await shop.get<{ data: { body: string }[] }>('/v1/sandbox/inbox');
    await reader.submit('/code', { code: /\d{6}/.exec(data[0]?.body ?? '')?.[0] ?? '' });
    const value = reader.cookies.find(({ name }) => name === '__Host-shopper')?.value;
    expect(value).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(value).not.toBe(planted);
  });
});
