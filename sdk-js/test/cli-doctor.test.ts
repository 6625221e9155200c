import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Outcome } from '../src/cli/doctor/check.ts';
import { totalOf } from '../src/cli/doctor/checks/total.ts';
import { findingLines } from '../src/cli/doctor/command.ts';
import { formsOf, textOf } from '../src/cli/doctor/html.ts';
import type { Patient } from '../src/cli/doctor/patient.ts';
import { demoProfile, readProfile } from '../src/cli/doctor/profile.ts';
import { checks } from '../src/cli/doctor/run.ts';
import type { Caught, Tap } from '../src/cli/doctor/tap.ts';
import { Visitor, VisitError } from '../src/cli/doctor/visitor.ts';
import { newWebhookSecret, signWebhook, type WebhookMessage } from '../src/cli/sign-webhook.ts';
import { verifyWebhook, type WebhookEvent, WebhookVerificationError } from '../src/server.ts';
import { listen } from './support/http.ts';

const { signal } = new AbortController();
const folder = mkdtempSync(join(tmpdir(), 'morrow-profile-'));

afterAll(() => rmSync(folder, { recursive: true }));

/** Runs one check on a patient of whom only this is known. */
function run(id: string, patient: Partial<Patient>): Promise<Outcome> {
  const check = checks.find((each) => each.id === id);
  if (!check) throw new Error(`there is no check ${id}`);
  return check.run({ signal, seen: [], secrets: new Map(), note: () => undefined, ...patient } as Patient);
}

async function atSite<Result>(
  handle: RequestListener,
  work: (origin: string) => Promise<Result>,
): Promise<Result> {
  const site = await listen(handle);
  try {
    return await work(`http://127.0.0.1:${site.port}`);
  } finally {
    await site.close();
  }
}

describe('page.csp', () => {
  const gateway = 'http://127.0.0.1:4000';
  const script = `<script src="${gateway}/sdk/v1/morrow.js"></script><form method="post" action="/checkout"></form>`;
  const good = `default-src 'self'; script-src 'self' ${gateway}/sdk/v1/; connect-src ${gateway}; form-action 'self' ${gateway}; frame-ancestors 'none'`;

  test.each([
    ['a policy that lets Morrow work', good, undefined],
    [
      'a strict policy with nonces',
      `script-src 'nonce-a' 'unsafe-inline'; frame-ancestors 'none'`,
      undefined,
    ],
    ['no policy', undefined, 'has no Content-Security-Policy'],
    [
      'inline scripts',
      good.replace("script-src 'self'", "script-src 'unsafe-inline'"),
      'takes inline scripts',
    ],
    ['scripts from anywhere', good.replace("script-src 'self'", 'script-src *'), 'from anywhere'],
    ['pages in foreign frames', good.replace("; frame-ancestors 'none'", ''), 'framed by anybody'],
    [
      "a policy against Morrow's script",
      good.replace(`${gateway}/sdk/v1/`, ''),
      "Morrow's script, which its own",
    ],
    [
      'a policy against its requests',
      good.replace(`connect-src ${gateway}`, "connect-src 'self'"),
      'whose requests',
    ],
    [
      'a policy against the way to Morrow',
      good.replace(`'self' ${gateway};`, "'self';"),
      'form-action forbids',
    ],
  ])('%s', async (_, policy, fault) => {
    const page: RequestListener = (_req, res) =>
      void res.writeHead(200, policy === undefined ? {} : { 'content-security-policy': policy }).end(script);
    const { status, detail } = await atSite(page, (origin) =>
      run('page.csp', {
        origin,
        profile: { ...demoProfile, pages: ['/'] },
        connection: { baseUrl: gateway } as Patient['connection'],
      }),
    );
    expect([status, detail]).toEqual(
      fault === undefined ? ['pass', undefined] : ['fail', expect.stringContaining(fault) as string],
    );
  });
});

