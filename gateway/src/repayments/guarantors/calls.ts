import type { Id } from '../../lib/ids.ts';
import type { Tx } from '../../lib/tx.ts';
import type { Repayment, RepaymentRow } from '../repayments.ts';

/** Something that was asked of a guarantor's card. `claim` is what of it the debtor has not paid back. */
export type Call = {
  id: Id<'rep'>;
  planId: string;
  amount: bigint;
  status: Repayment['status'];
  /** What of it is back on the card, or on its way. */
  returned: bigint;
  claim: bigint;
  createdAt: Date;
};

/** Everything that was asked of the guarantor's card for a guarantee, the newest first. */
export async function listCalls(tx: Tx, guaranteeId: Id<'gua'>): Promise<Call[]> {
  const rows = await tx
    .sql<RepaymentRow>('repayments')
    .where({ environment_id: tx.environment.id, guarantee_id: guaranteeId })
    .orderBy('id', 'desc');
  return rows.map((row) => ({
    id: row.id,
    planId: row.plan_id,
    amount: row.amount,
    status: row.status,
    returned: row.returned_amount,
    claim:
      row.status === 'succeeded' || row.status === 'charged_back' ? row.amount - row.returned_amount : 0n,
    createdAt: row.created_at,
  }));
}

/** The places in the logs of these plans, counted from 0, of what guarantors have paid on them, was taken back and given back. */
export async function callEntries(tx: Tx, planIds: readonly string[]): Promise<Map<string, Set<number>>> {
  const { rows } = await tx.sql.raw<{ rows: { planId: string; number: number }[] }>(
    `select e.plan_id as "planId", e.number
     from repayments r
       join plan_entries e
         on e.environment_id = r.environment_id and e.plan_id = r.plan_id and e.kind in ('repayment', 'charge_back')
         and (e.source_id = r.id or e.source_id in (
           select unnest(array[c.id, c.given_back_id]) from chargebacks c
           where c.environment_id = r.environment_id and c.repayment_id = r.id))
     where r.environment_id = ? and r.plan_id = any(?) and r.guarantee_id is not null`,
    [tx.environment.id, [...planIds]],
  );
  const places = new Map<string, Set<number>>();
  for (const { planId, number } of rows)
    places.set(planId, (places.get(planId) ?? new Set()).add(number - 1));
  return places;
}
