import type { Request, Response } from 'express';
import { GatewayError } from '../../../lib/errors.ts';
import { dataFileOf, takeData } from '../../../privacy/export/export.ts';
import type { PagesContext } from '../../context.ts';
import { isOwnForm } from '../../forms.ts';
import { say, writeMemory } from '../../memory.ts';
import { inVisit } from '../../page-visit.ts';
import { sendProblemPage } from '../../problem-page.tsx';
import { type Account, isSignedIn, openAccount } from '../visit.ts';
import { dataPath } from './actions.ts';

/** Sends everything that is kept of the shopper, as a file, to who has just proved that it is them. */
export function takeMyData(context: PagesContext): (req: Request, res: Response) => Promise<void> {
  return async (req, res) => {
    const visit = await openAccount(context, req, res);
    const { place, locale, environment } = visit;
    const { vault, config } = context;
    if (!isOwnForm(req, { vault, placeId: place.id, origin: config.origins.api })) {
      const sandbox = environment.kind === 'sandbox';
      sendProblemPage(req, res, 'form', { locale, sandbox, reload: dataPath(place.path) });
      return;
    }
    const file = isSignedIn(visit) ? await readFile(context, visit) : undefined;
    if (file === undefined) {
      writeMemory(res, vault, place, say(visit, isSignedIn(visit) ? 'step_up_required' : 'signed_out'));
      res.redirect(303, dataPath(place.path));
      return;
    }
    res.setHeader('Content-Type', 'application/json; charset=utf-8');
    res.setHeader('Content-Disposition', 'attachment; filename="morrow-my-data.json"');
    res.end(file);
  };
}

/** Undefined when who they are was not proved lately. */
async function readFile(context: PagesContext, visit: Account): Promise<string | undefined> {
  const { shopper, environment } = visit;
  const asked = { shopperId: shopper.id, sessionId: shopper.sessionId };
  try {
    const data = await inVisit(context, visit, (tx) => takeData(tx, asked));
    context.log.info({ environment: environment.id, shopper: shopper.id }, 'a shopper took their data');
    return dataFileOf(data);
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'step_up_required') return undefined;
    throw error;
  }
}
