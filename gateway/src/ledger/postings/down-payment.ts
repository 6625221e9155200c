import { account } from '../accounts.ts';
import { type Cause, move, type Posting, posting } from '../posting.ts';

/** The processor has charged the shopper's down payment. */
export function downPaymentSucceeded(input: Cause & { orderId: string; amount: bigint }): Posting {
  const down = account('down', input.orderId);
  return posting('down_payment_succeeded', input, [move('clearing', down, input.amount)]);
}

/** What of a charged down payment no capture takes is owed back to the shopper. */
export function downPaymentUnused(
  input: Cause & { orderId: string; shopperId: string; amount: bigint },
): Posting {
  const down = account('down', input.orderId);
  return posting('down_payment_unused', input, [
    move(down, account('shopper', input.shopperId), input.amount),
  ]);
}

/** The processor has sent money back to the shopper. */
export function moneyBackSent(input: Cause & { shopperId: string; amount: bigint }): Posting {
  const shopper = account('shopper', input.shopperId);
  return posting('money_back_sent', input, [move(shopper, 'clearing', input.amount)]);
}
