import { findGuarantee } from '../../credit/guarantees/guarantees.ts';
import type { Tx } from '../../lib/tx.ts';
import { hasSignedInFrom } from '../../shoppers/browsers.ts';
import { indexOf } from '../../shoppers/sealing.ts';

/** A browser as an offer keeps it until it is answered. */
export function browserHashOf(tx: Tx, browser: string): Buffer {
  return indexOf(tx, 'guarantees.browser', browser);
}

/**
 * Whether the one who accepts sits at the guarantor's device: the offer was made in this browser, the guarantor has signed
 * in from it lately, or decisions about both have seen one device within the days for which that is remembered. `browser`
 * is the random value of the browser's cookie.
 */
export async function isSameDevice(
  tx: Tx,
  { guaranteeId, debtorId, browser }: { guaranteeId: string; debtorId: string; browser: string },
): Promise<boolean> {
  const { guarantorId } = await findGuarantee(tx, guaranteeId);
  const { rows } = await tx.sql.raw<{ rows: { shared: boolean }[] }>(
    `select exists (
         select from guarantees g
         where g.environment_id = :environment and g.id = :guarantee and g.browser_hash = :offered)
       or exists (
         select from fraud_sightings a
           join fraud_sightings b on b.environment_id = a.environment_id and b.device = a.device
         where a.environment_id = :environment and a.shopper_id = :guarantor and b.shopper_id = :debtor)
       as shared`,
    {
      environment: tx.environment.id,
      guarantee: guaranteeId,
      offered: browserHashOf(tx, browser),
      guarantor: guarantorId,
      debtor: debtorId,
    },
  );
  return rows[0]?.shared === true || hasSignedInFrom(tx, { shopperId: guarantorId, browser });
}
