import { dateIn } from '../../lib/dates.ts';
import { GatewayError } from '../../lib/errors.ts';
import type { Id } from '../../lib/ids.ts';
import { giveConsents } from '../../shoppers/consents.ts';
import { consentTexts } from '../../shoppers/consent-texts.ts';
import {
  type IdentityRefusal,
  identityProviderFor,
  saveIdentity,
  verifyIdentity,
} from '../../shoppers/identity.ts';
import type { Result } from '../answer-form.ts';
import { field, fields } from '../forms.ts';
import { say } from '../memory.ts';
import { inVisit } from '../page-visit.ts';
import type { NoticeCode } from '../texts/language.ts';
import type { Action } from './action.ts';
import { readConsentValue } from './consent-value.ts';

const noticeOf: Record<IdentityRefusal, NoticeCode> = {
  not_matched: 'identity_not_matched',
  not_a_test_person: 'identity_not_a_test_person',
  minor: 'identity_minor',
  identity_in_use: 'identity_in_use',
  identity_differs: 'identity_differs',
};

/** Keeps the consents and verifies the identity, in this order: the check itself is one of the things agreed to. */
export async function tellAbout(action: Action): Promise<Result> {
  const { visit, req } = action;
  const shopperId = visit.shopper?.id;
  if (shopperId === undefined) return {};
  const typed = {
    name: field(req, 'name').slice(0, 100),
    national_id: field(req, 'national_id').slice(0, 24),
  };
  const refused =
    (visit.aboutMissing.consents ? await keepConsents(action, shopperId) : undefined) ??
    (visit.aboutMissing.identity ? await keepIdentity(action, shopperId) : undefined);
  return refused ? { memory: say(visit, refused, { typed }) } : {};
}

async function keepConsents(
  { context, visit, req }: Action,
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

/** The provider is asked between two transactions. */
async function keepIdentity(
  { context, visit, req }: Action,
  shopperId: Id<'shp'>,
): Promise<NoticeCode | undefined> {
  const today = await inVisit(context, visit, async (tx) => dateIn(tx.environment.timeZone, tx.now));
  try {
    const checked = await verifyIdentity(identityProviderFor(visit.environment), {
      name: field(req, 'name'),
      nationalId: field(req, 'national_id'),
      today,
    });
    if (checked.outcome === 'refused') return noticeOf[checked.code];
    const saved = await inVisit(context, visit, (tx) =>
      saveIdentity(tx, { shopperId, identity: checked.identity }),
    );
    return saved.outcome === 'refused' ? noticeOf[saved.code] : undefined;
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'validation_failed') throw error;
    return error.details.errors?.[0]?.pointer === '/name' ? 'name_invalid' : 'national_id_invalid';
  }
}
