import { post } from '../ledger/post.ts';
import { moneyBackSent } from '../ledger/postings.ts';
import { addMs, hourMs } from '../lib/dates.ts';
import { minOf } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { type Attempt, startAttempt } from '../processor/attempts.ts';
import type { FinalOutcome } from '../processor/port.ts';
import { setOffLosses } from '../repayments/chargebacks.ts';
import { reimburse } from '../repayments/guarantors/claims.ts';
import { findPlan } from '../repayments/plans.ts';
import { takenOfDown } from './charge-back-down.ts';
import { heldDownPayment } from './down-payments.ts';
import { findOrder, type Order } from './orders.ts';
import { recordRefundEvent, type RefundRow, toRefund } from './refunds.ts';

/** A refused return of money is tried again so often, an hour apart, before the refund counts as failed. */
const maxTries = 3;

type Source = { reference: string; left: bigint };

/**
 * Sends money of a refund back to the cards it came from: first what a guarantor has paid and not got back, then the
 * shopper's own, the newest charge first; never to another card. What their bank took back before at our cost is kept.
 */
export async function sendMoneyBack(
  tx: Tx,
  input: { order: Order; refundId: string; amount: bigint },
): Promise<void> {
  const plan = await findPlan(tx, { planId: input.order.planId });
  let left = await reimburse(tx, plan, {
    amount: input.amount,
    sourceId: input.refundId,
    from: 'shopper',
  });
  for (const source of await sourcesOf(tx, input.order)) {
    const amount = minOf(left, source.left);
    if (amount <= 0n) continue;
    await startAttempt(tx, {
      purpose: 'money_back',
      subjectId: input.refundId,
      amount,
      currency: input.order.currency,
      target: source.reference,
    });
    left -= amount;
  }
  if (left > 0n) left = await setOffLosses(tx, plan, { amount: left, sourceId: input.refundId });
  if (left > 0n) throw new Error(`${left} of refund ${input.refundId} came from no charge`);
  // Nothing may be left to send: what a guarantor gets is on its way by itself.
  await finishRefund(tx, input.refundId, 'succeeded');
}

/** What the processor said of money sent back: for a refund, or for what a repayment had too much. */
export async function finishMoneyBack(tx: Tx, attempt: Attempt, outcome: FinalOutcome): Promise<void> {
  const shopperId = await shopperOf(tx, attempt.subjectId);
  if (outcome.status === 'succeeded') {
    await post(
      tx,
      moneyBackSent({
        shopperId,
        amount: attempt.amount,
        currency: attempt.currency,
        subjectId: attempt.subjectId,
      }),
    );
  } else if ((await countFailed(tx, attempt)) < maxTries) {
    await startAttempt(tx, {
      purpose: 'money_back',
      subjectId: attempt.subjectId,
      amount: attempt.amount,
      currency: attempt.currency,
      target: attempt.target ?? '',
      nextTryAt: addMs(tx.wallNow, hourMs),
    });
    return;
  }
  if (attempt.subjectId.startsWith('rfd_')) await finishRefund(tx, attempt.subjectId, outcome.status);
}

/** Every charge of the order's own shopper with what of it was not yet sent back, by us or by their bank. */
async function sourcesOf(tx: Tx, order: Order): Promise<Source[]> {
  const charges = await tx.sql.raw<{ rows: { reference: string; amount: bigint }[] }>(
    `select a.processor_reference as reference, a.amount - coalesce(c.amount - c.given_back_amount, 0) as amount
     from processor_attempts a
       join repayments r on r.environment_id = a.environment_id and r.id = a.subject_id
       left join chargebacks c on c.environment_id = r.environment_id and c.repayment_id = r.id
     where a.environment_id = ? and r.plan_id = ? and r.guarantee_id is null
       and a.purpose = 'repayment' and a.status = 'succeeded'
     order by a.id desc`,
    [tx.environment.id, order.planId],
  );
  const taken = charges.rows.map((row) => ({ reference: row.reference, left: row.amount }));
  if (order.capturedDown > 0n)
    taken.push({
      reference: await heldDownPayment(tx, order),
      left: order.capturedDown - (await takenOfDown(tx, order.id)),
    });
  const returned = await tx
    .sql('processor_attempts')
    .where({ environment_id: tx.environment.id, purpose: 'money_back' })
    .whereNot({ status: 'failed' })
    .whereIn(
      'target',
      taken.map((source) => source.reference),
    )
    .groupBy('target')
    .select<{ target: string; amount: string }[]>('target', tx.sql.raw('sum(amount)::bigint as amount'));
  const byReference = new Map(returned.map((row) => [row.target, BigInt(row.amount)]));
  return taken.map(({ reference, left }) => ({ reference, left: left - (byReference.get(reference) ?? 0n) }));
}

async function shopperOf(tx: Tx, subjectId: string): Promise<string> {
  const repayment = await tx
    .sql('repayments')
    .where({ environment_id: tx.environment.id, id: subjectId })
    .first<{ shopper_id: string } | undefined>('shopper_id');
  if (repayment) return repayment.shopper_id;
  const refund = await findRefundRow(tx, subjectId);
  return (await findOrder(tx, { orderId: refund.order_id })).shopperId;
}

async function findRefundRow(tx: Tx, refundId: string): Promise<RefundRow> {
  const row = await tx
    .sql<RefundRow>('refunds')
    .where({ environment_id: tx.environment.id, id: refundId as RefundRow['id'] })
    .forUpdate()
    .first();
  if (!row) throw new Error(`there is no refund ${refundId}`);
  return row;
}

async function countFailed(tx: Tx, attempt: Attempt): Promise<number> {
  const rows = await tx
    .sql('processor_attempts')
    .where({
      environment_id: tx.environment.id,
      subject_id: attempt.subjectId,
      purpose: 'money_back',
      status: 'failed',
    })
    .where({ target: attempt.target })
    .select('id');
  return rows.length;
}

/** A refund succeeds when all of its money is sent, and fails with the first part that cannot be. */
async function finishRefund(tx: Tx, refundId: string, status: 'succeeded' | 'failed'): Promise<void> {
  const row = await findRefundRow(tx, refundId);
  const open = await tx
    .sql('processor_attempts')
    .where({ environment_id: tx.environment.id, subject_id: refundId })
    .whereIn('status', ['pending', 'unknown'])
    .first('id');
  if (row.status !== 'pending' || (status === 'succeeded' && open)) return;
  const [after] = await tx
    .sql<RefundRow>('refunds')
    .where({ environment_id: tx.environment.id, id: row.id })
    .update({ status, version: row.version + 1 })
    .returning('*');
  if (!after) throw new Error(`there is no refund ${refundId}`);
  const order = await findOrder(tx, { orderId: row.order_id });
  await recordRefundEvent(
    tx,
    order,
    status === 'succeeded' ? 'refund.succeeded' : 'refund.failed',
    toRefund(after),
  );
}
