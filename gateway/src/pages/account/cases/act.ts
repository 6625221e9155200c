import { findAbout } from '../../../cases/about.ts';
import { openCase } from '../../../cases/open.ts';
import { postToCase } from '../../../cases/post.ts';
import { closeCase } from '../../../cases/steps.ts';
import { searchHelp } from '../../../help/search.ts';
import { GatewayError, type ProblemCode } from '../../../lib/errors.ts';
import { isId, newId } from '../../../lib/ids.ts';
import type { Result } from '../../answer-form.ts';
import { field } from '../../forms.ts';
import { say } from '../../memory.ts';
import { inVisit } from '../../page-visit.ts';
import { type NoticeCode, textsOf } from '../../texts/language.ts';
import type { AccountAction } from '../action.ts';
import { type AccountInput, inputOf } from '../view.tsx';
import { type Asked, askView } from './ask-view.tsx';
import { partyOf, readCasePage } from './show.ts';
import { readSubjects } from './subjects.ts';

const mostAnswers = 3;

const refusals: { [code in ProblemCode]?: NoticeCode } = {
  validation_failed: 'case_incomplete',
  state_conflict: 'case_too_many',
};

function casesPath({ visit }: AccountAction): string {
  return `${visit.place.path}/cases`;
}

/** The form's own name; a form without one is none of ours. */
function formKeyOf({ req }: AccountAction): string {
  const key = field(req, 'form_key');
  return isId('req', key) ? key : newId('req');
}

function askedBy({ req }: AccountAction): Asked {
  return {
    subject: field(req, 'subject'),
    text: field(req, 'text'),
    readers: field(req, 'readers') === 'all' ? 'all' : 'shopper',
  };
}

/** Shows the articles that fit what was typed, with the form that sends it. Nothing is kept yet. */
export function lookFromAccount(action: AccountAction): Promise<Result> {
  return askAgain(action, undefined);
}

/** The form of a question as it was filled in, with what fits it, and a notice where something is wrong with it. */
async function askAgain(action: AccountAction, notice: NoticeCode | undefined): Promise<Result> {
  const { context, visit, req } = action;
  const asked = askedBy(action);
  const input = withNotice(inputOf(context.vault, visit, req), notice);
  const answers = searchHelp(`${asked.subject} ${asked.text}`, {
    locale: visit.locale,
    audience: 'shopper',
    most: mostAnswers,
  });
  const page = await inVisit(
    context,
    visit,
    async (tx) => {
      const subjects = await readSubjects(tx, input, field(req, 'about'));
      return askView(input, { subjects, asked, formKey: formKeyOf(action), answers });
    },
    'read',
  );
  return { to: `${casesPath(action)}/new`, page };
}

function withNotice(input: AccountInput, code: NoticeCode | undefined): AccountInput {
  return { ...input, notice: code && textsOf[input.visit.locale].notices[code]({}) };
}

/** Opens the case; what cannot be sent is shown again as it was typed. */
export async function openFromAccount(action: AccountAction): Promise<Result> {
  const { context, visit, req } = action;
  const { subject, text, readers } = askedBy(action);
  const party = partyOf(action);
  try {
    const { id } = await inVisit(context, visit, async (tx) => {
      const aboutId = field(req, 'about') || visit.shopper.id;
      // Where there is no shop, nobody but Morrow reads it, whatever was chosen before.
      const { merchantId } = await findAbout(tx, party, aboutId);
      const message = {
        formKey: formKeyOf(action),
        text,
        readers: merchantId === null ? 'shopper' : readers,
      } as const;
      return openCase(tx, { party, aboutId, subject, message });
    });
    return { to: `${casesPath(action)}/${id}`, memory: say(visit, 'case_sent') };
  } catch (error) {
    return askAgain(action, noticeFor(error, refusals));
  }
}

/** Writes into one of the shopper's cases. */
export async function writeFromAccount(action: AccountAction): Promise<Result> {
  const { context, visit, req } = action;
  const caseId = String(req.params.caseId);
  const to = `${casesPath(action)}/${caseId}`;
  const { text, readers } = askedBy(action);
  const formKey = formKeyOf(action);
  try {
    await inVisit(context, visit, (tx) =>
      postToCase(tx, { caseId, party: partyOf(action), message: { formKey, text, readers } }),
    );
    return { to, memory: say(visit, 'case_written') };
  } catch (error) {
    const notice = noticeFor(error, { ...refusals, validation_failed: 'case_text' });
    const input = withNotice(inputOf(context.vault, visit, req), notice);
    const read = { typed: text, formKey };
    return { to, page: await inVisit(context, visit, (tx) => readCasePage(tx, input, read), 'read') };
  }
}

/** The shopper says that it is settled. */
export async function closeFromAccount(action: AccountAction): Promise<Result> {
  const { context, visit, req } = action;
  const caseId = String(req.params.caseId);
  const to = `${casesPath(action)}/${caseId}`;
  try {
    await inVisit(context, visit, (tx) => closeCase(tx, { caseId, party: partyOf(action) }));
    return { to, memory: say(visit, 'case_closed') };
  } catch (error) {
    return { to, memory: say(visit, noticeFor(error, { state_conflict: 'case_not_yours' })) };
  }
}

/** What is said about a refusal; anything else goes on as it is. */
function noticeFor(error: unknown, notices: { [code in ProblemCode]?: NoticeCode }): NoticeCode {
  const notice = error instanceof GatewayError ? notices[error.code] : undefined;
  if (!notice) throw error;
  return notice;
}
