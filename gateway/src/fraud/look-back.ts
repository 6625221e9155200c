import type { Tx } from '../lib/tx.ts';
import type { Facts, Listed, MerchantNorm } from './facts.ts';
import { type Measure, measureKey } from './measures.ts';
import { leastKmBetween } from './places.ts';
import type { Counted, CountedPer } from './rules.ts';
import { businessDateOf, columnsOf, type Sighting } from './sightings.ts';
import { hashSignal } from './signals.ts';

/** What a decision looks back on: all that was seen before it, in figures. */
type LookBack = {
  listed: Listed[] | null;
  visits: { country: string; minutes: number }[] | null;
  /** By column, whether the shopper was seen with this one a day ago or earlier, and with another one. */
  known: Record<'device' | 'address', boolean | null> &
    Record<'other_device' | 'other_address', boolean | null>;
  norm: MerchantNorm | null;
  passed: boolean;
} & { [group in Group]?: (number | null)[] };

/** How far back a visit is one that somebody could have travelled from; longer ago, anybody may be anywhere. */
const travelDays = 3;

/** A device or address is new to a shopper for a day, so that one decision does not make it known for the next. */
const newForHours = 24;

/** A merchant's norm is made anew after each date with decisions; one that is older than that says nothing any more. */
const normDays = 28;

/**
 * Looks back from a sighting, in one statement, which also keeps the sighting when it is not kept yet: counted is what
 * came before it, never itself.
 */
export async function lookBack(
  tx: Tx,
  input: { sighting: Sighting; measures: readonly Measure[]; sessionId?: string | undefined },
): Promise<{ facts: Facts; hasPassed: boolean }> {
  const { sighting, measures, sessionId } = input;
  const { sql, bindings } = statementOf(tx, sighting, measures);
  const { rows } = await tx.sql.raw<{ rows: LookBack[] }>(sql, { ...bindings, session: sessionId ?? null });
  const [row] = rows;
  if (!row) throw new Error('looking back has no answer');
  return { facts: factsOf(sighting, row, measures), hasPassed: row.passed };
}

function statementOf(
  tx: Tx,
  sighting: Sighting,
  measures: readonly Measure[],
): { sql: string; bindings: Record<string, unknown> } {
  const columns = columnsOf(tx, sighting);
  const names = Object.keys(columns);
  const keeping = `with kept as (
    insert into fraud_sightings (${names.join(', ')}) values (${names.map((name) => `:${name}`).join(', ')})
    on conflict (environment_id, purchase, trace) do nothing)`;
  const sql = `${sighting.number === null ? keeping : ''}
    select ${listedSql} as listed, ${visitsSql} as visits, ${normSql} as norm, ${knownSql} as known,
      exists (select from fraud_passes p where p.environment_id = :environment_id
        and p.session_id = :session and p.until > :seen_by_wall_at) as passed
      ${[...groupsOf(measures)].map(([group, own]) => `, ${groupSql(group, own)} as ${group}`).join('')}`;
  return {
    sql,
    bindings: {
      ...columns,
      amount: String(sighting.amount),
      before: sighting.number === null ? null : String(sighting.number),
      shopper_hash: hashSignal(tx, 'shopper', sighting.shopperId),
      today: businessDateOf(tx, sighting.seenAt),
    },
  };
}

/** Whose sightings are read together: each of these is one look into one index, however many rules ask. */
type Whole = Exclude<CountedPer, 'shopper_at_merchant'>;

/** What stops counting once it has enough is looked for by itself. */
type Group = Whole | 'stopping';

function groupOf(measure: Measure): Group {
  if (measure.of === 'lowest_use' || measure.per === 'shopper_at_merchant') return 'shopper';
  return measure.enough === undefined ? measure.per : 'stopping';
}

function groupsOf(measures: readonly Measure[]): Map<Group, Measure[]> {
  const groups = new Map<Group, Measure[]>();
  for (const measure of measures) {
    const group = groupOf(measure);
    groups.set(group, [...(groups.get(group) ?? []), measure]);
  }
  return groups;
}

/** What was seen before. Its own purchase is left out: a page that is loaded again is judged as it was before. */
const before = `s.environment_id = :environment_id and s.seen_at <= :seen_at
  and (:before::bigint is null or s.number < :before::bigint)`;

