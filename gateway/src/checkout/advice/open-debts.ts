import type { CalendarDate } from '../../lib/dates.ts';
import type { Tx } from '../../lib/tx.ts';

/** An unpaid installment; amounts are what is left of it, in minor units. */
export type Unpaid = {
  dueDate: CalendarDate;
  status: 'scheduled' | 'due' | 'overdue';
  paused: boolean;
  amount: bigint;
  principal: bigint;
};

/** A plan that is being paid, with what is left of it in the order of its dates. */
export type OpenDebt = {
  planId: string;
  currency: string;
  /** The date in its calendar. */
  today: CalendarDate;
  /** Whether it is finished when all that is left of it is paid: nothing waits to be shipped. */
  shipped: boolean;
  unpaid: Unpaid[];
};

type DebtRow = {
  plan_id: string;
  currency: string;
  today: CalendarDate;
  shipped: boolean;
  due_date: CalendarDate;
  status: Unpaid['status'];
  paused: boolean;
  amount: bigint;
  principal: bigint;
};

/** What a shopper could pay now, over all shops and currencies, the oldest plan first. */
export async function readOpenDebts(tx: Tx, shopperId: string): Promise<OpenDebt[]> {
  const { rows } = await tx.sql.raw<{ rows: DebtRow[] }>(
    `select p.id as plan_id, p.currency, (?::timestamptz at time zone p.time_zone)::date as today,
       h.status <> 'active' as shipped, i.due_date, i.status, i.paused_until is not null as paused,
       i.amount - i.paid_amount as amount, i.principal - i.paid_principal as principal
     from plans p
     join holds h on h.environment_id = p.environment_id and h.id = p.hold_id
     join installments i on i.environment_id = p.environment_id and i.plan_id = p.id
     where p.environment_id = ? and p.shopper_id = ? and p.status = 'active'
       and i.status in ('scheduled', 'due', 'overdue') and i.amount > i.paid_amount
     order by p.id, i.number`,
    [tx.now, tx.environment.id, shopperId],
  );
  const debts = new Map<string, OpenDebt>();
  for (const { plan_id: planId, currency, today, shipped, due_date: dueDate, ...rest } of rows) {
    const debt = debts.get(planId) ?? { planId, currency, today, shipped, unpaid: [] };
    debt.unpaid.push({ dueDate, ...rest });
    debts.set(planId, debt);
  }
  return [...debts.values()];
}
