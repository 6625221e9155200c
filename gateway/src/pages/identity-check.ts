import { dateIn } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import {
  identityProviderFor,
  saveIdentity,
  type VerifiedIdentity,
  verifyIdentity,
} from '../shoppers/identity.ts';
import { markIdentified } from '../shoppers/sessions.ts';
import { startStepUp, stepUp } from '../shoppers/step-up.ts';
import type { FormAction } from './answer-form.ts';
import { cookieNames, setCookie } from './cookies.ts';
import { field } from './forms.ts';
import { inVisit, type SignedIn } from './page-visit.ts';
import type { HostedIdentity } from '../processor/identity-port.ts';
import { hostedIdentityFor, leaveForCheck } from './hosted-identity.ts';
import { identityNotices } from './identity-notices.ts';
import type { NoticeCode } from './texts/language.ts';

/** Asks the provider about the name and number of the form, between two transactions. */
async function checkIdentity({
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

/** What to say of an identity that was not proved, or the page from which the shopper leaves to prove it elsewhere. */
export type Unproved = { notice: NoticeCode } | { leave: string };

/**
 * Raises the browser's session to level three for 15 minutes when the form's person is the shopper; the cookie gets the
 * session's new token. Where identities are checked on a provider's pages, the shopper goes there and comes back to
 * `address`. Undefined when all went well.
 */
export async function proveIdentity(
  action: FormAction,
  shopper: SignedIn,
  address: string,
): Promise<Unproved | undefined> {
  const { context, visit, res } = action;
  const { id: shopperId, sessionId } = shopper;
  try {
    // A failed try has to be counted, so this commits by itself whatever follows.
    await inVisit(context, visit, (tx) => startStepUp(tx, sessionId));
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'rate_limited') return { notice: 'step_up_limit' };
    throw error;
  }
  const hosted = hostedIdentityFor(context, visit.environment);
  if (hosted) return leave(action, hosted, { shopper, address });
  const checked = await checkIdentity(action);
  if ('notice' in checked) return checked;
  const raised = await inVisit(context, visit, (tx) =>
    stepUp(tx, { sessionId, shopperId, identity: checked.identity }),
  );
  if (raised.outcome === 'refused') return { notice: identityNotices[raised.code] };
  setCookie(res, cookieNames.shopper, raised.token);
  return undefined;
}

/**
 * Verifies a shopper for the first time by the form, which raises nothing but lets them add a passkey; where a provider
 * checks on its own pages, the shopper goes there. Undefined when all went well.
 */
export async function identify(
  action: FormAction,
  shopper: SignedIn,
  address: string,
): Promise<Unproved | undefined> {
  const { context, visit } = action;
  if (hostedIdentityFor(context, visit.environment)) return proveIdentity(action, shopper, address);
  const checked = await checkIdentity(action);
  if ('notice' in checked) return checked;
  const saved = await inVisit(context, visit, async (tx) => {
    const outcome = await saveIdentity(tx, { shopperId: shopper.id, identity: checked.identity });
    if (outcome.outcome === 'saved') await markIdentified(tx, shopper.sessionId);
    return outcome;
  });
  return saved.outcome === 'refused' ? { notice: identityNotices[saved.code] } : undefined;
}

async function leave(
  action: FormAction,
  hosted: HostedIdentity,
  input: { shopper: SignedIn; address: string },
): Promise<Unproved> {
  try {
    return { leave: await leaveForCheck(action, hosted, input) };
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'unavailable') throw error;
    const reason = error.cause instanceof Error ? error.cause.message : undefined;
    action.context.log.warn({ reason }, 'an identity check could not begin');
    return { notice: 'identity_away' };
  }
}
