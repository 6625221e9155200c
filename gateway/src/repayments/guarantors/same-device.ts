import { findGuarantee } from '../../credit/guarantees/guarantees.ts';
import type { Tx } from '../../lib/tx.ts';
import { hasSignedInFrom } from '../../shoppers/browsers.ts';
import { indexOf } from '../../shoppers/sealing.ts';

/** A browser as an offer keeps it until it is answered. */
export function browserHashOf(tx: Tx, browser: string): Buffer {
  return indexOf(tx, 'guarantees.browser', browser);
}

/**
 * Whether the one who accepts sits at the guarantor's device: the offer was made in this browser, or the guarantor has
 * signed in from it lately. `browser` is the random value of the browser's cookie.
 */
export async function isSameDevice(
  tx: Tx,
  { guaranteeId, browser }: { guaranteeId: string; browser: string },
): Promise<boolean> {
  const { guarantorId } = await findGuarantee(tx, guaranteeId);
  const offered = await tx
    .sql('guarantees')
    .where({ environment_id: tx.environment.id, id: guaranteeId, browser_hash: browserHashOf(tx, browser) })
    .first('id');
  return offered !== undefined || hasSignedInFrom(tx, { shopperId: guarantorId, browser });
}
