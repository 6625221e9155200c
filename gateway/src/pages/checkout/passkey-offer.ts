import type { Request } from 'express';
import { listShopperPasskeys } from '../../shoppers/sign-in/passkeys.ts';
import { addOwnPasskey, ownPasskeyOptions } from '../add-passkey.ts';
import type { Result } from '../answer-form.ts';
import type { PagesContext } from '../context.ts';
import { say } from '../memory.ts';
import { inVisit } from '../page-visit.ts';
import { otherAddress } from '../staff/other-address.ts';
import type { Action } from './action.ts';
import type { Visit } from './visit.ts';

/** A passkey for the next time: what the browser is asked for, or undefined where the shopper has to prove who they are first. */
export type PasskeyOffer = { options: object | undefined };

/** Offered at the end to whom has none, where browsers make them. */
export async function findPasskeyOffer(
  context: PagesContext,
  visit: Visit,
  req: Request,
): Promise<PasskeyOffer | undefined> {
  const { shopper } = visit;
  if (!shopper || otherAddress(context, req) !== undefined) return undefined;
  return inVisit(
    context,
    visit,
    async (tx) => {
      if ((await listShopperPasskeys(tx, shopper.id)).length > 0) return undefined;
      const asked = { ...visit, shopper };
      return { options: shopper.mayAddPasskey ? await ownPasskeyOptions(tx, context, asked) : undefined };
    },
    'read',
  );
}

/** Keeps the passkey that the shopper made at the end of a checkout. */
export async function offeredPasskey(action: Action): Promise<Result> {
  const { shopper } = action.visit;
  if (!shopper) return {};
  return { memory: say(action.visit, await addOwnPasskey(action, shopper)) };
}
