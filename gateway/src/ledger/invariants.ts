import { balancesSql, movesSql } from './balance-sql.ts';

/**
 * SQL for each invariant of money.md: rows (subject, currency, actual, expected) of all that is compared. `checkBooks`
 * binds `:environment` and puts these before it: balances (see `balancesSql`), owed (code, plan_id, funder_id, currency,
 * posted, pending: the balances of accounts that stand under a plan) and principal (those of that code).
 */
export const invariants = {
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
        select split_part(t.debit, ':', 2) as plan_id, t.currency, sum(t.amount) as amount
        from ledger_transfers t
        where t.environment_id = :environment and t.debit ^@ 'interest:' and t.credit ^@ 'accrued:'
        group by 1, 2) p
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
        select split_part(paid.account, ':', 2) as plan_id, t.currency, split_part(paid.account, ':', 1) as code,
          sum(paid.amount) as amount
        from ledger_transfers t
          cross join lateral (
            select t.credit, t.amount where t.debit ^@ 'unapplied:'
            union all select t.debit, -t.amount where t.credit ^@ 'unapplied:') as paid (account, amount)
        where t.environment_id = :environment and (t.debit ^@ 'unapplied:' or t.credit ^@ 'unapplied:')
          and split_part(paid.account, ':', 1) in ('fee', 'interest', 'principal')
        group by 1, 2, 3) t
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
        where hold.environment_id = :environment and hold.status = 'active' and not hold.joint
          and hold.funder_id = slots.funder_id and hold.currency = slots.currency), 0)
      + coalesce((
        select sum(share.amount) from hold_shares share
        where share.environment_id = :environment
          and share.funder_id = slots.funder_id and share.currency = slots.currency), 0)
      + coalesce((
        select sum(p.posted) from principal p
        where p.funder_id = slots.funder_id and p.currency = slots.currency), 0) as expected
    from (
      select funder_id, currency, sum(capacity - remaining) as taken
      from funder_slots where environment_id = :environment group by funder_id, currency) slots`,

  /** A draw's account holds nothing, whether its money was sent or not. */
  draw_is_zero_once_ended: `
    select draw.id as subject, draw.currency, coalesce(b.posted, 0) as actual, 0 as expected
    from cash_draws draw
      left join (
        select account, currency, -posted as posted from balances where account ^@ 'draw:') b
        on b.account = 'draw:' || draw.id and b.currency = draw.currency
    where draw.environment_id = :environment and draw.status <> 'requested'`,

  /** What was lent for a draw is what was sent to the shopper: its amount once it is paid out, and nothing else ever. */
  draw_is_sent_once: `
    select draw.id as subject, draw.currency,
      coalesce((
        select sum(t.amount) from ledger_transfers t
        where t.environment_id = :environment and t.debit = 'draw:' || draw.id and t.credit = 'cash'), 0) as actual,
      case draw.status when 'paid_out' then draw.amount else 0 end as expected
    from cash_draws draw where draw.environment_id = :environment`,

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
            union all select environment_id, repayment_id, debt_amount from chargebacks) a
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
        select split_part(t.credit, ':', 2) as shopper_id, t.currency, sum(t.amount) as amount
        from ledger_transfers t
        where t.environment_id = :environment and t.event = 'guarantor_reimbursed'
        group by 1, 2) p
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

  /** A payout's account holds its amount until it is paid or a later payout of its settlement takes it over. */
  payout_is_zero_once_paid: `
    select payout.id as subject, payout.currency, coalesce(b.posted, 0) as actual,
      case when payout.status = 'paid' or payout.id < max(payout.id) over (partition by payout.settlement_id)
        then 0 else payout.amount end as expected
    from payouts payout
      left join (
        select account, currency, -posted as posted from balances where account ^@ 'payout:') b
        on b.account = 'payout:' || payout.id and b.currency = payout.currency
    where payout.environment_id = :environment`,

  /** Per merchant: what it is owed, or owes = the lines that wait for a settlement. */
  merchant_is_waiting_lines: `
    select coalesce(m.merchant_id, l.merchant_id) as subject, coalesce(m.currency, l.currency) as currency,
      coalesce(m.posted, 0) as actual, coalesce(l.amount, 0) as expected
    from (
        select split_part(account, ':', 2) as merchant_id, currency, -posted as posted
        from balances where account ^@ 'merchant:') m
      full join (
        select merchant_id, currency, sum(amount) as amount from settlement_lines
        where environment_id = :environment and settlement_id is null
        group by merchant_id, currency) l
      on l.merchant_id = m.merchant_id and l.currency = m.currency`,

  /** Per merchant: what is held back of its settlements = what of it was not released. */
  reserve_is_unreleased: `
    select coalesce(b.merchant_id, r.merchant_id) as subject, coalesce(b.currency, r.currency) as currency,
      coalesce(b.posted, 0) as actual, coalesce(r.amount, 0) as expected
    from (
        select split_part(account, ':', 2) as merchant_id, currency, -posted as posted
        from balances where account ^@ 'reserve:') b
      full join (
        select merchant_id, currency, sum(amount) as amount from settlement_reserves
        where environment_id = :environment and released_at is null
        group by merchant_id, currency) r
      on r.merchant_id = b.merchant_id and r.currency = b.currency`,

  /** Per import: what its matches and its unmatched lines move = what the ledger has because of its records. */
  outside_records_are_posted: `
    select i.id as subject, r.currency, coalesce(sum(posted.amount), 0) as actual,
      sum(case
        when r.source = 'bank' then abs(r.amount) * (
          (case when r.suspended then 1 else 0 end)
          -- A returned payout is booked by its own walk, but for what takes its line out of suspense.
          + (case when m.id is not null and (r.suspended or m.target_kind <> 'payout_return') then 1 else 0 end))
        when m.id is null or r.kind = 'dispute' then 0
        else r.fee + (case when r.kind in ('transfer', 'transfer_back', 'fee') then abs(r.amount) else 0 end) end) as expected
    from reconciliation_imports i
      join outside_records r on r.environment_id = i.environment_id and r.import_id = i.id
      left join reconciliation_matches m on m.environment_id = r.environment_id and m.record_id = r.id
      cross join lateral (
        select sum(t.amount) as amount from ledger_transfers t
        where t.environment_id = r.environment_id and t.subject_id = r.id) posted
    where i.environment_id = :environment
    group by i.id, r.currency`,

  /** Per currency: suspense = the bank's lines that went into it and are matched to nothing. */
  suspense_is_unmatched_lines: `
    select 'lines of the bank' as subject, coalesce(s.currency, r.currency) as currency,
      coalesce(s.posted, 0) as actual, coalesce(r.amount, 0) as expected
    from (select currency, -posted as posted from balances where account = 'suspense') s
      full join (
        select currency, sum(amount) as amount from outside_records
        where environment_id = :environment and suspended and state <> 'matched'
        group by currency) r on r.currency = s.currency`,

  /** Per busy account: its last checkpoint, which carries all before it, = what was posted up to it. */
  checkpoint_is_sum: `
    select c.account as subject, c.currency, part.actual, part.expected
    from (
        select distinct on (account, currency) account, currency, through_id, posted, pending
        from ledger_checkpoints where environment_id = :environment
        order by account, currency, through_id desc) c
      cross join lateral (
        select coalesce(sum(moves.posted), 0) as posted, coalesce(sum(moves.pending), 0) as pending
        from (${movesSql({ environment: ':environment', account: 'c.account', after: '0', through: 'c.through_id' })}) moves
        where moves.currency = c.currency) s
      cross join lateral (values (c.posted, s.posted), (c.pending, s.pending)) as part (actual, expected)`,

  /** Per line of the trial balance: what is kept of it = the balances of its accounts as of then. */
  trial_balance_is_sum: `
    select coalesce(total.code, s.code) as subject, coalesce(total.currency, s.currency) as currency,
      part.actual, part.expected
    from (select * from ledger_totals where environment_id = :environment) total
      full join (
        select split_part(b.account, ':', 1) as code, b.currency,
          sum(greatest(b.posted, 0)) as debit, sum(greatest(-b.posted, 0)) as credit
        from (${balancesSql('t.id <= (select through_id from ledger_checkpointing)')}) b
        group by 1, 2) s
      on s.code = total.code and s.currency = total.currency
      cross join lateral (
        values (coalesce(total.debit, 0), coalesce(s.debit, 0)), (coalesce(total.credit, 0), coalesce(s.credit, 0)))
        as part (actual, expected)`,
} as const;
