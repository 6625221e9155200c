import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findAppeal, readWords } from '../src/appeals/appeals.ts';
import { listChallengers } from '../src/pay-score/challenger/challengers.ts';
import type { OperatorRole } from '../src/operators/operators.ts';
import { actionsOf, consoleOrigin, fromConsole, newOperator, type SignedIn } from './support/console.ts';
import { appealWords, type Book, bookPhone, fillBook } from './support/console-book.ts';
import { newReader } from './support/page-reader.ts';
import { openPagesWorld, type PagesWorld, type Shop } from './support/pages-world.ts';

let world: PagesWorld;
let shop: Shop;
let book: Book;
let risk: SignedIn;
let at: string;

beforeAll(async () => {
  world = await openPagesWorld();
  shop = await world.openShop();
  book = await fillBook(world, shop);
  risk = await newOperator(world, ['risk'], 'Rita');
  at = `/console/${shop.environmentId}`;
});
afterAll(() => world.close());
beforeEach(() => expect(world.logged).toEqual([]));

describe('who may see what', () => {
  test('nobody sees a page without signing in, not even whether there is one, and comes back to it', async () => {
    const reader = newReader(world.server, fromConsole);
    for (const path of [
      `${at}/decisions`,
      `/console/sbx_${'0'.repeat(32)}`,
      '/console/live/nothing/at/all',
    ]) {
      await reader.get(path);
      if (path.endsWith('all')) expect(reader.page.status).toBe(404);
      else expect(reader.text).toContain('Sign in to the console');
    }
    await reader.get(`${at}/decisions`);
    expect(reader.page.html).toContain(`name="next" value="${at}/decisions"`);
  });

  const sections = ['decisions', 'models', 'what-if', 'appeals', 'alarms', 'operators', 'audit'] as const;
  test.each([
    ['support', ['appeals']],
    ['risk', ['decisions', 'models', 'what-if', 'appeals', 'alarms']],
    ['treasury', []],
    ['admin', ['operators', 'audit']],
  ] as const)('%s opens its own sections only, and the rest is kept', async (role, own) => {
    const { reader, operatorId } = await newOperator(world, [role satisfies OperatorRole]);
    const opened: string[] = [];
    for (const section of sections) {
      await reader.get(`${at}/${section}`);
      expect([200, 403]).toContain(reader.page.status);
      if (reader.page.status === 200) opened.push(section);
      else expect(reader.text).toContain('Not with your roles');
    }
    expect(opened).toEqual(own);
    await reader.get(at);
    for (const section of sections)
      expect(reader.page.html.includes(`href="${at}/${section}"`)).toBe(opened.includes(section));
    const refused = (await actionsOf(world, operatorId)).filter((action) => action === 'page_refused');
    expect(refused).toHaveLength(sections.length - opened.length);
  });

  test('a form of another role is refused', async () => {
    const { reader } = await newOperator(world, ['support']);
    await reader.get(`${at}/appeals/${book.appealId}`);
    expect(reader.page.status).toBe(200);
    expect(reader.text).toContain('Risk answers appeals');
    const token = /name="form_token" value="([^"]*)"/.exec(reader.page.html)?.[1] ?? '';
    await reader.post(`${at}/appeals/${book.appealId}`, {
      form_token: token,
      outcome: 'granted',
      note: 'Please',
    });
    expect(reader.page.status).toBe(403);
    const appeal = await shop.inTx((tx) => findAppeal(tx, { appealId: book.appealId }));
    expect(appeal.status).toBe('open');
  });

  test.each([
    ['no token', { form_token: '' }, {}],
    ['a forged token', { form_token: 'A'.repeat(43) }, {}],
    ['another origin', {}, { Origin: 'https://evil.example' }],
    ['another site', {}, { 'Sec-Fetch-Site': 'cross-site' }],
  ])('a form with %s does nothing', async (_, values, headers) => {
    const sent: Record<string, string> = {};
    const { reader } = await newOperator(world, ['risk'], 'Rob');
    const forger = newReader(world.server, Object.assign(sent, fromConsole));
    forger.cookies.push(...reader.cookies);
    await forger.get(`${at}/models`);
    Object.assign(sent, headers);
    await forger.submit('/retire', values);
    expect(forger.page.status).toBe(403);
    expect((await shop.inTx(listChallengers)).map(({ retiredAt }) => retiredAt)).toEqual([null]);
  });

  test('a token of one session is worth nothing in another one of the same browser', async () => {
    const one = await newOperator(world, ['risk']);
    await one.reader.get(`${at}/models`);
    const token = /name="form_token" value="([^"]*)"/.exec(one.reader.page.html)?.[1] ?? '';
    const two = await newOperator(world, ['risk']);
    const browser = one.reader.cookies.find(({ name }) => name === '__Host-browser')!;
    const session = two.reader.cookies.find(({ name }) => name === '__Host-operator')!;
    const mixed = newReader(world.server, fromConsole);
    mixed.cookies.push(browser, session);
    await mixed.get(`${at}/models`);
    expect(mixed.page.status).toBe(200);
    await mixed.post(`${at}/models/${book.hash}/retire`, { form_token: token });
    expect(mixed.page.status).toBe(403);
  });

  test('there is no page of an environment that does not exist', async () => {
    await risk.reader.get(`/console/sbx_${'0'.repeat(32)}/decisions`);
    expect(risk.reader.page.status).toBe(404);
    await risk.reader.get('/console/evil');
    expect(risk.reader.page.status).toBe(404);
  });

  test('an environment shows nothing of another one', async () => {
    const { reader } = risk;
    await reader.get(`/console/live/decisions/${book.declined.id}`);
    expect(reader.page.status).toBe(404);
    await reader.get(`/console/live/decisions?find=${book.declined.shopperId}`);
    expect(reader.text).toContain('There are no decisions here');
    await reader.get(`/console/live/models/${book.hash}`);
    expect(reader.page.status).toBe(404);
    await reader.get(`/console/live/appeals/${book.appealId}`);
    expect(reader.page.status).toBe(404);
  });
});

