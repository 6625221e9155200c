import type { Request, Response } from 'express';
import { readEvidence } from '../../../disputes/evidence/files.ts';
import type { PagesContext } from '../../context.ts';
import { sendEvidence } from '../../evidence-file.ts';
import { withQuery } from '../../query.ts';
import { audit, may } from '../input.ts';
import { sendForbidden, sendNothing } from '../page.ts';
import { signInPath } from '../paths.ts';
import { inDashboard, nothing, openDashboard } from '../visit.ts';

/** Sends a file of a dispute to a member of the merchant whose dispute it is. That somebody read it is kept. */
export function disputeFile(context: PagesContext): (req: Request, res: Response) => Promise<void> {
  return async (req, res) => {
    const visit = await openDashboard(context, req, res);
    if (!visit) return res.redirect(303, withQuery(signInPath, { next: req.path }));
    if (!may({ visit }, 'disputes')) return sendForbidden(req, res, visit);
    const evidenceId = String(req.params.evidenceId);
    const found = await readEvidence(
      {
        evidence: context.evidence,
        inTx: (work) =>
          inDashboard(
            context,
            visit,
            async (tx) => {
              const file = await work(tx);
              await audit(tx, visit, 'dispute_file_read', { objectId: evidenceId });
              return file;
            },
            'read',
          ),
      },
      { disputeId: String(req.params.disputeId), evidenceId, merchantId: visit.merchant.id },
    ).catch(nothing);
    if (!found) return sendNothing(req, res, visit);
    sendEvidence(res, found);
  };
}
