/** Invariants of what is kept of the ledger itself; see `invariants.ts` for what they may read. */
export const checkpointsInvariants = {
  /** Per busy account: its last checkpoint, which carries all before it, = what was posted up to it. */
  checkpoint_is_sum: `
    select c.account as subject, c.currency, part.actual, part.expected
    from checkpoints c
      left join balances b on b.account = c.account and b.currency = c.currency
      cross join lateral (
        values (c.posted, coalesce(b.checkpointed_posted, 0)), (c.pending, coalesce(b.checkpointed_pending, 0)))
        as part (actual, expected)`,

  /** Per line of the trial balance: what is kept of it = the balances of its accounts as of then. */
  trial_balance_is_sum: `
    select coalesce(total.code, s.code) as subject, coalesce(total.currency, s.currency) as currency,
      part.actual, part.expected
    from (select * from ledger_totals where environment_id = :environment) total
      full join (
        select split_part(b.account, ':', 1) as code, b.currency,
          sum(greatest(b.kept, 0)) as debit, sum(greatest(-b.kept, 0)) as credit
        from balances b where b.is_kept
        group by 1, 2) s
      on s.code = total.code and s.currency = total.currency
      cross join lateral (
        values (coalesce(total.debit, 0), coalesce(s.debit, 0)), (coalesce(total.credit, 0), coalesce(s.credit, 0)))
        as part (actual, expected)`,
} as const;
