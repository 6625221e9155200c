import type { StreamEvent } from '../events/feed.ts';
import type { CalendarDate } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import { isHardDecline } from '../repayments/declines.ts';
import { findPlan } from '../repayments/plans.ts';
import { isSpent } from '../repayments/represent.ts';
import { accountPath } from './account-path.ts';
import { describeBank } from './describe-bank.ts';
import { describeGuarantee } from './describe-guarantees.ts';
import { describeLimit } from './describe-limits.ts';
import { findFacts } from './find-facts.ts';
import { canWait, type Content, type Described } from './templates.ts';

/** A plan as a message about it needs it. What is late is all of it together, since its oldest date. */
type PlanFacts = {
  merchant: string | null;
  currency: string;
  count: number;
  owed: bigint;
  late: bigint;
  late_since: CalendarDate | null;
  recoverable: bigint;
};

type Told = { tx: Tx; event: StreamEvent; plan: PlanFacts; link: string };

type Tell = (told: Told) => Promise<Content | undefined> | Content | undefined;

/** What is told of a plan, by the event; the plan is the event's object or named in its data. */
const tellers: Partial<Record<StreamEvent['type'], Tell>> = {
  'installment.reminder': tellReminder,
  'installment.rescheduled': tellMoved,
  'repayment.succeeded': tellRepayment,
  'repayment.failed': tellRepayment,
  'repayment.charged_back': async ({ tx, event, plan, link }) => {
    const { by_debit: byDebit } = await findFacts<RepaymentFacts>(tx, repaymentSql, event.objectId);
    return {
      template: byDebit ? 'debit_returned' : 'repayment_charged_back',
      data: { ...purchaseOf(plan), amount: amountIn(event, plan), link },
    };
  },
  'late_fee.charged': ({ event, plan, link }) => ({
    template: 'late_fee_charged',
    data: { ...purchaseOf(plan), amount: amountIn(event, plan), link },
  }),
  'late_fee.waived': ({ event, plan }) => ({
    template: 'late_fee_waived',
    data: { ...purchaseOf(plan), amount: amountIn(event, plan) },
  }),
  'promise.made': ({ event, plan }) => ({
    template: 'promise_made',
    data: { ...purchaseOf(plan), amount: lateOf(plan), date: textIn(event, 'promised_on') },
  }),
  'promise.broken': ({ event, plan, link }) =>
    plan.late === 0n
      ? undefined
      : {
          template: 'promise_broken',
          data: { ...purchaseOf(plan), amount: lateOf(plan), date: textIn(event, 'promised_on'), link },
        },
  'hardship.asked': tellAsked,
  'hardship.granted': ({ plan, link }) => ({
    template: 'hardship_granted',
    data: { ...purchaseOf(plan), link },
  }),
  'hardship.ended': ({ plan, link }) =>
    plan.owed === 0n ? undefined : { template: 'hardship_ended', data: { ...purchaseOf(plan), link } },
  'plan.charge_off_notice': ({ event, plan, link }) =>
    plan.late === 0n
      ? undefined
      : {
          template: 'charge_off_notice',
          data: { ...purchaseOf(plan), amount: lateOf(plan), date: textIn(event, 'on'), link },
        },
  'plan.charged_off': ({ plan, link }) => ({
    template: 'charged_off',
    data: { ...purchaseOf(plan), amount: { amount: plan.recoverable, currency: plan.currency }, link },
  }),
  'plan.owner_changed': ({ event, plan, link }) => ({
    template: 'plan_owner_changed',
    data: { ...purchaseOf(plan), owner: textIn(event, 'owner'), link },
  }),
  'plan.recovered': ({ plan }) => ({ template: 'plan_recovered', data: purchaseOf(plan) }),
  'plan.paid': ({ plan }) => ({ template: 'plan_paid', data: purchaseOf(plan) }),
};

/** What to tell a shopper of their plans and their line as they are served; undefined for nothing. */
export async function describeServicing(
  tx: Tx,
  event: StreamEvent,
  origin: string,
): Promise<Described | undefined> {
  const account = origin + accountPath(tx.environment);
  const content =
    tellOfLine(event, account) ??
    describeBank(event, account) ??
    describeGuarantee(event, account) ??
    (await tellOfPlan(tx, event, account));
  if (!content) return undefined;
  return { ...content, waits: canWait.has(content.template) && !(await isAnswer(tx, event)) };
}

/** That a line is suspended for easier terms or a charge-off is told with these. */
function tellOfLine(event: StreamEvent, account: string): Content | undefined {
  if (event.type === 'credit_line.restored') return { template: 'line_restored', data: {} };
  if (event.type !== 'credit_line.suspended') return describeLimit(event, account);
  if (event.data.reason !== 'late') return undefined;
  return { template: 'line_suspended', data: { link: account } };
}

async function tellOfPlan(tx: Tx, event: StreamEvent, account: string): Promise<Content | undefined> {
  const tell = tellers[event.type];
  if (!tell) return undefined;
  const planId = event.objectId.startsWith('pln_') ? event.objectId : await planIdOf(tx, event);
  const plan = await findFacts<PlanFacts>(tx, planSql, planId);
  return tell({ tx, event, plan, link: `${account}/plans/${planId}` });
}

async function planIdOf(tx: Tx, event: StreamEvent): Promise<string> {
  if (typeof event.data.plan_id === 'string') return event.data.plan_id;
  const query = `select plan_id from repayments where environment_id = ? and id = ?`;
  return (await findFacts<{ plan_id: string }>(tx, query, event.objectId)).plan_id;
}

