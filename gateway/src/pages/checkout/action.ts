import type { Request, Response } from 'express';
import { GatewayError, type ProblemCode } from '../../lib/errors.ts';
import type { PagesContext } from '../context.ts';
import { isOwnForm } from '../forms.ts';
import { sendProblemPage } from '../problem-page.tsx';
import type { NoticeCode } from '../texts/language.ts';
import { type Memory, writeMemory } from './memory.ts';
import { stepOf, type Step } from './step.ts';
import { factsOf, openVisit, type Visit } from './visit.ts';

/** One request to do something at one checkout. */
export type Action = { context: PagesContext; visit: Visit; step: Step; req: Request; res: Response };

/** Where the shopper goes next (the checkout itself when left out), and what its page remembers and says. */
export type Result = { to?: string; memory?: Memory };

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
 * Answers a posted form: refuses one that is not ours, does what it asks if the checkout is at one of `steps`, and
 * leads to a page that may be loaded again. A form from an old page, from the back button or from a second tab leads to
 * the step that is due.
 */
export function act(
  context: PagesContext,
  steps: readonly Step[],
  perform: (action: Action) => Promise<Result>,
): (req: Request, res: Response) => Promise<void> {
  return async (req, res) => {
    const visit = await openVisit(context, req, res);
    const { vault, config } = context;
    if (!isOwnForm(req, { vault, sessionId: visit.session.id, origin: config.origins.api })) {
      const sandbox = visit.environment.kind === 'sandbox';
      sendProblemPage(req, res, 'form', { locale: visit.locale, sandbox, reload: visit.path });
      return;
    }
    const step = stepOf(factsOf(visit));
    if (step === 'not_found')
      throw new GatewayError('not_found', { detail: 'This checkout belongs to another shopper.' });
    const action = { context, visit, step, req, res };
    const result = steps.includes(step) ? await perform(action).catch(resultOf) : outOfStep(visit);
    if (result.memory) {
      writeMemory(res, { vault, sessionId: visit.session.id, path: visit.path }, result.memory);
    }
    res.redirect(303, result.to ?? visit.path);
  };
}

/** The result of saying something about this form. What was remembered of the sign-in stays. */
export function say(
  visit: Visit,
  code: NoticeCode,
  more: { values?: Record<string, string>; typed?: Memory['typed'] } = {},
): Memory {
  const { signIn } = visit.memory;
  return {
    ...(signIn && { signIn }),
    ...(more.typed && { typed: more.typed }),
    notice: { code, values: more.values ?? {} },
  };
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
