import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordRequests } from '../src/http/request-records.ts';
import { listRuns } from '../src/jobs/scenarios/runs.ts';
import { newId } from '../src/lib/ids.ts';
import { fanOut } from '../src/webhooks/fan-out.ts';
import { openConsoleOn } from './support/console-on.ts';
import { memberActionsOf, newMember, signInToDashboard } from './support/dashboard.ts';
import { newKey, proofOf, type NewTestKey } from './support/keys.ts';
import type { Reader } from './support/page-reader.ts';
import type { PagesWorld } from './support/pages-world.ts';
import { startReceiver } from './support/receiver.ts';
import { openShop, type Shop } from './support/shop.ts';
import { authorizedOrder } from './support/walk.ts';
import { origin, openWorld, type World } from './support/world.ts';

const pagesOrigin = 'http://127.0.0.1:4000';

let world: World;
let pages: PagesWorld;
let shop: Shop;
let other: Shop;
let reader: Reader;

beforeAll(async () => {
  world = await openWorld();
  world.context.config.sandboxWebhookTargets.push('127.0.0.1:9');
  shop = await openShop(world);
  other = await openShop(world);
  pages = openConsoleOn(world);
  reader = (await newMember(pages, ownerOf(shop), 'developer')).reader;
});
afterAll(() => world.close());

const ownerOf = ({ environmentId, merchantId }: Shop) => ({ environmentId, merchant: { id: merchantId } });

/** What the API says; its clients sign for its own origin. */
async function byApi<T>(work: () => Promise<T>): Promise<T> {
  world.context.config.origins.api = origin;
  try {
    return await work();
  } finally {
    world.context.config.origins.api = pagesOrigin;
  }
}

type KeyBody = {
  kid: string;
  status: string;
  scopes: string[];
  expires_at: string | null;
  algorithm: string;
};
type EndpointBody = { id: string; url: string; status: string; event_types: string[] };
type DeliveryBody = { event_id: string; status: string; redelivery: number };

const keys = async (): Promise<KeyBody[]> =>
  (await byApi(() => shop.get<{ data: KeyBody[] }>('/v1/keys'))).data;
const endpoints = async (): Promise<EndpointBody[]> =>
  (await byApi(() => shop.get<{ data: EndpointBody[] }>('/v1/webhook-endpoints'))).data;
const deliveriesTo = async (id: string): Promise<DeliveryBody[]> =>
  (await byApi(() => shop.get<{ data: DeliveryBody[] }>(`/v1/webhook-endpoints/${id}/deliveries`))).data;

/** The form of this page that takes this step, with its hidden fields. */
function formFor(at: Reader, step: string): { action: string; hidden: Record<string, string> } {
  const forms = at.page.html.matchAll(/<form method="post" action="([^"]*)"[^>]*>(.*?)<\/form>/gs);
  for (const [, action = '', inside = ''] of forms) {
    if (!inside.includes(`name="step" value="${step}"`)) continue;
    const fields = inside.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g);
    return {
      action,
      hidden: Object.fromEntries([...fields].map(([, name = '', value = '']) => [name, value])),
    };
  }
  throw new Error(`no form for ${step}: ${at.text}`);
}

/** Fills in and sends the form of this page that takes this step. */
function take(at: Reader, step: string, values: Record<string, string | string[]> = {}) {
  const { action, hidden } = formFor(at, step);
  return at.post(action, { ...hidden, ...values });
}

