/** Invariants of merchants' money, payouts, and what others' books say; see `invariants.ts` for what they may read. */
export const moneyInvariants = {
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
        when m.id is null or r.kind in ('dispute', 'dispute_won') then 0
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
} as const;
