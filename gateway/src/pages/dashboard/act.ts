import type { Request, Response } from 'express';
import type { Right } from '../../members/rights.ts';
import { staffOrigin } from '../../passkeys/relying-party.ts';
import type { PagesContext } from '../context.ts';
import { isOwnForm } from '../forms.ts';
import { sendProblemPage } from '../problem-page.tsx';
import { withQuery } from '../query.ts';
import type { Page } from '../send-page.tsx';
import { audit, may, type SaidCode } from './input.ts';
import { sendDashboardPage, sendForbidden, sendNothing } from './page.ts';
import { dashboardPath, pageOf, signInPath } from './paths.ts';
import { type DashboardVisit, formPlace, inDashboard, nothing, openDashboard } from './visit.ts';

/** One request of a signed-in member to do something. */
export type DashboardAction = { context: PagesContext; visit: DashboardVisit; req: Request; res: Response };

/** Where the member goes next, and what is said there. */
export type Done = { to: string; said?: SaidCode };

/** A page that answers the form itself: what was refused, and what is said once and never again; and where its form is. */
export type Answered = { page: Page; at: string };

/** Where somebody proves by their passkey that it is still them, and comes back to the page `next`. */
export function confirmPath(next: string): string {
  return withQuery(signInPath, { confirm: '1', next });
}

/**
 * Answers a posted form of a member whose role gives the right, and leads to a page that may be loaded again. A form that
 * our own page did not make in this browser for this session is refused. With `fresh`, the passkey must have been asked
 * for within the last 15 minutes; who was not asked does so first and comes back to that page, where the form is.
 */
export function act(
  context: PagesContext,
  right: Right | null,
  perform: (action: DashboardAction) => Promise<Done | Answered>,
  options: { fresh?: string } = {},
): (req: Request, res: Response) => Promise<void> {
  return async (req, res) => {
    const visit = await openDashboard(context, req, res);
    if (!visit) return res.redirect(303, withQuery(signInPath, { said: 'ended' }));
    const { locale, environment } = visit;
    const origin = staffOrigin(context.config.origins.api);
    if (!isOwnForm(req, { vault: context.vault, placeId: formPlace(visit), origin })) {
      const sandbox = environment.kind === 'sandbox';
      return sendProblemPage(req, res, 'form', { locale, sandbox, reload: dashboardPath() });
    }
    if (!may({ visit }, right)) {
      await inDashboard(
        context,
        visit,
        (tx) => audit(tx, visit, 'page_refused', { objectId: req.path }),
        'read',
      );
      return sendForbidden(req, res, visit);
    }
    if (options.fresh !== undefined && !visit.isFresh)
      return res.redirect(303, confirmPath(pageOf(options.fresh)));
    const done = await perform({ context, visit, req, res }).catch(nothing);
    if (!done) return sendNothing(req, res, visit);
    if ('page' in done) return sendDashboardPage(req, res, done.page, visit, { self: done.at });
    res.redirect(303, withQuery(done.to, { said: done.said }));
  };
}
