import { isId, type Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import type { DataKey } from '../lib/vault.ts';
import { type MessageRow, openMessage } from './messages.ts';
import type { Template } from './templates.ts';

/** A message as its shopper finds it in their account, whether it was sent or only kept there. */
export type OwnMessage = {
  id: Id<'msg'>;
  template: Template;
  body: string;
  /** By business time. */
  occurredAt: Date;
  muted: boolean;
};

/** A code is for a few minutes, and what was no longer so when its time came was never told. */
const notShown = { templates: ['sign_in_code', 'purchase_code'], status: 'dropped' } as const;

/** What a shopper was told, the newest first, before the message `before` where that is one. */
export async function listOwnMessages(
  tx: Tx,
  input: { shopperId: Id<'shp'>; before?: string | undefined; limit: number },
): Promise<OwnMessage[]> {
  const { shopperId, before, limit } = input;
  const rows = await tx
    .sql<MessageRow>('messages')
    .where({ environment_id: tx.environment.id, shopper_id: shopperId })
    .whereNotIn('template', [...notShown.templates])
    .whereNot({ status: notShown.status })
    .modify((query) => {
      if (isId('msg', before)) void query.where('id', '<', before);
    })
    .orderBy('id', 'desc')
    .limit(limit);
  const dataKeys = new Map<string, DataKey>();
  const messages: OwnMessage[] = [];
  for (const row of rows) {
    const { body } = await openMessage(tx, row, dataKeys);
    const { id, template, occurred_at: occurredAt, muted } = row;
    messages.push({ id, template, body, occurredAt, muted });
  }
  return messages;
}
