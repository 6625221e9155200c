import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { fundersOf, type PlanSnapshot } from '../plans/snapshot.ts';
import { type ConsentText, consentTexts } from '../shoppers/consent-texts.ts';
import { missingConsents } from '../shoppers/consents.ts';
import type { Locale } from '../shoppers/profile.ts';

export type NamedFunder = { id: string; name: string };

/** Of those who would carry a plan, the ones that the shopper has not agreed to yet: each is asked about on its own. */
export async function unagreedFunders(
  tx: Tx,
  shopperId: Id<'shp'>,
  draft: PlanSnapshot,
): Promise<NamedFunder[]> {
  const funders = fundersOf(draft);
  const missing = await missingConsents(tx, shopperId, ...funders.map(({ id }) => id));
  return funders.filter(({ id }) => missing.some((purpose) => purpose === `funder:${id}`));
}

/** The text by which a shopper agrees to one funder. */
export function funderText(locale: Locale, { id, name }: NamedFunder): ConsentText[] {
  const purpose = `funder:${id}`;
  const texts = consentTexts({ locale, funder: { id: id as Id<'fnd'>, name } });
  return texts.filter((text) => text.purpose === purpose);
}

/** The names of all who carry a plan, the lead first. */
export function funderNames(locale: Locale, snapshot: Pick<PlanSnapshot, 'funder' | 'co_funders'>): string {
  return namesOf(locale, fundersOf(snapshot));
}

/** Several names as a list in a sentence. */
export function namesOf(locale: Locale, funders: readonly { name: string }[]): string {
  const names = funders.map(({ name }) => name);
  return new Intl.ListFormat(locale, { type: 'conjunction' }).format(names);
}
