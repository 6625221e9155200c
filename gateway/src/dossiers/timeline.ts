import type { Tx } from '../lib/tx.ts';

/** Where an entry of a timeline was read from. */
export type TimelineKind = 'event' | 'decision' | 'consent_given' | 'consent_withdrawn' | 'message';

/** Something that happened, by business time. `what` is a code: a type of event, an outcome, a purpose or a template. */
export type TimelineEntry = { at: Date; kind: TimelineKind; what: string; objectId: string; cursor: string };

/** Entries on one page. */
export const entriesShown = 40;

type Row = {
  at: Date;
  /** To the microsecond, which a Date has not: what a page ends with must not begin the next one. */
  at_text: string;
  kind: TimelineKind;
  what: string;
  object_id: string;
  ref: string;
};

const cursorShape = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)~([\w~.-]{1,90})$/;

/**
 * What happened to a shopper, the newest first: facts on their stream, decisions, consents and messages, of which only
 * the kind is told. A page goes on below the cursor of its last entry; a cursor that is none begins anew.
 */
export async function readShopperTimeline(
  tx: Tx,
  input: { shopperId: string; before?: string },
): Promise<TimelineEntry[]> {
  const [, at, ref] = cursorShape.exec(input.before ?? '') ?? [];
  const { rows } = await tx.sql.raw<{ rows: Row[] }>(
    `with entries as (
       select occurred_at as at, 'event' as kind, type as what, object_id, id as ref
         from events where environment_id = :environment and stream = :shopper
       union all
       select created_at, 'decision', coalesce(decline_code, 'approved'), id, id
         from assessments where environment_id = :environment and shopper_id = :shopper
       union all
       select given_at, 'consent_given', purpose, id, id
         from consents where environment_id = :environment and shopper_id = :shopper
       union all
       select withdrawn_at, 'consent_withdrawn', purpose, id, id || '~end'
         from consents where environment_id = :environment and shopper_id = :shopper and withdrawn_at is not null
       union all
       select occurred_at, 'message', template, id, id
         from messages where environment_id = :environment and shopper_id = :shopper)
     select *, to_char(at at time zone 'UTC', :format) as at_text from entries
     where cast(:at as timestamptz) is null or (at, ref collate "C") < (cast(:at as timestamptz), :ref)
     order by at desc, ref collate "C" desc limit :limit`,
    {
      environment: tx.environment.id,
      shopper: input.shopperId,
      at: at ?? null,
      format: 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"',
      ref: ref ?? '',
      limit: entriesShown,
    },
  );
  return rows.map((row) => ({
    at: row.at,
    kind: row.kind,
    what: row.what,
    objectId: row.object_id,
    cursor: `${row.at_text}~${row.ref}`,
  }));
}

/**
 * What happened at a merchant, the newest first, by the numbers of its feed: what has none yet comes first. The cursor is
 * the number of the last entry.
 */
export async function readMerchantTimeline(
  tx: Tx,
  input: { merchantId: string; before?: string },
): Promise<TimelineEntry[]> {
  const before = /^\d{1,18}$/.exec(input.before ?? '')?.[0];
  const rows = await tx
    .sql('events')
    .where({ environment_id: tx.environment.id, stream: input.merchantId })
    .modify((query) => {
      if (before !== undefined) void query.where('sequence', '<', before);
    })
    // The index on the numbers is read from its end, where those stand that have none.
    .orderBy('sequence', 'desc')
    .limit(entriesShown)
    .select<{ type: string; object_id: string; occurred_at: Date; sequence: bigint | null }[]>(
      'type',
      'object_id',
      'occurred_at',
      'sequence',
    );
  return rows.map((row) => ({
    at: row.occurred_at,
    kind: 'event',
    what: row.type,
    objectId: row.object_id,
    cursor: String(row.sequence ?? ''),
  }));
}
