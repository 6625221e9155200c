import { namedSql } from '../lib/named-sql.ts';
import type { Measure } from './measures.ts';
import type { Counted, CountedPer } from './rules.ts';
import type { Seen } from './sightings.ts';

/** How far back a visit is one that somebody could have travelled from; longer ago, anybody may be anywhere. */
const travelDays = 3;

/** A device or address is new to a shopper for a day, so that one decision does not make it known for the next. */
const newForHours = 24;

/** A merchant's norm is made anew after each date with decisions; one that is older than that says nothing any more. */
const normDays = 28;

type Bound =
  | 'environment'
  | 'purchase'
  | 'shopperId'
  | 'merchantId'
  | 'device'
  | 'address'
  | 'phone'
  | 'card'
  | 'before'
  | 'seenAt'
  | 'seenByWallAt'
  | 'currency'
  | 'shopperHash'
  | 'today'
  | 'session';

/** What is looked back from, and the figures that are asked for. */
export type Asking = { seen: Seen; asked: readonly Measure[]; sessionId?: string | undefined };

export type LookBackSql = ReturnType<typeof namedSql<Bound>>;

/** The statement that looks back; what a decision does not know of who asks is not looked for. */
export function lookBackSql({ seen, asked, sessionId }: Asking): LookBackSql {
  const looks = [
    `${listedSql} as listed`,
    `${normSql} as norm`,
    ...(seen.merchantId === null ? [] : [`${linksSql} as links`]),
    ...(seen.country === null ? [] : [`${visitsSql} as visits`]),
    ...(seen.device === null && seen.address === null ? [] : [`${knownSql} as known`]),
    ...(sessionId === undefined ? [] : [`${passedSql} as passed`]),
    ...[...groupsOf(asked)].map(([group, own]) => `${groupSql(group, own)} as ${group}`),
  ];
  return namedSql<Bound>(`select ${looks.join(', ')}`);
}

/** Whose sightings are read together: each of these is one look into one index, however many rules ask. */
type Whole = Exclude<CountedPer, 'shopper_at_merchant'>;

/** What stops counting once it has enough is looked for by itself. */
export type Group = Whole | 'stopping';

function groupOf(measure: Measure): Group {
  if (measure.of === 'lowest_use' || measure.per === 'shopper_at_merchant') return 'shopper';
  return measure.enough === undefined ? measure.per : 'stopping';
}

/** The measures by what they are read with, each in the order of its figures. */
export function groupsOf(measures: readonly Measure[]): Map<Group, Measure[]> {
  const groups = new Map<Group, Measure[]>();
  for (const measure of measures) {
    const group = groupOf(measure);
    groups.set(group, [...(groups.get(group) ?? []), measure]);
  }
  return groups;
}

/** What was seen before. Its own purchase is left out: a page that is loaded again is judged as it was before. */
const before = `s.environment_id = :environment and s.seen_at <= :seenAt
  and (:before::bigint is null or s.number < :before::bigint)`;

/** The phone as it is hashed at this moment: where its version changes, the entry's changes with it, and not before. */
const listedSql = `(select jsonb_agg(distinct jsonb_build_object('list', e.list, 'of', e.of))
  from fraud_list_entries e
  join (values ('device', :device::bytea), ('address', :address::bytea),
      ('card', :card::bytea), ('shopper', :shopperHash::bytea)
    union all select 'phone', unnest(array[p.phone_index, p.phone_index_before])
      from shoppers p where p.environment_id = :environment and p.id = :shopperId) as k (of, value)
    on k.of = e.of and k.value = e.value
  where e.environment_id = :environment and e.added_at <= :seenByWallAt
    and e.expires_at > :seenByWallAt and (e.ended_at is null or e.ended_at > :seenByWallAt))`;

/** What the shopper has in common with the merchant, by the key of both: it was written when it became known. */
const linksSql = `(select jsonb_agg(l.kind order by l.kind) from shopper_links l
  where l.environment_id = :environment and l.shopper_id = :shopperId and l.merchant_id = :merchantId
    and l.first_seen_at <= :seenByWallAt)`;

/** The last visit from each country: who is in two at once stays so, whichever of them was seen last. */
const visitsSql = `(select jsonb_agg(jsonb_build_object('country', v.country,
    'minutes', floor(extract(epoch from :seenAt::timestamptz - v.last) / 60)))
  from (select s.country, max(s.seen_at) as last from fraud_sightings s
    where ${before} and s.shopper_id = :shopperId and s.country is not null
      and s.seen_at > :seenAt::timestamptz - interval '${travelDays} days'
    group by s.country) v)`;

