/** Invariants of guarantees; see `invariants.ts` for what they may read. */
export const guaranteesInvariants = {
  /** Per guarantee: what was ever taken and paid a debt, and what is under way, stays within the cap. */
  calls_are_within_cap: `
    select g.id as subject, g.currency,
      greatest(coalesce(c.taken, 0) - g.cap, 0) as actual, 0 as expected
    from guarantees g
      left join (
        select r.guarantee_id, sum(case r.status when 'pending' then r.amount else coalesce(a.paid, 0) end) as taken
        from repayments r
          left join (
            select repayment_id, sum(amount) as paid from repayment_allocations
            where environment_id = :environment group by repayment_id) a on a.repayment_id = r.id
        where r.environment_id = :environment and r.guarantee_id is not null and r.status <> 'failed'
        group by r.guarantee_id) c on c.guarantee_id = g.id
    where g.environment_id = :environment`,

  /** Per guarantee: what its row says was called = what its calls paid of debts, and what was taken back of that. */
  called_is_allocated: `
    select g.id as subject, g.currency, g.called_amount as actual, coalesce(c.paid, 0) as expected
    from guarantees g
      left join (
        select r.guarantee_id, sum(a.amount) as paid
        from repayments r
          join (
            select environment_id, repayment_id, amount from repayment_allocations
            union all select environment_id, repayment_id, debt_amount - restored_amount from chargebacks) a
            on a.environment_id = r.environment_id and a.repayment_id = r.id
        where r.environment_id = :environment and r.guarantee_id is not null
        group by r.guarantee_id) c on c.guarantee_id = g.id
    where g.environment_id = :environment`,

  /** Per guarantor: what their calls say goes back to them = what paid no debt and what the ledger has as paid back. */
  returned_to_guarantor_is_posted: `
    select coalesce(c.shopper_id, p.shopper_id) as subject, coalesce(c.currency, p.currency) as currency,
      coalesce(c.returned, 0) as actual, coalesce(c.unused, 0) + coalesce(p.amount, 0) as expected
    from (
        select r.shopper_id, r.currency, sum(r.returned_amount) as returned,
          sum(r.amount - coalesce((
            select sum(a.amount) from repayment_allocations a
            where a.environment_id = r.environment_id and a.repayment_id = r.id), 0)) as unused
        from repayments r
        where r.environment_id = :environment and r.guarantee_id is not null and r.status in ('succeeded', 'charged_back')
        group by r.shopper_id, r.currency) c
      full join (
        select split_part(account, ':', 2) as shopper_id, currency, reimbursed as amount
        from balances where account ^@ 'shopper:' and reimbursed is not null) p
      on p.shopper_id = c.shopper_id and p.currency = c.currency`,

  /** Per credit line: what friends guarantee on it = the caps of active guarantees that its shopper received. */
  guaranteed_is_active_caps: `
    select line.id as subject, line.currency, line.guaranteed as actual,
      coalesce((
        select sum(g.cap) from guarantees g
        where g.environment_id = :environment and g.debtor_id = line.shopper_id and g.currency = line.currency
          and g.status = 'active'), 0) as expected
    from credit_lines line where line.environment_id = :environment`,

  /** Per credit line: what is set aside on it for friends = what its shopper's guarantees set aside. */
  pledged_is_set_aside: `
    select line.id as subject, line.currency, line.pledged as actual,
      coalesce((
        select sum(g.pledged) from guarantees g
        where g.environment_id = :environment and g.guarantor_id = line.shopper_id and g.currency = line.currency), 0)
        as expected
    from credit_lines line where line.environment_id = :environment`,

  /** Nobody stands on both sides of guarantees that bind: there is no chain and no circle. */
  guarantees_are_stars: `
    select g.bound_debtor as subject, g.currency, count(other.id) as actual, 0 as expected
    from guarantees g
      left join guarantees other
        on other.environment_id = g.environment_id and other.bound_guarantor = g.bound_debtor
    where g.environment_id = :environment and g.bound_debtor is not null
    group by g.bound_debtor, g.currency`,
} as const;
