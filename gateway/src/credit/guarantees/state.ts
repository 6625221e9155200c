import { addDays, addMs, type CalendarDate, dateIn } from '../../lib/dates.ts';
import { GatewayError } from '../../lib/errors.ts';
import { minOf } from '../../lib/money.ts';
import type { Tx } from '../../lib/tx.ts';
import type { Guarantee, GuaranteeStatus, Role } from './guarantees.ts';
import { offerDays, reconsiderMs } from './terms.ts';

export type GuaranteeAction = 'accept' | 'decline' | 'withdraw' | 'end';

/** What each side may do in each state: guards the transitions and is shown as what can be done. */
const actions: Record<GuaranteeStatus, Record<Role, readonly GuaranteeAction[]>> = {
  offered: { guarantor: ['withdraw'], debtor: ['accept', 'decline'] },
  accepted: { guarantor: ['withdraw'], debtor: ['withdraw'] },
  active: { guarantor: ['end'], debtor: ['end'] },
  called: { guarantor: [], debtor: [] },
  ended: { guarantor: [], debtor: [] },
  expired: { guarantor: [], debtor: [] },
};

export function guaranteeActions(
  { status }: Pick<Guarantee, 'status'>,
  role: Role,
): readonly GuaranteeAction[] {
  return actions[status][role];
}

/** Throws `state_conflict` unless this side may do that now. */
export function requireAction(guarantee: Guarantee, role: Role, action: GuaranteeAction): void {
  if (guaranteeActions(guarantee, role).includes(action)) return;
  throw new GatewayError('state_conflict', {
    detail: `A guarantee that is ${guarantee.status} can no longer be changed like this.`,
    hint: 'Load the page again and see how it stands.',
  });
}

/** The environment's business date. */
export function todayIn(tx: Tx): CalendarDate {
  return dateIn(tx.environment.timeZone, tx.now);
}

/** The first business date on which an offer can no longer be accepted. */
export function lapsesOn({ offeredOn, expiresOn }: Pick<Guarantee, 'offeredOn' | 'expiresOn'>): CalendarDate {
  const last = addDays(offeredOn, offerDays);
  return last < expiresOn ? last : expiresOn;
}

/** Until when either side may withdraw what was accepted, by business time; then it becomes active. */
export function reconsiderUntil({ acceptedAt }: Pick<Guarantee, 'acceptedAt'>): Date | null {
  return acceptedAt && addMs(acceptedAt, reconsiderMs);
}

/** Whether what the debtor confirms at this moment is covered; after the last day nothing is, also before the sweep. */
export function covers(tx: Tx, { status, expiresOn }: Pick<Guarantee, 'status' | 'expiresOn'>): boolean {
  return status === 'active' && todayIn(tx) <= expiresOn;
}

/** What may still be asked of the guarantor, when so much of covered debt is open. */
export function exposureOf(
  { cap, calledAmount, status }: Pick<Guarantee, 'cap' | 'calledAmount' | 'status'>,
  open: bigint,
): bigint {
  return status === 'offered' || status === 'accepted' ? 0n : minOf(cap - calledAmount, open);
}
