import { addMs } from '../../lib/dates.ts';
import type { Id } from '../../lib/ids.ts';
import type { Tx } from '../../lib/tx.ts';
import { readAnswer } from '../../passkeys/ceremonies.ts';
import type { Asking } from '../../passkeys/staff.ts';
import { countPasskeyUse } from '../../passkeys/stored.ts';
import { openShopperSession } from '../sessions.ts';
import { levelThreeMs } from '../step-up.ts';

/**
 * Signs in whoever's passkey answered (`readAnswer`), at level three for 15 minutes, because the authenticator has checked
 * that it is its owner. Whether the passkey or the answer is wrong is not told. The try is counted before (`countSignIn`).
 * `before` is the token of the session that this browser had; it is worth nothing afterwards.
 */
export async function signInByPasskey(
  tx: Tx,
  input: Asking & { credential: string; before?: string | undefined },
): Promise<{ outcome: 'signed_in'; token: string; shopperId: Id<'shp'> } | { outcome: 'refused' }> {
  const answer = await readAnswer(tx, 'shopper', input);
  if (answer?.counter === undefined) return { outcome: 'refused' };
  const { passkey, counter } = answer;
  const shopperId = passkey.ownerId as Id<'shp'>;
  await countPasskeyUse(tx, 'shopper', passkey.id, counter);
  const { token } = await openShopperSession(tx, {
    shopperId,
    level: 3,
    levelThreeUntil: addMs(tx.wallNow, levelThreeMs),
    before: input.before,
    browser: input.browser,
  });
  return { outcome: 'signed_in', token, shopperId };
}
