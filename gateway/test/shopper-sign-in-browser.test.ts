import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accountPath } from '../src/pages/account/paths.ts';
import { createOpenIdProvider } from '../src/shoppers/sign-in/openid-provider.ts';
import { findTestPerson } from '../src/shoppers/sandbox-identity.ts';
import { breachesOn } from './support/axe.ts';
import { listenForComplaints, signInAs } from './support/browser-page.ts';
import { type BrowserWorld, openBrowserWorld } from './support/browser-world.ts';
import { findChromium } from './support/chromium.ts';
import { type OpenIdProvider, openOpenIdProvider } from './support/openid-provider.ts';
import type { PagesWorld, Shop } from './support/pages-world.ts';

const chromium = await findChromium();
const phone = { width: 390, height: 844 };
const desk = { width: 1280, height: 900 };

describe.skipIf(!chromium)('signing in, in Chromium', { timeout: 120_000 }, () => {
  let world: PagesWorld;
  let browser: Browser;
  let origin: string;
  let pictures: string;
  let close: BrowserWorld['close'] | undefined;
  let shop: Shop;
  let provider: OpenIdProvider;

  beforeAll(async () => {
    ({ world, browser, origin, pictures, close } = await openBrowserWorld(chromium!));
    shop = await world.openShop();
    provider = await openOpenIdProvider({ clientId: 'morrow', clientSecret: 's' });
  });
  afterAll(async () => {
    await provider.close();
    await close?.();
  });

  const named = () => origin.replace('127.0.0.1', 'localhost');

  /** A device with a fingerprint reader, on which its owner's finger lies. */
  async function addAuthenticator(context: BrowserContext, page: Page): Promise<void> {
    const cdp = await context.newCDPSession(page);
    await cdp.send('WebAuthn.enable');
    await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
  }

  test.each([
    ['a phone', phone, 'light', 'en', 70_001],
    ['a desk', desk, 'dark', 'zh-CN', 70_002],
  ] as const)(
    'a shopper makes a passkey at the end of a checkout and needs no code at the next, on %s',
    async (name, viewport, colorScheme, locale, number) => {
      const context = await browser.newContext({ viewport, colorScheme, locale });
      const complaints = listenForComplaints(context);
      const page = await context.newPage();
      await addAuthenticator(context, page);
      const look = async (what: string): Promise<void> => {
        expect(await breachesOn(page)).toEqual([]);
        await page.screenshot({ path: join(pictures, `sign-in-${what}-${name}.png`), fullPage: true });
      };
      const person = findTestPerson(`good-${number}`)!;
      await page.goto(named() + (await shop.openCheckout()).path);
      await look('phone');
      await signInAs(page, shop, person.phone);
      await page.fill('#name', person.name);
      await page.fill('#national_id', person.nationalId);
      for (const box of await page.locator('input[name="consent"]').all()) await box.check();
      await page.click('form[action$="/about"] button');
      await page.locator('a[href*="plan=pay_in_4"]').first().click();
      await page.locator('input[name="method"]').first().check();
      for (const box of await page.locator('input[type="checkbox"]').all()) await box.check();
      await page.click('form[action$="/confirm"] button');
      await page.waitForSelector('form[data-passkey="create"]');
      await look('offer');
      await page.click('form[data-passkey="create"] button');
      await page.waitForSelector('.notice.good');
      await look('made');

      await context.clearCookies();
      await page.goto(named() + (await shop.openCheckout()).path);
      await page.click('form[data-passkey="get"] button');
      await page.waitForSelector('a[href*="plan=pay_in_4"]');
      await page.goto(`${named()}${accountPath({ id: shop.environmentId })}/signing-in`);
      await page.click('summary');
      await look('passkeys');
      await page.click('form[action$="/remove"] button');
      await page.waitForSelector('.notice.good');
      expect(complaints).toEqual([]);
      await context.close();
    },
  );

  test('a form leads to the outside provider and back under the page’s policy; without script no passkey is shown', async () => {
    world.context.outside = createOpenIdProvider({
      issuer: provider.issuer,
      clientId: 'morrow',
      clientSecret: 's',
      name: 'Acme',
    });
    await world.context.outside.begin({ state: 's', nonce: 'n', verifier: 'v', redirectUri: origin });
    provider.state.user = { sub: 'eve', phone_number: '+447700900777', phone_number_verified: true };
    const context = await browser.newContext({ viewport: phone, locale: 'en', javaScriptEnabled: false });
    const complaints = listenForComplaints(context);
    const page = await context.newPage();
    const account = accountPath({ id: shop.environmentId });
    await page.goto(named() + account);
    expect(await page.locator('form[data-passkey]').isVisible()).toBe(false);
    await page.goto(origin + account);
    await page.screenshot({ path: join(pictures, 'sign-in-outside.png'), fullPage: true });
    await page.click('form[action$="/outside"] button');
    await page.waitForSelector(`form[action$="/sign-out"]`);
    expect(page.url()).toBe(origin + account);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
