import type { Tx } from '../lib/tx.ts';
import { parseAccount } from './accounts.ts';

/** A pending transfer that is neither posted nor voided: what one funder has promised for a plan. */
export type Reserved = { id: bigint; funderId: string; amount: bigint };

/** What is reserved of a plan's principal, for each of its funders; it reads the plan's own transfers. */
export async function reservedOf(tx: Tx, planId: string): Promise<Reserved[]> {
  const { rows } = await tx.sql.raw<{ rows: { id: bigint; debit: string; amount: bigint }[] }>(
    `select t.id, t.debit, t.amount
     from ledger_transfers t
       left join ledger_transfers resolution
         on resolution.environment_id = t.environment_id and resolution.pending_id = t.id
     where t.environment_id = :environment and t.debit ^@ :account and t.kind = 'pending'
       and resolution.id is null
     order by t.id`,
    { environment: tx.environment.id, account: `principal:${planId}` },
  );
  return rows.map(({ id, debit, amount }) => ({
    id,
    funderId: parseAccount(debit).owners[1] ?? '',
    amount,
  }));
}
