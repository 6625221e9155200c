import type { Request, Response } from 'express';
import { countWaitingCases } from '../../cases/count-waiting.ts';
import { GatewayError } from '../../lib/errors.ts';
import type { Tx } from '../../lib/tx.ts';
import type { Right } from '../../operators/rights.ts';
import type { PagesContext } from '../context.ts';
import { allowScript } from '../headers.ts';
import { mostCounted } from '../parts/tabs.tsx';
import type { Page } from '../send-page.tsx';
import { type Download, sendDownload } from '../staff/download.ts';
import { otherAddress } from '../staff/other-address.ts';
import { partyOf } from './cases/list.tsx';
import { audit, type ConsoleInput, inputOf, may } from './input.ts';
import { sendConsolePage } from './page.ts';
import { sendForbidden, sendNothing } from './problems.ts';
import { signInPath } from './paths.ts';
import { withQuery } from '../query.ts';
import { inConsole, openConsole } from './visit.ts';

/** A page, the address of the page that says what was asked, or a file to be kept. */
type Answer = Page | { to: string } | { download: Download };

/**
 * Shows a page of the console to an operator whose roles give the right, `null` for everybody who is signed in. Others are
 * told so, which is kept; who is not signed in is led to the sign-in and back.
 */
export function show(
  context: PagesContext,
  right: Right | null,
  read: (tx: Tx, input: ConsoleInput) => Promise<Answer>,
  options: { script?: boolean } = {},
): (req: Request, res: Response) => Promise<void> {
  return async (req, res) => {
    const elsewhere = otherAddress(context, req);
    if (elsewhere !== undefined) return res.redirect(303, elsewhere);
    const visit = await openConsole(context, req, res);
    if (visit === 'nothing') return sendNothing(req, res);
    if (visit === 'signed_out') return res.redirect(303, withQuery(signInPath, { next: req.path }));
    const input = inputOf(context.vault, visit, req);
    if (!may(input, right)) {
      await inConsole(
        context,
        visit,
        (tx) => audit(tx, visit, 'page_refused', { objectId: req.path }),
        'read',
      );
      return sendForbidden(req, res, visit);
    }
    // A sandbox whose clock moves may be looked at, and that somebody looked is kept in the same transaction.
    const page = await inConsole(context, visit, (tx) => readFor(tx, input, read), 'read').catch(nothing);
    if (page === null) return sendNothing(req, res, visit);
    if ('to' in page) return res.redirect(303, page.to);
    if ('download' in page) return sendDownload(res, page.download);
    sendConsolePage(req, res, page, visit, options.script ? { nonce: allowScript(res) } : {});
  };
}

async function readFor(
  tx: Tx,
  input: ConsoleInput,
  read: (tx: Tx, input: ConsoleInput) => Promise<Answer>,
): Promise<Answer> {
  if (!may(input, 'cases')) return read(tx, input);
  const asked = { party: partyOf(input), most: mostCounted };
  return read(tx, { ...input, waitingCases: await countWaitingCases(tx, asked) });
}

function nothing(error: unknown): null {
  if (error instanceof GatewayError && error.code === 'not_found') return null;
  throw error;
}
