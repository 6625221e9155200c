import { claimSession } from '../../checkout/claim.ts';
import type { Result } from '../answer-form.ts';
import { claimIfFree } from '../claim-if-free.ts';
import { inVisit } from '../page-visit.ts';
import { checkPasskey } from '../passkey-sign-in.ts';
import { checkCode } from '../sign-in.ts';
import type { Action } from './action.ts';

/** The right code signs the shopper in, and the checkout becomes theirs if it is nobody's. */
export function signIn(action: Action): Promise<Result> {
  return checkCode(action, (tx, shopperId) => claimIfFree(tx, action.visit.place, shopperId));
}

/** A passkey signs its shopper in, and the checkout becomes theirs if it is nobody's. */
export function signInWithPasskey(action: Action): Promise<Result> {
  return checkPasskey(action, (tx, shopperId) => claimIfFree(tx, action.visit.place, shopperId));
}

/** Somebody who was signed in before takes the checkout as theirs. */
export async function claimAsKnown({ context, visit }: Action): Promise<Result> {
  const { shopper, session } = visit;
  if (!shopper) return {};
  await inVisit(context, visit, (tx) => claimSession(tx, { sessionId: session.id, shopperId: shopper.id }));
  return {};
}