describe('keys', () => {
  const proof = (key: NewTestKey) => proofOf(shop, key, { aud: pagesOrigin });

  test('are those of the API, with the publishable one, and are registered from a JWK with a proof', async () => {
    const page = await reader.get('/dashboard/keys');
    expect(page.html).toContain(shop.key.keyid.split('/')[1] ?? '?');
    expect(page.html).toMatch(/pub_[0-9a-f]{32}/);
    const key = newKey(shop, 'page-1');
    await take(reader, 'register', {
      public_key: JSON.stringify(key.jwk),
      proof: await proof(key),
      overlap: '24',
      scopes: ['read', 'orders'],
    });
    expect(reader.text).toContain('The key is registered.');
    expect((await keys()).find(({ kid }) => kid === 'page-1')).toMatchObject({
      status: 'active',
      scopes: ['read', 'orders'],
      expires_at: null,
    });
    expect((await byApi(() => shop.send('GET', '/v1/orders', undefined, { key: key.signer }))).status).toBe(
      200,
    );
  });

  test('are rotated from PEM with an overlap, and revoked', async () => {
    await reader.get('/dashboard/keys');
    const key = newKey(shop, 'page-2', 'rsa-pss-sha512');
    await take(reader, 'register', {
      public_key: key.publicKey.export({ format: 'pem', type: 'spki' }).toString(),
      kid: 'page-2',
      rsa: 'PS512',
      proof: await proof(key),
      replaces: 'page-1',
      overlap: '2',
    });
    const [before, after] = (await keys()).filter(({ kid }) => kid.startsWith('page-'));
    expect(after).toMatchObject({ kid: 'page-2', algorithm: 'rsa-pss-sha512', scopes: ['read', 'orders'] });
    expect(before?.expires_at).toBe(new Date(world.clock.at.getTime() + 2 * 3_600_000).toISOString());
    await reader.get('/dashboard/keys');
    await take(reader, 'revoke', { revoked: 'page-2' });
    expect((await keys()).find(({ kid }) => kid === 'page-2')).toMatchObject({ status: 'revoked' });
  });

  test('are refused as the API refuses them, and what was written stands again', async () => {
    const before = await keys();
    const key = newKey(shop, 'page-3');
    const privatePem = generateKeyPairSync('ed25519')
      .privateKey.export({ format: 'pem', type: 'pkcs8' })
      .toString();
    const wrong: [Record<string, string>, string][] = [
      [{ public_key: JSON.stringify(key.jwk), proof: 'a.b.c' }, 'key_unacceptable'],
      [{ public_key: privatePem, proof: 'a.b.c' }, 'This is a private key.'],
      [{ public_key: '{"kty"', proof: 'a.b.c' }, 'The JWK is not JSON.'],
      [{ public_key: '-----BEGIN PUBLIC KEY-----\nAAAA', proof: 'x' }, 'does not hold a public key'],
      [{ public_key: JSON.stringify(key.jwk), proof: await proof(key) }, 'Name the scopes'],
    ];
    for (const [values, said] of wrong) {
      await reader.get('/dashboard/keys');
      const page = await take(reader, 'register', { overlap: '24', ...values });
      expect(page.status, said).toBe(422);
      expect(reader.text).toContain(said);
      expect(page.html).toContain('/docs/problems/');
    }
    await reader.get('/dashboard/keys');
    const last = await take(reader, 'revoke', { revoked: shop.key.keyid.split('/')[1] ?? '' });
    expect(last.status).toBe(409);
    expect(await keys()).toEqual(before);
  });

  test('change only with a passkey that was asked for within 15 minutes', async () => {
    const { reader: late, authenticator } = await newMember(pages, ownerOf(shop), 'owner');
    await late.get('/dashboard/keys');
    world.passMs(14 * 60_000);
    await late.get('/dashboard/keys');
    world.passMs(2 * 60_000);
    await late.get('/dashboard/keys');
    await take(late, 'revoke', { revoked: 'page-1' });
    expect(late.page.path).toMatch(/^\/dashboard\/sign-in\?confirm=1/);
    expect((await keys()).find(({ kid }) => kid === 'page-1')).toMatchObject({ status: 'active' });
    await signInToDashboard(late, authenticator, late.page.path);
    await late.get('/dashboard/keys');
    await take(late, 'revoke', { revoked: 'page-1' });
    expect((await keys()).find(({ kid }) => kid === 'page-1')).toMatchObject({ status: 'revoked' });
    const at = await newMember(pages, ownerOf(shop), 'developer');
    reader = at.reader;
  });
});

