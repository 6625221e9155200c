import type { CaseReaders } from '../../../cases/cases.ts';
import { nextSteps } from '../../../cases/messages.ts';
import { openCase } from '../../../cases/open.ts';
import { postToCase } from '../../../cases/post.ts';
import { assignCase, closeCase } from '../../../cases/steps.ts';
import { findArticle } from '../../../help/articles.ts';
import { GatewayError, type ProblemCode } from '../../../lib/errors.ts';
import { isId, newId } from '../../../lib/ids.ts';
import { field } from '../../forms.ts';
import type { Answered, ConsoleAction, Done } from '../act.ts';
import { audit, type ConsoleInput, inputOf } from '../input.ts';
import type { SaidCode } from '../texts/en.ts';
import { inConsole } from '../visit.ts';
import type { Typed } from './fields.tsx';
import { partyOf } from './list.tsx';
import { newCasePage } from './new.tsx';
import { readCasePage } from './one.tsx';
import { casePath, newCasePath } from './paths.ts';

/** Of what was typed as an id, no more goes on into an address. */
const longestId = 60;

const saidOf: { [code in ProblemCode]?: SaidCode } = {
  validation_failed: 'case_malformed',
  state_conflict: 'case_full',
};

/** The page's input with what is said about a refusal; what is none of the form's is thrown on. */
function refused(
  { context, visit, req }: ConsoleAction,
  error: unknown,
  more: typeof saidOf = {},
): ConsoleInput {
  const said = error instanceof GatewayError ? { ...saidOf, ...more }[error.code] : undefined;
  if (said === undefined) throw error;
  return { ...inputOf(context.vault, visit, req), said };
}

function typedBy({ req }: ConsoleAction): Typed {
  const key = field(req, 'form_key');
  const readers = (['shopper', 'merchant', 'all', 'internal'] as const).find(
    (known) => known === field(req, 'readers'),
  );
  return {
    text: field(req, 'text'),
    readers,
    // What follows an internal note is as it was, whatever stands in the form.
    next: readers === 'internal' ? undefined : nextSteps.find((step) => step === field(req, 'next')),
    helpArticle: findArticle(field(req, 'article'), 'en')?.slug,
    formKey: isId('req', key) ? key : newId('req'),
  };
}

/** The message as it is sent; one without readers is for nobody else. */
function messageOf(typed: Typed): Typed & { readers: CaseReaders } {
  return { ...typed, readers: typed.readers ?? 'internal' };
}

/** Opens a case; what cannot be sent is shown again as it was typed. */
export async function openFromConsole(action: ConsoleAction): Promise<Done | Answered> {
  const { context, visit, req } = action;
  const typed = typedBy(action);
  const about = field(req, 'about').trim();
  const subject = field(req, 'subject');
  try {
    const id = await inConsole(context, visit, async (tx) => {
      const message = messageOf(typed);
      const opened = await openCase(tx, { party: partyOf(action), aboutId: about, subject, message });
      await audit(tx, visit, 'case_opened', { objectId: opened.id });
      return opened.id;
    });
    return { to: casePath(visit.environment.id, id), said: 'case_sent' };
  } catch (error) {
    const input = refused(action, error, { not_found: 'case_about' });
    const at = newCasePath(visit.environment.id, about.slice(0, longestId));
    return { page: newCasePage(input, { about, subject, typed }), at };
  }
}

/** Writes into a case: an answer, or a note that only operators read. */
export async function writeFromConsole(action: ConsoleAction): Promise<Done | Answered> {
  const { context, visit, req } = action;
  const caseId = String(req.params.caseId);
  const typed = typedBy(action);
  const message = messageOf(typed);
  const isNote = message.readers === 'internal';
  try {
    await inConsole(context, visit, async (tx) => {
      await postToCase(tx, { caseId, party: partyOf(action), message });
      await audit(tx, visit, isNote ? 'case_noted' : 'case_answered', { objectId: caseId });
    });
    return { to: casePath(visit.environment.id, caseId), said: isNote ? 'case_noted' : 'case_sent' };
  } catch (error) {
    const input = refused(action, error);
    const page = await inConsole(context, visit, (tx) => readCasePage(tx, input, typed), 'read');
    return { page, at: casePath(visit.environment.id, caseId) };
  }
}

export function take(action: ConsoleAction): Promise<Done> {
  return assign(action, action.visit.operator.id);
}

export function giveBack(action: ConsoleAction): Promise<Done> {
  return assign(action, null);
}

async function assign(action: ConsoleAction, to: string | null): Promise<Done> {
  const { context, visit, req } = action;
  const caseId = String(req.params.caseId);
  await inConsole(context, visit, async (tx) => {
    await assignCase(tx, { caseId, by: partyOf(action), to });
    await audit(tx, visit, 'case_assigned', { objectId: caseId, details: { to } });
  });
  const said = to === null ? 'case_released' : 'case_assigned';
  return { to: casePath(visit.environment.id, caseId), said };
}

/** Closes a case without another word. */
export async function closeFromConsole(action: ConsoleAction): Promise<Done> {
  const { context, visit, req } = action;
  const caseId = String(req.params.caseId);
  await inConsole(context, visit, async (tx) => {
    await closeCase(tx, { caseId, party: partyOf(action) });
    await audit(tx, visit, 'case_closed', { objectId: caseId });
  });
  return { to: casePath(visit.environment.id, caseId), said: 'case_closed' };
}
