import type { Request, Response } from 'express';
import { leaveSession } from '../../checkout/end.ts';
import { GatewayError } from '../../lib/errors.ts';
import type { PagesContext } from '../context.ts';
import { sendProblemPage } from '../problem-page.tsx';
import type { Action, Result } from './action.ts';
import { inVisit, openVisit } from './visit.ts';

/** Ends an open checkout for its shopper and leads back to the shop, whose cart is untouched. */
export async function leave({ context, visit }: Action): Promise<Result> {
  const { shopper, session } = visit;
  if (shopper) {
    await inVisit(context, visit, (tx) => leaveSession(tx, { sessionId: session.id, shopperId: shopper.id }));
  }
  return { to: `${visit.path}/back` };
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
