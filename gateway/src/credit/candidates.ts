import { dateIn } from '../lib/dates.ts';
import { namedSql } from '../lib/named-sql.ts';
import type { Tx } from '../lib/tx.ts';
import { type FunderTerms, hasCaps, slotCeilingSql, termsInForceSql } from './funder-terms.ts';
import { firstSlotOf, type FunderRow, toFunder } from './funders.ts';
import { nothingBound, readConcentrations } from './placements.ts';
import { type Candidate, type DeskState, type FundingPurpose, type Routing, routingOf } from './routing.ts';

type CandidateRow = FunderRow & {
  version: number | null;
  terms: FunderTerms | null;
  desk: 'ready' | 'resting' | null;
  answered: 'refused' | 'unknown' | null;
  capacity: bigint | null;
  room: bigint | null;
  leveraged_room: bigint | null;
  first_room: bigint | null;
};

/**
 * What a decision has to know of every funder: one statement, and one more when the terms of any cap a concentration. A
 * desk that has not taken this checkout already is not asked about it again.
 */
const candidatesSql = namedSql<'environment' | 'today' | 'wallNow' | 'key' | 'currency' | 'firstSlot'>(`
  select f.*, v.version, v.terms, s.capacity, s.room, s.leveraged_room, s.first_room, a.status as answered,
    case when d.resting_until > :wallNow then 'resting' when d.funder_id is not null then 'ready' end as desk
  from funders f
    left join lateral (${termsInForceSql}) v on true
    left join lateral (
      select sum(s.capacity)::bigint as capacity, greatest(0, max(s.remaining)) as room,
        greatest(0, max(least(s.remaining, ceiling.most - s.capacity + s.remaining))) as leveraged_room,
        max(least(s.remaining, ceiling.most - s.capacity + s.remaining)) filter (where s.slot = :firstSlot::integer)
          as first_room
      from funder_slots s
        cross join lateral (select v.terms) t
        cross join lateral (select ${slotCeilingSql} as most) ceiling
      where s.environment_id = f.environment_id and s.funder_id = f.id and s.currency = :currency) s on true
    left join funder_desks d on d.environment_id = f.environment_id and d.funder_id = f.id
    left join lateral (
      select status from funder_asks
      where environment_id = f.environment_id and checkout_session_id = :key and funder_id = f.id
        and status in ('refused', 'unknown')
      limit 1) a on d.funder_id is not null
  where f.environment_id = :environment
  order by f.priority, f.id`);

/** The funders that could be asked about a purchase, with what each could lend at this moment; nothing is reserved yet. */
export async function readRouting(tx: Tx, purpose: FundingPurpose): Promise<Routing> {
  const { key, currency } = purpose;
  const { text, values } = candidatesSql({
    environment: tx.environment.id,
    today: dateIn(tx.environment.timeZone, tx.now),
    wallNow: tx.wallNow,
    key,
    currency,
    firstSlot: firstSlotOf(purpose.shopperId),
  });
  const rows = await tx.query<CandidateRow>(text, values);
  const capped = rows.filter(({ terms }) => hasCaps(terms)).map(({ id }) => id);
  const bound = await readConcentrations(tx, { funderIds: capped, currency, bound: purpose });
  return routingOf(
    purpose,
    rows.map((row) => ({ ...candidateOf(row), bound: bound.get(row.id) ?? nothingBound })),
  );
}

function candidateOf(row: CandidateRow): Omit<Candidate, 'bound'> {
  const { terms } = row;
  return {
    funder: toFunder(row, terms),
    priority: terms?.priority ?? row.priority,
    version: row.version,
    terms,
    desk: deskOf(row),
    lends: row.capacity !== null,
    capacity: row.capacity ?? 0n,
    room: row.room ?? 0n,
    leveragedRoom: row.leveraged_room ?? 0n,
    firstRoom: row.first_room ?? 0n,
  };
}

function deskOf({ desk, answered }: CandidateRow): DeskState {
  if (desk === null) return 'none';
  if (answered !== null) return answered === 'refused' ? 'refused' : 'unreachable';
  return desk;
}
