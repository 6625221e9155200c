import type { Request, Response } from 'express';
import { GatewayError } from '../../lib/errors.ts';
import type { Tx } from '../../lib/tx.ts';
import type { PagesContext } from '../context.ts';
import { inVisit } from '../page-visit.ts';
import { sendProblemPage } from '../problem-page.tsx';
import { addressOf } from './paths.ts';
import { planIdOf } from './plan-id.ts';
import { type Account, isSignedIn, openAccount } from './visit.ts';

/** A file for its shopper to keep. `name` is plain letters, digits, dots, underscores and hyphens. */
export type AccountFile = { name: string; type: string; content: string };

/** Which plan's file, and where the gateway's keys are. */
export type FileInput = { visit: Account; planId: string; keysUrl: string };

/**
 * Sends a file of one plan to its shopper. Whoever is not signed in is led to the plan's agreement, which asks them to
 * sign in; to others there is nothing of theirs.
 */
export function download(
  context: PagesContext,
  read: (tx: Tx, input: FileInput) => Promise<AccountFile>,
): (req: Request, res: Response) => Promise<void> {
  return async (req, res) => {
    const visit = await openAccount(context, req, res);
    const { locale, place, environment } = visit;
    const planId = planIdOf(req);
    if (!isSignedIn(visit)) {
      res.redirect(303, addressOf(place.path, `plans/${planId}/agreement`));
      return;
    }
    const keysUrl = `${context.config.origins.api}/.well-known/jwks.json`;
    const file = await inVisit(context, visit, (tx) => read(tx, { visit, planId, keysUrl }), 'read').catch(
      (error: unknown) => {
        if (error instanceof GatewayError && error.code === 'not_found') return undefined;
        throw error;
      },
    );
    if (!file) {
      const sandbox = environment.kind === 'sandbox';
      sendProblemPage(req, res, 'not_yours', { locale, sandbox, account: place.path });
      return;
    }
    res.setHeader('Content-Type', file.type);
    res.setHeader('Content-Disposition', `attachment; filename="${file.name}"`);
    res.end(file.content);
  };
}
