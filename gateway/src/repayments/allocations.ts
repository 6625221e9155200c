import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';

/** What of a repayment paid which kind of debt, over all installments. Amounts are minor units. */
export type Allocated = { fee: bigint; interest: bigint; principal: bigint };

/** How the repayments of a plan were allocated, by their ids; what paid no debt is not among them. */
export async function listAllocated(tx: Tx, planId: string): Promise<Map<string, Allocated>> {
  const rows = await tx
    .sql('repayment_allocations')
    .where({ environment_id: tx.environment.id, plan_id: planId })
    .groupBy('repayment_id')
    .select<({ repayment_id: Id<'rep'> } & Record<keyof Allocated, bigint>)[]>(
      'repayment_id',
      tx.sql.raw('sum(fee)::int8 as fee, sum(interest)::int8 as interest, sum(principal)::int8 as principal'),
    );
  return new Map(
    rows.map(({ repayment_id: id, fee, interest, principal }) => [id, { fee, interest, principal }]),
  );
}
