import { findAgreement } from '../agreements/agreements.ts';
import { claimAgreement } from '../agreements/approve.ts';
import { isTooLate } from '../agreements/state.ts';
import { claimSession } from '../checkout/claim.ts';
import { findSession } from '../checkout/sessions.ts';
import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import type { Place } from './memory.ts';

/**
 * A checkout or an agreement that is still open, and nobody's, becomes theirs who signs in at it. What is over, or
 * somebody's, is left as it is: its page says so. An account is nobody else's from the start.
 */
export async function claimIfFree(
  tx: Tx,
  { area, id }: Pick<Place, 'area' | 'id'>,
  shopperId: Id<'shp'>,
): Promise<void> {
  if (area === 'checkout') {
    const session = await findSession(tx, { sessionId: id });
    if (session.shopperId !== null || session.status !== 'open') return;
    await claimSession(tx, { sessionId: session.id, shopperId });
  } else if (area === 'agreement') {
    const agreement = await findAgreement(tx, { agreementId: id });
    const isOpen = agreement.status === 'pending' && !isTooLate(agreement, tx.wallNow);
    if (agreement.shopperId !== null || !isOpen) return;
    await claimAgreement(tx, { agreementId: agreement.id, shopperId });
  }
}
