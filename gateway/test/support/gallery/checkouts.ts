import type { SessionLine } from '../../../src/checkout/sessions.ts';
import { newReader, type Reader } from '../page-reader.ts';
import type { PagesWorld } from '../pages-world.ts';
import { agreeTo, reachOffers, signIn } from '../pages-walk.ts';
import { findTestPerson } from '../../../src/shoppers/sandbox-identity.ts';
import { asFromOtherAddresses } from './other-addresses.ts';
import type { GalleryPage } from './pages.ts';
import type { Story } from './story.ts';

const number = 5_100;
const english = { 'Accept-Language': 'en' };
const shelf = [{ name: 'Oak shelf', quantity: 1, unit_amount: 64_000, amount: 64_000 }];
const large = [{ name: 'Oak table', quantity: 1, unit_amount: 9_900_000, amount: 9_900_000 }];

/** The checkout at each step of its way, each with a shopper of its own. */
export async function stepsOfCheckout(world: PagesWorld, { shop, shopper }: Story): Promise<GalleryPage[]> {
  const pages: GalleryPage[] = [];
  await asFromOtherAddresses(world);
  const reach = async (
    name: string,
    go: (reader: Reader, path: string) => Promise<unknown>,
    query = '',
    lines?: SessionLine[],
  ) => {
    const reader = newReader(world.server, english);
    const { path, sessionId } = await shop.openCheckout({
      reference: `order-${name}`,
      ...(lines && { lines }),
    });
    await go(reader, path);
    pages.push({ name: `checkout-${name}`, group: 'checkout', path: path + query, reader });
    return sessionId;
  };
  const { phone } = findTestPerson(`good-${number}`)!;
  await reach('phone', (reader, path) => reader.get(path));
  await reach('code', async (reader, path) => {
    await reader.get(path);
    await reader.submit('/phone', { phone });
  });
  await reach('about', (reader, path) =>
    signIn(reader, shop, path, findTestPerson(`good-${number + 1}`)!.phone),
  );
  await reach('offers', (reader, path) => reachOffers(reader, shop, path, number + 2));
  await reach(
    'agreement',
    (reader, path) => reachOffers(reader, shop, path, number + 3),
    '/agreement?plan=pay_in_4',
  );
  await reach(
    'monthly',
    (reader, path) => reachOffers(reader, shop, path, number + 4),
    '/agreement?plan=monthly_6',
    shelf,
  );
  await reach('done', async (reader, path) => {
    await reachOffers(reader, shop, path, number + 5);
    await agreeTo(reader, path, 'pay_in_4');
  });
  await reach('canceled', async (reader, path) => {
    await reachOffers(reader, shop, path, number + 7);
    await reader.submit('/leave');
  });
  const expired = await reach('expired', (reader, path) => reader.get(path));
  const { db } = world.context;
  await db('checkout_sessions')
    .where({ id: expired })
    .update({ expires_at: db.raw('created_at') });
  const { path: known } = await shop.openCheckout();
  pages.push({ name: 'checkout-known', group: 'checkout', path: known, reader: shopper });
  const { path: declined } = await shop.openCheckout({ lines: large });
  const reader = newReader(world.server, english);
  await reachOffers(reader, shop, declined, number + 6);
  pages.push({ name: 'checkout-declined', group: 'checkout', path: declined, reader });
  pages.push({ name: 'checkout-unknown', group: 'checkout', path: `/c/${'x'.repeat(22)}`, status: 404 });
  return pages;
}
