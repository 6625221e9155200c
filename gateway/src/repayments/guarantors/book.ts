import { findHold } from '../../credit/holds.ts';
import { stopGuaranteeing } from '../../credit/guarantees/end.ts';
import { lockGuarantee, recordGuaranteeEvent, updateGuarantee } from '../../credit/guarantees/guarantees.ts';
import { liftSuspension, suspendLine } from '../../credit/suspensions.ts';
import { toJsonAmount } from '../../lib/money.ts';
import type { Tx } from '../../lib/tx.ts';
import { statusOf } from '../../plans/status.ts';
import { listInstallments } from '../installments.ts';
import { waiveLateFee } from '../late-fees.ts';
import { type Plan, todayOf } from '../plans.ts';
import type { RepaymentRow } from '../repayments.ts';
import { claimOn } from './claims.ts';

/**
 * Before a guarantor's money is allocated: the debtor begins nothing new until the friend has it back, so what is late
 * ends without the line being good again; and what is open of late fees is let go, because a guarantor pays none.
 */
export async function prepareCall(tx: Tx, plan: Plan): Promise<void> {
  await suspendLine(tx, { lineId: await lineOf(tx, plan), reason: 'friend_paid', planId: plan.id });
  if (plan.status !== 'active') return;
  const today = todayOf(tx, plan);
  const late = (await listInstallments(tx, plan.id)).filter(
    (item) => statusOf(item, today) === 'overdue' && item.fee > item.paidFee,
  );
  for (const { number } of late) await waiveLateFee(tx, { planId: plan.id, number });
}

async function lineOf(tx: Tx, plan: Plan): Promise<string> {
  return (await findHold(tx, plan.holdId)).creditLineId;
}

/**
 * Writes down that a guarantor has paid `paid` of a locked plan's debt: the guarantee covers nothing new any more. Where
 * nothing was owed any more, nothing has happened. The debtor's credit line is locked.
 */
export async function bookCall(
  tx: Tx,
  plan: Plan,
  { guaranteeId, paid }: { guaranteeId: string; paid: bigint },
): Promise<void> {
  if (paid === 0n) {
    if ((await claimOn(tx, plan.id)) === 0n)
      await liftSuspension(tx, { lineId: await lineOf(tx, plan), reason: 'friend_paid', planId: plan.id });
    return;
  }
  const guarantee = await lockGuarantee(tx, guaranteeId);
  if (guarantee.status === 'active') await stopGuaranteeing(tx, guarantee);
  const called = await updateGuarantee(tx, guarantee, {
    status: 'called',
    called_amount: guarantee.calledAmount + paid,
    ended_at: guarantee.endedAt ?? tx.now,
    ended_by: guarantee.endedBy ?? 'call',
  });
  await recordGuaranteeEvent(tx, 'guarantee.called', called, {
    data: { amount: toJsonAmount(paid), called_amount: toJsonAmount(called.calledAmount) },
  });
}

/** Tells the guarantor that their card was not charged, and nobody else. */
export async function tellCallFailed(tx: Tx, row: RepaymentRow, failureCode: string | null): Promise<void> {
  if (row.guarantee_id === null) return;
  await recordGuaranteeEvent(tx, 'guarantee.call_failed', await lockGuarantee(tx, row.guarantee_id), {
    only: 'guarantor',
    data: { amount: toJsonAmount(row.amount), failure_code: failureCode },
  });
}
