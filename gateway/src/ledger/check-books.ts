import type { Tx } from '../lib/tx.ts';
import { balancesSql } from './balances.ts';

/** Where two figures that must agree do not, in minor units; `subject` is the id of the object compared. */
export type Breach = { subject: string; currency: string; actual: bigint; expected: bigint };

/** One invariant, how many objects it was checked on, and those that break it. */
export type CheckedInvariant = { name: InvariantName; checked: number; broken: Breach[] };

/** SQL for each invariant of money.md: rows (subject, currency, actual, expected) of all that is compared. */
const invariants = {
  /** Per funder: Σ principal = participation. */
  principal_is_participation: `
    select coalesce(p.funder_id, s.funder_id) as subject, coalesce(p.currency, s.currency) as currency,
      coalesce(p.posted, 0) as actual, coalesce(s.posted, 0) as expected
    from (select funder_id, currency, sum(posted) as posted from principal group by funder_id, currency) p
      full join (
        select split_part(account, ':', 2) as funder_id, currency, -posted as posted
        from balances where account ^@ 'participation:') s
      on s.funder_id = p.funder_id and s.currency = p.currency`,

  /** A plan that is paid or canceled owes nothing, and a canceled one reserves nothing. */
  finished_plan_is_zero: `
    select plan.id as subject, plan.currency,
      coalesce(sum(abs(p.posted) + case plan.status when 'canceled' then abs(p.pending) else 0 end), 0) as actual,
      0 as expected
    from plans plan left join principal p on p.plan_id = plan.id
    where plan.environment_id = :environment and plan.status in ('paid', 'canceled')
    group by plan.id, plan.currency`,

  /** A plan's hold is what is authorized and not yet captured, voided or expired. */
  hold_is_pending: `
    select plan.id as subject, plan.currency,
      coalesce((select sum(p.pending) from principal p where p.plan_id = plan.id), 0) as actual,
      hold.amount as expected
    from plans plan join holds hold on hold.environment_id = plan.environment_id and hold.id = plan.hold_id
    where plan.environment_id = :environment`,

  /** Per credit line: used = Σ principal. Principal of no known plan belongs to no line, which must be 0. */
  used_is_principal: `
    select coalesce(line.id, 'no credit line') as subject, coalesce(line.currency, p.currency) as currency,
      coalesce(line.used, 0) as actual, coalesce(p.posted, 0) as expected
    from (select * from credit_lines where environment_id = :environment) line
      full join (
        select hold.credit_line_id, principal.currency, sum(principal.posted) as posted
        from principal
          left join plans plan on plan.environment_id = :environment and plan.id = principal.plan_id
          left join holds hold on hold.environment_id = :environment and hold.id = plan.hold_id
        group by hold.credit_line_id, principal.currency) p
      on p.credit_line_id = line.id and p.currency = line.currency`,

  /** Per credit line: held = Σ active holds. */
  held_is_active_holds: `
    select line.id as subject, line.currency, line.held as actual,
      coalesce((
        select sum(hold.amount) from holds hold
        where hold.environment_id = :environment and hold.credit_line_id = line.id and hold.status = 'active'), 0) as expected
    from credit_lines line where line.environment_id = :environment`,

  /** Per funder: capacity − remaining of its slots = held + used. */
  slots_are_held_and_used: `
    select slots.funder_id as subject, slots.currency, slots.taken as actual,
      coalesce((
        select sum(hold.amount) from holds hold
        where hold.environment_id = :environment and hold.status = 'active'
          and hold.funder_id = slots.funder_id and hold.currency = slots.currency), 0)
      + coalesce((
        select sum(p.posted) from principal p
        where p.funder_id = slots.funder_id and p.currency = slots.currency), 0) as expected
    from (
      select funder_id, currency, sum(capacity - remaining) as taken
      from funder_slots where environment_id = :environment group by funder_id, currency) slots`,

  /** A payout's account holds its amount until it is paid or a later payout of its settlement takes it over. */
  payout_is_zero_once_paid: `
    select payout.id as subject, payout.currency,
      coalesce((
        select -sum(b.posted) from balances b
        where b.account = 'payout:' || payout.id and b.currency = payout.currency), 0) as actual,
      case when payout.status = 'paid' or payout.id < max(payout.id) over (partition by payout.settlement_id)
        then 0 else payout.amount end as expected
    from payouts payout where payout.environment_id = :environment`,
} as const;

export type InvariantName = keyof typeof invariants;

/**
 * Compares the ledger with itself and with what other modules keep beside it. It only reads, but it reads all:
 * for tests, the sandbox and audits. Each invariant is one statement, so it sees one state while orders go on.
 */
export async function checkBooks(tx: Tx): Promise<CheckedInvariant[]> {
  const results: CheckedInvariant[] = [];
  for (const name of Object.keys(invariants) as InvariantName[]) results.push(await check(tx, name));
  return results;
}

type ComparedRow = {
  checked: number;
  subject: string | null;
  currency: string;
  actual: bigint;
  expected: bigint;
};

async function check(tx: Tx, name: InvariantName): Promise<CheckedInvariant> {
  const { rows } = await tx.sql.raw<{ rows: ComparedRow[] }>(
    `with balances as materialized (${balancesSql()}),
     principal as (
       select split_part(account, ':', 2) as plan_id, split_part(account, ':', 3) as funder_id,
         currency, posted, pending
       from balances where account ^@ 'principal:'),
     compared as materialized (${invariants[name]})
     select total.checked, c.subject, c.currency, c.actual::int8, c.expected::int8
     from (select count(*)::int as checked from compared) total
       left join compared c on c.actual <> c.expected
     order by c.subject, c.currency`,
    { environment: tx.environment.id },
  );
  const broken = rows.flatMap(({ subject, currency, actual, expected }) =>
    subject === null ? [] : [{ subject, currency, actual, expected }],
  );
  return { name, checked: rows[0]?.checked ?? 0, broken };
}
