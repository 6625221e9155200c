import { GatewayError } from '../lib/errors.ts';

export const disputeReasons = [
  'not_received',
  'damaged',
  'not_as_described',
  'unknown_order',
  'canceled',
  'charged_twice',
] as const;

/** As seen from the merchant: a won dispute refunds nothing. */
export const disputeStatuses = ['open', 'under_review', 'won', 'lost', 'partly_won', 'withdrawn'] as const;

export type DisputeReason = (typeof disputeReasons)[number];
export type DisputeStatus = (typeof disputeStatuses)[number];
export type DisputeSide = 'merchant' | 'shopper' | 'operator';
export type DisputeAction = 'answer' | 'accept' | 'add_evidence' | 'withdraw' | 'decide';

/** What each side may do with a dispute; of one that is over, nothing. */
const actions: Record<DisputeStatus, Record<DisputeSide, readonly DisputeAction[]>> = {
  open: {
    merchant: ['answer', 'accept', 'add_evidence'],
    shopper: ['withdraw', 'add_evidence'],
    operator: [],
  },
  under_review: {
    merchant: ['accept', 'add_evidence'],
    shopper: ['withdraw', 'add_evidence'],
    operator: ['decide'],
  },
  won: { merchant: [], shopper: [], operator: [] },
  lost: { merchant: [], shopper: [], operator: [] },
  partly_won: { merchant: [], shopper: [], operator: [] },
  withdrawn: { merchant: [], shopper: [], operator: [] },
};

type Standing = { status: DisputeStatus; responseDueAt: Date };

/** Past the time to answer, a merchant that has not done so can only accept, also before the sweep has come by. */
export function disputeActions(
  { status, responseDueAt }: Standing,
  side: DisputeSide,
  now: Date,
): readonly DisputeAction[] {
  const allowed = actions[status][side];
  const isSilent = side === 'merchant' && status === 'open' && responseDueAt <= now;
  return isSilent ? allowed.filter((action) => action === 'accept') : allowed;
}

/** Throws `state_conflict` unless this side may do this now. */
export function requireDisputeAction(
  dispute: Standing,
  side: DisputeSide,
  action: DisputeAction,
  now: Date,
): void {
  if (disputeActions(dispute, side, now).includes(action)) return;
  const isLate = dispute.status === 'open' && dispute.responseDueAt <= now;
  throw new GatewayError('state_conflict', {
    detail: isLate
      ? `The dispute was to be answered by ${dispute.responseDueAt.toISOString()}.`
      : `The dispute is ${dispute.status}; ${action.replace('_', ' ')} is not possible.`,
    hint: 'Read the dispute; its allowed_actions say what is.',
  });
}

export function isOver(status: DisputeStatus): boolean {
  return status !== 'open' && status !== 'under_review';
}
