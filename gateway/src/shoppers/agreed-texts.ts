import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { type Consent, listConsents } from './consents.ts';
import type { Locale } from './profile.ts';

/**
 * A text that a shopper agreed to: the agreement's own, or a consent by its purpose. `text_hash` is SHA-256, in hex,
 * of the words as they were shown (see `kept-texts.ts`); the language is named where it was chosen with this text.
 */
export type AgreedText = {
  purpose: 'agreement' | (string & {});
  version: string;
  text_hash: string;
  locale?: Locale;
};

/** The consents that carry an agreement with these funders: the newest of each purpose that it needs. */
export async function consentsFor(
  tx: Tx,
  { shopperId, funderIds }: { shopperId: string; funderIds: readonly string[] },
): Promise<AgreedText[]> {
  return textsAmong(await listConsents(tx, shopperId as Id<'shp'>), funderIds);
}

/** The same of what a shopper agreed to, the newest first. */
export function textsAmong(given: readonly Consent[], funderIds: readonly string[]): AgreedText[] {
  const ofFunders = funderIds.map((id) => `funder:${id}`);
  return ['terms', 'score', 'identity', ...ofFunders].flatMap((purpose) => {
    const newest = given.find((consent) => consent.purpose === purpose);
    return newest ? { purpose, version: newest.version, text_hash: newest.textHash } : [];
  });
}
