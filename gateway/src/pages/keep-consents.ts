import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import { consentTexts } from '../shoppers/consent-texts.ts';
import { giveConsents } from '../shoppers/consents.ts';
import type { FormAction } from './answer-form.ts';
import { readConsentValue } from './checkout/consent-value.ts';
import { fields } from './forms.ts';
import { inVisit } from './page-visit.ts';
import type { NoticeCode } from './texts/language.ts';

/** Keeps the consents that the form ticked, all of ours; a notice when one is missing or was not the present text. */
export async function keepConsents(
  { context, visit, req }: FormAction,
  shopperId: Id<'shp'>,
): Promise<NoticeCode | undefined> {
  const given = fields(req, 'consent').map(readConsentValue);
  const needed = consentTexts({ locale: visit.locale });
  if (!needed.every(({ purpose }) => given.some((consent) => consent.purpose === purpose)))
    return 'consents_missing';
  try {
    await inVisit(context, visit, (tx) => giveConsents(tx, { shopperId, locale: visit.locale, given }));
    return undefined;
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'state_conflict') return 'text_changed';
    throw error;
  }
}
