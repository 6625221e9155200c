import type { Request, Response } from 'express';
import { GatewayError, type ProblemCode } from '../../lib/errors.ts';
import { answerForm, type FormAction, type Result } from '../answer-form.ts';
import type { PagesContext } from '../context.ts';
import { say } from '../memory.ts';
import type { NoticeCode } from '../texts/language.ts';
import { stepOf, type Step } from './step.ts';
import { factsOf, openVisit, type Visit } from './visit.ts';

/** One request to do something at one checkout. */
export type Action = FormAction<Visit>;

/** What a refusal of the domain means to somebody who filled in a form; the others lead to the step that is due. */
const noticeOf: { [code in ProblemCode]?: NoticeCode } = {
  clock_moving: 'busy',
  unavailable: 'busy',
  limit_exceeded: 'limit_exceeded',
  funder_unavailable: 'funder_unavailable',
  processor_unavailable: 'processor_unavailable',
};

const steppedOn: readonly ProblemCode[] = ['state_conflict', 'checkout_session_expired', 'validation_failed'];

/**
 * Answers a posted form: does what it asks if the checkout is at one of `steps`. A form from an old page, from the back
 * button or from a second tab leads to the step that is due.
 */
export function act(
  context: PagesContext,
  steps: readonly Step[],
  perform: (action: Action) => Promise<Result>,
): (req: Request, res: Response) => Promise<void> {
  return answerForm(context, openVisit, async (action) => {
    const step = stepOf(factsOf(action.visit));
    if (step === 'not_found')
      throw new GatewayError('not_found', { detail: 'This checkout belongs to another shopper.' });
    return steps.includes(step) ? perform(action).catch(resultOf) : outOfStep(action.visit);
  });
}

/** A form that needed somebody to be signed in says why it was not taken. */
function outOfStep(visit: Visit): Result {
  return visit.visitor === 'nobody' && visit.session.shopperId !== null
    ? { memory: say(visit, 'signed_out') }
    : {};
}

function resultOf(error: unknown): Result {
  if (!(error instanceof GatewayError)) throw error;
  const notice = noticeOf[error.code];
  if (notice) return { memory: { notice: { code: notice, values: {} } } };
  if (steppedOn.includes(error.code)) return {};
  throw error;
}
