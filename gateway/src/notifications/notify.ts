import type { Logger } from 'pino';
import { readFeed, type StreamEvent } from '../events/feed.ts';
import type { Id } from '../lib/ids.ts';
import { transact, type Tx, type TxHost } from '../lib/tx.ts';
import { findContact } from '../shoppers/profile.ts';
import { describe } from './describe.ts';
import { queueMessage } from './messages.ts';

/** At once: so many streams, and so many events of each. */
const streamsLimit = 500;
const eventsLimit = 100;

/** `config` says where the pages are, for links. */
export type NotifyHost = TxHost & { log: Logger; config: { origins: { api: string } } };

type MarkRow = { environment_id: string; stream: Id<'shp'>; last_sequence: bigint };
type Stream = { environmentId: string; stream: Id<'shp'> };

/**
 * Writes the messages of numbered events of shoppers' streams that have not been looked at, a stream a transaction.
 * Exact with several processes: whoever reads a stream locks its mark and moves it in the same transaction, and the
 * others pass it by. A stream that cannot be read is logged and does not hold up the others. Returns how many events
 * it looked at; 0 says that there is nothing left to do here.
 */
export async function notifyFromEvents(host: NotifyHost): Promise<number> {
  let looked = 0;
  for (const { environmentId, stream } of await findStreamsBehind(host)) {
    // The clock as it is: what is told happened already, and must be told also while a sandbox's clock moves.
    const options = {
      environmentId,
      actor: { kind: 'system', id: 'notifications' },
      access: 'read',
    } as const;
    try {
      const { api: origin } = host.config.origins;
      looked += await transact(host, options, (tx) => notifyShopper(tx, stream, origin));
    } catch (error) {
      host.log.error(
        { err: error, environment: environmentId, stream },
        'a shopper could not be told of events',
      );
    }
  }
  return looked;
}

/** This question goes across all environments, because there may be a great many and most have nothing to tell. */
async function findStreamsBehind(host: TxHost): Promise<Stream[]> {
  const result = await host.db.raw<{ rows: Stream[] }>(
    `select s.environment_id as "environmentId", s.stream
     from event_streams s
     join environments e on e.id = s.environment_id
     left join notification_marks n on n.environment_id = s.environment_id and n.stream = s.stream
     where starts_with(s.stream, 'shp_') and s.last_sequence > coalesce(n.last_sequence, 0)
       and (e.expires_at is null or e.expires_at > ?)
     order by s.environment_id, s.stream limit ?`,
    [host.clock.now(), streamsLimit],
  );
  return result.rows;
}

async function notifyShopper(tx: Tx, shopperId: Id<'shp'>, origin: string): Promise<number> {
  const ofStream = { environment_id: tx.environment.id, stream: shopperId };
  const marks = () => tx.sql<MarkRow>('notification_marks');
  await marks()
    .insert({ ...ofStream, last_sequence: 0n })
    .onConflict(['environment_id', 'stream'])
    .ignore();
  const mark = await marks().where(ofStream).forNoKeyUpdate().skipLocked().first();
  if (!mark) return 0;

  const events = await readFeed(tx, { stream: shopperId, after: mark.last_sequence, limit: eventsLimit });
  const last = events.at(-1);
  if (!last) return 0;
  for (const event of events) await tell(tx, { shopperId, event, origin });
  await marks().where(ofStream).update({ last_sequence: last.sequence });
  return events.length;
}

/** By mail where an address is known, otherwise by short message; what can wait until the morning does. */
async function tell(
  tx: Tx,
  { shopperId, event, origin }: { shopperId: Id<'shp'>; event: StreamEvent; origin: string },
): Promise<void> {
  const described = await describe(tx, event, origin);
  if (!described) return;
  const { waits, ...content } = described;
  const contact = await findContact(tx, shopperId);
  // Whoever was erased is told nothing more: there is nobody to tell.
  if (!contact) return;
  const { phone, mail, locale, timeZone } = contact;
  await queueMessage(tx, {
    ...content,
    ...(mail === undefined ? { channel: 'sms', recipient: phone } : { channel: 'mail', recipient: mail }),
    locale,
    shopperId,
    cause: { eventId: event.id, occurredAt: event.occurredAt },
    ...(waits && { quietZone: timeZone ?? tx.environment.timeZone }),
  });
}
