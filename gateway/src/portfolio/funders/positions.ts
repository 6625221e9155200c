import { type AccountBalance, accountsOf } from '../../ledger/balances.ts';
import { proportion, sum } from '../../lib/money.ts';
import type { Tx } from '../../lib/tx.ts';

/** Where a funder stands in one currency now, in minor units. */
export type FunderPosition = {
  funderId: string;
  name: string;
  status: 'active' | 'paused';
  currency: string;
  /** Its stake in principal, and what it has earned that is not collected yet. */
  participation: bigint;
  accrued: bigint;
  /** What is payable to it; below zero it owes us back. */
  payable: bigint;
  /** What it owes us for what it bought. */
  due: bigint;
  /** What it lends at most, and what of it is lent or held for plans to come. */
  capacity: bigint;
  used: bigint;
  /** Its part of all participation in this currency, in hundredths of a percent, half to even. */
  shareBasisPoints: bigint;
};

type Row = Pick<FunderPosition, 'funderId' | 'name' | 'status' | 'currency' | 'capacity' | 'used'>;

/**
 * Every funder and currency in which it has capacity, in the order in which they are asked. Balances are those of the ledger
 * (`participation`, `accrued`, `funder`, `funder_due`), capacity and use those of the funder's slots.
 */
export async function readFunderPositions(tx: Tx): Promise<FunderPosition[]> {
  const { rows } = await tx.sql.raw<{ rows: Row[] }>(
    `select f.id as "funderId", f.name, f.status, s.currency, sum(s.capacity)::int8 as capacity,
       sum(s.capacity - s.remaining)::int8 as used
     from funders f
     join funder_slots s on s.environment_id = f.environment_id and s.funder_id = f.id
     where f.environment_id = ?
     group by f.environment_id, f.id, s.currency
     order by s.currency, f.priority, f.id`,
    [tx.environment.id],
  );
  const balances = new Map<string, AccountBalance[]>();
  for (const { funderId } of rows) {
    if (!balances.has(funderId)) balances.set(funderId, await accountsOf(tx, funderId));
  }
  const positions = rows.map((row) => ({ ...row, ...ownAccounts(row, balances.get(row.funderId) ?? []) }));
  return positions.map((position) => {
    const all = sum(
      positions.filter(({ currency }) => currency === position.currency).map((one) => one.participation),
    );
    const shareBasisPoints = all > 0n ? proportion(10_000n, position.participation, all) : 0n;
    return { ...position, shareBasisPoints };
  });
}

function ownAccounts({ funderId, currency }: Row, balances: readonly AccountBalance[]) {
  const of = (code: string): bigint =>
    balances.find((one) => one.account === `${code}:${funderId}` && one.currency === currency)?.posted ?? 0n;
  return {
    participation: of('participation'),
    accrued: of('accrued'),
    payable: of('funder'),
    due: of('funder_due'),
  };
}
