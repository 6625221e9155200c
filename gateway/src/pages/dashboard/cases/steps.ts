import { openCase } from '../../../cases/open.ts';
import { postToCase } from '../../../cases/post.ts';
import { closeCase } from '../../../cases/steps.ts';
import { GatewayError, type ProblemCode } from '../../../lib/errors.ts';
import { isId, newId } from '../../../lib/ids.ts';
import { field } from '../../forms.ts';
import { withQuery } from '../../query.ts';
import type { Answered, DashboardAction, Done } from '../act.ts';
import { audit, type DashboardInput, inputOf } from '../input.ts';
import { dashboardPath } from '../paths.ts';
import { inDashboard } from '../visit.ts';
import { askPage } from './ask.tsx';
import { partyOf } from './list.tsx';
import { readCasePage } from './one.tsx';

/** Of what was typed as an id, no more goes on into an address. */
const longestId = 60;

type Trouble = keyof DashboardInput['t']['trouble'];

const troubles: { [code in ProblemCode]?: Trouble } = {
  validation_failed: 'case_malformed',
  state_conflict: 'case_too_many',
};

/** What this refusal is called on the page; what is none of the form's is thrown on. */
function troubleOf(error: unknown, more: typeof troubles = {}): Trouble {
  const said = error instanceof GatewayError ? { ...troubles, ...more }[error.code] : undefined;
  if (said === undefined) throw error;
  return said;
}

function typedBy({ req }: DashboardAction) {
  const key = field(req, 'form_key');
  return {
    text: field(req, 'text'),
    readers: field(req, 'readers') === 'all' ? 'all' : 'merchant',
    formKey: isId('req', key) ? key : newId('req'),
  } as const;
}

/** The page's input with what is said about a refusal. */
function troubled({ context, visit, req }: DashboardAction, trouble: Trouble): DashboardInput {
  const input = inputOf(context.vault, visit, req);
  return { ...input, notice: { good: false, text: input.t.trouble[trouble] } };
}

/** Opens a case; what cannot be sent is shown again as it was typed. */
export async function openFromDashboard(action: DashboardAction): Promise<Done | Answered> {
  const { context, visit, req } = action;
  const message = typedBy(action);
  const asked = { about: field(req, 'about').trim(), subject: field(req, 'subject') };
  try {
    const id = await inDashboard(context, visit, async (tx) => {
      const party = partyOf(action);
      const opened = await openCase(tx, { party, aboutId: asked.about, subject: asked.subject, message });
      await audit(tx, visit, 'case_opened', { objectId: opened.id });
      return opened.id;
    });
    return { to: dashboardPath('cases', id), said: 'case_sent' };
  } catch (error) {
    const input = troubled(action, troubleOf(error, { not_found: 'case_about' }));
    const at = withQuery(dashboardPath('cases', 'new'), { about: asked.about.slice(0, longestId) });
    return { page: askPage(input, { ...asked, ...message }), at };
  }
}

/** Writes into a case of the merchant's. */
export async function writeFromDashboard(action: DashboardAction): Promise<Done | Answered> {
  const { context, visit, req } = action;
  const caseId = String(req.params.caseId);
  const message = typedBy(action);
  try {
    await inDashboard(context, visit, async (tx) => {
      await postToCase(tx, { caseId, party: partyOf(action), message });
      await audit(tx, visit, 'case_answered', { objectId: caseId });
    });
    return { to: dashboardPath('cases', caseId), said: 'case_written' };
  } catch (error) {
    const input = troubled(action, troubleOf(error));
    const page = await inDashboard(context, visit, (tx) => readCasePage(tx, input, message), 'read');
    return { page, at: dashboardPath('cases', caseId) };
  }
}

/** The merchant says that it is settled. */
export async function closeFromDashboard(action: DashboardAction): Promise<Done> {
  const { context, visit, req } = action;
  const caseId = String(req.params.caseId);
  const to = dashboardPath('cases', caseId);
  try {
    await inDashboard(context, visit, async (tx) => {
      await closeCase(tx, { caseId, party: partyOf(action) });
      await audit(tx, visit, 'case_closed', { objectId: caseId });
    });
    return { to, said: 'case_closed' };
  } catch (error) {
    return { to, said: troubleOf(error, { state_conflict: 'case_not_yours' }) };
  }
}
