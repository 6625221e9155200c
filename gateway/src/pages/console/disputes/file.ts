import type { Request, Response } from 'express';
import { readEvidence } from '../../../disputes/evidence/files.ts';
import { GatewayError } from '../../../lib/errors.ts';
import type { PagesContext } from '../../context.ts';
import { sendEvidence } from '../../evidence-file.ts';
import { audit, may } from '../input.ts';
import { signInPath } from '../paths.ts';
import { withQuery } from '../../query.ts';
import { sendForbidden, sendNothing } from '../problems.ts';
import { inConsole, openConsole } from '../visit.ts';

/** Sends a file of a dispute to an operator who may see disputes. That somebody took it is kept. */
export function disputeFile(context: PagesContext): (req: Request, res: Response) => Promise<void> {
  return async (req, res) => {
    const visit = await openConsole(context, req, res);
    if (visit === 'nothing') return sendNothing(req, res);
    if (visit === 'signed_out') return res.redirect(303, withQuery(signInPath, { next: req.path }));
    if (!may({ visit }, 'disputes')) return sendForbidden(req, res, visit);
    const disputeId = String(req.params.disputeId);
    const evidenceId = String(req.params.evidenceId);
    const found = await readEvidence(
      {
        evidence: context.evidence,
        inTx: (work) =>
          inConsole(
            context,
            visit,
            async (tx) => {
              await audit(tx, visit, 'dispute_file_read', { objectId: evidenceId });
              return work(tx);
            },
            'read',
          ),
      },
      { disputeId, evidenceId },
    ).catch((error: unknown) => {
      if (error instanceof GatewayError && error.code === 'not_found') return undefined;
      throw error;
    });
    if (!found) return sendNothing(req, res, visit);
    sendEvidence(res, found);
  };
}
