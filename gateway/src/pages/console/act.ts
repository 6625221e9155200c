import type { Request, Response } from 'express';
import { GatewayError } from '../../lib/errors.ts';
import type { Right } from '../../operators/rights.ts';
import { staffOrigin } from '../../passkeys/relying-party.ts';
import type { PagesContext } from '../context.ts';
import { isOwnForm } from '../forms.ts';
import type { Page } from '../send-page.tsx';
import { sendProblemPage } from '../problem-page.tsx';
import { audit, may } from './input.ts';
import { sendConsolePage } from './page.ts';
import { pageOf, signInPath } from './paths.ts';
import { withQuery } from '../query.ts';
import { sendForbidden, sendNothing } from './problems.ts';
import type { SaidCode } from './texts/en.ts';
import { type ConsoleVisit, formPlace, inConsole, openConsole } from './visit.ts';

/** One request of a signed-in operator to do something. */
export type ConsoleAction = { context: PagesContext; visit: ConsoleVisit; req: Request; res: Response };

/** Where the operator goes next, and what is said there. */
export type Done = { to: string; said?: SaidCode };

/** A page that answers the form itself: what was typed and refused; and where its form is. */
export type Answered = { page: Page; at: string };

/**
 * Answers a posted form of an operator whose roles give the right, and leads to a page that may be loaded again. A form
 * that our own page did not make in this browser for this session is refused.
 */
export function act(
  context: PagesContext,
  right: Right | null,
  perform: (action: ConsoleAction) => Promise<Done | Answered>,
): (req: Request, res: Response) => Promise<void> {
  return async (req, res) => {
    const visit = await openConsole(context, req, res);
    if (visit === 'nothing') return sendNothing(req, res);
    if (visit === 'signed_out') return res.redirect(303, withQuery(signInPath, { said: 'ended' }));
    const { locale, environment } = visit;
    const origin = staffOrigin(context.config.origins.api);
    if (!isOwnForm(req, { vault: context.vault, placeId: formPlace(visit), origin })) {
      const reload = pageOf(`/console/${environment.id}`);
      return sendProblemPage(req, res, 'form', { locale, sandbox: environment.kind === 'sandbox', reload });
    }
    if (!may({ visit }, right)) {
      await inConsole(
        context,
        visit,
        (tx) => audit(tx, visit, 'page_refused', { objectId: req.path }),
        'read',
      );
      return sendForbidden(req, res, visit);
    }
    const done = await perform({ context, visit, req, res }).catch((error: unknown) => {
      if (error instanceof GatewayError && error.code === 'not_found') return undefined;
      throw error;
    });
    if (!done) return sendNothing(req, res, visit);
    if ('page' in done) return sendConsolePage(req, res, done.page, visit, { self: done.at });
    res.redirect(303, withQuery(done.to, { said: done.said }));
  };
}
