import type { Logger } from 'pino';
import { readFeed, type StreamEvent } from '../events/feed.ts';
import { type Look, noteLooked, postponeLook } from '../events/looks.ts';
import type { Id } from '../lib/ids.ts';
import { transact, type Tx, type TxHost } from '../lib/tx.ts';
import { findContact } from '../shoppers/profile.ts';
import { describe } from './describe.ts';
import { queueMessage } from './messages.ts';
import { isMuted } from './notice-groups.ts';

/** At once: so many streams, and so many events of each. */
const streamsLimit = 500;
const eventsLimit = 100;

/** `config` says where the pages are, for links. */
export type NotifyHost = TxHost & { log: Logger; config: { origins: { api: string } } };

type MarkRow = { environment_id: string; stream: Id<'shp'>; last_sequence: bigint };
type ShopperLook = Look & { stream: Id<'shp'> };

/**
 * Writes the messages of numbered events of shoppers' streams that have not been looked at, a stream a transaction.
 * Exact with several processes: whoever reads a stream locks its mark and moves it in the same transaction, and the
 * others pass it by. A stream that cannot be read is logged, looked at again after a while, and does not hold up the
 * others. Returns how many events it looked at; 0 says that there is nothing left to do here.
 */
export async function notifyFromEvents(host: NotifyHost): Promise<number> {
  let looked = 0;
  for (const look of await findLooks(host)) {
    const { environmentId, stream } = look;
    // The clock as it is: what is told happened already, and must be told also while a sandbox's clock moves.
    const options = {
      environmentId,
      actor: { kind: 'system', id: 'notifications' },
      access: 'read',
    } as const;
    try {
      const { api: origin } = host.config.origins;
      looked += await transact(host, options, (tx) => notifyShopper(tx, look, origin));
    } catch (error) {
      host.log.error(
        { err: error, environment: environmentId, stream },
        'a shopper could not be told of events',
      );
      // Should this fail as well, it is looked at in the next round.
      await postponeLook(host, look).catch(() => undefined);
    }
  }
  return looked;
}

/** Shoppers' streams that have moved, in all environments: of all shoppers only a few have something to be told. */
async function findLooks(host: TxHost): Promise<ShopperLook[]> {
  const result = await host.db.raw<{ rows: ShopperLook[] }>(
    `select l.environment_id as "environmentId", l.stream, l.number
     from stream_looks l
     join environments e on e.id = l.environment_id
     where starts_with(l.stream, 'shp_') and l.look_at <= :now
       and (e.expires_at is null or e.expires_at > :now)
     order by l.look_at, l.environment_id, l.stream limit :streamsLimit`,
    { now: host.clock.now(), streamsLimit },
  );
  return result.rows;
}

async function notifyShopper(tx: Tx, look: ShopperLook, origin: string): Promise<number> {
  const { stream: shopperId } = look;
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
  for (const event of events) await tell(tx, { shopperId, event, origin });
  if (last) await marks().where(ofStream).update({ last_sequence: last.sequence });
  // What was more than is read at once is looked at again.
  if (events.length < eventsLimit) await noteLooked(tx.sql, [{ ...look, again: null }]);
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
  const { phone, mail, locale, timeZone, mutedNotices } = contact;
  await queueMessage(tx, {
    ...content,
    ...(mail === undefined ? { channel: 'sms', recipient: phone } : { channel: 'mail', recipient: mail }),
    locale,
    shopperId,
    muted: isMuted(mutedNotices, content.template),
    cause: { eventId: event.id, occurredAt: event.occurredAt },
    ...(waits && { quietZone: timeZone ?? tx.environment.timeZone }),
  });
}