const listedSql = `(select jsonb_agg(distinct jsonb_build_object('list', e.list, 'of', e.of))
  from fraud_list_entries e
  join (values ('device', :device::bytea), ('address', :address::bytea), ('phone', :phone::bytea),
    ('card', :card::bytea), ('shopper', :shopper_hash::bytea)) as k (of, value)
    on k.of = e.of and k.value = e.value
  where e.environment_id = :environment_id and e.added_at <= :seen_by_wall_at
    and e.expires_at > :seen_by_wall_at and (e.ended_at is null or e.ended_at > :seen_by_wall_at))`;

/** The last visit from each country: who is in two at once stays so, whichever of them was seen last. */
const visitsSql = `(select jsonb_agg(jsonb_build_object('country', v.country,
    'minutes', floor(extract(epoch from :seen_at::timestamptz - v.last) / 60)))
  from (select s.country, max(s.seen_at) as last from fraud_sightings s
    where ${before} and s.shopper_id = :shopper_id and s.country is not null
      and s.seen_at > :seen_at::timestamptz - interval '${travelDays} days'
    group by s.country) v)`;

const normSql = `(select jsonb_build_object('median', n.median, 'spread', n.spread, 'orders', n.orders)
  from fraud_merchant_norms n
  where n.environment_id = :environment_id and n.merchant_id = :merchant_id and n.currency = :currency
    and n.business_date < :today::date and n.business_date >= :today::date - ${normDays}
  order by n.business_date desc limit 1)`;

const knownSql = `(select jsonb_build_object(
    ${(['device', 'address'] as const)
      .map(
        (of) => `'${of}', bool_or(s.${of} = :${of}::bytea
          and s.seen_at <= :seen_at::timestamptz - interval '${newForHours} hours'),
        'other_${of}', bool_or(s.${of} <> :${of}::bytea)`,
      )
      .join(', ')})
  from fraud_sightings s where ${before} and s.shopper_id = :shopper_id)`;

const groupColumn: Record<Whole, string> = {
  shopper: 's.shopper_id = :shopper_id',
  phone: 's.phone = :phone::bytea',
  device: 's.device = :device::bytea',
  address: 's.address = :address::bytea',
  card: 's.card = :card::bytea',
  merchant: 's.merchant_id = :merchant_id',
};

/** A request for a code is not a refusal: nobody learns anything by it. */
const declinedSql = `exists (select from assessments a
  where a.environment_id = s.environment_id and a.shopper_id = s.shopper_id and a.outcome = 'declined'
    and a.decline_code <> 'challenge_required' and a.created_at <= :seen_at
    and a.guards -> 'fraud' ->> 'purchase' = s.purchase)`;

/** How many there are beside this one's own, with which they are counted together. */
const distinctSql: { [C in Counted]?: [column: string, own: string] } = {
  purchases: ['s.purchase', ':purchase::text'],
  shoppers: ['s.shopper_id', ':shopper_id::text'],
  phones: ['s.phone', ':phone::bytea'],
  devices: ['s.device', ':device::bytea'],
  addresses: ['s.address', ':address::bytea'],
  cards: ['s.card', ':card::bytea'],
  merchants: ['s.merchant_id', ':merchant_id::text'],
};

function groupSql(group: Group, measures: readonly Measure[]): string {
  if (group === 'stopping') return `jsonb_build_array(${measures.map(stoppingSql).join(', ')})`;
  const longest = Math.max(...measures.map(({ minutes }) => minutes));
  return `(select jsonb_build_array(${measures.map(measureSql).join(', ')}) from fraud_sightings s
    where ${before} and ${groupColumn[group]} and ${sinceSql(longest)})`;
}

const sinceSql = (minutes: number): string =>
  `s.seen_at > :seen_at::timestamptz - interval '${minutes} minutes'`;

/** One figure of the sightings of a group. */
function measureSql(measure: Measure): string {
  const since = sinceSql(measure.minutes);
  if (measure.of === 'lowest_use') return `min(s.use_before) filter (where ${since})`;
  const { of, per, newShoppers } = measure;
  const here = per === 'shopper_at_merchant' ? ' and s.merchant_id = :merchant_id' : '';
  const counts = `${since}${here}${newShoppers ? ' and s.is_new_shopper' : ''}`;
  const others = `${counts} and s.purchase <> :purchase`;
  // A purchase has one amount, from however many places it was looked at.
  if (of === 'amount') return sumSql(`${others} and s.currency = :currency`);
  if (of === 'declines') return `count(distinct s.purchase) filter (where ${others} and ${declinedSql})`;
  const [column, own] = distinctSql[of] ?? [];
  return `count(distinct ${column}) filter (where ${counts} and (${own} is null or ${column} <> ${own}))`;
}

