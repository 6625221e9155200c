import { GatewayError } from '../lib/errors.ts';
import { isId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import type { DataKey } from '../lib/vault.ts';
import { type MessageRow, openMessage, type OpenMessage } from './messages.ts';
import type { Template } from './templates.ts';

export type InboxMessage = OpenMessage & {
  shopperId: string | null;
  template: Template;
  occurredAt: Date;
  /** Until when it would have been held back, so that nobody is woken; null when it goes out at once. */
  notBefore: Date | null;
};

/**
 * What a sandbox would have sent, the newest first, with `nextCursor` while there is more.
 *
 * @throws GatewayError `not_found` outside of sandboxes, where messages are for their recipients only;
 *   `cursor_invalid`.
 */
export async function listInbox(
  tx: Tx,
  input: { cursor?: string | undefined; limit: number },
): Promise<{ messages: InboxMessage[]; nextCursor: string | null }> {
  if (tx.environment.kind !== 'sandbox') {
    throw new GatewayError('not_found', { detail: 'Only a sandbox has an inbox.' });
  }
  const { cursor, limit } = input;
  if (cursor !== undefined && !isId('msg', cursor)) {
    throw new GatewayError('cursor_invalid', { detail: 'This cursor does not come from this list.' });
  }
  const query = tx
    .sql<MessageRow>('messages')
    .where({ environment_id: tx.environment.id, muted: false })
    .whereNot({ status: 'dropped' })
    .orderBy('id', 'desc')
    .limit(limit + 1);
  if (cursor !== undefined) void query.where('id', '<', cursor);
  const rows = await query;
  const page = rows.slice(0, limit);

  const dataKeys = new Map<string, DataKey>();
  const messages: InboxMessage[] = [];
  for (const row of page) {
    const message = await openMessage(tx, row, dataKeys);
    messages.push({
      ...message,
      shopperId: row.shopper_id,
      template: row.template,
      occurredAt: row.occurred_at,
      notBefore: row.not_before,
    });
  }
  return { messages, nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
}
