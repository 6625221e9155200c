import { addedParts, partsByTerms } from '../credit/apportion.ts';
import type { Hold } from '../credit/holds.ts';
import type { Tx } from '../lib/tx.ts';
import { fundersOf } from '../repayments/stakes.ts';

/** What each funder gets of a merchant's fee: of its own share of the fee the part that it has agreed. */
export async function feeSharesOf(tx: Tx, { shares }: Pick<Hold, 'shares'>, fee: bigint): Promise<bigint[]> {
  const funders = await fundersOf(tx, shares);
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
