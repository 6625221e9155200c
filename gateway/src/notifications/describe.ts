import type { StreamEvent } from '../events/feed.ts';
import type { CalendarDate } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import type { Content } from './templates.ts';

type Describe = (tx: Tx, objectId: string) => Promise<Content | undefined>;

/** The events that a shopper is told of, and how. */
const describers: Partial<Record<StreamEvent['type'], Describe>> = {
  'order.authorized': describeOrder,
  'installment.due': (tx, id) => describeInstallment(tx, id, 'installment_due'),
  'installment.overdue': (tx, id) => describeInstallment(tx, id, 'installment_overdue'),
  'repayment.succeeded': (tx, id) => describeRepayment(tx, id, 'repayment_succeeded'),
  'repayment.failed': (tx, id) => describeRepayment(tx, id, 'repayment_failed'),
  'plan.paid': describePlan,
  'refund.succeeded': describeRefund,
};

/**
 * What to tell the shopper about an event, read from the object as it stands now; undefined when there is nothing to
 * tell, as of an installment that was paid meanwhile.
 */
export async function describe(tx: Tx, event: StreamEvent): Promise<Content | undefined> {
  return describers[event.type]?.(tx, event.objectId);
}

async function findFacts<Facts>(tx: Tx, query: string, id: string): Promise<Facts> {
  const result = await tx.sql.raw<{ rows: Facts[] }>(query, [tx.environment.id, id]);
  const [facts] = result.rows;
  if (!facts) throw new Error(`there is no ${id} to tell of`);
  return facts;
}

async function describeOrder(tx: Tx, orderId: string): Promise<Content> {
  const { merchant, amount, currency } = await findFacts<{
    merchant: string;
    amount: bigint;
    currency: string;
  }>(
    tx,
    `select m.name as merchant, o.authorized_amount as amount, o.currency
     from orders o
     join merchants m on m.environment_id = o.environment_id and m.id = o.merchant_id
     where o.environment_id = ? and o.id = ?`,
    orderId,
  );
  return { template: 'order_confirmed', data: { merchant, amount: { amount, currency } } };
}

type InstallmentFacts = {
  merchant: string;
  number: number;
  count: number;
  open: bigint;
  currency: string;
  due_date: CalendarDate;
};

async function describeInstallment(
  tx: Tx,
  installmentId: string,
  template: 'installment_due' | 'installment_overdue',
): Promise<Content | undefined> {
  const facts = await findFacts<InstallmentFacts>(
    tx,
    `select m.name as merchant, i.number, i.due_date, i.amount - i.paid_amount as open, p.currency,
       (select count(*)::int from installments a where a.environment_id = p.environment_id and a.plan_id = p.id) as count
     from installments i
     join plans p on p.environment_id = i.environment_id and p.id = i.plan_id
     join merchants m on m.environment_id = p.environment_id and m.id = p.merchant_id
     where i.environment_id = ? and i.id = ?`,
    installmentId,
  );
  if (facts.open === 0n) return undefined;
  const { merchant, number, count, open, currency, due_date: dueDate } = facts;
  return { template, data: { merchant, number, count, amount: { amount: open, currency }, dueDate } };
}

async function describeRepayment(
  tx: Tx,
  repaymentId: string,
  template: 'repayment_succeeded' | 'repayment_failed',
): Promise<Content> {
  const { merchant, amount, currency } = await findFacts<{
    merchant: string;
    amount: bigint;
    currency: string;
  }>(
    tx,
    `select m.name as merchant, r.amount, r.currency
     from repayments r
     join plans p on p.environment_id = r.environment_id and p.id = r.plan_id
     join merchants m on m.environment_id = p.environment_id and m.id = p.merchant_id
     where r.environment_id = ? and r.id = ?`,
    repaymentId,
  );
  return { template, data: { merchant, amount: { amount, currency } } };
}

async function describePlan(tx: Tx, planId: string): Promise<Content> {
  const { merchant } = await findFacts<{ merchant: string }>(
    tx,
    `select m.name as merchant
     from plans p
     join merchants m on m.environment_id = p.environment_id and m.id = p.merchant_id
     where p.environment_id = ? and p.id = ?`,
    planId,
  );
  return { template: 'plan_paid', data: { merchant } };
}

type RefundFacts = {
  merchant: string;
  amount: bigint;
  debt_amount: bigint;
  money_back_amount: bigint;
  currency: string;
};

async function describeRefund(tx: Tx, refundId: string): Promise<Content> {
  const facts = await findFacts<RefundFacts>(
    tx,
    `select m.name as merchant, r.amount, r.debt_amount, r.money_back_amount, o.currency
     from refunds r
     join orders o on o.environment_id = r.environment_id and o.id = r.order_id
     join merchants m on m.environment_id = o.environment_id and m.id = o.merchant_id
     where r.environment_id = ? and r.id = ?`,
    refundId,
  );
  const { merchant, currency } = facts;
  return {
    template: 'refund_made',
    data: {
      merchant,
      amount: { amount: facts.amount, currency },
      offDebt: { amount: facts.debt_amount, currency },
      moneyBack: { amount: facts.money_back_amount, currency },
    },
  };
}
