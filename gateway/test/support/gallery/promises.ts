import { findTestPerson } from '../../../src/shoppers/sandbox-identity.ts';
import { runAttempts } from '../account-walk.ts';
import { newReader, type Reader } from '../page-reader.ts';
import { signIn } from '../pages-walk.ts';
import type { PagesWorld } from '../pages-world.ts';
import { asFromOtherAddresses } from './other-addresses.ts';
import { type GalleryPage, hrefOn } from './pages.ts';
import { establish } from '../vouching.ts';
import type { Story } from './story.ts';

const number = 5_301;
const english = { 'Accept-Language': 'en' };

const personOf = (number: number) => findTestPerson(`good-${number}`)!;

async function prove(reader: Reader, form: string, number: number): Promise<void> {
  const { name, nationalId } = personOf(number);
  await reader.submit(form, { name, national_id: nationalId, consent: reader.boxes() });
}

/** Cash on its way and cash that is paid back, and a friend who vouches for another, as both see it. */
export async function promises(world: PagesWorld, story: Story): Promise<GalleryPage[]> {
  await asFromOtherAddresses(world);
  return [...(await cash(world, story)), ...(await friends(world))];
}

async function cash(world: PagesWorld, { shop }: Story): Promise<GalleryPage[]> {
  const account = `/account/${shop.environmentId}`;
  const reach = async (at: number): Promise<Reader> => {
    const reader = newReader(world.server, english);
    await signIn(reader, shop, `${account}/draws`, personOf(at).phone);
    await reader.get(`${account}/draws?amount=1200`);
    const way = /<a href="([^"]*)" aria-label="[^"]*6 months"/.exec(reader.page.html)?.[1] ?? '';
    await reader.get(way.replaceAll('&amp;', '&'));
    await prove(reader, '/draws/identity', at);
    return reader;
  };
  const borrow = async (reader: Reader): Promise<string> => {
    const named = [...reader.page.html.matchAll(/type="checkbox"[^>]*? name="(\w+)" value="([^"]*)"/g)];
    const values = (name: string) => named.filter(([, is]) => is === name).map(([, , value = '']) => value);
    const boxes = { declaration: values('declaration'), consent: values('consent') };
    await reader.submit('/draws/agree', { method: 'test:ok', ...boxes });
    return reader.page.path;
  };
  const page = (name: string, path: string, reader: Reader): GalleryPage => ({
    name: `account-${name}`,
    group: 'account',
    path,
    reader,
  });
  const reading = await reach(number);
  const agreed = await reach(number + 1);
  const draw = await borrow(agreed);
  await runAttempts(world);
  await agreed.get(account);
  return [
    page('draw-agreement', reading.page.path, reading),
    page('draw', draw, agreed),
    page('plan-draw', hrefOn(agreed, /\/plans\/pln_/), agreed),
  ];
}

/** In a sandbox of their own, in which nobody was ever late. */
async function friends(world: PagesWorld): Promise<GalleryPage[]> {
  const shop = await world.openShop({ name: 'Book Barn' });
  const guarantor = await establish(world, shop, number + 4);
  const account = `/account/${shop.environmentId}`;
  const friend = newReader(world.server, english);
  const { phone } = personOf(number + 2);
  const offered = `${account}/guarantees/offer?sum=500&months=6`;
  await guarantor.get(offered);
  await prove(guarantor, '/guarantees/identity', number + 4);
  const offer = async (to: string): Promise<string> => {
    await guarantor.get(offered);
    const method = /name="method" value="(pm_[^"]*)"/.exec(guarantor.page.html)?.[1] ?? '';
    await guarantor.submit('/guarantees/offer', { phone: to, method, declaration: guarantor.boxes() });
    return guarantor.page.path;
  };
  const accepted = await offer(phone);
  const pending = await offer(personOf(number + 3).phone);
  await signIn(friend, shop, account, phone);
  await friend.get(`${accepted}/accept`);
  await prove(friend, '/guarantees/identity', number + 2);
  await friend.submit('/accept', { declaration: friend.boxes() });
  const asked = newReader(world.server, english);
  await signIn(asked, shop, `${pending}/accept`, personOf(number + 3).phone);
  await prove(asked, '/guarantees/identity', number + 3);
  const page = (name: string, path: string, reader: Reader): GalleryPage => ({
    name: `account-guarantee-${name}`,
    group: 'account',
    path,
    reader,
  });
  return [
    page('offer', offered, guarantor),
    page('given', accepted, guarantor),
    page('received', accepted, friend),
    page('accept', `${pending}/accept`, asked),
  ];
}
