import type { Request, Response } from 'express';
import { countWaitingCases } from '../../cases/count-waiting.ts';
import { GatewayError } from '../../lib/errors.ts';
import type { Tx } from '../../lib/tx.ts';
import type { PagesContext } from '../context.ts';
import { forgetNotice } from '../memory.ts';
import { followLanguage, inVisit } from '../page-visit.ts';
import { mostCounted } from '../parts/tabs.tsx';
import { sendProblemPage } from '../problem-page.tsx';
import { signInWays } from '../sign-in-ways.ts';
import { type Page, sendPage } from '../send-page.tsx';
import { pageOf } from './paths.ts';
import { type AccountInput, inputOf } from './view.tsx';
import { signInView } from './views/sign-in.tsx';
import { isSignedIn, openAccount } from './visit.ts';

/**
 * Shows a page of the account to whom it belongs; to anybody who is not signed in the same sign-in at every address,
 * whether or not there is anything, and to others that there is nothing of theirs.
 */
export function show(
  context: PagesContext,
  read: (tx: Tx, input: AccountInput) => Promise<Page>,
): (req: Request, res: Response) => Promise<void> {
  return async (req, res) => {
    const visit = await openAccount(context, req, res);
    await followLanguage(context, visit, req);
    const { locale, place, environment, memory } = visit;
    const sandbox = environment.kind === 'sandbox';
    const { vault } = context;
    const page = isSignedIn(visit)
      ? await inVisit(context, visit, (tx) => readFor(tx, inputOf(vault, visit, req), read), 'read').catch(
          nothing,
        )
      : signInView(vault, visit, {
          next: pageOf(req.path.slice(place.path.length + 1)),
          ways: await signInWays(context, req, visit),
        });
    if (!page) {
      sendProblemPage(req, res, 'not_yours', { locale, sandbox, account: place.path });
      return;
    }
    forgetNotice(res, vault, place, memory);
    sendPage(req, res, page, { locale, sandbox, self: selfOf(req) });
  };
}

async function readFor(
  tx: Tx,
  input: AccountInput,
  read: (tx: Tx, input: AccountInput) => Promise<Page>,
): Promise<Page> {
  const party = { side: 'shopper', shopperId: input.visit.shopper.id } as const;
  return read(tx, { ...input, waitingCases: await countWaitingCases(tx, { party, most: mostCounted }) });
}

function nothing(error: unknown): undefined {
  if (error instanceof GatewayError && error.code === 'not_found') return undefined;
  throw error;
}

/** What a page of the account is asked for besides its path. */
const asked = ['repayment', 'pay', 'sum', 'amount', 'months', 'funder', 'before', 'currency', 'about'];
const longestAsked = 100;

/** The address of this page, without the language. */
function selfOf(req: Request): string {
  const kept = new URLSearchParams();
  for (const name of asked) {
    const value = req.query[name];
    if (typeof value === 'string' && value.length <= longestAsked) kept.set(name, value);
  }
  return kept.size === 0 ? req.path : `${req.path}?${kept.toString()}`;
}