const planSql = `
  select m.name as merchant, p.currency, p.recoverable_amount as recoverable, open.count, open.owed, open.late,
    open.late_since
  from plans p
    left join merchants m on m.environment_id = p.environment_id and m.id = p.merchant_id
    cross join lateral (
      select count(*)::int as count, coalesce(sum(i.amount - i.paid_amount), 0)::int8 as owed,
        coalesce(sum(i.amount - i.paid_amount) filter (where i.status in ('due', 'overdue')), 0)::int8 as late,
        min(i.due_date) filter (where i.status in ('due', 'overdue')) as late_since
      from installments i where i.environment_id = p.environment_id and i.plan_id = p.id) open
  where p.environment_id = ? and p.id = ?`;

function purchaseOf({ merchant }: PlanFacts): { purchase: { merchant: string | null } } {
  return { purchase: { merchant } };
}

function lateOf({ late, currency }: PlanFacts): { amount: bigint; currency: string } {
  return { amount: late, currency };
}

function textIn({ type, data }: StreamEvent, member: string): string {
  const value = data[member];
  if (typeof value !== 'string') throw new Error(`${type} does not say ${member}`);
  return value;
}

function amountIn({ data }: StreamEvent, { currency }: PlanFacts): { amount: bigint; currency: string } {
  return { amount: BigInt(Number(data.amount)), currency };
}

/** A reminder of later than this offers help, and is about all that is late. */
const firstReminderDays = 1;

/** Of one that was paid, paused or moved meanwhile there is nothing to remind of. */
async function tellReminder({ tx, event, plan, link }: Told): Promise<Content | undefined> {
  const installment = await findFacts<{ open: bigint; due_date: CalendarDate; paused: boolean }>(
    tx,
    `select amount - paid_amount as open, due_date, paused_until is not null as paused
     from installments where environment_id = ? and id = ?`,
    event.objectId,
  );
  const { open, due_date: dueDate, paused } = installment;
  if (open === 0n || paused || dueDate !== event.data.due_date) return undefined;
  const days = Number(event.data.days);
  const facts = { ...purchaseOf(plan), dueDate, link };
  if (days > firstReminderDays) {
    const since = plan.late_since ?? dueDate;
    return { template: 'installment_late', data: { ...facts, amount: lateOf(plan), dueDate: since } };
  }
  const amount = days > 0 ? { amount: open, currency: plan.currency } : amountIn(event, plan);
  const data = { ...facts, amount, number: Number(event.data.number), count: plan.count };
  if (days > 0) return { template: 'installment_overdue', data };
  return { template: days === 0 ? 'installment_due' : 'installment_ahead', data };
}

async function tellMoved({ tx, event, plan }: Told): Promise<Content> {
  const { open } = await findFacts<{ open: bigint }>(
    tx,
    'select amount - paid_amount as open from installments where environment_id = ? and id = ?',
    event.objectId,
  );
  return {
    template: 'installment_moved',
    data: {
      ...purchaseOf(plan),
      amount: { amount: open, currency: plan.currency },
      dueDate: textIn(event, 'due_date'),
    },
  };
}

/** What was granted at once is told as granted. */
async function tellAsked({ tx, event, plan }: Told): Promise<Content | undefined> {
  const { status } = await findFacts<{ status: string }>(
    tx,
    'select status from hardships where environment_id = ? and id = ?',
    event.objectId,
  );
  return status === 'asked' ? { template: 'hardship_asked', data: purchaseOf(plan) } : undefined;
}

type RepaymentFacts = {
  plan_id: string;
  amount: bigint;
  status: string;
  failure_code: string | null;
  by_shopper: boolean;
  by_debit: boolean;
};

async function tellRepayment({ tx, event, plan, link }: Told): Promise<Content> {
  const facts = await findFacts<RepaymentFacts>(tx, repaymentSql, event.objectId);
  const data = { ...purchaseOf(plan), amount: { amount: facts.amount, currency: plan.currency } };
  if (event.type === 'repayment.succeeded') return { template: 'repayment_succeeded', data };
  if (facts.by_debit) {
    const isOver =
      isHardDecline(facts.failure_code) || (await isSpent(tx, await findPlan(tx, { planId: facts.plan_id })));
    return { template: isOver ? 'debit_refused' : 'debit_failed', data: { ...data, link } };
  }
  return isHardDecline(facts.failure_code)
    ? { template: 'card_refused', data: { ...data, link } }
    : { template: 'repayment_failed', data };
}

const repaymentSql = `
  select plan_id, amount, status, failure_code, by_shopper, by_debit
  from repayments where environment_id = ? and id = ?`;

/** Whether the shopper is there and waits for it: what they paid themselves is answered at once, in the night too. */
async function isAnswer(tx: Tx, event: StreamEvent): Promise<boolean> {
  if (event.type === 'repayment.succeeded' || event.type === 'repayment.failed')
    return (await findFacts<RepaymentFacts>(tx, repaymentSql, event.objectId)).by_shopper;
  if (event.type === 'credit_line.limit_raised') return event.data.status === 'accepted';
  if (event.type !== 'plan.paid') return false;
  const last = await tx
    .sql('repayments')
    .where({ environment_id: tx.environment.id, plan_id: event.objectId, status: 'succeeded' })
    .orderBy('id', 'desc')
    .first<{ by_shopper: boolean } | undefined>('by_shopper');
  return last?.by_shopper === true;
}
