import { addedParts, partsByTerms } from '../credit/apportion.ts';
import type { Hold } from '../credit/holds.ts';
import type { Tx } from '../lib/tx.ts';
import { fundersOf } from '../repayments/stakes.ts';

/**
 * What each funder gets of a merchant's fee, or gives back of it: of its own share of the fee the part that it had agreed
 * when the order was authorized.
 */
export async function feeSharesOf(
  tx: Tx,
  { shares, agreedAt }: Pick<Hold, 'shares'> & { agreedAt: Date },
  fee: bigint,
): Promise<bigint[]> {
  const funders = await fundersOf(tx, shares, agreedAt);
  const fees = addedParts(
    fee,
    shares.map(() => 0n),
    shares.map(({ basisPoints }) => BigInt(basisPoints)),
  );
  return partsByTerms(
    fees,
    funders.map(({ feeShareBasisPoints }) => feeShareBasisPoints),
  );
}
