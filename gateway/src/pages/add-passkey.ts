import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import { passkeyOptions } from '../passkeys/ceremonies.ts';
import { addShopperPasskey } from '../shoppers/sign-in/passkeys.ts';
import type { FormAction } from './answer-form.ts';
import type { PagesContext } from './context.ts';
import { field } from './forms.ts';
import { maskPhone } from './format.ts';
import { inVisit, type PageVisit, type SignedIn } from './page-visit.ts';
import { tellOfSignIn } from './tell-of-sign-in.ts';
import type { NoticeCode } from './texts/language.ts';

/** What a shopper's browser is asked to make a passkey by. Their passkey manager shows enough of the phone to tell it by. */
export function ownPasskeyOptions(
  tx: Tx,
  { config }: Pick<PagesContext, 'config'>,
  { browser, shopper, environment }: Pick<PageVisit, 'browser' | 'environment'> & { shopper: SignedIn },
): Promise<object> {
  const phone = maskPhone(shopper.phone).replaceAll('\u00a0', ' ');
  const name = environment.kind === 'sandbox' ? `${phone} (sandbox)` : phone;
  const person = { id: shopper.id, name, mail: null };
  return passkeyOptions(tx, 'shopper', { person, browser, apiOrigin: config.origins.api });
}

/** Keeps the passkey that the form brings, and tells the shopper by message. What to say of it on the page. */
export async function addOwnPasskey(action: FormAction, shopper: SignedIn): Promise<NoticeCode> {
  const { context, visit, req } = action;
  const made = {
    shopperId: shopper.id,
    sessionId: shopper.sessionId,
    browser: visit.browser,
    apiOrigin: context.config.origins.api,
    credential: field(req, 'credential'),
  };
  try {
    const outcome = await inVisit(context, visit, async (tx) => {
      const added = await addShopperPasskey(tx, made);
      if (added === 'added') await tellOfSignIn(tx, context, shopper.id, 'passkey_added');
      return added;
    });
    if (outcome === 'added' || outcome === 'known') return 'passkey_added';
    return outcome === 'refused' ? 'passkey_not_made' : 'passkey_too_many';
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'step_up_required') return 'step_up_required';
    throw error;
  }
}
