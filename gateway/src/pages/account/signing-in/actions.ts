import { GatewayError } from '../../../lib/errors.ts';
import { removeOutsideAccount } from '../../../shoppers/sign-in/outside-accounts.ts';
import { nameShopperPasskey, removeShopperPasskey } from '../../../shoppers/sign-in/passkeys.ts';
import { addOwnPasskey } from '../../add-passkey.ts';
import type { Result } from '../../answer-form.ts';
import { field } from '../../forms.ts';
import { say } from '../../memory.ts';
import { inVisit } from '../../page-visit.ts';
import { tellOfSignIn } from '../../tell-of-sign-in.ts';
import type { NoticeCode } from '../../texts/language.ts';
import type { AccountAction } from '../action.ts';
import { prove } from '../prove.ts';

export function signingInPath(path: string): string {
  return `${path}/signing-in`;
}

function backTo({ visit }: AccountAction, notice: NoticeCode): Result {
  return { to: signingInPath(visit.place.path), memory: say(visit, notice) };
}

/** Proves who the shopper is, before they add a way to sign in. */
export function proveForSignIn(action: AccountAction): Promise<Result> {
  return prove(action, { to: signingInPath(action.visit.place.path), unticked: 'data_consents' });
}

export async function addPasskey(action: AccountAction): Promise<Result> {
  return backTo(action, await addOwnPasskey(action, action.visit.shopper));
}

/** Gives one of the passkeys another name. */
export async function nameOwnPasskey(action: AccountAction): Promise<Result> {
  const { context, visit, req } = action;
  const named = { shopperId: visit.shopper.id, passkeyId: field(req, 'passkey'), name: field(req, 'name') };
  try {
    const known = await inVisit(context, visit, (tx) => nameShopperPasskey(tx, named));
    return backTo(action, known ? 'passkey_named' : 'passkey_gone');
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'validation_failed') throw error;
    return backTo(action, 'passkey_name_long');
  }
}

/** Removes one of the passkeys, and tells the shopper by message. */
export async function removeOwnPasskey(action: AccountAction): Promise<Result> {
  const { context, visit, req } = action;
  const { id: shopperId, sessionId } = visit.shopper;
  const removed = await inVisit(context, visit, async (tx) => {
    const was = await removeShopperPasskey(tx, { shopperId, sessionId, passkeyId: field(req, 'passkey') });
    if (was) await tellOfSignIn(tx, context, shopperId, 'passkey_removed');
    return was;
  });
  return backTo(action, removed ? 'passkey_removed' : 'passkey_gone');
}

/** Ends that somebody at a provider is this shopper, and tells the shopper by message. */
export async function removeOutside(action: AccountAction): Promise<Result> {
  const { context, visit, req } = action;
  const { id: shopperId } = visit.shopper;
  const removed = await inVisit(context, visit, async (tx) => {
    const was = await removeOutsideAccount(tx, { shopperId, issuer: field(req, 'issuer') });
    if (was) await tellOfSignIn(tx, context, shopperId, 'outside_removed');
    return was;
  });
  return backTo(action, removed ? 'outside_removed' : 'outside_gone');
}
