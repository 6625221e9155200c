import type { Tx } from '../lib/tx.ts';

type Moved = { holdId: string; from: string; to: string; basisPoints: number; owed: bigint };

/**
 * What a hold binds to a merchant, a kind of purchase and a shopper counts with its new owner at once, and no more with the
 * one before: caps on concentration must not let through what the next sweep would find.
 */
export async function movePlacement(tx: Tx, moved: Moved): Promise<void> {
  await tx.sql.raw(endSql, bindingsOf(tx, moved));
  await tx.sql.raw(noteSql, bindingsOf(tx, moved));
}

function bindingsOf({ environment }: Tx, { holdId, from, to, basisPoints, owed }: Moved) {
  return { environment: environment.id, hold: holdId, from, to, basisPoints, owed };
}

/** What was summed is taken out of the sums; what came since counts by its own row only. */
const endSql = `
  with before as (
    select currency, merchant_id, category, owed, summed from funder_placements
    where environment_id = :environment and hold_id = :hold and funder_id = :from and not ended
    for update),
  taken as (
    update funder_concentrations c set amount = greatest(0, c.amount - before.owed)
    from before cross join lateral (
      values ('merchant', before.merchant_id), ('category', before.category)) as s (kind, subject)
    where before.summed and c.environment_id = :environment and c.funder_id = :from
      and c.currency = before.currency and c.kind = s.kind and c.subject = s.subject)
  update funder_placements p set ended = true, summed = true, owed = 0
  from before
  where p.environment_id = :environment and p.hold_id = :hold and p.funder_id = :from`;

/** Only with a funder that has caps; it is counted beside the sums until the next sweep. */
const noteSql = `
  insert into funder_placements
    (environment_id, hold_id, funder_id, currency, merchant_id, category, shopper_id, basis_points, owed)
  select p.environment_id, p.hold_id, f.id, p.currency, p.merchant_id,
    coalesce(p.snapshot->>'programme', case when p.merchant_id is null then 'cash_draw' else 'retail' end),
    p.shopper_id, :basisPoints, :owed
  from plans p
    join funders f on f.environment_id = p.environment_id and f.id = :to and f.keeps_placements
  where p.environment_id = :environment and p.hold_id = :hold
  on conflict (environment_id, hold_id, funder_id)
    do update set ended = false, summed = false, owed = excluded.owed, basis_points = excluded.basis_points`;
