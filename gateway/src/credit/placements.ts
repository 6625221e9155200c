import { dateIn, startOf } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import { startOfTomorrow, type UpcomingSql } from '../lib/upcoming.ts';
import type { Funding } from './funding.ts';

/** What a hold pays for: whom it is bound to, as caps on concentration count it. */
export type Bound = { merchantId: string | null; category: string; shopperId: string };

/** What a funder has bound to one merchant, one kind of purchase and one shopper, in minor units. */
export type Concentration = { merchant: bigint; category: bigint; shopper: bigint };

export const nothingBound: Concentration = { merchant: 0n, category: 0n, shopper: 0n };

/** Notes to whom a new hold is bound, with each funder that has caps on that; with others it writes nothing. */
export async function notePlacement(
  tx: Tx,
  input: { holdId: string; funding: Funding; amount: bigint; currency: string; bound: Bound },
): Promise<void> {
  const { holdId, funding, amount, currency, bound } = input;
  const capped = funding.shares.filter(({ funder }) => funder.keepsPlacements);
  if (capped.length === 0) return;
  await tx.sql('funder_placements').insert(
    capped.map(({ funder, basisPoints }) => ({
      environment_id: tx.environment.id,
      hold_id: holdId,
      funder_id: funder.id,
      currency,
      merchant_id: bound.merchantId,
      category: bound.category,
      shopper_id: bound.shopperId,
      basis_points: basisPoints,
      owed: partOf(amount, basisPoints),
    })),
  );
}

/** A share of an amount, rounded up: a cap is never passed by what rounding leaves out. */
function partOf(amount: bigint, basisPoints: number): bigint {
  return (amount * BigInt(basisPoints) + 9_999n) / 10_000n;
}

/** From now on it is kept to whom each hold with this funder is bound. */
export async function keepPlacements(tx: Tx, funderId: string): Promise<void> {
  await tx
    .sql('funders')
    .where({ environment_id: tx.environment.id, id: funderId })
    .update({ keeps_placements: true });
  await sumPlacements(tx, funderId);
}

/**
 * What these funders have bound to a merchant, a kind of purchase and a shopper: what was last summed, and all that came
 * since. What was repaid since still counts, so a cap errs on the side of refusing; what other checkouts hold at this very
 * moment does not, so it may be passed by that much.
 */
export async function readConcentrations(
  tx: Tx,
  input: { funderIds: readonly string[]; currency: string; bound: Bound },
): Promise<Map<string, Concentration>> {
  const { funderIds, currency, bound } = input;
  if (funderIds.length === 0) return new Map();
  const { rows } = await tx.sql.raw<{ rows: ({ funder_id: string } & Concentration)[] }>(
    `select f.id as funder_id,
       (coalesce(c.merchant, 0) + coalesce(n.merchant, 0))::bigint as merchant,
       (coalesce(c.category, 0) + coalesce(n.category, 0))::bigint as category,
       coalesce(o.shopper, 0)::bigint as shopper
     from unnest(:funders::text[]) as f (id)
     left join lateral (
       select sum(amount) filter (where kind = 'merchant' and subject = :merchant) as merchant,
         sum(amount) filter (where kind = 'category' and subject = :category) as category
       from funder_concentrations
       where environment_id = :environment and funder_id = f.id and currency = :currency
         and (kind, subject) in (('merchant', :merchant), ('category', :category))) c on true
     left join lateral (
       select sum(owed) filter (where merchant_id = :merchant) as merchant,
         sum(owed) filter (where category = :category) as category
       from funder_placements
       where environment_id = :environment and funder_id = f.id and currency = :currency and not summed) n on true
     left join lateral (
       select sum(owed) as shopper from funder_placements
       where environment_id = :environment and shopper_id = :shopper and funder_id = f.id
         and currency = :currency and not ended) o on true`,
    {
      environment: tx.environment.id,
      funders: [...funderIds],
      currency,
      merchant: bound.merchantId ?? '',
      category: bound.category,
      shopper: bound.shopperId,
    },
  );
  return new Map(rows.map(({ funder_id: id, ...concentration }) => [id, concentration]));
}

/** The funders with caps whose concentrations have not been summed on this business date. */
export async function findToSum(tx: Tx): Promise<{ funderId: string }[]> {
  const rows = await tx
    .sql<FunderSum>('funders')
    .where({ environment_id: tx.environment.id, keeps_placements: true })
    .whereRaw('(placements_summed_at is null or placements_summed_at < ?)', [startOfDay(tx)])
    .orderBy('id')
    .select('id');
  return rows.map(({ id }) => ({ funderId: id }));
}

/** When concentrations are summed next: as the next business date begins, if any funder has caps. */
export function nextSumAt(tx: Tx): UpcomingSql {
  return tx.sql.raw(
    `select ?::timestamptz where exists (select from funders where environment_id = ? and keeps_placements)`,
    [startOfTomorrow(tx), tx.environment.id],
  );
}

