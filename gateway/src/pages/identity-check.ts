import { dateIn } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import {
  type IdentityRefusal,
  identityProviderFor,
  type VerifiedIdentity,
  verifyIdentity,
} from '../shoppers/identity.ts';
import { startStepUp, stepUp } from '../shoppers/step-up.ts';
import type { FormAction } from './answer-form.ts';
import { cookieNames, setCookie } from './cookies.ts';
import { field } from './forms.ts';
import { inVisit, type SignedIn } from './page-visit.ts';
import type { NoticeCode } from './texts/language.ts';

/** What a refused identity means to somebody who filled in the form. */
export const identityNotices: Record<IdentityRefusal, NoticeCode> = {
  not_matched: 'identity_not_matched',
  not_a_test_person: 'identity_not_a_test_person',
  minor: 'identity_minor',
  identity_in_use: 'identity_in_use',
  identity_differs: 'identity_differs',
};

/** Asks the provider about the name and number of the form, between two transactions. */
export async function checkIdentity({
  context,
  visit,
  req,
}: FormAction): Promise<{ identity: VerifiedIdentity } | { notice: NoticeCode }> {
  const today = await inVisit(context, visit, async (tx) => dateIn(tx.environment.timeZone, tx.now));
  try {
    const checked = await verifyIdentity(identityProviderFor(visit.environment), {
      name: field(req, 'name'),
      nationalId: field(req, 'national_id'),
      today,
    });
    return checked.outcome === 'refused' ? { notice: identityNotices[checked.code] } : checked;
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'validation_failed') throw error;
    const isName = error.details.errors?.[0]?.pointer === '/name';
    return { notice: isName ? 'name_invalid' : 'national_id_invalid' };
  }
}

/** What was typed into the form, to be shown again when it is refused. */
export function typedIdentity({ req }: Pick<FormAction, 'req'>): Record<string, string> {
  return { name: field(req, 'name').slice(0, 100), national_id: field(req, 'national_id').slice(0, 24) };
}

/**
 * Raises the browser's session to level three for 15 minutes when the form's person is the shopper; the cookie gets the
 * session's new token. Undefined when all went well, otherwise what to say.
 */
export async function proveIdentity(
  action: FormAction,
  { id: shopperId, sessionId }: SignedIn,
): Promise<NoticeCode | undefined> {
  const { context, visit, res } = action;
  try {
    // A failed try has to be counted, so this commits by itself whatever follows.
    await inVisit(context, visit, (tx) => startStepUp(tx, sessionId));
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'rate_limited') return 'step_up_limit';
    throw error;
  }
  const checked = await checkIdentity(action);
  if ('notice' in checked) return checked.notice;
  const raised = await inVisit(context, visit, (tx) =>
    stepUp(tx, { sessionId, shopperId, identity: checked.identity }),
  );
  if (raised.outcome === 'refused') return identityNotices[raised.code];
  setCookie(res, cookieNames.shopper, raised.token);
  return undefined;
}
