import type { Tx } from '../lib/tx.ts';
import { chart } from './accounts.ts';
import { balancesSql } from './balance-sql.ts';
import { invariants } from './invariants.ts';

/** Where two figures that must agree do not, in minor units; `subject` is the id of the object compared. */
export type Breach = { subject: string; currency: string; actual: bigint; expected: bigint };

/** One invariant, how many objects it was checked on, and those that break it. */
export type CheckedInvariant = { name: InvariantName; checked: number; broken: Breach[] };

export type InvariantName = keyof typeof invariants;

/**
 * Compares the ledger with itself and with what other modules keep beside it. It only reads, but it reads all: for
 * tests, the sandbox and audits; `checkBalances` follows the ledger alone, day by day, at the cost of each day. Each
 * invariant is one statement, so it sees one state while orders go on. `only` names the invariants to check.
 */
export async function checkBooks(tx: Tx, only?: readonly string[]): Promise<CheckedInvariant[]> {
  const results: CheckedInvariant[] = [];
  for (const name of Object.keys(invariants) as InvariantName[])
    if (only === undefined || only.includes(name)) results.push(await check(tx, name));
  return results;
}

/** Accounts that stand under a plan, as the chart has them. */
const codesOfPlans = Object.entries(chart)
  .filter(([, { owners }]) => owners[0] === 'pln')
  .map(([code]) => `'${code}'`)
  .join(', ');

type ComparedRow = {
  checked: number;
  subject: string | null;
  currency: string;
  actual: bigint;
  expected: bigint;
};

async function check(tx: Tx, name: InvariantName): Promise<CheckedInvariant> {
  const { rows } = await tx.sql.raw<{ rows: ComparedRow[] }>(
    `with balances as materialized (${balancesSql()}),
     owed as (
       select split_part(account, ':', 1) as code, split_part(account, ':', 2) as plan_id,
         split_part(account, ':', 3) as funder_id, currency, posted, pending
       from balances where split_part(account, ':', 1) in (${codesOfPlans})),
     principal as (
       select plan_id, funder_id, currency, posted, pending from owed where code = 'principal'),
     compared as materialized (${invariants[name]})
     select total.checked, c.subject, c.currency, c.actual::int8, c.expected::int8
     from (select count(*)::int as checked from compared) total
       left join compared c on c.actual <> c.expected
     order by c.subject, c.currency`,
    { environment: tx.environment.id },
  );
  const broken = rows.flatMap(({ subject, currency, actual, expected }) =>
    subject === null ? [] : [{ subject, currency, actual, expected }],
  );
  return { name, checked: rows[0]?.checked ?? 0, broken };
}
