import { openAgreement } from '../../../src/agreements/open.ts';
import { findTestPerson } from '../../../src/shoppers/sandbox-identity.ts';
import { newReader, type Reader } from '../page-reader.ts';
import { signIn } from '../pages-walk.ts';
import type { PagesWorld } from '../pages-world.ts';
import { asFromOtherAddresses } from './other-addresses.ts';
import type { GalleryPage } from './pages.ts';
import type { Story } from './story.ts';

const number = 5_201;
const english = { 'Accept-Language': 'en' };

type Step = (reader: Reader, path: string, person: NonNullable<ReturnType<typeof findTestPerson>>) => unknown;

/** The page of a standing agreement at each step of its way, each with a shopper of its own. */
export async function stepsOfAgreement(world: PagesWorld, { shop }: Story): Promise<GalleryPage[]> {
  const pages: GalleryPage[] = [];
  await asFromOtherAddresses(world);
  const reach = async (name: string, ...steps: Step[]): Promise<void> => {
    const reader = newReader(world.server, english);
    const person = findTestPerson(`good-${number + pages.length}`)!;
    const { secret } = await shop.inTx((tx) =>
      openAgreement(tx, {
        merchantId: shop.merchant.id,
        merchantReference: `bicycles-${name}`,
        description: 'Bicycles by the hour',
        currency: 'CNY',
        orderCeiling: 20_000n,
        dayCeiling: 40_000n,
        monthCeiling: 60_000n,
        chargeAfterDays: 14,
        returnUrl: 'http://localhost:4100/agreed',
      }),
    );
    const path = `/a/${secret}`;
    for (const step of [(by: Reader) => by.get(path), ...steps]) await step(reader, path, person);
    pages.push({ name: `agreement-${name}`, group: 'checkout', path, reader });
  };
  const comeIn: Step = (reader, path, { phone }) => signIn(reader, shop, path, phone);
  const prove: Step = (reader, _, { name, nationalId }) =>
    reader.submit('/identity', { name, national_id: nationalId, consent: reader.boxes() });
  const agree: Step = (reader) => {
    const named = [...reader.page.html.matchAll(/type="checkbox"[^>]*? name="(\w+)" value="([^"]*)"/g)];
    const values = (name: string) => named.filter(([, is]) => is === name).map(([, , value = '']) => value);
    const boxes = { permission: values('permission'), consent: values('consent') };
    return reader.submit('/agree', { method: 'test:ok', ...boxes });
  };
  await reach('phone');
  await reach('code', (reader, _, { phone }) => reader.submit('/phone', { phone }));
  await reach('about', comeIn);
  await reach('terms', comeIn, prove);
  await reach('done', comeIn, prove, agree);
  return pages;
}
