import type { Currency } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import {
  type Account,
  type AccountClass,
  type AccountCode,
  chart,
  normalSide,
  parseAccount,
} from './accounts.ts';

/** Minor units, positive on the side that is normal for the account's class. */
export type AccountBalance = { account: Account; currency: Currency; posted: bigint; pending: bigint };

/**
 * One line of the trial balance. Balances of one code are not netted: a merchant that owes stands on the debit
 * side, beside those that are owed on the credit side.
 */
export type TrialBalanceRow = {
  code: AccountCode;
  class: AccountClass;
  currency: Currency;
  debit: bigint;
  credit: bigint;
};

type Filter = { sql: string; bindings: Record<string, string> };
type BalanceRow = { account: string; currency: string; posted: bigint; pending: bigint };

/**
 * SQL for the balance of every account on its debit side, as rows (account, currency, posted, pending); it binds
 * `:environment`. A pending transfer counts until it is resolved, whatever part of it was posted.
 * `touching` narrows the transfers `t` that are read, so that a few accounts need not read all.
 */
export function balancesSql(touching = 'true'): string {
  return `
    select side.account, t.currency,
      coalesce(sum(side.sign * t.amount) filter (where t.kind in ('posted', 'post')), 0)::int8 as posted,
      coalesce(sum(side.sign * t.amount) filter (where t.kind = 'pending' and resolution.id is null), 0)::int8 as pending
    from ledger_transfers t
      cross join lateral (values (t.debit, 1), (t.credit, -1)) as side (account, sign)
      left join ledger_transfers resolution
        on resolution.environment_id = t.environment_id and resolution.pending_id = t.id
    where t.environment_id = :environment and (${touching})
    group by side.account, t.currency`;
}

/** The posted balance of an account: minor units, positive on its normal side. */
export async function balance(tx: Tx, account: Account, currency: Currency): Promise<bigint> {
  return (await find(tx, account, currency)).posted;
}

/** What is reserved on an account and neither posted nor voided yet: minor units, positive on its normal side. */
export async function pendingOf(tx: Tx, account: Account, currency: Currency): Promise<bigint> {
  return (await find(tx, account, currency)).pending;
}

async function find(tx: Tx, account: Account, currency: Currency): Promise<AccountBalance> {
  parseAccount(account);
  const rows = await list(tx, { sql: `%side = :account`, bindings: { account } });
  return rows.find((row) => row.currency === currency) ?? { account, currency, posted: 0n, pending: 0n };
}

/**
 * Every account that was ever used and stands under `ownerId`, the first id in its name: a plan's principal, a
 * merchant's payable, all of a funder's own accounts.
 */
export async function accountsOf(tx: Tx, ownerId: string): Promise<AccountBalance[]> {
  const prefix = ownerId.split('_', 1)[0];
  const codes = Object.entries(chart).filter(([, { owners }]) => owners[0] === prefix);
  if (codes.length === 0) return [];
  const bindings = Object.fromEntries(codes.map(([code], index) => [`name${index}`, `${code}:${ownerId}`]));
  return list(tx, {
    sql: Object.keys(bindings)
      .map((name) => `%side ^@ :${name}`)
      .join(' or '),
    bindings,
  });
}

/** `%side` in the filter stands for the account on either side of a transfer. */
async function list(tx: Tx, { sql, bindings }: Filter): Promise<AccountBalance[]> {
  const on = (side: string): string => sql.replaceAll('%side', side);
  const { rows } = await tx.sql.raw<{ rows: BalanceRow[] }>(
    `select * from (${balancesSql(`${on('t.debit')} or ${on('t.credit')}`)}) b
     where ${on('b.account')} order by b.account, b.currency`,
    { environment: tx.environment.id, ...bindings },
  );
  return rows.map((row) => {
    const { account, class: accountClass } = parseAccount(row.account);
    const sign = normalSide(accountClass) === 'debit' ? 1n : -1n;
    return { account, currency: row.currency, posted: sign * row.posted, pending: sign * row.pending };
  });
}

/**
 * The posted balances of the environment by account code and currency. In each currency Σ debit = Σ credit, and by
 * class assets + expenses = liabilities + income. It reads every transfer.
 */
export async function trialBalance(tx: Tx): Promise<TrialBalanceRow[]> {
  const { rows } = await tx.sql.raw<{
    rows: Omit<TrialBalanceRow, 'class'>[];
  }>(
    `select split_part(b.account, ':', 1) as code, b.currency,
       coalesce(sum(b.posted) filter (where b.posted > 0), 0)::int8 as debit,
       coalesce(-sum(b.posted) filter (where b.posted < 0), 0)::int8 as credit
     from (${balancesSql()}) b
     group by 1, 2`,
    { environment: tx.environment.id },
  );
  return inChartOrder(rows);
}

/** The rows of a trial balance with their classes, in the order of the chart within each currency. */
export function inChartOrder(rows: readonly Omit<TrialBalanceRow, 'class'>[]): TrialBalanceRow[] {
  const order = Object.keys(chart);
  return rows
    .map((row) => ({ ...row, class: chart[row.code].class }))
    .toSorted(
      (a, b) => a.currency.localeCompare(b.currency) || order.indexOf(a.code) - order.indexOf(b.code),
    );
}