describe('the headers', () => {
  test('allow a script where a passkey is asked for, and nowhere else', async () => {
    const { reader } = risk;
    await reader.get(`${at}/you`);
    expect(reader.page.headers).toMatchObject({
      'content-security-policy': expect.stringMatching(
        /script-src 'nonce-[A-Za-z0-9+/]{22}==';connect-src 'none'$/,
      ),
      'cross-origin-opener-policy': 'same-origin',
      'cache-control': 'no-store',
      'x-frame-options': 'DENY',
    });
    const [, nonce] = /nonce="([^"]*)"/.exec(reader.page.html) ?? [];
    expect(reader.page.headers['content-security-policy']).toContain(`'nonce-${nonce}'`);
    for (const section of [
      '',
      '/decisions',
      '/models',
      `/models/${book.hash}`,
      '/what-if?cut=640',
      '/alarms',
    ]) {
      await reader.get(at + section);
      expect(reader.page.headers['content-security-policy']).not.toContain('script-src');
      expect(reader.page.html).not.toMatch(/<script|<style|\sstyle=|\son\w+=/i);
    }
  });

  test('lead a gateway on a number to the name by which passkeys are made', async () => {
    const reader = newReader(world.server, { Host: '127.0.0.1:4000' });
    await reader.get('/console/sign-in?next=/console/live/you');
    expect(reader.page.status).toBe(303);
    expect(reader.page.headers.location).toBe(`${consoleOrigin}/console/sign-in?next=/console/live/you`);
  });
});

