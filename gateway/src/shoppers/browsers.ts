import type { Tx } from '../lib/tx.ts';
import { contactOf } from './profile.ts';
import { indexOf } from './sealing.ts';

/**
 * Whether a shopper has signed in from this browser within the day for which codes are remembered. `browser` is the
 * random value of the browser's cookie, which is kept as a keyed hash only.
 */
export async function hasSignedInFrom(
  tx: Tx,
  { shopperId, browser }: { shopperId: string; browser: string },
): Promise<boolean> {
  const { phone } = await contactOf(tx, shopperId);
  const row = await tx
    .sql('login_challenges')
    .where({
      environment_id: tx.environment.id,
      phone_index: indexOf(tx, 'login_challenges.phone', phone),
      browser_hash: indexOf(tx, 'login_challenges.browser', browser),
    })
    .whereNotNull('consumed_at')
    .first('id');
  return row !== undefined;
}
