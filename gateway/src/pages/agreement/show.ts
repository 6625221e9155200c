import type { Request, Response } from 'express';
import { draftTerms } from '../../agreements/approve.ts';
import { GatewayError } from '../../lib/errors.ts';
import { listCards } from '../../processor/payment-methods.ts';
import { missingConsents } from '../../shoppers/consents.ts';
import type { PagesContext } from '../context.ts';
import { forgetNotice } from '../memory.ts';
import { followLanguage, inVisit } from '../page-visit.ts';
import { sendProblemPage } from '../problem-page.tsx';
import { type Page, sendPage } from '../send-page.tsx';
import { signInWays } from '../sign-in-ways.ts';
import { stepOf } from './step.ts';
import { type PermissionView, viewOf } from './view.tsx';
import { doneView, endedView, noFunderView } from './views/endings.tsx';
import { identityView } from './views/identity.tsx';
import { codeView, phoneView } from './views/sign-in.tsx';
import { type Draft, termsView } from './views/terms.tsx';
import { type AgreementVisit, factsOf, openAgreementVisit } from './visit.ts';

/** Shows the step that the agreement is at. */
export async function showAgreement(context: PagesContext, req: Request, res: Response): Promise<void> {
  const visit = await openAgreementVisit(context, req, res);
  await followLanguage(context, visit, req);
  const { locale, place, environment, memory } = visit;
  const page = await pageOf(context, visit, req);
  forgetNotice(res, context.vault, place, memory);
  sendPage(req, res, page, { locale, self: place.path, sandbox: environment.kind === 'sandbox' });
}

async function pageOf(context: PagesContext, visit: AgreementVisit, req: Request): Promise<Page> {
  const view = viewOf(context.vault, visit);
  switch (stepOf(factsOf(visit))) {
    case 'ended':
      return endedView(view);
    case 'phone':
      return phoneView(view, await signInWays(context, req, visit));
    case 'code':
      return codeView(view);
    case 'done':
      return doneView(view);
    case 'identity':
      return identityView(view);
    case 'terms':
      return termsPage(context, view);
    case 'not_found':
    default:
      throw new GatewayError('not_found', { detail: 'This agreement belongs to another shopper.' });
  }
}

async function termsPage(context: PagesContext, view: PermissionView): Promise<Page> {
  const { visit } = view;
  const shopperId = visit.shopper?.id;
  if (shopperId === undefined) throw new Error('only a signed-in shopper comes this far');
  const draft = await inVisit(
    context,
    visit,
    async (tx): Promise<Draft | undefined> => {
      const drafted = await draftTerms(tx, visit.agreement);
      return (
        drafted && {
          ...drafted,
          methods: await listCards(tx, shopperId),
          funderConsentMissing: (await missingConsents(tx, shopperId, drafted.funder.id)).length > 0,
        }
      );
    },
    'read',
  );
  return draft ? termsView(view, draft) : noFunderView(view);
}

/** Leads back to the shop, whatever became of the agreement, if the shop's address is still one of the shop's own. */
export async function goBack(context: PagesContext, req: Request, res: Response): Promise<void> {
  const { visitor, returnTo, locale, environment } = await openAgreementVisit(context, req, res);
  if (visitor === 'stranger')
    throw new GatewayError('not_found', { detail: 'This agreement belongs to another shopper.' });
  if (returnTo) res.redirect(303, returnTo.href);
  else sendProblemPage(req, res, 'no_return', { locale, sandbox: environment.kind === 'sandbox' });
}
