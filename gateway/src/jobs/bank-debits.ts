import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import { chargeBackCollection } from '../orders/charge-back.ts';
import { bringForwardAttempt, findAttempt } from '../processor/attempts.ts';
import { type DueDebit, noteReturned } from '../processor/mock/due-debits.ts';
import { takeBackInMock } from '../processor/mock/take-back.ts';

/** What a processor asks for a debit that its bank takes back; nobody but us pays it. Minor units. */
const returnFee = 1500n;

/**
 * What a sandbox's bank has to say of a debit by its calendar. An answer is read by looking at the attempt, which is due
 * now. A late return is a chargeback, in our books as in the processor's: live hears of it with the processor's movements.
 */
export async function passDueDebit(tx: Tx, { intentId, attemptId, says }: DueDebit): Promise<void> {
  const attempt = await findAttempt(tx, attemptId);
  const repaymentId = attempt.subjectId;
  if (says === 'answer') return bringForwardAttempt(tx, { purpose: 'repayment', subjectId: repaymentId });
  // Its answer may have been lost: it comes back once we know that it was paid.
  if (attempt.status !== 'succeeded') return;
  try {
    const reference = `du_${intentId}`;
    const taken = await chargeBackCollection(tx, {
      repaymentId,
      reference,
      reason: 'debit_not_authorized',
      fee: returnFee,
    });
    await takeBackInMock(tx, taken);
  } catch (error) {
    // It was taken back before under another name, or nothing of it is left.
    if (!(error instanceof GatewayError) || error.code !== 'state_conflict') throw error;
  }
  await noteReturned(tx, intentId);
}
