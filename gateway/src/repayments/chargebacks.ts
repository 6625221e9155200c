import { post } from '../ledger/post.ts';
import { chargebackSetOff } from '../ledger/postings.ts';
import type { Id } from '../lib/ids.ts';
import { minOf } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import type { Plan } from './plans.ts';

/** The processor took a repayment back, or the down payment of an order. Amounts are minor units. */
export type Chargeback = {
  id: Id<'chb'>;
  /** One of the two. */
  repaymentId: Id<'rep'> | null;
  orderId: Id<'ord'> | null;
  /** The processor's own name for it. */
  reference: string;
  /** Why, in the processor's words. */
  reason: string;
  /** What it took, and what it charges for that. */
  amount: bigint;
  currency: string;
  fee: bigint;
  /** What of the amount is owed again on the plan. */
  debt: bigint;
  /** What of it nobody owes: our loss, and what of that a refund has made good since. */
  lost: bigint;
  setOff: bigint;
  /** What it gave back after all, once; 0 until then. */
  givenBack: bigint;
  createdAt: Date;
};

export type ChargebackRow = {
  environment_id: string;
  id: Id<'chb'>;
  repayment_id: Id<'rep'> | null;
  order_id: Id<'ord'> | null;
  reference: string;
  reason: string;
  amount: bigint;
  currency: string;
  fee: bigint;
  debt_amount: bigint;
  lost_amount: bigint;
  set_off_amount: bigint;
  given_back_amount: bigint;
  /** What of that paid the plan again. */
  restored_amount: bigint;
  /** What it is booked under. */
  given_back_id: Id<'cgb'> | null;
  given_back_at: Date | null;
  created_at: Date;
};

export function toChargeback(row: ChargebackRow): Chargeback {
  return {
    id: row.id,
    repaymentId: row.repayment_id,
    orderId: row.order_id,
    reference: row.reference,
    reason: row.reason,
    amount: row.amount,
    currency: row.currency,
    fee: row.fee,
    debt: row.debt_amount,
    lost: row.lost_amount,
    setOff: row.set_off_amount,
    givenBack: row.given_back_amount,
    createdAt: row.created_at,
  };
}

export function chargebacksOf(tx: Tx) {
  return tx.sql<ChargebackRow>('chargebacks').where({ environment_id: tx.environment.id });
}

/** What was taken back under the processor's reference; undefined when nothing was. */
export async function findChargeback(tx: Tx, reference: string): Promise<Chargeback | undefined> {
  const row = await chargebacksOf(tx).where({ reference }).first();
  return row && toChargeback(row);
}

/**
 * Keeps of `amount`, which a refund owes to the shopper of a locked plan and no card of theirs has paid for any more, what
 * chargebacks on the plan have cost us: they have that money already. Returns what is left of it.
 */
export async function setOffLosses(
  tx: Tx,
  plan: Pick<Plan, 'id' | 'shopperId' | 'currency'>,
  input: { amount: bigint; sourceId: string },
): Promise<bigint> {
  const rows = await chargebacksOf(tx)
    .whereRaw('lost_amount > set_off_amount')
    .whereRaw(
      `(repayment_id in (select id from repayments where environment_id = :environment and plan_id = :plan)
        or order_id in (select id from orders where environment_id = :environment and plan_id = :plan))`,
      { environment: tx.environment.id, plan: plan.id },
    )
    .orderBy('id');
  let { amount: left } = input;
  for (const { id, lost_amount: lost, set_off_amount: before } of rows) {
    const amount = minOf(left, lost - before);
    if (amount === 0n) break;
    left -= amount;
    await chargebacksOf(tx)
      .where({ id })
      .update({ set_off_amount: before + amount });
  }
  const kept = input.amount - left;
  if (kept > 0n) {
    const { shopperId, currency } = plan;
    await post(tx, chargebackSetOff({ shopperId, currency, subjectId: input.sourceId, amount: kept }));
  }
  return left;
}
