import type { Request, Response } from 'express';
import { GatewayError, type ProblemCode } from '../../lib/errors.ts';
import { answerForm, type FormAction, type Result } from '../answer-form.ts';
import type { PagesContext } from '../context.ts';
import { say } from '../memory.ts';
import type { NoticeCode } from '../texts/language.ts';
import { type AgreementStep, stepOf } from './step.ts';
import { type AgreementVisit, factsOf, openAgreementVisit } from './visit.ts';

/** One request to do something on the page of an agreement. */
export type AgreementAction = FormAction<AgreementVisit>;

/** What a refusal means to somebody who filled in a form; the others lead to the step that is due. */
const noticeOf: { [code in ProblemCode]?: NoticeCode } = {
  clock_moving: 'busy',
  unavailable: 'busy',
  processor_unavailable: 'processor_unavailable',
  step_up_required: 'step_up_required',
  funder_unavailable: 'funder_unavailable',
  state_conflict: 'text_changed',
  validation_failed: 'consents_missing',
};

/** Answers a posted form if the agreement is at one of `steps`; a form from an old page leads to the step that is due. */
export function act(
  context: PagesContext,
  steps: readonly AgreementStep[],
  perform: (action: AgreementAction) => Promise<Result>,
): (req: Request, res: Response) => Promise<void> {
  return answerForm(context, openAgreementVisit, async (action) => {
    const { visit } = action;
    const step = stepOf(factsOf(visit));
    if (step === 'not_found')
      throw new GatewayError('not_found', { detail: 'This agreement belongs to another shopper.' });
    if (steps.includes(step)) return perform(action).catch((error: unknown) => resultOf(action, error));
    if (visit.visitor === 'nobody' && visit.agreement.shopperId !== null)
      return { memory: say(visit, 'signed_out') };
    return step === 'identity' && steps.includes('terms') ? { memory: say(visit, 'step_up_required') } : {};
  });
}

function resultOf({ visit }: AgreementAction, error: unknown): Result {
  if (!(error instanceof GatewayError)) throw error;
  if (error.code === 'agreement_ended') return {};
  const notice = noticeOf[error.code];
  if (!notice) throw error;
  return { memory: say(visit, notice) };
}