/** A purchase is seldom seen more than twice. */
const sightingsForEach = 2;

/**
 * As `measureSql`, of the latest sightings, as many as hold enough as a rule. Where they do not, because a few purchases
 * were looked at again and again, all are counted. More than enough is told as enough.
 */
function stoppingSql(measure: Measure): string {
  if (measure.of === 'lowest_use' || measure.enough === undefined) throw new Error('it counts all');
  const { of, per, minutes, newShoppers, enough } = measure;
  const [column, own] = distinctSql[of] ?? [];
  if (column === undefined || per === 'shopper_at_merchant') throw new Error(`${of} are not told apart`);
  const sightings = `from fraud_sightings s
    where ${before} and ${groupColumn[per]} and ${sinceSql(minutes)}${newShoppers ? ' and s.is_new_shopper' : ''}
      and (${own} is null or ${column} <> ${own})`;
  const most = enough * sightingsForEach;
  return `(select least(${enough}, case when latest.sightings < ${most} or latest.found >= ${enough} then latest.found
      else (select count(distinct ${column}) ${sightings}) end)
    from (select count(*) as sightings, count(distinct s.what) as found
      from (select ${column} as what ${sightings} order by s.seen_at desc limit ${most}) s) latest)`;
}

const sumSql = (filter: string): string =>
  `(select coalesce(sum(split_part(t, ' ', 1)::bigint), 0) from unnest(
    array_agg(distinct s.amount || ' ' || s.purchase) filter (where ${filter})) t)`;

function factsOf(sighting: Sighting, row: LookBack, measures: readonly Measure[]): Facts {
  const { kind, country, cardCountry, market, home, hour, currency, isNewShopper, useAfter } = sighting;
  const visits = row.visits ?? [];
  const figures = new Map(
    [...groupsOf(measures)].flatMap(([group, own]) =>
      own.map((measure, index) => [measureKey(measure), row[group]?.[index] ?? null] as const),
    ),
  );
  return {
    kind,
    amount: Number(sighting.amount),
    currency,
    hour,
    country,
    cardCountry,
    market,
    home,
    isNewShopper,
    newDevice: sighting.device && row.known.other_device === true && row.known.device !== true,
    newAddress: sighting.address && row.known.other_address === true && row.known.address !== true,
    useAfter,
    canTravel: country !== null && visits.length > 0,
    travel: country === null ? null : fastest(country, visits),
    norm: row.norm,
    listed: row.listed ?? [],
    measures: Object.fromEntries(
      measures.map((measure) => {
        const key = measureKey(measure);
        return [key, withOwn(sighting, measure, figures.get(key) ?? null)];
      }),
    ),
  };
}

function fastest(country: string, visits: readonly { country: string; minutes: number }[]): Facts['travel'] {
  const ways = visits.map((visit) => ({
    km: leastKmBetween(visit.country, country),
    minutes: visit.minutes,
  }));
  const speed = ({ km, minutes }: { km: number; minutes: number }): number => km / Math.max(minutes, 1);
  return ways.toSorted((a, b) => speed(b) - speed(a))[0] ?? null;
}

const perOf: Record<CountedPer, keyof Sighting> = {
  shopper: 'shopperId',
  phone: 'phone',
  device: 'device',
  address: 'address',
  card: 'card',
  merchant: 'merchantId',
  shopper_at_merchant: 'merchantId',
};

const ownOf: { [C in Counted]?: keyof Sighting } = {
  purchases: 'purchase',
  shoppers: 'shopperId',
  phones: 'phone',
  devices: 'device',
  addresses: 'address',
  cards: 'card',
  merchants: 'merchantId',
};

/** A measure with this decision in it; null when there is nobody to count for. */
function withOwn(sighting: Sighting, measure: Measure, counted: number | null): number | null {
  if (measure.of === 'lowest_use') {
    const uses = [counted, sighting.useBefore].filter((use) => use !== null);
    return uses.length === 0 ? null : Math.min(...uses);
  }
  if (sighting[perOf[measure.per]] === null) return null;
  const others = counted ?? 0;
  if (measure.of === 'amount') return others + Number(sighting.amount);
  const own = ownOf[measure.of];
  return others + (own !== undefined && sighting[own] !== null ? 1 : 0);
}
