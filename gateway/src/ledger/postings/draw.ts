import { account } from '../accounts.ts';
import { type Cause, move, type Posting, posting } from '../posting.ts';

type Draw = Cause & { planId: string; funderId: string; drawId: string; amount: bigint };

/** The shopper draws cash: the debt starts, and its money is set apart until the bank has it. */
export function cashDraw(input: Draw): Posting {
  const { planId, funderId, drawId, amount } = input;
  return posting('cash_draw', input, [
    move(account('principal', planId, funderId), account('draw', drawId), amount),
    move(account('funder_due', funderId), account('participation', funderId), amount),
  ]);
}

/** The shopper's bank has the money. */
export function drawPaidOut(input: Cause & { drawId: string; amount: bigint }): Posting {
  return posting('draw_paid_out', input, [move(account('draw', input.drawId), 'cash', input.amount)]);
}

/** The money could not be sent: there was no debt. */
export function drawFailed(input: Draw): Posting {
  const { planId, funderId, drawId, amount } = input;
  return posting('draw_failed', input, [
    move(account('draw', drawId), account('principal', planId, funderId), amount),
    move(account('participation', funderId), account('funder_due', funderId), amount),
  ]);
}
