import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';

/** Money to us, for one plan. It is made of collection attempts and allocated by a stated order. */
export type Repayment = {
  id: Id<'rep'>;
  planId: string;
  /** Who pays: the plan's shopper, or whoever vouches for them. */
  shopperId: string;
  /** The guarantee by which it was asked of the guarantor's card; null for what the shopper pays themselves. */
  guaranteeId: Id<'gua'> | null;
  amount: bigint;
  currency: string;
  status: 'pending' | 'succeeded' | 'failed' | 'charged_back';
  /** Whether a bank account is debited, which has no outcome for days. */
  byDebit: boolean;
  /** The processor's code for a refusal; null unless failed. */
  failureCode: string | null;
  createdAt: Date;
  finishedAt: Date | null;
};

export type RepaymentRow = {
  environment_id: string;
  id: Id<'rep'>;
  plan_id: string;
  shopper_id: string;
  amount: bigint;
  currency: string;
  status: Repayment['status'];
  by_shopper: boolean;
  by_debit: boolean;
  guarantee_id: Id<'gua'> | null;
  /** What of a guarantor's payment is on its way back to their card. */
  returned_amount: bigint;
  failure_code: string | null;
  version: number;
  created_at: Date;
  finished_at: Date | null;
};

/** Everything that was tried to be repaid on a plan, the newest first. */
export async function listRepayments(tx: Tx, planId: string): Promise<Repayment[]> {
  const rows = await tx
    .sql<RepaymentRow>('repayments')
    .where({ environment_id: tx.environment.id, plan_id: planId })
    .orderBy('id', 'desc');
  return rows.map(toRepayment);
}

/** The repayment of a plan that was started last, however it ended. */
export async function latestRepayment(tx: Tx, planId: string): Promise<Repayment | undefined> {
  const row = await tx
    .sql<RepaymentRow>('repayments')
    .where({ environment_id: tx.environment.id, plan_id: planId })
    .orderBy('id', 'desc')
    .first();
  return row && toRepayment(row);
}

function toRepayment(row: RepaymentRow): Repayment {
  return {
    id: row.id,
    planId: row.plan_id,
    shopperId: row.shopper_id,
    guaranteeId: row.guarantee_id,
    amount: row.amount,
    currency: row.currency,
    status: row.status,
    byDebit: row.by_debit,
    failureCode: row.failure_code,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  };
}

/** The id of the plan that a repayment is for; undefined when there is no such repayment. */
export async function findRepaymentPlan(tx: Tx, repaymentId: Id<'rep'>): Promise<string | undefined> {
  const row = await tx
    .sql<RepaymentRow>('repayments')
    .where({ environment_id: tx.environment.id, id: repaymentId })
    .first('plan_id');
  return row?.plan_id;
}