describe('decisions', () => {
  test('are counted by day, listed, and filtered by outcome', async () => {
    const { reader } = risk;
    await reader.get(`${at}/decisions`);
    expect(reader.page.html).toContain('<svg class="calendar"');
    expect(reader.text).toMatch(/score_too_low 1/);
    await reader.get(`${at}/decisions?outcome=declined`);
    expect(reader.page.html.match(new RegExp(`href="${at}/decisions/asm_`, 'g'))).toHaveLength(1);
  });

  test('are found by their own id and by their shopper’s, of which the second is kept', async () => {
    const { reader, operatorId } = risk;
    await reader.get(`${at}/decisions?find=${book.declined.id}`);
    expect(reader.page.path).toBe(`${at}/decisions/${book.declined.id}`);
    await reader.get(`${at}/decisions?find=${book.declined.shopperId}`);
    expect(reader.text).toContain(`Decisions about ${book.declined.shopperId}`);
    const rows = await world.context
      .db('operator_audit')
      .where({ operator_id: operatorId, environment_id: shop.environmentId })
      .select('action', 'object_id');
    expect(rows).toContainEqual({ action: 'decision_viewed', object_id: book.declined.id });
    expect(rows).toContainEqual({ action: 'shopper_searched', object_id: book.declined.shopperId });
    await reader.get(`${at}/decisions?find=nobody`);
    expect(reader.text).toContain('There is nothing with this id');
  });

  test('are shown with all that they were made of, and nothing personal', async () => {
    const { reader } = risk;
    await reader.get(`${at}/decisions/${book.approved.id}`);
    for (const said of [
      book.approved.model,
      book.approved.modelHash ?? 'no hash',
      book.approved.policyVersion,
      'Without pairs',
      'utilisation_1',
    ])
      expect(reader.text).toContain(said);
    for (const { points } of book.approved.reasons)
      expect(reader.text).toContain(points < 0 ? `−${-points}` : String(points));
    await reader.get(`${at}/decisions/${book.declined.id}`);
    expect(reader.page.html).not.toContain(bookPhone.slice(3));
    await reader.get(`${at}/decisions/asm_${'0'.repeat(32)}`);
    expect(reader.page.status).toBe(404);
  });
});

describe('models', () => {
  test('are compared in tables, thin files named as left out', async () => {
    const { reader } = risk;
    await reader.get(`${at}/models`);
    await reader.get(`${at}/models/${book.hash}`);
    expect(reader.text).toContain('Deciding model and Without pairs');
    // Four thin files among the draws, one of the checkout and one of its appeal.
    expect(reader.text).toContain('Thin file, not compared: 6.');
    expect(reader.text).toContain('21 decisions scored by both');
    expect(reader.text).toContain('Too few outcomes are known');
    await reader.get(`${at}/models/${'0'.repeat(64)}`);
    expect(reader.page.status).toBe(404);
  });

  test('are retired by their form, which is kept', async () => {
    const other = await world.openShop();
    const { hash } = await fillBook(world, other);
    const { reader, operatorId } = risk;
    await reader.get(`/console/${other.environmentId}/models`);
    await reader.submit(`/${hash}/retire`);
    expect(reader.text).toContain('The challenger is retired');
    expect((await other.inTx(listChallengers))[0]?.retiredAt).not.toBeNull();
    expect((await actionsOf(world, operatorId)).at(-1)).toBe('challenger_retired');
  });
});

describe('what if', () => {
  test('answers in words, by month and as curves', async () => {
    const { reader } = risk;
    await reader.get(`${at}/what-if?cut=850`);
    expect(reader.text).toContain('With a cut of 850');
    // Everybody who was approved would be declined: the draws and the first decision of the checkout's shopper.
    expect(reader.text).toMatch(
      /Newly declined 24 decisions over CN¥2,400\.00|Newly declined 24 decisions over ¥2,400\.00/,
    );
    await reader.get(`${at}/what-if?cut=300`);
    expect(reader.text).toMatch(/Newly approved 1 decision over ¥400\.00/);
    expect(reader.text).toContain('Estimated by the model for 1 of them');
    expect(reader.page.html).toContain('class="curve"');
  });

  test.each([
    ['cut=900', 'Cut'],
    ['cut=abc', 'Cut'],
    ['cut=640&limits=x', 'Limits in percent of what they were'],
    ['cut=640&rates=700:', 'Prices in percent a year'],
    ['since=yesterday', 'Decisions since'],
    ['since=2026-02-30', 'Decisions since'],
  ])('says what is wrong with %s', async (query, field) => {
    const { reader } = risk;
    await reader.get(`${at}/what-if?${query}`);
    expect(reader.page.status).toBe(200);
    expect(reader.text).toContain(`${field}: this is not written as asked.`);
  });

  test('takes script and long texts as text', async () => {
    const { reader } = risk;
    await reader.get(`${at}/what-if?cut=${encodeURIComponent('"><script>alert(1)</script>')}`);
    expect(reader.page.html).not.toContain('<script');
    await reader.get(`${at}/decisions?find=${'x'.repeat(5000)}`);
    expect(reader.page.status).toBe(200);
  });
});

