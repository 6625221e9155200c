import { finishDownHold } from '../checkout/confirm.ts';
import { finishDraw } from '../draws/finish.ts';
import { finishDownCapture } from '../orders/down-payments.ts';
import { finishMoneyBack } from '../orders/money-back.ts';
import { finishCollection } from '../orders/subsidy.ts';
import type { AttemptHooks, Finish } from '../processor/carry-out.ts';
import type { Purpose } from '../processor/port.ts';
import { finishPayout, finishRecall, maySendPayout, payoutAccepted } from '../settlement/finish-payout.ts';

/** Who writes the effects of each kind of payment attempt. Letting go of a hold moves no money. */
const finishers: Record<Purpose, Finish> = {
  repayment: finishCollection,
  down_hold: finishDownHold,
  down_capture: finishDownCapture,
  down_release: () => Promise.resolve(),
  money_back: finishMoneyBack,
  payout: finishPayout,
  payout_recall: finishRecall,
  draw_payout: finishDraw,
};

export const finishAttempt: Finish = (tx, attempt, outcome) =>
  finishers[attempt.purpose](tx, attempt, outcome);

/** Payouts have states between being asked for and their outcome, and may be stopped at the last moment. */
export const attemptHooks: AttemptHooks = {
  mayBegin: async (tx, attempt) => attempt.purpose !== 'payout' || maySendPayout(tx, attempt),
  accepted: async (tx, attempt, reference) => {
    if (attempt.purpose === 'payout') await payoutAccepted(tx, attempt, reference);
  },
};