const normSql = `(select jsonb_build_object('median', n.median, 'spread', n.spread, 'orders', n.orders)
  from fraud_merchant_norms n
  where n.environment_id = :environment and n.merchant_id = :merchantId and n.currency = :currency
    and n.business_date < :today::date and n.business_date >= :today::date - ${normDays}
  order by n.business_date desc limit 1)`;

const knownSql = `(select jsonb_build_object(
    ${(['device', 'address'] as const)
      .map(
        (of) => `'${of}', bool_or(s.${of} = :${of}::bytea
          and s.seen_at <= :seenAt::timestamptz - interval '${newForHours} hours'),
        'other_${of}', bool_or(s.${of} <> :${of}::bytea)`,
      )
      .join(', ')})
  from fraud_sightings s where ${before} and s.shopper_id = :shopperId)`;

const passedSql = `exists (select from fraud_passes p where p.environment_id = :environment
  and p.session_id = :session and p.until > :seenByWallAt)`;

const groupColumn: Record<Whole, string> = {
  shopper: 's.shopper_id = :shopperId',
  phone: 's.phone = :phone::bytea',
  device: 's.device = :device::bytea',
  address: 's.address = :address::bytea',
  card: 's.card = :card::bytea',
  merchant: 's.merchant_id = :merchantId',
};

/** A request for a code is not a refusal: nobody learns anything by it. */
const declinedSql = `exists (select from assessments a
  where a.environment_id = s.environment_id and a.shopper_id = s.shopper_id and a.outcome = 'declined'
    and a.decline_code <> 'challenge_required' and a.created_at <= :seenAt
    and a.guards -> 'fraud' ->> 'purchase' = s.purchase)`;

/** The order that became of a purchase; each look is by a key, or by what is unique of the merchant. */
const orderSql = `case s.kind
    when 'checkout' then (select c.order_id from checkout_sessions c
      where c.environment_id = s.environment_id and c.id = s.purchase)
    when 'agreement' then (select o.id from orders o
      where o.environment_id = s.environment_id and o.merchant_id = s.merchant_id
        and o.merchant_reference = substr(s.purchase, strpos(s.purchase, '/') + 1)
        and o.agreement_id = split_part(s.purchase, '/', 1)) end`;

/** What is looked for behind each sighting; all of it has to have been so by then. */
const behindSql: { [C in Counted]?: string } = {
  declines: declinedSql,
  refunded: `exists (select from refunds r where r.environment_id = s.environment_id and r.created_at <= :seenAt
    and r.order_id = ${orderSql})`,
  unfounded: `exists (select from disputes d where d.environment_id = s.environment_id and d.status = 'won'
    and d.ended_at <= :seenAt and d.order_id = ${orderSql})`,
};

/** How many there are beside this one's own, with which they are counted together. */
const distinctSql: { [C in Counted]?: [column: string, own: string] } = {
  purchases: ['s.purchase', ':purchase::text'],
  shoppers: ['s.shopper_id', ':shopperId::text'],
  phones: ['s.phone', ':phone::bytea'],
  devices: ['s.device', ':device::bytea'],
  addresses: ['s.address', ':address::bytea'],
  cards: ['s.card', ':card::bytea'],
  merchants: ['s.merchant_id', ':merchantId::text'],
};

function groupSql(group: Group, measures: readonly Measure[]): string {
  if (group === 'stopping') return `jsonb_build_array(${measures.map(stoppingSql).join(', ')})`;
  const longest = Math.max(...measures.map(({ minutes }) => minutes));
  return `(select jsonb_build_array(${measures.map(measureSql).join(', ')}) from fraud_sightings s
    where ${before} and ${groupColumn[group]} and ${sinceSql(longest)})`;
}

const sinceSql = (minutes: number): string =>
  `s.seen_at > :seenAt::timestamptz - interval '${minutes} minutes'`;

/** One figure of the sightings of a group. */
function measureSql(measure: Measure): string {
  const since = sinceSql(measure.minutes);
  if (measure.of === 'lowest_use') return `min(s.use_before) filter (where ${since})`;
  const { of, per, newShoppers } = measure;
  const here = per === 'shopper_at_merchant' ? ' and s.merchant_id = :merchantId' : '';
  const counts = `${since}${here}${newShoppers ? ' and s.is_new_shopper' : ''}`;
  const others = `${counts} and s.purchase <> :purchase`;
  // A purchase has one amount, from however many places it was looked at.
  if (of === 'amount') return sumSql(`${others} and s.currency = :currency`);
  const behind = behindSql[of];
  if (behind !== undefined) return `count(distinct s.purchase) filter (where ${others} and ${behind})`;
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
