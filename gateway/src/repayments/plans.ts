import { lockLine } from '../credit/lines.ts';
import { type CalendarDate, dateIn } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import { insertInto } from '../lib/insert-sql.ts';
import type { Tx } from '../lib/tx.ts';
import type { Bucket } from '../plans/delinquency.ts';
import { hashSnapshot, parseSnapshot, type PlanSnapshot } from '../plans/snapshot.ts';
import { type Agreed, issueAgreement, type ReceiptSubject } from './receipts.ts';

export const planStatuses = ['pending', 'active', 'paid', 'canceled', 'charged_off', 'recovered'] as const;

export type PlanStatus = (typeof planStatuses)[number];

/** The debt of one order or of one cash draw: what was agreed, and where it stands. */
export type Plan = {
  id: Id<'pln'>;
  /** Exactly one of the two is set, and a draw has no merchant. */
  orderId: Id<'ord'> | null;
  drawId: Id<'drw'> | null;
  merchantId: Id<'mer'> | null;
  shopperId: string;
  /** The lead, where several carry it; the others are named beside it. */
  funderId: string;
  coFunderIds: readonly string[];
  holdId: string;
  paymentMethodId: string;
  currency: string;
  snapshot: PlanSnapshot;
  snapshotHash: string;
  status: PlanStatus;
  /** The zone of its business dates: the merchant's, or for a draw the environment's. */
  timeZone: string;
  /** The date of the first capture in its calendar. */
  startedOn: CalendarDate | null;
  createdAt: Date;
  /** What of the interest is posted, cumulative, and until which date: the shopper's part and the merchant's. */
  accruedInterest: bigint;
  accruedSubsidy: bigint;
  accruedOn: CalendarDate | null;
  /** What the merchant has been charged for interest that it pays, less what was given back. */
  fundedSubsidy: bigint;
  /** Interest that refunds have given back, cumulative. */
  returnedInterest: bigint;
  /** The legal debt of a charged-off plan, and what of it came in since. */
  recoverable: bigint;
  recovered: bigint;
  /** What of it the platform bears for the funder. */
  covered: bigint;
  /** How late it was when somebody last looked, and the numbers of installments that ever were late beyond the grace. */
  bucket: Bucket;
  lateInstallments: readonly number[];
  /** When the shopper was told that it will be charged off, unless it has been paid since. */
  chargeOffNoticeOn: CalendarDate | null;
  version: number;
};

type PlanRow = {
  environment_id: string;
  id: Id<'pln'>;
  order_id: Id<'ord'> | null;
  draw_id: Id<'drw'> | null;
  merchant_id: Id<'mer'> | null;
  shopper_id: string;
  funder_id: string;
  co_funders: string[];
  hold_id: string;
  payment_method_id: string;
  currency: string;
  snapshot: unknown;
  snapshot_hash: string;
  status: PlanStatus;
  time_zone: string;
  started_on: CalendarDate | null;
  accrued_interest: bigint;
  accrued_subsidy: bigint;
  accrued_on: CalendarDate | null;
  funded_subsidy: bigint;
  returned_interest: bigint;
  recoverable_amount: bigint;
  recovered_amount: bigint;
  covered_amount: bigint;
  bucket: Bucket;
  late_installments: number[];
  charge_off_notice_on: CalendarDate | null;
  version: number;
  created_at: Date;
};

function toPlan(row: PlanRow): Plan {
  return {
    id: row.id,
    orderId: row.order_id,
    drawId: row.draw_id,
    shopperId: row.shopper_id,
    merchantId: row.merchant_id,
    funderId: row.funder_id,
    coFunderIds: row.co_funders,
    holdId: row.hold_id,
    paymentMethodId: row.payment_method_id,
    currency: row.currency,
    snapshot: parseSnapshot(row.snapshot),
    snapshotHash: row.snapshot_hash,
    status: row.status,
    timeZone: row.time_zone,
    startedOn: row.started_on,
    createdAt: row.created_at,
    accruedInterest: row.accrued_interest,
    accruedSubsidy: row.accrued_subsidy,
    accruedOn: row.accrued_on,
    fundedSubsidy: row.funded_subsidy,
    returnedInterest: row.returned_interest,
    recoverable: row.recoverable_amount,
    recovered: row.recovered_amount,
    covered: row.covered_amount,
    bucket: row.bucket,
    lateInstallments: row.late_installments,
    chargeOffNoticeOn: row.charge_off_notice_on,
    version: row.version,
  };
}

