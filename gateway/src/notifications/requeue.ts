import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import type { MessageRow } from './messages.ts';

/**
 * Tries a message again that had failed, from the first try on. Errors: `state_conflict` when it has not failed, or
 * somebody has done so already.
 */
export async function requeueMessage(tx: Tx, messageId: string): Promise<void> {
  const changed = await tx
    .sql<MessageRow>('messages')
    .where({ environment_id: tx.environment.id, id: messageId as Id<'msg'>, status: 'failed' })
    .update({ status: 'queued', failure: null, tries: 0, next_try_at: tx.wallNow });
  if (changed === 0) throw new GatewayError('state_conflict', { detail: 'This message has not failed.' });
}
