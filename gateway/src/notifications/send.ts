import type { Logger } from 'pino';
import { addMs, hourMs, minuteMs } from '../lib/dates.ts';
import { transact, type Tx, type TxHost } from '../lib/tx.ts';
import type { Mailer, MailOutcome } from './mailer.ts';
import { type MessageRow, openMessage, type OpenMessage } from './messages.ts';

/** Without a mailer, mail fails visibly, as short messages do while nothing carries them. */
export type SendHost = TxHost & { mailer?: Mailer | undefined; log: Logger };

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
      const claimed = await inEnvironment(host, environmentId, claimNext);
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

async function claimNext(tx: Tx): Promise<Claimed | undefined> {
  const due = await tx
    .sql<MessageRow>('messages')
    .where({ environment_id: tx.environment.id, status: 'queued' })
    .where('next_try_at', '<=', tx.wallNow)
    .orderBy(['next_try_at', 'id'])
    .forUpdate()
    .skipLocked()
    .first();
  if (!due) return undefined;
  const tries = due.tries + 1;
  await tx
    .sql<MessageRow>('messages')
    .where({ environment_id: tx.environment.id, id: due.id })
    .update({ tries, next_try_at: addMs(tx.wallNow, claimMs) });
  return { environmentId: tx.environment.id, tries, message: await openMessage(tx, due) };
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