/** Whose debt a new plan will be; what it is for is an order with its merchant, or a cash draw. */
export type NewPlan = Pick<
  Plan,
  'shopperId' | 'funderId' | 'coFunderIds' | 'holdId' | 'paymentMethodId' | 'currency' | 'snapshot'
> & { planId: Id<'pln'>; agreed: Agreed } & ReceiptSubject;

const insertPlan = insertInto(
  'plans',
  [
    'environment_id',
    'id',
    'draw_id',
    'order_id',
    'merchant_id',
    'time_zone',
    'shopper_id',
    'funder_id',
    'co_funders',
    'hold_id',
    'payment_method_id',
    'currency',
    'snapshot',
    'snapshot_hash',
    'created_at',
    'status',
  ],
  {
    expressions: {
      // A merchant's plan runs by its calendar; a draw belongs to no merchant.
      time_zone: `case when $merchant_id::text is null then $time_zone
        else (select time_zone from merchants where environment_id = $environment_id and id = $merchant_id) end`,
    },
  },
);

/** Opens the plan of a new order or draw, and signs what was agreed. Nothing is owed before the first capture. */
export async function openPlan(tx: Tx, input: NewPlan): Promise<void> {
  const snapshotHash = hashSnapshot(input.snapshot);
  const [drawId, orderId, merchantId] =
    'drawId' in input ? [input.drawId, null, null] : [null, input.orderId, input.merchantId];
  const row = {
    environment_id: tx.environment.id,
    id: input.planId,
    draw_id: drawId,
    order_id: orderId,
    merchant_id: merchantId,
    time_zone: tx.environment.timeZone,
    shopper_id: input.shopperId,
    funder_id: input.funderId,
    co_funders: [...input.coFunderIds],
    hold_id: input.holdId,
    payment_method_id: input.paymentMethodId,
    currency: input.currency,
    snapshot: JSON.stringify(input.snapshot),
    snapshot_hash: snapshotHash,
    created_at: tx.now,
    status: 'pending',
  };
  tx.later(insertPlan([row]));
  const plan = { ...input, id: input.planId, snapshotHash };
  await issueAgreement(tx, { plan, subject: input, agreed: input.agreed });
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
      if (input.merchantId) void query.where({ merchant_id: input.merchantId as Id<'mer'> });
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

/** A locked plan, or a share of it, belongs to another funder from now on. What was agreed with the shopper stays. */
export async function changeFunder(
  tx: Tx,
  plan: Plan,
  { from, to }: { from: string; to: string },
): Promise<Plan> {
  const named = (funderId: string): string => (funderId === from ? to : funderId);
  const [row] = await tx
    .sql<PlanRow>('plans')
    .where({ environment_id: tx.environment.id, id: plan.id })
    .update({
      funder_id: named(plan.funderId),
      co_funders: plan.coFunderIds.map(named),
      version: plan.version + 1,
    })
    .returning('*');
  if (!row) throw new Error(`plan ${plan.id} vanished`);
  return toPlan(row);
}

/** The plan locked after its credit line, for what may move both. */
export async function lockDebt(tx: Tx, planId: string): Promise<Plan> {
  const { shopperId, currency } = await findPlan(tx, { planId });
  await lockLine(tx, shopperId, currency);
  return lockPlan(tx, planId);
}

/** The business date of a plan: today in its time zone. */
export function todayOf(tx: Tx, plan: Pick<Plan, 'timeZone'>): CalendarDate {
  return dateIn(plan.timeZone, tx.now);
}

/**
 * Who hears of lateness and of what is done about it. A fee, easier terms or a charge-off is not the shop's business
 * beyond the dates and amounts of the schedule.
 */
export function privateStreamsOf(plan: Pick<Plan, 'shopperId' | 'funderId' | 'coFunderIds'>): string[] {
  return [plan.shopperId, plan.funderId, ...plan.coFunderIds];
}

/** Who hears of a plan. */
export function streamsOf(
  plan: Pick<Plan, 'merchantId' | 'shopperId' | 'funderId' | 'coFunderIds'>,
): string[] {
  return [plan.merchantId, plan.shopperId, plan.funderId, ...plan.coFunderIds].filter((id) => id !== null);
}
