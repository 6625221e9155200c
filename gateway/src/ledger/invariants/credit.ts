/** Invariants of what is held and used of credit lines and of funders, and cash draws; see `invariants.ts` for what they may read. */
export const creditInvariants = {
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
      coalesce(b.sent, 0) as actual,
      case draw.status when 'paid_out' then draw.amount else 0 end as expected
    from cash_draws draw
      left join (
        select account, sum(sent) as sent from balances where account ^@ 'draw:' group by account) b
        on b.account = 'draw:' || draw.id
    where draw.environment_id = :environment`,
} as const;
