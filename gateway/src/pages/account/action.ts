import type { Request, Response } from 'express';
import { GatewayError, type ProblemCode } from '../../lib/errors.ts';
import { answerForm, type FormAction, type Result } from '../answer-form.ts';
import type { PagesContext } from '../context.ts';
import { field } from '../forms.ts';
import { say } from '../memory.ts';
import type { NoticeCode } from '../texts/language.ts';
import { addressOf, pageOf } from './paths.ts';
import { type Account, isSignedIn, openAccount } from './visit.ts';

/** One request to do something with one's account. */
export type AccountAction = FormAction<Account>;

/** What a refusal means to somebody who filled in a form; whatever else goes wrong is a page of its own. */
const noticeOf: { [code in ProblemCode]?: NoticeCode } = {
  clock_moving: 'busy',
  unavailable: 'busy',
  processor_unavailable: 'processor_unavailable',
};

/** Answers a form of the sign-in, and leads back to the page that somebody wanted to see. */
export function signingIn(
  context: PagesContext,
  perform: (action: FormAction) => Promise<Result>,
): (req: Request, res: Response) => Promise<void> {
  return answerForm(context, openAccount, async (action) => {
    const to = addressOf(action.visit.place.path, pageOf(field(action.req, 'next')));
    return { to, ...(await perform(action).catch((error: unknown) => explained(action, error))) };
  });
}

/**
 * Answers a form of somebody who is signed in, on one of the account's pages. Who is not any more signs in again there;
 * the form is not kept, so that nothing is paid that was not looked at.
 */
export function act(
  context: PagesContext,
  perform: (action: AccountAction) => Promise<Result>,
): (req: Request, res: Response) => Promise<void> {
  return answerForm(context, openAccount, async ({ visit, ...request }) => {
    const to = planAddress(visit.place.path, request.req);
    if (!isSignedIn(visit)) return { to, memory: say(visit, 'signed_out') };
    const action = { visit, ...request };
    return { to, ...(await perform(action).catch((error: unknown) => explained(action, error))) };
  });
}

/** The page of the plan that a form is about, or the first page for a form about no plan. */
function planAddress(path: string, req: Request): string {
  const { planId } = req.params;
  return addressOf(path, planId === undefined ? '' : pageOf(`plans/${String(planId)}`));
}

function explained({ visit }: FormAction, error: unknown): Result {
  const notice = error instanceof GatewayError ? noticeOf[error.code] : undefined;
  if (!notice) throw error;
  return { memory: say(visit, notice) };
}
