import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, Page } from 'playwright-core';
import type { Shop } from './pages-world.ts';

/** Lets a server listen on any free loopback port, and names it. */
export async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', () => resolve()));
  return (server.address() as AddressInfo).port;
}

/** What the browser refuses or cannot load, above all by the content's policy. */
export function listenForComplaints(context: BrowserContext): string[] {
  context.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  context.on('console', (message) => void complaints.push(message.text()));
  context.on('response', (answer) => {
    if (answer.status() >= 400) complaints.push(`${answer.status()} ${answer.url()}`);
  });
  return complaints;
}

/** Signs in on the page that asks for a phone, with the code from the sandbox's inbox. */
export async function signInAs(page: Page, shop: Shop, mobile: string): Promise<void> {
  await page.fill('#phone', mobile);
  await page.click('form[action$="/phone"] button');
  await page.fill('#code', await shop.newestCode());
  await page.click('form[action$="/code"] button');
}
