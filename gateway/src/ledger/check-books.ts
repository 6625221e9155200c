import type { Tx } from '../lib/tx.ts';
import { chart } from './accounts.ts';
import { bookBalancesSql } from './balance-sql.ts';
import { invariants } from './invariants.ts';

/** Where two figures that must agree do not, in minor units; `subject` is the id of the object compared. */
export type Breach = { subject: string; currency: string; actual: bigint; expected: bigint };

/** One invariant, how many objects it was checked on, and those that break it. */
export type CheckedInvariant = { name: InvariantName; checked: number; broken: Breach[] };

export type InvariantName = keyof typeof invariants;

const names = Object.keys(invariants) as InvariantName[];

/**
 * Compares the ledger with itself and with what other modules keep beside it. It only reads, but it reads all: for
 * tests, the sandbox and audits; `checkBalances` follows the ledger alone, day by day, at the cost of each day. All are
 * one statement, so they see one state while orders go on, and what they ask of all transfers is read once. `only` names
 * the invariants to check.
 */
export async function checkBooks(tx: Tx, only?: readonly string[]): Promise<CheckedInvariant[]> {
  const asked = names.filter((name) => only === undefined || only.includes(name));
  if (asked.length === 0) return [];
  // It looks costly enough to be compiled, which would take longer than all of it does.
  await tx.sql.raw("select set_config('jit', 'off', true)");
  const { rows } = await tx.sql.raw<{ rows: ComparedRow[] }>(
    `with ${readOnceSql} ${asked.map(comparedSql).join(' union all ')}`,
    { environment: tx.environment.id },
  );
  const found = new Map(rows.map((row) => [row.name, row]));
  return asked.map((name) => ({
    name,
    checked: found.get(name)?.checked ?? 0,
    broken: (found.get(name)?.broken ?? []).map(([subject, currency, actual, expected]) => ({
      subject,
      currency,
      actual: BigInt(actual),
      expected: BigInt(expected),
    })),
  }));
}

/** `broken` are rows (subject, currency, actual, expected), amounts as text: JSON would not keep all their digits. */
type ComparedRow = { name: InvariantName; checked: number; broken: [string, string, string, string][] };

function comparedSql(name: InvariantName): string {
  return `
    select '${name}' as name, count(*)::int as checked,
      coalesce(
        jsonb_agg(
          jsonb_build_array(c.subject, c.currency, c.actual::int8::text, c.expected::int8::text)
          order by c.subject, c.currency) filter (where c.actual <> c.expected),
        '[]') as broken
    from (${invariants[name]}) c`;
}

/** Accounts that stand under a plan, as the chart has them. */
const codesOfPlans = Object.entries(chart)
  .filter(([, { owners }]) => owners[0] === 'pln')
  .map(([code]) => `'${code}'`)
  .join(', ');

const readOnceSql = `
  checkpoints as materialized (
    select distinct on (account, currency) account, currency, through_id, posted, pending
    from ledger_checkpoints where environment_id = :environment
    order by account, currency, through_id desc),
  balances as materialized (${bookBalancesSql}),
  owed as (
    select split_part(account, ':', 1) as code, split_part(account, ':', 2) as plan_id,
      split_part(account, ':', 3) as funder_id, currency, posted, pending, accrued, allocated
    from balances where split_part(account, ':', 1) in (${codesOfPlans})),
  principal as (
    select plan_id, funder_id, currency, posted, pending from owed where code = 'principal')`;
