import { findHold } from '../credit/holds.ts';
import { recordEvent } from '../events/record.ts';
import type { EventType } from '../events/types.ts';
import { type CalendarDate, dateIn } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import { toJsonAmount } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { findMerchant } from '../merchants/merchants.ts';
import { owedOf, type PlanEntry, scheduleOf } from '../plans/schedule.ts';
import { hashSnapshot, parseSnapshot, type PlanSnapshot } from '../plans/snapshot.ts';
import { statusOf } from '../plans/status.ts';
import { type Installment, listInstallments, storeInstallments } from './installments.ts';

export type PlanStatus = 'pending' | 'active' | 'paid' | 'canceled' | 'charged_off';

/** The debt of one order: what was agreed, and where it stands. */
export type Plan = {
  id: Id<'pln'>;
  orderId: string;
  shopperId: string;
  merchantId: string;
  funderId: string;
  holdId: string;
  paymentMethodId: string;
  currency: string;
  snapshot: PlanSnapshot;
  snapshotHash: string;
  status: PlanStatus;
  /** The date of the first capture in the merchant's calendar. */
  startedOn: CalendarDate | null;
  version: number;
};

type PlanRow = {
  environment_id: string;
  id: Id<'pln'>;
  order_id: string;
  shopper_id: string;
  merchant_id: string;
  funder_id: string;
  hold_id: string;
  payment_method_id: string;
  currency: string;
  snapshot: unknown;
  snapshot_hash: string;
  status: PlanStatus;
  started_on: CalendarDate | null;
  version: number;
  created_at: Date;
};

type EntryRow = { kind: PlanEntry['kind']; amount: bigint; on_date: CalendarDate; number: number };

function toPlan(row: PlanRow): Plan {
  return {
    id: row.id,
    orderId: row.order_id,
    shopperId: row.shopper_id,
    merchantId: row.merchant_id,
    funderId: row.funder_id,
    holdId: row.hold_id,
    paymentMethodId: row.payment_method_id,
    currency: row.currency,
    snapshot: parseSnapshot(row.snapshot),
    snapshotHash: row.snapshot_hash,
    status: row.status,
    startedOn: row.started_on,
    version: row.version,
  };
}

/** Opens the plan of a new order. Nothing is owed before the first capture. */
export async function openPlan(
  tx: Tx,
  input: Pick<
    Plan,
    | 'orderId'
    | 'shopperId'
    | 'merchantId'
    | 'funderId'
    | 'holdId'
    | 'paymentMethodId'
    | 'currency'
    | 'snapshot'
  > & { planId: Id<'pln'> },
): Promise<void> {
  await tx.sql('plans').insert({
    environment_id: tx.environment.id,
    id: input.planId,
    order_id: input.orderId,
    shopper_id: input.shopperId,
    merchant_id: input.merchantId,
    funder_id: input.funderId,
    hold_id: input.holdId,
    payment_method_id: input.paymentMethodId,
    currency: input.currency,
    snapshot: JSON.stringify(input.snapshot),
    snapshot_hash: hashSnapshot(input.snapshot),
    status: 'pending',
    created_at: tx.now,
  });
}

/** The plan with this id, of this merchant or shopper where one is given; `not_found` otherwise. */
export async function findPlan(
  tx: Tx,
  input: { planId: string; merchantId?: string; shopperId?: string },
): Promise<Plan> {
  const row = await tx
    .sql<PlanRow>('plans')
    .where({ environment_id: tx.environment.id, id: input.planId as Id<'pln'> })
    .modify((query) => {
      if (input.merchantId) void query.where({ merchant_id: input.merchantId });
      if (input.shopperId) void query.where({ shopper_id: input.shopperId });
    })
    .first();
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such plan.' });
  return toPlan(row);
}

/** All plans of a shopper, over all merchants, the newest first. */
export async function listPlansOf(tx: Tx, shopperId: string): Promise<Plan[]> {
  const rows = await tx
    .sql<PlanRow>('plans')
    .where({ environment_id: tx.environment.id, shopper_id: shopperId })
    .orderBy('id', 'desc');
  return rows.map(toPlan);
}

/** The plan locked until the transaction ends; line and order are locked before it (money.md rule 9). */
export async function lockPlan(tx: Tx, planId: string): Promise<Plan> {
  const row = await tx
    .sql<PlanRow>('plans')
    .where({ environment_id: tx.environment.id, id: planId as Id<'pln'> })
    .forUpdate()
    .first();
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such plan.' });
  return toPlan(row);
}

