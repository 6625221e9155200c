import type { Logger } from 'pino';
import { addMs, hourMs, minuteMs } from '../lib/dates.ts';
import { transact, type Tx, type TxHost } from '../lib/tx.ts';
import type { Mailer, MailOutcome } from './mailer.ts';
import { findEvent } from '../events/feed.ts';
import { describe } from './describe.ts';
import { type MessageRow, openMessage, type OpenMessage } from './messages.ts';
import type { NotifyHost } from './notify.ts';
import { nextWakingInstant } from './quiet-hours.ts';

/** Without a mailer, mail fails visibly, as short messages do while nothing carries them. */
export type SendHost = NotifyHost & { mailer?: Mailer | undefined };

/** Longer than any send takes: a claim that has run out belongs to a process that died. */
const claimMs = 5 * minuteMs;

/** The pauses after a try that may succeed later; after the last one the message has failed. */
const pausesMs = [minuteMs, 5 * minuteMs, 30 * minuteMs, 2 * hourMs];

type Claimed = { environmentId: string; tries: number; message: OpenMessage };

/**
 * Sends what live environments have queued and is due, one message after the other: claim, send outside of any
 * transaction, record. A process that dies in between leaves a message that is sent again, under the same Message-ID.
 * Returns how many were tried.
 */
export async function sendQueuedMessages(host: SendHost): Promise<number> {
  let tried = 0;
  for (const environmentId of await findLiveEnvironments(host)) {
    for (;;) {
      const { api: origin } = host.config.origins;
      const claimed = await inEnvironment(host, environmentId, (tx) => claimNext(tx, origin));
      if (!claimed) break;
      const outcome = await send(host, claimed.message);
      await inEnvironment(host, environmentId, (tx) => record(tx, host.log, claimed, outcome));
      tried += 1;
    }
  }
  return tried;
}

async function findLiveEnvironments(host: TxHost): Promise<string[]> {
  const rows = await host
    .db<{ id: string; kind: string }>('environments')
    .where({ kind: 'live' })
    .select('id');
  return rows.map(({ id }) => id);
}

function inEnvironment<T>(host: TxHost, environmentId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  return transact(host, { environmentId, actor: { kind: 'system', id: 'notifications' } }, work);
}

async function claimNext(tx: Tx, origin: string): Promise<Claimed | undefined> {
  const due = await nextDue(tx, origin);
  if (!due) return undefined;
  const tries = due.tries + 1;
  await tx
    .sql<MessageRow>('messages')
    .where({ environment_id: tx.environment.id, id: due.id })
    .update({ tries, next_try_at: addMs(tx.wallNow, claimMs) });
  return { environmentId: tx.environment.id, tries, message: await openMessage(tx, due) };
}

/** The next message that may go out now. One whose night has come waits on, and what is no longer so is dropped. */
async function nextDue(tx: Tx, origin: string): Promise<MessageRow | undefined> {
  for (;;) {
    const due = await tx
      .sql<MessageRow>('messages')
      .where({ environment_id: tx.environment.id, status: 'queued' })
      .where('next_try_at', '<=', tx.wallNow)
      .orderBy(['next_try_at', 'id'])
      .forUpdate()
      .skipLocked()
      .first();
    if (!due || due.quiet_zone === null) return due;
    const waking = nextWakingInstant(due.quiet_zone, tx.wallNow);
    const isWaking = waking <= tx.wallNow;
    if (isWaking && (await isStillSo(tx, due, origin))) return due;
    await tx
      .sql<MessageRow>('messages')
      .where({ environment_id: tx.environment.id, id: due.id })
      .update(isWaking ? { status: 'dropped', next_try_at: null } : { next_try_at: waking });
  }
}

/** Whether what was held back would still be said: nobody is told in the morning of what they paid in the night. */
async function isStillSo(tx: Tx, message: MessageRow, origin: string): Promise<boolean> {
  const { not_before: notBefore, event_id: eventId, shopper_id: stream } = message;
  if (notBefore === null || eventId === null || stream === null) return true;
  const event = await findEvent(tx, { stream, eventId });
  return (await describe(tx, event, origin))?.template === message.template;
}

function send(host: SendHost, message: OpenMessage): Promise<MailOutcome> | MailOutcome {
  if (message.channel === 'sms') return { status: 'refused', failure: 'no_sms_carrier' };
  if (!host.mailer) return { status: 'refused', failure: 'no_mail_server' };
  return host.mailer.send({
    id: message.id,
    to: message.recipient,
    subject: message.subject ?? '',
    text: message.body,
  });
}

async function record(tx: Tx, log: Logger, claimed: Claimed, outcome: MailOutcome): Promise<void> {
  const { message, tries } = claimed;
  const own = tx
    .sql<MessageRow>('messages')
    .where({ environment_id: tx.environment.id, id: message.id, status: 'queued' });
  if (outcome.status === 'sent') {
    await own.update({ status: 'sent', next_try_at: null });
    return;
  }
  // Whoever claimed it after us decides what becomes of it.
  void own.where({ tries });
  const pauseMs = pausesMs[tries - 1];
  const fields = { message: message.id, channel: message.channel, failure: outcome.failure, tries };
  if (outcome.status === 'later' && pauseMs !== undefined) {
    log.warn(fields, 'a message could not be sent yet');
    await own.update({ next_try_at: addMs(tx.wallNow, pauseMs) });
    return;
  }
  log.error(fields, 'a message could not be sent');
  await own.update({ status: 'failed', next_try_at: null, failure: outcome.failure });
}
