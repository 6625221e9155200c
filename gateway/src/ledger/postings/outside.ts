import { account } from '../accounts.ts';
import { type Cause, move, type Posting, posting } from '../posting.ts';

/** The funder's money for what it bought has arrived. */
export function funderWired(input: Cause & { funderId: string; amount: bigint }): Posting {
  return posting('funder_wired', input, [move('cash', account('funder_due', input.funderId), input.amount)]);
}

/** What the funder owes and what is payable to it are set off against each other. */
export function funderNetting(input: Cause & { funderId: string; amount: bigint }): Posting {
  const { funderId, amount } = input;
  return posting('funder_netting', input, [
    move(account('funder', funderId), account('funder_due', funderId), amount),
  ]);
}

/** The processor paid out what it had collected for us. */
export function processorSettled(input: Cause & { amount: bigint }): Posting {
  return posting('processor_settled', input, [move('cash', 'clearing', input.amount)]);
}

/** The processor kept its fee from what it had collected. */
export function processorFee(input: Cause & { amount: bigint }): Posting {
  return posting('processor_fee', input, [move('x_processor', 'clearing', input.amount)]);
}
