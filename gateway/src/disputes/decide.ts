import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import { type Dispute, lockDispute, sealWords, textOf } from './disputes.ts';
import { endDispute } from './end.ts';
import { requireDisputeAction } from './state.ts';

export const disputeOutcomes = ['won', 'lost', 'partly_won'] as const;

export type DecideDispute = {
  disputeId: string;
  /** Who decides: an operator, or in a sandbox the merchant that plays one. */
  operatorId: string;
  /** As seen from the merchant. */
  outcome: (typeof disputeOutcomes)[number];
  /** What the shopper gets of what they dispute, in minor units: needed for a part, and for nothing else. */
  refunded?: bigint | undefined;
  /** Why, in words that both sides read. */
  note: string;
};

/**
 * A person decides a dispute that the merchant has answered. Errors: `not_found`; `state_conflict` when there is nothing to
 * decide; `amount_invalid` for a part that is nothing or all; `validation_failed` for the note.
 */
export async function decideDispute(tx: Tx, input: DecideDispute): Promise<Dispute> {
  const note = textOf(input.note, '/note');
  const { order, dispute } = await lockDispute(tx, input);
  requireDisputeAction(dispute, 'operator', 'decide', tx.now);
  const refunded = refundedBy(input, dispute);
  const noteSealed = await sealWords(tx, dispute, 'note', note);
  return endDispute(tx, {
    order,
    dispute,
    ending: { by: 'operator', refunded, decided: { operatorId: input.operatorId, noteSealed } },
  });
}

function refundedBy({ outcome, refunded }: DecideDispute, { amount }: Dispute): bigint {
  const isPart = outcome === 'partly_won';
  if (
    isPart !== (refunded !== undefined) ||
    (refunded !== undefined && (refunded <= 0n || refunded >= amount))
  ) {
    throw new GatewayError('amount_invalid', {
      detail:
        'A partly won dispute refunds more than nothing and less than all; another outcome names no amount.',
      errors: [{ pointer: '/refunded_amount', code: 'out_of_range' }],
    });
  }
  if (outcome === 'won') return 0n;
  return refunded ?? amount;
}
