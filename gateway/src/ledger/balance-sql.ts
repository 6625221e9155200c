/** Later than any transfer. */
export const noEnd = '9223372036854775807';

const movesPosted = `t.kind in ('posted', 'post')`;

/**
 * SQL for what the transfers of one account do to it on its debit side, as rows (id, currency, occurred_at, posted,
 * pending). The arguments are SQL expressions. What resolves a pending transfer takes all of it off, whatever part is
 * posted. Each is found by the index of its account and id, so that it costs what it returns.
 */
export function movesSql({
  environment,
  account,
  after,
  through,
}: Record<'environment' | 'account' | 'after' | 'through', string>): string {
  return [
    ['debit', ''],
    ['credit', '-'],
  ]
    .map(
      ([side, sign]) => `
      select t.id, t.currency, t.occurred_at,
        case when ${movesPosted} then ${sign}t.amount else 0 end as posted,
        case t.kind when 'posted' then 0 when 'pending' then ${sign}t.amount
          else -(${sign}(
            select p.amount from ledger_transfers p
            where p.environment_id = t.environment_id and p.id = t.pending_id)) end as pending
      from ledger_transfers t
      where t.environment_id = ${environment} and t.${side} = ${account} and t.id > ${after} and t.id <= ${through}`,
    )
    .join(' union all ');
}

const pendingMoved = `case t.kind when 'posted' then 0 when 'pending' then side.sign * t.amount
        else -side.sign * p.amount end`;

/**
 * SQL for the balance of every account on its debit side, as rows (account, currency, posted, pending), from all
 * transfers of `:environment`. It reads them all and trusts no checkpoint.
 */
export function balancesSql({ columns = '', join = '' } = {}): string {
  return `
    select side.account, t.currency,
      coalesce(sum(side.sign * t.amount) filter (where ${movesPosted}), 0)::int8 as posted,
      sum(${pendingMoved})::int8 as pending${columns}
    from ledger_transfers t
      cross join lateral (values (t.debit, 1, t.credit), (t.credit, -1, t.debit)) as side (account, sign, other)
      left join ledger_transfers p on p.environment_id = t.environment_id and p.id = t.pending_id${join}
    where t.environment_id = :environment
    group by side.account, t.currency`;
}

/**
 * The same with all else that a check of the books asks of every transfer, so that they are read once:
 *
 * - accrued: interest that was ever posted to the account; null without any
 * - allocated: what repayments paid of the account, less what was taken back of it; null without any
 * - reimbursed: what was posted to it as paid back to a guarantor; null without any
 * - sent: what left it as cash; null without any
 * - checkpointed_posted, checkpointed_pending: its balance up to its last checkpoint, of rows `checkpoints`
 * - kept, is_kept: its posted balance as of the kept trial balance, and whether it had any transfer by then
 */
export const bookBalancesSql = balancesSql({
  columns: `,
      sum(t.amount) filter (where side.sign = 1 and t.debit ^@ 'interest:' and side.other ^@ 'accrued:') as accrued,
      sum(-side.sign * t.amount) filter (where side.other ^@ 'unapplied:') as allocated,
      sum(t.amount) filter (where side.sign = -1 and t.event = 'guarantor_reimbursed') as reimbursed,
      sum(t.amount) filter (where side.sign = 1 and side.other = 'cash') as sent,
      sum(side.sign * t.amount) filter (where t.id <= c.through_id and ${movesPosted}) as checkpointed_posted,
      sum(${pendingMoved}) filter (where t.id <= c.through_id) as checkpointed_pending,
      coalesce(sum(side.sign * t.amount) filter (where t.id <= k.through_id and ${movesPosted}), 0) as kept,
      bool_or(t.id <= k.through_id) as is_kept`,
  join: `
      left join checkpoints c on c.account = side.account and c.currency = t.currency
      cross join ledger_checkpointing k`,
});

/**
 * SQL for every account that transfers after `:from` up to `:to` touched, and what it held before and after them on its
 * debit side, as rows (environment_id, account, currency, from_id, before, after, pending, transfers, earliest_at,
 * latest_at): its last checkpoint up to `:from` and what was posted since. `condition` narrows the transfers `t`.
 */
export function touchedSql(condition = 'true'): string {
  const environment = 'touched.environment_id';
  const account = 'touched.account';
  return `
    select touched.environment_id, touched.account, m.currency, last.through_id as from_id,
      coalesce(sum(m.posted) filter (where m.id <= :from), 0)::int8 as before,
      sum(m.posted)::int8 as after, sum(m.pending)::int8 as pending,
      count(m.occurred_at) as transfers, min(m.occurred_at) as earliest_at,
      greatest(max(m.occurred_at), max(m.latest_at)) as latest_at
    from (
        select distinct t.environment_id, side.account
        from ledger_transfers t cross join lateral (values (t.debit), (t.credit)) as side (account)
        where t.id > :from and t.id <= :to and (${condition})) touched
      cross join lateral (
        select coalesce(max(c.through_id), 0) as through_id from ledger_checkpoints c
        where c.environment_id = ${environment} and c.account = ${account} and c.through_id <= :from) last
      cross join lateral (
        select c.through_id as id, c.currency, null::timestamptz as occurred_at, c.posted, c.pending, c.latest_at
        from ledger_checkpoints c
        where c.environment_id = ${environment} and c.account = ${account} and c.through_id = last.through_id
        union all
        select moves.id, moves.currency, moves.occurred_at, moves.posted, moves.pending, null
        from (${movesSql({ environment, account, after: 'last.through_id', through: ':to' })}) moves) m
    group by touched.environment_id, touched.account, m.currency, last.through_id`;
}

/** SQL for what rows of `touchedSql` named `touched` add to each line of the trial balance (code, currency, debit, credit). */
export const changedTotals = `
  split_part(touched.account, ':', 1) as code, touched.currency,
  sum(greatest(touched.after, 0) - greatest(touched.before, 0))::int8 as debit,
  sum(greatest(-touched.after, 0) - greatest(-touched.before, 0))::int8 as credit`;