test('keys come from an address of the shop, until it is ended, and the audit log says who did it', async () => {
  const receiver = await startReceiver();
  world.context.config.sandboxWebhookTargets.push(receiver.target);
  const { jwk } = newKey(shop, 'published');
  receiver.answer((_request, response) => void response.end(JSON.stringify({ keys: [jwk] })));
  const { reader: by, memberId } = await newMember(pages, ownerOf(shop), 'developer');
  const source = () => byApi(() => shop.get('/v1/key-source'));
  try {
    await by.get('/dashboard/keys');
    const refused = await take(by, 'set_source', { jwks_url: 'http://10.0.0.1/', source_scopes: 'read' });
    expect(refused.status).toBe(422);
    expect(refused.html).toContain('url_forbidden');
    await by.get('/dashboard/keys');
    expect((await take(by, 'set_source', { jwks_url: receiver.url })).html).toContain('validation_failed');
    await by.get('/dashboard/keys');
    await take(by, 'set_source', { jwks_url: receiver.url, source_scopes: ['read', 'orders'] });
    expect(await source()).toMatchObject({ jwks_url: receiver.url, scopes: ['read', 'orders'] });
    expect(by.page.html).toContain(receiver.url);
    await take(by, 'end_source');
    expect(await source()).toMatchObject({ jwks_url: null, scopes: [] });
  } finally {
    await receiver.close();
  }
  expect(await memberActionsOf(pages, memberId)).toEqual(
    expect.arrayContaining(['key_source_set', 'key_source_ended']),
  );
  expect(await world.db('key_log').where({ actor_id: memberId }).orderBy('id').pluck('action')).toEqual([
    'source_set',
    'source_removed',
  ]);
});

