import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findChromium } from '../../gateway/test/support/chromium.ts';
import { KEY, refusal } from './support/browser-gateway.ts';
import { type BrowserWorld, openBrowserWorld, type Shop } from './support/browser-world.ts';

const chromium = await findChromium();
const payLater = 'Pay later with Morrow';

describe.skipIf(!chromium)('the elements on a page of the shop', { timeout: 60_000 }, () => {
  let world: BrowserWorld;
  const shops: Shop[] = [];

  beforeAll(async () => {
    world = await openBrowserWorld(chromium!);
  });
  afterEach(async () => {
    await Promise.all(shops.splice(0).map(({ context }) => context.close()));
  });
  afterAll(() => world?.close());

  /** Each test begins with a gateway that repeats what it was asked. */
  const openShop = async (body: string, options = {}): Promise<Shop> => {
    world.gateway.asked.length = 0;
    world.gateway.eligibility = () => ({ body: { eligible: true, reason: null } });
    world.gateway.message = (query) => ({
      body: { text: `${query.get('amount')} ${query.get('currency')} ${query.get('locale')}` },
    });
    const shop = await world.openShop({ body, ...options });
    shops.push(shop);
    return shop;
  };

  const shown = (page: Page, selector = 'morrow-message') =>
    page.evaluate<string>(`document.querySelector('${selector}').shadowRoot.textContent`);

  const set = (page: Page, name: string, value: string | null, selector = 'morrow-message') =>
    page.evaluate(
      `document.querySelector('${selector}').${value === null ? `removeAttribute('${name}')` : `setAttribute('${name}', ${JSON.stringify(value)})`}`,
    );

  const asked = (path: string) => world.gateway.asked.filter(({ pathname }) => pathname === path);

  test('a message says what the gateway says about its amount', async () => {
    const { page, complaints } = await openShop(
      '<morrow-message amount="10000" currency="CNY"></morrow-message>',
    );
    await expect.poll(() => shown(page)).toBe('10000 CNY en');
    expect(complaints).toEqual([]);
  });

  test('a message follows its attributes', async () => {
    const { page } = await openShop('<morrow-message amount="10000" currency="CNY"></morrow-message>');
    await set(page, 'amount', '20000');
    await expect.poll(() => shown(page)).toBe('20000 CNY en');
    await set(page, 'currency', 'EUR');
    await expect.poll(() => shown(page)).toBe('20000 EUR en');
    await set(page, 'lang', 'zh-CN');
    await expect.poll(() => shown(page)).toBe('20000 EUR zh-CN');
    await set(page, 'amount', null);
    await expect.poll(() => shown(page)).toBe('');
  });

  test('an element follows the language of the page around it', async () => {
    const { page } = await openShop(
      `<section><morrow-message amount="10000" currency="CNY"></morrow-message></section>
       <morrow-button amount="10000" currency="CNY"></morrow-button>`,
    );
    await expect.poll(() => shown(page, 'morrow-button')).toBe(payLater);
    await page.evaluate(`document.documentElement.lang = 'zh-CN'`);
    await expect.poll(() => shown(page)).toBe('10000 CNY zh-CN');
    await expect.poll(() => shown(page, 'morrow-button')).toBe('用 Morrow 先买后付');
    await page.evaluate(`document.querySelector('section').lang = 'en-GB'`);
    await expect.poll(() => shown(page)).toBe('10000 CNY en-GB');
    await page.evaluate(
      `document.querySelector('section').removeAttribute('lang'), document.documentElement.removeAttribute('lang')`,
    );
    // Nothing around it says a language, so it is the browser's.
    await expect.poll(() => shown(page)).toBe('10000 CNY en');
  });

  test('an element takes the language of the page also inside a component of the shop', async () => {
    const { page } = await openShop('<div id="card"></div>', { lang: 'zh-CN' });
    await page.evaluate(`(() => {
      const root = card.attachShadow({ mode: 'open' });
      root.append(Object.assign(document.createElement('morrow-message'), { id: 'inner' }));
      root.firstChild.setAttribute('amount', '10000');
      root.firstChild.setAttribute('currency', 'CNY');
    })()`);
    await expect
      .poll(() => page.evaluate(`card.shadowRoot.firstChild.shadowRoot.textContent`))
      .toBe('10000 CNY zh-CN');
  });

  test('a message shows the last answer that it asked for, not the last that came', async () => {
    const { page } = await openShop('<morrow-message></morrow-message>');
    let answerFirst = () => {};
    const until = new Promise<void>((resolve) => (answerFirst = resolve));
    world.gateway.message = (query) =>
      query.get('amount') === '1'
        ? { body: { text: 'old' }, until }
        : { body: { text: `new ${query.get('amount')}` } };
    await set(page, 'currency', 'CNY');
    await set(page, 'amount', '1');
    await expect.poll(() => asked('/v1/messages').length).toBe(1);
    const answered = page.waitForResponse((response) => response.url().includes('amount=1&'));
    await set(page, 'amount', '2');
    await expect.poll(() => shown(page)).toBe('new 2');
    answerFirst();
    await (await answered).finished();
    await page.evaluate('new Promise((done) => setTimeout(done, 50))');
    expect(await shown(page)).toBe('new 2');
  });

  test('many changes at once and many equal elements ask once', async () => {
    const element = '<morrow-message amount="10000" currency="CNY"></morrow-message>';
    const { page } = await openShop(element.repeat(10));
    await expect.poll(() => shown(page)).toBe('10000 CNY en');
    expect(asked('/v1/messages')).toHaveLength(1);
    await page.evaluate(`for (const amount of ['1', '2', '3']) {
      for (const message of document.querySelectorAll('morrow-message')) message.setAttribute('amount', amount);
    }`);
    await expect.poll(() => shown(page)).toBe('3 CNY en');
    expect(asked('/v1/messages')).toHaveLength(2);
  });

  test.each([
    '',
    'amount="10000"',
    'currency="CNY"',
    'amount="" currency=""',
    'amount="0" currency="CNY"',
    'amount="-5" currency="CNY"',
    'amount="10.50" currency="CNY"',
    'amount="1e4" currency="CNY"',
    'amount="9999999999999999" currency="CNY"',
    'amount="100" currency="yuan"',
  ])('an element with %j shows nothing, asks nothing and complains about nothing', async (attributes) => {
    const { page, complaints } = await openShop(
      `<morrow-message ${attributes}></morrow-message><morrow-button ${attributes}></morrow-button><i></i>`,
    );
    await page.evaluate('new Promise((done) => setTimeout(done, 50))');
    expect(await shown(page)).toBe('');
    expect(await shown(page, 'morrow-button')).toBe('');
    const box = await page.locator('morrow-message').boundingBox();
    expect(box === null || box.width === 0).toBe(true);
    expect(world.gateway.asked).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test.each([
    ['is refused', () => refusal(422, 'amount_invalid')],
    ['fails', () => refusal(503, 'unavailable')],
    ['is no JSON object', () => ({ body: null })],
  ])('a message whose question %s shows nothing, not even the old', async (_, message) => {
    const { page, complaints } = await openShop(
      '<morrow-message amount="1" currency="CNY"></morrow-message>',
    );
    await expect.poll(() => shown(page)).toBe('1 CNY en');
    world.gateway.message = message;
    await set(page, 'amount', '2');
    await expect.poll(() => shown(page)).toBe('');
    // The browser itself reports an HTTP status that is an error; nothing else is reported.
    expect(complaints.filter((text) => !text.includes('Failed to load resource'))).toEqual([]);
  });

  test('an element that comes back to the page asks again', async () => {
    const { page } = await openShop('<morrow-message amount="1" currency="CNY"></morrow-message>');
    await expect.poll(() => shown(page)).toBe('1 CNY en');
    world.gateway.message = () => ({ body: { text: 'changed' } });
    await page.evaluate(`(() => {
      const message = document.querySelector('morrow-message');
      message.remove();
      document.documentElement.lang = 'zh-CN';
      document.body.append(message);
    })()`);
    await expect.poll(() => shown(page)).toBe('changed');
    expect(asked('/v1/messages').map(({ searchParams }) => searchParams.get('locale'))).toEqual([
      'en',
      'zh-CN',
    ]);
  });

  test('script in what the gateway or the shop says stays text', async () => {
    const script = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>';
    const { page, complaints } = await openShop(
      '<morrow-message></morrow-message><morrow-button lang="&lt;script&gt;" amount="1" currency="CNY"></morrow-button>',
    );
    world.gateway.message = () => ({ body: { text: script } });
    await set(page, 'lang', '"><script>window.hit=1</script>');
    await set(page, 'currency', 'CNY');
    await set(page, 'amount', '1');
    await expect.poll(() => shown(page)).toBe(script);
    expect(
      await page.evaluate(
        `document.querySelector('morrow-message').shadowRoot.querySelectorAll('img, script').length`,
      ),
    ).toBe(0);
    expect(asked('/v1/messages').at(-1)?.searchParams.get('locale')).toBe('"><script>window.hit=1</script>');
    expect(await page.evaluate('window.hit')).toBeUndefined();
    expect(complaints).toEqual([]);
  });

  test('a message is read out in its own language, and is empty where there is no offer', async () => {
    const { page } = await openShop('<morrow-message amount="1" currency="CNY"></morrow-message>', {
      lang: 'zh-Hans-CN',
    });
    await expect.poll(() => shown(page)).toBe('1 CNY zh-Hans-CN');
    const text = page.locator('morrow-message span');
    expect(await text.getAttribute('lang')).toBe('zh-CN');
    // There are no texts in French, so the gateway answers in English.
    await set(page, 'lang', 'fr');
    await expect.poll(() => text.getAttribute('lang')).toBe('en');
    world.gateway.message = () => ({ body: { text: '', plan_code: null, parts: [] } });
    await set(page, 'amount', '2');
    await expect.poll(() => text.count()).toBe(0);
  });

  const form = (inside: string) => `<form method="post" action="/start">${inside}</form>`;
  const button = '<morrow-button amount="10000" currency="CNY"></morrow-button>';

  test('a button submits its form, so that the server redirects', async () => {
    const { page } = await openShop(form(`<input type="hidden" name="csrf" value="c">${button}`));
    const [request] = await Promise.all([
      page.waitForRequest((sent) => sent.url() === `${world.shopOrigin}/start`),
      page.getByRole('button', { name: payLater }).click(),
    ]);
    expect([request.method(), request.postData()]).toEqual(['POST', 'csrf=c']);
  });

  test('a button tells of its start inside the click, and leaves the rest to who prevents it', async () => {
    const { page } = await openShop(form(button));
    await page.evaluate(`(() => {
      told = [];
      document.body.addEventListener('morrow-start', (event) => {
        event.preventDefault();
        told.push([event.detail, navigator.userActivation.isActive, event.target.localName]);
      });
    })()`);
    await page.getByRole('button', { name: payLater }).press('Enter');
    expect(await page.evaluate('told')).toEqual([
      [{ amount: 10000, currency: 'CNY' }, true, 'morrow-button'],
    ]);
    await set(page, 'amount', '20000', 'morrow-button');
    await page.getByRole('button', { name: payLater }).click();
    expect(await page.evaluate('told.length')).toBe(2);
    expect(await page.evaluate('told[1][0].amount')).toBe(20000);
    expect(page.url()).not.toContain('/start');
  });

  test('a button without a form only tells', async () => {
    const { page, complaints } = await openShop(button);
    await page.getByRole('button', { name: payLater }).click();
    expect(page.url()).not.toContain('/start');
    expect(complaints).toEqual([]);
  });

  test('a button keeps the focus while its amount and its language change', async () => {
    const { page } = await openShop(button);
    await page.getByRole('button', { name: payLater }).focus();
    await set(page, 'lang', 'zh-CN', 'morrow-button');
    await set(page, 'amount', '20000', 'morrow-button');
    await expect.poll(() => shown(page, 'morrow-button')).toBe('用 Morrow 先买后付');
    expect(await page.evaluate(`document.activeElement.localName`)).toBe('morrow-button');
    expect(await page.evaluate(`document.activeElement.shadowRoot.activeElement?.localName`)).toBe('button');
  });

  test('a button takes the words of the shop', async () => {
    const { page } = await openShop(button.replace('></', '>Buy now, pay later</'));
    await expect.poll(() => page.getByRole('button', { name: 'Buy now, pay later' }).count()).toBe(1);
  });

  test('a disabled button starts nothing', async () => {
    const { page } = await openShop(form(`<fieldset disabled>${button}</fieldset>`));
    const inner = page.locator('morrow-button button');
    await expect.poll(() => inner.count()).toBe(1);
    expect(await inner.isDisabled()).toBe(true);
    await page.evaluate(`document.querySelector('fieldset').disabled = false`);
    expect(await inner.isDisabled()).toBe(false);
    await set(page, 'disabled', '', 'morrow-button');
    expect(await inner.isDisabled()).toBe(true);
  });

  test('a button disappears where there is no offer, and stays when nobody can say', async () => {
    const { page } = await openShop(button);
    await expect.poll(() => shown(page, 'morrow-button')).toBe(payLater);
    world.gateway.eligibility = (query) => ({
      body: { eligible: query.get('amount') === '500', reason: null },
    });
    await set(page, 'amount', '20000', 'morrow-button');
    await expect.poll(() => page.locator('morrow-button button').count()).toBe(0);
    await set(page, 'amount', '500', 'morrow-button');
    await expect.poll(() => page.locator('morrow-button button').count()).toBe(1);
    await set(page, 'amount', '20000', 'morrow-button');
    await expect.poll(() => page.locator('morrow-button button').count()).toBe(0);
    world.gateway.eligibility = () => refusal(503, 'unavailable');
    await set(page, 'amount', '30000', 'morrow-button');
    await expect.poll(() => page.locator('morrow-button button').count()).toBe(1);
  });

  test('axe finds nothing, and the elements are styled without any style that a policy could refuse', async () => {
    const { page, complaints } = await openShop(
      `<main><h1>Tea</h1><p><morrow-message amount="10000" currency="CNY"></morrow-message></p>${button}</main>`,
    );
    await expect.poll(() => shown(page, 'morrow-button')).toBe(payLater);
    const height = (await page.locator('morrow-button button').boundingBox())?.height ?? 0;
    expect(height).toBeGreaterThanOrEqual(44);
    expect(complaints).toEqual([]);
    const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
    await page.evaluate(readFileSync(axe, 'utf8'));
    const found = await page.evaluate<{ id: string }[]>(
      `axe.run('main').then(({ violations }) => violations.map(({ id, nodes }) => ({ id, html: nodes[0].html })))`,
    );
    expect(found).toEqual([]);
  });

  test('elements that stand there before they are defined are filled; defining twice changes nothing', async () => {
    const { page } = await openShop('<morrow-message data-late amount="7" currency="CNY"></morrow-message>');
    await page.evaluate('Morrow.defineElements(browser), Morrow.defineElements(browser)');
    await expect.poll(() => shown(page)).toBe('7 CNY en');
  });

  test('the language that the browser entry was given counts before the page', async () => {
    const { page } = await openShop('<morrow-message data-late amount="7" currency="CNY"></morrow-message>');
    await page.evaluate(
      `Morrow.defineElements(Morrow.createBrowser({ gatewayOrigin: '${world.gateway.origin}', publishableKey: '${KEY}', locale: 'zh-CN' }))`,
    );
    await expect.poll(() => shown(page)).toBe('7 CNY zh-CN');
    await set(page, 'lang', 'en');
    await expect.poll(() => shown(page)).toBe('7 CNY en');
  });
});
