/** Invariants of what plans owe, and whose it is; see `invariants.ts` for what they may read. */
export const plansInvariants = {
  /** Per funder: Σ principal = participation. */
  principal_is_participation: `
    select coalesce(p.funder_id, s.funder_id) as subject, coalesce(p.currency, s.currency) as currency,
      coalesce(p.posted, 0) as actual, coalesce(s.posted, 0) as expected
    from (select funder_id, currency, sum(posted) as posted from principal group by funder_id, currency) p
      full join (
        select split_part(account, ':', 2) as funder_id, currency, -posted as posted
        from balances where account ^@ 'participation:') s
      on s.funder_id = p.funder_id and s.currency = p.currency`,

  /** Per funder: Σ interest + fee = accrued. */
  interest_and_fee_is_accrued: `
    select coalesce(e.funder_id, a.funder_id) as subject, coalesce(e.currency, a.currency) as currency,
      coalesce(e.posted, 0) as actual, coalesce(a.posted, 0) as expected
    from (
        select funder_id, currency, coalesce(sum(posted) filter (where code in ('interest', 'fee')), 0) as posted
        from owed where code <> 'subsidy' group by funder_id, currency) e
      full join (
        select split_part(account, ':', 2) as funder_id, currency, -posted as posted
        from balances where account ^@ 'accrued:') a
      on a.funder_id = e.funder_id and a.currency = e.currency`,

  /** A plan that is over owes nothing and holds no subsidy, and a canceled one reserves nothing. */
  finished_plan_is_zero: `
    select plan.id as subject, plan.currency,
      coalesce(sum(abs(o.posted) + case plan.status when 'canceled' then abs(o.pending) else 0 end), 0) as actual,
      0 as expected
    from plans plan left join owed o on o.plan_id = plan.id
    where plan.environment_id = :environment and plan.status in ('paid', 'canceled', 'charged_off', 'recovered')
    group by plan.id, plan.currency`,

  /** Per plan that is not given up: its installments ask for the principal, and for the late fees, that it owes. */
  debt_is_scheduled: `
    select plan.id as subject, plan.currency, coalesce(o.posted, 0) as actual, coalesce(asked.unpaid, 0) as expected
    from plans plan
      cross join (values ('principal'), ('fee')) as part (code)
      left join (select plan_id, code, sum(posted) as posted from owed group by plan_id, code) o
        on o.plan_id = plan.id and o.code = part.code
      left join (
        select i.plan_id, unpaid.code, sum(unpaid.amount) as unpaid
        from installments i
          cross join lateral (
            values ('principal', i.principal - i.paid_principal), ('fee', i.fee - i.paid_fee)) as unpaid (code, amount)
        where i.environment_id = :environment
        group by i.plan_id, unpaid.code) asked
        on asked.plan_id = plan.id and asked.code = part.code
    where plan.environment_id = :environment and plan.status not in ('charged_off', 'recovered')`,

  /** Per plan: all the interest that was ever posted = what its row says was. */
  accrued_interest_is_posted: `
    select coalesce(plan.id, p.plan_id) as subject, coalesce(plan.currency, p.currency) as currency,
      coalesce(p.amount, 0) as actual, coalesce(plan.accrued_interest, 0) as expected
    from (select * from plans where environment_id = :environment) plan
      full join (
        select plan_id, currency, sum(accrued) as amount
        from owed where code = 'interest' and accrued is not null
        group by plan_id, currency) p
      on p.plan_id = plan.id and p.currency = plan.currency`,

  /** Per plan: the interest that its refunds gave back, off the debt or as money = what its row says was. */
  returned_interest_is_posted: `
    select plan.id as subject, plan.currency,
      coalesce((
        select sum(t.amount)
        from refunds refund
          join ledger_transfers t on t.environment_id = refund.environment_id and t.subject_id = refund.id
        where refund.environment_id = plan.environment_id and refund.order_id = plan.order_id
          and (t.debit ^@ 'accrued:' or t.debit ^@ 'funder:' and (t.credit ^@ 'principal:' or t.credit ^@ 'shopper:'))), 0)
        as actual,
      plan.returned_interest as expected
    from plans plan
    where plan.environment_id = :environment`,

  /** Per plan: the merchant's money for interest still to be earned = what it was charged less what was earned. */
  subsidy_is_unearned: `
    select coalesce(plan.id, s.plan_id) as subject, coalesce(plan.currency, s.currency) as currency,
      coalesce(s.posted, 0) as actual, coalesce(plan.funded_subsidy - plan.accrued_subsidy, 0) as expected
    from (select * from plans where environment_id = :environment) plan
      full join (select plan_id, currency, -posted as posted from owed where code = 'subsidy') s
      on s.plan_id = plan.id and s.currency = plan.currency`,

  /** Per plan: what its repayments paid of fees, of interest and of principal = what the ledger has of each. */
  allocations_are_posted: `
    select coalesce(a.plan_id, t.plan_id) as subject, coalesce(a.currency, t.currency) as currency,
      coalesce(t.amount, 0) as actual, coalesce(a.amount, 0) as expected
    from (
        select plan.id as plan_id, plan.currency, part.code,
          sum(case part.code when 'fee' then a.fee when 'interest' then a.interest else a.principal end) as amount
        from plans plan
          cross join (values ('fee'), ('interest'), ('principal')) as part (code)
          left join repayment_allocations a on a.environment_id = plan.environment_id and a.plan_id = plan.id
        where plan.environment_id = :environment
        group by plan.id, plan.currency, part.code) a
      full join (
        select plan_id, currency, code, sum(allocated) as amount
        from owed where code in ('fee', 'interest', 'principal') and allocated is not null
        group by plan_id, currency, code) t
      on t.plan_id = a.plan_id and t.currency = a.currency and t.code = a.code`,

  /** A plan's hold is what is authorized and not yet captured, voided or expired. */
  hold_is_pending: `
    select plan.id as subject, plan.currency, coalesce(p.pending, 0) as actual, hold.amount as expected
    from plans plan
      join holds hold on hold.environment_id = plan.environment_id and hold.id = plan.hold_id
      left join (select plan_id, sum(pending) as pending from principal group by plan_id) p on p.plan_id = plan.id
    where plan.environment_id = :environment`,

  /** Per joint hold: what it still holds = what its shares do. */
  hold_is_its_shares: `
    select hold.id as subject, hold.currency, coalesce(sum(share.amount), 0) as actual, hold.amount as expected
    from holds hold
      left join hold_shares share on share.environment_id = hold.environment_id and share.hold_id = hold.id
    where hold.environment_id = :environment and hold.joint
    group by hold.id, hold.currency, hold.amount`,

  /**
   * Per plan and funder: of the principal each has its share; a stranger has nothing, and a single funder all. Movements
   * leave everybody within one minor unit of its share, but what adds to the debt, a capture or a chargeback, may move it
   * by two more until the next one takes of it.
   */
  principal_is_shared: `
    select plan.id as subject, plan.currency, o.posted as actual,
      case
        when share.funder_id is null then case when o.funder_id = plan.funder_id and not hold.joint then o.whole else 0 end
        else greatest(
          least(o.posted, ceil(o.whole * share.basis_points / 10000.0)::int8 + room.units),
          floor(o.whole * share.basis_points / 10000.0)::int8 - room.units) end as expected
    from (
        select principal.*, sum(posted) over (partition by plan_id, currency) as whole from principal) o
      join plans plan on plan.environment_id = :environment and plan.id = o.plan_id
      join holds hold on hold.environment_id = :environment and hold.id = plan.hold_id
      left join hold_shares share on hold.joint
        and share.environment_id = :environment and share.hold_id = hold.id and share.funder_id = o.funder_id
      left join lateral (
        select 2 * count(*) as units from ledger_transfers t
        where share.funder_id is not null and t.environment_id = :environment
          and t.debit = 'principal:' || o.plan_id || ':' || o.funder_id and t.kind in ('posted', 'post')) room on true`,
} as const;
