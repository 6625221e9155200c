import { decideDispute, disputeOutcomes } from '../../../disputes/decide.ts';
import { findDispute } from '../../../disputes/disputes.ts';
import { GatewayError, type ProblemCode } from '../../../lib/errors.ts';
import { field } from '../../forms.ts';
import { readAmount } from '../../read-amount.ts';
import type { ConsoleAction, Done } from '../act.ts';
import { audit } from '../input.ts';
import { consolePath } from '../paths.ts';
import type { SaidCode } from '../texts/en.ts';
import { inConsole } from '../visit.ts';

const saidOf: { [code in ProblemCode]?: SaidCode } = {
  state_conflict: 'dispute_over',
  validation_failed: 'dispute_malformed',
  amount_invalid: 'dispute_malformed',
};

/** Decides a dispute with a note that both sides read. */
export async function decideFromConsole({ context, visit, req }: ConsoleAction): Promise<Done> {
  const disputeId = String(req.params.disputeId);
  const to = `${consolePath(visit.environment.id, 'disputes')}/${disputeId}`;
  const outcome = disputeOutcomes.find((known) => known === field(req, 'outcome'));
  if (!outcome) return { to, said: 'dispute_malformed' };
  try {
    await inConsole(context, visit, async (tx) => {
      const { currency } = await findDispute(tx, { disputeId });
      const refunded =
        outcome === 'partly_won' ? (readAmount(field(req, 'part'), currency) ?? 0n) : undefined;
      await decideDispute(tx, {
        disputeId,
        operatorId: visit.operator.id,
        outcome,
        refunded,
        note: field(req, 'note'),
      });
      await audit(tx, visit, 'dispute_decided', { objectId: disputeId, details: { outcome } });
    });
    return { to, said: 'dispute_decided' };
  } catch (error) {
    const said = error instanceof GatewayError ? saidOf[error.code] : undefined;
    if (!said) throw error;
    return { to, said };
  }
}
