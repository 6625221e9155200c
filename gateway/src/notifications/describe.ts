import type { StreamEvent } from '../events/feed.ts';
import type { CalendarDate } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import { describeAppeal } from './describe-appeals.ts';
import { describeCase } from './describe-cases.ts';
import { describeDispute } from './describe-disputes.ts';
import { describeServicing } from './describe-servicing.ts';
import { findFacts } from './find-facts.ts';
import { canWait, type Content, type Described } from './templates.ts';

type Describe = (
  tx: Tx,
  objectId: string,
  type: StreamEvent['type'],
  origin: string,
) => Promise<Content | undefined>;

/** The events that a shopper is told of, and how. */
const describers: Partial<Record<StreamEvent['type'], Describe>> = {
  'order.authorized': describeOrder,
  'order.captured': describeAgreedCharge,
  'agreement.active': (tx, id) => describeAgreement(tx, id, 'agreement_active'),
  'agreement.suspended': (tx, id) => describeAgreement(tx, id, 'agreement_suspended'),
  'agreement.ended': (tx, id) => describeAgreement(tx, id, 'agreement_ended'),
  'draw.requested': describeDraw,
  'draw.paid_out': describeDraw,
  'draw.failed': describeDraw,
  'appeal.asked': describeAppeal,
  'appeal.answered': describeAppeal,
  'case.message': describeCase,
  'case.closed': describeCase,
  'dispute.created': describeDispute,
  'dispute.updated': describeDispute,
  'dispute.closed': describeDispute,
  'refund.succeeded': describeRefund,
  'return.declared': (tx, id) => describeReturn(tx, id, 'declared'),
  'return.accepted': (tx, id) => describeReturn(tx, id, 'accepted'),
  'return.rejected': (tx, id) => describeReturn(tx, id, 'rejected'),
  'return.withdrawn': (tx, id) => describeReturn(tx, id, 'withdrawn'),
  'return.released': (tx, id) => describeReturn(tx, id, 'released'),
};

/**
 * What to tell the shopper about an event, read from the object as it stands now; undefined when there is nothing to
 * tell, as of an installment that was paid meanwhile. `origin` is that of the pages, for links.
 */
export async function describe(tx: Tx, event: StreamEvent, origin: string): Promise<Described | undefined> {
  const content = await describers[event.type]?.(tx, event.objectId, event.type, origin);
  if (content) return { ...content, waits: canWait.has(content.template) };
  return describeServicing(tx, event, origin);
}

/** Where a draw stands now; its later events tell of the same again, so only the one that fits is told of. */
async function describeDraw(tx: Tx, drawId: string, type: string): Promise<Content | undefined> {
  const { status, last4, ...money } = await findFacts<{
    status: 'requested' | 'paid_out' | 'failed';
    amount: bigint;
    currency: string;
    last4: string;
    first: bigint | null;
    due_date: CalendarDate | null;
  }>(
    tx,
    `select d.status, d.amount, d.currency, m.last4, i.amount as first, i.due_date
     from cash_draws d
     join payment_methods m on m.environment_id = d.environment_id and m.id = d.payment_method_id
     left join installments i on i.environment_id = d.environment_id and i.plan_id = d.plan_id and i.number = 1
     where d.environment_id = ? and d.id = ?`,
    drawId,
  );
  const { amount: drawn, currency, first, due_date: dueDate } = money;
  if (type !== `draw.${status}`) return undefined;
  const amount = { amount: drawn, currency };
  if (status !== 'paid_out') return { template: `draw_${status}`, data: { amount, last4 } };
  if (first === null || dueDate === null) throw new Error(`draw ${drawId} is paid out without a plan`);
  return { template: 'draw_paid_out', data: { amount, last4, first: { amount: first, currency }, dueDate } };
}

async function describeOrder(tx: Tx, orderId: string): Promise<Content> {
  const {
    merchant,
    amount,
    currency,
    by_agreement: byAgreement,
  } = await findFacts<{
    merchant: string;
    amount: bigint;
    currency: string;
    by_agreement: boolean;
  }>(
    tx,
    `select m.name as merchant, o.authorized_amount as amount, o.currency, o.agreement_id is not null as by_agreement
     from orders o
     join merchants m on m.environment_id = o.environment_id and m.id = o.merchant_id
     where o.environment_id = ? and o.id = ?`,
    orderId,
  );
  const template = byAgreement ? 'agreement_order' : 'order_confirmed';
  return { template, data: { merchant, amount: { amount, currency } } };
}

