import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { normalizePhone } from '../shoppers/phone.ts';
import { findOrCreateShopper, type Locale } from '../shoppers/profile.ts';
import { openShopperSession } from '../shoppers/sessions.ts';
import {
  linkOutsideAccount,
  type Outsider,
  useOutsideAccount,
} from '../shoppers/sign-in/outside-accounts.ts';
import { claimIfFree } from './claim-if-free.ts';
import type { PagesContext } from './context.ts';
import type { Place } from './memory.ts';
import { tellOfSignIn } from './tell-of-sign-in.ts';

/**
 * Signs in somebody whom a provider vouches for: whoever is linked with them, or whose phone the provider has verified, who
 * is linked from now on. Returns the token of the session, or undefined when they have to prove a phone to us first.
 */
export async function signInOutsider(
  tx: Tx,
  context: PagesContext,
  input: {
    outsider: Outsider;
    phone: string | undefined;
    before: string | undefined;
    browser: string;
    locale: Locale;
    place: Place;
  },
): Promise<string | undefined> {
  const { outsider, before, browser, place } = input;
  const shopperId = (await useOutsideAccount(tx, outsider)) ?? (await linkByPhone(tx, context, input));
  if (shopperId === undefined) return undefined;
  const { token } = await openShopperSession(tx, { shopperId, level: 1, before, browser });
  await claimIfFree(tx, place, shopperId);
  return token;
}

async function linkByPhone(
  tx: Tx,
  context: PagesContext,
  { outsider, phone, locale }: { outsider: Outsider; phone: string | undefined; locale: Locale },
): Promise<Id<'shp'> | undefined> {
  const number = phone === undefined ? undefined : readPhone(phone);
  if (number === undefined) return undefined;
  const { shopperId } = await findOrCreateShopper(tx, { phone: number, locale });
  await linkOutsider(tx, context, shopperId, outsider);
  return shopperId;
}

/** Links somebody at a provider with a shopper who has just proved their phone, and tells the shopper by message. */
export async function linkOutsider(
  tx: Tx,
  context: PagesContext,
  shopperId: Id<'shp'>,
  outsider: Outsider,
): Promise<void> {
  if (await linkOutsideAccount(tx, { shopperId, outsider }))
    await tellOfSignIn(tx, context, shopperId, 'outside_linked');
}

/** A provider may write its numbers as it likes; one that we cannot reach counts as none. */
function readPhone(phone: string): string | undefined {
  try {
    return normalizePhone(phone);
  } catch (error) {
    if (error instanceof GatewayError) return undefined;
    throw error;
  }
}
