import type { Request, Response } from 'express';
import { type Agreement, findAgreement } from '../../agreements/agreements.ts';
import { returnAddress } from '../../agreements/return-address.ts';
import { isTooLate } from '../../agreements/state.ts';
import { GatewayError } from '../../lib/errors.ts';
import { type Tx, transact } from '../../lib/tx.ts';
import { findMerchant, type Merchant } from '../../merchants/merchants.ts';
import { missingConsents } from '../../shoppers/consents.ts';
import { findIdentity } from '../../shoppers/identity.ts';
import type { PagesContext } from '../context.ts';
import { cookieNames, nameBrowser, readCookie } from '../cookies.ts';
import { type Place, readMemory } from '../memory.ts';
import { pagesActor, type PageVisit, readSignedIn, type SignedIn } from '../page-visit.ts';
import { chooseLocale } from '../texts/choose-locale.ts';
import { findAgreementBySecret } from './find-agreement.ts';
import { type AgreementFacts, type Visitor } from './step.ts';

/** One request to the page of one agreement: what is stored about it, and who is looking. */
export type AgreementVisit = PageVisit & {
  agreement: Agreement;
  merchant: Merchant;
  visitor: Visitor;
  /** Where the shop is, if we may still lead there. */
  returnTo: URL | undefined;
  isTooLate: boolean;
  consentsMissing: boolean;
  /** As whom the shopper was verified before. */
  verifiedName: string | undefined;
};

type Stored = Omit<AgreementVisit, 'place' | 'browser' | 'locale' | 'memory'>;

/**
 * Reads everything about the agreement at `/a/:secret` and the browser that asks for it, and gives the browser its name.
 *
 * @throws GatewayError `not_found` when the secret opens nothing.
 */
export async function openAgreementVisit(
  context: PagesContext,
  req: Request,
  res: Response,
): Promise<AgreementVisit> {
  const secret = String(req.params.secret);
  const found = await findAgreementBySecret(context.db, secret);
  if (!found) throw new GatewayError('not_found', { detail: 'There is no agreement at this address.' });
  const token = readCookie(req, cookieNames.shopper);
  const stored = await transact(
    context,
    { environmentId: found.environmentId, actor: pagesActor, access: 'read' },
    (tx) => readStored(tx, { agreementId: found.agreementId, token }),
  );
  const place: Place = { area: 'agreement', id: found.agreementId, path: `/a/${secret}` };
  return {
    ...stored,
    place,
    browser: nameBrowser(req, res),
    locale: chooseLocale(req, res),
    memory: readMemory(req, context.vault, place),
  };
}

async function readStored(
  tx: Tx,
  input: { agreementId: string; token: string | undefined },
): Promise<Stored> {
  const agreement = await findAgreement(tx, { agreementId: input.agreementId });
  const merchant = await findMerchant(tx, agreement.merchantId);
  const shopper = await readSignedIn(tx, input.token);
  const visitor = visitorOf(agreement, shopper);
  const mayBe = visitor === 'owner' || visitor === 'newcomer' ? shopper : undefined;
  return {
    environment: tx.environment,
    agreement,
    merchant,
    visitor,
    shopper,
    returnTo: returnAddress(agreement, merchant, tx.environment),
    isTooLate: isTooLate(agreement, tx.wallNow),
    consentsMissing: mayBe !== undefined && (await missingConsents(tx, mayBe.id)).length > 0,
    verifiedName: mayBe && (await findIdentity(tx, mayBe.id))?.name,
  };
}

function visitorOf(agreement: Agreement, shopper: SignedIn | undefined): Visitor {
  if (!shopper) return 'nobody';
  if (agreement.shopperId === null) return 'newcomer';
  return agreement.shopperId === shopper.id ? 'owner' : 'stranger';
}

export function factsOf(visit: AgreementVisit): AgreementFacts {
  return {
    status: visit.isTooLate ? 'ended' : visit.agreement.status,
    visitor: visit.visitor,
    codeSent: visit.memory.signIn !== undefined,
    consentsMissing: visit.consentsMissing,
    isLevelThree: visit.shopper?.isLevelThree === true,
  };
}
