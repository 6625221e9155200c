import type { CalendarDate } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';

/** What a shopper has not paid although its date is past; a cash draw has no shop. */
export type OverdueItem = { shop: string | null; dueDate: CalendarDate; amount: bigint };

/** The shopper's overdue installments in this currency, the oldest first. */
export async function listOverdue(
  tx: Tx,
  input: { shopperId: string; currency: string },
): Promise<OverdueItem[]> {
  const rows = await tx
    .sql('installments as i')
    .join('plans as p', (join) => join.on('p.environment_id', 'i.environment_id').andOn('p.id', 'i.plan_id'))
    .leftJoin('merchants as m', (join) =>
      join.on('m.environment_id', 'p.environment_id').andOn('m.id', 'p.merchant_id'),
    )
    .where({
      'i.environment_id': tx.environment.id,
      'p.shopper_id': input.shopperId,
      'p.currency': input.currency,
      'i.status': 'overdue',
    })
    .orderBy(['i.due_date', 'i.plan_id', 'i.number'])
    .select<{ shop: string | null; due_date: CalendarDate; amount: bigint; paid_amount: bigint }[]>(
      'm.name as shop',
      'i.due_date',
      'i.amount',
      'i.paid_amount',
    );
  return rows.map((row) => ({ shop: row.shop, dueDate: row.due_date, amount: row.amount - row.paid_amount }));
}
