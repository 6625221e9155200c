import type { PagesWorld } from '../pages-world.ts';

/** The people of the gallery come from one network address, which may not ask for codes for all of them: as if from others. */
export async function asFromOtherAddresses({ context }: PagesWorld): Promise<void> {
  await context.db('login_challenges').update({ address_hash: Buffer.alloc(32) });
}
