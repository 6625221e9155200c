import { addMs, dayMs } from '../lib/dates.ts';
import { deleteSome } from '../lib/delete-some.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import type { DataKey } from '../lib/vault.ts';
import { dataKeyOf, type Locale } from '../shoppers/profile.ts';
import { placeOf } from '../shoppers/sealing.ts';
import { nextWakingInstant } from './quiet-hours.ts';
import { type Content, render, type Template } from './templates.ts';

export type Channel = 'sms' | 'mail';
export type MessageStatus = 'queued' | 'kept' | 'sent' | 'failed' | 'dropped';

export type MessageRow = {
  environment_id: string;
  id: Id<'msg'>;
  shopper_id: Id<'shp'> | null;
  event_id: string | null;
  channel: Channel;
  template: Template;
  recipient_sealed: string;
  subject: string | null;
  body_sealed: string;
  status: MessageStatus;
  tries: number;
  next_try_at: Date | null;
  quiet_zone: string | null;
  not_before: Date | null;
  /** Kept for its shopper's account only, who does not want it sent. */
  muted: boolean;
  failure: string | null;
  occurred_at: Date;
  created_at: Date;
};

/** To whom a message goes: a phone in E.164 or a mail address. The shopper's id is left out while it is unknown. */
export type Recipient = { channel: Channel; recipient: string; locale: Locale; shopperId?: Id<'shp'> };

/** The event that a message tells of; there is at most one message of it on each channel. */
export type Cause = { eventId: string; occurredAt: Date };

/**
 * Writes a message, sealed, in the caller's transaction. A sandbox keeps it for its inbox; live, it waits for
 * `sendQueuedMessages`. With a `quietZone` it goes out in the daylight hours of that time zone: a sandbox's message says
 * when that is by the sandbox's clock. A `muted` one is kept for its shopper to find, and never sent; a `withheld` one is
 * nobody's, and written only so that this takes as long. Returns undefined when there already is one of this event on this channel.
 */
export async function queueMessage(
  tx: Tx,
  input: Recipient & Content & { cause?: Cause; quietZone?: string; muted?: boolean; withheld?: boolean },
): Promise<Id<'msg'> | undefined> {
  const id = newId('msg');
  const { subject, body } = render(input.locale, input);
  const dataKey = input.shopperId && (await dataKeyOf(tx, input.shopperId));
  const seal = (text: string, column: string) =>
    tx.vault.seal(text, placeOf(tx, 'messages', column, id), dataKey);
  const { muted = false, withheld = false } = input;
  const isSent = tx.environment.kind === 'live' && !muted && !withheld;
  const occurredAt = input.cause?.occurredAt ?? tx.now;
  const notBefore = wakingInstantOf(
    input.quietZone,
    tx.environment.kind === 'live' ? tx.wallNow : occurredAt,
  );
  const stored = await tx
    .sql<MessageRow>('messages')
    .insert({
      environment_id: tx.environment.id,
      id,
      shopper_id: input.shopperId ?? null,
      event_id: input.cause?.eventId ?? null,
      channel: input.channel,
      template: input.template,
      recipient_sealed: seal(input.recipient, 'recipient'),
      subject: input.channel === 'mail' ? subject : null,
      body_sealed: seal(body, 'body'),
      status: withheld ? 'dropped' : isSent ? 'queued' : 'kept',
      next_try_at: isSent ? (notBefore ?? tx.wallNow) : null,
      muted,
      quiet_zone: input.quietZone ?? null,
      not_before: notBefore,
      occurred_at: occurredAt,
      created_at: tx.wallNow,
    })
    .onConflict(['environment_id', 'event_id', 'channel'])
    .ignore()
    .returning('id');
  return stored[0]?.id;
}

/** Until when a message is held back; null for one that may go out at `instant`. */
function wakingInstantOf(quietZone: string | undefined, instant: Date): Date | null {
  const waking = quietZone === undefined ? instant : nextWakingInstant(quietZone, instant);
  return waking > instant ? waking : null;
}

/** Deletes every message to a shopper, those that wait to be sent among them. */
export async function forgetMessages(tx: Tx, shopperId: Id<'shp'>): Promise<void> {
  await tx
    .sql<MessageRow>('messages')
    .where({ environment_id: tx.environment.id, shopper_id: shopperId })
    .delete();
}

/** How long messages are kept, by the wall's clock: those to nobody who is known hold a one-time code and a phone. */
const keptMs = { 'to nobody yet': dayMs, 'to shoppers': 400 * dayMs };

/** Deletes messages that are not kept any longer, but for those that wait to be sent, a batch of them; returns how many. */
export async function forgetOldMessages(tx: Tx, which: keyof typeof keptMs): Promise<number> {
  return deleteSome(tx, 'messages', (query) =>
    query
      .whereRaw(which === 'to shoppers' ? 'shopper_id is not null' : 'shopper_id is null')
      .where('created_at', '<=', addMs(tx.wallNow, -keptMs[which]))
      .whereNot({ status: 'queued' }),
  );
}

/** A message in plain text, for the one who sends or shows it. */
export type OpenMessage = {
  id: Id<'msg'>;
  channel: Channel;
  recipient: string;
  subject: string | null;
  body: string;
};

/** `dataKeys` spares a look-up for each of several messages of one shopper. */
export async function openMessage(
  tx: Tx,
  row: MessageRow,
  dataKeys: Map<string, DataKey> = new Map(),
): Promise<OpenMessage> {
  let dataKey: DataKey | undefined;
  if (row.shopper_id !== null) {
    dataKey = dataKeys.get(row.shopper_id) ?? (await dataKeyOf(tx, row.shopper_id));
    dataKeys.set(row.shopper_id, dataKey);
  }
  const open = (sealed: string, column: string) =>
    tx.vault.open(sealed, placeOf(tx, 'messages', column, row.id), dataKey);
  return {
    id: row.id,
    channel: row.channel,
    recipient: open(row.recipient_sealed, 'recipient'),
    subject: row.subject,
    body: open(row.body_sealed, 'body'),
  };
}