describe('webhooks', () => {
  test('are added, changed, rotated and deleted as by the API, and a secret is seen once', async () => {
    await reader.get('/dashboard/webhooks');
    const added = await take(reader, 'add', {
      url: 'http://127.0.0.1:9/a',
      types: 'order.captured, plan.paid',
    });
    const [first] = /whsec_[A-Za-z0-9+/=]+/.exec(added.html) ?? [];
    expect(first).toBeDefined();
    const [endpoint] = await endpoints();
    expect(endpoint).toMatchObject({
      url: 'http://127.0.0.1:9/a',
      event_types: ['order.captured', 'plan.paid'],
      status: 'unproven',
    });
    const path = `/dashboard/webhooks/${endpoint?.id}`;
    expect((await reader.get(path)).html).not.toContain('whsec_');
    expect(reader.text).toContain('It gets nothing until it has answered a challenge');
    await world
      .db('webhook_endpoints')
      .where({ id: endpoint?.id })
      .update({ challenge_failure: 'wrong_answer' });
    await reader.get(path);
    expect(reader.text).toContain('The last challenge came to nothing: wrong answer');
    await take(reader, 'enable');
    expect((await endpoints())[0]).toMatchObject({ status: 'unproven', challenge_failure: null });
    await take(reader, 'change', { url: 'http://127.0.0.1:9/b', types: '*' });
    expect((await endpoints())[0]).toMatchObject({ url: 'http://127.0.0.1:9/b', event_types: ['*'] });
    const rotated = await take(reader, 'rotate');
    expect(rotated.html).toMatch(/whsec_/);
    expect(rotated.html).not.toContain(first);
    expect((await reader.get(path)).html).not.toContain('whsec_');
    expect((await reader.get('/dashboard/webhooks')).html).not.toContain('whsec_');
    await reader.get(path);
    await take(reader, 'remove');
    expect(await endpoints()).toEqual([]);
    expect((await reader.get(path)).status).toBe(404);
  });

  test('refuse a target that may not be reached, and a type that does not exist', async () => {
    for (const [values, code] of [
      [{ url: 'http://10.0.0.1/', types: '*' }, 'url_forbidden'],
      [{ url: 'http://127.0.0.1:9/', types: 'order.sold' }, 'validation_failed'],
    ] as const) {
      await reader.get('/dashboard/webhooks');
      const page = await take(reader, 'add', values);
      expect(page.status).toBe(422);
      expect(page.html).toContain(code);
      expect(page.html).toContain(values.url);
    }
    expect(await endpoints()).toEqual([]);
  });

  test('show each attempt with its answer, test, and send again', async () => {
    // What happened before the endpoint was there is not its own.
    await world.sequence();
    await reader.get('/dashboard/webhooks');
    await take(reader, 'add', { url: 'http://127.0.0.1:9/', types: '*' });
    const id = (await endpoints())[0]?.id ?? '';
    const path = `/dashboard/webhooks/${id}`;
    const proven = { proven_at: world.clock.at, challenge_at: null, challenge_failure: null };
    await world.db('webhook_endpoints').where({ id }).update(proven);
    await reader.get(path);
    await take(reader, 'test');
    await world.sequence();
    await fanOut(world.context);
    const event = await world.db('events').where({ type: 'webhook_endpoint.test', object_id: id }).first();
    await reader.get(path);
    await take(reader, 'again', { after: String(Number(event.sequence) - 1) });
    await world.db('deliveries').where({ endpoint_id: id }).update({
      status: 'failed',
      response_status: 503,
      failure: 'http_status',
      finished_at: world.clock.at,
    });
    expect((await reader.get(`${path}?status=failed`)).html).toContain('503');
    expect(reader.text).toContain('webhook_endpoint.test');
    await take(reader, 'resend');
    expect(await deliveriesTo(id)).toMatchObject([
      { event_id: event.id, status: 'failed', redelivery: 0 },
      { event_id: event.id, status: 'pending', redelivery: 1 },
    ]);
    await reader.get(`${path}?status=pending`);
    expect(reader.text).toMatch(/next try/);
    await reader.get(`${path}?event=${newId('evt')}`);
    expect(reader.text).toContain('Nothing was sent that fits.');
  });

  test('say why an endpoint is disabled, and enable it', async () => {
    const id = (await endpoints())[0]?.id ?? '';
    const path = `/dashboard/webhooks/${id}`;
    const at = world.db('webhook_endpoints').where({ id });
    await at.clone().update({ failing_since: world.clock.at });
    await reader.get(path);
    expect(reader.text).toContain('It has answered nothing well since');
    await at.clone().update({ status: 'disabled', disabled_reason: 'failing' });
    await reader.get(path);
    expect(reader.text).toContain('Disabled because it answered nothing well for 5 days.');
    await take(reader, 'enable');
    expect((await endpoints())[0]).toMatchObject({
      status: 'enabled',
      disabled_reason: null,
      failing_since: null,
    });
  });
});

test('events are those of the feed, narrowed down, and one is shown as the API answers it', async () => {
  await world.sequence();
  const { data } = await byApi(() =>
    shop.get<{ data: { id: string; type: string; sequence: number }[] }>('/v1/events?limit=100'),
  );
  const page = await reader.get('/dashboard/events');
  const shown = [...page.html.matchAll(/\/dashboard\/events\/(evt_[0-9a-f]{32})/g)].map(([, id]) => id);
  expect(shown).toEqual(data.map(({ id }) => id).toReversed());
  await reader.get('/dashboard/events?type=key.revoked');
  const revoked = data.filter(({ type }) => type === 'key.revoked');
  expect([...reader.page.html.matchAll(/\/dashboard\/events\/evt_/g)]).toHaveLength(revoked.length);
  await reader.get('/dashboard/events?type=key.lost');
  expect(reader.text).toContain('There is no such type of event.');
  const one = await reader.get(`/dashboard/events/${data[0]?.id}`);
  const json = /<pre class="data">(.*?)<\/pre>/s.exec(one.html)?.[1]?.replaceAll('&quot;', '"');
  expect(JSON.parse(json ?? '')).toEqual(await byApi(() => shop.get(`/v1/events/${data[0]?.id}`)));
});

