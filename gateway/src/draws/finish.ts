import { convertHold, releaseHold } from '../credit/holds.ts';
import { lockLine } from '../credit/lines.ts';
import { jointly } from '../ledger/jointly.ts';
import { post } from '../ledger/post.ts';
import { cashDraw, drawPaidOut } from '../ledger/postings.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import type { Attempt } from '../processor/attempts.ts';
import type { FinalOutcome } from '../processor/port.ts';
import { enterOnPlan } from '../repayments/enter.ts';
import { openPlan } from '../repayments/plans.ts';
import { type CashDraw, findDraw, lockDraw, recordDrawEvent, updateDraw } from './draws.ts';

/**
 * What the processor said of the money of a draw. Sent: the debt begins on this day, with a plan like any other. Not
 * sent: the credit is free again and there never was a debt.
 */
export async function finishDraw(tx: Tx, attempt: Attempt, outcome: FinalOutcome): Promise<void> {
  const { shopperId, currency } = await findDraw(tx, { drawId: attempt.subjectId });
  await lockLine(tx, shopperId, currency);
  const draw = await lockDraw(tx, attempt.subjectId);
  if (draw.status !== 'requested') throw new Error(`cash draw ${draw.id} is ${draw.status}`);
  if (outcome.status === 'failed') {
    await releaseHold(tx, draw.holdId, draw.amount, 'released');
    const failed = await updateDraw(tx, draw, {
      status: 'failed',
      failure_code: outcome.code,
      finished_at: tx.now,
    });
    await recordDrawEvent(tx, 'draw.failed', failed);
    return;
  }
  const planId = newId('pln');
  const paid = await updateDraw(tx, draw, { status: 'paid_out', plan_id: planId, finished_at: tx.now });
  await startDebt(tx, paid, planId);
  await recordDrawEvent(tx, 'draw.paid_out', paid);
}

async function startDebt(tx: Tx, draw: CashDraw, planId: Id<'pln'>): Promise<void> {
  const { id: drawId, amount, currency, holdId } = draw;
  const hold = await convertHold(tx, holdId, amount);
  await openPlan(tx, {
    planId,
    drawId,
    shopperId: draw.shopperId,
    funderId: hold.funderId,
    coFunderIds: hold.shares.slice(1).map(({ funderId }) => funderId),
    holdId,
    paymentMethodId: draw.paymentMethodId,
    currency,
    snapshot: draw.snapshot,
    agreed: { agreedAt: draw.createdAt, texts: draw.agreedTexts },
  });
  const cause = { currency, subjectId: drawId, drawId };
  await post(
    tx,
    jointly(hold.parts, ({ funderId, amount: part }) =>
      cashDraw({ ...cause, planId, funderId, amount: part }),
    ),
  );
  await post(tx, drawPaidOut({ ...cause, amount }));
  await enterOnPlan(tx, { planId, entry: { kind: 'capture', amount }, sourceId: drawId });
}
