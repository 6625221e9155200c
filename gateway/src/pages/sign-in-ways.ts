import type { Request } from 'express';
import { signInOptions } from '../passkeys/ceremonies.ts';
import type { PagesContext } from './context.ts';
import type { PageVisit } from './page-visit.ts';
import { otherAddress } from './staff/other-address.ts';

/** By what somebody may sign in here besides a code: the same for everybody, whether known or not. */
export type SignInWays = {
  /** What the browser's authenticators are asked, or undefined at an address for which browsers make no passkeys. */
  passkey: object | undefined;
  /** Somebody else who may say who they are. */
  outside: { name: string; origin: string } | undefined;
};

/** The ways in for this browser. */
export async function signInWays(
  context: PagesContext,
  req: Request,
  { browser }: Pick<PageVisit, 'browser'>,
): Promise<SignInWays> {
  const { vault, clock, config } = context;
  const asked = { browser, apiOrigin: config.origins.api };
  return {
    passkey:
      otherAddress(context, req) === undefined
        ? await signInOptions({ vault, wallNow: clock.now() }, 'shopper', asked)
        : undefined,
    outside: outsideOf(context),
  };
}

function outsideOf({ outside }: PagesContext): SignInWays['outside'] {
  const origin = outside?.origin();
  return outside && origin !== undefined ? { name: outside.name, origin } : undefined;
}
