import { GatewayError } from '../../lib/errors.ts';
import type { Tx } from '../../lib/tx.ts';
import { challengersOf } from './challengers.ts';

/**
 * Ends a challenger: it scores nothing new. What it said of past decisions stays, so that it can still be compared.
 *
 * @throws GatewayError `not_found`.
 */
export async function retireChallenger(tx: Tx, input: { hash: string }): Promise<void> {
  const known = await challengersOf(tx).where({ hash: input.hash }).first('hash');
  if (!known) throw new GatewayError('not_found', { detail: `There is no challenger ${input.hash}.` });
  await challengersOf(tx).where({ hash: input.hash, retired_at: null }).update({ retired_at: tx.wallNow });
}
