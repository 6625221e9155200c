import { GatewayError } from '../../../lib/errors.ts';
import { type Id, type IdPrefix, isId } from '../../../lib/ids.ts';
import type { Tx } from '../../../lib/tx.ts';
import { field, fields } from '../../forms.ts';
import type { Page } from '../../send-page.tsx';
import type { Answered, DashboardAction, Done } from '../act.ts';
import { type DashboardInput, inputOf } from '../input.ts';
import { inDashboard } from '../visit.ts';

/** What a posted form was refused for, with what was written into it. */
export type RefusedForm = { error: GatewayError; values: (name: string) => string[] };

/** Reads a page of the section again, after something was done on it. */
export type ReadPage = (tx: Tx, input: DashboardInput) => Promise<Page>;

type Step = (action: DashboardAction) => Promise<Done | Answered>;

/**
 * Takes the step that a posted form names. What the gateway refuses of it is said on the same page, where what was written
 * stands again.
 */
export function takeStep(
  steps: Readonly<Record<string, Step>>,
  again: (tx: Tx, input: DashboardInput, form: RefusedForm) => Promise<Page>,
): Step {
  return async (action) => {
    const { req } = action;
    const name = field(req, 'step');
    const step = Object.hasOwn(steps, name) ? steps[name] : undefined;
    if (!step) throw new GatewayError('not_found', { detail: 'There is no such step.' });
    try {
      return await step(action);
    } catch (error) {
      if (!(error instanceof GatewayError) || error.code === 'not_found') throw error;
      const form: RefusedForm = { error, values: (asked) => fields(req, asked) };
      return answerWith(action, (tx, input) => again(tx, input, form));
    }
  };
}

/** The page that answers a form itself. */
export async function answerWith(
  { context, visit, req }: DashboardAction,
  read: ReadPage,
): Promise<Answered> {
  const input = inputOf(context.vault, visit, req);
  // The sections of developers post each form to the page that it stands on.
  return { page: await inDashboard(context, visit, (tx) => read(tx, input), 'read'), at: req.path };
}

/** The number in a field; undefined where there is none, or one that no form of ours sends. */
export function wholeNumberIn(text: string): number | undefined {
  return /^\d{1,15}$/.test(text.trim()) ? Number(text.trim()) : undefined;
}

/** The id in an address or a field; what is none is nobody's, and never reaches the database. */
export function idIn<P extends IdPrefix>(prefix: P, value: unknown): Id<P> {
  if (isId(prefix, value)) return value;
  throw new GatewayError('not_found', { detail: 'There is nothing with this id.' });
}

/** The refusal of a field, as the API refuses one. */
export function invalidField(pointer: string, detail: string): GatewayError {
  return new GatewayError('validation_failed', {
    detail: `${pointer}: ${detail}`,
    errors: [{ pointer, code: 'invalid', detail }],
  });
}