test('requests are listed by how they went, and one explains its problem', async () => {
  const { note, stop } = recordRequests(world.context);
  const of = { environmentId: shop.environmentId, merchantId: shop.merchantId, kid: 'k', durationMs: 12 };
  const id = newId('req');
  note({
    ...of,
    id: newId('req'),
    method: 'GET',
    path: '/v1/orders',
    operation: 'listOrders',
    status: 200,
    problem: null,
  });
  note({
    ...of,
    id,
    method: 'POST',
    path: '/v1/orders',
    operation: 'authorizeOrder',
    status: 401,
    problem: 'signature_invalid',
  });
  await stop();
  const rows = () => [...reader.page.html.matchAll(/\/dashboard\/requests\/req_/g)].length;
  await reader.get('/dashboard/requests');
  expect(rows()).toBe(2);
  await reader.get('/dashboard/requests?outcome=refused');
  expect(rows()).toBe(1);
  await reader.get('/dashboard/requests?problem=not_found');
  expect(rows()).toBe(0);
  await reader.get('/dashboard/requests?problem=nothing_such');
  expect(reader.text).toContain('There is no such code of a problem.');
  const page = await reader.get(`/dashboard/requests/${id}`);
  expect(page.html).toContain('href="/docs/problems/signature_invalid"');
  expect(reader.text).toContain('What to do');
  expect(reader.text).toContain(id);
});

describe('the sandbox', () => {
  const clock = () =>
    byApi(() => shop.get<{ clock: { now: string } }>('/v1/sandbox')).then((it) => it.clock.now);
  const nextDay = (now: string) => new Date(new Date(now).getTime() + 86_400_000).toISOString();

  test('moves its clock by days, once for one form', async () => {
    const before = await clock();
    await reader.get('/dashboard/sandbox');
    const { request = '' } = formFor(reader, 'days').hidden;
    await take(reader, 'days', { days: '1' });
    expect(reader.text).toContain('The clock has arrived.');
    expect(await clock()).toBe(nextDay(before));
    await take(reader, 'days', { days: '1', request });
    expect(await clock()).toBe(nextDay(before));
    for (const days of ['0', '-1', '1.5', 'x', '999999']) {
      expect((await take(reader, 'days', { days })).status).toBe(422);
    }
    expect(await clock()).toBe(nextDay(before));
  });

  test('moves its clock to what happens next by itself', async () => {
    await byApi(() => authorizedOrder(shop, { amount: 5000 }));
    const { clock: before } = await byApi(() =>
      shop.get<{ clock: { next_event: { at: string } } }>('/v1/sandbox'),
    );
    await reader.get('/dashboard/sandbox');
    await take(reader, 'next');
    expect(reader.text).toContain('The clock has arrived.');
    expect(await clock()).toBe(before.next_event.at);
  });

  test('plays a scenario with its calendar before and after, as the API does', async () => {
    await reader.get('/dashboard/sandbox');
    await take(reader, 'scenario', { scenario: 'all paid' });
    const [run] = await shop.inTx((tx) => listRuns(tx, { merchantId: shop.merchantId, limit: 10 }), 'read');
    expect(reader.page.path).toBe(`/dashboard/sandbox/runs/${run?.id}`);
    expect(reader.text).toContain('as expected');
    expect(reader.text).toContain('Calendar before');
    expect(reader.text).toContain('Calendar after');
    const body = await byApi(() =>
      shop.get<{ status: string; calendar_after: { due_date: string }[] }>(
        `/v1/sandbox/scenarios/${run?.id}`,
      ),
    );
    expect(body.status).toBe('passed');
    expect(body.calendar_after).toHaveLength(4);
    await reader.get('/dashboard/sandbox');
    expect(reader.text).toContain('all paid');
    expect(reader.page.html).toContain(`/sandbox/inbox/${shop.environmentId}/`);
    await take(reader, 'scenario', { scenario: 'no such story' });
    expect(reader.page.status).toBe(404);
  });
});

