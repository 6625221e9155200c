import { GatewayError } from '../../lib/errors.ts';
import type { Tx } from '../../lib/tx.ts';
import { loadModel } from '../model/load.ts';
import { type ChallengerRow, challengersOf, mostChallengers } from './challengers.ts';

/**
 * Lets a model score in shadow from now on, past decisions included. Its file is checked as the deciding one's is; one
 * that is known already is taken up again under the new name.
 *
 * @throws ModelRefused (tampered with, another version, no model), GatewayError `validation_failed` (name),
 *   `state_conflict` (as many as there may be).
 */
export async function addChallenger(
  tx: Tx,
  input: { name: string; text: string },
): Promise<{ hash: string }> {
  const name = input.name.trim();
  if (name === '' || name.length > 60)
    throw new GatewayError('validation_failed', { detail: 'A challenger has a name of 1 to 60 characters.' });
  const { sha256: hash } = loadModel(input.text).file;
  await tx.sql.raw('select pg_advisory_xact_lock(hashtext(?))', [`challengers ${tx.environment.id}`]);
  const others = await challengersOf(tx).where({ retired_at: null }).whereNot({ hash }).select('hash');
  if (others.length >= mostChallengers) {
    throw new GatewayError('state_conflict', {
      detail: `${mostChallengers} challengers score already.`,
      hint: 'Retire one of them first.',
    });
  }
  await tx
    .sql<ChallengerRow>('challengers')
    .insert({ environment_id: tx.environment.id, hash, name, model: input.text, added_at: tx.wallNow })
    .onConflict(['environment_id', 'hash'])
    .merge({ name, retired_at: null });
  return { hash };
}
