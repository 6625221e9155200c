import { withdrawDispute } from '../../../disputes/answer.ts';
import { mostWords } from '../../../disputes/disputes.ts';
import { addEvidence } from '../../../disputes/evidence/add.ts';
import { openDispute } from '../../../disputes/open.ts';
import { disputeReasons } from '../../../disputes/state.ts';
import { GatewayError, type ProblemCode } from '../../../lib/errors.ts';
import { isId } from '../../../lib/ids.ts';
import type { Tx } from '../../../lib/tx.ts';
import type { Result } from '../../answer-form.ts';
import { field } from '../../forms.ts';
import { say } from '../../memory.ts';
import { inVisit } from '../../page-visit.ts';
import { readAmount } from '../../read-amount.ts';
import type { NoticeCode } from '../../texts/language.ts';
import { uploadOf } from '../../uploads.ts';
import type { AccountAction } from '../action.ts';
import { planIdOf } from '../plan-id.ts';
import { readDisputeFacts } from './facts.ts';

const refusals: { [code in ProblemCode]?: NoticeCode } = {
  dispute_open: 'dispute_impossible',
  return_open: 'dispute_return_open',
  refund_exceeds_refundable: 'dispute_incomplete',
  validation_failed: 'dispute_incomplete',
  state_conflict: 'dispute_impossible',
};

const fileRefusals: { [code in ProblemCode]?: NoticeCode } = {
  evidence_unreadable: 'dispute_file_refused',
  body_too_large: 'dispute_file_refused',
  evidence_limit: 'dispute_file_limit',
  state_conflict: 'dispute_over',
};

/** Opens the dispute that the form describes, with its file where one was chosen. A form that is sent twice opens one. */
export async function openFromAccount(action: AccountAction): Promise<Result> {
  const { context, visit, req } = action;
  const planId = planIdOf(req);
  const to = disputeAddress(action, planId);
  try {
    const disputeId = await inVisit(context, visit, (tx) => open(tx, action, planId));
    if (disputeId === undefined) return { to, memory: say(visit, 'dispute_incomplete') };
    const refused = uploadOf(req) && (await addFile(action, disputeId));
    return { to, memory: say(visit, refused ?? 'dispute_opened') };
  } catch (error) {
    return { to, memory: say(visit, noticeFor(error, refusals)) };
  }
}

async function open(tx: Tx, { visit, req }: AccountAction, planId: string): Promise<string | undefined> {
  const shopperId = visit.shopper.id;
  const facts = await readDisputeFacts(tx, { planId, shopperId });
  if (!facts) throw new GatewayError('not_found', { detail: 'Nothing was bought by this plan.' });
  const reason = disputeReasons.find((known) => known === field(req, 'reason'));
  const amount = readAmount(field(req, 'sum'), facts.currency);
  const words = field(req, 'words');
  const formKey = field(req, 'form_key');
  if (!reason || !amount || amount > facts.refundable || words.trim() === '' || words.length > mostWords)
    return undefined;
  if (!isId('req', formKey)) return undefined;
  const { orderId } = facts;
  return (await openDispute(tx, { orderId, shopperId, formKey, reason, amount, words })).id;
}

/** Adds the chosen file to a dispute of one's own. */
export async function addFileFromAccount(action: AccountAction): Promise<Result> {
  const { visit, req } = action;
  const { disputeId } = req.params;
  if (!isId('dsp', disputeId)) throw new GatewayError('not_found', { detail: 'This is no dispute.' });
  const to = disputeAddress(action, planIdOf(req));
  if (!uploadOf(req)) return { to, memory: say(visit, 'dispute_file_refused') };
  return { to, memory: say(visit, (await addFile(action, disputeId)) ?? 'dispute_file_added') };
}

/** The notice that says why the file was not taken; undefined when it was. */
async function addFile(
  { context, visit, req }: AccountAction,
  disputeId: string,
): Promise<NoticeCode | undefined> {
  const upload = uploadOf(req);
  if (!upload) return undefined;
  try {
    await addEvidence(
      { evidence: context.evidence, inTx: (work) => inVisit(context, visit, work) },
      { disputeId, shopperId: visit.shopper.id, side: 'shopper', ...upload },
    );
    return undefined;
  } catch (error) {
    return noticeFor(error, fileRefusals);
  }
}

/** The shopper pays after all. */
export async function withdrawFromAccount(action: AccountAction): Promise<Result> {
  const { context, visit, req } = action;
  const { disputeId } = req.params;
  if (!isId('dsp', disputeId)) throw new GatewayError('not_found', { detail: 'This is no dispute.' });
  const to = disputeAddress(action, planIdOf(req));
  try {
    await inVisit(context, visit, (tx) => withdrawDispute(tx, { disputeId, shopperId: visit.shopper.id }));
    return { to, memory: say(visit, 'dispute_withdrawn') };
  } catch (error) {
    return { to, memory: say(visit, noticeFor(error, { state_conflict: 'dispute_over' })) };
  }
}

function disputeAddress({ visit }: AccountAction, planId: string): string {
  return `${visit.place.path}/plans/${planId}/dispute`;
}

/** What is said about a refusal; anything else goes on as it is. */
function noticeFor(error: unknown, notices: { [code in ProblemCode]?: NoticeCode }): NoticeCode {
  const notice = error instanceof GatewayError ? notices[error.code] : undefined;
  if (!notice) throw error;
  return notice;
}
