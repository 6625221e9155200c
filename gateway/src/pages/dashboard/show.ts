import type { Request, Response } from 'express';
import { countWaitingCases } from '../../cases/count-waiting.ts';
import type { Tx } from '../../lib/tx.ts';
import type { Right } from '../../members/rights.ts';
import type { PagesContext } from '../context.ts';
import { allowScript } from '../headers.ts';
import { mostCounted } from '../parts/tabs.tsx';
import { withQuery } from '../query.ts';
import type { Page } from '../send-page.tsx';
import { type Download, sendDownload } from '../staff/download.ts';
import { otherAddress } from '../staff/other-address.ts';
import { audit, type DashboardInput, inputOf, may } from './input.ts';
import { partyOf } from './cases/list.tsx';
import { sendDashboardPage, sendForbidden, sendNothing } from './page.ts';
import { signInPath } from './paths.ts';
import { inDashboard, nothing, openDashboard } from './visit.ts';

/** A page, the address of the page that says what was asked, or a file to be kept. */
type Answer = Page | { to: string } | { download: Download };

/**
 * Shows a page of the dashboard to a member whose role gives the right, `null` for everybody who is signed in. Others are
 * told so, which is kept; who is not signed in is led to the sign-in and back.
 */
export function show(
  context: PagesContext,
  right: Right | null,
  read: (tx: Tx, input: DashboardInput) => Promise<Answer>,
  options: { script?: boolean } = {},
): (req: Request, res: Response) => Promise<void> {
  return async (req, res) => {
    const elsewhere = otherAddress(context, req);
    if (elsewhere !== undefined) return res.redirect(303, elsewhere);
    const visit = await openDashboard(context, req, res);
    if (!visit) return res.redirect(303, withQuery(signInPath, { next: req.path }));
    const input = inputOf(context.vault, visit, req);
    if (!may(input, right)) {
      await inDashboard(
        context,
        visit,
        (tx) => audit(tx, visit, 'page_refused', { objectId: req.path }),
        'read',
      );
      return sendForbidden(req, res, visit);
    }
    // A sandbox whose clock moves may be looked at.
    const page = await inDashboard(context, visit, (tx) => readFor(tx, input, read), 'read').catch(nothing);
    if (!page) return sendNothing(req, res, visit);
    if ('to' in page) return res.redirect(303, page.to);
    if ('download' in page) return sendDownload(res, page.download);
    sendDashboardPage(req, res, page, visit, options.script ? { nonce: allowScript(res) } : {});
  };
}

async function readFor(
  tx: Tx,
  input: DashboardInput,
  read: (tx: Tx, input: DashboardInput) => Promise<Answer>,
): Promise<Answer> {
  if (!may(input, 'cases')) return read(tx, input);
  const asked = { party: partyOf(input), most: mostCounted };
  return read(tx, { ...input, waitingCases: await countWaitingCases(tx, asked) });
}
