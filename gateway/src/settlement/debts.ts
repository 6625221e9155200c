import { post } from '../ledger/post.ts';
import { merchantDebtWrittenOff } from '../ledger/postings.ts';
import type { Tx } from '../lib/tx.ts';
import { findMerchant } from '../merchants/merchants.ts';
import { addLines } from './lines.ts';

/** `sourceId` is what it is known by: the match of a bank line, or whatever gave the debt up. Each is taken once. */
export type DebtInput = { merchantId: string; currency: string; amount: bigint; sourceId: string };

/**
 * The line of money that came from a merchant by bank. Whoever calls it has posted it to the merchant's account about
 * `sourceId`: from `cash` (`merchantDebtPaid`), or from `suspense` where it was not known at first whose it was.
 */
export async function noteDebtPaid(tx: Tx, input: DebtInput): Promise<void> {
  await addLine(tx, input, 'debt_paid');
}

/** What a merchant owes and will not pay is given up at our expense, and is carried over no more. */
export async function writeOffMerchantDebt(tx: Tx, input: DebtInput): Promise<void> {
  await post(tx, merchantDebtWrittenOff({ ...input, subjectId: input.sourceId }));
  await addLine(tx, input, 'debt_written_off');
}

async function addLine(
  tx: Tx,
  { merchantId, currency, amount, sourceId }: DebtInput,
  kind: 'debt_paid' | 'debt_written_off',
): Promise<void> {
  const merchant = await findMerchant(tx, merchantId);
  await addLines(tx, { merchant, currency, orderId: null, sourceId, lines: [{ kind, amount }] });
}