describe('appeals', () => {
  test('are read with the shopper’s own words, which is kept, and answered with a note', async () => {
    const other = await world.openShop();
    const { appealId } = await fillBook(world, other);
    const { reader, operatorId } = risk;
    const path = `/console/${other.environmentId}/appeals`;
    await reader.get(path);
    expect(reader.page.html).toContain(`href="${path}/${appealId}"`);
    await reader.get(`${path}/${appealId}`);
    expect(reader.text).toContain(appealWords);
    expect(reader.page.html).not.toContain('<b>is</b>');
    await reader.submit(`/${appealId}`, { outcome: 'granted', note: '  ' });
    expect(reader.text).toContain('Write why');
    await reader.submit(`/${appealId}`, { outcome: 'granted', note: 'Looked at your receipts.', days: '7' });
    expect(reader.text).toContain('The appeal is answered');
    const [appeal, { answer }] = await other.inTx(async (tx) => [
      await findAppeal(tx, { appealId }),
      await readWords(tx, appealId),
    ]);
    expect(appeal).toMatchObject({ status: 'granted', decidedBy: operatorId });
    expect(answer).toBe('Looked at your receipts.');
    expect((await actionsOf(world, operatorId)).slice(-3)).toEqual([
      'appeal_viewed',
      'appeal_decided',
      'appeal_viewed',
    ]);
  });
});

describe('alarms and rules', () => {
  test('are acknowledged once, and rules are tried on past decisions', async () => {
    const { reader, operatorId } = risk;
    await reader.get(`${at}/alarms`);
    expect(reader.text).toContain('declines');
    await reader.submit('/acknowledge');
    expect(reader.text).toContain('The alarm is acknowledged');
    expect(reader.page.html).not.toContain('/acknowledge"');
    await reader.get(`${at}/alarms/rules/1`);
    expect(reader.text).toContain('device_purchases');
    await reader.get(`${at}/alarms/rules/1?since=2026-01-01`);
    expect(reader.text).toContain('1 decision looked at');
    expect(reader.text).toContain('No decision would change');
    expect((await actionsOf(world, operatorId)).slice(-2)).toEqual(['alarm_acknowledged', 'rules_tried']);
    await reader.get(`${at}/alarms/rules/1?since=soon`);
    expect(reader.text).toContain('this is not written as asked');
    for (const version of ['9', '0', 'x']) {
      await reader.get(`${at}/alarms/rules/${version}`);
      expect(reader.page.status).toBe(404);
    }
  });
});

describe('the audit log', () => {
  test('is read by administration, by object and by environment', async () => {
    const { reader } = await newOperator(world, ['admin']);
    await reader.get(`${at}/audit?about=${book.declined.id}`);
    expect(reader.text).toContain('looked at a decision');
    expect(reader.text).not.toContain('signed in ');
    await reader.get(`/console/live/audit?about=${book.declined.id}`);
    expect(reader.text).toContain('There are no entries');
    await reader.get('/console/live/audit');
    expect(reader.text).toContain('signed in');
    expect(reader.text).toContain('command line, for Ada');
    await reader.get(`${at}/operators`);
    expect(reader.text).toContain('Rita');
  });
});

test('the start chooses an environment, by its name or its id', async () => {
  const { reader } = risk;
  await reader.get('/console');
  expect(reader.page.path).toBe('/console/live');
  expect(reader.text).toContain('Sandbox of Tea House');
  await reader.get(`/console?environment=${shop.environmentId}`);
  expect(reader.page.path).toBe(at);
  expect(reader.text).toContain('Sandbox: no real money');
});

test('every page is said in Chinese, too', async () => {
  const { reader } = await newOperator(world, ['support', 'risk', 'admin'], 'Ada', {
    'Accept-Language': 'zh-CN',
  });
  for (const [path, title] of [
    ['', '首页'],
    ['/decisions', '授信决定'],
    ['/models', '模型'],
    ['/what-if', '假设推演'],
    ['/appeals', '申诉'],
    ['/alarms', '警报与规则'],
    ['/operators', '操作员'],
    ['/audit', '审计日志'],
    ['/you', '我'],
  ] as const) {
    await reader.get(at + path);
    expect(reader.page.html).toContain(`<h1>${title}</h1>`);
    expect(reader.page.html).toContain('<html lang="zh-CN">');
  }
});
