import type { Request, Response } from 'express';
import { findSale } from '../../../counter/sales.ts';
import { standingOf } from '../../../counter/standing.ts';
import { isId } from '../../../lib/ids.ts';
import type { PagesContext } from '../../context.ts';
import { may } from '../input.ts';
import { inDashboard, nothing, openDashboard } from '../visit.ts';

/** Answers the counter's script with how a sale stands; where it is refused, the script loads the page, which says why. */
export function saleStatus(context: PagesContext): (req: Request, res: Response) => Promise<void> {
  return async (req, res) => {
    const refuse = (status: number) => void res.status(status).json({ standing: null });
    const visit = await openDashboard(context, req, res);
    if (!visit) return refuse(401);
    if (!may({ visit }, 'counter')) return refuse(403);
    const { sessionId } = req.params;
    const standing = isId('cs', sessionId)
      ? await inDashboard(
          context,
          visit,
          async (tx) => standingOf(tx, await findSale(tx, { merchantId: visit.merchant.id, sessionId })),
          'read',
        ).catch(nothing)
      : undefined;
    if (!standing) return refuse(404);
    return void res.json({ standing });
  };
}