/** The final amount of an order that the shopper did not confirm, and when it is charged; other orders say nothing here. */
async function describeAgreedCharge(tx: Tx, orderId: string): Promise<Content | undefined> {
  const {
    merchant,
    amount,
    currency,
    due_date: dueDate,
  } = await findFacts<{
    merchant: string;
    amount: bigint;
    currency: string;
    due_date: CalendarDate | null;
  }>(
    tx,
    `select m.name as merchant, o.captured_amount as amount, o.currency,
       (select max(i.due_date) from installments i
        where i.environment_id = o.environment_id and i.plan_id = o.plan_id and o.agreement_id is not null) as due_date
     from orders o
     join merchants m on m.environment_id = o.environment_id and m.id = o.merchant_id
     where o.environment_id = ? and o.id = ?`,
    orderId,
  );
  if (dueDate === null) return undefined;
  return { template: 'agreement_charge', data: { merchant, amount: { amount, currency }, dueDate } };
}

async function describeAgreement(
  tx: Tx,
  agreementId: string,
  template: 'agreement_active' | 'agreement_suspended' | 'agreement_ended',
): Promise<Content> {
  const { merchant, amount, currency } = await findFacts<{
    merchant: string;
    amount: bigint;
    currency: string;
  }>(
    tx,
    `select m.name as merchant, a.order_ceiling as amount, a.currency
     from agreements a
     join merchants m on m.environment_id = a.environment_id and m.id = a.merchant_id
     where a.environment_id = ? and a.id = ?`,
    agreementId,
  );
  return template === 'agreement_active'
    ? { template, data: { merchant, amount: { amount, currency } } }
    : { template, data: { merchant } };
}

type RefundFacts = {
  merchant: string;
  amount: bigint;
  debt_amount: bigint;
  money_back_amount: bigint;
  /** What of the money back a friend gets who has paid for the shopper. */
  friend_amount: bigint;
  currency: string;
};

async function describeRefund(tx: Tx, refundId: string): Promise<Content> {
  const facts = await findFacts<RefundFacts>(
    tx,
    `select m.name as merchant, r.amount, r.debt_amount, r.money_back_amount, o.currency,
       (select coalesce(sum(t.amount), 0)::int8 from ledger_transfers t
        where t.environment_id = r.environment_id and t.subject_id = r.id and t.event = 'guarantor_reimbursed')
        as friend_amount
     from refunds r
     join orders o on o.environment_id = r.environment_id and o.id = r.order_id
     join merchants m on m.environment_id = o.environment_id and m.id = o.merchant_id
     where r.environment_id = ? and r.id = ?`,
    refundId,
  );
  const { merchant, currency, friend_amount: friend } = facts;
  const data = {
    merchant,
    amount: { amount: facts.amount, currency },
    offDebt: { amount: facts.debt_amount, currency },
    moneyBack: { amount: facts.money_back_amount - friend, currency },
  };
  if (friend === 0n) return { template: 'refund_made', data };
  return { template: 'refund_made_friend', data: { ...data, toFriend: { amount: friend, currency } } };
}

/** What has become of it is told only as long as it is so. */
async function describeReturn(
  tx: Tx,
  returnId: string,
  status: 'declared' | 'accepted' | 'rejected' | 'withdrawn' | 'released',
): Promise<Content | undefined> {
  const facts = await findFacts<{
    merchant: string;
    amount: bigint;
    currency: string;
    status: string;
    date: CalendarDate;
  }>(
    tx,
    `select m.name as merchant, r.amount, o.currency, r.status, (r.respond_by at time zone p.time_zone)::date as date
     from returns r
     join orders o on o.environment_id = r.environment_id and o.id = r.order_id
     join plans p on p.environment_id = o.environment_id and p.id = o.plan_id
     join merchants m on m.environment_id = o.environment_id and m.id = o.merchant_id
     where r.environment_id = ? and r.id = ?`,
    returnId,
  );
  if (facts.status !== status) return undefined;
  const { merchant, currency, date } = facts;
  const amount = { amount: facts.amount, currency };
  return status === 'declared'
    ? { template: 'return_declared', data: { merchant, amount, date } }
    : { template: `return_${status}`, data: { merchant, amount } };
}
