import { addMs, minuteMs } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import { requeueMessage } from '../notifications/requeue.ts';
import { bringForwardAttempt, findAttempt } from '../processor/attempts.ts';
import { redeliverEvent } from '../webhooks/redeliver.ts';

export const outboxNames = ['events', 'deliveries', 'messages', 'attempts', 'news'] as const;

export type OutboxName = (typeof outboxNames)[number];

/** What waits in one outbox of the environment. `oldest` is since when the longest waiting one could have gone; wall time. */
export type Outbox = {
  name: OutboxName;
  waiting: number;
  due: number;
  oldest: Date | null;
  /** Claimed by somebody who has not come back: another takes it over, unless nobody runs. */
  stuck: number;
};

/** Something that was tried and did not go well: what it is about, and when it is tried next. No personal data. */
export type Troubled = {
  id: string;
  about: string;
  /** A kind of payment, a type of event, or the template of a message. */
  kind: string;
  tries: number;
  failure: string | null;
  /** Null where nobody tries again by itself. */
  nextTryAt: Date | null;
};

const troubledShown = 25;

/** A lease lasts seconds; so long after its end somebody should have taken over. */
const graceMs = minuteMs;

/** All outboxes of the environment, in the order in which work passes them. */
export async function readOutboxes(tx: Tx): Promise<Outbox[]> {
  const { rows } = await tx.sql.raw<{ rows: Outbox[] }>(
    `select 'events' as name, count(*)::int as waiting, count(*)::int as due, min(recorded_at) as oldest, 0 as stuck
       from events where sequence is null and environment_id = :environment
     union all
     select 'deliveries', count(*)::int, count(*) filter (where scheduled_at <= :now)::int,
         min(scheduled_at) filter (where scheduled_at <= :now), count(*) filter (where lease_until < :stuck)::int
       from deliveries where status = 'pending' and environment_id = :environment
     union all
     select 'messages', count(*)::int, count(*) filter (where next_try_at <= :now)::int,
         min(next_try_at) filter (where next_try_at <= :now), 0
       from messages where status = 'queued' and environment_id = :environment
     union all
     select 'attempts', count(*)::int, count(*) filter (where next_try_at <= :now)::int,
         min(next_try_at) filter (where next_try_at <= :now), count(*) filter (where lease_until < :stuck)::int
       from processor_attempts where status in ('pending', 'unknown') and environment_id = :environment
     union all
     select 'news', count(*)::int, count(*)::int, min(received_at), 0
       from processor_news where result = 'parked' and environment_id = :environment`,
    { environment: tx.environment.id, now: tx.wallNow, stuck: addMs(tx.wallNow, -graceMs) },
  );
  return rows;
}

/** Payments asked of the processor without an answer yet, those tried most often first. */
export async function listTroubledAttempts(tx: Tx): Promise<Troubled[]> {
  return tx
    .sql('processor_attempts')
    .where({ environment_id: tx.environment.id })
    .whereIn('status', ['pending', 'unknown'])
    .where('tries', '>', 0)
    .orderBy([{ column: 'tries', order: 'desc' }, 'id'])
    .limit(troubledShown)
    .select<Troubled[]>(
      'id',
      'subject_id as about',
      'purpose as kind',
      'tries',
      'failure_code as failure',
      'next_try_at as nextTryAt',
    );
}

/** Deliveries that were tried before and wait to be tried again, with why the last try failed. */
export async function listTroubledDeliveries(tx: Tx): Promise<Troubled[]> {
  const { rows } = await tx.sql.raw<{ rows: Troubled[] }>(
    `select d.id, d.endpoint_id as about, e.type as kind, d.attempt - 1 as tries, d.scheduled_at as "nextTryAt",
       coalesce(before.failure, '') || coalesce(' ' || before.response_status, '') as failure
     from deliveries d
     join events e on e.environment_id = d.environment_id and e.id = d.event_id
     left join deliveries before on before.environment_id = d.environment_id and before.endpoint_id = d.endpoint_id
       and before.event_id = d.event_id and before.redelivery = d.redelivery and before.attempt = d.attempt - 1
     where d.status = 'pending' and d.environment_id = :environment and d.attempt > 1
     order by d.attempt desc, d.id limit :most`,
    { environment: tx.environment.id, most: troubledShown },
  );
  return rows;
}

/** Messages that nobody tries again, the newest first: never to whom, and never what they say. */
export async function listFailedMessages(tx: Tx): Promise<Troubled[]> {
  return tx
    .sql('messages')
    .where({ environment_id: tx.environment.id, status: 'failed' })
    .orderBy('id', 'desc')
    .limit(troubledShown)
    .select<Troubled[]>(
      'id',
      'channel as about',
      'template as kind',
      'tries',
      'failure',
      tx.sql.raw('null::timestamptz as "nextTryAt"'),
    );
}

/** What can be tried again by hand. */
export const retriable = ['attempts', 'deliveries', 'messages'] as const;

export type Retriable = (typeof retriable)[number];

/**
 * Makes the next try due now: nothing is sent here, whoever carries it out does. Doing so twice changes nothing more.
 * Errors: `not_found`; `state_conflict` when there is nothing to try any more.
 */
export async function retryNow(tx: Tx, input: { outbox: Retriable; id: string }): Promise<void> {
  const { outbox, id } = input;
  if (outbox === 'messages') return requeueMessage(tx, id);
  if (outbox === 'attempts') {
    const { purpose, subjectId, status } = await findAttempt(tx, id);
    if (status !== 'pending' && status !== 'unknown')
      throw new GatewayError('state_conflict', { detail: 'This payment has its answer.' });
    return bringForwardAttempt(tx, { purpose, subjectId });
  }
  const delivery = await tx
    .sql('deliveries as d')
    .join('webhook_endpoints as w', (on) =>
      on.on('w.environment_id', 'd.environment_id').andOn('w.id', 'd.endpoint_id'),
    )
    .where({ 'd.environment_id': tx.environment.id, 'd.id': id })
    .first<{ merchant_id: string; endpoint_id: string; event_id: string; status: string } | undefined>(
      'w.merchant_id',
      'd.endpoint_id',
      'd.event_id',
      'd.status',
    );
  if (!delivery) throw new GatewayError('not_found', { detail: 'There is no such delivery.' });
  if (delivery.status !== 'pending')
    throw new GatewayError('state_conflict', { detail: 'This delivery was tried already.' });
  await redeliverEvent(tx, {
    merchantId: delivery.merchant_id,
    endpointId: delivery.endpoint_id,
    eventId: delivery.event_id,
  });
}
