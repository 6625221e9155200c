import type { Id } from '../../lib/ids.ts';
import { sum } from '../../lib/money.ts';
import type { Tx } from '../../lib/tx.ts';
import type { CreditLine } from '../lines.ts';
import { guaranteesOf, toGuarantee } from './guarantees.ts';
import { covers } from './state.ts';

/**
 * The guarantee that covers what is confirmed on this locked line now; null for almost everybody. Whoever ends one locks
 * the line first, so a confirmation and an end that meet come one after the other.
 */
export async function coveringGuarantee(
  tx: Tx,
  line: Pick<CreditLine, 'shopperId' | 'currency' | 'guaranteed'>,
): Promise<Id<'gua'> | null> {
  if (line.guaranteed === 0n) return null;
  const row = await guaranteesOf(tx, {
    debtor_id: line.shopperId as Id<'shp'>,
    currency: line.currency,
    status: 'active',
  }).first();
  return row && covers(tx, toGuarantee(row)) ? row.id : null;
}

/**
 * What of covered debt is open, by the guarantee: what is confirmed and not yet captured, and what the schedules still
 * ask for, late fees aside. What was charged off is not asked of anybody's friend any more.
 */
export async function openUnder(tx: Tx, guaranteeIds: readonly string[]): Promise<Map<string, bigint>> {
  const open = new Map(guaranteeIds.map((id) => [id, 0n]));
  if (guaranteeIds.length === 0) return open;
  const { rows } = await tx.sql.raw<{ rows: { id: string; amount: bigint }[] }>(
    `select h.guarantee_id as id,
       sum(h.amount + coalesce((
         select sum(i.amount - i.paid_amount - (i.fee - i.paid_fee))
         from plans p join installments i on i.environment_id = p.environment_id and i.plan_id = p.id
         where p.environment_id = h.environment_id and p.hold_id = h.id and p.status = 'active'), 0))::int8 as amount
     from holds h
     where h.environment_id = ? and h.guarantee_id = any(?)
     group by h.guarantee_id`,
    [tx.environment.id, [...guaranteeIds]],
  );
  for (const { id, amount } of rows) open.set(id, amount);
  return open;
}

/** The same for one guarantee. */
export async function openOf(tx: Tx, guaranteeId: string): Promise<bigint> {
  return sum((await openUnder(tx, [guaranteeId])).values());
}
