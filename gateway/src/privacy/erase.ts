import { forgetAccounts } from '../banking/remove-account.ts';
import { closeCasesOf } from '../cases/steps.ts';
import { forgetInvitations } from '../credit/guarantees/invitations.ts';
import { endReviews, lockLinesOf } from '../credit/lines.ts';
import { forgetEvidence } from '../disputes/evidence/files.ts';
import { forgetSightingsOf } from '../fraud/sightings.ts';
import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { forgetMessages } from '../notifications/messages.ts';
import { forgetPaymentMethods } from '../processor/payment-methods.ts';
import { eraseShopper, lockForErasure } from '../shoppers/erase.ts';
import { requireLevelThree } from '../shoppers/step-up.ts';
import { recordErasure } from './erasures.ts';
import { type ErasureObstacle, findObstacles } from './obstacles.ts';

export type Erasure =
  | { outcome: 'erased' }
  /** They were erased before: nothing was done. */
  | { outcome: 'gone' }
  | { outcome: 'refused'; obstacles: ErasureObstacle[] };

/**
 * A shopper asks to be forgotten. Refused while money or a right of theirs or of somebody else hangs on who they are.
 *
 * @throws GatewayError `step_up_required` unless the session was at level three within 15 minutes.
 */
export async function eraseOnRequest(
  tx: Tx,
  { shopperId, sessionId }: { shopperId: Id<'shp'>; sessionId: Id<'sse'> },
): Promise<Erasure> {
  await requireLevelThree(tx, sessionId);
  return erase(tx, shopperId);
}

/**
 * Erases a shopper and notes it. Ledger, events, receipts, decisions and consents stay, with their id, which leads to
 * nobody any more; what was sealed for them opens no more. A backup from before still has their key, which is why the note
 * has to outlive it (`replay.ts`). Whoever comes back with the same phone is somebody new. Throws `not_found`.
 */
export async function erase(tx: Tx, shopperId: Id<'shp'>): Promise<Erasure> {
  await lockLinesOf(tx, shopperId);
  if ((await lockForErasure(tx, shopperId)) === 'erased') return { outcome: 'gone' };
  const obstacles = await findObstacles(tx, shopperId);
  if (obstacles.length > 0) return { outcome: 'refused', obstacles };
  await forgetAccounts(tx, shopperId);
  await forgetPaymentMethods(tx, shopperId);
  await forgetInvitations(tx, shopperId);
  await forgetEvidence(tx, shopperId);
  await closeCasesOf(tx, shopperId);
  await forgetMessages(tx, shopperId);
  await forgetSightingsOf(tx, shopperId);
  await endReviews(tx, shopperId);
  await eraseShopper(tx, shopperId);
  await recordErasure(tx, shopperId);
  return { outcome: 'erased' };
}