describe('page.secrets', () => {
  const secrets = new Map([['ct_abc', 'a checkout_token']]);

  test.each([
    ['a checkout token', 'data-token="ct_abc"'],
    ['a webhook secret', newWebhookSecret()],
    ['a private key', '-----BEGIN PRIVATE KEY-----'],
    ['a private JWK', '{"kty":"OKP","crv":"Ed25519","x":"a","d":"b"}'],
  ])('finds %s in what a browser got', async (_, text) => {
    const seen = [
      { what: 'the answer to GET /a', text: 'fine' },
      { what: 'the answer to GET /b', text },
    ];
    expect(await run('page.secrets', { seen, secrets })).toEqual({
      status: 'fail',
      detail: expect.stringMatching(/ is in the answer to GET \/b\.$/) as string,
    });
    expect(await run('page.secrets', { seen: seen.slice(0, 1), secrets })).toEqual({ status: 'pass' });
  });
});

describe('webhooks that are to be refused, and those that are not', () => {
  const secret = newWebhookSecret();
  const event = {
    id: 'evt_1',
    type: 'order.captured',
    sequence: 1,
    object_id: 'ord_1',
    object_version: 1,
    data: {},
  };
  const body = JSON.stringify(event);
  const caught: Caught = {
    ...signWebhook({ id: event.id, body, sentAt: new Date() }, secret),
    event: event as unknown as WebhookEvent,
  };

  /** A tap before a shop that answers so. */
  const patientOf = (answer: (message: WebhookMessage) => number): Partial<Patient> => ({
    webhookSecret: secret,
    bought: { session: { id: 'cs_1' } } as Patient['bought'],
    tap: { first: async () => caught, deliver: async (message) => answer(message) } as Partial<Tap> as Tap,
  });

  const careful = ({ headers, body: payload }: WebhookMessage): number => {
    try {
      verifyWebhook({ payload, headers, secret });
      return 204;
    } catch (error) {
      return error instanceof WebhookVerificationError ? 400 : 500;
    }
  };
  /** Holds the whole header against the one signature that it expects. */
  const literal = (message: WebhookMessage): number =>
    message.headers['webhook-signature']?.includes(' ') ? 400 : careful(message);

  test.each([
    ['that verifies', careful, []],
    ['that believes everything', () => 204, ['webhook.forged', 'webhook.altered', 'webhook.stale']],
    ['that breaks', () => 500, ['webhook.forged', 'webhook.altered', 'webhook.stale', 'webhook.rotation']],
    [
      'that is not there',
      () => 0,
      ['webhook.forged', 'webhook.altered', 'webhook.stale', 'webhook.rotation'],
    ],
    ['that knows one signature only', literal, ['webhook.rotation']],
    [
      'that looks at nothing but the time',
      ({ headers }: WebhookMessage) =>
        Math.abs(Date.now() / 1000 - Number(headers['webhook-timestamp'])) > 300 ? 400 : 204,
      ['webhook.forged', 'webhook.altered'],
    ],
  ])('a shop %s', async (_, answer, failing) => {
    const ids = ['webhook.forged', 'webhook.altered', 'webhook.stale', 'webhook.rotation'];
    const outcomes = await Promise.all(ids.map((id) => run(id, patientOf(answer))));
    expect(ids.filter((_id, index) => outcomes[index]?.status === 'fail')).toEqual(failing);
  });
});

test('without its secret, a webhook is old when its five minutes are over', async () => {
  const secret = newWebhookSecret();
  const sentAt = new Date(Date.now() - 311_000);
  const body = '{"id":"evt_1"}';
  const old = {
    ...signWebhook({ id: 'evt_1', body, sentAt }, secret),
    event: { id: 'evt_1' } as WebhookEvent,
  };
  const delivered: WebhookMessage[] = [];
  const deliver = async (message: WebhookMessage): Promise<number> => delivered.push(message) && 400;
  const patient = {
    bought: { session: { id: 'cs_1' } } as Patient['bought'],
    tap: { first: async () => old, deliver } as Partial<Tap> as Tap,
  };
  expect(await run('webhook.stale', patient)).toMatchObject({ status: 'skip' });
  expect(await run('webhook.stale', { ...patient, patient: true })).toEqual({ status: 'pass' });
  expect(delivered).toEqual([old]);
});

