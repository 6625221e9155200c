import { findTestPerson, type TestPerson } from '../../src/shoppers/sandbox-identity.ts';
import { advanceTo, buy } from './account-walk.ts';
import { newReader, type Reader } from './page-reader.ts';
import type { PagesWorld, Shop } from './pages-world.ts';

export function personOf(number: number): TestPerson {
  const person = findTestPerson(`good-${number}`);
  if (!person) throw new Error(`there is no person ${number}`);
  return person;
}

/** The date on which the established shopper of these pages may vouch. */
export const establishedOn = '2026-05-16';

/** The test person buys in two months and pays on time, through the hosted pages; then their limit is ¥10,000. */
export async function establish(world: PagesWorld, shop: Shop, number: number): Promise<Reader> {
  const reader = newReader(world.server, { 'Accept-Language': 'en' });
  await buy(world, reader, shop, { number });
  await advanceTo(world, shop, '2026-04-01');
  await buy(world, reader, shop, { number });
  await advanceTo(world, shop, establishedOn);
  await world.context
    .db('credit_lines')
    .where({ environment_id: shop.environmentId })
    .update({ limit_amount: 1_000_000n });
  return reader;
}
