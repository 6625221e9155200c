import { findTestPerson } from '../../src/shoppers/sandbox-identity.ts';
import type { Reader } from './page-reader.ts';
import type { Shop } from './pages-world.ts';

/** From the phone to the page after the right code. */
export async function signIn(reader: Reader, shop: Shop, path: string, phone: string): Promise<void> {
  await reader.get(path);
  await reader.submit('/phone', { phone });
  await reader.submit('/code', { code: await shop.newestCode() });
}

/** The new shopper `good-<number>`, from the phone to the offers. */
export async function reachOffers(reader: Reader, shop: Shop, path: string, number: number): Promise<void> {
  const person = findTestPerson(`good-${number}`);
  if (!person) throw new Error(`there is no person ${number}`);
  await signIn(reader, shop, path, person.phone);
  await reader.submit('/about', {
    name: person.name,
    national_id: person.nationalId,
    consent: reader.boxes(),
  });
}

/** Agrees to a plan with a test card, from the offers on. */
export async function agreeTo(reader: Reader, path: string, plan: string, method = 'test:ok'): Promise<void> {
  await reader.get(`${path}/agreement?plan=${plan}`);
  await reader.submit('/confirm', { method, consent: reader.boxes() });
}
