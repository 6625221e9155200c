import type { Request, Response } from 'express';
import { type CheckoutSession, findSession } from '../../checkout/sessions.ts';
import { isOver } from '../../checkout/state.ts';
import { GatewayError } from '../../lib/errors.ts';
import type { Id } from '../../lib/ids.ts';
import { type Actor, type Environment, type Tx, transact } from '../../lib/tx.ts';
import { findMerchant, type Merchant } from '../../merchants/merchants.ts';
import { missingConsents } from '../../shoppers/consents.ts';
import { findIdentity } from '../../shoppers/identity.ts';
import { contactOf, type Locale } from '../../shoppers/profile.ts';
import { findShopperSession, touchShopperSession } from '../../shoppers/sessions.ts';
import { cookieNames, nameBrowser, readCookie } from '../cookies.ts';
import type { PagesContext } from '../context.ts';
import { allowReturnTo } from '../headers.ts';
import { chooseLocale } from '../texts/choose-locale.ts';
import { findSessionBySecret } from './find-session.ts';
import { type Memory, readMemory } from './memory.ts';
import { returnAddress } from './return-address.ts';
import type { Facts, Visitor } from './step.ts';

/** One request to one checkout: what is stored about it, and who is looking. */
export type Visit = {
  environment: Environment;
  /** The page's address, without a slash at its end. */
  path: string;
  session: CheckoutSession;
  merchant: Merchant;
  visitor: Visitor;
  shopper: SignedIn | undefined;
  /** Where the shop is, if we may still lead there. */
  returnTo: URL | undefined;
  isOver: boolean;
  aboutMissing: { identity: boolean; consents: boolean };
  browser: string;
  locale: Locale;
  memory: Memory;
};

type SignedIn = { id: Id<'shp'>; sessionId: Id<'sse'>; phone: string };

type Stored = Pick<
  Visit,
  'environment' | 'session' | 'merchant' | 'visitor' | 'shopper' | 'returnTo' | 'isOver' | 'aboutMissing'
>;

/**
 * Reads everything about the checkout at `/c/:secret` and the browser that asks for it, and gives the browser its name.
 *
 * @throws GatewayError `not_found` when the secret opens nothing.
 */
export async function openVisit(context: PagesContext, req: Request, res: Response): Promise<Visit> {
  const secret = String(req.params.secret);
  const found = await findSessionBySecret(context.db, secret);
  if (!found) throw new GatewayError('not_found', { detail: 'There is no checkout at this address.' });
  const path = `/c/${secret}`;
  const token = readCookie(req, cookieNames.shopper);
  const stored = await transact(
    context,
    { environmentId: found.environmentId, actor: pagesActor, access: 'read' },
    (tx) => readStored(tx, { sessionId: found.sessionId, token }),
  );
  if (stored.returnTo) allowReturnTo(res, stored.returnTo.origin);
  return {
    ...stored,
    path,
    browser: nameBrowser(req, res),
    locale: chooseLocale(req, res),
    memory: readMemory(req, { vault: context.vault, sessionId: stored.session.id, path }),
  };
}

export const pagesActor: Actor = { kind: 'system', id: 'pages' };

/** A transaction in the checkout's environment, by its shopper or, before anybody signed in, by the pages. */
export function inVisit<T>(
  context: PagesContext,
  visit: Visit,
  work: (tx: Tx) => Promise<T>,
  access: 'read' | 'write' = 'write',
): Promise<T> {
  const actor: Actor = visit.shopper ? { kind: 'shopper', id: visit.shopper.id } : pagesActor;
  return transact(context, { environmentId: visit.environment.id, actor, access }, work);
}

async function readStored(tx: Tx, input: { sessionId: string; token: string | undefined }): Promise<Stored> {
  const session = await findSession(tx, { sessionId: input.sessionId });
  const merchant = await findMerchant(tx, session.merchantId);
  const shopper = input.token === undefined ? undefined : await readSignedIn(tx, input.token);
  const visitor = visitorOf(session, shopper);
  return {
    environment: tx.environment,
    session,
    merchant,
    visitor,
    shopper,
    returnTo: returnAddress(session, merchant, tx.environment),
    isOver: isOver(session, tx.wallNow),
    aboutMissing:
      shopper && visitor === 'owner'
        ? {
            identity: (await findIdentity(tx, shopper.id)) === undefined,
            consents: (await missingConsents(tx, shopper.id)).length > 0,
          }
        : { identity: false, consents: false },
  };
}

async function readSignedIn(tx: Tx, token: string): Promise<SignedIn | undefined> {
  const found = await findShopperSession(tx, token);
  if (!found) return undefined;
  await touchShopperSession(tx, found.id);
  const { phone } = await contactOf(tx, found.shopperId);
  return { id: found.shopperId, sessionId: found.id, phone };
}

function visitorOf(session: CheckoutSession, shopper: SignedIn | undefined): Visitor {
  if (!shopper) return 'nobody';
  if (session.shopperId === null) return 'newcomer';
  return session.shopperId === shopper.id ? 'owner' : 'stranger';
}

/** The facts of a visit before anything was decided in this request. */
export function factsOf(visit: Visit): Facts {
  return {
    status: visit.isOver ? 'expired' : visit.session.status,
    visitor: visit.visitor,
    codeSent: visit.memory.signIn !== undefined,
    aboutMissing: visit.aboutMissing.identity || visit.aboutMissing.consents,
    downPaymentOpen: visit.session.status === 'open' && visit.session.downAttemptId !== null,
    decision: undefined,
    planChosen: false,
  };
}
