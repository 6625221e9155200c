import { account } from '../accounts.ts';
import { type Cause, type Move, move, type Posting, posting } from '../posting.ts';

/** The parties to one plan's principal. */
type Financing = { planId: string; funderId: string; merchantId: string };

function financing({ planId, funderId, merchantId }: Financing): Pick<Move, 'debit' | 'credit'> {
  return { debit: account('principal', planId, funderId), credit: account('merchant', merchantId) };
}

/** An order is authorized: its financed `amount` is reserved, nothing is owed yet. */
export function authorize(input: Cause & Financing & { amount: bigint }): Posting {
  return posting('authorize', input, [{ kind: 'pending', ...financing(input), amount: input.amount }]);
}

/** An authorization, or its remainder, is voided or expires. `amount` is all that is pending. */
export function voidAuthorization(input: Cause & Financing & { pendingId: bigint; amount: bigint }): Posting {
  const { pendingId, amount } = input;
  return posting('void_authorization', input, [{ kind: 'void', pendingId, ...financing(input), amount }]);
}

export type CaptureInput = Cause &
  Financing & {
    orderId: string;
    /** The authorization as it is pending now; none where nothing of it is reserved with this funder. */
    pending: { id: bigint; amount: bigint } | undefined;
    financed: bigint;
    /** The part of the shopper's down payment that this capture takes. */
    down: bigint;
    /** What of the financed amount stays authorized; it becomes a new pending transfer. */
    remainder: bigint;
    merchantFee: bigint;
    /** The funder's part of the merchant fee, on plans without interest. */
    feeShare: bigint;
  };

/**
 * The merchant ships: the debt starts, Morrow owes the merchant, and the funder owes Morrow what it bought.
 * With a remainder, the new pending transfer is the posting's last.
 */
export function capture(input: CaptureInput): Posting {
  const { pending, financed, down, remainder, merchantFee, feeShare, funderId } = input;
  const reserved = pending?.amount ?? 0n;
  if (financed + remainder > reserved) {
    throw new RangeError(`a capture of ${financed} that leaves ${remainder} exceeds the pending ${reserved}`);
  }
  const merchant = account('merchant', input.merchantId);
  const between = financing(input);
  // A capture paid by the down payment alone still makes the pending transfer anew, so that callers need not know.
  const resolution: Move[] = pending
    ? [
        financed > 0n
          ? { kind: 'post', pendingId: pending.id, ...between, amount: financed }
          : { kind: 'void', pendingId: pending.id, ...between, amount: pending.amount },
      ]
    : [];
  return posting('capture', input, [
    ...resolution,
    move(account('down', input.orderId), merchant, down),
    move(account('funder_due', funderId), account('participation', funderId), financed),
    move(merchant, 'i_merchant_fee', merchantFee),
    move('x_fee_share', account('funder', funderId), feeShare),
    { kind: 'pending', ...between, amount: remainder },
  ]);
}
