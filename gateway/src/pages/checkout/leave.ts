import type { Request, Response } from 'express';
import { leaveSession } from '../../checkout/end.ts';
import { GatewayError } from '../../lib/errors.ts';
import type { Result } from '../answer-form.ts';
import type { PagesContext } from '../context.ts';
import { field } from '../forms.ts';
import { inVisit } from '../page-visit.ts';
import { sendProblemPage } from '../problem-page.tsx';
import type { Action } from './action.ts';
import { openVisit } from './visit.ts';

/**
 * Ends an open checkout for its shopper and leads back to the shop, whose cart is untouched; in a window that the shop's
 * page opened, to a page that tells it.
 */
export async function leave({ context, visit, req }: Action): Promise<Result> {
  const { shopper, session } = visit;
  if (shopper) {
    await inVisit(context, visit, (tx) => leaveSession(tx, { sessionId: session.id, shopperId: shopper.id }));
  }
  return { to: field(req, 'popup') === 'yes' ? visit.path : `${visit.path}/back` };
}

/** Leads back to the shop, whatever became of the checkout, if the shop's address is still one of the shop's own. */
export async function goBack(context: PagesContext, req: Request, res: Response): Promise<void> {
  const visit = await openVisit(context, req, res);
  if (visit.visitor === 'stranger') {
    throw new GatewayError('not_found', { detail: 'This checkout belongs to another shopper.' });
  }
  if (visit.returnTo) {
    res.redirect(303, visit.returnTo.href);
    return;
  }
  const sandbox = visit.environment.kind === 'sandbox';
  sendProblemPage(req, res, 'no_return', { locale: visit.locale, sandbox });
}