type FunderSum = {
  environment_id: string;
  id: string;
  keeps_placements: boolean;
  placements_summed_at: Date | null;
};

function startOfDay(tx: Tx): Date {
  const { timeZone } = tx.environment;
  return startOf(dateIn(timeZone, tx.now), timeZone);
}

/** The sweep's part for one funder. */
export async function passSum(tx: Tx, { funderId }: { funderId: string }): Promise<void> {
  await sumPlacements(tx, funderId);
}

/**
 * Sums anew what a funder has bound to each merchant and kind of purchase, from what is held and owed at this moment. A
 * sweep does it rather than every hold and repayment, because one row for a large merchant would make its checkouts wait
 * for one another. What was held before the funder had a cap is found here too.
 */
async function sumPlacements(tx: Tx, funderId: string): Promise<void> {
  const bindings = { environment: tx.environment.id, funder: funderId };
  // One at a time: two that sum at once would each delete what the other has written.
  await tx.sql.raw(
    'select 1 from funders where environment_id = :environment and id = :funder for update',
    bindings,
  );
  await tx.sql.raw(noteOpenSql, bindings);
  await tx.sql.raw(sumOwedSql, bindings);
  await tx
    .sql('funder_concentrations')
    .where({ environment_id: tx.environment.id, funder_id: funderId })
    .delete();
  await tx.sql.raw(sumBySubjectSql, bindings);
  await tx
    .sql<FunderSum>('funders')
    .where({ environment_id: tx.environment.id, id: funderId })
    .update({ placements_summed_at: tx.now });
}

/** What this funder carries and nobody noted, or what had ended and is owed again since a repayment was charged back. */
const noteOpenSql = `
  insert into funder_placements
    (environment_id, hold_id, funder_id, currency, merchant_id, category, shopper_id, basis_points, owed)
  select h.environment_id, h.id, :funder, h.currency, coalesce(p.merchant_id, c.merchant_id),
    coalesce(p.snapshot->>'programme', c.confirmed_offer->>'programme',
      case when coalesce(p.merchant_id, c.merchant_id) is null then 'cash_draw' else 'retail' end),
    l.shopper_id, carried.basis_points, 0
  from (
      select id as hold_id, 10000 as basis_points from holds
      where environment_id = :environment and funder_id = :funder and not joint
      union all
      select hold_id, basis_points from hold_shares
      where environment_id = :environment and funder_id = :funder) carried
    join holds h on h.environment_id = :environment and h.id = carried.hold_id
    join credit_lines l on l.environment_id = h.environment_id and l.id = h.credit_line_id
    left join plans p on p.environment_id = h.environment_id and p.hold_id = h.id
    left join checkout_sessions c on c.environment_id = h.environment_id and c.hold_id = h.id
      and c.status in ('open', 'confirmed')
  where h.status = 'active' or p.status in ('pending', 'active')
  on conflict (environment_id, hold_id, funder_id) do update set ended = false where funder_placements.ended`;

/** What is held counts by its share, rounded up: rounding never passes a cap. What is owed stands in the ledger. */
const sumOwedSql = `
  update funder_placements as placement set summed = true, owed = sum.owed, ended = sum.owed = 0 and not sum.is_open
  from (
    select n.hold_id,
      greatest(0, (h.amount * n.basis_points + 9999) / 10000 + coalesce(o.principal, 0)) as owed,
      h.status = 'active' or coalesce(p.status in ('pending', 'active'), false) as is_open
    from funder_placements n
      join holds h on h.environment_id = n.environment_id and h.id = n.hold_id
      left join plans p on p.environment_id = n.environment_id and p.hold_id = n.hold_id
      left join lateral (
        select sum(case when t.debit = a.account then t.amount else -t.amount end)::bigint as principal
        from (select 'principal:' || p.id || ':' || n.funder_id as account) a
          join ledger_transfers t on t.environment_id = n.environment_id
            and (t.debit = a.account or t.credit = a.account) and t.kind in ('posted', 'post')) o on true
    where n.environment_id = :environment and n.funder_id = :funder and not n.ended) sum
  where placement.environment_id = :environment and placement.funder_id = :funder
    and placement.hold_id = sum.hold_id`;

const sumBySubjectSql = `
  insert into funder_concentrations (environment_id, funder_id, currency, kind, subject, amount)
  select p.environment_id, p.funder_id, p.currency, s.kind, s.subject, sum(p.owed)
  from funder_placements p
    cross join lateral (values ('merchant', p.merchant_id), ('category', p.category)) as s (kind, subject)
  where p.environment_id = :environment and p.funder_id = :funder and p.summed and not p.ended
    and s.subject is not null
  group by 1, 2, 3, 4, 5`;
