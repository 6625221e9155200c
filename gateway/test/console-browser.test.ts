import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { writePolicy } from '../src/pages/console/policy/fields.ts';
import { termsPolicy } from '../src/pay-score/policy.ts';
import { breachesOn } from './support/axe.ts';
import { listenForComplaints } from './support/browser-page.ts';
import { type BrowserWorld, openBrowserWorld } from './support/browser-world.ts';
import { findChromium } from './support/chromium.ts';
import { actionsOf, invite } from './support/console.ts';
import { type Book, fillBook } from './support/console-book.ts';
import type { PagesWorld, Shop } from './support/pages-world.ts';

test('the script that asks for passkeys has less than 3 kB', () => {
  const script = readFileSync(new URL('../src/pages/assets/passkey.js', import.meta.url));
  expect(script.length).toBeLessThan(3000);
});

const chromium = await findChromium();
const phone = { width: 390, height: 844 };
const desk = { width: 1280, height: 900 };

describe.skipIf(!chromium)('the console in Chromium', { timeout: 180_000 }, () => {
  let world: PagesWorld;
  let browser: Browser;
  let origin: string;
  let pictures: string;
  let close: BrowserWorld['close'] | undefined;
  let shop: Shop;
  let book: Book;

  beforeAll(async () => {
    ({ world, browser, origin, pictures, close } = await openBrowserWorld(chromium!));
    shop = await world.openShop();
    book = await fillBook(world, shop);
  });
  afterAll(() => close?.());
  beforeEach(() => world.context.db('operator_sign_ins').delete());

  /** A device with a fingerprint reader, on which its owner's finger lies. */
  async function addAuthenticator(context: BrowserContext, page: Page): Promise<[CDPSession, string]> {
    const cdp = await context.newCDPSession(page);
    await cdp.send('WebAuthn.enable');
    const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    return [cdp, authenticatorId];
  }

  async function comeIn(page: Page, path: string): Promise<void> {
    // The link as it is printed for an address: it leads to the name for which passkeys are made.
    await page.goto(origin + path);
    expect(new URL(page.url()).hostname).toBe('localhost');
    await page.click('form[data-passkey="create"] button');
    await page.waitForURL(/sign-in/);
    await page.click('form[data-passkey="get"] button');
    await page.waitForURL(/\/console\/live$/);
  }

  test.each([
    ['a phone', phone, 'light', 'en'],
    ['a desk', desk, 'dark', 'zh-CN'],
    ['a phone', phone, 'dark', 'zh-CN'],
    ['a desk', desk, 'light', 'en'],
  ] as const)(
    'an operator registers, signs in and opens every section, on %s (%j, %s, %s)',
    async (_, viewport, colorScheme, locale) => {
      const { path, operatorId } = await invite(world, ['support', 'risk', 'admin']);
      const context = await browser.newContext({ bypassCSP: true, viewport, colorScheme, locale });
      const complaints = listenForComplaints(context);
      const page = await context.newPage();
      await addAuthenticator(context, page);
      const look = async (name: string) => {
        await page.evaluate('for (const item of document.querySelectorAll("details")) item.open = true');
        expect(await breachesOn(page), name).toEqual([]);
        const width = await page.evaluate<number>('document.documentElement.scrollWidth');
        expect(width, name).toBeLessThanOrEqual(viewport.width);
        await page.screenshot({
          path: join(pictures, `console-${viewport.width}-${locale}-${name}.png`),
          fullPage: true,
        });
      };
      await page.goto(origin + path);
      await look('1-invitation');
      await comeIn(page, path);
      await look('2-start');
      const at = new URL(`/console/${shop.environmentId}`, page.url()).href;
      for (const [index, section] of [
        '/decisions',
        `/decisions?find=${book.declined.shopperId}`,
        `/decisions/${book.approved.id}`,
        '/shoppers',
        `/shoppers/${book.declined.shopperId}`,
        '/merchants',
        `/merchants/${shop.merchant.id}`,
        '/policy',
        `/policy/preview?${new URLSearchParams({ ...writePolicy(termsPolicy), lowestScore: '600', highestRatePpm: '20' }).toString()}`,
        '/policy/preview?lowestScore=none',
        '/jobs',
        '/models',
        `/models/${book.hash}`,
        '/what-if?cut=640&rates=640:7.2,0:18',
        '/what-if?cut=none',
        '/appeals',
        `/appeals/${book.appealId}`,
        '/alarms',
        '/alarms/rules/1?since=2026-01-01',
        '/operators',
        '/audit',
        '/you',
      ].entries()) {
        await page.goto(at + section);
        await look(`${index + 3}-${section.split(/[/?]/)[1]}`);
      }
      // A second passkey: the first authenticator has one for this operator and is left out by the browser.
      await page.click(`form[action$="/sign-out"] button`);
      await page.waitForURL(/sign-in/);
      await look('30-signed-out');
      await page.goto(origin + path);
      await look('31-over');
      expect(complaints.filter((text) => !text.startsWith('410 ') && !text.includes('410 (Gone)'))).toEqual(
        [],
      );
      expect((await actionsOf(world, operatorId)).slice(0, 3)).toEqual([
        'operator_invited',
        'passkey_added',
        'signed_in',
      ]);
      await context.close();
    },
  );

  test('the policy of the pages lets the passkey’s script run, also where the browser knows no JSON', async () => {
    const { path } = await invite(world);
    const context = await browser.newContext({ viewport: phone, locale: 'en' });
    await context.addInitScript(`
      delete PublicKeyCredential.parseCreationOptionsFromJSON;
      delete PublicKeyCredential.parseRequestOptionsFromJSON;
      delete PublicKeyCredential.prototype.toJSON;
    `);
    const complaints = listenForComplaints(context);
    const page = await context.newPage();
    await addAuthenticator(context, page);
    await comeIn(page, path);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('who is not verified, or has no passkey, reads what to do and sends nothing', async () => {
    const { path, operatorId } = await invite(world);
    const context = await browser.newContext({ bypassCSP: true, viewport: phone, locale: 'en' });
    const page = await context.newPage();
    context.setDefaultTimeout(30_000);
    const [cdp, authenticatorId] = await addAuthenticator(context, page);
    await comeIn(page, path);
    await page.click('form[action$="/sign-out"] button');
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    await page.click('form[data-passkey="get"] button');
    await page.waitForSelector('#passkey-failed:not([hidden])');
    expect(await breachesOn(page)).toEqual([]);
    await cdp.send('WebAuthn.clearCredentials', { authenticatorId });
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
    expect((await actionsOf(world, operatorId)).filter((action) => action.includes('refused'))).toEqual([]);
    await context.close();
  });

  test('who has switched script off reads why there is no way in', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, viewport: phone, locale: 'en' });
    const page = await context.newPage();
    await page.goto(`${origin}/console`);
    expect(await page.locator('noscript').textContent()).toContain('Passkeys need script');
    await context.close();
  });
});
