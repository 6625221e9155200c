import { type Funder, listFunders } from '../../credit/funders.ts';
import type { Id } from '../../lib/ids.ts';
import type { Tx } from '../../lib/tx.ts';
import { consentTexts } from '../../shoppers/consent-texts.ts';
import { giveConsents } from '../../shoppers/consents.ts';
import { identityProviderFor, saveIdentity, verifyIdentity } from '../../shoppers/identity.ts';
import { findOrCreateShopper } from '../../shoppers/profile.ts';
import type { TestPerson } from '../../shoppers/sandbox-identity.ts';

/**
 * Makes a sandbox's test person a shopper whose identity is verified and who has agreed to everything, or finds them.
 * The sandbox's provider answers from memory, so nothing outside is called here.
 */
export async function makeKnownShopper(tx: Tx, person: TestPerson, today: string): Promise<Id<'shp'>> {
  const { shopperId } = await findOrCreateShopper(tx, { phone: person.phone, locale: 'en' });
  const verified = await verifyIdentity(identityProviderFor(tx.environment), { ...person, today });
  if (verified.outcome !== 'verified') throw new Error(`test person ${person.name} was refused`);
  await saveIdentity(tx, { shopperId, identity: verified.identity });
  for (const funder of await listFunders(tx)) await agreeToAll(tx, shopperId, funder);
  return shopperId;
}

async function agreeToAll(tx: Tx, shopperId: Id<'shp'>, funder: Funder): Promise<void> {
  const given = consentTexts({ locale: 'en', funder });
  await giveConsents(tx, { shopperId, locale: 'en', funder, given });
}
