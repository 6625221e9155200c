import { addDays, type CalendarDate, dateIn, startOf } from '../lib/dates.ts';
import type { Currency } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';

/** Which part of the book is looked at, and as of the end of which business date of the environment. */
export type BookFilter = {
  currency: Currency;
  on: CalendarDate;
  /** The code of the plan that was agreed, such as `pay_in_4` or `cash_draw`. */
  product?: string | undefined;
  funderId?: string | undefined;
  market?: string | undefined;
};

/** What one funder is owed by one plan; several share a plan that is funded jointly. Amounts are minor units. */
export type BookRow = {
  planId: string;
  funderId: string;
  product: string;
  /** Empty where none was named when the plan was agreed. */
  market: string;
  principal: bigint;
  interest: bigint;
  fee: bigint;
};

/** Today in the environment's calendar. */
export function businessDateOf({ environment, now }: Pick<Tx, 'environment' | 'now'>): CalendarDate {
  return dateIn(environment.timeZone, now);
}

/** The instant at which the business date `on` is over in the environment's calendar. */
export function endOf({ environment }: Pick<Tx, 'environment'>, on: CalendarDate): Date {
  return startOf(addDays(on, 1), environment.timeZone);
}

/** What a plan of the filter is, in SQL over `p`, its row; it binds what `filterBindings` gives. */
export const plansSql = `
  p.environment_id = :environment and p.currency = :currency
  and (:product::text is null or p.snapshot->>'code' = :product)
  and (:market::text is null or coalesce(p.snapshot->>'market', '') = :market)`;

/** Empty texts in a filter are no filter. */
export function filterBindings(tx: Tx, filter: BookFilter) {
  return {
    environment: tx.environment.id,
    currency: filter.currency,
    product: filter.product || null,
    market: filter.market ?? null,
    funder: filter.funderId || null,
    zone: tx.environment.timeZone,
    until: endOf(tx, filter.on),
  };
}

/**
 * Transfers that moved something on an account of a plan and funder until the end of the date, in SQL: rows (code, plan_id,
 * funder_id, amount, other, event, occurred_at), the amount positive where it is owed more, `other` the account on the
 * other side. They are read from the ledger by `occurred_at`, the business time at which they happened.
 */
export function planMovesSql(codes: readonly string[]): string {
  const isOne = codes.map((code) => `side.account ^@ '${code}:'`).join(' or ');
  return `
    select split_part(side.account, ':', 1) as code, split_part(side.account, ':', 2) as plan_id,
      split_part(side.account, ':', 3) as funder_id, side.sign * t.amount as amount, side.other, t.event, t.occurred_at
    from ledger_transfers t
      cross join lateral (values (t.debit, t.credit, 1), (t.credit, t.debit, -1)) as side (account, other, sign)
    where t.environment_id = :environment and t.kind in ('posted', 'post') and t.currency = :currency
      and t.occurred_at < :until and (${isOne})
      and (:funder::text is null or side.account like '%:' || :funder)`;
}

/**
 * The same summed by account, in SQL: rows (account, amount) and what `by` adds to them. A book has few accounts beside
 * its transfers, so their names are taken apart only after this. `only` narrows the transfers `t`; `other` in it is the
 * account on the other side.
 */
export function planSumsSql(
  codes: readonly string[],
  { by, only = 'true' }: { by?: { name: string; sql: string }; only?: string } = {},
): string {
  const sides = [
    ['debit', 'credit', ''],
    ['credit', 'debit', '-'],
  ] as const;
  return sides
    .map(([side, other, sign]) => {
      const isOne = codes.map((code) => `t.${side} ^@ '${code}:'`).join(' or ');
      return `
        select t.${side} as account, ${sign}sum(t.amount) as amount${by ? `, ${by.sql} as ${by.name}` : ''}
        from ledger_transfers t
        where t.environment_id = :environment and t.kind in ('posted', 'post') and t.currency = :currency
          and t.occurred_at < :until and (${isOne})
          and (:funder::text is null or t.${side} like '%:' || :funder)
          and (${only.replaceAll('other', `t.${other}`)})
        group by t.${side}${by ? `, ${by.name}` : ''}`;
    })
    .join(' union all ');
}

/**
 * The book at the end of the date: per plan and funder Σ of the accounts `principal`, `interest` and `fee` of the ledger.
 * Plans that owed nothing then are left out. Interest is what was accrued by then; it is accrued on due dates, when
 * something happens, and at month ends.
 */
export async function readBook(tx: Tx, filter: BookFilter): Promise<BookRow[]> {
  const { rows } = await tx.sql.raw<{ rows: BookRow[] }>(
    `with owed as (
       select split_part(account, ':', 2) as plan_id, split_part(account, ':', 3) as funder_id,
         coalesce(sum(amount) filter (where account ^@ 'principal:'), 0)::int8 as principal,
         coalesce(sum(amount) filter (where account ^@ 'interest:'), 0)::int8 as interest,
         coalesce(sum(amount) filter (where account ^@ 'fee:'), 0)::int8 as fee
       from (${planSumsSql(['principal', 'interest', 'fee'])}) sums
       group by 1, 2)
     select o.plan_id as "planId", o.funder_id as "funderId", p.snapshot->>'code' as product,
       coalesce(p.snapshot->>'market', '') as market, o.principal, o.interest, o.fee
     from owed o
     join plans p on p.id = o.plan_id
     where ${plansSql} and (o.principal <> 0 or o.interest <> 0 or o.fee <> 0)
     order by o.plan_id, o.funder_id`,
    filterBindings(tx, filter),
  );
  return rows;
}
