import { recordEvent } from '../events/record.ts';
import { dateIn } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import type { CreditLine } from './lines.ts';

/**
 * Why a line promises nothing new: a plan of it is late, has easier terms, or was given up; or a friend has paid for it
 * and is still to be paid back.
 */
export type SuspensionReason = 'late' | 'hardship' | 'charged_off' | 'friend_paid';

type SuspensionRow = {
  environment_id: string;
  credit_line_id: string;
  reason: SuspensionReason;
  plan_id: string;
  since: Date;
};

type Suspension = { lineId: string; reason: SuspensionReason; planId: string };

function suspensionsOf(tx: Tx, lineId: string) {
  return tx
    .sql<SuspensionRow>('line_suspensions')
    .where({ environment_id: tx.environment.id, credit_line_id: lineId });
}

/**
 * Suspends a line for a reason of one plan; doing so twice changes nothing. What is confirmed is honoured, nothing new is
 * (money.md rule 8). The line is locked before its plan.
 */
export async function suspendLine(tx: Tx, { lineId, reason, planId }: Suspension): Promise<void> {
  const added = await tx
    .sql<SuspensionRow>('line_suspensions')
    .insert({
      environment_id: tx.environment.id,
      credit_line_id: lineId,
      reason,
      plan_id: planId,
      since: tx.now,
    })
    .onConflict(['environment_id', 'credit_line_id', 'reason', 'plan_id'])
    .ignore()
    .returning('reason');
  if (added.length > 0) await setStatus(tx, { lineId, status: 'suspended', reason });
}

/** Takes one reason back. The line is active again when none is left; what a charge-off suspended stays so. */
export async function liftSuspension(
  tx: Tx,
  { lineId, reason, planId }: Suspension & { reason: Exclude<SuspensionReason, 'charged_off'> },
): Promise<void> {
  const removed = await suspensionsOf(tx, lineId).where({ reason, plan_id: planId }).delete();
  if (removed === 0 || (await suspensionsOf(tx, lineId).first())) return;
  await setStatus(tx, { lineId, status: 'active', reason });
}

/** What a line is suspended for, the oldest reason first. */
export async function listSuspensions(
  tx: Tx,
  lineId: string,
): Promise<{ reason: SuspensionReason; planId: string; since: Date }[]> {
  const rows = await suspensionsOf(tx, lineId).orderBy(['since', 'reason', 'plan_id']);
  return rows.map(({ reason, plan_id: planId, since }) => ({ reason, planId, since }));
}

type LineRow = {
  environment_id: string;
  id: CreditLine['id'];
  shopper_id: string;
  currency: string;
  status: CreditLine['status'];
  version: number;
  next_review_on: CreditLine['nextReviewOn'];
};

async function setStatus(
  tx: Tx,
  { lineId, status, reason }: { lineId: string; status: CreditLine['status']; reason: SuspensionReason },
): Promise<void> {
  const [line] = await tx
    .sql<LineRow>('credit_lines')
    .where({ environment_id: tx.environment.id, id: lineId as CreditLine['id'] })
    .whereNot({ status })
    .update({
      status,
      version: tx.sql.raw('version + 1') as never,
      // Lateness began or ended: the terms are looked at again on this date.
      next_review_on: dateIn(tx.environment.timeZone, tx.now),
    })
    .returning(['id', 'shopper_id', 'currency', 'version']);
  if (!line) return;
  await recordEvent(tx, {
    streams: [line.shopper_id],
    type: status === 'suspended' ? 'credit_line.suspended' : 'credit_line.restored',
    objectId: line.id,
    objectVersion: line.version,
    data: { currency: line.currency, reason },
  });
}
