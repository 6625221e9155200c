import type { Request, Response } from 'express';
import type { PagesContext } from './context.ts';
import { isOwnForm } from './forms.ts';
import { type Memory, writeMemory } from './memory.ts';
import type { PageVisit } from './page-visit.ts';
import { sendProblemPage } from './problem-page.tsx';
import { type Page, sendPage } from './send-page.tsx';

/** One request to do something at one place. */
export type FormAction<Visit extends PageVisit = PageVisit> = {
  context: PagesContext;
  visit: Visit;
  req: Request;
  res: Response;
};

/**
 * Where the shopper goes next (the place itself when left out), and what its page remembers and says. A `page` answers the
 * form itself where nothing was done and what was typed is too long to be remembered; `to` is then where its form is.
 */
export type Result = { to?: string; memory?: Memory; page?: Page };

/** Answers a posted form: refuses one that is not ours, and leads to a page that may be loaded again. */
export function answerForm<Visit extends PageVisit>(
  context: PagesContext,
  openVisit: (context: PagesContext, req: Request, res: Response) => Promise<Visit>,
  perform: (action: FormAction<Visit>) => Promise<Result>,
): (req: Request, res: Response) => Promise<void> {
  return async (req, res) => {
    const visit = await openVisit(context, req, res);
    const { place, locale, environment } = visit;
    const { vault, config } = context;
    if (!isOwnForm(req, { vault, placeId: place.id, origin: config.origins.api })) {
      const sandbox = environment.kind === 'sandbox';
      sendProblemPage(req, res, 'form', { locale, sandbox, reload: place.path });
      return;
    }
    const { to, memory, page } = await perform({ context, visit, req, res });
    if (memory) writeMemory(res, vault, place, memory);
    if (page) {
      const sandbox = environment.kind === 'sandbox';
      sendPage(req, res, page, { locale, sandbox, self: to ?? place.path });
      return;
    }
    res.redirect(303, to ?? place.path);
  };
}