describe('a visitor', () => {
  test('keeps cookies, but comes by a link from elsewhere without those that are Strict', async () => {
    const shop: RequestListener = (req, res) =>
      void res
        .setHeader('set-cookie', ['strict=1; SameSite=Strict', 'lax=2; SameSite=Lax', 'gone=3; Max-Age=0'])
        .end(req.headers.cookie ?? 'none');
    await atSite(shop, async (origin) => {
      const visitor = new Visitor(origin, [], signal);
      expect((await visitor.open('/')).html).toBe('none');
      expect((await visitor.open('/')).html).toBe('strict=1; lax=2');
      expect((await visitor.open('/', 'elsewhere')).html).toBe('lax=2');
    });
  });

  test('follows the shop, stays before other sites, and gives up what leads nowhere', async () => {
    const shop: RequestListener = (req, res) => {
      const to = { '/in': '/end', '/out': 'https://elsewhere.example/', '/round': '/round' }[req.url ?? ''];
      res.writeHead(to === undefined ? 200 : 303, to === undefined ? {} : { location: to }).end();
    };
    await atSite(shop, async (origin) => {
      const visitor = new Visitor(origin, [], signal);
      expect((await visitor.open('/in')).url.pathname).toBe('/end');
      expect((await visitor.open('/out')).location?.href).toBe('https://elsewhere.example/');
      await expect(visitor.open('/round')).rejects.toThrow(VisitError);
    });
  });

  test('fills in forms as a browser does', () => {
    const html = `<form method="get" action="/find"></form>
      <FORM METHOD=post action='/a?b=1&amp;c=2'><input type="hidden" name="t" value="&lt;1&gt;">
      <input type=radio name="r" value="x"><input type=radio name="r" value="y" checked>
      <input type="checkbox" name="c" checked><input name="free"><button name="b" value="1">Go</button></FORM>`;
    expect(formsOf(html)).toEqual([
      {
        action: '/a?b=1&c=2',
        fields: [
          ['t', '<1>'],
          ['r', 'y'],
          ['c', 'on'],
          ['free', ''],
        ],
      },
    ]);
    expect(textOf('<p>A &amp; <b>B</b></p><script>no</script>')).toBe('A &\nB');
  });
});

describe('a total', () => {
  test.each([
    ['¥1,639.00', 'CNY', 163_900],
    ['1.639,00 €', 'EUR', 163_900],
    ['¥1,639', 'CNY', 163_900],
    ['¥329', 'JPY', 329],
    ['KD 1.500', 'KWD', 1_500],
    ['free', 'CNY', undefined],
  ])('%s in %s', (text, currency, amount) => {
    expect(totalOf(`<b>Total</b> <i>${text}</i>`, '<i>([^<]+)', currency)).toBe(amount);
  });
});

describe('a profile', () => {
  const read = (text: string) => {
    const file = join(folder, 'profile.json');
    writeFileSync(file, text);
    return readProfile(file);
  };

  test('takes the rest from the demo shop, but neither a window nor a page for staff', () => {
    const { popup: _popup, staff_page: _staff, ...rest } = demoProfile;
    expect(readProfile(undefined)).toEqual(demoProfile);
    expect(read('{ "order_page": "/o/{reference}" }')).toEqual({ ...rest, order_page: '/o/{reference}' });
  });

  test.each([
    ['no JSON', '{', 'is not a JSON object'],
    ['a list', '[]', 'is not a JSON object'],
    ['an unknown member', '{ "carts": [] }', 'nobody knows carts'],
    ['no step', '{ "cart": [] }', 'cart is not a list'],
    ['a step without a form', '{ "more": [{ "page": "/" }] }', 'more is not a list'],
    ['a page that is no path', '{ "order_page": "orders" }', 'order_page is not a path'],
    ['no regular expression', '{ "total": "(" }', 'total is not a regular expression'],
    ['half a window', '{ "popup": { "page": "/cart" } }', 'popup is not'],
  ])('with %s is refused', (_, text, why) => {
    expect(() => read(text)).toThrow(why);
  });
});

test('a finding is a line, and what is wrong has its fix under it', () => {
  const about = { id: 'pay.click', title: 'A click pays', fix: 'Mend it.' };
  expect(findingLines({ ...about, status: 'pass' })).toBe('✓ pass  pay.click               A click pays\n');
  expect(findingLines({ ...about, status: 'fail', detail: 'It\u001b[2J did not.' })).toBe(
    '✗ FAIL  pay.click               A click pays\n        Seen: It\u{fffd}[2J did not.\n        Fix:  Mend it.\n',
  );
});
