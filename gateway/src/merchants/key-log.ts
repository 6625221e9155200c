import type { Knex } from '@morrow/db';
import type { Tx } from '../lib/tx.ts';

export type KeyAction = 'created' | 'expiring' | 'revoked' | 'source_set' | 'source_removed';

/** The channel on which processes tell each other, by the id of the keys' owner, that they must read keys anew. */
export const keyChangesChannel = 'morrow_key_changes';

/**
 * Notes who changed which key of a merchant or funder, and tells every process when the transaction commits. `kid` is
 * null where the source of a merchant's keys changed.
 */
export async function logKeyChange(
  tx: Tx,
  change: { ownerId: string; kid: string | null; action: KeyAction; detail?: Record<string, unknown> },
): Promise<void> {
  const { actor } = tx;
  await tx.sql('key_log').insert({
    environment_id: tx.environment.id,
    owner_id: change.ownerId,
    kid: change.kid,
    action: change.action,
    detail: JSON.stringify(change.detail ?? {}),
    actor_kind: actor.kind,
    actor_id: actor.id,
    actor_kid: 'kid' in actor ? actor.kid : null,
    at: tx.wallNow,
  });
  await announceKeyChange(tx.sql, change.ownerId);
}

/** Heard when the caller's transaction commits. Seldom enough that the one lock of all notifying commits is no matter. */
export async function announceKeyChange(sql: Knex, ownerId: string): Promise<void> {
  await sql.raw('select pg_notify(?, ?)', [keyChangesChannel, ownerId]);
}
