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
import { changedTotals, movesSql, noEnd, touchedSql } from './balance-sql.ts';

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

type TotalRow = Omit<TrialBalanceRow, 'class'>;
type BalanceRow = { account: string; currency: string; posted: bigint; pending: bigint };

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
  const rows = await balancesOf(tx, [account]);
  return rows.find((row) => row.currency === currency) ?? { account, currency, posted: 0n, pending: 0n };
}

/**
 * Every account that was ever used and stands under `ownerId`, the first id in its name: a plan's principal, a
 * merchant's payable, all of a funder's own accounts.
 */
export async function accountsOf(tx: Tx, ownerId: string): Promise<AccountBalance[]> {
  const prefix = ownerId.split('_', 1)[0];
  const codes = Object.entries(chart).filter(([, { owners }]) => owners[0] === prefix);
  const named = codes.filter(([, { owners }]) => owners.length === 1).map(([code]) => `${code}:${ownerId}`);
  const shared = codes.filter(([, { owners }]) => owners.length > 1).map(([code]) => `${code}:${ownerId}:`);
  return balancesOf(tx, [...named, ...(await findNames(tx, shared))] as Account[]);
}

/** The names of the accounts that begin so. Only a plan's do, and no plan has many transfers. */
async function findNames(tx: Tx, prefixes: readonly string[]): Promise<string[]> {
  if (prefixes.length === 0) return [];
  const names = prefixes.flatMap((_, index) =>
    ['debit', 'credit'].map(
      (side) =>
        `select t.${side} as account from ledger_transfers t
         where t.environment_id = :environment and t.${side} ^@ :prefix${index}`,
    ),
  );
  const bindings = Object.fromEntries(prefixes.map((prefix, index) => [`prefix${index}`, prefix]));
  const { rows } = await tx.sql.raw<{ rows: { account: string }[] }>(names.join(' union '), {
    environment: tx.environment.id,
    ...bindings,
  });
  return rows.map(({ account }) => account);
}

/** The balances of these accounts, by account and currency, each from its last checkpoint and what was posted since. */
export async function balancesOf(tx: Tx, accounts: readonly Account[]): Promise<AccountBalance[]> {
  const [environment, account] = [':environment', 'named.account'];
  const { rows } = await tx.sql.raw<{ rows: BalanceRow[] }>(
    `select named.account, m.currency, sum(m.posted)::int8 as posted, sum(m.pending)::int8 as pending
     from unnest(:accounts::text[]) as named (account)
       cross join lateral (
         select coalesce(max(c.through_id), 0) as through_id from ledger_checkpoints c
         where c.environment_id = :environment and c.account = named.account) last
       cross join lateral (
         select c.currency, c.posted, c.pending from ledger_checkpoints c
         where c.environment_id = :environment and c.account = named.account and c.through_id = last.through_id
         union all
         select moves.currency, moves.posted, moves.pending
         from (${movesSql({ environment, account, after: 'last.through_id', through: noEnd })}) moves) m
     group by named.account, m.currency order by named.account, m.currency`,
    { environment: tx.environment.id, accounts: [...accounts] },
  );
  return rows.map((row) => {
    const parsed = parseAccount(row.account);
    const sign = normalSide(parsed.class) === 'debit' ? 1n : -1n;
    return {
      account: parsed.account,
      currency: row.currency,
      posted: sign * row.posted,
      pending: sign * row.pending,
    };
  });
}

/**
 * The posted balances of the environment by account code and currency, from the last checkpoint and what was posted
 * since. In each currency Σ debit = Σ credit, and by class assets + expenses = liabilities + income.
 */
export async function trialBalance(tx: Tx): Promise<TrialBalanceRow[]> {
  const environment = tx.environment.id;
  const { rows: kept } = await tx.sql.raw<{ rows: (Partial<TotalRow> & { through_id: bigint })[] }>(
    `select checkpointing.through_id, total.code, total.currency, total.debit, total.credit
     from ledger_checkpointing checkpointing left join ledger_totals total on total.environment_id = ?`,
    [environment],
  );
  // Of the statements that follow each sees more than the one before, never less: what was kept stays right.
  const { rows: since } = await tx.sql.raw<{ rows: TotalRow[] }>(
    `select ${changedTotals} from (${touchedSql('t.environment_id = :environment')}) touched group by 1, 2`,
    { environment, from: kept[0]?.through_id ?? 0n, to: noEnd },
  );
  const totals = new Map<string, TotalRow>();
  for (const { code, currency, debit = 0n, credit = 0n } of [...kept, ...since]) {
    if (code === undefined || currency === undefined || code === null || currency === null) continue;
    const before = totals.get(`${code} ${currency}`);
    totals.set(`${code} ${currency}`, {
      code,
      currency,
      debit: (before?.debit ?? 0n) + debit,
      credit: (before?.credit ?? 0n) + credit,
    });
  }
  return inChartOrder([...totals.values()]);
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
