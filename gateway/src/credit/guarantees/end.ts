import type { Id } from '../../lib/ids.ts';
import type { Tx } from '../../lib/tx.ts';
import { lockLine, movePledges } from '../lines.ts';
import { openOf } from './cover.ts';
import {
  type EndedBy,
  findGuarantee,
  type Guarantee,
  lockGuarantee,
  recordGuaranteeEvent,
  updateGuarantee,
} from './guarantees.ts';
import { findFor } from './invitations.ts';
import { exposureOf, type GuaranteeAction, requireAction } from './state.ts';

/**
 * Either side ends a guarantee: an offer is withdrawn or declined, what was accepted is withdrawn before it is active,
 * and an active one ends for all orders that are confirmed from now on. What was confirmed before stays covered until it
 * is paid. Ending one that is over already changes nothing. Errors: `not_found`, `state_conflict`.
 */
export async function endGuarantee(
  tx: Tx,
  input: { guaranteeId: string; shopperId: Id<'shp'>; action: Exclude<GuaranteeAction, 'accept'> },
): Promise<Guarantee> {
  const { role } = await findFor(tx, input);
  const guarantee = await lockSides(tx, input.guaranteeId);
  if (guarantee.status === 'ended' || guarantee.status === 'expired') return guarantee;
  requireAction(guarantee, role, input.action);
  return close(tx, guarantee, { status: 'ended', by: role });
}

/** The guarantee locked after the credit lines of both sides, which are locked in one order of the shoppers. */
export async function lockSides(tx: Tx, guaranteeId: string): Promise<Guarantee> {
  const { guarantorId, debtorId, currency } = await findGuarantee(tx, guaranteeId);
  await lockLines(tx, [guarantorId, debtorId], currency);
  return lockGuarantee(tx, guaranteeId);
}

/** Locks what lines there are of these shoppers, always in the same order. */
export async function lockLines(
  tx: Tx,
  shopperIds: readonly (string | null)[],
  currency: string,
): Promise<void> {
  for (const id of shopperIds.filter((shopperId) => shopperId !== null).toSorted())
    await lockLine(tx, id, currency);
}

/** Closes a locked guarantee for new orders, and leaves set aside what may still be asked for. */
export async function close(
  tx: Tx,
  guarantee: Guarantee,
  { status, by }: { status: 'ended' | 'expired'; by: EndedBy },
): Promise<Guarantee> {
  if (guarantee.status === 'active') await stopGuaranteeing(tx, guarantee);
  const pledged = exposureOf(guarantee, await openOf(tx, guarantee.id));
  await movePledges(tx, guarantorLine(guarantee), { pledged: pledged - guarantee.pledged });
  const closed = await updateGuarantee(tx, guarantee, {
    status,
    pledged,
    browser_hash: null,
    ended_at: tx.now,
    ended_by: by,
  });
  await recordGuaranteeEvent(tx, status === 'ended' ? 'guarantee.ended' : 'guarantee.expired', closed);
  return closed;
}

/** From now on the debtor's limit is their own. */
export async function stopGuaranteeing(tx: Tx, guarantee: Guarantee): Promise<void> {
  if (guarantee.debtorId === null) return;
  const { debtorId: shopperId, currency } = guarantee;
  await movePledges(tx, { shopperId, currency }, { guaranteed: -guarantee.cap });
}

export function guarantorLine({ guarantorId, currency }: Pick<Guarantee, 'guarantorId' | 'currency'>): {
  shopperId: string;
  currency: string;
} {
  return { shopperId: guarantorId, currency };
}
