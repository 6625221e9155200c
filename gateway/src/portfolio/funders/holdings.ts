import type { CalendarDate } from '../../lib/dates.ts';
import type { Id } from '../../lib/ids.ts';
import type { Currency } from '../../lib/money.ts';
import type { Tx } from '../../lib/tx.ts';
import type { Bucket } from '../../plans/delinquency.ts';
import { pairwiseId } from '../../shoppers/profile.ts';
import { endOf } from '../book.ts';
import { standingOf, type Standing } from '../overdue.ts';
import { eachLog } from '../read-logs.ts';

/** A plan of which a funder owns something. Amounts are the funder's part, in minor units. */
export type Holding = {
  planId: Id<'pln'>;
  /** What this funder sees as the shopper's id, and nobody else. */
  shopperId: Id<'shp'>;
  product: string;
  openedOn: CalendarDate;
  currency: Currency;
  /** Its agreed part of the plan, in hundredths of a percent; null where that has become another's since. */
  shareBasisPoints: number | null;
  principal: bigint;
  interest: bigint;
  fee: bigint;
  bucket: Bucket;
  daysPastDue: number;
  /** When the oldest of what is unpaid falls due, or fell due. */
  nextDueOn: CalendarDate | null;
};

/** Which of a funder's plans, as of the end of the business date `on`. */
export type HoldingsFilter = {
  funderId: string;
  on: CalendarDate;
  currency?: Currency | undefined;
  product?: string | undefined;
  bucket?: Bucket | undefined;
};

/**
 * The plans that the funder owned something of at the end of the date, in the order of their ids and after the plan `after`,
 * at most `limit`. What is owed is read from the accounts of plan and funder in the ledger, where a plan stands from its log.
 */
export async function readHoldings(
  tx: Tx,
  filter: HoldingsFilter,
  page: { after?: string | undefined; limit: number },
): Promise<Holding[]> {
  const found: Holding[] = [];
  for (let after = page.after; ;) {
    const owned = await readOwned(tx, filter, { after, limit: page.limit });
    const described = await describe(tx, filter, owned);
    found.push(...described.filter(({ bucket }) => filter.bucket === undefined || bucket === filter.bucket));
    if (owned.length < page.limit || found.length >= page.limit) return found.slice(0, page.limit);
    after = owned.at(-1)?.planId;
  }
}

/** So many plans are in memory at a time. */
const batch = 1_000;

/** Calls `visit` with each of these plans, in the order of their ids. */
export async function eachHolding(
  tx: Tx,
  filter: HoldingsFilter,
  visit: (holding: Holding) => void,
): Promise<void> {
  for (let after: string | undefined; ;) {
    const found = await readHoldings(tx, filter, { after, limit: batch });
    for (const holding of found) visit(holding);
    if (found.length < batch) return;
    after = found.at(-1)?.planId;
  }
}

type Owned = Pick<
  Holding,
  'planId' | 'product' | 'currency' | 'shareBasisPoints' | 'principal' | 'interest' | 'fee'
> & { realShopperId: string };

/** Only plans that it carries, or has given away, are looked up in the ledger, each by the names of its accounts. */
async function readOwned(
  tx: Tx,
  { funderId, on, currency, product }: HoldingsFilter,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<Owned[]> {
  const moves = (['debit', 'credit'] as const).map(
    (side) => `
      select part.code, ${side === 'debit' ? '' : '-'}t.amount as amount
      from unnest(array['principal', 'interest', 'fee']) as part (code)
        join ledger_transfers t on t.environment_id = :environment
          and t.${side} = part.code || ':' || p.id || ':' || :funder
      where t.kind in ('posted', 'post') and t.occurred_at < :until`,
  );
  const { rows } = await tx.sql.raw<{ rows: Owned[] }>(
    `select p.id as "planId", p.shopper_id as "realShopperId", p.snapshot->>'code' as product, p.currency,
       case when not h.joint then case when p.funder_id = :funder then 10000 end
         else share.basis_points end as "shareBasisPoints", owed.principal, owed.interest, owed.fee
     from plans p
       join holds h on h.environment_id = p.environment_id and h.id = p.hold_id
       left join hold_shares share
         on share.environment_id = p.environment_id and share.hold_id = p.hold_id and share.funder_id = :funder
       cross join lateral (
         select coalesce(sum(m.amount) filter (where m.code = 'principal'), 0)::int8 as principal,
           coalesce(sum(m.amount) filter (where m.code = 'interest'), 0)::int8 as interest,
           coalesce(sum(m.amount) filter (where m.code = 'fee'), 0)::int8 as fee
         from (${moves.join(' union all ')}) m) owed
     where p.environment_id = :environment and p.id > :after
       and (p.funder_id = :funder or :funder = any (p.co_funders)
         or exists (select from ownership_transfers o
           where o.environment_id = p.environment_id and o.plan_id = p.id and o.from_funder_id = :funder))
       and (:currency::text is null or p.currency = :currency)
       and (:product::text is null or p.snapshot->>'code' = :product)
       and (owed.principal <> 0 or owed.interest <> 0 or owed.fee <> 0)
     order by p.id limit :limit`,
    {
      environment: tx.environment.id,
      funder: funderId,
      until: endOf(tx, on),
      after: after ?? '',
      currency: currency ?? null,
      product: product ?? null,
      limit,
    },
  );
  return rows;
}

async function describe(
  tx: Tx,
  { funderId, on }: HoldingsFilter,
  owned: readonly Owned[],
): Promise<Holding[]> {
  const standings = new Map<string, Standing & { openedOn: CalendarDate }>();
  await eachLog(
    tx,
    owned.map(({ planId }) => planId),
    (plan) =>
      void standings.set(plan.planId, { ...standingOf(plan, on), openedOn: plan.log[0]?.onDate ?? on }),
  );
  return owned.map(({ realShopperId, ...plan }) => {
    const standing = standings.get(plan.planId);
    if (!standing) throw new Error(`plan ${plan.planId} has no log`);
    const { openedOn, bucket, days: daysPastDue, nextDue: nextDueOn } = standing;
    const shopperId = pairwiseId(tx, funderId, realShopperId);
    return { ...plan, shopperId, openedOn, bucket, daysPastDue, nextDueOn };
  });
}