/** What is owed on a plan now, in minor units; locks the plan so that it stays true until the transaction ends. */
export async function owedOn(tx: Tx, planId: string): Promise<bigint> {
  const plan = await lockPlan(tx, planId);
  return owedOf(await listInstallments(tx, plan.id));
}

/** Writes a capture, refund or repayment into the plan's log and brings its installments up to date. */
export async function enterOnPlan(
  tx: Tx,
  input: { planId: string; kind: PlanEntry['kind']; amount: bigint; sourceId: string },
): Promise<void> {
  const plan = await lockPlan(tx, input.planId);
  const today = await todayOf(tx, plan);
  const log = await readLog(tx, plan.id);
  await tx.sql('plan_entries').insert({
    environment_id: tx.environment.id,
    plan_id: plan.id,
    number: log.length + 1,
    kind: input.kind,
    amount: input.amount,
    on_date: today,
    source_id: input.sourceId,
  });
  const entry: PlanEntry = { kind: input.kind, amount: input.amount, onDate: today };
  const schedule = scheduleOf(plan.snapshot, [...log, entry]);
  const installments = await storeInstallments(tx, nextVersionOf(plan), schedule, today);
  await reviewStatus(tx, { ...plan, startedOn: plan.startedOn ?? today }, installments);
}

/** Brings the states of a locked plan's installments up to the business date `today`. */
export async function ageInstallments(tx: Tx, plan: Plan, today: CalendarDate): Promise<Installment[]> {
  const installments = await listInstallments(tx, plan.id);
  if (installments.every((item) => item.status === statusOf(item, today))) return installments;
  const next = nextVersionOf(plan);
  await tx
    .sql('plans')
    .where({ environment_id: tx.environment.id, id: plan.id })
    .update({ version: next.version });
  return storeInstallments(tx, next, installments, today);
}

/** What changes on an installment changes its plan, whose version its events carry. */
function nextVersionOf(plan: Plan): Plan {
  return { ...plan, version: plan.version + 1 };
}

/** Looks again at where a plan stands after its order's remainder has ended. */
export async function reviewPlan(tx: Tx, planId: string): Promise<void> {
  const plan = await lockPlan(tx, planId);
  await reviewStatus(tx, plan, await listInstallments(tx, plan.id));
}

/** The business date of a plan: today in its merchant's time zone. */
export async function todayOf(tx: Tx, plan: Pick<Plan, 'merchantId'>): Promise<CalendarDate> {
  const merchant = await findMerchant(tx, plan.merchantId);
  return dateIn(merchant.timeZone, tx.now);
}

async function readLog(tx: Tx, planId: string): Promise<PlanEntry[]> {
  const rows = await tx
    .sql('plan_entries')
    .where({ environment_id: tx.environment.id, plan_id: planId })
    .orderBy('number')
    .select<EntryRow[]>('kind', 'amount', 'on_date', 'number');
  return rows.map((row) => ({ kind: row.kind, amount: row.amount, onDate: row.on_date }));
}

/** A plan is finished when nothing is owed and nothing can be captured any more. */
async function reviewStatus(tx: Tx, plan: Plan, installments: readonly Installment[]): Promise<void> {
  const owed = owedOf(installments);
  const hold = await findHold(tx, plan.holdId);
  const paid = installments.some(({ paidAmount }) => paidAmount > 0n);
  const finished = owed === 0n && hold.status !== 'active';
  const status: PlanStatus = finished ? (paid ? 'paid' : 'canceled') : plan.startedOn ? 'active' : 'pending';
  const after = { ...nextVersionOf(plan), status };
  await tx
    .sql('plans')
    .where({ environment_id: tx.environment.id, id: plan.id })
    .update({ status, started_on: plan.startedOn, version: after.version });
  if (status !== plan.status && status !== 'pending')
    await recordPlanEvent(tx, `plan.${status}` as EventType, after, owed);
}

async function recordPlanEvent(tx: Tx, type: EventType, plan: Plan, owed: bigint): Promise<void> {
  await recordEvent(tx, {
    streams: [plan.merchantId, plan.shopperId, plan.funderId],
    type,
    objectId: plan.id,
    objectVersion: plan.version,
    data: {
      order_id: plan.orderId,
      status: plan.status,
      currency: plan.currency,
      owed_amount: toJsonAmount(owed),
    },
  });
}
