import type { Id } from '../../lib/ids.ts';
import { saveIdentity } from '../../shoppers/identity.ts';
import type { Result } from '../answer-form.ts';
import { checkIdentity, identityNotices, typedIdentity } from '../identity-check.ts';
import { keepConsents } from '../keep-consents.ts';
import { say } from '../memory.ts';
import { inVisit } from '../page-visit.ts';
import type { NoticeCode } from '../texts/language.ts';
import type { Action } from './action.ts';

/** Keeps the consents and verifies the identity, in this order: the check itself is one of the things agreed to. */
export async function tellAbout(action: Action): Promise<Result> {
  const { visit } = action;
  const shopperId = visit.shopper?.id;
  if (shopperId === undefined) return {};
  const typed = typedIdentity(action);
  const refused =
    (visit.aboutMissing.consents ? await keepConsents(action, shopperId) : undefined) ??
    (visit.aboutMissing.identity ? await keepIdentity(action, shopperId) : undefined);
  return refused ? { memory: say(visit, refused, { typed }) } : {};
}

async function keepIdentity(action: Action, shopperId: Id<'shp'>): Promise<NoticeCode | undefined> {
  const checked = await checkIdentity(action);
  if ('notice' in checked) return checked.notice;
  const saved = await inVisit(action.context, action.visit, (tx) =>
    saveIdentity(tx, { shopperId, identity: checked.identity }),
  );
  return saved.outcome === 'refused' ? identityNotices[saved.code] : undefined;
}
