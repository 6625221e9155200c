import type { Request, Response } from 'express';
import { type CheckoutSession, findSession } from '../../checkout/sessions.ts';
import { isBeingConfirmed, isOver } from '../../checkout/state.ts';
import { GatewayError } from '../../lib/errors.ts';
import { type Tx, transact } from '../../lib/tx.ts';
import { findMerchant, type Merchant } from '../../merchants/merchants.ts';
import { missingConsents } from '../../shoppers/consents.ts';
import { findIdentity } from '../../shoppers/identity.ts';
import { cookieNames, nameBrowser, readCookie } from '../cookies.ts';
import type { PagesContext } from '../context.ts';
import { allowLeadingTo } from '../headers.ts';
import { type Place, readMemory } from '../memory.ts';
import { pagesActor, type PageVisit, readSignedIn, type SignedIn } from '../page-visit.ts';
import { chooseLocale } from '../texts/choose-locale.ts';
import { findSessionBySecret } from './find-session.ts';
import { returnAddress } from '../../checkout/return-url.ts';
import type { Facts, Visitor } from './step.ts';

/** One request to one checkout: what is stored about it, and who is looking. */
export type Visit = PageVisit & {
  /** The page's address, without a slash at its end. */
  path: string;
  session: CheckoutSession;
  merchant: Merchant;
  visitor: Visitor;
  /** Where the shop is, if we may still lead there. */
  returnTo: URL | undefined;
  isOver: boolean;
  aboutMissing: { identity: boolean; consents: boolean };
};

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
  if (stored.returnTo) allowLeadingTo(res, stored.returnTo.origin);
  const place: Place = { area: 'checkout', id: stored.session.id, path };
  return {
    ...stored,
    path,
    place,
    browser: nameBrowser(req, res),
    locale: chooseLocale(req, res),
    memory: readMemory(req, context.vault, place),
  };
}

async function readStored(tx: Tx, input: { sessionId: string; token: string | undefined }): Promise<Stored> {
  const session = await findSession(tx, { sessionId: input.sessionId });
  const merchant = await findMerchant(tx, session.merchantId);
  const shopper = await readSignedIn(tx, input.token);
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
    answerOpen: isBeingConfirmed(visit.session),
    decision: undefined,
    planChosen: false,
  };
}
