import { countUpTo } from '../lib/count-up-to.ts';
import type { Tx } from '../lib/tx.ts';
import { type CaseParty, casesWith } from './cases.ts';

/**
 * Those in which this side is the next to write; whoever works here takes those that are open, too. Written out, so that
 * the index over what waits for a side is known to fit.
 */
const waitingFor: Readonly<Record<CaseParty['side'], string>> = {
  shopper: "status = 'waiting_for_shopper'",
  merchant: "status = 'waiting_for_merchant'",
  operator: "status in ('waiting_for_operator', 'open')",
};

/** How many cases wait for this party, counted up to `most + 1`. */
export function countWaitingCases(
  tx: Tx,
  { party, most }: { party: CaseParty; most: number },
): Promise<number> {
  return countUpTo(tx, casesWith(tx, party).whereRaw(waitingFor[party.side]), most);
}
