import type { Request, Response, Router } from 'express';
import { readEvidence } from '../../../disputes/evidence/files.ts';
import { GatewayError } from '../../../lib/errors.ts';
import type { PagesContext } from '../../context.ts';
import { sendEvidence } from '../../evidence-file.ts';
import { inVisit } from '../../page-visit.ts';
import { sendProblemPage } from '../../problem-page.tsx';
import { readUpload } from '../../uploads.ts';
import { act } from '../action.ts';
import { planIdOf } from '../plan-id.ts';
import { show } from '../show.tsx';
import { isSignedIn, openAccount } from '../visit.ts';
import { addFileFromAccount, openFromAccount, withdrawFromAccount } from './act.ts';
import { showOwnDispute } from './page.ts';

/** Mounts what a shopper does about disputes, below the account's address `at`. */
export function mountDisputes(router: Router, context: PagesContext, at: string): void {
  router.get(`${at}/plans/:planId/dispute`, show(context, showOwnDispute));
  router.get(`${at}/plans/:planId/disputes/:disputeId/files/:evidenceId`, ownFile(context));
  router.post(`${at}/plans/:planId/disputes`, readUpload, act(context, openFromAccount));
  router.post(`${at}/plans/:planId/disputes/:disputeId/files`, readUpload, act(context, addFileFromAccount));
  router.post(`${at}/plans/:planId/disputes/:disputeId/withdraw`, act(context, withdrawFromAccount));
}

/** Sends a file of either side to the shopper whose dispute it is; who is not signed in is led to the dispute's page. */
function ownFile(context: PagesContext): (req: Request, res: Response) => Promise<void> {
  return async (req, res) => {
    const visit = await openAccount(context, req, res);
    const { place, locale, environment } = visit;
    if (!isSignedIn(visit)) return res.redirect(303, `${place.path}/plans/${planIdOf(req)}/dispute`);
    const found = await readEvidence(
      { evidence: context.evidence, inTx: (work) => inVisit(context, visit, work, 'read') },
      {
        disputeId: String(req.params.disputeId),
        evidenceId: String(req.params.evidenceId),
        shopperId: visit.shopper.id,
      },
    ).catch((error: unknown) => {
      if (error instanceof GatewayError && error.code === 'not_found') return undefined;
      throw error;
    });
    if (found) return sendEvidence(res, found);
    const sandbox = environment.kind === 'sandbox';
    sendProblemPage(req, res, 'not_yours', { locale, sandbox, account: place.path });
  };
}