test('what is of another shop is nothing', async () => {
  await byApi(() => other.post('/v1/webhook-endpoints', { url: 'http://127.0.0.1:9/', event_types: ['*'] }));
  const foreign = await world.db('webhook_endpoints').where({ merchant_id: other.merchantId }).first();
  await byApi(() => other.post(`/v1/webhook-endpoints/${foreign.id}/test`));
  await world.sequence();
  const event = await world.db('events').where({ stream: other.merchantId }).first();
  const { id: runId } = await byApi(() =>
    other.post<{ id: string }>('/v1/sandbox/scenarios', { name: 'all funders down' }),
  );
  const { note, stop } = recordRequests(world.context);
  const requestId = newId('req');
  note({
    environmentId: other.environmentId,
    merchantId: other.merchantId,
    id: requestId,
    method: 'GET',
    path: '/v1/orders',
    operation: 'listOrders',
    status: 200,
    problem: null,
    kid: null,
    durationMs: 1,
  });
  await stop();
  for (const path of [
    `webhooks/${foreign.id}`,
    `events/${event.id}`,
    `sandbox/runs/${runId}`,
    `requests/${requestId}`,
    'webhooks/whe_1',
    'events/%00',
    'webhooks/%00',
    'requests/x',
    'sandbox/runs/x',
  ]) {
    expect((await reader.get(`/dashboard/${path}`)).status, path).toBe(404);
  }
  await reader.get('/dashboard/webhooks');
  const token = /name="form_token" value="([^"]*)"/.exec(reader.page.html)?.[1] ?? '';
  for (const step of ['test', 'again', 'resend', 'enable', 'change', 'rotate', 'remove']) {
    const values = {
      form_token: token,
      step,
      after: '0',
      event: event.id,
      url: 'http://127.0.0.1:9/',
      types: '*',
    };
    expect((await reader.post(`/dashboard/webhooks/${foreign.id}`, values)).status, step).toBe(404);
  }
  const own = (await endpoints())[0]?.id ?? '';
  const resend = { form_token: token, step: 'resend', event: event.id };
  expect((await reader.post(`/dashboard/webhooks/${own}`, resend)).status).toBe(404);
  expect(await world.db('webhook_endpoints').where({ id: foreign.id }).first()).toEqual(foreign);
});

test('finance and support may neither look nor act, and nobody without the form of a page', async () => {
  const sections = ['keys', 'webhooks', 'events', 'requests', 'sandbox'];
  for (const role of ['finance', 'support'] as const) {
    const { reader: they } = await newMember(pages, ownerOf(shop), role);
    await they.get('/dashboard');
    const token = /name="form_token" value="([^"]*)"/.exec(they.page.html)?.[1] ?? '';
    for (const section of sections) {
      expect(they.page.html).not.toContain(`href="/dashboard/${section}"`);
      expect((await they.get(`/dashboard/${section}`)).status, section).toBe(403);
    }
    for (const section of ['keys', 'webhooks', 'sandbox']) {
      const values = { form_token: token, step: 'days', days: '1', request: newId('req') };
      expect((await they.post(`/dashboard/${section}`, values)).status, section).toBe(403);
    }
    await they.get('/dashboard');
  }
  const { reader: owner } = await newMember(pages, ownerOf(shop), 'owner');
  for (const section of sections) expect((await owner.get(`/dashboard/${section}`)).status).toBe(200);
  const forged = await owner.post('/dashboard/sandbox', { step: 'days', days: '1', request: newId('req') });
  expect(forged.status).toBe(403);
});

test('every page is said in Chinese, too', async () => {
  for (const [section, said] of [
    ['keys', '已登记的密钥'],
    ['webhooks', '添加端点'],
    ['events', '您的事件流'],
    ['requests', '最近 7 天'],
    ['sandbox', '最近的运行'],
  ] as const) {
    await reader.get(`/dashboard/${section}?lang=zh-CN`);
    expect(reader.text).toContain(said);
  }
});
