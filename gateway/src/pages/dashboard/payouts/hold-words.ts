import type { Payout } from '../../../settlement/payouts.ts';
import { formatInstant } from '../../format.ts';
import type { DashboardInput } from '../input.ts';

/** Why a payout waits, and until when; undefined for one that does not. */
export function holdWords({ visit, t }: DashboardInput, payout: Payout): string | undefined {
  const { status, holdReason, holdUntil } = payout;
  if (status !== 'held' || holdReason === null) return undefined;
  const until =
    holdUntil === null
      ? t.payouts.heldByPeople
      : t.payouts.heldUntil(formatInstant(visit.locale, holdUntil, visit.merchant.timeZone));
  return `${t.payouts.reasons[holdReason]} · ${until}`;
}
