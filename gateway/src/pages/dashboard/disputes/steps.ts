import { acceptDispute, answerDispute } from '../../../disputes/answer.ts';
import { type Dispute, findDispute, readWords, textOf } from '../../../disputes/disputes.ts';
import { addEvidence } from '../../../disputes/evidence/add.ts';
import { GatewayError, type ProblemCode } from '../../../lib/errors.ts';
import type { Tx } from '../../../lib/tx.ts';
import { field } from '../../forms.ts';
import { uploadOf } from '../../uploads.ts';
import { confirmPath, type DashboardAction, type Done } from '../act.ts';
import { audit, type SaidCode } from '../input.ts';
import { isLargeRefund } from '../orders/large-refund.ts';
import { dashboardPath } from '../paths.ts';
import { inDashboard } from '../visit.ts';

const troubles: { [code in ProblemCode]?: SaidCode } = {
  state_conflict: 'dispute_over',
  validation_failed: 'dispute_words',
  evidence_unreadable: 'dispute_file_refused',
  body_too_large: 'dispute_file_refused',
  evidence_limit: 'dispute_file_limit',
};

/** What this refusal is called on the page; what is none of the form's is thrown on. */
function troubleOf(error: unknown): SaidCode {
  const said = error instanceof GatewayError ? troubles[error.code] : undefined;
  if (said === undefined) throw error;
  return said;
}

type ByMerchant = { disputeId: string; merchantId: string };

function askedBy({ visit, req }: DashboardAction): ByMerchant {
  return { disputeId: String(req.params.disputeId), merchantId: visit.merchant.id };
}

/** Sends the answer, and keeps the file that came with it. A file that is not taken leaves the answer unsent. */
export async function answerFromDashboard(action: DashboardAction): Promise<Done> {
  const { context, visit, req } = action;
  const asked = askedBy(action);
  const to = dashboardPath('disputes', asked.disputeId);
  const text = field(req, 'answer').replaceAll('\r\n', '\n');
  try {
    // Before the file is kept, which would stay with an answer that was not taken.
    textOf(text, '/text');
    if (uploadOf(req)) await keepFile(action, asked);
    await inDashboard(context, visit, async (tx) => {
      const { id } = await answerDispute(tx, { ...asked, text });
      await audit(tx, visit, 'dispute_answered', { objectId: id });
    });
    return { to, said: 'dispute_answered' };
  } catch (error) {
    const trouble = troubleOf(error);
    const sentBefore = await wasDone(action, async (tx) => {
      const { answer } = await readWords(tx, asked.disputeId);
      return answer !== null && answer === text.normalize('NFC').trim();
    });
    return { to, said: sentBefore ? 'dispute_answered' : trouble };
  }
}

export async function addFileFromDashboard(action: DashboardAction): Promise<Done> {
  const asked = askedBy(action);
  const to = dashboardPath('disputes', asked.disputeId);
  try {
    if (!uploadOf(action.req)) return { to, said: 'dispute_file_refused' };
    await keepFile(action, asked);
    return { to, said: 'dispute_file_added' };
  } catch (error) {
    return { to, said: troubleOf(error) };
  }
}

/** Gives in, through what the API accepts by; that is a refund, so a large one asks for the passkey as refunds do. */
export async function acceptFromDashboard(action: DashboardAction): Promise<Done> {
  const { context, visit } = action;
  const asked = askedBy(action);
  const to = dashboardPath('disputes', asked.disputeId);
  const dispute = await inDashboard(context, visit, (tx) => findDispute(tx, asked), 'read');
  if (isLargeRefund(dispute) && !visit.isFresh) return { to: confirmPath(to) };
  try {
    await inDashboard(context, visit, async (tx) => {
      const { id } = await acceptDispute(tx, asked);
      await audit(tx, visit, 'dispute_accepted', { objectId: id });
    });
    return { to, said: 'dispute_accepted' };
  } catch (error) {
    const trouble = troubleOf(error);
    const isAccepted = await wasDone(action, (_tx, { endedBy }) => Promise.resolve(endedBy === 'merchant'));
    return { to, said: isAccepted ? 'dispute_accepted' : trouble };
  }
}

/** Whether what was refused stands already, because the form was sent twice. */
function wasDone(
  action: DashboardAction,
  look: (tx: Tx, dispute: Dispute) => Promise<boolean>,
): Promise<boolean> {
  const { context, visit } = action;
  return inDashboard(context, visit, async (tx) => look(tx, await findDispute(tx, askedBy(action))), 'read');
}

async function keepFile({ context, visit, req }: DashboardAction, asked: ByMerchant): Promise<void> {
  const upload = uploadOf(req);
  if (!upload) return;
  const { id } = await addEvidence(
    { evidence: context.evidence, inTx: (work) => inDashboard(context, visit, work) },
    { ...asked, side: 'merchant', ...upload },
  );
  await inDashboard(context, visit, (tx) => audit(tx, visit, 'dispute_file_added', { objectId: id }));
}
